"""What a reader may turn in a chapter: HTML that holds its data and the script that draws them.

It works in JupyterLab, in a page and in a page opened as a file, without a kernel and without other files.
"""
import base64
import hashlib
import json
import re
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pandas as pd
from IPython.display import HTML

from ..pictures import sprites

HERE = Path(__file__).parent


def joined(*scripts: Path) -> str:
    """Scripts as one, each after what it uses, for where none can import others: without imports, and without exports
    but a default one."""
    text = "\n".join(path.read_text(encoding="utf-8") for path in scripts)
    text = re.sub(r"^import .*?;\n", "", text, flags=re.M | re.S)
    return re.sub(r"^export (?!default)", "", text, flags=re.M)


def styles(*files: Path) -> str:
    """The rules of these files, after those that all have in common."""
    return "".join(path.read_text(encoding="utf-8") for path in (HERE / "common.css", *files))


def as_json(data: dict) -> str:
    """JSON that may stand in a <script>: nothing in it ends the element or begins another."""
    return json.dumps(data, allow_nan=False).replace("<", "\\u003c")


def part(script: str, data: dict, *more_styles: Path, follows: str = "") -> HTML:
    """An element, and a script of this folder whose `draw` fills it from the data. more_styles: files of its own rules;
    follows: what the reader chooses for the whole page and it shows, "filter" or "filter unit".

    It is found by a digest of the data, and so is another view of the same output, as JupyterLab may make it.
    """
    text = as_json(data)
    name = hashlib.sha256(f"{script} {text}".encode()).hexdigest()[:12]
    follows = f' data-follows="{follows}"' if follows else ""
    return HTML(f'<div class="interactive" data-turn="{name}"{follows}><p>Here is something to turn. It needs '
                f'JavaScript; in a notebook, run the cell.</p></div>'
                f'<style>{styles(HERE / "interactive.css", *more_styles)}</style>'
                f'<script type="module">{joined(HERE / "common.js", HERE / script)}\n'
                f"""for (const place of document.querySelectorAll('[data-turn="{name}"]:not([data-drawn])')) {{
  place.dataset.drawn = "yes";
  draw(place, {text});
}}</script>""")


def filter_images(images: np.ndarray, best: np.ndarray, excite: np.ndarray, corners: np.ndarray, field: int,
                  notes: Sequence[str], *, first: int = 0, width: int = 72) -> HTML:
    """The images that excite each filter most, and where on them.

    images: (N, S, S) uint8; best: (F, n) which of them; excite: (F, n) bool, whether they do at all; corners: (F, n, 2)
    row and column of the first pixel of the field that the filter's unit sees, `field` pixels wide; notes: what is said
    of each filter; first: the filter that is shown at first. width: of an image, CSS pixels.
    """
    side = images.shape[-1]
    sheet, places = sprites(images, best, width)
    return part("filter_images.js", {
        "sheet": sheet, "places": [own[on].tolist() for own, on in zip(places, excite, strict=True)],
        "field": field / side, "notes": list(notes), "first": first,
        "fields": [own[on].tolist() for own, on in zip((corners[..., ::-1] / side).round(4), excite, strict=True)]},
        follows="filter")


def filter_pictures(strips: dict[str, np.ndarray], notes: Sequence[str], *, first: int = 0, width: int = 112) -> HTML:
    """Pictures of each filter: {caption: (F, S, S) uint8}, one for each filter, shown `width` CSS pixels wide, pixel by
    pixel. notes: what is said of each filter; first: the filter that is shown at first."""
    kinds = []
    for caption, pictures in strips.items():
        sheet, places = sprites(pictures, np.arange(len(pictures)), pictures.shape[-1])
        kinds.append({"caption": caption, "sheet": sheet | {"size": width}, "places": places.tolist()})
    return part("filter_pictures.js", {"strips": kinds, "notes": list(notes), "first": first}, follows="filter")


def two_histograms(responses: np.ndarray, units: pd.DataFrame, *, first: tuple[int, str], bins: int = 20,
                   smoothing: float = .5, reverse: bool = False) -> HTML:
    """Responses of any filter to frames with an action unit and without; bins, smoothing and a threshold to turn.

    responses: (N, F) of N frames; units: (N, A), above 0 where a frame has the unit, NaN where it is not coded, which
    leaves the frame out for that unit; first: filter and unit at first; reverse: D(without‖with).
    Responses are kept in 65,535 steps from a filter's smallest to its largest: one at the edge of a bin may be counted
    in the next.
    """
    low, high = responses.min(0), responses.max(0)
    steps = np.round((responses - low) / np.where(high > low, high - low, 1) * 65535).astype("<u2")
    has = np.where(units.isna(), 2, units > 0).astype(np.uint8)
    return part("two_histograms.js", {
        "units": list(units), "filters": responses.shape[1], "low": low.astype(float).round(4).tolist(),
        "high": high.astype(float).round(4).tolist(), "bins": bins, "smoothing": smoothing,
        "reverse": reverse, "first": list(first),
        "responses": base64.b64encode(steps.T.tobytes()).decode(), "has": base64.b64encode(has.T.tobytes()).decode()},
        follows="filter unit")


def filter_nulls(auc: np.ndarray, null: np.ndarray, line: np.ndarray, p: np.ndarray, said: Sequence[str], *,
                 first: int, bins: int = 40) -> HTML:
    """The AUC of any filter's unit, beside those that the filter has where units are shuffled.

    auc: (F,); null: (R, F) of R shuffles; line: (F,) what an AUC has to exceed; p: (F,); said: (F,) what the filter's
    unit is; first: the filter at first.
    """
    edges = np.linspace(min(null.min(), auc.min()), max(null.max(), auc.max(), .5), bins + 1)
    counts = [np.histogram(own, edges)[0].tolist() for own in null.T]
    return part("filter_nulls.js", {
        "auc": auc.round(4).tolist(), "line": line.round(4).tolist(), "counts": counts, "said": list(said),
        "low": float(edges[0]), "high": float(edges[-1]), "first": first,
        "p": p.round(4).tolist()}, follows="filter")


def confusion_faces(images: np.ndarray, true: np.ndarray, named: np.ndarray, classes: Sequence[str],
                    captions: Sequence[str], *, width: int = 64) -> HTML:
    """A confusion matrix, per cent of each row, whose fields show their images; at first the commonest mistake.

    images: (N, S, S) uint8; true and named: (N,) places in `classes`; captions: of each image.
    """
    sheet, _ = sprites(images, np.arange(len(images)), width)
    cells = [[np.flatnonzero((true == row) & (named == column)).tolist() for column in range(len(classes))]
             for row in range(len(classes))]
    mistakes = np.array([[len(own) * (i != j) for j, own in enumerate(row)] for i, row in enumerate(cells)])
    first = [int(place) for place in np.unravel_index(mistakes.argmax(), mistakes.shape)]
    return part("confusion_faces.js", {"classes": list(classes), "sheet": sheet, "cells": cells, "first": first,
                                       "captions": list(captions)})


def changed_faces(images: np.ndarray, people: Sequence[str], starts: dict[str, tuple[int, dict[str, int]]],
                  points: dict[str, np.ndarray], classes: Sequence[str], *, first: str = "AU12",
                  width: int = 96) -> HTML:
    """A face, the same with one action unit added or taken away, and what networks say of both.

    images: (P, C, S, S) uint8, of P people C pictures; starts: {name: (its picture, {unit: the picture with that
    change})}, at rest first, from which units are added, then expressions, from which they are taken; points: {network:
    (P, C, classes) points of probability}; first: the unit at first, of the first start.
    """
    flat = images.reshape(-1, *images.shape[2:])
    used = np.array(sorted({i for at, units in starts.values() for i in (at, *units.values())}))
    which = np.arange(len(people))[:, None] * images.shape[1] + used
    sheet, place = sprites(flat, which, width)
    at = {int(picture): i for i, picture in enumerate(used)}
    return part("changed_faces.js", {
        "sheet": sheet, "places": place.tolist(), "people": list(people), "classes": list(classes), "first": first,
        "networks": list(points), "points": [np.round(own[:, used]).astype(int).tolist() for own in points.values()],
        "starts": [{"name": name, "at": at[own],
                    "units": [{"unit": unit, "change": at[i]} for unit, i in units.items()]}
                   for name, (own, units) in starts.items()]}, follows="unit")
