"""What a chapter's text refers to is there, and it can be read: found in a second, and not at the end of a build."""
import ast
import re
from pathlib import Path

import jupytext
import pytest

BOOK = Path(__file__).parents[2] / "book"
CHAPTERS = sorted(BOOK.glob("*.md"))
TEXT = {path.name: path.read_text(encoding="utf-8") for path in CHAPTERS}
PLACES = set(re.findall(r"^\(([\w-]+)\)=$", "\n".join(TEXT.values()), re.MULTILINE))
SOURCES = set(re.findall(r"^@\w+\{([^,]+),", (BOOK / "references.bib").read_text(encoding="utf-8"), re.MULTILINE))


def wanting(text: str) -> list[str]:
    """References to places, pages and sources that there are not."""
    places = [name for name in re.findall(r"\]\(#([\w-]+)\)", text) if name not in PLACES]
    pages = [name for name in re.findall(r"\]\(([\w-]+\.md)[)#]", text) if name not in TEXT]
    cited = [key for keys in re.findall(r"\{cite:[tp]+\}`([^`]+)`", text) for key in re.split(r",\s*", keys)]
    return places + pages + [key for key in cited if key not in SOURCES]


@pytest.mark.parametrize("name", TEXT)
def test_references_lead_somewhere(name):
    assert wanting(TEXT[name]) == []


def test_what_is_wanting_is_noticed():
    assert len(PLACES) > 5 and len(SOURCES) > 20
    assert wanting("[a](#gone), [b](nowhere.md), [c](nowhere.md#x), {cite:p}`khorrami2015, nobody1999`") == [
        "gone", "nowhere.md", "nowhere.md", "nobody1999"]


# An argument, and the code that is its method

LINES, SHOWN, HIDDEN = 400, 120, 120            # of a chapter; of its shown code; of all other code
CELL, WIDTH = 12, 76                            # of a shown cell: what the column holds at 1280 pixels
NOTEBOOKS = [name for name, text in TEXT.items() if "file_format: mystnb" in text]


def cells(name: str) -> tuple[list[str], list[str]]:
    """Code that a page shows, and code that it hides or that is for papermill."""
    found = [cell for cell in jupytext.reads(TEXT[name], "md:myst").cells if cell.cell_type == "code"]
    shown = [not any(tag == "parameters" or tag.startswith(("hide", "remove")) for tag in cell.metadata.get("tags", []))
             for cell in found]
    return ([cell.source for cell, seen in zip(found, shown, strict=True) if seen],
            [cell.source for cell, seen in zip(found, shown, strict=True) if not seen])


def lines(sources: list[str]) -> list[str]:
    return [line for source in sources for line in source.splitlines()]


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_a_chapter_can_be_read(name):
    shown, hidden = cells(name)
    assert len(TEXT[name].splitlines()) <= LINES
    assert len(lines(shown)) <= SHOWN and len(lines(hidden)) <= HIDDEN
    assert not [source for source in shown if len(source.splitlines()) > CELL]
    assert not [line for line in lines(shown) if len(line) > WIDTH]


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_parameters_are_folded_under_what_they_are_for(name):
    (parameters,) = [cell.metadata for cell in jupytext.reads(TEXT[name], "md:myst").cells
                     if "parameters" in cell.metadata.get("tags", [])]
    assert "hide-input" in parameters["tags"]
    assert parameters["mystnb"] == {"code_prompt_show": "Run this chapter with other values"}


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_a_chapter_defines_no_function_but_its_method_s(name):
    """What is hidden is plumbing: it calls the library."""
    _, hidden = cells(name)
    defined = [node.name for node in ast.walk(ast.parse("\n".join(hidden)))
               if isinstance(node, ast.FunctionDef | ast.ClassDef)]
    assert defined == []
