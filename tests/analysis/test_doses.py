"""Filters against the intensity of a unit, on responses written down by hand."""
import numpy as np
import pytest
from toy_probe import INTENSITIES, UNITS, toy_probe

from fer_lib.analysis.doses import by_dose, follow, levels, rises

PROBE = toy_probe(4)


def test_each_value_goes_to_its_unit_person_and_level():
    shown = PROBE.intensities.to_numpy()
    person = np.array([int(name[1:]) for name in PROBE.subjects])
    values = np.stack([shown[:, 0], 10 * shown[:, 2] + person], axis=1)
    doses = by_dose(PROBE, values)
    assert levels(PROBE).tolist() == [0, *INTENSITIES] and doses.shape == (len(UNITS), 4, 1 + len(INTENSITIES), 2)
    np.testing.assert_allclose(doses[0, :, :, 0], [[0, .2, .6, 1]] * 4, rtol=1e-6)
    assert not doses[1:, :, :, 0].any(), "two units at once are nobody's dose"
    np.testing.assert_allclose(doses[2, 3, :, 1], [3, 5, 9, 13], rtol=1e-6)


def test_at_rest_is_the_mean_of_the_person_s_resting_faces():
    values = np.arange(len(PROBE), dtype=float)[:, None]
    first = np.flatnonzero((PROBE.intensities == 0).all(axis=1) & (PROBE.subjects == "P1"))
    assert (by_dose(PROBE, values)[:, 1, 0, 0] == first.mean()).all()


def test_a_set_that_lacks_one():
    whole = PROBE.intensities["AU4"] < 1
    with pytest.raises(ValueError, match="toy probe does not show AU4 P0 1.0: it is no whole probe set"):
        by_dose(PROBE.select(whole.to_numpy()), np.zeros((whole.sum(), 1)))


def filters(*curves: dict[int, list[float]], people: int = 4) -> np.ndarray:
    """Doses of filters, each of which answers 1 but for some units, of which it has a curve."""
    doses = np.ones((3, people, 4, len(curves)))
    for i, curve in enumerate(curves):
        for unit, values in curve.items():
            doses[unit, :, :, i] = values
    return doses


def test_rising_with_every_step():
    doses = filters({0: [1, 2, 3, 4]}, {0: [1, 2, 2, 4], 1: [0, 1, 2, 3]})
    assert rises(doses).T.tolist() == [[True, False, False], [False, True, False]]


def test_a_filter_that_follows_its_unit_only():
    only, also, steps, not_at_all = {0: [1, 2, 3, 4]}, {0: [1, 2, 3, 9], 1: [1, 2, 3, 4]}, {2: [1, 4, 3, 5]}, {}
    assert follow(filters(only, also, steps, not_at_all)) == {"its unit": 2 / 4, "its unit only": 1 / 4}


def test_what_was_chosen_is_asked_of_other_people():
    """With half of the people the filter rises with one unit, with the others with another."""
    doses = filters({}, {0: [1, 2, 3, 4]})
    doses[0, :2, :, 0] = doses[1, 2:, :, 0] = [1, 2, 3, 4]
    assert follow(doses) == {"its unit": .5, "its unit only": .5}


def test_a_filter_that_never_responds_is_none():
    doses = filters({0: [1, 2, 3, 4]}, {})
    doses[..., 1] = 0
    assert follow(doses)["its unit"] == 1
    assert np.isnan(follow(0 * doses)["its unit"])
