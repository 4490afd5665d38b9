"""Which filter tells a unit from rest: planted answers, and who has a part in choosing."""
import numpy as np
import pytest
from toy_probe import UNITS, toy_probe

from fer_lib.analysis.probe import against_rest, all_by_halves, best_by_halves, halves
from fer_lib.datasets import FaceDataset

PROBE = toy_probe(6)


def planted(filters: int = 8) -> np.ndarray:
    """Noise; filter 2 answers to AU1, more to some people than to others; filter 5 less to AU12; and nobody to AU4."""
    rng = np.random.default_rng(1)
    found = rng.normal(size=(len(PROBE), filters))
    person = np.unique(PROBE.subjects, return_inverse=True)[1]
    found[:, 2] = 10 * PROBE.intensities["AU1"] + 100 * person + .01 * found[:, 2]
    found[:, 5] = -10 * PROBE.intensities["AU12"] + 100 * person + .01 * found[:, 5]
    return found


def test_only_units_alone_and_resting_faces_are_compared():
    sample = against_rest(PROBE, planted())
    assert len(sample.units) == 6 * (2 + 3 * 2), "one that is faint and pairs are left out"
    assert sample.is_neutral.sum() == 12 and (sample.units[sample.is_neutral] == 0).all(axis=None)
    shown = sample.units[~sample.is_neutral]
    assert (shown.sum(axis=1) == 1).all() and (shown.isna().sum(axis=1) == 2).all(), "of others nothing is said"
    assert sample.people[0] == "P0" and sample.labels.max() == 5


def test_halves_share_nobody():
    one, other = halves(against_rest(PROBE, planted()))
    assert set(one.people) == {"P0", "P1", "P2"} and set(other.people) == {"P3", "P4", "P5"}
    assert len(one.responses) == len(other.responses) == len(one.units)


def test_a_filter_for_a_unit_is_found_in_either_direction_within_the_person():
    best = best_by_halves(against_rest(PROBE, planted()))
    assert list(best.index) == UNITS
    assert best.loc["AU1"].tolist() == [1, 2] and best.loc["AU12"].tolist() == [1, 5]
    assert best.loc["AU4", "AUC"] < .9, "chosen among noise"


def test_of_noise_the_best_is_a_guess_on_others():
    found = [best_by_halves(against_rest(PROBE, np.random.default_rng(i).normal(size=(len(PROBE), 32))))["AUC"].mean()
             for i in range(20)]
    assert abs(np.mean(found) - .5) < .05


def test_all_filters_together():
    found = all_by_halves(against_rest(PROBE, planted()))
    assert found["AU1"] > .75 and found["AU12"] > .75, "whoever shows it, though people differ by far more"
    silent = all_by_halves(against_rest(PROBE, np.zeros((len(PROBE), 4))))
    assert silent.tolist() == [.5] * 3


def test_what_is_no_probe():
    with pytest.raises(ValueError, match="toy probe does not say who"):
        against_rest(FaceDataset("toy probe", PROBE.images[:4], [-1] * 4, ()), np.zeros((4, 2)))
    with pytest.raises(ValueError, match="shows 1 people"):
        against_rest(toy_probe(1), np.zeros((12, 2)))
