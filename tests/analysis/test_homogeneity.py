"""f(cx) = c·f(x) up to conv3: without biases, and not with them; the departure by hand."""
import math

import pytest
import torch

from fer_lib import ZeroBiasCNN
from fer_lib.analysis.homogeneity import AS_BEFORE, DEPARTURE, PROBABILITY, fading
from fer_lib.network import initialise, untrained

FACES = torch.randn(2, 1, 16, 16, generator=torch.Generator().manual_seed(0))


def test_without_biases_nothing_departs():
    found = fading(untrained(rule="fan-in", k=1.), FACES, (1., 1 / 2, 1 / 8))
    assert list(found.index) == [1, 1 / 2, 1 / 8]
    assert (found[DEPARTURE] == 0).all() and (found[AS_BEFORE] == 1).all()         # halves are exact in binary


def test_a_network_that_answers_the_same_to_every_face_departs_by_what_its_answer_is_too_large():
    network = ZeroBiasCNN(3, bias=True).eval()
    initialise(network, "fan-in", k=1.)
    network.conv3.weight.data.zero_()
    network.conv3.bias.data.fill_(1.)                                               # f(x) = 1, so |1 - c| / c
    network.output.weight.data.zero_()
    network.output.bias.data[:] = torch.tensor([0., math.log(2), 0.])               # named with 2 / 4
    found = fading(network, FACES, (1., 1 / 2, 1 / 4))
    assert found[DEPARTURE].tolist() == [0, 1, 3] and (found[AS_BEFORE] == 1).all()
    assert found[PROBABILITY].tolist() == pytest.approx([.5] * 3)


def test_units_that_a_bias_turns_on():
    network = ZeroBiasCNN(3, bias=True).eval()
    for layer in (network.conv1, network.conv2, network.conv3):
        layer.weight.data.zero_()
        layer.bias.data.zero_()
    network.conv1.weight.data[0, 0, 2, 2] = network.conv2.weight.data[0, 0, 2, 2] = 1.
    network.conv3.weight.data[0, 0, 2, 2], network.conv3.bias.data[0] = 1., -.6
    found = fading(network, torch.ones(1, 1, 16, 16), (1., 1 / 2))                  # 0.4 on, then 0 for an expected 0.2
    assert found[DEPARTURE].tolist() == pytest.approx([0, 1])
    assert found[AS_BEFORE].tolist() == pytest.approx([1, 255 / 256])               # one of 256 filters


def test_where_nothing_responds_no_departure_is_known():
    network = ZeroBiasCNN(3).eval()
    network.conv3.weight.data.zero_()
    assert fading(network, FACES, (1 / 2,))[DEPARTURE].isna().all()
