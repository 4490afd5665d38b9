"""Camera, light and sensor of a drawn picture."""
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fer_lib.faces import Shot, paint, person, render
from fer_lib.faces.renderer import CROP, GAMMA, rotation

angles = st.floats(-1, 1)


@given(angles, angles, angles)
def test_turns_are_rotations(yaw, pitch, roll):
    turn = rotation(yaw, pitch, roll)
    np.testing.assert_allclose(turn @ turn.T, np.eye(3), atol=1e-5)
    assert np.linalg.det(turn) == pytest.approx(1, abs=1e-5)


def test_each_turn_has_its_axis():
    quarter = np.pi / 2
    np.testing.assert_allclose(rotation(quarter, 0, 0) @ [1, 0, 0], [0, 1, 0], atol=1e-6)   # about the vertical
    np.testing.assert_allclose(rotation(0, quarter, 0) @ [0, 1, 0], [0, 0, 1], atol=1e-6)   # about left–right
    np.testing.assert_allclose(rotation(0, 0, quarter) @ [0, 0, 1], [1, 0, 0], atol=1e-6)   # about the line of sight


def test_a_shift_of_whole_pixels_moves_the_picture_by_them(plain, neutral):
    pixel = CROP * person(plain).between / 96                                               # mm
    aside, up = (render(plain, shot=Shot(shift=shift)) for shift in ((4 * pixel, 0), (0, 4 * pixel)))
    assert np.abs(aside[:, :-4] - neutral[:, 4:]).max() <= 1 and np.abs(up[4:] - neutral[:-4]).max() <= 1


def test_zoom_two_is_the_middle_of_the_picture_twice_as_large(plain):
    large, small = render(plain, size=192, shot=Shot(zoom=.5)), render(plain, size=96)
    assert np.abs(large[48:144, 48:144].astype(float) - small).mean() < 3


def test_the_background_has_the_grey_of_its_reflectance(plain):
    for background in (.1, .25, .9):
        picture = render(plain, shot=Shot(background=background))
        assert picture[0, 0] == picture[0, -1] == round(255 * background ** (1 / GAMMA))


def test_light_is_linear_before_the_gamma(plain):
    """Twice the exposure is twice the light; away from white and from the background, a factor in grey."""
    dim, bright = (render(plain, shot=Shot(exposure=exposure)).astype(float) for exposure in (.4, .8))
    middle = dim[40:60, 30:66]
    assert (bright[40:60, 30:66] / middle).mean() == pytest.approx(2 ** (1 / GAMMA), rel=.01)


def test_the_key_light_brightens_the_side_that_it_comes_from(plain):
    left, right = (render(plain, shot=Shot(light=(x, -.85, .5))).astype(float) for x in (.9, -.9))
    assert left[40:70, 56:72].mean() > right[40:70, 56:72].mean() + 10
    assert left[40:70, 24:40].mean() < right[40:70, 24:40].mean() - 10


def test_sensor_noise_has_its_deviation_and_its_seed(plain, neutral):
    one, same, other = (render(plain, shot=Shot(sensor_noise=3.0, seed=seed)) for seed in (1, 1, 2))
    assert (one == same).all() and (one != other).any()
    assert (one - neutral)[neutral < 240].std() == pytest.approx(np.hypot(3, 12 ** -.5), rel=.03)


def test_blur_keeps_the_light_and_takes_the_edges(plain, neutral):
    blurred = render(plain, shot=Shot(blur=1.0)).astype(float)
    light = [np.mean((picture / 255) ** GAMMA) for picture in (neutral, blurred)]
    assert light[0] == pytest.approx(light[1], rel=.01)
    assert np.abs(np.diff(blurred)).mean() < .8 * np.abs(np.diff(neutral)).mean()


def test_dark_skin_is_exposed_longer_but_stays_darker(plain):
    """The lens opens by the 0.42th power, so a fifth of the reflectance is a fifth to the power of 0.58."""
    means = [render(replace(plain, look=paint.Look(skin=skin)))[45:60, 20:76].mean() for skin in (.1, .25, .5)]
    assert means[0] + 15 < means[1] < means[2] - 15
    assert means[0] / means[2] == pytest.approx(.2 ** (.58 / GAMMA), rel=.05)
