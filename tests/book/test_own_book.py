"""The whole book on each set's own layout, by the command, with networks that have learned nothing; minutes each."""
import json
import os
import re
import subprocess
import sys

import pytest
from layouts import write
from tiny_book import ROOT

from fer_lib.datasets import synthetic
from fer_lib.pages.about import OF_THE_BOOK

pytestmark = pytest.mark.slow
PAGES = [path.stem for path in sorted((ROOT / "book").glob("*.md"))]
UNKNOWN = {"ck_plus": set(), "ck48": set(), "tfd": {"codes"}, "fer2013": {"codes", "people"}}


def build(place, name: str, *more: str) -> subprocess.CompletedProcess:
    return subprocess.run(
        [sys.executable, "-m", "fer_lib.pages", "build", "--faces", name, "--root", place / "my faces", "--plan",
         "minutes", "--store", place / "networks", "--output", place / "the pages", *more], cwd=place,
        encoding="utf-8", capture_output=True,
        env=os.environ | {"FER_LIB_CACHE": f"{place}/cache", "PYTHONPATH": f"{ROOT}"})


def text_of(page) -> str:
    return " ".join(re.sub("<script.*?</script>|<[^>]+>", " ", page.read_text("utf-8"), flags=re.DOTALL).split())


@pytest.mark.parametrize("name", UNKNOWN)
def test_every_page_is_there_and_speaks_of_the_set(name, twin, tmp_path):
    options = write(name, twin, tmp_path / "my faces").get("options", {})
    given = ("--options", json.dumps(options)) if options else ()
    done = build(tmp_path, name, *given)
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-6000:]
    assert not re.findall(r"^.*WARNING.*$", done.stderr, re.MULTILINE)
    built = tmp_path / "the pages/_build/html"
    called = {"ck_plus": "CK+", "ck48": "CK+48", "tfd": "TFD", "fer2013": "FER2013"}[name]
    for page in PAGES:
        said = text_of(built / f"{page}.html")
        about = "These pages are" if page in OF_THE_BOOK else "This page is"
        assert f"{about} about {called}" in said and "A trial: every network" in said, page
    results = json.loads((built / "results.json").read_text("utf-8"))
    assert results["about"]["set"] == name and results["about"]["plan"] == "minutes"
    assert {key for key in ("codes", "people") if not results["about"][key]} == UNKNOWN[name]
    index = text_of(built / "index.html")
    assert "the book:" in index and "What was claimed" in index
    assert ("has no codes of action units" in text_of(built / "action_units.html")) == ("codes" in UNKNOWN[name])
    assert "not shown" in text_of(built / "filters.html"), "photographs are withheld"
    again = build(tmp_path, name, *given)
    assert again.returncode == 0 and "networks are trained and measured" in again.stdout
    assert "Executing notebook" not in again.stdout + again.stderr, "nothing runs a second time"


def test_the_twin_written_as_ck_plus_goes_through_the_face_detector(tmp_path):
    synthetic.write_as_ck_plus(tmp_path / "my faces", progress=False, subjects=12, sequences=40)
    done = build(tmp_path, "ck_plus")
    assert done.returncode == 0, done.stderr[-6000:]
    assert "This page is about CK+" in text_of(tmp_path / "the pages/_build/html/action_units.html")
