"""Whole networks of two kinds, compared by their seeds.

Networks of one seed began with the same weights and saw the same batches, so they are not independent: six networks
of three seeds are three findings, not six. On either side the networks of a seed are therefore averaged first, those of
a kind and then the kinds, and the seed is the unit. (That the two sides may share seeds does not make p too small: what
pairs have in common leaves their difference alone.)
"""
from itertools import combinations
from math import comb
from typing import NamedTuple

import numpy as np
import pandas as pd
from scipy.stats import mannwhitneyu, rankdata

from .chance import LEVEL

MOST_ORDERS = 100_000               # ways to deal seeds to two sides that are gone through one by one


class Comparison(NamedTuple):
    """Of two sides, by seed."""
    p: float                        # exact, one-sided (Mann–Whitney)
    apart: bool                     # is every seed of ours beyond every one of theirs?
    ours: int                       # how many seeds
    theirs: int

    @property
    def least_p(self) -> float:
        """What p is where they are apart: no result of so few seeds has a smaller one."""
        return 1 / comb(self.ours + self.theirs, self.ours)

    @property
    def fact(self) -> bool | None:
        """Are they apart? None where that could be chance, since there are too few seeds."""
        return None if self.apart and self.least_p > LEVEL + 1e-9 else self.apart


def by_seed(networks: pd.DataFrame, value: str) -> pd.Series:
    """Mean of the column `value` for each `seed`, over the means of each `kind`; networks without one are left out."""
    known = networks.dropna(subset=value)
    return known.groupby(["seed", "kind"])[value].mean().groupby("seed").mean()


def compare(ours, theirs, less: bool = False) -> Comparison | None:
    """Are ours above theirs (or, less, below)? A value for each seed; None where a side has none.

    p is exact, the share of all ways to deal the values to the two sides that have as large a sum of ranks, ties
    included; where there are more than MOST_ORDERS ways it is SciPy's approximation.
    """
    ours, theirs = (np.asarray(side, float) for side in (ours, theirs))
    if not (len(ours) and len(theirs)):
        return None
    ours, theirs = (-ours, -theirs) if less else (ours, theirs)
    if (sums := rank_sums_dealt(ours, theirs)) is None:
        p = mannwhitneyu(ours, theirs, alternative="greater", method="asymptotic").pvalue
    else:
        p = (sums >= sums[0]).mean()
    return Comparison(float(p), bool(ours.min() > theirs.max()), len(ours), len(theirs))


def rank_sums_dealt(ours: np.ndarray, theirs: np.ndarray) -> np.ndarray | None:
    """Sum of our ranks for each way to deal all values to the two sides, the observed one first; None where there are
    more than MOST_ORDERS."""
    ranks, n = rankdata(np.concatenate([ours, theirs])), len(ours)
    if comb(len(ranks), n) > MOST_ORDERS:
        return None
    return np.array([ranks[list(dealt)].sum() for dealt in combinations(range(len(ranks)), n)])
