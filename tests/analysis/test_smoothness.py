"""Are neighbouring weights alike? On filters of which it is known."""
import numpy as np
import pytest

from fer_lib.analysis.smoothness import smoothness, smoothness_null

ROWS, COLUMNS = np.indices((5, 5))
RAMP, BOARD = (ROWS + COLUMNS).astype(float), (ROWS + COLUMNS) % 2.


@pytest.mark.parametrize("filters, expected", [([RAMP], 1), ([BOARD], -1), ([RAMP, BOARD], 0), ([7 - 2 * RAMP], 1)])
def test_a_ramp_is_smooth_and_a_chessboard_the_opposite(filters, expected):
    assert smoothness(np.stack(filters)) == pytest.approx(expected)


def test_by_hand():
    filters = np.array([[[1., 2.], [4., 3.]]])              # right: 1 2, 4 3; below: 1 4, 2 3
    assert smoothness(filters) == pytest.approx(np.corrcoef([1, 4, 1, 2], [2, 3, 4, 3])[0, 1])


def test_shuffled_weights_have_no_order():
    filters = np.stack([RAMP] * 20)
    null = smoothness_null(filters, 50, np.random.default_rng(0))
    assert null.shape == (50,) and abs(null.mean()) < .1 and null.max() < .3
    assert (filters == RAMP).all()
    np.testing.assert_array_equal(null, smoothness_null(filters, 50, np.random.default_rng(0)))


def test_each_filter_keeps_its_own_weights():
    filters = np.stack([BOARD, 100 + BOARD])                # mixed, they would correlate by nearly 1
    assert smoothness_null(filters, 20, np.random.default_rng(0)).max() < .5
