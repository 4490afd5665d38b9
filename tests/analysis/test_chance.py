"""Permutation nulls and their p: exact where all orders can be listed, and where there is nothing 5 % are beyond
chance, with few shuffles as with many."""
from itertools import combinations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from made_samples import planted
from scipy.stats import binom, kstest

from fer_lib.analysis import auc, divergence, family_wise, histograms, p_value, permutation_null, rank_sums
from fer_lib.analysis.chance import LEVEL, can_reach, critical_value, exchangeable, shuffled


def test_shuffling_keeps_each_case_in_its_stratum():
    strata, rng = np.array([0, 1, 1, 0, 2, 1, 0]), np.random.default_rng(0)
    orders = np.stack([shuffled(strata, rng) for _ in range(50)])
    assert (strata[orders] == strata).all() and (orders[:, 4] == 4).all()
    assert (np.sort(orders, axis=1) == np.arange(7)).all() and len({*map(tuple, orders)}) > 10


def test_units_are_exchanged_among_cases_that_are_coded_for_the_same_ones():
    units = np.array([[1, 0], [0, np.nan], [1, 1], [1, np.nan], [0, 0], [np.nan, 1]])

    def together(of) -> set:
        return {tuple(np.flatnonzero(of == one)) for one in of}

    assert together(exchangeable(units)) == {(0, 2, 4), (1, 3), (5,)}
    assert together(exchangeable(units, np.array(list("abaabb")))) == {(0, 2), (4,), (1,), (3,), (5,)}
    assert (exchangeable(units[[0, 2, 4]]) == 0).all()

    seen = []
    null = permutation_null(lambda some: seen.append(some.numpy()) or some.nansum(1), units, None, 30,
                            np.random.default_rng(0))
    shuffles = np.concatenate(seen)
    assert null.shape == (30, 2) and (np.isnan(shuffles) == np.isnan(units)).all(), "the same cases are compared"
    assert len({one.tobytes() for one in shuffles}) > 3
    assert (null == null[0]).all(), "as many show a unit as before"


def test_a_null_needs_a_shuffle():
    with pytest.raises(ValueError, match="at least one shuffle, not 0"):
        permutation_null(lambda units: units, np.zeros((3, 1)), None, 0, np.random.default_rng(0))


def statistic(responses, case, kind, units=None):
    if kind == "divergence":
        counts = histograms(responses, case, 10)
        return lambda units: divergence(counts, units, .5)
    sums = rank_sums(responses, case, units)
    return lambda units: auc(sums, units)


def study(responses, case, units, kind, repeats, rng):
    """As the chapter takes its nulls: z of an AUC counts in either direction."""
    of = statistic(responses, case, kind, units)
    return family_wise(of(units).numpy(), permutation_null(of, units, None, repeats, rng), two_sided=kind == "auc")


@pytest.mark.parametrize("two_sided", [False, True])
def test_p_is_exact_where_every_order_is_listed(two_sided):
    """Of six ways to choose two cases of four, each in turn is the observed one and the others are the null."""
    responses = np.random.default_rng(1).normal(size=(4, 3))
    responses[:, 2] = 1                                         # tells nothing
    ways = np.zeros((6, 4, 1))
    for units, chosen in zip(ways, combinations(range(4), 2), strict=True):
        units[list(chosen)] = 1
    values = auc(rank_sums(responses, np.arange(4)), ways).numpy()              # (6, 3, 1)
    found = [family_wise(values[i], np.delete(values, i, axis=0), two_sided) for i in range(6)]
    z = (values - values.mean(0)) / np.where(values.std(0) > 0, values.std(0), 1)
    z = np.abs(z) if two_sided else z
    for i, one in enumerate(found):
        np.testing.assert_allclose(one.z, z[i], atol=1e-12)
        np.testing.assert_allclose(one.filter_p, [(z[:, f, 0] >= z[i, f, 0] - 1e-9).mean() for f in range(3)])
        np.testing.assert_allclose(one.cell_p[:, 0], [
            np.mean([max(z[r].max(), z[i, f, 0] if r == i else -9) >= z[i, f, 0] - 1e-9 for r in range(6)])
            for f in range(3)])
        assert one.filter_p[2] == 1 and one.z[2] == 0
    for level in np.arange(1, 7) / 6:                           # at any level no more than that share is beyond it
        assert np.mean([one.cell_p.min() <= level + 1e-9 for one in found]) <= level + 1e-9
        assert np.mean([one.filter_p[0] <= level + 1e-9 for one in found]) <= level + 1e-9


@pytest.mark.parametrize("repeats", [20, 39, 100])
@pytest.mark.parametrize("kind", ["divergence", "auc"])
def test_of_noise_five_per_cent_are_beyond_chance_with_few_shuffles_as_with_many(kind, repeats):
    by_filter, by_study = [], []
    for repeat in range(120):
        rng = np.random.default_rng([11, repeat])
        found = study(*planted(rng, cases=40, filters=10, units=4), kind, repeats, rng)
        by_filter.extend(found.filter_p <= LEVEL)
        by_study.append(found.cell_p.min() <= LEVEL)
    for beyond in (by_filter, by_study):
        low, high = binom.ppf([.001, .999], len(beyond), int(LEVEL * (1 + repeats)) / (1 + repeats))
        assert low <= np.sum(beyond) <= high, f"{np.mean(beyond):.3f} of {len(beyond)}"


@pytest.mark.parametrize("kind", ["divergence", "auc"])
def test_of_noise_that_is_partly_coded_as_well(kind):
    beyond = []
    for repeat in range(120):
        rng = np.random.default_rng([12, repeat])
        responses, case, units = planted(rng, cases=60, filters=10, units=3)
        units[5:35, 1], units[30:50, 2] = np.nan, np.nan
        beyond.extend(study(responses, case, units, kind, 39, rng).filter_p <= LEVEL)
    low, high = binom.ppf([.001, .999], len(beyond), LEVEL)
    assert low <= np.sum(beyond) <= high, f"{np.mean(beyond):.3f}"


@pytest.fixture(scope="module")
def empty_studies():
    """p of 200 studies in which nothing is to be found: each filter's first, and the smallest of all cells'."""
    found = {"divergence": [], "auc": []}
    for repeat in range(200):
        rng = np.random.default_rng([7, repeat])
        made = planted(rng, cases=40, filters=6)
        for kind, results in found.items():
            results.append(study(*made, kind, 200, rng))
    return found


@pytest.mark.parametrize("kind", ["divergence", "auc"])
def test_where_there_is_nothing_p_is_uniform_and_the_family_wise_error_at_its_level(empty_studies, kind):
    by_filter = np.array([one.filter_p[0] for one in empty_studies[kind]])      # one of each study
    assert kstest(by_filter, "uniform").pvalue > .01
    rejected = np.mean([one.cell_p.min() <= LEVEL for one in empty_studies[kind]])
    assert .01 <= rejected <= .09, "5 % of 200 studies; 99 % of such counts are within"


@pytest.mark.parametrize("strength", [2., -2.])
@pytest.mark.parametrize("kind", ["divergence", "auc"])
def test_a_planted_pair_is_found_and_ranked_first(kind, strength):
    rng = np.random.default_rng(1)
    found = study(*planted(rng, strength=strength), kind, 400, rng)
    assert np.unravel_index(found.z.argmax(), found.z.shape) == (4, 2)
    assert found.cell_p[4, 2] == found.cell_p.min() < .01 and found.filter_p[4] < .01
    assert (np.delete(found.filter_p, 4) <= LEVEL).sum() <= 3


def test_a_response_that_a_unit_weakens_counts_in_either_direction_only():
    rng = np.random.default_rng(1)
    responses, case, units = planted(rng, strength=-2.)
    of = statistic(responses, case, "auc")
    observed, null = of(units).numpy(), permutation_null(of, units, None, 400, rng)
    assert family_wise(observed, null).cell_p[4, 2] > .9
    assert family_wise(observed, null, two_sided=True).cell_p[4, 2] < .01


def test_shuffling_frames_instead_of_sequences_finds_what_is_not_there():
    """Three frames of a sequence are nearly equal: taken for independent ones they make p too small."""
    small = {"cases": [], "frames": []}
    for repeat in range(60):
        rng = np.random.default_rng([8, repeat])
        responses, case, units = planted(rng, cases=40, filters=5, frames=6, noise=.02)
        alone = np.arange(len(case))
        for how, of_case, some in (("cases", case, units), ("frames", alone, units[case])):
            small[how].append((study(responses, of_case, some, "auc", 100, rng).filter_p <= LEVEL).mean())
    assert np.mean(small["cases"]) < .1 < .3 < np.mean(small["frames"])


@given(arrays(np.float32, (7, 2, 3), elements=st.floats(0, 1, width=32)), st.booleans())
def test_p_is_a_rank_among_all_and_ties_count_against_the_observed_value(values, two_sided):
    found = family_wise(values[0], values[1:], two_sided)
    for p in (found.filter_p, found.cell_p):
        assert (p >= 1 / 7 - 1e-12).all() and (p <= 1).all() and np.allclose(p * 7, np.round(p * 7))
    assert (found.cell_p.min(1) >= found.filter_p - 1e-12).all(), "all cells are a larger family"
    same = family_wise(values[0], np.repeat(values[:1], 5, axis=0), two_sided)
    assert (same.filter_p == 1).all() and (same.z == 0).all(), "whatever is shuffled it is the same"


def test_a_cell_that_cannot_be_compared_has_no_z():
    rng = np.random.default_rng(0)
    values = rng.random((30, 4, 2))
    values[:, :, 1] = np.nan
    found = family_wise(values[0], values[1:])
    np.testing.assert_array_equal(found.z[:, 1], 0)
    one = family_wise(values[0, :, :1], values[1:, :, :1])
    np.testing.assert_allclose(found.z[:, 0], one.z[:, 0])


def test_small_values_are_judged_as_large_ones_are():
    """No constant decides what is noise: a statistic in other units has the same p."""
    values = np.random.default_rng(3).random((40, 5, 3))
    for factor in (1e-9, 1e9):
        one, other = (family_wise(some[0], some[1:]) for some in (values, factor * values))
        np.testing.assert_allclose(one.z, other.z)
        np.testing.assert_array_equal(one.cell_p, other.cell_p)


@given(arrays(np.float64, (19, 3), elements=st.floats(0, 1)), arrays(np.float64, 3, elements=st.floats(0, 1)))
def test_a_critical_value_is_that_above_which_p_is_small(null, observed):
    p, line = p_value(observed, null), critical_value(null)
    beyond = p <= LEVEL + 1e-9
    assert (observed[beyond] > line[beyond]).all()
    clear = np.abs(observed - line) > 1e-9
    np.testing.assert_array_equal(beyond[clear], (observed > line)[clear])


def test_a_rank_worked_out_by_hand():
    assert p_value(3., np.array([1., 2., 3., 4.])) == 3 / 5 and p_value(5., np.arange(4.)) == 1 / 5
    assert np.isnan(p_value(np.nan, np.arange(4.)))
    assert critical_value(np.arange(19.)) == 18 and critical_value(np.arange(39.)) == 37
    assert critical_value(np.arange(18.)) == np.inf, "eighteen shuffles cannot give five per cent"
    assert p_value(.1 + .2, np.array([.3])) == 1, "equal, but for rounding"


def test_too_few_shuffles_say_nothing():
    assert can_reach(19) and not can_reach(18) and can_reach(99, .01) and not can_reach(98, .01)
