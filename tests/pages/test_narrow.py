"""A figure on a telephone: its letters can be read, none lies on another, nothing hides what is drawn."""
from itertools import combinations

import matplotlib.pyplot as plt
import numpy as np
import pytest
import seaborn
from matplotlib.text import Text

from fer_lib.pages import figures
from fer_lib.pages.lines import fits, fold
from fer_lib.pages.narrow import LEAST, WIDTH, narrowed, on_telephones
from fer_lib.pages.widths import apart

LONG = ["the first of several networks, which has a long name", "another one, with 48 pixels, of photographs", "CNN"]


@pytest.fixture(autouse=True)
def closed():
    yield
    plt.close("all")


def words(figure) -> list[Text]:
    """What is seen of its text."""
    figure.draw_without_rendering()
    hidden = set()
    for axis in (axis for axes in figure.axes for axis in (axes.xaxis, axes.yaxis)):
        low, high = sorted(axis.get_view_interval())
        for tick in axis.get_major_ticks():
            hidden |= {label for label in (tick.label1, tick.label2)
                       if not (label.get_visible() and low <= tick.get_loc() <= high)}
    return [text for text in figure.findobj(Text)
            if text.get_text().strip() and text.get_visible() and text not in hidden]


def on_each_other(figure) -> list[str]:
    boxes = {text: text.get_window_extent() for text in words(figure)}
    return [f"{one.get_text()!r} × {other.get_text()!r}" for one, other in combinations(boxes, 2)
            if min(boxes[one].x1, boxes[other].x1) - max(boxes[one].x0, boxes[other].x0) > 1
            and min(boxes[one].y1, boxes[other].y1) - max(boxes[one].y0, boxes[other].y0) > 3]


def rows(panels, *, letters=10, height=.25):
    """A row for each of some names, close to each other."""
    figure, axes = plt.subplots(1, panels, figsize=(8, .8 + height * len(LONG)), sharey=True, squeeze=False,
                                layout="constrained")
    for i, own in enumerate(axes.flat):
        own.scatter(range(len(LONG)), range(len(LONG)), label=f"the {i}th of what is drawn")
        own.set(yticks=range(len(LONG)), yticklabels=LONG, ylim=(len(LONG) - .5, -.5), title=f"{LONG[0]}, {i}",
                xlabel="how many times as many as there would be if it were chance alone")
        own.tick_params(labelsize=letters)
    return figure


@pytest.mark.parametrize("panels", [1, 3, 6])
def test_long_names_take_lines_and_leave_the_panels_their_width(panels):
    figure = narrowed(rows(panels))
    assert not on_each_other(figure)
    for text in words(figure):
        assert text.get_window_extent().x0 >= -1 and text.get_window_extent().x1 <= 1.01 * figure.bbox.width, text
    columns = {1: 1, 3: 1, 6: 2}[panels]
    across = sum(axes.get_position().width for axes in figure.axes[:columns])
    assert across > .4, "of the figure's width"


@pytest.mark.parametrize("shared", [True, False])
def test_every_panel_has_numbers_unless_it_shares_those_below(shared):
    figure, panels = plt.subplots(2, 3, figsize=(8, 4), sharex=shared, sharey=True, layout="constrained")
    for i, axes in enumerate(panels.flat):
        axes.scatter([0, 1 + i], [0, 1])
    copied = narrowed(figure)
    copied.draw_without_rendering()
    numbered = [axes.xaxis.get_tick_params()["labelbottom"] for axes in copied.axes]
    assert numbered == ([False] * 4 + [True] * 2 if shared else [True] * 6)


def test_letters_are_at_least_of_a_size():
    figure = rows(1, letters=5)
    figure.axes[0].text(0, 0, "small", fontsize=4)
    assert min(text.get_fontsize() for text in words(narrowed(figure))) == LEAST
    assert min(text.get_fontsize() for text in words(figure)) == 4, "the first one is as it was"


def test_a_legend_stands_above_where_it_hides_nothing():
    figure = rows(1)
    figure.axes[0].legend(title="what", loc="lower right")
    figure.legend(loc="outside upper center", ncols=4)
    copied = narrowed(figure)
    copied.draw_without_rendering()
    assert not copied.axes[0].get_legend() and len(copied.legends) == 2
    for legend in copied.legends:
        assert not legend.get_window_extent().overlaps(copied.axes[0].bbox)
        assert [text.get_text() for text in legend.get_texts()] == ["the 0th of what is drawn"]
    assert [legend.get_title().get_text() for legend in copied.legends] == ["", "what"]


def test_what_was_put_beside_a_panel_stays_there():
    figure, axes = plt.subplots(figsize=(8, 3), layout="constrained")
    axes.plot([0, 1], label="a line")
    axes.legend(loc="center left", bbox_to_anchor=(1, .5))
    assert narrowed(figure).axes[0].get_legend()


@pytest.mark.parametrize("many", [2, 8])
def test_a_legend_has_as_many_columns_as_there_is_room_for(many):
    figure, axes = plt.subplots(figsize=(8, 3), layout="constrained")
    for i in range(many):
        axes.plot([0, 1], [i, i], label=f"{'as long as a line ' * 6}{i}")
    figure.legend(loc="outside upper center", ncols=4)
    copied = narrowed(figure)
    copied.draw_without_rendering()
    assert copied.legends[0].get_window_extent().width <= copied.bbox.width and not on_each_other(copied)
    assert len({round(text.get_window_extent().x0) for text in copied.legends[0].get_texts()}) == 1


def test_a_scale_of_colours_lies_below_the_heat_maps():
    figure, panels = plt.subplots(1, 4, figsize=(8, 4), sharey=True, layout="constrained")
    for axes in panels:
        seaborn.heatmap(np.arange(64.).reshape(8, 8), annot=True, fmt=".0f", ax=axes, cbar=axes is panels[-1],
                        annot_kws={"fontsize": 6}, cbar_kws={"label": "points"})
    copied = narrowed(figure)
    copied.draw_without_rendering()
    *maps, bar = copied.axes
    assert len(maps) == 4 and bar.get_xlabel() == "points" and bar.get_position().width > bar.get_position().height
    assert all(bar.get_position().y1 < axes.get_position().y0 for axes in maps)
    assert len({round(axes.get_position().width, 2) for axes in maps}) == 1 and not on_each_other(copied)


def test_a_figure_may_bring_its_own():
    wide, other = plt.figure(figsize=(8, 2)), plt.figure(figsize=(WIDTH, 3))
    other.text(.5, .5, "of its own")
    on_telephones(wide, other)
    assert plt.get_fignums() == [wide.number], "the other one is not shown after the cell"
    assert "of its own" in apart(figures.bundle(wide)[0]["image/svg+xml"])[1]


def test_what_fits_stays_as_it_is_and_no_word_is_broken():
    text = plt.figure().text(0, 0, "as it\nwas", fontsize=10)
    fold(text, 2)
    assert text.get_text() == "as it\nwas"
    text.set_text("four words of a length, incomprehensibly")
    fold(text, 1.4)
    assert text.get_text() == "four words of a\nlength,\nincomprehensibly"
    assert fits(text.get_text().split("\n"), text, 1.4)
    fold(text, .3)
    assert "incomprehensibly" in text.get_text().split("\n")


def test_what_is_narrow_only_while_it_is_laid_out_is_not_warned_of(recwarn):
    """Names as long as the figure leave its panel no room until they are folded."""
    figure, axes = plt.subplots(figsize=(8, 3), layout="constrained")
    axes.barh(LONG, [1, 2, 3])
    axes.annotate("a note beside it", (1, 0), xycoords=("axes fraction", "data"))
    narrow = narrowed(figure)
    assert axes_width(narrow) > 1 and not [str(found.message) for found in recwarn]


def axes_width(figure) -> float:
    """Of its first panel, inches."""
    return figure.axes[0].get_window_extent().width / figure.dpi
