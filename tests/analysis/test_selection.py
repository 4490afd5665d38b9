"""What is chosen on some cases is scored on others only."""
import numpy as np
import pandas as pd
import pytest
from made_samples import made_sample, planted

from fer_lib.analysis import family_wise
from fer_lib.analysis.selection import best_filters, choose_units, coded_frames, linear_probe, score_units


def test_a_planted_unit_is_chosen_with_its_direction_and_scored_on_others():
    for strength in (3., -3.):
        rng = np.random.default_rng(0)
        known, new = (made_sample(responses, units, case) for responses, case, units in (
            planted(rng, strength=strength), planted(rng, strength=strength)))
        unit, sign = choose_units(known, 50, rng, bins=10)
        assert unit[4] == 2 and sign[4] == np.sign(strength)
        scores, null = score_units(new, unit, sign, 50, rng)
        assert scores[4] > .9 and null.shape == (50, 12) and abs(null.mean() - .5) < .05


def test_the_unit_that_is_chosen_does_not_depend_on_what_stands_among_the_null():
    """Each z is the same increasing function of what it is without the observed value."""
    rng = np.random.default_rng(5)
    values = rng.gamma(2., size=(41, 30, 6))
    apart = (values[0] - values[1:].mean(0)) / values[1:].std(0)
    np.testing.assert_array_equal(family_wise(values[0], values[1:]).z.argmax(1), apart.argmax(1))


def test_cases_that_are_not_coded_have_no_say():
    rng = np.random.default_rng(1)
    responses, case, units = planted(rng, strength=3.)
    units[20:, 0] = np.nan
    loud = responses.copy()
    loud[np.isin(case, np.arange(20, 60)), 7] = rng.normal(size=120)            # what it does there is not compared
    for of in (responses, loud):
        sample = made_sample(of, units, case)
        scores, _ = score_units(sample, np.zeros(12, int), np.ones(12), 3, rng)
        x, y = coded_frames(sample, "AU1")
        assert len(x) == len(y) == 60 and set(y) == {0, 1}
        assert scores[7] == pytest.approx((x[y == 1, 7][:, None] > x[y == 0, 7]).mean())


def test_the_best_filter_is_chosen_on_known_people_and_scored_on_others():
    rng = np.random.default_rng(2)
    units = pd.DataFrame({"AU1": np.tile([1., 0.], 20), "AU2": np.repeat([1., 0.], 20)})
    known, new = rng.normal(size=(2, 40, 3))
    known[:, 1] -= 9 * units["AU1"]                             # the best in training, in the other direction
    known[:, 2] += 5 * units["AU1"]
    new[:, 1] += 9 * units["AU1"]                               # and wrong on others
    scores, filters = best_filters(made_sample(known, units), made_sample(new, units))
    assert filters[0] == 1 and scores["AU1"] < .01


def test_within_expressions_only_a_filter_that_knows_the_unit_beyond_them_tells_it():
    rng = np.random.default_rng(5)
    label = np.repeat([0, 1], 60)
    units = pd.DataFrame({"AU1": (rng.random(120) < np.where(label, .8, .2)).astype(float)})

    def sample(filters):
        responses = np.stack([rng.normal(size=120), label + .01 * rng.normal(size=120),
                              units["AU1"] + 5 * label + .1 * rng.normal(size=120)], axis=1)
        return made_sample(responses[:, :filters], units, labels=label)

    assert best_filters(sample(3), sample(3), within=True)[0]["AU1"] == 1, "the third knows it within either expression"
    scores, _ = best_filters(sample(2), sample(2), within=True)
    assert abs(scores["AU1"] - .5) < .2, "the second knows the expression, and nothing more"
    assert best_filters(sample(2), sample(2))[0]["AU1"] > .7


def test_a_linear_probe_is_fitted_and_scored_on_coded_frames():
    rng = np.random.default_rng(3)
    responses, case, units = planted(rng, strength=2., frames=1)
    other, _, unseen = planted(rng, strength=2., frames=1)
    whole = linear_probe(made_sample(responses, units, case), made_sample(other, unseen, case))
    assert whole["AU3"] > .8
    units[40:, 2], unseen[30:, 2] = np.nan, np.nan
    partly = linear_probe(made_sample(responses, units, case), made_sample(other, unseen, case))
    alone = linear_probe(made_sample(responses[:40], units[:40]), made_sample(other[:30], unseen[:30]))
    assert partly["AU3"] == pytest.approx(alone["AU3"]) and partly["AU1"] == whole["AU1"]
