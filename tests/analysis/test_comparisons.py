"""Differences between kinds of networks: by hand, by SciPy, and how often chance passes for a difference."""
import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import mannwhitneyu, ttest_1samp, ttest_ind

from fer_lib.analysis.comparisons import by_seed, holm, paired_by_fold, paired_by_seed, rank_sum_p, seed_means, student


def networks(accuracy: dict[tuple[str, int], list[float]], name: str = "accuracy") -> pd.DataFrame:
    """{(kind, seed): a value for each fold}"""
    return pd.DataFrame([{"kind": kind, "seed": seed, "fold": fold, name: value}
                         for (kind, seed), values in accuracy.items() for fold, value in enumerate(values)])


def test_folds_are_paired_and_their_overlap_widens_the_interval():
    table = networks({("CNN", 0): [70, 80, 90, 60], ("CNN+D", 0): [72, 83, 94], ("CNN+A", 0): [71, 81]})
    found = paired_by_fold(table, "accuracy", ["CNN+D"], ["CNN"], test_to_train=1 / 8)
    reach = 4.3026527 * math.sqrt(1 / 3 + 1 / 8)    # t with two degrees of freedom; 2, 3 and 4 have a deviation of 1
    assert (found.difference, found.n) == (3, 3)
    assert (found.low, found.high) == pytest.approx((3 - reach, 3 + reach), rel=1e-5)
    plain = paired_by_fold(table, "accuracy", ["CNN+D"], ["CNN"], test_to_train=0)
    assert plain.p == pytest.approx(ttest_1samp([2, 3, 4], 0).pvalue) and plain.p < found.p
    assert paired_by_fold(table, "accuracy", ["CNN+A"], ["CNN"], 1 / 8) is None, "two folds have no interval"
    assert paired_by_fold(table, "accuracy", ["CNN+AD"], ["CNN"], 1 / 8) is None


def test_only_networks_of_the_same_seed_are_pairs_and_their_mean_is_the_folds():
    some = {("CNN", 0): [70, 70, 70], ("CNN", 1): [50, 50, 50], ("CNN+D", 0): [72, 74, 73], ("CNN+D", 2): [99] * 3}
    assert paired_by_fold(networks(some), "accuracy", ["CNN+D"], ["CNN"], 0).difference == pytest.approx(3)
    both = networks(some | {("CNN+D", 1): [56, 50, 53]})
    assert paired_by_fold(both, "accuracy", ["CNN+D"], ["CNN"], 0).difference == pytest.approx((4 + 2 + 3) / 3)


def test_networks_of_a_seed_are_averaged_those_of_a_kind_first():
    table = networks({("CNN", 1): [.6, .8], ("CNN+AD", 1): [.9], ("CNN", 2): [.7], ("CNN+AD", 2): [.8],
                      ("CNN+AD", 3): [.85], ("not trained", 1): [.5], ("not trained", 2): [.5],
                      ("not trained", 3): [.6]})
    found = by_seed(table, "accuracy", ["CNN", "CNN+AD"], ["not trained"])
    ours = [(.7 + .9) / 2, .75, .85]
    assert found.difference == pytest.approx(np.mean(ours) - np.mean([.5, .5, .6]))
    welch = ttest_ind(ours, [.5, .5, .6], equal_var=False).confidence_interval()
    assert (found.low, found.high) == pytest.approx((welch.low, welch.high))
    assert found.n == 3 and found.p == pytest.approx(2 / 20) == found.least_p, "six networks, three findings"
    assert by_seed(table, "accuracy", ["CNN"], ["not trained"]) is None, "two seeds"


def test_of_a_network_without_a_value_nothing_is_counted():
    table = networks({("CNN", 1): [.6, .8], ("CNN+AD", 1): [.9], ("CNN", 2): [.7], ("CNN+AD", 3): [np.nan]})
    found = seed_means(table, "accuracy")
    assert found.index.tolist() == [1, 2] and found.tolist() == pytest.approx([(.7 + .9) / 2, .7])


def test_two_numbers_of_a_network():
    table = networks({("CNN", 1): [.9], ("CNN", 2): [.8], ("CNN", 3): [.85], ("other", 4): [0.]}, "best")
    table["rotated"] = [.8, .75, .7, 9.]
    found = paired_by_seed(table, "best", ["CNN"], "rotated")
    expected = ttest_1samp([.1, .05, .15], 0)
    assert found.p == pytest.approx(expected.pvalue) and found.difference == pytest.approx(.1) and found.n == 3
    assert (found.low, found.high) == pytest.approx(tuple(expected.confidence_interval()))
    table.loc[0, "rotated"] = np.nan
    assert paired_by_seed(table, "best", ["CNN"], "rotated") is None


def test_turned_around():
    found = student(pd.Series([1., 2., 4.])).turned
    other = student(pd.Series([-1., -2., -4.]))
    assert found == pytest.approx(other)


def test_differences_that_are_all_the_same():
    assert student(pd.Series([2., 2., 2.])) == (2, 2, 2, 0, 3, 0)
    assert student(pd.Series([0., 0., 0.])).p == 1
    same = networks({(kind, seed): [value] for kind, value in (("a", 1.), ("b", 0.)) for seed in range(3)})
    found = by_seed(same, "accuracy", ["a"], ["b"])
    assert (found.difference, found.low, found.high, found.p) == (1, 1, 1, .1)


@pytest.mark.parametrize(("n", "m"), [(3, 3), (5, 4), (3, 7), (20, 20)])
def test_the_rank_sum_is_scipys_where_nothing_is_equal(n, m):
    rng = np.random.default_rng(0)
    for shift in (0, 1, -2):
        one, other = rng.normal(size=n) + shift, rng.normal(size=m)
        method = "exact" if n < 20 else "asymptotic"
        assert rank_sum_p(one, other) == pytest.approx(mannwhitneyu(one, other, method=method).pvalue)


def test_equal_values_count_against_a_difference():
    assert rank_sum_p(np.ones(3), np.ones(4)) == 1
    assert rank_sum_p(np.array([2., 2.]), np.array([1., 2.])) == 1, "three of six orders on either side"


@given(st.lists(st.floats(0, 1), min_size=1, max_size=8))
def test_holm_is_at_least_the_p_at_most_bonferroni_and_keeps_the_order(ps):
    found, m = holm(ps), len(ps)
    assert all(p <= q <= min(1, m * p) for p, q in zip(ps, found, strict=True))
    assert (np.diff(np.array(found)[np.argsort(ps)]) >= 0).all()


def test_holm_by_hand():
    assert holm([.01, .04, .03]) == pytest.approx([.03, .06, .06])
    found = holm([.01, math.nan, .03])
    assert found[::2] == pytest.approx([.03, .06]) and math.isnan(found[1]), "what was not tested counts"
    assert holm([]) == []


def test_chance_passes_for_a_difference_in_one_of_twenty():
    rng = np.random.default_rng(0)
    found = [student(pd.Series(rng.normal(size=5))) for _ in range(1000)]
    assert .03 < np.mean([one.p <= .05 for one in found]) < .07
    assert all((one.p <= .05) == (one.low > 0 or one.high < 0) for one in found), "interval and p say the same"
