"""Which images excite a filter most, and where in them: by hand on small arrays."""
import warnings

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fer_lib.analysis.places import places, strays, strongest_images
from fer_lib.analysis.responses import Responses


def test_of_each_case_the_strongest_image():
    strongest = np.array([[.1, 5], [.9, 5], [.8, 1], [.2, 0]], np.float32)
    assert strongest_images(strongest, 2).tolist() == [[1, 2], [0, 1]], "of equal ones the earlier"
    assert strongest_images(strongest, 2, np.array(["a", "b", "b", "c"])).tolist() == [[1, 3], [0, 1]]
    assert strongest_images(strongest, 9, np.array([0, 0, 1, 1])).tolist() == [[1, 2], [0, 2]], "there are two cases"
    assert strongest_images(strongest, 9).tolist() == [[1, 2, 3, 0], [0, 1, 2, 3]], "there are four images"


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 10_000), st.integers(1, 12), st.integers(1, 5), st.integers(1, 6))
def test_the_strongest_images_are_those_of_a_search(seed, images, cases, count):
    rng = np.random.default_rng(seed)
    strongest, case = rng.integers(0, 4, (images, 3)).astype(np.float32), rng.integers(cases, size=images)
    found = strongest_images(strongest, count, case)
    for f, own in enumerate(found):
        best = [max(np.flatnonzero(case == one), key=lambda i: (strongest[i, f], -i)) for one in np.unique(case)]
        assert own.tolist() == sorted(best, key=lambda i: (-strongest[i, f], i))[:count]
    assert np.array_equal(strongest_images(strongest, count), strongest_images(strongest, count, np.arange(images)))


def test_cases_are_those_of_the_images():
    with pytest.raises(ValueError, match="3 cases are not those of 4 images"):
        strongest_images(np.zeros((4, 2)), 1, np.arange(3))


def test_of_no_filters_there_are_no_images():
    for cases in None, np.arange(4):
        assert strongest_images(np.zeros((4, 0)), 2, cases).shape == (0, 2)


def test_the_place_of_the_strongest_tenth():
    strong = np.zeros((20, 2), np.float32)
    strong[3, 0], strong[7, 0] = 2., 1.
    row, column = np.zeros((20, 2), np.int16), np.full((20, 2), 5, np.int16)
    row[3, 0], row[7, 0] = 2, 4
    table = places(Responses(strong, row, column), often=.1)
    assert table.loc[0, ["row", "column"]].tolist() == [4 * 3 + 1.5, 4 * 5 + 1.5]
    assert table.loc[0, ["row sd", "column sd", "images"]].tolist() == [4, 0, 2]
    assert np.isnan(table.loc[1, "row"]) and table.loc[1, "images"] == 0, "it never responds"
    assert strays(table) == 4


def test_how_far_a_neuron_strays_worked_out_by_hand():
    strongest = np.zeros((40, 2), np.float32)
    strongest[:4] = 1                                           # the tenth that the filters respond to most
    row, column = np.full((40, 2), 9), np.full((40, 2), 3)      # elsewhere: plays no part
    row[:4, 0], column[:4, 0] = [0, 0, 2, 2], [5, 5, 5, 5]      # 4 pixels above or below its mean
    row[:4, 1], column[:4, 1] = [1, 1, 1, 1], [0, 6, 0, 6]      # 12 to either side
    placed = places(Responses(strongest, row, column))
    assert placed["row"].tolist() == [5.5, 5.5] and placed["column"].tolist() == [21.5, 13.5]
    assert placed["row sd"].tolist() == [4, 0] and placed["column sd"].tolist() == [0, 12]
    assert strays(placed) == 8, "the median of 4 and 12"


def test_it_strays_along_both_axes():
    place = np.array([[0], [6]])                                # 12 pixels to either side, and 12 up or down
    placed = places(Responses(np.ones((2, 1), np.float32), place, place), often=1)
    assert strays(placed) == pytest.approx(12 * 2 ** .5)


def test_where_nothing_responds_nothing_strays():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        placed = places(Responses(np.zeros((4, 2), np.float32), np.zeros((4, 2)), np.zeros((4, 2))))
        assert np.isnan(strays(placed)) and placed["images"].tolist() == [0, 0]
