"""Heat maps on the ground of either theme. White says that there is nothing, on a white page; on the dark one it would
dazzle, and what is dark would look like nothing. So there each colour keeps its hue, and its lightness is turned over:
what was nearly the ground is nearly the ground again, in the map and in its colour bar alike.

    make_legible(axes)          # numbers on a heat map, told from the colour behind in both themes
    mark(axes, x, y)            # and dots
    frame(axes, x, y)           # around cells
    with dark_ground(figure):   # drawn now, its maps are those for the dark
        figure.savefig(…)
"""
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import numpy as np
from matplotlib.axes import Axes
from matplotlib.collections import PatchCollection, QuadMesh
from matplotlib.colors import Colormap, ListedColormap, to_hex, to_rgb
from matplotlib.figure import Figure
from matplotlib.patches import PathPatch
from matplotlib.path import Path

from .svg import DARK, contrast

LUMA = np.array([.2126, .7152, .0722])
GROUND = to_rgb(DARK)[0]


def meshes(figure: Figure | Axes) -> list[QuadMesh]:
    return [artist for artist in figure.findobj(QuadMesh) if artist.get_array() is not None]


def turned(colours: np.ndarray) -> np.ndarray:
    """(N, 3 or 4) in [0, 1]: white becomes the dark ground, black as light as white is above it, and in between; the
    differences between red, green and blue stay as far as there is room. What is transparent stays so."""
    colours = np.array(colours, dtype=float)
    luma = colours[:, :3] @ LUMA
    wanted = GROUND + (1 - 2 * GROUND) * (1 - luma)
    colours[:, :3] = np.clip(colours[:, :3] + (wanted - luma)[:, None], 0, 1)
    return colours


def in_dark(cmap: Colormap) -> Colormap:
    """The map for the dark ground."""
    [under], [over], [bad] = (turned([own]) for own in (cmap.get_under(), cmap.get_over(), cmap.get_bad()))
    return ListedColormap(turned(cmap(np.arange(cmap.N)))).with_extremes(under=under, over=over, bad=bad)


@contextmanager
def dark_ground(figure: Figure) -> Iterator[None]:
    """A colour bar follows its map by itself: matplotlib draws it anew."""
    before = [(mesh, mesh.get_cmap(), mesh.get_edgecolor()) for mesh in meshes(figure)]
    for mesh, cmap, edges in before:
        mesh.set_cmap(in_dark(cmap))
        mesh.set_edgecolor(turned(edges))
    try:
        yield
    finally:
        for mesh, cmap, edges in before:
            mesh.set_cmap(cmap)
            mesh.set_edgecolor(edges)


def make_legible(axes: Axes):
    """What is written on a heat map: black or white, whichever is told better from the colour behind; the same on the
    dark ground, as the text's `in_dark`."""
    for text in axes.texts:
        [(light, dark)] = told_at(axes, *np.transpose([text.get_position()]))
        text.set_color(light)
        text.in_dark = dark


def mark(axes: Axes, x: Sequence[float], y: Sequence[float], size: float):
    """Dots at places of a heat map, `size` points wide, in colours as what is written there: all of a pair of colours
    are one scatter, whose dark one is its `in_dark`."""
    x, y = np.asarray(x), np.asarray(y)
    told = np.array(told_at(axes, x, y)).reshape(-1, 2)
    for light, dark in sorted(set(map(tuple, told.tolist()))):
        own = (told == (light, dark)).all(axis=1)
        marks = axes.scatter(x[own], y[own], s=size ** 2, color=light, linewidths=0)
        marks.in_dark = dark


def frame(axes: Axes, x: Sequence[int], y: Sequence[int]):
    """A frame inside of cells: black, and on the dark ground whichever is told better from the cell."""
    x, y = np.asarray(x), np.asarray(y)
    told = np.array([dark for _, dark in told_at(axes, x, y)])
    for dark in sorted(set(told)):
        rings = [PathPatch(ring(*place)) for place in zip(x[told == dark], y[told == dark], strict=True)]
        axes.add_collection(frames := PatchCollection(rings, facecolor="black", linewidths=0), autolim=False)
        frames.in_dark = dark


def ring(x: int, y: int) -> Path:
    """The area between two squares in a cell."""
    outer, inner = (np.array([(x + d, y + d), (x + 1 - d, y + d), (x + 1 - d, y + 1 - d), (x + d, y + 1 - d),
                              (x + d, y + d)]) for d in (.02, .09))
    return Path.make_compound_path(Path(outer, closed=True), Path(inner[::-1], closed=True))


def told_at(axes: Axes, x: np.ndarray, y: np.ndarray) -> list[tuple[str, str]]:
    """Of each place of a heat map the colour that is told from it, in the light and in the dark."""
    [mesh] = meshes(axes)
    mesh.update_scalarmappable()
    across = mesh.get_array().shape[-1]
    behind = mesh.get_facecolors()[y.astype(int) * across + x.astype(int)]
    return [(told_from(light), told_from(dark)) for light, dark in zip(behind, turned(behind), strict=True)]


def told_from(ground: np.ndarray) -> str:
    return max(("#000000", "#ffffff"), key=lambda colour: contrast(colour, to_hex(ground)))
