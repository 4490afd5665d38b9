"""A tiny book with a page to cite and a number's entry: as it is built, and as it is when an address is known."""
import html
import json
import re
import shutil

import pytest
import yaml
from PIL import Image
from test_citation import DOI, SWHID
from tiny_book import ROOT, TinyBook

ADDRESS = "https://somebody.github.io/faces"
ENTRY = "\n\n```{entry} accuracy\n:doc: two.md\n```\n"


@pytest.fixture(scope="module")
def taken(tmp_path_factory):
    """One that has no address, built."""
    book = TinyBook(tmp_path_factory.mktemp("taken") / "a book")
    for name in ("CITATION.cff", "pyproject.toml", "book/cite.md", "book/references.bib"):
        shutil.copy(ROOT / name, book.root / name)
    book.write("_toc.yml", "format: jb-book\nroot: index\nchapters:\n- file: one\n- file: two\n- file: cite\n")
    book.write("book/index.md", "# Tiny\n\nA number's entry." + ENTRY)
    result = book.build("-W", "--keep-going")
    assert result.returncode == 0, result.stderr
    return book


@pytest.fixture(scope="module")
def published(taken, tmp_path_factory):
    """The same, with address and identifiers."""
    root = tmp_path_factory.mktemp("published") / "a book"
    shutil.copytree(taken.root, root, symlinks=True)
    book = object.__new__(TinyBook)
    book.root, book.html = root, root / "_build/html"
    for old, new in (('baseurl: ""', f"baseurl: {ADDRESS}"), ('book_doi: ""', f"book_doi: {DOI}"),
                     ('book_swhid: ""', f"book_swhid: '{SWHID}'")):
        book.replace("_config.yml", old, new)
    result = book.build("-W", "--keep-going")
    assert result.returncode == 0, result.stderr
    return book


def page(book, name):
    return (book.html / f"{name}.html").read_text("utf-8")


def shown(text, kind):
    """What stands in a block of code, as a reader copies it."""
    (block,) = re.findall(rf'<div class="{kind} highlight.*?<pre>(.*?)</pre>', text, re.DOTALL)
    return html.unescape(re.sub("<[^>]*>", "", block))


def test_an_entry_is_that_of_results_json(taken):
    (record,) = [one for one in json.loads((taken.html / "results.json").read_text("utf-8"))["results"]
                 if one["name"] == "accuracy"]
    assert json.loads(shown(page(taken, "index"), "entry")) == record


def test_an_entry_of_a_number_that_nobody_glued_is_a_warning(book):
    book.write("book/index.md", "# Tiny\n" + ENTRY.replace("accuracy", "acuracy"))
    result = book.build("-W", "--keep-going")
    assert result.returncode != 0 and "no number 'acuracy' is glued in two" in result.stderr


def test_while_nothing_is_set_no_page_has_an_identifier_or_a_picture_elsewhere(taken):
    for name in ("index", "cite", "genindex"):
        assert not re.search("og:image|twitter:|og:url|doi.org/10.5281|swh:1", page(taken, name)), name
        assert 'property="og:site_name"' in page(taken, name)
        for icon in ("favicon.svg", "favicon.ico"):
            assert f'href="_static/{icon}"' in page(taken, name) and (taken.html / "_static" / icon).exists()
    assert not (taken.html / "_static/card.png").exists()
    assert (taken.html / "CITATION.cff").read_text("utf-8") == (ROOT / "CITATION.cff").read_text("utf-8")


def test_every_page_leads_to_the_citation(taken):
    assert all('href="cite.html"' in page(taken, name) for name in ("index", "one", "two", "search"))
    assert 'href="CITATION.cff" download' in page(taken, "cite") and "sphinx-copybutton" not in page(taken, "cite")
    assert "copybutton.js" in page(taken, "cite"), "which gives each block of code its button"


def test_identifiers_are_everywhere_once_they_are_set(published):
    text = page(published, "cite")
    assert f'href="https://doi.org/{DOI}"' in text and f'href="https://archive.softwareheritage.org/{SWHID}"' in text
    assert text.count(DOI) >= 3 and text.count(SWHID) >= 3       # in BibTeX, too
    about = yaml.safe_load((published.html / "CITATION.cff").read_text("utf-8"))
    assert about["doi"] == DOI and about["identifiers"][0]["value"] == SWHID


def test_with_an_address_a_shared_link_has_a_picture(published):
    for name in ("index", "two"):
        found = dict(re.findall('<meta property="([^"]*)" content="([^"]*)"', page(published, name)))
        assert found["og:url"] == f"{ADDRESS}/{name}.html" and found["og:image"] == f"{ADDRESS}/_static/card.png"
        assert found["twitter:card"] == "summary_large_image" and found["og:image:alt"]
    assert found["og:title"] == "A chapter" and found["og:site_name"].startswith("Do deep neural networks")
    with Image.open(published.html / "_static/card.png") as card:
        assert card.size == (1200, 630) == (int(found["og:image:width"]), int(found["og:image:height"]))
    assert (published.html / "_static/card.png").stat().st_size < 300_000
