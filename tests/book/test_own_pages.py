"""Pages of a build about other faces than the book's own: they name the set, and say nothing that was not computed."""
import json
import re
from types import SimpleNamespace

import own_pages
import pytest
from docutils import nodes
from docutils.utils import new_document
from tiny_book import chapter

from fer_lib.pages.about import NOT_TO_BE_PUBLISHED, OF_THE_BOOK, TRIAL, About, read_about
from fer_lib.pages.notebooks import BOOK
from fer_lib.pages.parameters import ParameterError

MINE = """size: 5
about:
  set: ck_plus
  called: CK+
  faces: "1,308 images"
  plan: minutes
  people: false
  trial: true
  show_faces: true
  cannot: {units: No unit is known.}
  instead: {two: "# Nothing here\\n\\nCK+ has no such thing.\\n"}
"""
TEXT = """It has {glue:}`images` images. It is right in {glue:}`gone` of them. *Caption: of {glue:}`gone_too`.*
And so {set}`the twin` ends.

{glue:}`lost` of {glue:}`lost` alone.

:::{only} drawn
Only of drawn faces.
:::

:::{only} own
Only of others, of {set}`drawings`.
:::

:::{only} people
Somebody is known.
:::

:::{only} not no_units
Units are judged.
:::

:::{only} own and no_units and show_faces
Units are not judged.
:::
"""


def test_pages_of_another_set_speak_of_it(book, tmp_path, monkeypatch):
    glue = 'from fer_lib.pages.notebooks import glue\nglue("images", 1308, source="all")'
    book.write("book/one.md", chapter(glue, text=TEXT))
    book.write("book/two.md", chapter(text="## Two\n\n(a-place)=\n### Here"))
    book.write("book/index.md", "# Tiny\n\nThere are {glue:text}`one.md::images:s` images. [There](#a-place).\n")
    (tmp_path / "mine.yml").write_text(MINE, encoding="utf-8")
    monkeypatch.setenv("FER_BOOK_PARAMETERS", str(tmp_path / "mine.yml"))
    result = book.build("-W", "--path-output", "_build/mine")
    assert result.returncode == 0, result.stderr
    built = book.root / "_build/mine/_build/html"
    one, two, index = ((built / f"{name}.html").read_text("utf-8") for name in ("one", "two", "index"))
    text = " ".join(re.sub("<[^>]+>", "", one.split("<article", 1)[1]).split())
    assert "It has 1,308 images. And so CK+ ends." in text
    assert "It is right" not in text and "alone" not in text
    assert "Only of others, of CK+." in text and "Only of drawn" not in text and "Somebody" not in text
    assert "Units are not judged." in text and "Units are judged." not in text
    for page in (one, two, index):
        words = " ".join(re.sub("<[^>]+>", "", page).split())
        assert "This page is about CK+: 1,308 images; networks of a trial." in words
        assert TRIAL in words and NOT_TO_BE_PUBLISHED.replace("'", "’") in words.replace("'", "’")
        assert re.search(r"<title>[^<]*on CK\+</title>", page)
    assert "CK+ has no such thing." in two and "It is right" not in two and 'href="two.html#a-place"' in index
    content = json.loads((built / "results.json").read_text("utf-8"))
    assert content["about"]["set"] == "ck_plus" and set(content["rules"]) == {"version", "date"}


@pytest.mark.parametrize("values, due", [
    ({"data": {"dataset": "ck_plus", "show_faces": True}, "filters": {}}, True),
    ({"data": {"dataset": "ck_plus", "show_faces": None}}, False), ({"data": {"show_faces": True}}, False), ({}, False),
])
def test_photographs_of_one_chapter_alone_bring_the_banner_to_every_page(monkeypatch, values, due):
    monkeypatch.setattr("own_pages.given", values)
    monkeypatch.setattr("own_pages.said", [])
    section = nodes.section("", nodes.title("", "A page"))
    own_pages.put_line(SimpleNamespace(env=SimpleNamespace(docname="filters")), nodes.container("", section))
    assert (NOT_TO_BE_PUBLISHED in section.astext()) == due and "This page is about" not in section.astext()
    monkeypatch.setattr("own_pages.said", [About("ck_plus", "CK+")])        # of which nothing else says so
    section = nodes.section("", nodes.title("", "A page"))
    own_pages.put_line(SimpleNamespace(env=SimpleNamespace(docname="filters")), nodes.container("", section))
    assert (NOT_TO_BE_PUBLISHED in section.astext()) == due


def test_what_the_book_says_of_itself_is_as_it_was(book):
    book.write("book/one.md", chapter(text=TEXT.replace("gone_too", "images").replace("gone", "images").replace(
        "lost", "images")) .replace("size = 3", "size = 3\nfrom fer_lib.pages.notebooks import glue\n"
                                                'glue("images", 7, source="all")'))
    assert book.build("-W").returncode == 0
    text = " ".join(re.sub("<[^>]+>", "", (book.html / "one.html").read_text("utf-8")).split())
    assert "Units are judged." in text and "Units are not" not in text
    assert "And so the twin ends." in text and "Only of drawn faces." in text and "Somebody is known." in text
    assert "Only of others" not in text and "This page is about" not in text


def test_a_sentence_ends_where_it_ends():
    from own_pages import leave_out
    gone, kept = nodes.inline("", "5"), nodes.inline("", "7")
    holder = nodes.paragraph("", "", nodes.Text("One is "), kept, nodes.Text(", and so on. Two are "), gone,
                             nodes.Text(" (by e.g. 3.5)? Three. "), nodes.strong("", "Four"))
    leave_out(gone)
    assert holder.astext() == "One is 7, and so on. Three. Four"


def test_what_held_nothing_else_goes_with_it():
    from own_pages import leave_out
    gone = nodes.inline("", "5")
    section = nodes.section("", nodes.paragraph("", "", nodes.emphasis("", "", nodes.Text("Of "), gone)))
    leave_out(gone)
    assert not section.children


def test_two_numbers_of_a_sentence_go_once():
    from own_pages import leave_out, stands
    gone, gone_too, kept = (nodes.inline("", number) for number in "123")
    paragraph = nodes.paragraph("", "", nodes.Text("From "), gone, nodes.Text(" to "), gone_too, nodes.Text("."))
    document = new_document("one")
    document += [paragraph, nodes.paragraph("", "", kept)]
    leave_out(gone)
    assert not stands(gone_too) and not stands(gone) and stands(kept) and len(document.children) == 1


def test_a_set_says_what_is_known_of_it_by_its_name(tmp_path):
    path = tmp_path / "mine.yml"
    for text, tags in (("dataset: fer2013", ["own", "fer2013", "runs"]),
                       ("dataset: tfd", ["own", "tfd", "people", "runs"]),
                       ("dataset: ck48\noptions: {au_table: u.csv}", ["own", "ck48", "codes", "people", "runs"])):
        path.write_text(text, encoding="utf-8")
        assert read_about(path).tags == tags
    path.write_text("seed: 1", encoding="utf-8")
    assert read_about(path) is None, "the book's own faces"
    path.write_text("about: {set: tfd, called: TFD, sise: 3}", encoding="utf-8")
    with pytest.raises(ParameterError, match="about is a table of set, called"):
        read_about(path)


def test_a_page_that_is_the_same_on_any_faces_says_that_it_is_not_about_these():
    about = About("ck_plus", "CK+", "1,308 images", "quick")
    assert about.line("filters") == "This page is about CK+: 1,308 images; networks of the quick plan."
    for page in OF_THE_BOOK:
        assert about.line(page) == "These pages are about CK+; this one is about the book itself."
        assert (BOOK / f"{page}.md").exists()


def test_a_claim_is_explained_on_the_page_that_judges_it():
    about = About("tfd", "TFD", cannot={"units": "No codes.", "identity": "Nobody."})
    assert [why for _, why in about.not_testable("action_units")] == ["No codes.", "Nobody."]
    assert about.not_testable("filters") == []
