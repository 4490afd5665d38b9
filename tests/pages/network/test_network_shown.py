"""What the page says of biases, normalisation and augmentation, of numbers that are known."""
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
import torch

from fer_lib import Recipe, ZeroBiasCNN
from fer_lib.analysis.homogeneity import AS_BEFORE, DEPARTURE, PROBABILITY
from fer_lib.faces import render, subjects
from fer_lib.pages.markup import percent
from fer_lib.pages.network.augmented import curves_of_a_face, glue_difference, level_table, views_of_a_face
from fer_lib.pages.network.biases import FACTORS, added_biases, fading_table, glue_biases
from fer_lib.pages.network.chosen import SMILE, chosen_face, without_biases
from fer_lib.pages.network.normalised import normalised_faces, spread_table
from fer_lib.pages.network.words import power, rounded
from fer_lib.preprocessing import local_contrast_normalise

MODES, FACE = ("subtractive", "full"), torch.rand(1, 1, 24, 24, generator=torch.Generator().manual_seed(0))


def test_numbers_in_words():
    assert [power(value) for value in (1.43e-5, 1., 26.)] == ["1.4·10⁻⁵", "1.0·10⁰", "2.6·10¹"]
    assert [rounded(value) for value in (26_400., 17.7, 3.6e6)] == ["26,000", "18", "3,600,000"]
    assert percent(.0123) == "1 %" and percent(.0123, 2) == "1.23 %"


def test_a_photograph_is_shown_only_where_it_may_be():
    faces = SimpleNamespace(images=np.zeros((3, 1, 48, 48), np.uint8), name="a set", classes=["happy", "fear"],
                            labels=np.array([0, 0, 1]))
    pixels, said = chosen_face(faces, 2, True)
    assert pixels.shape == (1, 1, 48, 48) and not pixels.any() and said.endswith("image 2 of a set, fear.")
    pixels, said = chosen_face(faces, 2, False)
    assert (pixels[0, 0] == render(subjects(8)[7], SMILE, size=48)).all() and "drawn, and not one of a set" in said


def test_a_run_with_biases_is_refused():
    run = SimpleNamespace(recipe=Recipe(), folder="here")
    assert without_biases(run) is run
    with pytest.raises(ValueError, match="here is CNN with biases; this chapter is about a network without them"):
        without_biases(SimpleNamespace(recipe=Recipe(bias=True), folder="here"))


def test_biases_in_numbers(glued):
    network = ZeroBiasCNN(8)
    assert added_biases(network) == sum(layer.bias.numel() for name, layer in ZeroBiasCNN(8, bias=True).named_children()
                                        if name.startswith("conv"))
    glue_biases(network, torch.tensor([[0., .25], [0., 0.]]), .726)
    assert {name: (record["value"], record["n"], record["display"]) for name, record in glued.items()} == {
        "network_halving_error": (.25, 4, "0.25"), "network_halving_with_biases": (.726, 4, "73 %"),
        "network_conv3_units": (4, None, "4"), "network_biases": (448, None, "448"),
        "network_biases_share": (448 / 1_335_508, None, "0.03 %")}


def test_fading_side_by_side():
    found = pd.DataFrame([[0., 1., .9]] * 4, list(FACTORS), [DEPARTURE, AS_BEFORE, PROBABILITY])
    table = fading_table(found, found + 1).data
    assert list(table.index) == ["1", "½", "¼", "⅛"]
    assert table.at["½", ("with biases", "depart")] == 1 and table.at["⅛", ("without biases", "p")] == .9


def test_normalised_faces_have_a_row_for_each_change():
    changed = {"as it is": FACE, "half as bright": FACE / 2}
    normalised = {mode: {how: local_contrast_normalise(some, mode) for how, some in changed.items()} for mode in MODES}
    page = normalised_faces(changed, normalised).data
    assert page.count("<figure") == 6 and page.count('alt="The same after full normalisation"') == 2


def test_what_is_left_of_contrast(glued):
    spread = pd.DataFrame({"subtractive": [2., 1., .5], "full": [1., .9, .8]},
                          ["as it is", "half as bright", "half the contrast"])
    changed = {"as it is": FACE, "half as bright": torch.zeros_like(FACE)}
    assert spread_table(spread, changed).data.shape == (3, 2)
    values = {name: record["value"] for name, record in glued.items()}
    assert [values[f"network_{mode}_dark"] for mode in MODES] == [.5, .9]
    assert [values[f"network_{mode}_flat"] for mode in MODES] == [.25, .8]
    assert values["network_floor_share"] == 0 and values["network_floor_share_dark"] == 1
    assert 0 < values["network_rim"] < 1 and glued["network_rim"]["n"] == 24 ** 2
    assert glued["network_full_dark"]["n"] == glued["network_floor_share"]["n"] == 16 ** 2


def test_views_and_curves(glued):
    assert views_of_a_face(FACE.expand(3, -1, -1, -1)).data.count("<figure") == 3
    assert curves_of_a_face(FACE).data.count("<figure") == 5
    glue_difference(4.8e-7, 28, "a set")
    assert glued["network_views"]["value"] == 3 and glued["network_bc_difference"]["display"] == "4.8·10⁻⁷"


def test_contrasts_are_compared_with_those_of_test_images(glued):
    test = torch.rand(40, 1, 16, 16, generator=torch.Generator().manual_seed(0))
    table = level_table(test, 2 * test, torch.cat([test, test]) / 4, "a set").data
    values = {name: (record["value"], record["n"]) for name, record in glued.items()}
    assert values["network_stretched_contrast"] == (pytest.approx(2), 40)
    assert values["network_training_contrast"] == (pytest.approx(.25), 80)
    assert values["network_test_within"] == (0, 40) and values["network_images_compared"] == (40, None)
    assert table.at["the same, stretched", "lightest"] == pytest.approx(2 * table.at["test images", "lightest"])
