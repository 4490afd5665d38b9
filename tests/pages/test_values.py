"""One file of parameters for all chapters: who gets what, what is refused, and that a chapter's text runs with it."""
from pathlib import Path

import jupytext
import pytest

from fer_lib.pages.notebooks import BOOK
from fer_lib.pages.parameters import ParameterError
from fer_lib.pages.values import TAG, parameters_cell, read_values, with_values

CELLS = {"one": "dataset: str = 'synthetic'\nseed = 0\nfolds = [0]", "two": "dataset: str = 'synthetic'\nseed = 0",
         "three": "bins = 20"}
CHAPTER = """---
file_format: mystnb
kernelspec: {name: python3, display_name: Python 3, language: python}
---

# A chapter

FENCE{code-cell} ipython3
:tags: [parameters, hide-input]
seed = 0        # of everything
FENCE

FENCE{code-cell} ipython3
print(seed)
FENCE
"""


def written(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "mine.yml"
    path.write_text(text, encoding="utf-8")
    return path


def test_every_chapter_gets_what_it_has_and_its_own_before_that(tmp_path):
    path = written(tmp_path, "dataset: ck_plus\nseed: 3\none: {seed: 4, folds: 2}\n")
    assert read_values(path, CELLS) == {"one": {"dataset": "ck_plus", "seed": 4, "folds": [2]},
                                        "two": {"dataset": "ck_plus", "seed": 3}, "three": {}}


@pytest.mark.parametrize("text, said", [
    ("datset: ck_plus", "no chapter has a parameter datset, and none is called so; did you mean dataset?"),
    ("four: {seed: 1}", "no chapter has a parameter four"), ("three: 5", "three is a chapter; what it gets is a table"),
    ("one: {bins: 3}", "one has no parameter bins; it has dataset, folds, seed."),
    ("seed: many", "one: seed must be a whole number, not 'many'"), ("- 1", "must be a table of parameters"),
    ("", "must be a table"), ("1: 2", "must be a table"),
    ("seed: 1\na: [", "mine.yml, line 2: not YAML, expected the node content"),
])
def test_a_mistake_is_a_sentence_that_names_the_file(tmp_path, text, said):
    with pytest.raises(ParameterError) as error:
        read_values(written(tmp_path, text), CELLS)
    assert said in str(error.value) and "mine.yml" in str(error.value)


def test_all_mistakes_are_told_at_once(tmp_path):
    with pytest.raises(ParameterError) as error:
        read_values(written(tmp_path, "datset: x\nthree: 5\none: {bins: 3}\n"), CELLS)
    assert len(str(error.value).splitlines()) == 3


def test_a_file_that_is_not_there_is_named(tmp_path):
    with pytest.raises(ParameterError, match=r"none\.yml: .*No such file"):
        read_values(tmp_path / "none.yml", CELLS)


@pytest.mark.parametrize("fence", ["```", "````"])
def test_values_follow_the_cell_that_they_replace(fence):
    text = CHAPTER.replace("FENCE", fence)
    cells = [cell for cell in jupytext.reads(with_values(text, {"seed": 5, "name": "it's “x”"}), "md:myst").cells
             if cell.cell_type == "code"]
    assert [cell.metadata.get("tags", []) for cell in cells] == [["parameters", "hide-input"], [TAG, "hide-input"], []]
    found = {}
    for cell in cells[:2]:
        exec(cell.source, found)
    assert found["seed"] == 5 and found["name"] == "it's “x”"
    assert with_values(text, {}) is text


def test_a_text_without_parameters_takes_none():
    assert parameters_cell("# A page of text\n") is None
    with pytest.raises(ValueError, match="no cell tagged"):
        with_values("# A page of text\n", {"seed": 1})


@pytest.mark.parametrize("path", [path for path in sorted(BOOK.glob("*.md")) if "file_format: mystnb" in
                                  path.read_text(encoding="utf-8")], ids=lambda path: path.stem)
def test_the_book_s_chapters_take_values(path):
    """Their cells stay as they are; one is added."""
    text = path.read_text(encoding="utf-8")
    before, after = (jupytext.reads(one, "md:myst").cells for one in (text, with_values(text, {"seed": 1})))
    added = [cell for cell in after if TAG in cell.metadata.get("tags", [])]
    assert len(added) == 1 and "seed = 1" in added[0].source
    assert [cell.source for cell in after if cell is not added[0]] == [cell.source for cell in before]
