"""Names behind the lines of a chart."""
from itertools import pairwise

import matplotlib.pyplot as plt
import numpy as np
import pytest
from matplotlib.colors import to_hex
from matplotlib.text import Text

from fer_lib.pages.line_ends import name_ends, spread
from fer_lib.pages.narrow import narrowed
from fer_lib.pages.svg import as_letters

ENDS = {"a long name of several words": 1., "second": .99, "third": .98, "low": 0., "just above": .02}


@pytest.fixture(params=["wide", "narrow"])
def axes(request):
    figure, axes = plt.subplots(figsize=(8, 3), layout="constrained")
    for name, end in ENDS.items():
        axes.plot([0, 1], [.5, end], label=name)
    axes.plot([0, 1], [.5, .5])
    name_ends(axes, inches=1.)
    own = figure if request.param == "wide" else narrowed(figure)
    own.draw_without_rendering()
    yield own.axes[0]
    plt.close("all")


def boxes(axes):
    """Of the names without the lines that lead there, from below."""
    return sorted((Text.get_window_extent(name) for name in axes.texts), key=lambda box: box.y0)


def test_each_line_has_its_name_in_its_colour_in_the_order_of_their_ends(axes):
    names = sorted(axes.texts, key=lambda name: name.get_position()[1])
    said = [" ".join(name.get_text().split()) for name in names]
    assert [ENDS[one] for one in said] == sorted(ENDS.values())
    colours = {line.get_label(): as_letters(to_hex(line.get_color())) for line in axes.lines}
    assert [name.get_color() for name in names] == [colours[one] for one in said]
    assert any("\n" in name.get_text() for name in names)


def test_names_stand_beside_the_axes_and_not_on_each_other(axes):
    found = boxes(axes)
    assert all(above.y0 > below.y1 - 1 for below, above in pairwise(found))
    assert all(box.x0 > axes.bbox.x1 and box.x1 < axes.figure.bbox.x1 + 1 for box in found)
    assert found[0].y0 > axes.bbox.y0 - 2 and found[-1].y1 < axes.bbox.y1 + 2, "below are numbers, above a title"


def test_what_has_room_stays_where_it_is_and_what_has_none_shares_it():
    heights = np.full(4, 2.)
    np.testing.assert_allclose(spread([1, 5, 5, 9], heights, 0, 10), [1, 4, 6, 9])
    np.testing.assert_allclose(spread([0, 0, 10, 10], heights, 0, 10), [1, 3, 7, 9], err_msg="not beyond")
    assert spread([], np.array([]), 0, 1).size == 0
