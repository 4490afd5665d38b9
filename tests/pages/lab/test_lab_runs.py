"""RunBrowser: the runs of a folder, two side by side, and what is damaged."""
import re
import shutil

import ipywidgets as widgets
import pytest

from fer_lib.pages.lab import RunBrowser
from fer_lib.pages.lab.compared import confusion, curves, differences, run_html, table_html, table_of
from fer_lib.pages.lab.style import dress
from fer_lib.runs.store import STORED, stored_runs


@pytest.fixture(scope="module")
def some(tmp_path_factory):
    """A folder of three of the book's runs, one without its weights, and one that is damaged."""
    folder = tmp_path_factory.mktemp("runs")
    names = sorted(path.parent.name for path in STORED.glob("synthetic-48*/config.json"))[:4]
    for name in names:
        shutil.copytree(STORED / name, folder / name, ignore=shutil.ignore_patterns("weights*", "analysis*"))
    (folder / names[3] / "metrics.json").write_text("{}", encoding="utf-8")
    return folder


@pytest.fixture
def browser(some):
    return RunBrowser(some).wait()


def test_all_runs_are_there_and_the_damaged_one_is_told(browser, some):
    assert len(browser.names) == 3 and list(browser.damaged) == [sorted(path.name for path in some.iterdir())[3]]
    assert "3 of 3 runs" in browser._table.value and "Not read:" in browser._table.value
    assert "damaged" in browser._table.value
    row = browser.table.loc[browser.names[0]]
    assert row["variant"] == "CNN" and row["weights"] == False and row["n"] > 50      # noqa: E712  NumPy's own


def test_two_are_side_by_side(browser):
    browser.left, browser.right = browser.names[0], browser.names[2]
    for side, name in (("left", browser.left), ("right", browser.right)):
        assert name in browser._sides[side].value and browser._sides[side].value.count("<svg") == 1
    assert "fold: 0 | 2" in browser._differ.value
    browser.right = "—"
    assert browser._differ.value == "" == browser._sides["right"].value
    browser._pickers["right"].value = browser.names[1]
    assert browser.right == browser.names[1] and "fold: 0 | 1" in browser._differ.value


def test_what_all_runs_share_is_no_column(browser, some):
    said = browser._table.value
    assert "all of them: set synthetic" in said and "The table scrolls" not in said
    heads = re.findall(r"<th scope=\"col\"[^>]*>([^<]*)", said)
    assert "fold" in heads and "set" not in heads and '<td class="number">2</td>' in said
    alone = table_html(browser.table.iloc[:1], {}, some, 3)
    assert "all of them" not in alone and '<th scope="col">set</th>' in alone


@pytest.mark.parametrize("width", [680, 354])
def test_a_run_is_as_wide_as_its_place(chromium, width):
    """Two beside each other on a page, and one on a telephone: nothing is cut, nothing runs into the other."""
    style = dress(widgets.VBox()).value
    place = f'<div style="flex: 1 1 17rem; min-width: 0">{run_html(stored_runs()[0])}</div>'
    page = chromium.new_page()
    page.set_content(f'{style}<div class="lab"><div class="lab-sides" style="display: flex; flex-flow: row wrap; '
                     f'width: {width}px">{2 * place}</div></div>')
    ends = page.evaluate("""() => [...document.querySelectorAll(".lab-run :is(svg, text, table, td)")].map((part) => {
        const run = part.closest(".lab-run").getBoundingClientRect(), own = part.getBoundingClientRect();
        return [own.left - run.left, run.right - own.right]; })""")
    one, other = page.evaluate("""() => [...document.querySelectorAll(".lab-run")].map((run) => {
        const {left, right, top} = run.getBoundingClientRect(); return {left, right, top}; })""")
    page.close()
    assert len(ends) > 100 and min(min(pair) for pair in ends) > -1
    assert other["left"] - one["right"] > 15 if width > 400 else other["top"] > one["top"]


def test_words_choose_what_is_offered(browser):
    browser.left, browser.right = browser.names[:2]
    browser.words = "cnn fold2"
    assert browser.offered == [browser.names[2]] and "1 of 3 runs" in browser._table.value
    assert browser.left == browser.names[0], "what is chosen stays"
    assert browser._pickers["left"].options == ("—", browser.names[2], browser.names[0])
    browser.words = "nothing like it"
    assert browser.offered == [] and "0 of 3 runs" in browser._table.value


def test_what_is_not_there(browser, tmp_path):
    with pytest.raises(ValueError, match="has no run 'x'"):
        browser.left = "x"
    with pytest.raises(FileNotFoundError, match="is no folder of runs"):
        RunBrowser(tmp_path / "none")
    with pytest.raises(TypeError, match="has no middle"):
        RunBrowser(tmp_path, middle="x")
    empty = RunBrowser(tmp_path).wait()
    assert empty.names == () and empty.left == "—" and "0 of 0 runs" in empty._table.value
    with pytest.raises(ValueError, match="has no run 'y'"):
        RunBrowser(tmp_path, left="y").wait()


def test_a_folder_is_read_again(browser, some, tmp_path):
    copy = shutil.copytree(some, tmp_path / "runs")
    other = RunBrowser(copy).wait()
    shutil.rmtree(copy / other.left)
    other.refresh()
    assert len(other.wait().names) == 2 and other.left in other.names


def test_what_is_said_of_runs_is_in_their_files():
    first, second = stored_runs()[:2]
    assert differences(first, second)[0][0] in ("fold", "seed")
    assert differences(first, first) == []
    table = table_of([first, second])
    assert table["test accuracy"].tolist() == [run.metrics["test"]["accuracy"] for run in (first, second)]
    matrix = confusion(first)
    assert matrix.count("<tr>") == 1 + len(first.config["classes"])
    assert f"test {100 * first.history['test_accuracy'].iloc[-1]:.0f} %" in curves(first.history)
