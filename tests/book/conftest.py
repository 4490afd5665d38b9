"""The tiny book, built once; and chapters of the real one, run by papermill on small data sets."""

import os
import re
import sys
from contextlib import ExitStack

import papermill
import pytest
from browser import needed, served
from layouts import SMALL
from tiny_book import ROOT, TinyBook
from visit import HTML, Visit

from fer_lib import Recipe, load_dataset, load_or_train
from fer_lib.pages.notebooks import RECORD

sys.path.insert(0, str(ROOT / "book/_ext"))         # the book's extension can be imported


@pytest.fixture(scope="session")
def built_once(tmp_path_factory):
    book = TinyBook(tmp_path_factory.mktemp("tiny") / "a book")
    result = book.build("-W", "--keep-going")
    book.keep()
    return book, result


@pytest.fixture
def book(built_once):
    """The tiny book, built as it should be; its files are put back afterwards."""
    book, _ = built_once
    yield book
    book.restore()


@pytest.fixture(params=["http", "file"])
def address(request, tiny, serve):
    """Of the pages that a file's own `tiny` builds, from a server and from the disk."""
    return serve(tiny) if request.param == "http" else tiny.as_uri()


@pytest.fixture(scope="session")
def own_cache(tmp_path_factory):
    """What chapters load and train stays out of the user's cache. All of xdist's workers share one, which the library
    locks: a small twin takes 20 seconds to draw."""
    base = tmp_path_factory.getbasetemp()
    shared = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("FER_LIB_CACHE", str(shared / "cache of chapters"))
        yield


@pytest.fixture(scope="session")
def twin(own_cache):
    return load_dataset("synthetic", **SMALL, progress=False)


@pytest.fixture(scope="session")
def smaller(own_cache):
    """The same faces at 48 pixels, where everything takes a quarter of the time."""
    return load_dataset("synthetic", size=48, **SMALL, progress=False)


@pytest.fixture(scope="session")
def trained(smaller, tmp_path_factory):
    """The folder of a run of CNN+AD on them."""
    recipe = Recipe.quick(augment=True, dropout=True, steps=1, every=1, batch=8)
    return load_or_train(smaller, recipe, store=tmp_path_factory.mktemp("runs"), progress=False).folder


@pytest.fixture
def run(own_cache, tmp_path, forked_kernels):
    """run(chapter, **parameters) → (what the chapter printed and showed, glued numbers by name)."""

    def execute(chapter, **parameters):
        notebook = papermill.execute_notebook(ROOT / f"book/{chapter}.md", tmp_path / "out.ipynb", parameters,
                                              progress_bar=False, cwd=tmp_path)
        outputs = [output for cell in notebook.cells for output in cell.get("outputs", [])]
        shown = [output.get("text", "") + "".join(output.get("data", {}).get(kind, "") for kind in
                                                  ("text/html", "text/markdown")) for output in outputs]
        records = [output.metadata[RECORD] for output in outputs if RECORD in output.get("metadata", {})]
        return without_labels("\n".join(shown)), {record["name"]: record["value"] for record in records}

    return execute


def without_labels(page):
    """Verdicts as they are read: words."""
    return re.sub(r'(?:\*\*)? <span class="verdict verdict-[a-z-]+">([^<]*)</span>', r" \1", page)


@pytest.fixture
def stored(tmp_path):
    """Where the library keeps the book's runs, once it is found in the folder that chapters run in."""
    (tmp_path / "fer_lib").symlink_to(ROOT / "fer_lib")
    return tmp_path / "book/results/runs"


@pytest.fixture(scope="session")
def pages():
    """The folder of the built book."""
    needed((HTML / "index.html").exists(), "There are no pages: run `make book` first")
    return HTML


@pytest.fixture(scope="session")
def serve():
    """serve(folder): the address at which it is served."""
    with ExitStack() as stack:
        yield lambda folder: stack.enter_context(served(folder))


@pytest.fixture
def visit(chromium):
    visits = []

    def go(address, width=1280):
        visits.append(Visit(chromium, address, width))
        return visits[-1]

    yield go
    for opened in visits:
        opened.close()
