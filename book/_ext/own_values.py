"""The book with other values: one file of parameters for all chapters (fer_lib/pages/values.py).

    FER_BOOK_PARAMETERS=mine.yml jupyter-book build --path-output _build/mine book/

What a chapter gets stands in its text, folded below its own defaults, as if it had been written there: so Sphinx, the
cache and the kernel all see the same chapter. Another file of parameters is another build.
"""
import os
import re
from pathlib import Path

from sphinx.errors import ExtensionError

from fer_lib.pages.about import About, read_about
from fer_lib.pages.parameters import ParameterError
from fer_lib.pages.values import NAMED_BY, cells_of, read_values, with_values

LABEL = re.compile(r"^\([\w-]+\)=$", re.MULTILINE)         # which other pages refer to
NUMBER = re.compile(r"\{glue:\}`(\w+)`")            # of the page itself
given: dict[str, dict] = {}                     # of each chapter, in this build
said: list[About] = []                          # of the faces that this build is about, if not of the book's own


def setup(app):
    app.connect("config-inited", read_given, priority=50)       # before anything is decided by it, and before it runs
    app.connect("source-read", put_in)
    return {"parallel_read_safe": True, "parallel_write_safe": True}


def named() -> Path | None:
    """The file of parameters of this build."""
    path = os.environ.get(NAMED_BY)
    return Path(path).expanduser() if path else None


def read_given(app, config):
    given.clear()
    said.clear()
    if (path := named()) is None:
        return
    refuse_own_pages(Path(app.srcdir), Path(app.outdir))
    try:
        given.update(read_values(path, cells_of(Path(app.srcdir))))
        said.extend(filter(None, [read_about(path)]))
    except ParameterError as error:
        raise ExtensionError(f"The parameters that {NAMED_BY} names cannot be taken:\n{error}") from error


def refuse_own_pages(book: Path, output: Path):
    """The book's own pages, and the cache of its chapters, would give way. ExtensionError, before either is touched."""
    own = book.resolve().parent / "_build"
    if output.resolve().parent == own or (own / "_page") in output.resolve().parents:
        raise ExtensionError(f"{NAMED_BY} names other parameters, and these pages would take the place of the book's "
                             "own; say where they are to come, --path-output _build/mine, or unset it")


def own_text(page: str, text: str) -> str:
    """What is to be read in place of a page's file."""
    if said and page in said[0].instead:
        return "\n".join([*LABEL.findall(text), "", said[0].instead[page]])
    text = with_values(text, given.get(page, {}))
    # found when the page is written, so that it can be left out where it is missing: see own_pages.py
    return NUMBER.sub(rf"{{glue:text}}`{page}.md::\1:s`", text) if said else text


def put_in(app, page, source):
    source[0] = own_text(page, source[0])
