"""What the page says of biases and shows of a face, of numbers that are known."""
import io
import re
from base64 import b64decode
from types import SimpleNamespace

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest
import torch
from PIL import Image

from fer_lib import Recipe, ZeroBiasCNN
from fer_lib.analysis.homogeneity import AS_BEFORE, DEPARTURE, PROBABILITY
from fer_lib.faces import render, subjects
from fer_lib.pages.network.augmented import normalised_face, views_of_a_face
from fer_lib.pages.network.biases import FACTORS, added_biases, fading_chart, glue_biases
from fer_lib.pages.network.chosen import SMILE, chosen_face, without_biases

FACE = torch.rand(1, 1, 24, 24, generator=torch.Generator().manual_seed(0))


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
    found = pd.DataFrame([[0., 1., .9], [.5, 1., .8], [.75, 1., .1], [1., 1., .05]], list(FACTORS),
                         [DEPARTURE, AS_BEFORE, PROBABILITY])
    departs, named = fading_chart(found, found + 1).axes
    for axes, column in ((departs, DEPARTURE), (named, PROBABILITY)):
        without, with_biases = (line.get_ydata() for line in axes.lines)
        assert list(without) == list(found[column]) and list(with_biases) == list(found[column] + 1)
        assert list(axes.lines[0].get_xdata()) == [1, .5, .25, .125]
    assert [label.get_text() for label in departs.get_xticklabels()] == ["1", "½", "¼", "⅛"]
    plt.close()


def test_what_the_network_is_shown_has_a_sign():
    x, around = FACE * 2, torch.ones_like(FACE)
    page = normalised_face(x, around, torch.zeros_like(FACE).index_fill(2, torch.arange(4), -1.)).data
    face, mean, shown = (np.asarray(Image.open(io.BytesIO(b64decode(data)))) for data in
                         re.findall(r"base64,([^\"]+)", page))
    assert abs(face - 255. * FACE[0, 0].numpy()).max() <= .5 and (mean == 128).all()
    assert (shown[:4] == 0).all() and (shown[4:] == 128).all()


def test_views(glued):
    assert views_of_a_face(FACE.expand(3, -1, -1, -1)).data.count("<figure") == 3
    assert glued["network_views"]["value"] == 3
