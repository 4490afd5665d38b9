"""The schema of lists says what the recipe, the loaders and the command say."""
import importlib
import inspect
import typing
from dataclasses import fields, replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fer_lib.datasets import LOADERS, load_dataset
from fer_lib.runs.grid import jobs_of
from fer_lib.runs.lists import CHANGES, COMMON, DEFAULTS, OPTIONS, OWN_DEFAULTS, RECIPES, check, schema
from fer_lib.training import Recipe


def kinds(annotation) -> set[str]:
    names = {bool: "boolean", int: "integer", float: "number", str: "string", Path: "string", type(None): "null"}
    return {names[kind] for kind in typing.get_args(annotation) or [annotation]}


def of(schema: dict) -> set[str]:
    kind = schema.get("type", "string")                 # of texts, those allowed are listed
    return {kind} if isinstance(kind, str) else {*kind}


def test_the_schema_has_the_fields_of_the_recipe_and_their_types():
    assert {one.name: kinds(one.type) for one in fields(Recipe)} == {name: of(kind) for name, kind in CHANGES.items()}
    assert all(callable(getattr(Recipe, name)) for name in RECIPES)


@pytest.mark.parametrize("name", LOADERS)
def test_the_schema_has_the_options_of_each_loader_their_types_and_defaults(name):
    parameters = inspect.signature(importlib.import_module(f"fer_lib.datasets.{name}").load).parameters
    own = {key: one for key, one in parameters.items()
           if one.kind is one.KEYWORD_ONLY and key not in ("part", "progress")}
    assert {key: kinds(one.annotation) for key, one in own.items()} == {
        key: of(kind) for key, kind in OPTIONS[name].items()}
    assert {key: one.default for key, one in own.items()} == OWN_DEFAULTS[name]


def test_the_schema_has_the_arguments_of_load_dataset():
    parameters = inspect.signature(load_dataset).parameters
    assert {name: parameters[name].default for name in DEFAULTS} == DEFAULTS
    assert {*COMMON} == {"name", *DEFAULTS} and COMMON["name"]["enum"] == list(LOADERS)


VALUES = st.one_of(st.none(), st.booleans(), st.integers(-2, 40), st.floats(), st.sampled_from(
    ["paper", "released", "fan-in", "full", "subtractive", "validation", "test", "yes", "3", "1e-3", ""]))


@given(st.sampled_from(fields(Recipe)), VALUES)
def test_the_schema_allows_what_the_recipe_allows(field, value):
    """Two routes to one answer, but that `Recipe` takes True for the number 1 where it wants any number."""
    def allowed(make) -> bool:
        try:
            make()
        except ValueError:
            return False
        return True

    base = Recipe(every=1)
    as_number = isinstance(value, bool) and "number" in of(CHANGES[field.name])
    by_schema = allowed(lambda: check({"faces": {"name": "tfd"}, "changes": {field.name: value}}))
    assert by_schema == (allowed(lambda: replace(base, **{field.name: value})) and not as_number)


def test_the_schema_has_the_fields_of_an_item():
    assert {*schema(None)["properties"]} == {*inspect.signature(jobs_of).parameters}
