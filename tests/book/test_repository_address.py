"""Buttons that need the repository's address are there where it is given."""
import json
import os
import re
import shutil

from tiny_book import ROOT, TinyBook

BUTTONS = (
    "btn-source-repository-button",
    "btn-source-edit-button",
    "btn-source-issues-button",
    "mybinder.org",
    "colab",
)


def test_without_an_address_no_page_has_a_button_that_needs_it(book):
    assert not [word for word in BUTTONS for name in ("index", "one") if word in book.page(name)]


def test_with_an_address_the_buttons_appear(book):
    book.replace("_config.yml", 'url: ""', "url: https://github.com/somebody/faces")
    assert book.build("-W").returncode == 0
    text = book.page("one")
    assert not [word for word in BUTTONS if word not in text]
    for address in (
        "mybinder.org/v2/gh/somebody/faces/main?urlpath=lab/tree/book/one.md",
        "colab.research.google.com/github/somebody/faces/blob/notebooks/one.ipynb",
        "github.com/somebody/faces/edit/main/book/one.md",
        "github.com/somebody/faces/issues/new",
    ):
        assert f"https://{address}" in text
    first = json.loads((book.html / "notebooks/one.ipynb").read_text(encoding="utf-8"))["cells"][0]
    source = "".join(first["source"])
    assert first["cell_type"] == "code" and "git clone --quiet https://github.com/somebody/faces " in source
    assert f"checkout --quiet {os.environ.get('GITHUB_SHA', 'main')}" in source
    shutil.rmtree(book.html)


def test_the_address_of_the_real_book_does_not_matter_here(tmp_path, monkeypatch):
    shutil.copytree(ROOT / "book/_ext", tmp_path / "real/book/_ext")
    shutil.copy(ROOT / "book/_toc.yml", tmp_path / "real/book")
    text = (ROOT / "_config.yml").read_text(encoding="utf-8")
    (tmp_path / "real/_config.yml").write_text(re.sub("(?m)^  url: .*", "  url: https://github.com/a/b", text), "utf-8")
    monkeypatch.setattr("tiny_book.ROOT", tmp_path / "real")
    assert (TinyBook(tmp_path / "tiny").root / "_config.yml").read_text(encoding="utf-8").count('\n  url: ""\n') == 1
