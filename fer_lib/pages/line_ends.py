"""Lines of a chart that say themselves what they are: a name behind each instead of a legend, in its colour, or as much
darker as letters need.

    name_ends(axes, inches=1.3)     # right of the axes, in lines as wide; the names are the lines' labels

Where lines end near each other their names stand apart, in the lines' order, beside the axes, as near to the ends as
there is room, and a thin line leads from each end to its name.
"""
import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import to_hex
from matplotlib.lines import Line2D
from matplotlib.text import Annotation
from scipy.optimize import isotonic_regression

from .lines import fold
from .svg import as_letters

SIZE, LINE = 8., 1.3                # points of a letter; of that, from a line of text to the next
APART = .03                         # of the axes' width, to the names


def name_ends(axes: Axes, inches: float):
    """Lines whose labels begin with _ have no name, as in a legend. All else is to be drawn and laid out before."""
    lines = [line for line in axes.lines if not line.get_label().startswith("_")]
    lines.sort(key=lambda line: end_of(line)[1])
    names = [named(axes, line, inches) for line in lines]
    axes.figure.draw_without_rendering()            # says how high the axes are
    low, high = axes.get_ylim()
    of_a_point = (high - low) / (72 * axes.get_position().height * axes.figure.get_figheight())
    heights = np.array([LINE * SIZE * (name.get_text().count("\n") + 1) for name in names])
    places = spread([end_of(line)[1] for line in lines], of_a_point * heights, low, high)
    for name, y in zip(names, places, strict=True):
        name.set_position((1 + APART, y))


def named(axes: Axes, line: Line2D, inches: float) -> Annotation:
    """Beside its end, wherever other names stand."""
    x, y = end_of(line)
    name = axes.annotate(line.get_label(), (x, y), xytext=(1 + APART, y), textcoords=axes.get_yaxis_transform(),
                         va="center", color=as_letters(to_hex(line.get_color())), fontsize=SIZE, annotation_clip=False,
                         arrowprops={"arrowstyle": "-", "color": line.get_color(), "lw": .6, "alpha": .7,
                                     "relpos": (0, .5), "shrinkA": 1, "shrinkB": 2})
    fold(name, inches)
    return name


def end_of(line: Line2D) -> tuple[float, float]:
    return float(line.get_xdata()[-1]), float(line.get_ydata()[-1])


def spread(places: list[float], heights: np.ndarray, low: float, high: float) -> np.ndarray:
    """As near as may be to places in rising order (least squares), but between low and high, and so far apart that
    things as high, whose middles they are, do not lie on each other."""
    if len(places) == 0:
        return np.array([])
    below = np.concatenate([[0.], np.cumsum((heights[1:] + heights[:-1]) / 2)])
    nearest = isotonic_regression(np.asarray(places) - below).x
    return np.clip(nearest, low + heights[0] / 2, max(high - heights[-1] / 2 - below[-1], low)) + below
