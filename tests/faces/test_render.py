import os
import subprocess
import sys
from dataclasses import replace

import golden
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fer_lib.faces import (
    ACTION_UNITS,
    GENERATOR_VERSION,
    Shot,
    draw_people,
    draw_twin,
    paint,
    person,
    render,
    render_frame,
    render_frames,
    renderer,
    subject_by_subject,
)
from fer_lib.faces.head import MATERIAL, head
from fer_lib.faces.renderer import CROP, EYES_ABOVE_CENTRE, eye_colour

UPPER = ["AU1", "AU2", "AU4", "AU5", "AU6", "AU7", "AU9", "AU43"]       # AU9 wrinkles the root of the nose
SIDED = [unit for unit, entry in ACTION_UNITS.items() if entry.sided]
angles = st.floats(-1, 1)
EYES = round(96 * (.5 - EYES_ABOVE_CENTRE / CROP))      # row of the eyes; the mouth is 40 below it


def share(change, rows=slice(None), columns=slice(None)):
    return np.abs(change)[rows, columns].sum() / np.abs(change).sum()


# Form


@pytest.mark.parametrize("size", [48, 96, 150])
def test_a_face_is_square_and_grey(plain, size):
    picture = render(plain, {"AU12": .5}, size)
    assert picture.shape == (size, size) and picture.dtype == np.uint8 and picture.flags.c_contiguous
    assert np.ptp(picture) > 100                                        # neither flat nor empty


@pytest.mark.parametrize("frame", [(640, 490), (100, 80)])
def test_a_frame_has_the_size_asked_for(plain, frame):
    picture = render(plain, shot=Shot(frame=frame, zoom=.62), samples=1)
    assert picture.shape == frame[::-1] and picture.dtype == np.uint8
    assert (picture[:frame[1] // 10, :frame[0] // 10] == picture[0, 0]).all()       # background beside the head
    assert (picture[-2:, frame[0] // 3:-frame[0] // 3] != picture[0, 0]).all()      # the bust reaches the lower border


def test_a_small_picture_is_the_large_one_seen_from_further_away(plain, neutral):
    halved = neutral.reshape(48, 2, 48, 2).mean((1, 3))
    assert np.abs(render(plain, size=48) - halved).mean() < 2


def test_without_units_the_face_is_neutral(plain, neutral):
    assert (render(plain, {}) == neutral).all() and (render(plain, {"AU12": 0.0, "AU4": 0}) == neutral).all()


# Every action unit is there, where FACS says


@pytest.mark.parametrize("unit", ACTION_UNITS)
def test_a_unit_changes_its_half_of_the_face(alone, neutral, unit):
    change = alone[unit][1.0] - neutral
    assert np.abs(change).mean() > .7                                   # grey levels, over the whole picture
    upper = share(change, rows=slice(EYES + 20))
    assert upper > .6 if unit in UPPER else upper < .2


@pytest.mark.parametrize("unit", ACTION_UNITS)
def test_the_change_grows_with_intensity(alone, neutral, unit):
    changes = [np.abs(picture - neutral).sum() for _, picture in sorted(alone[unit].items())]
    assert .15 * changes[-1] < changes[0] < changes[1] < changes[2] < 1.02 * changes[3]     # AU43 is shut at 3/4


@pytest.mark.parametrize("unit", SIDED)
def test_the_subjects_left_is_on_the_right_of_the_picture(plain, neutral, unit):
    left, right = (render(plain, {unit + side: 1.0}) - neutral for side in "LR")
    assert share(left, columns=slice(48, None)) > .7 and share(right, columns=slice(48)) > .7


def test_both_sides_together_are_the_unit_in_the_picture_too(plain, alone):
    for unit in ("AU14", "AU6"):
        assert (render(plain, {unit + "L": .5, unit + "R": .5}) == alone[unit][.5]).all()


@pytest.mark.parametrize("unit", ACTION_UNITS)
def test_without_furrows_a_unit_still_moves_the_face(alone, unpainted, neutral, unit):
    assert np.abs(unpainted[unit] - neutral).mean() > .7
    assert (unpainted[unit] == alone[unit][1.0]).all() == (unit not in paint.furrows())


def test_deeper_furrows_leave_the_geometry_and_darken_the_paint(plain, alone, unpainted):
    once, twice = alone["AU4"][1.0] - unpainted["AU4"], render(plain, {"AU4": 1.0}, furrows=1.3) - unpainted["AU4"]
    assert np.abs(twice).sum() > 1.1 * np.abs(once).sum() and share(once, rows=slice(EYES + 20)) > .95


def test_furrows_without_units_change_nothing(plain, neutral):
    assert (render(plain, furrows=0) == neutral).all()


# The mouth and the eyes


@pytest.fixture
def teeth(monkeypatch):
    """teeth(subject, units): linear radiances (n,) of the samples of a drawn face that lie on its teeth."""
    seen, shade = [], renderer.shade

    def spy(at, texture, material, *rest):
        radiance = shade(at, texture, material, *rest)
        seen.append(radiance[material == MATERIAL["teeth"]])
        return radiance

    monkeypatch.setattr(renderer, "shade", spy)

    def draw(subject, units):
        render(subject, units)
        return seen.pop()

    return draw


def test_a_closed_mouth_lets_no_light_in_to_the_teeth():
    for subject in draw_people(30):
        h, resting = head(), person(subject).resting
        for drift in (-.15, .15):                   # more than a moment's departure in the twin
            actions = subject.resting | {"browInnerUp": subject.resting["browInnerUp"] + drift}
            assert not h.teeth_light(h.move(resting, actions), resting).any()


def test_closed_mouths_show_no_teeth_and_a_smile_with_parted_lips_does(teeth):
    for subject in draw_people(8):
        lips = subject.look.skin * subject.look.lip
        assert teeth(subject, {}).max(initial=0) < max(.15, .5 * lips)          # a dark line at most
        for pressed in ({"AU24": 1.0}, {"AU15": 1.0, "AU17": 1.0}, {"AU17": .9, "AU23": .9, "AU24": .9}):
            assert (teeth(subject, pressed) > .2).sum() < 40                    # of 9 samples a pixel: 4 pixels
        assert (teeth(subject, {"AU12": .8, "AU25": .8}) > .3).sum() > 300


def test_a_smile_that_parts_the_lips_brightens_the_mouth(plain, neutral, alone):
    smile = render(plain, {"AU12": 1.0, "AU25": 1.0})
    mouth = slice(EYES + 30, EYES + 50), slice(36, 60)
    assert np.percentile(smile[mouth], 95) > np.percentile(neutral[mouth], 95) - 10
    assert (smile[mouth] < 60).sum() < (alone["AU27"][1.0][mouth] < 60).sum()   # teeth, not a dark hole


def test_the_eyes_lie_where_the_crop_puts_them(plain):
    """CROP eye distances across, and the eyes EYES_ABOVE_CENTRE of one above the middle: pupils to the pixel."""
    size = 192
    picture = render(plain, {"AU5": 1.0}, size).astype(float)
    row, offset = size * (.5 - EYES_ABOVE_CENTRE / CROP), size / CROP / 2
    for column in (size / 2 - offset, size / 2 + offset):
        window = picture[round(row) - 12:round(row) + 12, round(column) - 14:round(column) + 14]
        x = np.nonzero(window < np.percentile(window, 4))[1]                    # the pupil and the lash line
        assert abs(np.median(x) + .5 - (column - round(column) + 14)) < 2


@given(angles, angles)
def test_the_pupil_lies_on_the_line_of_sight(right, up):
    """(sin, cos) of the gaze on a sphere around the eye: pupil there, white 60° away."""
    sight = np.array([np.sin(right), -np.cos(right) * np.cos(up), np.sin(up)])
    sight /= np.linalg.norm(sight)
    away = np.cross(sight, [0, 0, 1.0])
    aside = np.cos(np.pi / 3) * sight + np.sin(np.pi / 3) * away / np.linalg.norm(away)
    for side in ("left", "right"):
        centre = head().mean[head().eyes[side]].mean(0)
        points = np.stack([centre + 12 * sight, centre + 12 * aside])
        assert eye_colour(points, side, paint.Look(skin=.5), (right, up)) == pytest.approx([.012, .42 + .35 * .5])


def test_the_iris_follows_the_gaze(plain):
    def iris(gaze):
        picture = render(plain, {"AU5": 1.0}, 192, gaze=gaze).astype(float)
        return picture[2 * EYES - 6:2 * EYES + 6, 112:152]              # the subject's left eye without its lids

    columns = np.arange(40)
    centres = [(columns * (255 - iris((angle, 0.0))).sum(0)).sum() / (255 - iris((angle, 0.0))).sum()
               for angle in (-.3, 0, .3)]
    assert centres[0] + 1 < centres[1] < centres[2] - 1         # pixels; to the subject's left is right in the picture


def test_closed_eyes_hide_the_gaze(plain, alone):
    assert (render(plain, {"AU43": 1.0}, gaze=(.4, .2)) == alone["AU43"][1.0]).all()
    assert (render(plain, {"AU43": .5}, gaze=(.4, .2)) != alone["AU43"][.5]).any()


# The same arguments, the same bytes

DRAWS = """
import hashlib, sys
sys.modules["anny"] = None                  # it must not be needed
from fer_lib.faces import draw_probe, draw_twin, paint, render, render_frame
people, frames = draw_twin(4, 7, seed=5)
digest = hashlib.sha256()
for frame in frames[:8]:
    digest.update(render_frame(people[frame.subject], frame))
units = {unit: .31 + .05 * k for k, unit in enumerate(paint.furrows())}
digest.update(paint.furrow_depth(units, 1.0))           # to the last bit, which grey levels hide mostly
digest.update(render(people[0], units, 150))
digest.update(render_frame(people[1], frames[-1], full=(160, 120)))
digest.update(repr(draw_probe(2)[1]).encode())
print(digest.hexdigest())
"""


@pytest.mark.slow        # test_published.py draws a sample in four, under as many kernels
def test_two_processes_draw_the_same_bytes():
    processes = [subprocess.Popen([sys.executable, "-c", DRAWS], stdout=subprocess.PIPE, encoding="utf-8",
                                  env=os.environ | {"PYTHONHASHSEED": seed}) for seed in ("1", "2")]
    one, other = (process.communicate(timeout=120)[0].strip() for process in processes)
    assert len(one) == 64 and one == other


def test_what_is_painted_does_not_depend_on_the_order_of_units():
    units = dict(zip(paint.furrows(), np.linspace(.31, .97, len(paint.furrows())), strict=True))
    assert (paint.furrow_depth(units, 1.0) == paint.furrow_depth(dict(reversed(units.items())), 1.0)).all()


@pytest.fixture(scope="module")
def few():
    people, frames = draw_twin(3, 4, seed=2)
    return people, frames[::-1]                     # not in the order of the people


def test_the_number_of_workers_does_not_change_a_byte(few):
    people, frames = few
    one, two = (render_frames(people, frames, size=48, progress=False, workers=workers) for workers in (1, 2))
    assert (one == two).all() and one.shape == (16, 48, 48) and one.dtype == np.uint8
    assert (one[5] == render_frame(people[frames[5].subject], frames[5], size=48)).all()


def test_pictures_come_with_their_positions(few):
    people, frames = few
    drawn = list(subject_by_subject(people, frames, size=48, progress=False, workers=1))
    assert sorted(position for positions, _ in drawn for position in positions) == list(range(16))
    assert all(len({frames[position].subject for position in positions}) == 1 for positions, _ in drawn)


def test_a_full_frame_is_the_crop_with_more_around(few):
    people, frames = few
    frame = replace(frames[0], shot=replace(frames[0].shot, sensor_noise=0.0, blur=0.0))
    whole = render_frame(people[frame.subject], frame, full=(640, 490)).astype(float)
    crop = render_frame(people[frame.subject], frame, size=304).astype(float)           # .62 of 490
    assert np.corrcoef(whole[93:397, 168:472].ravel(), crop.ravel())[0, 1] > .98


# The pictures themselves


def test_changed_pictures_have_a_new_generator_version():
    known = golden.read()
    assert known["generator_version"] == GENERATOR_VERSION, (
        f"GENERATOR_VERSION is {GENERATOR_VERSION!r}, but {golden.FILE.name} holds pictures of version "
        f"{known['generator_version']!r}. {golden.REWRITE}")
    drawn = golden.thumbnails()
    assert drawn.keys() == known["pictures"].keys(), golden.REWRITE
    changed = {name: round(float(np.abs(drawn[name] - known["pictures"][name]).max()), 1) for name in drawn}
    changed = {name: difference for name, difference in changed.items() if difference > golden.TOLERANCE}
    assert not changed, (
        f"these pictures are no longer those of generator version {GENERATOR_VERSION} (largest change of an 8×8 mean, "
        f"grey levels): {changed}. If that is meant, raise GENERATOR_VERSION in fer_lib/faces/__init__.py, so that "
        f"nobody takes the new pictures for the old ones. {golden.REWRITE}")
