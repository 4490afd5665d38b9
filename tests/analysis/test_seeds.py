"""Networks of one seed are one finding."""
import numpy as np
import pandas as pd
import pytest
from scipy.stats import mannwhitneyu

from fer_lib.analysis.seeds import by_seed, compare

NETWORKS = pd.DataFrame({"kind": ["CNN", "CNN", "CNN+AD", "CNN", "CNN+AD", "CNN+AD"], "seed": [1, 1, 1, 2, 2, 3],
                         "auc": [.6, .8, .9, .7, .8, np.nan]})


def test_networks_of_a_seed_are_averaged_those_of_a_kind_first():
    found = by_seed(NETWORKS, "auc")
    assert found.index.tolist() == [1, 2], "of the third there is no value"
    assert found.tolist() == pytest.approx([(.7 + .9) / 2, .75])


def test_six_networks_of_three_seeds_are_three_findings():
    trained = pd.DataFrame({"kind": ["CNN"] * 3 + ["CNN+AD"] * 3, "seed": [1, 2, 3] * 2,
                            "auc": [.8, .81, .82, .9, .91, .92]})
    fresh = [.6, .61, .62, .63, .64]
    found = compare(by_seed(trained, "auc"), fresh)
    assert found.p == found.least_p == pytest.approx(1 / 56) and found.apart and found.fact is True
    assert (found.ours, found.theirs) == (3, 5)
    assert compare(trained["auc"], fresh).p == pytest.approx(1 / 462), "what it would be, were they independent"


@pytest.mark.parametrize("less", [False, True])
def test_p_is_that_of_scipy_where_nothing_is_equal(less):
    rng = np.random.default_rng(0)
    for n, m in ((1, 1), (1, 4), (3, 3), (5, 2), (20, 20)):
        ours, theirs = rng.normal(size=n), rng.normal(size=m)
        expected = mannwhitneyu(ours, theirs, alternative="less" if less else "greater",
                                method="exact" if n < 20 else "asymptotic").pvalue
        assert compare(ours, theirs, less).p == pytest.approx(expected)


def test_equal_values_are_counted_against_a_difference():
    assert compare([1.], [1.]).p == 1 == compare([1., 1.], [1., 1., 1.]).p and not compare([1.], [1.]).apart
    assert compare([2., 2.], [1., 2.]).p == pytest.approx(3 / 6), "three of six ways have as large a sum"


def test_too_few_seeds_say_nothing_for_a_claim_but_may_against_it():
    assert compare([2.], [1.] * 5).fact is None and compare([.5], [1.] * 5).fact is False
    assert compare([2., 3, 4], [1., 1, 1]).fact is True, "1 of 20 ways"
    assert compare([2., 3], [1., 1, 1, 1, 1]).fact is True and compare([2., 3], [1., 1, 1, 1]).fact is None
    assert compare([2., 3, 4], [1., 2.5, 1]).fact is False, "one is among the others"
    assert compare([1., 2], [3., 4, 5, 6, 7], less=True).fact is True


def test_nothing_to_compare():
    assert compare([], [1.]) is None and compare([1.], []) is None
    assert compare(by_seed(NETWORKS[NETWORKS["seed"] == 3], "auc"), [1.]) is None
