"""Is it the filter, or the image? Guided backpropagation draws edges of the image whether or not a network has learned.

Compared as Adebayo et al. (2018) do: absolute values, within the neuron's field. Pictures are such fields, (H, W) with
NaN beyond the image's border, as `attribution.crop` has them.

    likeness(network, untrained, responses(network, images), images)        # rank correlation, and by chance
"""
import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from scipy.stats import spearmanr

from ..network import ZeroBiasCNN
from ..preprocessing import see
from .attribution import fields, guided
from .places import strongest_neurons
from .responses import Responses

LEAST = 7                           # pixels to either side that two pictures must share: SSIM's window


def likeness(network: ZeroBiasCNN, unlearned: ZeroBiasCNN, answers: Responses, images: np.ndarray,
             normalisation: str = "subtractive", *, filters: int = 10, each: int = 5,
             cases: np.ndarray | None = None, seed: int = 0) -> tuple[float, float]:
    """Of the filters that respond most strongly, each with the images (N, 1, S, S) that excite it most: mean rank
    correlation of guided backpropagation through the network with that of the same neurons in the other one; and with
    pictures of another filter in another image, which is what chance gives. NaN where no filter responds, and by chance
    where there is no other.

    cases: (N,) of which each gives a filter one image. seed: of the other filters and images. ValueError for answers to
    other images.
    """
    peak = answers.strongest.max(0)
    shown = np.argsort(-peak, kind="stable")[:min(filters, (peak > 0).sum())]
    which, where, rows, columns = strongest_neurons(answers, images, shown, each, cases)
    x = see(images[where], normalisation)
    learned, before = (fields(guided(model, x, which, rows, columns), rows, columns) for model in (network, unlearned))
    others = mismatched(learned, which, where, np.random.default_rng(seed))
    return mean_of(rank_correlation, learned, before), mean_of(rank_correlation, learned, others)


def mismatched(pictures: list[np.ndarray], which: np.ndarray, where: np.ndarray,
               rng: np.random.Generator) -> list[np.ndarray]:
    """For each picture one of another filter (N,) in another image (N,); where there is none, a picture that shares
    nothing with any: all NaN."""
    fits = (np.flatnonzero((which != which[i]) & (where != where[i])) for i in range(len(which)))
    return [pictures[rng.choice(fit)] if len(fit) else np.full_like(own, np.nan)
            for own, fit in zip(pictures, fits, strict=True)]


def mean_of(measure, pictures: list[np.ndarray], others: list[np.ndarray]) -> float:
    """Mean of a measure over pairs of pictures, of those that can be compared; NaN where none can."""
    found = np.array([measure(picture, other) for picture, other in zip(pictures, others, strict=True)], float)
    return float(found[~np.isnan(found)].mean()) if not np.isnan(found).all() else np.nan


def in_common(first: np.ndarray, second: np.ndarray) -> tuple[np.ndarray, np.ndarray] | None:
    """Absolute values of two pictures, each scaled to 1, where both have pixels: (h, w) each. None where they share
    little, as fields at opposite borders do."""
    inside = ~(np.isnan(first) | np.isnan(second))
    shape = inside.any(1).sum(), inside.any(0).sum()
    if min(shape) < LEAST:
        return None
    first, second = (np.abs(picture[inside]) / max(np.abs(picture[inside]).max(), 1e-12) for picture in (first, second))
    return first.reshape(shape), second.reshape(shape)


def rank_correlation(first: np.ndarray, second: np.ndarray) -> float:
    """Spearman's, of two pictures' absolute values; 0 where one is flat, NaN where they share little."""
    if (shared := in_common(first, second)) is None:
        return np.nan
    return float(spearmanr(*map(np.ravel, shared)).statistic) if all(values.std() for values in shared) else 0.


def structural_similarity(first: np.ndarray, second: np.ndarray) -> float:
    """SSIM of two pictures' absolute values, each scaled to 1; NaN where they share little."""
    from skimage import metrics  # no network is measured by it

    shared = in_common(first, second)
    return np.nan if shared is None else float(metrics.structural_similarity(*shared, data_range=1.))


def explained(picture: np.ndarray, face: np.ndarray, side: int = 5) -> float:
    """Share of a picture's variance that the best linear filter of the face, side×side weights, explains; NaN of a flat
    one. Beyond the border the face is 0."""
    windows = sliding_window_view(np.pad(np.nan_to_num(face), side // 2), (side, side)).reshape(-1, side * side)
    inside = ~np.isnan(picture.ravel()) & ~np.isnan(face.ravel())
    y, windows = picture.ravel()[inside], windows[inside]
    if not len(y) or not y.var():
        return np.nan
    residual = y - windows @ np.linalg.lstsq(windows, y, rcond=None)[0]
    return float(1 - residual.var() / y.var())
