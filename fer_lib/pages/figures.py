"""Matplotlib's figures as SVG whose text is text: for built pages, which draw them in their own letters and for both
themes. (What kinds of networks look like is said in `charts`.)

    draw_as_svg()           # in a chapter's kernel, before its first cell; book/_ext/figures.py puts them in the page

**What is drawn as what**, by weight: lines, dots and text are SVG. Heat maps and pictures are pixels in it, and so is
an artist of more than MOST_MARKS marks. Of a heat map there are pixels for either theme (`heat`). A figure that is
heavier than MOST all the same stays a PNG.
"""
import io
from collections.abc import Sequence

import numpy as np
from matplotlib import rc_context
from matplotlib.artist import Artist
from matplotlib.collections import Collection, QuadMesh
from matplotlib.colors import to_hex
from matplotlib.figure import Figure
from matplotlib.text import Text

from .heat import dark_ground, meshes
from .lines import line_width
from .narrow import is_picture, narrowed
from .svg import CENTRED, DOTS, HEAT, INK, OVER, PICTURED, cleaned, pictures
from .widths import together

MOST_MARKS, MOST = 1_000, 200_000   # marks of an artist; characters of an SVG
DPI = 144                           # of what is pixels
SETTINGS = {"svg.fonttype": "none", "svg.hashsalt": "fer_lib", "svg.image_inline": True}
KIND = "image/svg+xml"


def name_marks(marks: Collection, names: Sequence[str]):
    """What each mark of a scatter is, in the order in which they were given: a page says it of the one that is pointed
    at, or reached by keys. ValueError where there are not as many."""
    if len(names) != len(marks.get_offsets()):
        raise ValueError(f"{len(names)} names for {len(marks.get_offsets())} marks")
    marks.names = list(names)


def draw_as_svg():
    """From now on this kernel hands on figures as SVG, too."""
    from IPython import get_ipython

    get_ipython().display_formatter.mimebundle_formatter.for_type(Figure, bundle)


def bundle(figure: Figure, **_) -> tuple[dict, dict]:
    """As IPython's displays want it; empty for a figure that is too heavy. Behind the figure, in a comment, stands how
    a telephone shows it (`narrow`)."""
    text = svg_of(figure)
    if text and (copied := narrowed(figure)) and (own := svg_of(copied)):
        text = together(text, own)
    return ({KIND: text} if text else {}), {}


def svg_of(figure: Figure) -> str | None:
    """None where it is heavier than MOST."""
    text, names = saved(figure)
    dark = ""
    if meshes(figure):
        with dark_ground(figure):
            dark, _ = saved(figure)
    text = cleaned(text, names, pictures(dark))
    return text if len(text) <= MOST else None


def saved(figure: Figure) -> tuple[str, dict[str, list[str]]]:
    """As matplotlib writes it, and the names of its marks."""
    names = marked(figure)
    with rc_context(SETTINGS):
        figure.savefig(file := io.StringIO(), format="svg", dpi=DPI, bbox_inches="tight", metadata={"Date": None})
    return file.getvalue(), names


def marked(figure: Figure) -> dict[str, list[str]]:
    """Say of each artist, by its gid, how `svg` is to treat it → names of marks by their group's gid."""
    names = {}
    for axes in figure.axes:
        if is_picture(axes):
            axes.set_gid(f"{HEAT if meshes(axes) else PICTURED}{id(axes)}")
        for title in (axes.title, axes._left_title, axes._right_title):        # matplotlib has no other way to them
            title.set_gid(INK)
    for artist in figure.findobj():
        if isinstance(artist, Collection):
            artist.set_rasterized(marks_of(artist) > MOST_MARKS or isinstance(artist, QuadMesh))
        if own := getattr(artist, "names", None):
            shown = np.isfinite(np.ma.filled(artist.get_offsets().astype(float), np.nan)).all(axis=1)
            gid = f"{DOTS}{len(names)}"
            artist.set_gid(gid)
            names[gid] = [name for name, there in zip(own, shown, strict=True) if there]
        if dark := getattr(artist, "in_dark", None):
            light = artist.get_color() if isinstance(artist, Text) else artist.get_facecolor()[0]
            artist.set_gid(f"{OVER}{to_hex(light)}-{dark}")
        elif isinstance(artist, Text) and artist.get_ha() == "center" and (
                "\n" in artist.get_text() or (artist.get_gid() == INK and artist.get_text())):
            halves = " ".join(f"{line_width(line, artist) / 2:.2f}" for line in artist.get_text().split("\n"))
            artist.set_gid(f"{INK if artist.get_gid() == INK else ''}{CENTRED}{halves}")
    return names


def marks_of(artist: Artist) -> int:
    return max(len(artist.get_offsets()), len(artist.get_paths()))
