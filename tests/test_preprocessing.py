import math

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from noise_images import like_drawn_faces, noise
from scipy.ndimage import uniform_filter

from fer_lib.preprocessing import (
    local_contrast_normalise,
    scale,
)

MODES = "subtractive", "full"

pytestmark = pytest.mark.usefixtures("one_thread")


# Local contrast normalisation


def by_scipy(x, mode):
    """The same in float64 by another library's filter."""
    x = x.numpy().astype(float)
    difference = x - uniform_filter(x, (1, 1, 5, 5), mode="constant")
    if mode == "subtractive":
        return difference
    variance = uniform_filter(difference ** 2, (1, 1, 5, 5), mode="constant")
    return difference / np.maximum(np.sqrt(variance.clip(0)), .01)


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("size", [96, 48])
@pytest.mark.parametrize("kind", ["noise", "face"])
def test_it_equals_scipys(mode, size, kind):
    x = noise(3, size) if kind == "noise" else like_drawn_faces(size)
    ours = local_contrast_normalise(x, mode)
    assert ours.shape == x.shape and ours.dtype == torch.float32
    np.testing.assert_allclose(ours, by_scipy(x, mode), atol=1e-5)


@settings(deadline=None, max_examples=50)
@given(st.floats(0, 2, width=32), st.sampled_from(MODES))
def test_a_constant_image_has_contrast_at_its_border_only(grey, mode):
    """Beyond the border there are zeros, and the sum is always divided by 25."""
    y = local_contrast_normalise(torch.full((1, 1, 12, 12), grey), mode)[0, 0]
    assert y[4:-4, 4:-4].abs().max() < 1e-5 * (1 if mode == "subtractive" else 100)
    if mode == "subtractive":
        corner, edge = grey * (1 - 9 / 25), grey * (1 - 15 / 25)
        assert y[0, 0].item() == pytest.approx(corner, abs=1e-5) and y[0, 6].item() == pytest.approx(edge, abs=1e-5)


def test_one_bright_pixel_by_hand():
    x = torch.zeros(1, 1, 16, 16)
    x[0, 0, 8, 8] = 2
    y = local_contrast_normalise(x)[0, 0]
    expected = torch.zeros(16, 16)
    expected[6:11, 6:11] = -2 / 25
    expected[8, 8] = 2 - 2 / 25
    assert torch.allclose(y, expected, atol=1e-6)
    y = local_contrast_normalise(x, "full")[0, 0]
    assert y[8, 8].item() == pytest.approx(1.92 / math.sqrt((1.92 ** 2 + 24 * .08 ** 2) / 25), rel=1e-5)
    # at the corner of its neighbourhood, 3×3 of the 5×5 around differ, one of them the pixel itself
    assert y[6, 6].item() == pytest.approx(-.08 / math.sqrt((1.92 ** 2 + 8 * .08 ** 2) / 25), rel=1e-5)
    assert y[:4].abs().max() == 0


def test_a_flat_patch_has_no_contrast_and_a_faint_one_keeps_below_the_floor():
    x = torch.zeros(1, 1, 16, 16)
    assert local_contrast_normalise(x, "full").abs().max() == 0
    x.requires_grad_()
    local_contrast_normalise(x, "full").sum().backward()
    assert x.grad.isfinite().all()                          # guided backpropagation goes through here
    x = torch.zeros(1, 1, 16, 16)
    x[0, 0, 8, 8] = .01                                     # local deviation .002: divided by .01 instead
    assert local_contrast_normalise(x, "full")[0, 0, 8, 8].item() == pytest.approx(.96, rel=1e-5)


@settings(deadline=None, max_examples=30)
@given(st.floats(1, 20))
def test_full_normalisation_forgets_contrast_and_the_released_one_does_not(c):
    x = noise(1) / 20
    assert torch.allclose(local_contrast_normalise(c * x, "full"), local_contrast_normalise(x, "full"), atol=1e-4)
    assert torch.allclose(local_contrast_normalise(c * x), c * local_contrast_normalise(x), atol=1e-5)


def test_another_mode_is_an_error():
    with pytest.raises(ValueError, match="no normalisation 'none', only subtractive, full"):
        local_contrast_normalise(noise(), "none")


# Scale


def test_grey_levels_become_0_to_2():
    x = scale(torch.arange(256, dtype=torch.uint8).view(1, 1, 16, 16))
    assert x.dtype == torch.float32 and x.flatten()[[0, 51, 255]].tolist() == pytest.approx([0, .4, 2])
    assert scale(x[:0]).shape == (0, 1, 16, 16)
    assert scale(x.double()).dtype == torch.float32 and torch.equal(scale(x), x)


@pytest.mark.parametrize("value, message", [
    (math.nan, "image 2 of 4 holds NaN or infinity"), (math.inf, "image 2 of 4 holds NaN or infinity"),
    (-.5, r"floats in \[0, 2\], not from -0.5 to"), (2.5, "to 2.5"), (255., "to 255"),
])
def test_floats_that_are_no_image_are_an_error(value, message):
    x = noise(4)
    x[2, 0, 3, 5] = value
    with pytest.raises(ValueError, match=message):
        scale(x)
