"""Contrast before and after normalisation, on images whose numbers are known."""
import numpy as np
import pytest
import torch

from fer_lib.analysis.contrast import INSIDE, below_floor, levels, rim_share, share_within
from fer_lib.preprocessing import FLOOR, local_contrast_normalise

FLAT = torch.full((1, 1, 16, 16), .5)
BOARD = (torch.arange(16)[:, None] + torch.arange(16)).remainder(2).float()[None, None]        # a chessboard


def test_a_flat_patch_is_below_the_floor_and_a_chessboard_is_not():
    assert below_floor(FLAT).shape == (1, 1, 8, 8) and below_floor(FLAT).all()
    assert not below_floor(BOARD).any()
    faint = .5 + BOARD * FLOOR                              # deviation: half of a floor
    assert below_floor(faint).all() and not below_floor(.5 + 3 * BOARD * FLOOR).any()


def test_it_is_where_full_normalisation_divides_by_the_floor():
    x = torch.rand(1, 1, 24, 24, generator=torch.Generator().manual_seed(0))
    x[..., 12:] = 1 + .01 * x[..., 12:]
    full, subtractive = (local_contrast_normalise(x, mode) for mode in ("full", "subtractive"))
    by_floor = torch.isclose(FLOOR * full, subtractive, atol=1e-6)
    assert torch.equal(below_floor(x), by_floor[INSIDE]) and 0 < below_floor(x).sum() < 256


def test_the_rim():
    assert rim_share(FLAT) == pytest.approx(1 - 12 ** 2 / 16 ** 2)
    corner, centre = torch.zeros(2, 1, 1, 16, 16)
    corner[..., 1, 14], centre[..., 2, 13] = -3., 2.
    assert rim_share(corner) == 1 and rim_share(centre) == 0
    assert rim_share(corner + centre) == pytest.approx(9 / 13)


def test_levels_are_of_each_image():
    images = torch.cat([FLAT, BOARD, 2 * BOARD])
    found = levels(images)
    assert found["darkest"].tolist() == [.5, 0, 0] and found["lightest"].tolist() == [.5, 1, 2]
    assert found["contrast"][1] == pytest.approx(local_contrast_normalise(BOARD).std().item())
    assert found["contrast"][2] == pytest.approx(2 * found["contrast"][1])                  # contrast goes through


def test_the_share_within_the_middle_of_others():
    assert share_within(np.array([4., 5., 50., 95., 96.]), np.arange(101.)) == .6
    assert share_within(np.array([0., 1.]), np.arange(101.), 0, 1) == 1
