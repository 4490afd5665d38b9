"""AUC against SciPy and against counting pairs, with ties, within strata, with cases that are not coded."""
import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from made_samples import made_sample, planted
from scipy.stats import mannwhitneyu

from fer_lib.analysis import auc, rank_sums, sample_auc
from fer_lib.analysis.ranks import signed


def test_it_is_that_of_scipy_with_ties_and_within_strata():
    rng = np.random.default_rng(0)
    responses, case, units = planted(rng, strength=1.)
    responses, strata = np.round(responses, 1), np.arange(60) % 3               # ties
    found = auc(rank_sums(responses, case), units).numpy()
    within = auc(rank_sums(responses, case, strata=strata), units).numpy()
    for f, a in ((4, 2), (0, 0), (11, 4)):
        on = units[case, a] == 1
        assert found[f, a] == pytest.approx(
            mannwhitneyu(responses[on, f], responses[~on, f]).statistic / (on.sum() * (~on).sum()))
        sums = np.zeros(2)
        for stratum in range(3):
            own = strata[case] == stratum
            sums += (mannwhitneyu(responses[on & own, f], responses[~on & own, f]).statistic,
                     (on & own).sum() * (~on & own).sum())
        assert within[f, a] == pytest.approx(sums[0] / sums[1])
    many = torch.stack([torch.from_numpy(units), torch.from_numpy(units).flip(0)])      # several at once
    np.testing.assert_allclose(auc(rank_sums(responses, case), many)[1], auc(rank_sums(responses, case), many[1]))


def by_pairs(responses, case, units, strata) -> np.ndarray:
    """Every frame with the unit against every one without, of the same stratum, both coded."""
    found = np.full((responses.shape[1], units.shape[1]), np.nan)
    for a in range(units.shape[1]):
        shows, of = units[case, a], strata[case]
        pairs = [(i, j) for i in np.flatnonzero(shows == 1) for j in np.flatnonzero(shows == 0) if of[i] == of[j]]
        if pairs:
            i, j = np.array(pairs).T
            found[:, a] = ((responses[i] > responses[j]) + .5 * (responses[i] == responses[j])).mean(0)
    return found


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10_000), st.integers(1, 3), st.floats(0, .7))
def test_only_coded_frames_are_compared(seed, strata, missing):
    rng = np.random.default_rng(seed)
    responses, case, units = planted(rng, cases=14, filters=3, units=4, frames=2, missing=missing)
    responses, of = np.round(responses, 1), np.arange(14) % strata
    found = auc(rank_sums(responses, case, units, of), units).numpy()
    np.testing.assert_allclose(found, by_pairs(responses, case, units, of), atol=1e-12)


def test_a_case_that_is_not_coded_for_a_unit_is_left_out_for_it_only():
    responses, case, units = planted(np.random.default_rng(3))
    partly = units.copy()
    partly[10:20, 1] = np.nan
    found, whole = auc(rank_sums(responses, case, partly), partly), auc(rank_sums(responses, case, units), units)
    assert torch.equal(found[:, [0, 2, 3, 4]], whole[:, [0, 2, 3, 4]]), "to the last bit"
    assert torch.equal(whole, auc(rank_sums(responses, case), units))
    kept = ~np.isin(case, np.arange(10, 20))
    names, alone = np.unique(case[kept], return_inverse=True)
    np.testing.assert_allclose(found[:, 1], auc(rank_sums(responses[kept], alone), units[names])[:, 1], atol=1e-12)


def test_what_cannot_be_compared_has_no_area():
    units = np.array([[1, 1, np.nan], [1, 0, np.nan], [1, np.nan, np.nan]])
    found = sample_auc(made_sample(np.array([[1.], [2.], [3.]]), units))
    np.testing.assert_array_equal(found, [[np.nan, 0, np.nan]])
    assert np.isnan(sample_auc(made_sample(np.array([[1.], [2.], [3.]]), units), np.arange(3))).all()
    nobody = np.full((3, 1), np.nan)
    assert auc(rank_sums(np.zeros((3, 2)), np.arange(3), nobody), nobody).isnan().all()


def test_ranks_must_have_been_taken_without_the_cases_that_are_not_coded():
    responses, case, units = planted(np.random.default_rng(0), missing=.2)
    with pytest.raises(ValueError, match="give rank_sums these units"):
        auc(rank_sums(responses, case), units)
    with pytest.raises(ValueError, match="give rank_sums these units"):
        auc(rank_sums(responses, case, units), np.nan_to_num(units))


def test_a_sign_turns_an_area_around():
    assert signed(np.array([.8, .3]), np.array([1, -1])) == pytest.approx([.8, .7])
