from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fer_lib.faces import ACTION_UNITS, paint, render
from fer_lib.faces.accessories import HAIR_STYLES, accessories, glasses, hair_cover, tube
from fer_lib.faces.head import head
from fer_lib.faces.paint import COLUMNS, SIDE, Look, X, Z, along, crease, fold, furrow_depth, furrows, sample

LEFT = slice(COLUMNS // 2, None)            # the subject's left half of a map
RIGHT = slice(COLUMNS // 2)


# Maps


@given(st.floats(-99, 99), st.floats(-169, 109))
def test_a_map_is_read_where_it_was_drawn(x, z):
    """Bilinear: what is linear is read exactly, at x and z in millimetres."""
    assert sample(X, np.array([x]), np.array([z]))[0] == pytest.approx(x, abs=1e-4)
    assert sample(Z, np.array([x]), np.array([z]))[0] == pytest.approx(z, abs=1e-4)


def test_beyond_its_border_a_map_goes_on():
    assert sample(X, np.array([-500.0, 500]), np.zeros(2)) == pytest.approx([X.min(), X.max()], abs=1e-4)


def test_distance_to_a_line_and_the_place_along_it():
    distance, position = along([(10, 0), (30, 0)])
    for x, z, expected, place in ((20.25, 5.25, 5.25, .5125), (-20.25, 5.25, 5.25, .5125), (40.25, .25, 10.253, 1),
                                  (.25, -10.25, np.hypot(9.75, 10.25), 0)):
        at = np.array([x]), np.array([z])
        assert sample(distance, *at)[0] == pytest.approx(expected, abs=.02)
        assert sample(position, *at)[0] == pytest.approx(place, abs=.01)


def test_a_crease_is_deepest_on_its_line_and_ends_softly():
    line = crease([(10, 0), (40, 0)], 2.0)
    assert line.max() == pytest.approx(1, abs=.05)
    assert line[np.abs(Z) > 8].max() < 1e-6 and line[SIDE < 9].max() < .05
    assert (line == line[:, ::-1]).all()


def test_a_fold_stays_between_its_ends():
    line = fold(50.0, 30, 60)
    assert .9 < line.max() <= 1 and line[SIDE > 60].max() == 0 and line[SIDE < 18].max() == 0
    assert line[np.abs(Z - 50) > 10].max() < 1e-4


def test_noise_is_standard_and_the_same_every_time():
    field = paint.noise(3, 2.0)
    assert field.std() == pytest.approx(1) and abs(field.mean()) < .1
    assert (field == paint.noise(3, 2.0)).all() and (field != paint.noise(4, 2.0)).any()


# Furrows


def test_furrows_belong_to_units_and_lie_where_the_units_move_the_face():
    assert furrows().keys() < ACTION_UNITS.keys()
    mouth, brows = Z < -35, Z > -15
    for unit, depth in furrows().items():
        assert depth.min() >= 0 and .4 < depth.max() < 2.5
        upper = depth[brows].sum() / depth.sum()
        number = int(unit[2:])
        assert upper > .95 if number in (1, 2, 4, 6, 7) else upper < .05 or number == 9, unit
        assert depth[mouth].sum() > .5 * depth.sum() or number in (1, 2, 4, 6, 7, 9), unit


@pytest.mark.parametrize("unit", [unit for unit in furrows() if ACTION_UNITS[unit].sided])
def test_a_furrow_of_one_side_stays_there(unit):
    left, right, both = (furrow_depth({unit + side: .8}, 1.0) for side in ("L", "R", ""))
    assert not left[:, RIGHT].any() and left[:, LEFT].any()
    assert not right[:, LEFT].any() and right[:, RIGHT].any()
    np.testing.assert_array_equal(left + right, both)


@given(st.sampled_from(sorted(furrows())), st.floats(0, 1), st.floats(0, 2))
def test_depth_is_amplitude_times_intensity_up_to_a_limit(unit, intensity, amplitude):
    expected = np.minimum(amplitude * intensity * furrows()[unit], 1.5)
    np.testing.assert_allclose(furrow_depth({unit: intensity}, amplitude), expected, atol=1e-6)


def test_furrows_of_several_units_add_up_and_those_without_any_add_nothing():
    together = furrow_depth({"AU4": .5, "AU17": .5, "AU27": 1.0}, 1.0)
    np.testing.assert_allclose(together, .5 * furrows()["AU4"] + .5 * furrows()["AU17"], atol=1e-6)
    assert not furrow_depth({"AU27": 1.0, "AU43": 1.0, "AU5": 1.0}, 1.0).any()
    assert not furrow_depth(dict.fromkeys(ACTION_UNITS, 1.0), 0).any()


@pytest.mark.parametrize("amplitude", [-.1, float("nan")])
def test_a_negative_depth_is_an_error(plain, amplitude):
    with pytest.raises(ValueError, match=f"furrows must be 0 or more, not {amplitude}"):
        render(plain, {"AU4": 1.0}, furrows=amplitude)


# A person's surface


@pytest.mark.parametrize("look", [Look(), Look(skin=.09, hair=.02, brow=.04, beard=1.0, moustache=1.0, stubble=1.0),
                                  Look(skin=.65, freckles=1.0, brow_thickness=1.25, brow_density=.95, seed=9)])
def test_reflectances_and_covers_are_shares(look):
    for cover in (look.brows(), look.facial_hair(), look.albedo()):
        assert cover.min() >= 0 and cover.max() <= 1
    cheek = look.albedo()[(np.hypot(SIDE - 38, Z + 28) < 3)]
    assert cheek.mean() == pytest.approx(look.skin, rel=.35 if look.beard or look.freckles else .15)


def test_a_beard_grows_on_the_jaw_and_a_moustache_under_the_nose():
    chin, lip = (SIDE < 20) & (Z < -100) & (Z > -120), (SIDE < 15) & (Z < -60) & (Z > -66)
    cheek = (SIDE < 45) & (Z > -40)
    assert not Look().facial_hair().any()
    beard, moustache = Look(beard=1.0).facial_hair(), Look(moustache=1.0).facial_hair()
    assert beard[chin].mean() > .6 and beard[lip].max() < .01 and beard[cheek].max() < .01
    assert moustache[lip].mean() > .4 and moustache[chin].max() < .01 and moustache[cheek].max() < .01


def test_the_lines_of_a_resting_face_deepen_with_age():
    young, old = Look(age=0.0).lines(), Look(age=1.0).lines()
    assert (old >= young).all() and old.max() > 3 * young.max() > 0


# Hair and glasses


def test_a_tube_keeps_its_distance_from_the_path():
    turn = 2 * np.pi * np.arange(40) / 40
    ring = 20 * np.stack([np.cos(turn), np.zeros(40), np.sin(turn)], 1)
    vertices, triangles = tube(ring, 1.5, closed=True)
    np.testing.assert_allclose(np.linalg.norm(vertices.reshape(40, -1, 3) - ring[:, None], axis=2), 1.5, atol=1e-6)
    edges = np.sort(np.stack([triangles, np.roll(triangles, -1, 1)], -1).reshape(-1, 2), 1)
    assert (np.unique(edges, axis=0, return_counts=True)[1] == 2).all()     # closed: no edge is a border
    open_tube, open_triangles = tube(ring[:5], 1.5, closed=False)
    assert len(open_tube) == 5 * 6 and len(open_triangles) == 4 * 6 * 2


def test_hair_covers_the_crown_and_never_the_face():
    rest = head().rest
    face = (np.abs(rest[:, 0]) < 50) & (rest[:, 1] < 20) & (rest[:, 2] < 35)
    crown = rest[:, 2] > 110
    assert crown.any() and face.any()
    for style in HAIR_STYLES:
        cover = hair_cover(rest, Look(hair_style=style))
        assert cover.min() >= 0 and cover.max() <= 1
        assert (cover[crown].min() > .99) == (style != "bald") and cover[face].max() == 0


def test_each_style_has_what_belongs_to_it():
    for style, hangs in HAIR_STYLES.items():
        assert len(accessories(Look(hair_style=style), head().mean)) == bool(hangs)
    assert len(accessories(Look(hair_style="long", glasses=30.0), head().mean)) == 2


def test_glasses_stand_before_the_eyes_and_are_as_high_as_asked():
    h = head()
    eyes = h.mean[np.concatenate(list(h.eyes.values()))]
    rims = glasses(Look(glasses=30.0), h.mean).vertices
    in_front = rims[np.abs(rims[:, 0]) < 50]
    assert in_front[:, 1].max() < eyes[:, 1].min()                          # y grows backwards
    assert np.ptp(in_front[:, 2]) == pytest.approx(30 + 2 * 1.5, abs=1)


@pytest.mark.parametrize("change", [{"hair_style": "bald"}, {"hair_style": "fringe"}, {"hair_style": "bob"},
                                    {"hair_style": "long"}, {"hair_style": "curtain"}, {"glasses": 30.0},
                                    {"beard": 1.0}, {"stubble": 1.0}, {"freckles": 1.0}, {"age": 1.0}, {"skin": .15}])
def test_each_feature_of_a_look_shows(plain, neutral, change):
    picture = render(replace(plain, look=replace(plain.look, **change)))
    assert (np.abs(picture - neutral) > 8).sum() > 40                       # pixels of 96×96
