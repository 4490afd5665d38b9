"""Filters of a unit taken out and turned up, in a network that is wired by hand."""
import numpy as np
import pytest
import torch

from fer_lib import ZeroBiasCNN, load_dataset
from fer_lib.analysis import turned as module
from fer_lib.analysis.probe import against_rest
from fer_lib.analysis.turned import beyond_chance, own_filters, turned
from fer_lib.faces.changes import plan


@pytest.fixture(scope="module")
def faces():
    return load_dataset("synthetic", part="changes", size=48)


@pytest.fixture
def wired():
    """Whose `happy` listens to filter 0 alone: each of its responses adds 1 to the logit."""
    network = ZeroBiasCNN(["neutral", "happy"]).eval()
    with torch.no_grad():
        for weights in (network.fc.weight, network.fc.bias, network.output.weight, network.output.bias):
            weights.zero_()
        network.fc.weight[0, :4] = .25              # of filter 0, all quarters
        network.output.weight[1, 0] = 1
    return network


def test_what_a_unit_s_filter_does_and_others_do_not(faces, wired):
    maps = torch.full((len(faces), 256, 2, 2), 2.)
    found = turned(wired, faces, {unit: np.array([0]) for unit in ("AU6", "AU12", "AU25")}, maps, random_sets=30)
    assert found["unit"].tolist() == ["AU6", "AU12", "AU25"] and set(found["expression"]) == {"happy"}
    sure = 1 / (1 + np.exp(-np.array([0., 2, 4])))
    np.testing.assert_allclose(found["out"], 100 * (sure[1] - sure[0]), rtol=1e-5)
    np.testing.assert_allclose(found["up"], 100 * (sure[2] - sure[1]), rtol=1e-5)
    for name in ("out", "up"):
        assert np.abs(found[f"{name}, chance"]).max() < 1e-5 and found[f"{name}, p"].tolist() == [1 / 31] * 3
        assert beyond_chance(found, name) == pytest.approx(found[name].mean(), rel=1e-4)


def test_filters_without_a_part_in_it_are_as_random_ones(faces, wired):
    found = turned(wired, faces, dict.fromkeys(("AU6", "AU12", "AU25"), np.array([5, 6])), torch.ones(
        len(faces), 256, 2, 2), random_sets=30)
    assert (found[["out", "up"]].abs().to_numpy() < 1e-5).all() and (found[["out, p", "up, p"]].to_numpy() > .05).all()


def test_a_network_that_knows_none_of_the_expressions(faces):
    network = ZeroBiasCNN(["neutral", "bored"]).eval()
    found = turned(network, faces, {}, torch.ones(len(faces), 256, 2, 2))
    assert found.empty and np.isnan(beyond_chance(found, "out"))


def test_a_unit_s_filters_are_chosen_on_people_who_are_not_asked():
    probe = load_dataset("synthetic", part="probe", size=48)
    asked = set(load_dataset("synthetic", part="changes", size=48).subjects)
    responses = np.zeros((len(probe), 3))
    shows, other = probe.intensities["AU12"].to_numpy(), ~np.isin(probe.subjects, list(asked))
    responses[:, 0] = shows * ~other            # answers on those who are asked
    responses[:, 2] = shows * other             # on the others
    assert own_filters(against_rest(probe, responses), 1)["AU12"].tolist() == [2]
    assert len(plan()) * len(asked) == 1344 and module.FILTERS == 10
