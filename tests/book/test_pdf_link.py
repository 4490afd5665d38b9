"""The link to book.pdf is on a page where there is one of these pages, and nowhere else."""
import os
from types import SimpleNamespace

import pdf_link
import pytest

EMPTY = '<p>Before.</p><p class="book-pdf" hidden></p><p>In <span class="book-pdf" hidden></span> a sentence.</p>'


@pytest.fixture
def built(tmp_path):
    (tmp_path / "index.html").write_text(EMPTY, "utf-8")
    (tmp_path / "data.html").write_text("<p>No place</p>", "utf-8")
    return tmp_path


def app(folder):
    return SimpleNamespace(outdir=folder, builder=SimpleNamespace(format="html"),
                           env=SimpleNamespace(found_docs={"index", "data"}))


def text(folder):
    return (folder / "index.html").read_text("utf-8")


def printed(folder):
    (folder / "book.pdf").write_bytes(b"%PDF" + bytes(12_000_000))
    return pdf_link.offer(folder, 120)


def test_no_pdf_no_link(built):
    assert pdf_link.offer(built) == ["index"] and text(built) == EMPTY


def test_where_it_was_printed_each_place_links_to_it(built):
    assert printed(built) == ["index"] and printed(built) == ["index"]
    for tag in ("p", "span"):
        assert f'<{tag} class="book-pdf"><a href="book.pdf">The book as a PDF</a> (120 pages, 12 MB)</{tag}>' in text(
            built)
    assert "hidden" not in text(built) and (built / "data.html").read_text("utf-8") == "<p>No place</p>"


def test_a_build_that_writes_no_page_keeps_it(built):
    printed(built)
    pdf_link.remove_outdated(app(built), None)
    assert (built / "book.pdf").exists() and "book.pdf" in text(built)


def test_one_that_writes_a_page_removes_it_and_its_link(built):
    printed(built)
    later = (built / "book.pdf").stat().st_mtime_ns + 10 ** 9
    os.utime(built / "data.html", ns=(later, later))
    pdf_link.remove_outdated(app(built), None)
    assert not (built / "book.pdf").exists() and text(built) == EMPTY


def test_one_that_failed_leaves_all_as_it_is(built):
    printed(built)
    os.utime(built / "data.html", ns=(2 ** 62, 2 ** 62))
    pdf_link.remove_outdated(app(built), ValueError())
    assert (built / "book.pdf").exists() and "book.pdf" in text(built)
