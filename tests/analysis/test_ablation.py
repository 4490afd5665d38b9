"""Filters that are taken out are really out, and what that costs is told from what others cost."""
import numpy as np
import pandas as pd
import pytest
import torch

from fer_lib.analysis.ablation import (
    beyond_chance,
    logits_with,
    matched_filters,
    most_alike,
    needed_by,
    pooled_maps,
    true_class_probability,
)
from fer_lib.evaluation import predict
from fer_lib.network import ZeroBiasCNN, initialise, untrained


@pytest.fixture
def network():
    network = ZeroBiasCNN(5).eval()
    initialise(network, "fan-in", k=1., seed=1)
    return network


def test_logits_without_filters_are_those_of_the_network_with_their_maps_at_zero(network):
    maps = network.pool3(network.conv3_responses(torch.rand(3, 1, 16, 16)))
    sets = [[], [0, 7, 255], range(256)]
    for one, without in zip(logits_with(network, maps, sets, 0.), sets, strict=True):
        kept = maps.clone()
        kept[:, list(without)] = 0
        expected = network.output(network.relu4(network.fc(kept.flatten(1))))
        torch.testing.assert_close(one, expected, atol=1e-5, rtol=1e-5)


def test_without_nothing_a_network_says_what_it_says(network):
    images = np.random.default_rng(0).integers(0, 256, (3, 1, 16, 16), np.uint8)
    for how in ("subtractive", "full"):
        logits, = logits_with(network, pooled_maps(network, images, how), [[]], 0.)
        torch.testing.assert_close(logits, predict(network, images, how), atol=1e-5, rtol=1e-5)


def test_an_expression_is_named_rightly_by_its_own_output_on_its_own_faces():
    network = untrained(tuple("bcdea"), "fan-in", k=1., seed=1).eval()
    maps, sets = network.pool3(network.conv3_responses(torch.rand(3, 1, 16, 16))).detach(), [[], [4]]
    named = true_class_probability(network, maps, np.array([0, 2, 2]), tuple("abcd"), sets)     # its outputs 4 and 1
    sure = logits_with(network, maps, sets, 0.).softmax(2).numpy()
    assert named.shape == (2, 4) and np.isnan(named[:, [1, 3]]).all()
    np.testing.assert_allclose(named[:, [0, 2]], np.stack([sure[:, 0, 4], sure[:, 1:, 1].mean(1)], axis=1), rtol=1e-6)


def test_filters_are_alike_in_mean_and_deviation():
    quiet, loud, even = np.array([0., 2.]), np.array([0., 20.]), np.array([.99, 1.01])
    alike = most_alike(np.stack([quiet, loud, even, 1.1 * quiet], axis=1))
    assert alike[:, 0].tolist() == [0, 1, 2, 3]
    assert alike[0].tolist() == [0, 3, 1, 2] and alike[1].tolist()[:2] == [1, 3]


def test_random_filters_for_comparison_are_others_and_alike():
    rng = np.random.default_rng(3)
    size = np.sort(rng.random(60))                              # neighbours are alike
    alike = np.argsort(np.abs(size[:, None] - size), axis=1)
    for _ in range(20):
        out = matched_filters(np.array([5, 6, 30]), alike, rng)
        assert len(out) == len(set(out)) == 3 and not {5, 6, 30} & set(out)
        assert (np.abs(np.sort(out) - [5, 6, 30]) <= 24).all()


def test_what_needs_a_unit_is_asked_where_it_is_shown_and_not_where_nobody_knows():
    shares = pd.DataFrame({"AU1": [1., .8, .1, np.nan], "AU2": [0., 0., .9, .2], "AU4": [.9, .8, .8, 1.]},
                          [0, 1, 3, 5])
    assert needed_by(shares, .8, {0, 1, 3, 5}) == {"AU1": ([0, 1], [3]), "AU2": ([3], [0, 1, 5])}
    assert needed_by(shares, .8, {0, 1, 5}) == {}, "no face of 3, which AU1 does not need and AU2 does"


def test_a_loss_counts_if_few_random_sets_cost_as_much_more():
    random = np.linspace(-.1, .1, 99)
    table = beyond_chance([("AU1", [0, 2], 5, np.append(.5, random), np.zeros(100)),
                           ("AU2", [1], 5, np.append(.5, random), np.append(.6, np.zeros(99))),
                           ("AU4", [1], 5, np.append(-.1, random), np.append(-.9, np.zeros(99)))])
    assert table["they lose"].tolist() == [.5, .5, -.1] and table["others lose"].tolist() == [0., .6, -.9]
    np.testing.assert_allclose(table["p"], [.01, 1., .01])      # AU2: every set is as large as −.1
    np.testing.assert_allclose(table["q"], [.015, 1., .015])
    assert table["counts"].tolist() == [True, False, False], "AU4: a gain is no loss"
    assert table["needed by"][0] == (0, 2)


def test_without_anything_to_ask_the_table_is_empty():
    table = beyond_chance([])
    assert len(table) == 0 and {"q", "counts", "they lose"} <= set(table)
