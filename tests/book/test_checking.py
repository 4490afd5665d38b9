"""The chapter `checking`: each step meets the one above, and where one does not, the chapter fails."""
import html
import json
import re
import shutil

import pytest
from papermill.exceptions import PapermillExecutionError
from tiny_book import ROOT

from fer_lib.analysis.measures import FILE
from fer_lib.analysis.rules import rules
from fer_lib.runs.run import seal_of

CONTROLS = ROOT / "book/results/controls"
BOOK_RUNS = list((ROOT / "book/results").glob("*/*/provenance.json"))
TEXT = (ROOT / "book/checking.md").read_text("utf-8")
NUMBER = "au_verdict_above_rotated_axes"


@pytest.fixture
def forged(tmp_path):
    """A copy of the networks that are compared, in which one that has weights measures better than it does."""
    store = shutil.copytree(CONTROLS, tmp_path / "controls", ignore=shutil.ignore_patterns("*.lock", "*.partial"))
    (path,) = store.glob(f"*cnn_ad-fold0-seed1*/{FILE}")
    measured = json.loads(path.read_text("utf-8"))
    measured["trained"]["best filter"] += .06
    del measured["digest"]
    return store, path, measured


def test_a_file_that_somebody_changed_is_noticed(run, forged):
    store, path, measured = forged
    path.write_text(json.dumps(measured | {"digest": "0" * 64}), "utf-8")
    with pytest.raises(PapermillExecutionError, match=r"analysis\.json is damaged"):
        run("checking", store=str(store))


def test_a_number_that_the_network_does_not_give_is_noticed(run, forged):
    store, path, measured = forged
    path.write_text(json.dumps(measured | {"digest": seal_of(measured)}), "utf-8")
    with pytest.raises(PapermillExecutionError, match="AssertionError: best filter"):
        run("checking", store=str(store))


def test_what_the_text_names_is_there():
    (named,) = re.findall(r"book/results/\S+", TEXT.split("python -m fer_lib.analysis verify")[1])
    assert (ROOT / named / FILE).exists() and (ROOT / named / "weights.safetensors").exists()
    assert TEXT.count(NUMBER) == 2


@pytest.fixture
def results(pages):
    """Of the book that was built, by name."""
    return {record["name"]: record for record in json.loads((pages / "results.json").read_text("utf-8"))["results"]}


@pytest.mark.pages
def test_one_number_is_followed_to_the_pixels(pages, results):
    """As the book was built: `make book` runs the chapter, and there is no other way to run it."""
    page = (pages / "checking.html").read_text("utf-8").replace("\u2060", "")       # between the parts of a name
    numbers = {name: record["value"] for name, record in results.items()}
    assert "Faces, code and versions" in page or "CHANGED since" in page
    assert 0 < numbers["checking_effect"] < .2 and numbers["checking_off"] <= 92
    assert numbers["checking_pairs"] == 6 * 3 * 5, "people, intensities of a half or more, resting faces"
    assert .5 < numbers["checking_more"] / numbers["checking_pairs"] <= 1, "so the text may say that it responds more"
    assert numbers["checking_networks"] > 5 and numbers["checking_units"] == 21
    assert numbers["checking_best"] > numbers["checking_lead"] > 0, "so the text may say that it is ahead"
    assert page.count('alt="P012, AU2: published"') == 1 and "drawn again" in page
    made = {path.parent.name: json.loads(path.read_text("utf-8"))["date"] for path in BOOK_RUNS}
    older = {name for name, date in made.items() if date <= str(rules()["units"].date)}
    assert (numbers["checking_older"], numbers["checking_stored"]) == (len(older), len(made))
    assert all((f">{name}<" in page) == (name in older) for name in made)


@pytest.mark.pages
def test_the_entry_on_the_page_is_that_of_the_file_and_the_number_that_of_the_files_below(pages, results):
    text = (pages / "checking.html").read_text("utf-8")
    (block,) = re.findall(r'<div class="entry highlight.*?<pre>(.*?)</pre>', text, re.DOTALL)
    assert json.loads(html.unescape(re.sub("<[^>]*>", "", block))) == results[NUMBER]
    assert results["checking_effect"]["value"] == pytest.approx(results[NUMBER]["value"])
    assert results[NUMBER]["display"] in text
