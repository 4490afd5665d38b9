import dataclasses
import math
from dataclasses import FrozenInstanceError

import pytest

from fer_lib.training import Recipe


def test_the_released_recipe_is_the_code_s_and_the_paper_s_differs_where_its_text_does():
    fields = {"augment": False, "dropout": False, "bias": False, "steps": 31_000, "batch": 64, "rate": .01,
              "momentum": .9, "decay": 1e-5, "initialisation": "released", "k": None,
              "normalisation": "subtractive", "every": 500, "selection": "validation", "patience": None,
              "rescale": True, "decay_biases": True, "replacement": True}
    assert dataclasses.asdict(Recipe.released()) == dataclasses.asdict(Recipe()) == fields
    paper = fields | {"rate": .001, "initialisation": "paper", "normalisation": "full"}
    assert dataclasses.asdict(Recipe.paper()) == paper
    quick = fields | {"initialisation": "fan-in", "k": 1, "steps": 200, "every": 20}
    assert dataclasses.asdict(Recipe.quick()) == quick
    for made, before in ((Recipe.released, fields), (Recipe.paper, paper), (Recipe.quick, quick)):
        changed = {"rate": .5, "k": .3, "steps": 7}
        assert dataclasses.asdict(made(**changed)) == before | changed


@pytest.mark.parametrize("switches, name", [
    ({}, "CNN"), ({"dropout": True}, "CNN+D"), ({"augment": True}, "CNN+A"), ({"bias": True}, "CNN with biases"),
    ({"augment": True, "dropout": True}, "CNN+AD"),
    ({"augment": True, "dropout": True, "bias": True}, "CNN+AD with biases"),
])
def test_variants_have_the_paper_s_names(switches, name):
    assert Recipe.released(**switches).variant == name


@pytest.mark.parametrize("field, value", [
    ("augment", 1), ("dropout", .5), ("bias", None), ("steps", 0), ("steps", 10.), ("steps", True), ("batch", -1),
    ("batch", 1.5), ("every", 0), ("patience", 0), ("patience", 499), ("patience", 600.), ("rate", 0.), ("rate", -1),
    ("rate", math.inf), ("rate", math.nan), ("momentum", 1.), ("momentum", -.1), ("decay", -1e-9),
    ("decay", math.inf), ("k", 0.), ("k", math.nan), ("k", math.inf), ("initialisation", "glorot"),
    ("normalisation", None), ("selection", "train"), ("rate", "1e-3"), ("momentum", None), ("k", "1"),
    ("rescale", None), ("rescale", 0), ("decay_biases", "no"), ("decay_biases", 1), ("replacement", "False"),
    ("replacement", 0.),
])
def test_a_field_that_makes_no_sense_is_an_error_that_names_it(field, value):
    with pytest.raises(ValueError, match=f"recipe: {field} must be .*, not {value!r}"):
        Recipe.released(**{field: value})


def test_a_field_that_does_not_exist_and_a_change_afterwards_are_errors():
    with pytest.raises(TypeError, match="learning_rate"):
        Recipe.quick(learning_rate=.1)
    with pytest.raises(FrozenInstanceError):
        Recipe.quick().rate = .1
