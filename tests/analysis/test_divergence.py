"""The divergence of two histograms by hand, by SciPy, and with cases that are not coded."""
import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from made_samples import planted
from scipy.stats import entropy

from fer_lib.analysis import divergence, histograms


def test_three_bins_worked_out_by_hand():
    responses = np.array([[0.], [0.], [.5], [1.], [0.], [.5], [.5], [1.]])      # bins 0 0 1 2 | 0 1 1 2
    counts = histograms(responses, np.arange(8), 3)
    assert counts[:, 0].argmax(1).tolist() == [0, 0, 1, 2, 0, 1, 1, 2]
    units = [[1], [1], [1], [1], [0], [0], [0], [0]]
    p, q = np.array([2, 1, 1]) + .5, np.array([1, 2, 1]) + .5                   # (2.5 1.5 1.5)/5.5, (1.5 2.5 1.5)/5.5
    expected = (2.5 * np.log(2.5 / 1.5) + 1.5 * np.log(1.5 / 2.5)) / 5.5
    assert divergence(counts, units, .5).item() == pytest.approx(expected, rel=1e-5)
    assert expected == pytest.approx(entropy(p, q))


def by_scipy(counts, units, smoothing, reverse) -> np.ndarray:
    """Filter by filter and unit by unit, from the coded cases only."""
    found = np.zeros((counts.shape[1], units.shape[1]))
    for f, a in np.ndindex(found.shape):
        p, q = (counts[units[:, a] == value, f].sum(0).numpy() + smoothing for value in (1, 0))
        found[f, a] = entropy(*((q, p) if reverse else (p, q)))
    return found


@given(arrays(np.float64, (24, 3), elements=st.floats(0, 9)), st.integers(1, 12), st.floats(.01, 2), st.booleans(),
       arrays(bool, (12, 2)))
def test_it_is_finite_never_negative_and_that_of_scipy(responses, bins, smoothing, reverse, missing):
    units = np.zeros((12, 2))
    units[:3, 0], units[::2, 1] = 1, 1
    units[missing] = np.nan
    counts = histograms(responses, np.repeat(np.arange(12), 2), bins)
    found = divergence(counts, units, smoothing, reverse).numpy()
    assert np.isfinite(found).all() and (found > -1e-6).all()
    np.testing.assert_allclose(found, by_scipy(counts, units, smoothing, reverse), atol=2e-6)


def test_equal_samples_have_none():
    responses = np.tile(np.random.default_rng(0).random((10, 4)), (2, 1))
    units = np.repeat([[1.], [0.]], 10, axis=0)
    assert divergence(histograms(responses, np.arange(20), 7), units, .5).abs().max() < 1e-6


def test_a_case_that_is_not_coded_for_a_unit_is_left_out_for_it_only():
    rng = np.random.default_rng(3)
    responses, case, units = planted(rng)
    counts = histograms(responses, case, 10)
    partly = units.copy()
    partly[10:20, 1] = np.nan
    found, whole = divergence(counts, partly, .5), divergence(counts, units, .5)
    assert torch.equal(found[:, [0, 2, 3, 4]], whole[:, [0, 2, 3, 4]]), "to the last bit"
    kept = np.r_[:10, 20:60]
    np.testing.assert_allclose(found[:, 1], divergence(counts[kept], units[kept], .5)[:, 1], atol=1e-6)
    many = divergence(counts, torch.tensor(np.stack([partly, units]), dtype=torch.float32), .5)
    np.testing.assert_allclose(many, torch.stack([found, whole]), atol=1e-6)
