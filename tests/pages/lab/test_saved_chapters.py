"""A chapter that is opened as a notebook and saved is still the book's: pyproject.toml says how."""
import jupytext
import pytest
from jupytext.config import load_jupytext_config

from fer_lib.pages.notebooks import BOOK

CHAPTERS = [path for path in sorted(BOOK.glob("*.md")) if "file_format: mystnb" in path.read_text(encoding="utf-8")]


@pytest.mark.parametrize("path", CHAPTERS, ids=lambda path: path.stem)
def test_nothing_is_lost(path):
    config, text = load_jupytext_config(str(path)), path.read_text(encoding="utf-8")
    assert config is not None
    notebook = jupytext.reads(text, "md:myst", config=config)
    saved = jupytext.writes(notebook, "md:myst", config=config)
    front, again = (set(one.split("---")[1].split("\n")) for one in (text, saved))
    assert again == front, "the front matter is as it was"
    cells = [[(cell.cell_type, cell.source, cell.metadata) for cell in jupytext.reads(one, "md:myst").cells]
             for one in (text, saved)]
    assert cells[0] == cells[1]
