"""A figure as a telephone shows it: as wide as its column, with letters that can be read there.

    narrow = narrowed(figure)           # another figure; None where the first one serves, or cannot be laid out anew
    on_telephones(figure, other)        # of one that cannot be laid out anew: what stands for it there

Drawn for a desk, a figure of 8 inches is shown there at less than half its size, and its letters with it. So a copy is
laid out again at WIDTH inches: panels that stood side by side stand below each other, a scale of colours below them,
legends above, and long names take more lines.
"""
import pickle
import warnings
from collections.abc import Sequence
from itertools import pairwise

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.collections import QuadMesh
from matplotlib.figure import Figure
from matplotlib.gridspec import GridSpec
from matplotlib.image import AxesImage
from matplotlib.layout_engine import ConstrainedLayoutEngine
from matplotlib.legend import Legend
from matplotlib.text import Text

from .lines import fits, fold

WIDTH = 4.2                         # inches; a telephone shows 3.6
ENOUGH = 1.15                       # times as wide may stay as it is
LEAST = 8.                          # points of a letter, which a telephone shows as 9 pixels
BESIDE, SMALL = 1.75, 9.            # inches of the names beside an axis; points, if they are wider
LINE = 1.3                          # of a letter's size, from a line of names to the next
COLORBAR = "<colorbar>"             # matplotlib's label of such axes


def on_telephones(figure: Figure, other: Figure):
    """The other one is closed, or it would be shown after the cell, too."""
    figure.narrow = other
    plt.close(other)


def narrowed(figure: Figure) -> Figure | None:
    """What was said to stand for it; else only of figures whose layout is constrained, which can be laid out anew."""
    if hasattr(figure, "narrow"):
        return figure.narrow
    width, height = figure.get_size_inches()
    if width <= ENOUGH * WIDTH or not isinstance(figure.get_layout_engine(), ConstrainedLayoutEngine):
        return None
    copied = pickle.loads(pickle.dumps(figure))
    plt.close(copied)                               # or it would be shown after the cell
    panels = [axes for axes in copied.axes if axes.get_label() != COLORBAR and axes.get_subplotspec() is not None]
    grids = {axes.get_subplotspec().get_gridspec().get_geometry() for axes in panels}
    if len(grids) != 1 or any(axes.get_subplotspec().num1 != axes.get_subplotspec().num2 for axes in panels):
        return None                                 # nested, or a panel that spans places of others
    [(rows, across)] = grids
    columns = min(across, columns_for(panels))
    shrink = WIDTH / width * across / columns if any(map(is_picture, panels)) else 1.
    down = -(-len(panels) // columns)
    copied.set_size_inches(WIDTH, height * down / rows * min(shrink, 1.))
    if across > 1:
        grid = GridSpec(down, columns, figure=copied)
        for i, axes in enumerate(panels):
            axes.set_subplotspec(grid[i // columns, i % columns])
            own_numbers = not axes.get_shared_x_axes().joined(axes, panels[-1]) or is_picture(axes)
            axes.tick_params(labelbottom=columns == 1 or own_numbers or i + columns >= len(panels))
            axes.tick_params(axis="y", labelleft=i % columns == 0, labelrotation=0)
    give_room(copied, panels, down)
    return copied


def give_room(figure: Figure, panels: Sequence[Axes], down: int):
    """Of a figure that became narrow, whose panels stand in so many rows."""
    enlarge(figure)
    move_colorbars(figure, panels)
    for legend in legends_in(figure, panels):
        put_above(figure, legend)
    # Says how wide things are. Names that are not folded yet may leave a panel no room, which matplotlib warns of
    with warnings.catch_warnings(action="ignore", category=UserWarning):
        figure.draw_without_rendering()
    for axes in panels:
        fold_names(axes)
    figure.draw_without_rendering()
    more = max(fold_labels(axes, room_for(axes, panels)) for axes in panels)
    figure.set_size_inches(WIDTH, figure.get_figheight() + down * more)
    figure.draw_without_rendering()
    set_apart(figure, panels, down)


def columns_for(panels: Sequence[Axes]) -> int:
    """Few stand below each other; of many small ones, and of pictures, some fit side by side."""
    if len(panels) > 8:
        return 3
    return 2 if len(panels) > 4 or (len(panels) > 2 and any(map(is_picture, panels))) else 1


def is_picture(axes: Axes) -> bool:
    """Does it show a heat map or an image?"""
    return any(isinstance(artist, QuadMesh | AxesImage) for artist in axes.get_children())


def enlarge(figure: Figure):
    """No letter is smaller than LEAST."""
    for axes in figure.axes:
        for axis in (axes.xaxis, axes.yaxis):
            sizes = [label.get_fontsize() for label in axis.get_ticklabels()]
            axis.set_tick_params(labelsize=max([LEAST, *sizes]))
    for text in figure.findobj(Text):
        text.set_fontsize(max(LEAST, text.get_fontsize()))


def move_colorbars(figure: Figure, panels: Sequence[Axes]):
    """Below the panels, which need their width."""
    bars = [mesh.colorbar for axes in panels for mesh in axes.collections if getattr(mesh, "colorbar", None)]
    for bar in bars:
        mesh, said, size = bar.mappable, bar.ax.get_ylabel(), bar.ax.yaxis.label.get_fontsize()
        bar.remove()
        below = figure.colorbar(mesh, ax=list(panels), location="bottom", shrink=.6, aspect=30)
        below.set_label(said, fontsize=size)
        below.ax.tick_params(labelsize=LEAST)
        below.outline.set_linewidth(0)


def legends_in(figure: Figure, panels: Sequence[Axes]) -> list[Legend]:
    """Those of the figure, and of its panels, but for what was put beside a panel."""
    own = [axes.get_legend() for axes in panels if axes.get_legend()]
    return [*figure.legends, *(legend for legend in own if legend.get_bbox_to_anchor() is legend.parent.bbox)]


def put_above(figure: Figure, legend: Legend):
    """Above the panels, where it hides nothing, in as many columns as there is room for, two at most. matplotlib can't
    lay out a legend again, so it is another."""
    texts, title = legend.get_texts(), legend.get_title().get_text()
    handles, size = legend.legend_handles, texts[0].get_fontsize()
    had = legend.get_window_extent().height if legend in figure.legends else 0.
    how = {"loc": "outside upper center", "frameon": False, "fontsize": size, "title": title or None}
    for text in texts:
        fold(text, WIDTH - 4 * size / 72)           # beside its sign
    legend.remove()
    for columns in (2, 1):
        other = figure.legend(handles, [text.get_text() for text in texts], ncols=columns, **how)
        if columns == 1 or other.get_window_extent().width <= figure.bbox.width:
            break
        other.remove()
    more = other.get_window_extent().height - had
    figure.set_size_inches(WIDTH, figure.get_figheight() + max(more, 0) / figure.dpi)


def names_of(axes: Axes) -> list[Text]:
    """Of its rows; none where these are numbers."""
    labels = axes.get_yticklabels()
    return labels if all(label.get_text().strip("−.0123456789") for label in labels) else []


def fold_names(axes: Axes):
    """Names of rows that are wider than BESIDE are in SMALL letters, and in lines as wide."""
    labels = names_of(axes)
    if all(fits(label.get_text().split("\n"), label, BESIDE) for label in labels):
        return
    size = min(labels[0].get_fontsize(), SMALL)
    axes.tick_params(axis="y", labelsize=size)
    for label in labels:
        label.set_fontsize(size)
        fold(label, BESIDE)
    axes.set_yticks(axes.get_yticks(), [label.get_text() for label in labels])


def fold_labels(axes: Axes, inches: float) -> float:
    """What stands above and below it; → inches of the lines that it takes more."""
    more = 0.
    for text in (axes.title, axes.xaxis.label):
        lines = text.get_text().count("\n")
        fold(text, inches)
        more += (text.get_text().count("\n") - lines) * LINE * text.get_fontsize() / 72
    return more


def set_apart(figure: Figure, panels: Sequence[Axes], down: int):
    """Where names of rows would lie on each other, the panels, of which so many stand below each other, are higher."""
    more = 0.
    for axes in panels:
        if labels := names_of(axes):
            places = sorted(axes.transData.transform([(0, y) for y in axes.get_yticks()])[:, 1] * 72 / figure.dpi)
            lines = max(label.get_text().count("\n") + 1 for label in labels)
            apart = min((after - before for before, after in pairwise(places)), default=np.inf)
            height = axes.get_position().height * figure.get_figheight()
            more = max(more, height * (lines * LINE * labels[0].get_fontsize() / apart - 1))
    figure.set_size_inches(WIDTH, figure.get_figheight() + down * more)


def room_for(axes: Axes, panels: Sequence[Axes]) -> float:
    """Inches of a text above or below it: up to the figure's edge, or half way to the next panel."""
    left, right = edges(axes)
    middle = (left + right) / 2
    others = [abs(sum(edges(other)) / 2 - middle) for other in panels]
    return min(2 * min(middle, WIDTH - middle), *(apart for apart in others if apart > .1), WIDTH) - .05


def edges(axes: Axes) -> tuple[float, float]:
    """Left and right, inches."""
    place = axes.get_position()
    return place.x0 * WIDTH, place.x1 * WIDTH
