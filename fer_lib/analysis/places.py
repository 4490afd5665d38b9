"""Where on the face a filter looks: which images excite it most, where in them, and how fixed that place is.

    answers = responses(network, images)
    strongest_images(answers.strongest, 5, sequences)           # (F, 5)
    strays(places(answers))                                     # pixels
"""
import warnings
from typing import NamedTuple

import numpy as np
import pandas as pd

from .responses import Responses

OFTEN = .1                          # a filter's place is that of its strongest responses, this share of the images


def strongest_images(strongest: np.ndarray, count: int, cases: np.ndarray | None = None) -> np.ndarray:
    """Positions of the images with each filter's strongest responses (N, F) → (F, count), strongest first.

    cases: (N,) what each image belongs to; of each case only the strongest image counts, since frames of a sequence are
    nearly the same. count is cut to the number of cases. Of equal responses the earlier image is first. ValueError for
    cases of other images.
    """
    if cases is not None and len(cases) != len(strongest):
        raise ValueError(f"{len(cases)} cases are not those of {len(strongest)} images")
    order = np.argsort(-strongest, axis=0, kind="stable").T                         # (F, N)
    if cases is None:
        return order[:, :count]
    case_names, case_of = np.unique(cases, return_inverse=True)
    best = np.empty((len(order), min(count, len(case_names))), order.dtype)
    for f, ranked in enumerate(order):
        _, first = np.unique(case_of[ranked], return_index=True)        # of each case the strongest
        best[f] = ranked[np.sort(first)[:count]]
    return best


class Neurons(NamedTuple):
    """Of N images the neuron of conv3 that is looked at in each, (N,) int each."""
    filters: np.ndarray
    images: np.ndarray              # positions
    rows: np.ndarray                # on the map
    columns: np.ndarray


def strongest_neurons(answers: Responses, images: np.ndarray, filters: np.ndarray, each: int,
                      cases: np.ndarray | None = None) -> Neurons:
    """Of some filters (F,) the strongest neuron in each of their strongest images (see `strongest_images`), filter by
    filter. images: those that were answered; ValueError for others."""
    if len(images) != len(answers.strongest):
        raise ValueError(f"{len(images)} images are not the {len(answers.strongest)} that were answered")
    best = strongest_images(answers.strongest[:, filters], each, cases)
    which, where = np.repeat(filters, best.shape[1]), best.ravel()
    return Neurons(which, where, answers.row[where, which], answers.column[where, which])


def places(answers: Responses, often: float = OFTEN) -> pd.DataFrame:
    """Of each filter (rows) mean and standard deviation of its strongest neuron's centre, in pixels, over the share of
    the images that it responds to most: row, column, row sd, column sd, images. NaN for one that never responds. (Over
    all images it would say little: where a filter finds nothing, its strongest neuron is anywhere.)"""
    strong = answers.strongest
    on = (strong >= np.quantile(strong, 1 - often, axis=0)) & (strong > 0)
    table = {}
    for axis, place in (("row", answers.row), ("column", answers.column)):
        pixels = np.where(on, 4. * place + 1.5, np.nan)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", RuntimeWarning)     # of filters that never respond
            table[axis], table[f"{axis} sd"] = np.nanmean(pixels, 0), np.nanstd(pixels, 0)
    return pd.DataFrame(table).assign(images=on.sum(0))


def strays(table: pd.DataFrame) -> float:
    """How far a filter's strongest neuron strays from its mean place: root mean square, pixels; median of the filters
    that respond, NaN where none does."""
    return float(np.hypot(table["row sd"], table["column sd"]).median())
