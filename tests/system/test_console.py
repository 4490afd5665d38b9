"""What commands show, on a terminal and in a file, and how they end."""
import argparse
import io
import os
import subprocess
import sys

import pytest

from fer_lib.system import console
from fer_lib.system.console import command, folder_argument, path_argument, progress_bar, say, sentence


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True

    def screen(self) -> list[str]:
        """What stands there in the end: after \\r a line is written over."""
        rows = []
        for line in self.getvalue().split("\n"):
            row = ""
            for part in line.split("\r"):
                row = part + row[len(part):]
            rows.append(row.rstrip())
        return rows


def work():
    for number in progress_bar(range(3), "runs", unit=" runs", mininterval=0, ncols=60):
        say(f"result {number}")


def test_on_a_terminal_what_is_said_stands_above_the_bar(monkeypatch):
    screen = Terminal()
    monkeypatch.setattr(sys, "stdout", screen)
    monkeypatch.setattr(sys, "stderr", screen)
    work()
    *said, last, end = screen.screen()
    assert said == ["result 0", "result 1", "result 2"] and end == ""
    assert last.startswith("runs: 100%|") and "3/3" in last


@pytest.mark.parametrize("every, lines", [(0., 3), (1e9, 0)])
def test_in_a_file_there_are_whole_lines_only_and_none_for_short_work(monkeypatch, every, lines):
    file = io.StringIO()
    monkeypatch.setattr(sys, "stdout", file)
    monkeypatch.setattr(sys, "stderr", file)
    monkeypatch.setattr(console, "EVERY", every)
    work()
    said = file.getvalue().splitlines()
    assert [line for line in said if line.startswith("result")] == ["result 0", "result 1", "result 2"]
    told = [line for line in said if line.startswith("runs: ")]
    assert len(told) + 3 == len(said) and len(told) >= lines and bool(told) == bool(lines)
    assert all(" of 3 runs, 00:00 so far, " in line for line in told) and "\r" not in file.getvalue()


def test_a_line_begins_with_the_work_that_it_is_a_part_of(monkeypatch, capsys):
    monkeypatch.setattr(console, "EVERY", 0.)
    with progress_bar(desc="runs", total=4, unit=" runs") as runs:
        runs.update()
        with progress_bar(desc="CNN, fold 1", total=100, unit=" steps") as steps:
            steps.update(10)
            steps.set_postfix(loss="1.234")
    assert capsys.readouterr().err.splitlines()[-1].startswith("runs: 1 of 4 done; CNN, fold 1: 10 of 100 steps, ")
    assert console.Lines.under_way == []


def test_nothing_is_shown_where_no_progress_is_wanted(capsys, monkeypatch):
    monkeypatch.setattr(console, "EVERY", 0.)
    assert list(progress_bar(range(3), "runs", progress=False)) == [0, 1, 2] and capsys.readouterr() == ("", "")


def test_a_notebook_has_its_bar():
    class OutStream(io.StringIO):
        pass

    OutStream.__module__ = "ipykernel.iostream"
    assert console.overwrites(OutStream()) and not console.overwrites(io.StringIO()) and not console.overwrites(None)


def test_what_is_said_is_there_at_once():
    """Not only when a buffer is full, in a log file that somebody follows."""
    script = "import time\nfrom fer_lib.system.console import say\nsay('begun')\ntime.sleep(60)"
    with subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE) as process:
        assert process.stdout.readline() == b"begun\n" and process.poll() is None
        process.kill()


@pytest.mark.parametrize("error, status, said", [
    (ValueError("list.yml, item 1: …"), 1, "list.yml, item 1: …\n"), (ImportError("needs Dask"), 1, "needs Dask\n"),
    (OSError("no scheduler answers"), 1, "no scheduler answers\n"), (OSError(28, "Disk full"), 1, "Disk full\n"),
    (FileNotFoundError(2, "No such file", "/a"), 1, "/a: No such file\n"), (KeyboardInterrupt(), 130, "\nStopped.\n"),
])
def test_an_error_that_is_documented_is_a_sentence_and_a_status(capsys, error, status, said):
    @command
    def main(arguments=None):
        raise error

    with pytest.raises(SystemExit) as exit:
        main([])
    assert exit.value.code == status and capsys.readouterr() == ("", said)
    assert isinstance(error, KeyboardInterrupt) or sentence(error) == said.strip()


def test_a_fault_of_the_program_is_none_of_them():
    @command
    def main(arguments=None):
        raise AttributeError("a typing mistake")

    with pytest.raises(AttributeError):
        main([])


SCRIPT = """
from fer_lib.system.console import command, say
@command
def main(arguments=None):
    for i in range(100_000):
        say("größer … als")
main()
"""


def test_a_reader_who_has_seen_enough_is_no_error():
    with subprocess.Popen([sys.executable, "-c", SCRIPT], stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        process.stdout.readline()
        process.stdout.close()
        assert process.stderr.read() == b"" and process.wait() == 1


def test_a_locale_without_the_letters_is_no_error():
    result = subprocess.run([sys.executable, "-c", SCRIPT.replace("100_000", "1")], capture_output=True,
                            env=os.environ | {"PYTHONIOENCODING": "ascii"})
    assert (result.stdout, result.stderr, result.returncode) == (b"gr\\xf6\\xdfer \\u2026 als\n", b"", 0)


def test_arguments_say_why_they_are_none(tmp_path):
    (tmp_path / "file").touch()
    assert path_argument("~/x").is_absolute() and folder_argument(f"{tmp_path}/new/er") == tmp_path / "new/er"
    for convert, text, said in ((path_argument, "", "must not be empty"), (folder_argument, "~no-such-user", "no user"),
                                (folder_argument, f"{tmp_path}/file", "file is a file; a folder is needed"),
                                (folder_argument, f"{tmp_path}/file/x/y", "file is a file; a folder is needed")):
        with pytest.raises(argparse.ArgumentTypeError, match=said):
            convert(text)
