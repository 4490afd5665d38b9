"""Which filter tells a unit from rest: planted answers, and who has a part in choosing."""
import numpy as np
import pytest
from toy_probe import UNITS, toy_probe

from fer_lib.analysis.probe import (
    against_rest,
    all_by_halves,
    alone_or_at_rest,
    best_by_halves,
    from_rest,
    halves,
    units_of_filters,
)
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


def test_a_unit_for_a_filter_is_chosen_on_one_half_and_scored_on_the_other():
    told = units_of_filters(against_rest(PROBE, planted()))
    assert told.loc[2].tolist() == ["AU1", 1, 1] and told.loc[5].tolist() == ["AU12", -1, 1]
    answers = planted()
    second = np.isin(PROBE.subjects, ["P3", "P4", "P5"])
    answers[second, 2] *= -1                                    # on people who have no part in choosing
    assert units_of_filters(against_rest(PROBE, answers)).loc[2].tolist() == ["AU1", 1, 0]


def test_of_units_told_equally_well_a_filter_has_the_one_that_changes_it_most():
    both = 1. * (PROBE.intensities[["AU1", "AU12"]] > 0).to_numpy()
    told = units_of_filters(against_rest(PROBE, np.column_stack([both @ [1, 2], both @ [2, 1], both @ [-3, 2]])))
    assert told["unit"].tolist() == ["AU12", "AU1", "AU1"] and told["sign"].tolist() == [1, 1, -1]


def test_a_filter_that_tells_nothing_has_no_unit():
    answers = planted()[:, :3]
    answers[:, :2] = 0
    told = units_of_filters(against_rest(PROBE, answers))
    assert told["unit"].tolist() == [None, None, "AU1"] and told["sign"].tolist() == [0, 0, 1]
    assert told["AUC"].isna().tolist() == [True, True, False]


def test_of_noise_a_filter_s_unit_is_a_guess_on_others():
    found = [units_of_filters(against_rest(PROBE, np.random.default_rng(i).normal(size=(len(PROBE), 32))))["AUC"].mean()
             for i in range(20)]
    assert abs(np.mean(found) - .5) < .05


def test_how_far_a_response_is_from_the_same_person_s_rest():
    person = np.unique(PROBE.subjects, return_inverse=True)[1]
    intensity = PROBE.intensities["AU1"].to_numpy()
    sample = against_rest(PROBE, (10. * person + intensity)[:, None])
    kept, _ = alone_or_at_rest(PROBE, .5)
    np.testing.assert_allclose(from_rest(sample)[:, 0], intensity[kept], atol=1e-5)


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
