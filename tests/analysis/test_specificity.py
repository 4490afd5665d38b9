"""Do filters keep their unit, and are those who show it strangers to the network?"""
import numpy as np
import pandas as pd
import pytest
from made_samples import made_sample

from fer_lib.analysis.specificity import keeps_unit, one_by_one, other_people
from fer_lib.datasets import synthetic


def test_filters_that_keep_their_unit_are_told_from_those_that_do_not():
    rng = np.random.default_rng(0)
    column, sign = rng.integers(8, size=64), rng.choice([-1, 1], 64)
    auc = rng.uniform(.4, .6, (64, 8))
    assert keeps_unit(auc, column, np.random.default_rng(0))[2] > .05
    auc[np.arange(64), column] = .5 + .3 * sign
    same, guess, p = keeps_unit(auc, column, np.random.default_rng(0))
    assert same == 1 and p < .01 and guess < .3
    same, _, p = keeps_unit(np.tile([.9, .5, .5], (64, 1)), np.zeros(64, int), np.random.default_rng(0))
    assert same == 1 and p > .2, "all filters alike are one finding"


def test_of_units_that_are_told_equally_well_each_has_its_share():
    for column in range(4):                                     # wherever it stands in the table
        same, guess, p = keeps_unit(np.full((10, 4), .5), np.full(10, column), np.random.default_rng(0), 50)
        assert same == guess == pytest.approx(1 / 4) and p == 1
    auc = np.tile([.2, .8, .5], (10, 1))
    assert keeps_unit(auc, np.ones(10, int), np.random.default_rng(0), 50)[0] == pytest.approx(1 / 2)


@pytest.mark.parametrize("repeats", [20, 100])
def test_of_filters_without_a_unit_few_keep_it_beyond_chance(repeats):
    found = []
    for repeat in range(200):
        rng = np.random.default_rng([3, repeat])
        found.append(keeps_unit(rng.random((20, 6)), rng.integers(6, size=20), rng, repeats)[2] <= .05)
    assert np.mean(found) <= .09, "5 % or less of 200"


def probe(people="aabbcc"):
    shows = np.tile([1., 0.], len(people) // 2)
    units = pd.DataFrame({"AU1": shows, "AU2": np.nan, "AU4": shows})
    responses = np.stack([shows, -shows, 0 * shows, 5. * np.arange(len(shows))], axis=1)
    return made_sample(responses, units, people=list(people))


def test_one_by_one():
    unit, sign = np.array([0, 0, 0, 3]), np.array([1, 1, 1, 1])
    responsive = np.array([True, True, False, True])
    found = one_by_one(probe(), ["AU1", "AU2", "AU4", "AU9"], unit, sign, responsive, 2, np.random.default_rng(0), 20)
    assert found.filters.tolist() == [0, 1], "one does not respond, and nobody coded the unit of the last"
    assert found.auc.tolist() == [1, 0] and found.units == ["AU1", "AU4"]
    assert found.same == pytest.approx(.5), "AU4 comes with AU1"
    assert (found.cases, found.people) == (6, 3)


def test_what_is_left_may_be_too_little():
    every = np.array([0, 0, 0, 0]), np.ones(4), np.ones(4, bool)
    rng, names = np.random.default_rng(0), ["AU1", "AU2", "AU4"]
    assert one_by_one(probe(), names, *every, 4, rng) is None, "three cases with AU1"
    assert one_by_one(probe("abcdef"), names, *every, 2, rng) is None, "nobody both shows it and does not"
    assert one_by_one(probe(), ["AU9"], *every, 2, rng) is None
    assert one_by_one(probe(), names, np.ones(4, int), *every[1:], 2, rng) is None, "nobody coded AU2"


def test_people_who_were_trained_on_are_left_out():
    people, trained_on = np.array(["S1", "S2", "", "S3"]), np.array(["S2", "S2", "S9"])
    assert other_people(people, trained_on).tolist() == [True, False, False, True], "who is not known may be anybody"
    assert other_people(None, trained_on) is other_people(people, None) is None


def test_nobody_of_the_drawn_probe_set_is_in_the_twin():
    twin, strangers = (synthetic.sample(part)[0] for part in ("labelled", "probe"))
    names = np.array([one.name for one in strangers])
    assert other_people(names, np.array([one.name for one in twin])).all() and len(names) == 12
