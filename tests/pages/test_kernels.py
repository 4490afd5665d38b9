"""Progress of long work in a chapter: told from what else its cells write, and shown."""

import io
import socket
import sys

import nbformat
import pytest
from hypothesis import given
from hypothesis import strategies as st
from jupyter_client.provisioning.local_provisioner import LocalPortCache
from tqdm import tqdm

from fer_lib.pages import kernels
from fer_lib.pages.kernels import ChapterClient, Console, Lines, split_bars

WARNING = "/a/cell.py:3: UserWarning: 12 faces [of 20]\n  warnings.warn(x)\n"


class Writes(io.StringIO):
    """A file that remembers each write."""

    def __init__(self):
        super().__init__()
        self.each = []

    def write(self, text):
        self.each.append(text)


def drawn(count=3, **options):
    """What tqdm writes, one text for each time."""
    file = Writes()
    for _ in tqdm(range(count) if count else (x for x in range(3)), file=file, mininterval=0, **options):
        pass
    return file.each


@pytest.mark.parametrize(
    "options",
    [
        {},
        {"desc": "CNN+AD, fold 0, seed 0", "unit": " images", "postfix": {"loss": "1.234", "validation": ".434"}},
        {"desc": "shuffles", "unit_scale": 20, "unit": " images"},
        {"count": 1200, "unit_scale": True},
        {"count": None},
        {"count": None, "unit": " images", "desc": "reading"},
        {"ascii": True},
        {"ncols": 60, "desc": "a"},
        {"leave": False},
        {"position": 1, "leave": False},
    ],
)
def test_a_bar_is_told_from_a_warning_wherever_that_comes(options):
    texts = drawn(**options)
    bars, rest = split_bars("".join(texts))
    assert len(bars) >= 2 and rest == "" and all("[00:0" in bar and "\r" not in bar for bar in bars)
    for place in {0, 1, 2, len(texts) // 2, len(texts) - 1, len(texts)}:
        _, rest = split_bars("".join([*texts[:place], WARNING, *texts[place:]]))
        assert rest.strip() == WARNING.strip()


@pytest.mark.parametrize("first", ["", "x = 3", "1 / 0"])
def test_what_a_kernel_runs_before_the_first_cell(forked_kernels, first):
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell("print('x' in globals())")])
    client = ChapterClient(notebook, kernel_name="python3")
    client.first = first
    if first == "1 / 0":
        with pytest.raises(RuntimeError, match="division by zero"):
            client.execute()
    else:
        client.execute()
        assert notebook.cells[0].outputs[0].text == f"{bool(first)}\n", "and it leaves no trace but that"
        assert notebook.cells[0].execution_count == 1


def test_a_kernel_whose_port_another_program_has_taken_is_started_again(forked_kernels, monkeypatch):
    find, ports = LocalPortCache.find_available_port, []
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell("print(3)")])
    with socket.create_server(("127.0.0.1", 0)) as other:

        def taken(cache, ip):
            ports.append(find(cache, ip) if ports else other.getsockname()[1])
            return ports[-1]

        monkeypatch.setattr(LocalPortCache, "find_available_port", taken)
        ChapterClient(notebook, kernel_name="python3").execute()
    assert notebook.cells[0].outputs[0].text == "3\n" and len(ports) == 10, "two kernels, five ports each"


def test_one_that_ends_each_time_is_an_error(forked_kernels, monkeypatch):
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell("print(3)")])
    with socket.create_server(("127.0.0.1", 0)) as other:
        monkeypatch.setattr(LocalPortCache, "find_available_port", lambda *_: other.getsockname()[1])
        with pytest.raises(RuntimeError, match="died before replying"):
            ChapterClient(notebook, kernel_name="python3").execute()


@given(st.lists(st.sampled_from([*drawn(desc="training", leave=False), WARNING, "\n", "a line\n"])))
def test_what_is_no_bar_stays_in_order(texts):
    _, rest = split_bars("".join(texts))
    assert rest.split() == "".join(text for text in texts if text in (WARNING, "a line\n")).split()


@pytest.mark.parametrize(
    "text", ["a\n", WARNING, "50% of faces\n", "a | b | 1/2 [x]\n", "at [00:12]\n", "\n  a\n", "7" * 10**6]
)
def test_what_holds_no_bar_is_kept_as_it_is(text):
    assert split_bars(text) == ([], text)


@pytest.fixture
def clock(monkeypatch):
    """clock.now: the time, in seconds."""

    class Clock:
        now = 100.0

        def monotonic(self):
            return self.now

    monkeypatch.setattr(kernels, "time", clock := Clock())
    return clock


def test_lines_come_at_most_every_thirty_seconds(clock, capsys):
    console = Console()
    for second in range(0, 91, 5):
        clock.now = 100 + second
        console.show(f"{second} s")
    console.close()
    assert capsys.readouterr() == ("", "0 s\n30 s\n60 s\n90 s\n")


def test_lines_of_a_bar_that_is_done(clock, capsys):
    lines = Lines()
    bar = tqdm(total=3, desc="Executing", file=lines, mininterval=0)
    bar.update()
    bar.update(2)
    bar.close()
    said = capsys.readouterr().err.splitlines()
    assert [line.split("|")[0] for line in said] == ["Executing:   0%", "Executing: 100%"]


def test_a_terminal_shows_what_fits(monkeypatch):
    class Terminal(io.StringIO):
        encoding = "ascii"

        def isatty(self):
            return True

    monkeypatch.setattr(sys, "stderr", terminal := Terminal())
    monkeypatch.setenv("COLUMNS", "60")
    console = Console()
    state = "CNN+AD:  45%|████▌     | 4.6k/10.2k [01:10<01:20, 65 images/s, loss=1.234]"
    console.show(state)
    console.close()
    assert "CNN+AD:  45% 4.6k/10.2k [01:10<01:20, 65 images/s, loss=1.2" in terminal.getvalue()
    assert "loss=1.234" not in terminal.getvalue() and terminal.getvalue().isascii()
