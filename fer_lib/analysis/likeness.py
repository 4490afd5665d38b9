"""Is it the filter, or the image? Guided backpropagation draws edges of the image whether or not a network has learned.

Compared as Adebayo et al. (2018) do: absolute values, within the neuron's field.
"""
import numpy as np
import torch
from scipy.stats import spearmanr

from ..network import ZeroBiasCNN
from ..preprocessing import local_contrast_normalise, scale
from ..responses import Responses
from .attribution import crop, guided
from .places import strongest_images


def rank_correlation(one: np.ndarray, other: np.ndarray) -> float:
    """Spearman's, of two pictures' absolute values, (S, S) with NaN beyond the border; NaN where they share little."""
    inside = ~(np.isnan(one) | np.isnan(other))
    if min(inside.any(1).sum(), inside.any(0).sum()) < 7:       # fields at opposite borders
        return np.nan
    one, other = np.abs(one[inside]), np.abs(other[inside])
    return float(spearmanr(one, other).statistic) if one.std() and other.std() else 0.


def likeness(network: ZeroBiasCNN, unlearned: ZeroBiasCNN, answers: Responses, images: np.ndarray,
             normalisation: str = "subtractive", *, filters: int = 10, each: int = 5,
             cases: np.ndarray | None = None) -> tuple[float, float]:
    """Of the filters that respond most strongly, each with the images (N, 1, S, S) that excite it most: mean rank
    correlation of guided backpropagation through the network with that of the same neurons in the other one; and with
    pictures of another filter in another image, which is what chance gives. NaN where no filter responds."""
    peak = answers.strongest.max(0)
    shown = np.argsort(-peak, kind="stable")[:min(filters, (peak > 0).sum())]
    if not len(shown):
        return np.nan, np.nan
    best = strongest_images(answers.strongest[:, shown], each, cases)
    which, where = np.repeat(shown, best.shape[1]), best.ravel()
    rows, columns = answers.row[where, which], answers.column[where, which]
    x = local_contrast_normalise(scale(torch.from_numpy(images[where])), normalisation)
    learned, before = ([crop(*one) for one in zip(guided(some, x, which, rows, columns), rows, columns, strict=True)]
                       for some in (network, unlearned))
    others = [learned[i] for i in another(which, where, np.random.default_rng(0))]
    return tuple(float(np.nanmean([rank_correlation(*pair) for pair in zip(learned, some, strict=True)]))
                 for some in (before, others))


def another(which: np.ndarray, where: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """For each picture one of another filter (N,) in another image (N,); the picture itself where there is none."""
    return np.array([rng.choice(fit) if len(fit := np.flatnonzero((which != which[i]) & (where != where[i]))) else i
                     for i in range(len(which))])
