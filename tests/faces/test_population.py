"""The people who are drawn: ages, ancestry, looks, resting faces."""

import numpy as np
import pytest

from fer_lib.faces import draw_people
from fer_lib.faces.population import ANCESTRY, MALE


def test_the_population_is_like_that_of_ck_plus():
    people = draw_people(1500, seed=7)

    def about(share):
        return pytest.approx(share, abs=4 * (share * (1 - share) / len(people)) ** .5)      # four standard deviations

    assert (MALE, ANCESTRY) == (.31, (.13, .06, .81))
    assert np.mean([s.male for s in people]) == about(.31)
    groups = np.array([s.ancestry for s in people])
    np.testing.assert_allclose(groups.sum(1), 1)
    assert groups.max(1).min() >= .75 and groups.min() >= 0
    assert [np.mean(groups.argmax(1) == k) for k in range(3)] == [about(.13), about(.06), about(.81)]
    ages = np.array([s.age for s in people])
    assert ages.min() >= 18 and ages.max() <= 50 and 21 < np.median(ages) < 28 and (ages > 35).mean() > .05


def test_only_men_grow_beards_and_some_people_wear_glasses():
    people = draw_people(600, seed=8)
    bearded = [s for s in people if s.look.beard or s.look.moustache or s.look.stubble]
    assert bearded and all(s.male for s in bearded) and .2 < len(bearded) / sum(s.male for s in people) < .6
    assert .01 < np.mean([s.look.glasses > 0 for s in people]) < .08
    assert len({s.look.hair_style for s in people}) == 6 and not any(
        s.look.hair_style in ("long", "bob", "curtain") for s in people if s.male)


def test_skin_follows_ancestry():
    people = draw_people(600, seed=8)
    by_group = [np.mean([s.look.skin for s in people if np.argmax(s.ancestry) == k]) for k in range(3)]
    assert by_group[0] < .3 < .35 < by_group[1] < by_group[2] < .6
    assert all(.09 <= s.look.skin <= .65 for s in people)


def test_a_resting_face_is_no_expression():
    for subject in draw_people(300):
        smile = [subject.resting[f"mouthSmile{side}"] for side in ("Left", "Right")]
        assert abs(smile[0] - smile[1]) < .07 and min(smile) > -.04 and max(smile) < .2
        others = [weight for action, weight in subject.resting.items() if "Smile" not in action]
        assert min(others) >= 0 and max(others) < .35
        assert .8 <= subject.expressiveness <= 1.2


def test_subjects_have_names_that_sort():
    assert [s.name for s in draw_people(3)] == ["S001", "S002", "S003"]
