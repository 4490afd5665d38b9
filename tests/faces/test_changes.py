"""Pictures that differ in one thing: what they show, before anything is drawn."""
from collections import Counter

import pytest

from fer_lib.faces import ACTION_UNITS, by_side
from fer_lib.faces.changes import APEX, MORPH, STEPS, WITH, WITHOUT, Change, apex, draw_changes, plan
from fer_lib.faces.sampling import COUNTS, meets_criteria


def test_everything_once():
    names = [change.name for change in plan()]
    assert len(set(names)) == len(names)
    kinds = Counter((change.what, change.one_side) for change in plan())
    sided = sum(unit.sided for unit in ACTION_UNITS.values())
    assert kinds[WITH, False] == len(ACTION_UNITS) and kinds[WITH, True] == sided and kinds[APEX, False] == len(COUNTS)
    assert kinds[WITHOUT, False] == sum(len(apex(name)) for name in COUNTS)
    assert kinds[MORPH, False] == 8 * 7 // 2 * (STEPS - 1)


def test_a_face_can_show_each():
    for change in plan():
        by_side(change.action_units)            # says which units do not go together


@pytest.mark.parametrize("name", COUNTS)
def test_an_apex_is_that_expression(name):
    assert meets_criteria(name, set(apex(name))) and apex("neutral") == {}


@pytest.mark.parametrize("change, shown", [
    (Change(WITH, "AU12", one_side=True), {"AU12L": 1}),
    (Change(WITHOUT, "AU12", "happy"), {"AU6": 1, "AU25": 1}),
    (Change(WITHOUT, "AU12", "happy", one_side=True), {"AU6": 1, "AU25": 1, "AU12R": 1}),
    (Change(MORPH, expression="neutral", towards="contempt", step=3), {"AU14": .5}),
    (Change(MORPH, expression="happy", towards="contempt", step=3), {"AU6": .5, "AU25": .5, "AU12": .5, "AU14": .5})])
def test_what_it_shows(change, shown):
    assert change.action_units == shown


def test_of_a_person_only_the_units_differ():
    people, frames = draw_changes(2)
    assert [person.name for person in people] == ["P001", "P002"] and len(frames) == 2 * len(plan())
    for who in range(2):
        own = [frame for frame in frames if frame.subject == who]
        assert len({(frame.shot, frame.gaze, frame.resting_drift) for frame in own}) == 1
        assert [frame.action_units for frame in own] == [change.action_units for change in plan()]
    assert frames[0].shot != frames[-1].shot
    with pytest.raises(ValueError, match="must be 1 or more, not 0"):
        draw_changes(0)
