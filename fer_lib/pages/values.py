"""One file of parameters for all chapters of a book: what each gets, and its text with a cell of these added.

    dataset: ck_plus                # every chapter that has the parameter gets it
    data_root: ~/CK+
    recognition: {folds: [0, 1]}    # this chapter alone, before the above

Strict as a single chapter is (parameters.py): a name that no chapter has, a section for no chapter, a value of another
type are errors, all at once, before anything runs.
"""
import difflib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import jupytext
import yaml
from papermill.translators import PythonTranslator

from .parameters import ParameterError, coerced, parameters

NAMED_BY = "FER_BOOK_PARAMETERS"                # in a build's environment
TAG = "injected-parameters"                     # as papermill names such a cell
ABOUT = "about"                                 # what pages say of their faces: no parameter; see about.py


def read_values(path: Path, cells: Mapping[str, str]) -> dict[str, dict[str, Any]]:
    """{chapter: {parameter: value}}, for each chapter; cells: the source of each chapter's cell tagged `parameters`.

    ParameterError, a line for each mistake, which names the file.
    """
    return checked(read_table(path), cells, f"{path}")


def read_table(path: Path) -> dict[str, Any]:
    """What is in the file, whose names nobody has looked at. ParameterError, one sentence with the file and the line,
    where it is not there, not YAML, or no table."""
    try:
        given = yaml.safe_load(path.read_text(encoding="utf-8"))
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = f", line {mark.line + 1}" if mark else ""
        raise ParameterError(f"{path}{line}: not YAML, {error.problem or error.context}") from error
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise ParameterError(f"{path}: {' '.join(str(error).split())}") from error
    if not isinstance(given, dict) or not all(isinstance(name, str) for name in given):
        raise ParameterError(f"{path} must be a table of parameters, such as `dataset: ck_plus`, and of chapters, such "
                             "as `recognition: {folds: [0, 1]}`")
    return given


def checked(given: Mapping[str, Any], cells: Mapping[str, str], path: str) -> dict[str, dict[str, Any]]:
    """The same, of what is in the file. path: what a mistake names. Chapters in whose place another page stands get
    nothing."""
    replaced = (given.get(ABOUT) or {}).get("instead", ())
    given = {name: value for name, value in given.items() if name != ABOUT}
    cells = {chapter: source for chapter, source in cells.items() if chapter not in replaced}
    known = {chapter: parameters(source) for chapter, source in cells.items()}
    everywhere = {name: value for name, value in given.items() if name not in cells}
    wrong = [f"{path}: no chapter has a parameter {name}, and none is called so{near(name, known)}"
             for name in everywhere if not any(name in of_chapter for of_chapter in known.values())]
    found = {}
    for chapter, source in cells.items():
        own = given.get(chapter, {})
        if not isinstance(own, dict):
            wrong.append(f"{path}: {chapter} is a chapter; what it gets is a table, such as `{chapter}: {{seed: 1}}`")
            continue
        values = {name: value for name, value in everywhere.items() if name in known[chapter]} | own
        try:
            found[chapter] = coerced(source, values, chapter=f"{path}, {chapter}")
        except ParameterError as error:
            wrong.append(str(error))
    if wrong:
        raise ParameterError("\n".join(dict.fromkeys(wrong)))
    return found


def near(name: str, known: Mapping[str, Mapping]) -> str:
    names = {*known, *(parameter for of_chapter in known.values() for parameter in of_chapter)}
    close = difflib.get_close_matches(name, sorted(names), 1)
    return f"; did you mean {close[0]}?" if close else ""


def cells_of(book: Path) -> dict[str, str]:
    """The cells tagged `parameters` of the chapters in a folder, by their names."""
    texts = {path.stem: path.read_text(encoding="utf-8") for path in sorted(book.glob("*.md"))}
    return {name: cell for name, text in texts.items() if (cell := parameters_cell(text)) is not None}


def parameters_cell(text: str) -> str | None:
    """The source of the cell tagged `parameters` of a chapter's text (MyST Markdown); None where there is none."""
    for cell in jupytext.reads(text, "md:myst").cells:
        if cell.cell_type == "code" and "parameters" in cell.metadata.get("tags", []):
            return cell.source
    return None


def with_values(text: str, values: Mapping[str, Any]) -> str:
    """A chapter's text, and below its cell tagged `parameters` another that sets these, as papermill adds it: folded
    like the first. The text itself where there are none. ValueError for a text without such a cell."""
    if not values:
        return text
    lines, source = text.splitlines(keepends=True), parameters_cell(text)
    if source is None:
        raise ValueError("the chapter has no cell tagged `parameters`")
    last = source.splitlines()[-1]
    end = next(i for i, line in enumerate(lines) if line.rstrip("\n") == last
               and lines[i + 1:i + 2] and set(lines[i + 1].strip()) == {"`"})
    fence = lines[end + 1].strip()
    cell = (f"\n{fence}{{code-cell}} ipython3\n:tags: [{TAG}, hide-input]\n"
            ':mystnb: {code_prompt_show: "With these values"}\n'
            f"{PythonTranslator.codify(dict(values), 'Parameters')}{fence}\n")
    return "".join([*lines[:end + 2], cell, *lines[end + 2:]])
