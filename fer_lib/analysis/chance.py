"""Could it be chance? Permutation nulls, and p-values that hold with few shuffles as with many.

Units are shuffled among cases: what they have to do with each other stays, what they have to do with the image is gone.
The order that was observed is one of the orders that there are. So it stands among the shuffled ones: with R shuffles
there are R + 1 values that chance would put in any order, and p is the rank of the observed one, never below 1/(R + 1)
(Phipson & Smyth 2010). Whatever is standardised is standardised by all R + 1 alike. Without that, each shuffled value
would have had a part in its own mean and deviation and the observed one not, and p would be too small.

The statistic is given: the divergence (`divergence`), or the AUC of filters, whose null `selection.score_units` makes
by this.
"""
from collections.abc import Callable
from typing import NamedTuple

import numpy as np
import torch
from tqdm import tqdm

from .samples import as_tensor

LEVEL = .05                         # at most: beyond chance


def can_reach(repeats: int, level: float = LEVEL) -> bool:
    """Can a p of so many shuffles be at most `level`? Of fewer no result says anything."""
    return level * (1 + repeats) >= 1 - 1e-9


def exchangeable(units, strata: np.ndarray | None = None) -> np.ndarray:
    """(S,) int, equal for cases of the same stratum (S,) that are coded for the same units (S, A).

    Among these units can be exchanged, and every unit is still compared between the same cases.
    """
    coded = ~np.isnan(np.asarray(units, float))
    stratum = np.zeros(len(coded), int) if strata is None else np.unique(strata, return_inverse=True)[1].ravel()
    patterns, pattern = np.unique(coded, axis=0, return_inverse=True)
    return stratum * len(patterns) + pattern.ravel()


def shuffled(strata: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """An order (S,) of the cases that moves each within its stratum only."""
    order = np.arange(len(strata))
    for stratum in np.unique(strata):
        own = np.flatnonzero(strata == stratum)
        order[own] = rng.permutation(own)
    return order


def permutation_null(statistic: Callable[[torch.Tensor], torch.Tensor], units, strata: np.ndarray | None,
                     repeats: int, rng: np.random.Generator, *, progress: bool = True) -> np.ndarray:
    """The statistic with the units of the cases shuffled within strata → (repeats, …).

    statistic: of units (R, S, A), R at a time; units: (S, A), NaN where not coded, which stays where it is. ValueError
    for less than one shuffle.
    """
    if repeats < 1:
        raise ValueError(f"a null needs at least one shuffle, not {repeats}")
    units, strata, found = np.asarray(units), exchangeable(units, strata), []
    for start in tqdm(range(0, repeats, 20), "shuffles", unit_scale=20, delay=5, disable=not progress):
        orders = np.stack([shuffled(strata, rng) for _ in range(min(20, repeats - start))])
        found.append(statistic(as_tensor(units[orders])))
    return torch.cat(found).numpy()


def p_value(observed, null: np.ndarray):
    """Rank of observed (…) among itself and the null (R, …), from above: the share that is as large. NaN stays NaN."""
    observed = np.asarray(observed)
    p = (1 + (null >= observed - _rounding(np.maximum(np.abs(null).max(0), np.abs(observed)), null)).sum(0)) / (
        1 + len(null))
    return np.where(np.isnan(observed), np.nan, p)[()]


def critical_value(null: np.ndarray, level: float = LEVEL):
    """What a statistic has to exceed for a p of at most `level` (…), of its null (R, …); infinite if R is too small."""
    count = int(level * (1 + len(null)) + 1e-9)
    return np.sort(null, axis=0)[-count] if count else np.full(null.shape[1:], np.inf)[()]


class FamilyWise(NamedTuple):
    """Of F filters and A units. Both p are family-wise: how often chance has as large a z anywhere in the family."""
    z: np.ndarray                   # (F, A) standard deviations from what the cell has by chance
    filter_p: np.ndarray            # (F,) of the filter's largest z, among its units
    cell_p: np.ndarray              # (F, A) of each cell's z, among all cells


def family_wise(observed: np.ndarray, null: np.ndarray, two_sided: bool = False) -> FamilyWise:
    """Observed (F, A) against its null (R, F, A): each cell by its own chance, and only then the largest of many.

    The mean and standard deviation of a cell are those of all R + 1 values, the observed one among them, so that
    all are treated alike (Westfall & Young 1993: the largest of the standardised). A cell that is the same whatever is
    shuffled, or undefined (NaN), has z = 0. two_sided: a small value counts as a large one does. Ties count against
    the observed value.
    """
    every = np.nan_to_num(np.concatenate([observed[None], null]).astype(float))
    error = _rounding(np.abs(every).max(0), null)
    mean, sd = every.mean(0), every.std(0)
    sd = np.where(sd > error, sd, np.inf)
    z = (every - mean) / sd
    z = np.abs(z) if two_sided else z
    least = z[0] - error / sd                       # equal ones count, also where rounding parts them
    beaten = 1 + (z[1:].max(2) >= least.max(1)).sum(0)
    largest = np.sort(z[1:].max((1, 2)))
    above = 1 + len(null) - np.searchsorted(largest, least)
    return FamilyWise(z[0], beaten / (1 + len(null)), above / (1 + len(null)))


def _rounding(size: np.ndarray, null: np.ndarray) -> np.ndarray:
    """By how much equal values of this size may differ, computed with the null's precision."""
    precision = np.finfo(null.dtype).eps if np.issubdtype(null.dtype, np.floating) else 0.
    return 16 * precision * size
