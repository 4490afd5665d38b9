"""What adding a unit does to probabilities: by hand, on a network that is told what to say."""
import numpy as np
import pandas as pd
import pytest
import torch
from toy_probe import toy_probe

from fer_lib import ZeroBiasCNN
from fer_lib.analysis import interventions
from fer_lib.analysis.interventions import criteria, criteria_effect, unit_effects

PROBE = toy_probe(3)


def told(monkeypatch, logits: np.ndarray):
    """A network that answers so to the images of the probe set."""
    of_image = {image.tobytes(): row for image, row in zip(PROBE.images, logits, strict=True)}
    monkeypatch.setattr(interventions, "predict", lambda network, images, normalisation: torch.tensor(
        np.array([of_image[image.tobytes()] for image in images])))
    return ZeroBiasCNN(["neutral", "happy"])


def test_the_change_from_the_persons_own_rest(monkeypatch):
    probability = np.full(len(PROBE), .5)
    rest = (PROBE.intensities == 0).all(axis=1).to_numpy()
    happy = PROBE.intensities["AU12"].to_numpy() == 1
    probability[rest & (PROBE.subjects == "P0")] = [.1, .3]                 # .2 in the mean
    probability[rest & (PROBE.subjects != "P0")] = .4
    probability[happy] = np.where(PROBE.subjects[happy] == "P0", .8, .7)
    network = told(monkeypatch, np.log(np.stack([1 - probability, probability], 1)))
    found = unit_effects(network, PROBE)
    assert found.index.tolist() == ["AU1", "AU4", "AU12"] and found.columns.tolist() == ["neutral", "happy"]
    assert found.at["AU12", "happy"] == pytest.approx(100 * np.mean([.8 - .2, .7 - .4, .7 - .4]))
    assert found.at["AU1", "happy"] == pytest.approx(100 * np.mean([.5 - .2, .1, .1]))
    assert np.allclose(found.sum(axis=1), 0), "what one gains others lose"


def test_a_network_whose_classes_have_no_names():
    with pytest.raises(ValueError, match="no names"):
        unit_effects(ZeroBiasCNN(8), PROBE)


def test_units_that_belong_against_all_others():
    change = pd.DataFrame({"happy": [10., 0, 40], "surprise": [20., 2, 0], "neutral": [-30., -2, -40]},
                          index=["AU1", "AU4", "AU12"])
    belongs, others = [40., 20], [10., 0, 2, 0]             # AU12 happy, AU1 surprise; neutral is nobody's
    assert criteria_effect(change) == pytest.approx(np.mean(belongs) - np.mean(others))
    assert np.isnan(criteria_effect(change[["neutral"]]))
    assert criteria()["happy"] == ("AU12",) and "contempt" not in criteria()


def test_a_pair_that_is_left_out_counts_on_neither_side():
    change = pd.DataFrame(0., ["AU1", "AU5", "AU12"], ["happy", "surprise"])
    change.loc["AU12", "happy"], change.loc["AU5", "surprise"], change.loc["AU1", "happy"] = 30., 60., 6.
    assert criteria_effect(change) == pytest.approx((30 + 60 + 0) / 3 - 6 / 3)
    assert criteria_effect(change, without=[("surprise", "AU5")]) == pytest.approx((30 + 0) / 2 - 6 / 3)
    assert criteria_effect(change, without=[("happy", "AU1")]) == pytest.approx(30)
