"""Heat maps on the ground of either theme. White says that there is nothing, on a white page; on the dark one it would
dazzle, and what is dark would look like nothing. So there each colour keeps its hue, and its lightness is turned over:
what was nearly the ground is nearly the ground again, in the map and in its colour bar alike.

    make_legible(axes)          # numbers and signs on a heat map, told from the colour behind in both themes
    with dark_ground(figure):   # drawn now, its maps are those for the dark
        figure.savefig(…)
"""
from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np
from matplotlib.axes import Axes
from matplotlib.collections import QuadMesh
from matplotlib.colors import Colormap, ListedColormap, to_hex, to_rgb
from matplotlib.figure import Figure

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
    [mesh] = meshes(axes)
    mesh.update_scalarmappable()
    across = mesh.get_array().shape[-1]
    grounds = mesh.get_facecolors()
    for text in axes.texts:
        x, y = map(int, text.get_position())
        behind = grounds[[y * across + x]]
        text.set_color(told_from(behind[0]))
        text.in_dark = told_from(turned(behind)[0])


def told_from(ground: np.ndarray) -> str:
    return max(("#000000", "#ffffff"), key=lambda colour: contrast(colour, to_hex(ground)))
