"""A figure as a telephone shows it: as wide as its column, with letters that can be read there.

    narrow = narrowed(figure)           # another figure; None where the first one serves, or cannot be laid out anew

Drawn for a desk, a figure of 8 inches is shown there at less than half its size, and its letters with it. So a copy is
laid out again at WIDTH inches: panels that stood side by side stand below each other, legends take fewer columns, and
long labels more lines.
"""
import pickle
import textwrap
from collections.abc import Sequence

import matplotlib.pyplot as plt
from matplotlib.axes import Axes
from matplotlib.collections import QuadMesh
from matplotlib.figure import Figure
from matplotlib.gridspec import GridSpec
from matplotlib.image import AxesImage
from matplotlib.layout_engine import ConstrainedLayoutEngine
from matplotlib.text import Text

WIDTH = 4.2                         # inches; a telephone shows 3.6
ENOUGH = 1.15                       # times as wide may stay as it is
LETTER = .55                        # width of a letter in its size, about
COLORBAR = "<colorbar>"             # matplotlib's label of such axes


def narrowed(figure: Figure) -> Figure | None:
    """Only of figures whose layout is constrained, which can be laid out anew."""
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
            axes.tick_params(labelbottom=columns == 1 or is_picture(axes) or i + columns >= len(panels))
            axes.tick_params(axis="y", labelleft=i % columns == 0, labelrotation=0)
    for legend in (*copied.legends, *(axes.get_legend() for axes in panels if axes.get_legend())):
        legend.set_ncols(min(legend._ncols, 2))     # matplotlib says it nowhere else
    for axes in panels:
        for text in (axes.xaxis.label, axes.title):
            fold(text, WIDTH / columns)
    return copied


def columns_for(panels: Sequence[Axes]) -> int:
    """Few stand below each other; of many small ones, and of pictures, some fit side by side."""
    if len(panels) > 8:
        return 3
    return 2 if len(panels) > 4 or (len(panels) > 2 and any(map(is_picture, panels))) else 1


def is_picture(axes: Axes) -> bool:
    """Does it show a heat map or an image?"""
    return any(isinstance(artist, QuadMesh | AxesImage) for artist in axes.get_children())


def fold(text: Text, inches: float):
    """Lines as long as there is room for."""
    letters = int(.8 * inches * 72 / (LETTER * text.get_fontsize()))
    if max(map(len, text.get_text().split("\n"))) > letters:
        text.set_text(textwrap.fill(text.get_text().replace("\n", " "), letters))
