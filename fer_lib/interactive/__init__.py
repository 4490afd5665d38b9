"""What a reader may turn in a chapter, with a kernel or without one: the data come along, a script draws them.

`FilterImages`: the images that excite a filter. `TwoHistograms`: a filter's responses with an action unit and without.
`ConfusionFaces`: the faces behind the cells of a confusion matrix.
"""
import re
from collections.abc import Sequence
from pathlib import Path

import anywidget
import numpy as np
import pandas as pd
import traitlets

from ..figures import sprites

HERE = Path(__file__).parent
CSS = HERE / "interactive.css"


def module(*scripts: Path) -> str:
    """Scripts as one, each after what it uses, since a widget's module cannot import others: without imports, and
    without exports but the default one."""
    text = "\n".join(path.read_text(encoding="utf-8") for path in scripts)
    text = re.sub(r"^import .*?;\n", "", text, flags=re.M | re.S)
    return re.sub(r"^export (?!default)", "", text, flags=re.M)


class FilterImages(anywidget.AnyWidget):
    """The images that excite each filter most, and where on them; `filter` says which is shown."""
    _esm = module(HERE / "tile.js", HERE / "filter_images.js")
    _css = CSS
    shown = traitlets.Dict().tag(sync=True)
    filter = traitlets.Int(0, min=0).tag(sync=True)

    def __init__(self, images: np.ndarray, best: np.ndarray, corners: np.ndarray, field: int, notes: Sequence[str], *,
                 width: int = 88, **traits):
        """images: (N, S, S) uint8; best: (F, n) which of them; corners: (F, n, 2) row and column of the first pixel of
        the field that the filter's unit sees, `field` pixels wide; notes: what is said of each filter. width: of an
        image, CSS pixels."""
        side = images.shape[-1]
        sheet, places = sprites(images, best, width)
        shown = {"sheet": sheet, "places": places.tolist(), "field": field / side, "notes": list(notes),
                 "fields": (corners[..., ::-1] / side).round(4).tolist()}
        super().__init__(shown=shown, **traits)


class TwoHistograms(anywidget.AnyWidget):
    """Responses of any filter to frames with an action unit and without it; bins, smoothing and a threshold to turn."""
    _esm = module(HERE / "two_histograms.js")
    _css = CSS
    shown = traitlets.Dict().tag(sync=True)
    responses = traitlets.Bytes().tag(sync=True)
    has = traitlets.Bytes().tag(sync=True)
    filter = traitlets.Int(0, min=0).tag(sync=True)
    unit = traitlets.Unicode().tag(sync=True)

    def __init__(self, responses: np.ndarray, units: pd.DataFrame, *, bins: int = 20, smoothing: float = .5, **traits):
        """responses: (N, F) of N frames; units: (N, A), above 0 where a frame has the unit.

        Responses are kept in 65,535 steps from a filter's smallest to its largest: one at the edge of a bin may be
        counted in the next.
        """
        low, high = responses.min(0), responses.max(0)
        steps = np.round((responses - low) / np.where(high > low, high - low, 1) * 65535).astype("<u2")
        shown = {"units": list(units), "filters": responses.shape[1], "low": low.tolist(), "high": high.tolist(),
                 "bins": bins, "smoothing": smoothing}
        super().__init__(shown=shown, responses=steps.T.tobytes(),
                         has=(units.to_numpy() > 0).T.astype(np.uint8).tobytes(), **{"unit": units.columns[0]} | traits)


class ConfusionFaces(anywidget.AnyWidget):
    """A confusion matrix, per cent of each row; `cell` (row, column) says whose faces are shown."""
    _esm = module(HERE / "tile.js", HERE / "confusion_faces.js")
    _css = CSS
    shown = traitlets.Dict().tag(sync=True)
    cell = traitlets.List(traitlets.Int(), minlen=2, maxlen=2).tag(sync=True)

    def __init__(self, images: np.ndarray, true: np.ndarray, named: np.ndarray, classes: Sequence[str],
                 captions: Sequence[str], *, width: int = 64, **traits):
        """images: (N, S, S) uint8; true and named: (N,) places in `classes`; captions: of each image."""
        sheet, _ = sprites(images, np.arange(len(images)), width)
        of = [[np.flatnonzero((true == row) & (named == column)).tolist() for column in range(len(classes))]
              for row in range(len(classes))]
        mistakes = np.array([[len(own) * (i != j) for j, own in enumerate(row)] for i, row in enumerate(of)])
        most = np.unravel_index(mistakes.argmax(), mistakes.shape)                  # the commonest mistake first
        shown = {"classes": list(classes), "sheet": sheet, "cells": of, "captions": list(captions)}
        super().__init__(shown=shown, **{"cell": [int(place) for place in most]} | traits)
