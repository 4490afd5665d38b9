"""The tiny book, built once; the extension of the real one can be imported."""

import sys

import pytest
from tiny_book import ROOT, TinyBook

sys.path.insert(0, str(ROOT / "book/_ext"))


@pytest.fixture(scope="session")
def built_once(tmp_path_factory):
    book = TinyBook(tmp_path_factory.mktemp("tiny") / "a book")
    return book, book.build("-W", "--keep-going")


@pytest.fixture
def book(built_once):
    """The tiny book, built as it should be; its files are put back afterwards."""
    book, _ = built_once
    yield book
    if book.restore():
        result = book.build()
        assert result.returncode == 0, result.stderr
