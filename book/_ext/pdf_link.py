"""The link to the book as one PDF, on the pages that have a place for it, where there is one.

    <p class="book-pdf" hidden></p>         in a page's text, or <span …>

`make pdf` (print_book.py) prints the built pages, and fills these places. Pages that are built later are not those that
were printed: then the PDF is removed, and the places are emptied. So no link leads nowhere, or to another book, and
that needs no script in the page.
"""
import os
import re
from pathlib import Path

from sphinx.util import logging

logger = logging.getLogger(__name__)
PDF = "book.pdf"
PLACE = re.compile(r'<(p|span) class="book-pdf"[^>]*>.*?</\1>', re.DOTALL)


def offer(folder: Path, pages: int | None = None) -> list[str]:
    """Fill the places in built pages, or empty them where there is no PDF → the names of the pages that have one.

    pages: how many the PDF has.
    """
    file, found = folder / PDF, []
    text = " hidden>"
    if file.exists():
        text = (f'><a href="{PDF}">The book as a PDF</a> ({pages} pages, {file.stat().st_size / 1e6:.0f} MB)')
    for path in sorted(folder.glob("*.html")):
        before = path.read_text("utf-8")
        after = PLACE.sub(lambda place: f'<{place[1]} class="book-pdf"{text}</{place[1]}>', before)
        found += [path.stem] * bool(PLACE.search(before))
        if after != before:
            path.write_text(after, "utf-8")
    if file.exists():
        os.utime(file)                              # not older than the pages that were just written
    return found


def remove_outdated(app, error):
    folder = Path(app.outdir)
    file = folder / PDF
    if error or app.builder.format != "html" or not file.exists():
        return
    newest = max((folder / f"{page}.html").stat().st_mtime_ns for page in app.env.found_docs)
    if newest > file.stat().st_mtime_ns:
        file.unlink()
        offer(folder)
        logger.info("%s was printed from older pages, and is removed: 'make pdf' prints it again", PDF)


def setup(app):
    app.connect("build-finished", remove_outdated)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
