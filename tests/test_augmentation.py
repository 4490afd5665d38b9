"""Augmentation: intensity, warp and the views that are drawn, by hand, by properties and beside scikit-image."""
import math

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from noise_images import like_drawn_faces, noise
from skimage.transform import AffineTransform
from skimage.transform import warp as skimage_warp

from fer_lib import preprocessing
from fer_lib.preprocessing import (
    augment,
    augment_by,
    change_intensity,
    change_intensity_within_range,
    draw_views,
    local_contrast_normalise,
    scale,
    see,
    warp,
)

pytestmark = pytest.mark.usefixtures("one_thread")


def values(*numbers):
    return torch.tensor(numbers, dtype=torch.float32)


# Intensity


@settings(deadline=None, max_examples=100)
@given(st.floats(.25, 4), st.floats(.7, 1.4), st.floats(-.1, .1), st.integers(0, 9))
def test_b_and_c_cancel(a, b, c, seed):
    """What the released code meant as a change of contrast and brightness is undone by its own stretching."""
    x = noise(1, seed=seed)
    changed = change_intensity(x, values(a), values(b), values(c))
    assert torch.allclose(changed, change_intensity(x, values(a), values(1), values(0)), atol=1e-5)


@settings(deadline=None, max_examples=50)
@given(st.floats(.25, 4), st.floats(.7, 1.4), st.floats(-.1, .1))
def test_a_bends_the_greys_and_keeps_their_order(a, b, c):
    x = torch.linspace(.2, 1.8, 64).view(1, 1, 8, 8)
    y = change_intensity(x, values(a), values(b), values(c)).flatten()
    assert (y.diff() > 0).all() and y[0] == 0 and y[-1] == 2
    above = y[1:-1] > 2 * (x.flatten()[1:-1] - .2) / 1.6                        # the straight line between the ends
    assert abs(a - 1) < .01 or above.all() == (a < 1) == above.any()


def test_by_hand_with_a_2_and_a_1_for_two_images():
    x = torch.tensor([0., .5, 1., 2.]).view(1, 1, 2, 2).repeat(2, 1, 1, 1)
    y = change_intensity(x, values(2, 1), values(.7, 1.4), values(.1, -.1))
    assert y.flatten().tolist() == pytest.approx([0, .125, .5, 2, 0, .5, 1, 2], abs=1e-6)


@pytest.mark.parametrize("grey", [0., .7, 2.])
def test_a_flat_image_becomes_black(grey):
    y = change_intensity(torch.full((1, 1, 8, 8), grey), values(.25), values(1.4), values(.1))
    assert y.abs().max() == 0


def test_within_range_by_hand_for_two_images():
    """2·(v²·1.4 + .1) and 2·(v·.7 − .1) of v = 0, .25, .5, 1; 1.5 and −.1 are clipped."""
    x = torch.tensor([0., .5, 1., 2.]).view(1, 1, 2, 2).repeat(2, 1, 1, 1)
    y = change_intensity_within_range(x, values(2, 1), values(1.4, .7), values(.1, -.1))
    assert y.flatten().tolist() == pytest.approx([.2, .375, .9, 2, 0, .15, .5, 1.2], abs=1e-6)


@settings(deadline=None, max_examples=50)
@given(st.floats(.25, 4), st.floats(.7, 1), st.floats(0, .1), st.integers(0, 9))
def test_where_nothing_is_clipped_the_stretching_is_all_that_differs(a, b, c, seed):
    x = .4 + .4 * noise(1, seed=seed)                           # v in [.2, .6]: v^a·b + c stays below .98
    y = change_intensity_within_range(x, values(a), values(b), values(c))
    stretched = 2 * (y - y.min()) / (y.max() - y.min())
    assert torch.allclose(stretched, change_intensity(x, values(a), values(b), values(c)), atol=2e-3)
    assert torch.allclose(y, 2 * ((x / 2) ** a * b + c), atol=1e-5)


@settings(deadline=None, max_examples=50)
@given(st.floats(.25, 4), st.floats(.7, 1.4), st.floats(-.1, .1), st.integers(0, 9))
def test_within_range_it_stays_a_picture(a, b, c, seed):
    y = change_intensity_within_range(noise(2, seed=seed), values(a, a), values(b, b), values(c, c))
    assert y.amin() >= 0 and y.amax() <= 2
    scale(y)                                                    # raises where it is none
    nothing = change_intensity_within_range(noise(2, seed=seed), values(1, 1), values(1, 1), values(0, 0))
    assert torch.allclose(nothing, noise(2, seed=seed), atol=1e-6)


# Warp


def moved(x, angle=0., width=1., shift=(0., 0.), mirrored=False):
    n = len(x)
    return warp(x, torch.full((n,), angle), torch.full((n,), width), torch.tensor(shift)[:, None].expand(2, n),
                torch.full((n,), mirrored))


def test_special_cases_by_hand():
    x = noise(2, 16)
    assert torch.allclose(moved(x), x, atol=1e-5)
    assert torch.allclose(moved(x, mirrored=True), x.flip(3), atol=1e-5)
    # a window that turns clockwise sees the image turn the other way, as rot90 does
    assert torch.allclose(moved(x, angle=math.pi / 2), torch.rot90(x, 1, (2, 3)), atol=1e-5)


def test_a_shift_by_hand():
    x = torch.zeros(1, 1, 16, 16)
    x[0, 0, 5, 9] = 1
    seen = moved(x, shift=(4 / 8, -2 / 8))                  # of a half width of 8: the window goes right 4 and up 2
    assert seen[0, 0, 7, 5].item() == pytest.approx(1, abs=1e-5) and seen.sum().item() == pytest.approx(1, abs=1e-4)
    seen = moved(x, shift=(4 / 8, -2 / 8), mirrored=True)   # the same window onto the mirrored image, whose 6 it is
    assert seen[0, 0, 7, 2].item() == pytest.approx(1, abs=1e-5)


def test_a_narrow_window_enlarges_and_a_wide_one_shows_a_black_border():
    x = torch.zeros(1, 1, 16, 16)
    x[:, :, 4:12, 4:12] = 1
    assert torch.allclose(moved(x, width=.5)[:, :, 1:-1, 1:-1], torch.ones(14, 14), atol=1e-5)
    seen = moved(torch.ones(1, 1, 16, 16), width=2.)[0, 0]
    assert seen[4:12, 4:12].min() > .5 and seen.sum() == seen[3:13, 3:13].sum() and seen[5:11, 5:11].min() > .999


@pytest.mark.parametrize("seed", range(8))
def test_it_equals_scikit_images(seed):
    rng = np.random.default_rng(seed)
    angle, width, shift = rng.uniform(-.6, .6), rng.uniform(.5, 1.5), rng.uniform(-.4, .4, 2)
    x, half, mirrored = noise(1, 32, seed=seed), 16, bool(seed % 2)
    # from the window's (column, row) to the image's: about the centre of both, which is at 15.5
    about = AffineTransform(translation=(-15.5, -15.5))
    back = AffineTransform(translation=15.5 + half * shift)
    to_image = about + AffineTransform(scale=width, rotation=angle) + back
    source = x[0, 0].numpy().astype(float)
    expected = skimage_warp(source[:, ::-1] if mirrored else source, to_image, order=1, mode="constant")
    seen = moved(x, angle, width, shift.astype("float32"), mirrored)[0, 0].numpy()
    columns_rows = to_image(np.stack(np.indices((32, 32))[::-1], -1).reshape(-1, 2)).reshape(32, 32, 2)
    inside = ((columns_rows > 1) & (columns_rows < 30)).all(-1)
    assert inside.sum() > 200
    np.testing.assert_allclose(seen[inside], expected[inside], atol=1e-4)


# Augmentation


def test_a_seed_is_a_view():
    x = noise(5)
    one, same, other = (augment(x, torch.Generator().manual_seed(seed)) for seed in (0, 0, 1))
    assert torch.equal(one, same) and (one != other).flatten(1).any(1).all()
    assert (augment(x[:1].expand(5, -1, -1, -1))[1:] != augment(x[:1])).flatten(1).any(1).all()     # nor twice the same


def test_every_view_has_the_full_range_and_no_hole():
    x = torch.cat([noise(300, 16), .1 * noise(100, 16, seed=1), like_drawn_faces(16).repeat(50, 1, 1, 1)])
    y = augment(x, torch.Generator().manual_seed(0))
    assert y.shape == x.shape and y.dtype == torch.float32
    assert y.amin((1, 2, 3)).eq(0).all() and y.amax((1, 2, 3)).eq(2).all()      # which a NaN is not


def test_what_is_drawn_fills_the_released_ranges(monkeypatch):
    drawn = {}
    monkeypatch.setattr(preprocessing, "warp", lambda x, angle, width, shift, mirrored: drawn.update(
        angle=angle.rad2deg(), width=width, right=shift[0], down=shift[1], mirrored=mirrored.float()) or x)
    monkeypatch.setattr(preprocessing, "change_intensity", lambda x, a, b, c: drawn.update(a=a, b=b, c=c) or x)
    augment(torch.zeros(5000, 1, 8, 8), torch.Generator().manual_seed(0))
    assert drawn["mirrored"].mean().item() == pytest.approx(.5, abs=.03)
    for name, low, high in [("angle", -5, 5), ("width", .7, 1.4), ("a", .25, 4), ("b", .7, 1.4), ("c", -.1, .1)]:
        value, margin = drawn[name], .01 * (high - low)
        assert low - 1e-5 <= value.min() < low + margin and high - margin < value.max() <= high + 1e-5, name
        assert value.mean().item() == pytest.approx((low + high) / 2, abs=2 * margin), name
    for name in ("right", "down"):                          # window in image, or image in window, up to the edge
        play = (1 - drawn["width"]).abs()
        assert (drawn[name].abs() <= play + 1e-6).all() and (drawn[name] / play).abs().max() > .99, name
    together = np.corrcoef(np.stack([value.numpy() for value in drawn.values()])) - np.eye(8)
    assert np.abs(together).max() < .06                     # no number is used twice


def test_without_rescaling_a_view_is_the_same_window_with_its_own_brightness():
    x, u = like_drawn_faces(24), draw_views(4, torch.Generator().manual_seed(0))
    u[5], u[6:] = .2, torch.tensor([[.43], [.5]])               # a = 1, b = 1.001, c = 0: hardly a change
    stretched, kept = augment_by(x, u), augment_by(x, u, rescale=False)
    for one, other in zip(stretched, kept, strict=True):
        again = 2 * (other - other.min()) / (other.max() - other.min())
        assert torch.allclose(one, again, atol=.01)
    darker, brighter = (augment_by(x, torch.cat([u[:7], torch.full((1, 4), c)]), rescale=False) for c in (0., 1.))
    assert (brighter.mean((1, 2, 3)) - darker.mean((1, 2, 3)) > .2).all(), "c is not undone"
    assert torch.allclose(augment_by(x, torch.cat([u[:7], torch.ones(1, 4)])), stretched, atol=1e-5), "here it is"


def test_what_a_network_is_shown():
    images = np.random.default_rng(0).integers(0, 256, (2, 1, 16, 16), np.uint8)
    expected = local_contrast_normalise(scale(torch.from_numpy(images)), "full")
    assert torch.equal(see(images, "full"), expected) and torch.equal(see(torch.from_numpy(images), "full"), expected)
