from itertools import combinations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fer_lib.faces import ACTION_UNITS, render
from fer_lib.faces.action_units import by_side, facial_actions, name_of
from fer_lib.faces.head import head

# The FACS manual's names (Ekman, Friesen & Hager 2002)
NAMES = {
    1: "Inner brow raiser", 2: "Outer brow raiser", 4: "Brow lowerer", 5: "Upper lid raiser", 6: "Cheek raiser",
    7: "Lid tightener", 9: "Nose wrinkler", 10: "Upper lip raiser", 12: "Lip corner puller", 14: "Dimpler",
    15: "Lip corner depressor", 16: "Lower lip depressor", 17: "Chin raiser", 18: "Lip pucker", 20: "Lip stretcher",
    23: "Lip tightener", 24: "Lip pressor", 25: "Lips part", 26: "Jaw drop", 27: "Mouth stretch", 43: "Eyes closed"}
SIDED = [f"AU{number}" for number in (2, 4, 5, 6, 7, 9, 10, 12, 14, 15, 16, 20, 43)]
UNSIDED = [f"AU{number}" for number in (1, 17, 18, 23, 24, 25, 26, 27)]
# What a combination does to the sum of its units' weights, sides left out: +1 more, -1 less
MEETINGS = {
    ("AU1", "AU4"): {"browInnerUp": 1, "browDown": -1, "browOuterUp": -1},
    ("AU4", "AU7"): {"eyeSquint": -1},
    ("AU6", "AU12"): {"cheekSquint": -1},
    ("AU12", "AU25"): {"mouthUpperUp": 1, "jawOpen": 1},
    ("AU23", "AU24"): {"mouthPucker": -1, "mouthRollUpper": -1, "mouthRollLower": -1}}

intensities = st.floats(0, 1)


def summed(*parts):
    return {action: sum(part.get(action, 0.0) for part in parts) for action in set().union(*parts)}


def without_side(action):
    return action.removesuffix("Left").removesuffix("Right")


def test_units_have_their_facs_names():
    assert [name_of(unit) for unit in ("AU12", "AU45", "AU99")] == ["Lip corner puller", "Blink", "AU99"]


def test_each_unit_is_there_with_its_facs_name():
    assert {unit: entry.name for unit, entry in ACTION_UNITS.items()} == {f"AU{n}": name for n, name in NAMES.items()}


def test_the_head_has_every_action_that_units_and_combinations_use():
    shown = [dict.fromkeys(pair, 1.0) for pair in combinations(ACTION_UNITS, 2)]
    assert {action for units in shown for action in facial_actions(units)} <= head().actions.keys()
    assert all(entry.gains and min(entry.gains.values()) > 0 for entry in ACTION_UNITS.values())


def test_units_have_sides_where_faces_show_them_on_one():
    assert [unit for unit, entry in ACTION_UNITS.items() if entry.sided] == SIDED
    assert [unit for unit in ACTION_UNITS if unit not in SIDED] == UNSIDED


@pytest.mark.parametrize("unit", SIDED)
def test_one_side_moves_only_that_half_of_the_head(unit):
    rest = head().mean
    moved = {side: np.linalg.norm(head().move(rest, facial_actions({unit + side: 1.0})) - rest, axis=1)
             for side in "LR"}
    left, right = rest[:, 0] > 6, rest[:, 0] < -6
    for side, own, other in (("L", left, right), ("R", right, left)):
        assert moved[side][own].max() > 1                                   # millimetres
        # AU16 takes some of the lower lip's other half along
        assert (moved[side][other] ** 2).sum() < .2 * (moved[side][own] ** 2).sum()
    assert set(facial_actions({unit + "L": 1.0})) == {gain.replace("*", "Left") for gain in ACTION_UNITS[unit].gains}


@given(st.sampled_from(SIDED), intensities)
def test_left_and_right_are_both(unit, intensity):
    both = facial_actions({unit: intensity})
    assert facial_actions({unit + "L": intensity, unit + "R": intensity}) == both
    assert facial_actions({unit + "L": intensity}) | facial_actions({unit + "R": intensity}) == both


@given(intensities, intensities)
def test_a_unit_and_its_side_show_the_stronger(whole, left):
    assert by_side({"AU12": whole, "AU12L": left, "AU1": .5}) == {
        "Left": {"AU12": max(whole, left), "AU1": .5}, "Right": {"AU12": whole, "AU1": .5}}


@given(st.sampled_from(list(ACTION_UNITS)), intensities)
def test_one_unit_alone_is_its_gains_times_the_intensity(unit, intensity):
    expected = {action.replace("*", side): gain * intensity for action, gain in ACTION_UNITS[unit].gains.items()
                for side in ("Left", "Right")}
    assert facial_actions({unit: intensity}) == pytest.approx(expected)


@pytest.mark.parametrize("name", ["AU3", "AU11", "AU12X", "12", "au12", "AU", "L", "", "AU12LR"])
def test_an_unknown_unit_is_named(name):
    with pytest.raises(ValueError, match=f"'{name}' is no action unit of this head; it knows AU1, AU2, .*AU43"):
        facial_actions({"AU12": .5, name: .5})


@pytest.mark.parametrize("unit", UNSIDED)
def test_a_side_of_a_unit_that_has_none_is_named(unit):
    with pytest.raises(ValueError, match=rf"{unit} \({ACTION_UNITS[unit].name}\) has no left and right.* use '{unit}'"):
        facial_actions({unit + "L": .5})


@pytest.mark.parametrize("intensity", [-.01, 1.01, 5, float("nan"), float("inf")])
def test_an_intensity_outside_its_range_is_named_before_anything_is_drawn(plain, intensity):
    with pytest.raises(ValueError, match=f"AU6: intensity {intensity} is outside 0–1"):
        render(plain, {"AU12": 1.0, "AU6": intensity})


def test_units_that_do_not_meet_add_up():
    for pair in set(combinations(ACTION_UNITS, 2)) - set(MEETINGS):
        one, other = ({unit: .8} for unit in pair)
        assert facial_actions(one | other) == pytest.approx(summed(facial_actions(one), facial_actions(other))), pair


@pytest.mark.parametrize("pair", MEETINGS, ids="+".join)
def test_units_that_meet_depart_from_their_sum_as_said(pair):
    one, other = ({unit: 1.0} for unit in pair)
    together, apart = facial_actions(one | other), summed(facial_actions(one), facial_actions(other))
    departures = {action: np.sign(round(together[action] - apart.get(action, 0.0), 9)) for action in together}
    assert departures == {action: MEETINGS[pair].get(without_side(action), 0) for action in together}
    assert MEETINGS[pair].keys() <= {without_side(action) for action in together}


@given(st.sampled_from(list(MEETINGS)), intensities, st.booleans())
def test_a_unit_at_zero_meets_nobody(pair, intensity, swap):
    shown, absent = reversed(pair) if swap else pair
    with_it, without = facial_actions({shown: intensity, absent: 0.0}), facial_actions({shown: intensity})
    assert {action: weight for action, weight in with_it.items() if weight or action in without} == without


def test_units_of_different_sides_do_not_meet():
    for one, other in (("AU6L", "AU12R"), ("AU4R", "AU7L")):
        assert facial_actions({one: 1.0, other: 1.0}) == pytest.approx(
            summed(facial_actions({one: 1.0}), facial_actions({other: 1.0})))


def test_sad_brows_are_oblique():
    """AU1+4 lifts the inner end of the brow and not the outer, which AU1+2 lifts as well."""
    rest = head().mean
    inner, outer = (np.argsort(np.linalg.norm(rest[:, [0, 2]] - place, axis=1) + (rest[:, 1] > 20) * 1e3)[:8]
                    for place in ((12, 18), (48, 21)))                      # the 8 vertices in front next to it

    def lifted(*units):
        up = head().move(rest, facial_actions(dict.fromkeys(units, 1.0)))[:, 2] - rest[:, 2]
        return up[inner].mean(), up[outer].mean()

    sad, surprised, angry = lifted("AU1", "AU4"), lifted("AU1", "AU2"), lifted("AU4")
    assert sad[0] > 2 and sad[1] < 0                                        # millimetres
    assert min(surprised) > 2 and max(angry) < 0
