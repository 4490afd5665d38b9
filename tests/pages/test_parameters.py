"""Given parameters, brought to the types that a chapter's cell says."""

import math
from pathlib import Path
from typing import Any, Literal

import jupytext
import numpy as np
import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from fer_lib.pages.parameters import COMPUTED, Parameter, ParameterError, coerced, parameters

BOOK = Path(__file__).parents[2] / "book"
CELL = """
from typing import Literal, Optional

dataset: Literal["synthetic", "ck_plus"] = "synthetic"
data_root: str | None = None
size: Literal[96, 48] = 96
classes: Literal[6, 8] | None = None
show_faces: bool | None = None
with_biases = True
variants: list[Literal["CNN", "AD"]] = ["CNN"]
folds = [0]
rates = [1, .5]
anything = []
names: "list[str]" = []
options = {}
table: dict[str, int] = {}
steps: Optional[int] = None
k: float | None = None
level = 1.
seed = 0
title = "twin"
empty = ""
mixed: int | str = 1
old = None
where = len("abc")
"""
WRITTEN = (st.none() | st.booleans() | st.integers() | st.floats() | st.text())
VALUES = st.recursive(WRITTEN, lambda one: st.lists(one) | st.dictionaries(st.text(), one), max_leaves=5)


def one(name, value, **more):
    return coerced(CELL, {name: value}, **more)[name]


def same(left, right):
    return type(left) is type(right) and left == right and (
        not isinstance(left, list) or all(map(same, left, right)))


@pytest.mark.parametrize(
    "name, value, becomes",
    [
        *[("show_faces", text, False) for text in ("false", "False", "FALSE", "no", "No", "off", " false ", 0, False)],
        *[("show_faces", text, True) for text in ("true", "yes", "YES", "on", 1, True, np.True_)],
        *[("show_faces", text, None) for text in ("none", "None", "NULL", None)],
        ("with_biases", "no", False),
        ("size", 48.0, 48),
        ("size", "48", 48),
        ("size", "96.0", 96),
        ("classes", "6", 6),
        ("classes", "none", None),
        ("seed", "3", 3),
        ("seed", 3.0, 3),
        ("seed", "1e3", 1000),
        ("seed", np.int64(7), 7),
        ("steps", "none", None),
        ("steps", np.float32(5), 5),
        ("k", "none", None),
        ("k", 1, 1.0),
        ("k", ".5", 0.5),
        ("level", 2, 2.0),
        ("level", np.float64(0.5), 0.5),
        ("folds", 0, [0]),
        ("folds", "3", [3]),
        ("folds", "[1, 2]", [1, 2]),
        ("folds", (1, 2.0), [1, 2]),
        ("folds", range(2), [0, 1]),
        ("folds", np.arange(2), [0, 1]),
        ("rates", [1, 2.5], [1.0, 2.5]),
        ("rates", 3, [3.0]),
        ("variants", "AD", ["AD"]),
        ("variants", "[AD, CNN]", ["AD", "CNN"]),
        ("anything", "x", ["x"]),
        ("options", '{"seed": 1}', {"seed": 1}),
        ("options", {"seed": np.int64(1), "root": Path("/a"), "two": (1, 2)}, {"seed": 1, "root": "/a", "two": [1, 2]}),
        ("options", {}, {}),
        ("table", {"a": "3"}, {"a": 3}),
        ("data_root", 2013, "2013"),
        ("data_root", Path("/a"), "/a"),
        ("data_root", "~", "~"),
        ("data_root", "none", None),
        ("title", "none", "none"),
        ("empty", "", ""),
        ("mixed", "a", "a"),
        ("mixed", 3, 3),
        ("old", None, None),
        ("where", "anywhere", "anywhere"),
    ],
)
def test_a_value_is_brought_to_its_parameter_s_type(name, value, becomes):
    assert same(one(name, value), becomes)


@pytest.mark.parametrize(
    "name, value, said",
    [
        ("show_faces", "maybe", r"True, False or None, not 'maybe'; write -p show_faces False\."),
        ("show_faces", 2, "True, False or None, not 2"),
        ("show_faces", 1.0, "True, False or None, not 1.0"),
        ("show_faces", [True], "True, False or None"),
        ("with_biases", "none", "True or False, not 'none'; write -p with_biases True"),
        ("dataset", "ck", "'synthetic' or 'ck_plus', not 'ck'; write -p dataset synthetic"),
        ("dataset", None, "not None"),
        ("size", 64, "96 or 48, not 64; write -p size 96"),
        ("classes", 7, "6, 8 or None, not 7"),
        ("variants", "D", r"""a list, each 'CNN' or 'AD', not 'D'; write -y '{variants: \["CNN"\]}'"""),
        ("variants", "CNN,AD", "not 'CNN,AD'"),
        ("variants", ["CNN", "B"], "a list, each"),
        ("folds", None, r"a list, each a whole number, not None; write -y '{folds: \[0\]}'"),
        ("folds", "a", "whole number"),
        ("folds", [0.5], "whole number"),
        ("folds", [True], "whole number"),
        ("folds", "[0", "whole number"),
        ("folds", {"a": 1}, "a list"),
        ("seed", 1.5, "a whole number, not 1.5; write -p seed 0"),
        ("seed", math.nan, "a whole number, not nan"),
        ("seed", math.inf, "a whole number, not inf"),
        ("seed", True, "a whole number, not True"),
        ("seed", None, "a whole number, not None"),
        ("seed", "one", "a whole number, not 'one'"),
        ("steps", "", "a whole number or None, not ''; write -p steps 1"),
        ("k", "nan", "a number or None, not 'nan'; write -p k 0.5"),
        ("level", math.nan, r"a number, not nan; write -p level 1\.0"),
        ("level", 10**400, "a number"),
        ("level", False, "a number, not False"),
        ("options", "", """a table, not ''; write -y '{options: {"seed": 1}}'"""),
        ("options", "seed", "a table"),
        ("options", [1], "a table"),
        ("options", None, "a table"),
        ("options", {"a": math.nan}, "a table"),
        ("options", {"a": object()}, "a table"),
        ("table", {"a": "b"}, "a table"),
        ("data_root", "", "a text or None, not ''; write -r data_root TEXT"),
        ("data_root", " ", "a text or None"),
        ("data_root", 1e5, "a text or None, not 100000.0"),
        ("data_root", True, "a text or None, not True"),
        ("data_root", ["a"], "a text or None"),
        ("title", "", "a text, not ''; write -p title twin"),
        ("where", object(), "can be written down"),
    ],
)
def test_a_wrong_value_is_refused_by_a_sentence(name, value, said):
    with pytest.raises(ParameterError, match=rf"^data\.md: {name} must be .*{said}") as error:
        one(name, value, chapter="data.md")
    assert "\n" not in str(error.value)


def test_all_that_is_wrong_is_said_at_once():
    with pytest.raises(ParameterError, match=r"^data\.md: seed must .*\ndata\.md: folds must .*$"):
        coerced(CELL, {"seed": "x", "folds": "y", "size": 48}, chapter="data.md")


def test_what_is_known_to_be_none_only_cannot_be_given():
    with pytest.raises(ParameterError, match=r"old is None, .* 'false' .* annotate it .* `old: str \| None = None`"):
        one("old", "false")


def test_a_parameter_that_is_not_there():
    with pytest.raises(ParameterError, match=r"^data.md has no parameter folds, sise; it has seed, size\.$"):
        coerced("size = 3\nseed = 0", {"sise": 1, "size": 1, "folds": 0}, chapter="data.md")


def test_a_cell_that_is_not_plain_python():
    with pytest.raises(ParameterError, match=r"data.md: .* plain Python, which its line 2 is not"):
        coerced("size = 3\n%matplotlib inline", {"size": 1}, chapter="data.md")


@pytest.mark.parametrize("typed", ["2013", "007", "1e5", "True", "0x10", "1_000"])
def test_a_text_is_what_was_typed(typed):
    guessed = yaml.safe_load(typed)
    assert one("data_root", guessed, typed={"data_root": typed}) == typed
    assert one("title", guessed, typed={"title": typed}) == typed
    assert one("names", [guessed], typed={"names": [typed]}) == [typed]


def test_none_as_it_was_typed_is_none_unless_it_means_itself():
    assert one("data_root", None, typed={"data_root": "None"}) is None
    assert one("data_root", "none", typed={"data_root": "none"}) is None
    assert one("data_root", "none", typed={"data_root": "none"}, verbatim={"data_root"}) == "none"
    assert one("seed", "3", verbatim={"seed"}) == 3


def test_types_are_those_of_annotations_and_defaults():
    known = parameters(CELL)
    assert known["folds"] == Parameter(list[int], [0]) and known["rates"].kind == list[float]
    assert known["size"] == Parameter(Literal[96, 48], 96) and known["names"].kind == list[str]
    assert known["anything"].kind == list[Any] and known["where"] == Parameter(Any, COMPUTED)
    assert parameters("a, b = 3, 'x'")["b"].kind is str and parameters("a: Path = Path('x')")["a"].kind is Any
    assert parameters("a = b = 3")["a"].kind is int and "os" not in parameters("import os")
    assert parameters("seed: int")["seed"] == Parameter(int, COMPUTED)


@given(VALUES, st.sampled_from(list(parameters(CELL))))
def test_a_value_that_is_taken_is_taken_again_unchanged(value, name):
    """What has been brought to a type is of that type."""
    try:
        once = one(name, value)
    except ParameterError:
        return
    again = one(name, once)
    assert same(once, again)


# The chapters of the book


CHAPTERS = sorted(path.stem for path in BOOK.glob("*.md") if "tags: [parameters" in path.read_text(encoding="utf-8"))


def cell_of(chapter):
    cells = jupytext.read(BOOK / f"{chapter}.md", fmt="md:myst").cells
    return next(cell.source for cell in cells if "parameters" in cell.metadata.get("tags", []))


def test_there_are_chapters():
    assert {"data", "network", "recognition", "filters", "action_units", "explore", "scale"} <= set(CHAPTERS)


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_every_parameter_has_a_type_and_its_default_is_of_that(chapter):
    source = cell_of(chapter)
    for name, (kind, default) in parameters(source).items():
        assert kind not in (Any, type(None), list[Any]) and default is not COMPUTED, name
        assert same(coerced(source, {name: default})[name], default), name


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_a_wrong_value_of_every_parameter_is_refused(chapter):
    source = cell_of(chapter)
    for name in parameters(source):
        for wrong in (object(), math.nan, "", [[None]], b"x"):
            with pytest.raises(ParameterError, match=rf"^{chapter}.md: {name} must be .*; write -[pry] .*\.$"):
                coerced(source, {name: wrong}, chapter=f"{chapter}.md")


@pytest.mark.parametrize("path", sorted(BOOK.glob("parameters/*.yml")), ids=lambda path: path.stem)
def test_the_book_s_parameter_files_fit_the_chapters(path):
    given = yaml.safe_load(path.read_text(encoding="utf-8"))
    for chapter in ("data", "recognition", "filters") if isinstance(given, dict) else ():       # a list is of runs
        assert coerced(cell_of(chapter), given) == given
