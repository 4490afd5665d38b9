"""Is one kind of networks ahead of another, and how sure can one be? Intervals, p, and their correction (Holm).

The unit is the network, of folds and seeds the coarser one: 256 filters of a network are one network, and networks
of one seed began with the same weights. A table of networks has a row for each, with its `kind`, `fold`, `seed` and
what was measured of it. Every difference is ours − theirs, and comes with a 95 % interval and a two-sided p. Those over
folds take into account that training sets of folds overlap (Nadeau & Bengio 2003).

    effect = paired_by_fold(networks, "accuracy", ["CNN+D"], ["CNN"])
    effect.difference, effect.low, effect.high, effect.p, effect.n
"""
import math
from collections.abc import Iterable, Sequence
from itertools import combinations
from typing import NamedTuple

import numpy as np
import pandas as pd
from scipy.stats import mannwhitneyu, rankdata, t

from .chance import LEVEL

LEAST = 3                           # folds, or seeds a side: of fewer there is no interval to speak of
MOST_ORDERS = 100_000               # ways to deal seeds to two sides that are gone through one by one


class Effect(NamedTuple):
    """A difference, ours − theirs, in the units of what was measured."""
    difference: float
    low: float                      # 95 % interval
    high: float
    p: float                        # two-sided
    n: int                          # units: folds or seeds; of two sides the smaller number
    least_p: float = 0.             # no result of so few has a smaller one

    @property
    def turned(self) -> "Effect":
        """Theirs − ours: for what is better if it is less."""
        return self._replace(difference=-self.difference, low=-self.high, high=-self.low)


def paired_by_fold(networks: pd.DataFrame, column: str, ours: Sequence[str], theirs: Sequence[str],
                   test_to_train: float) -> Effect | None:
    """Of networks that share fold and seed, and so first weights and batches; several seeds of a fold are averaged.

    test_to_train: images tested on by images trained on. Training sets of folds overlap, so their differences vary less
    than those of fresh samples would: variance and interval are corrected for it (Nadeau & Bengio 2003, eq. 9:
    (1/n + test/train) s²). None for fewer than LEAST folds.
    """
    return student(by_fold(networks, column, ours, theirs), test_to_train)


def paired_by_seed(networks: pd.DataFrame, column: str, ours: Sequence[str], other_column: str) -> Effect | None:
    """Of two numbers of the same network, `column` and `other_column`; networks of a seed are averaged. None for fewer
    than LEAST seeds."""
    chosen = networks[networks["kind"].isin(ours)].dropna(subset=[column, other_column])
    return student(seed_means(chosen.assign(found=chosen[column] - chosen[other_column]), "found"))


def by_seed(networks: pd.DataFrame, column: str, ours: Sequence[str], theirs: Sequence[str]) -> Effect | None:
    """Of networks of either side, which need not be pairs; those of a kind and seed are averaged, and then the kinds.

    p: the exact rank sum test (Mann–Whitney; ties count half), by SciPy's approximation where there are more than
    MOST_ORDERS ways to deal the seeds to the sides. Interval: Welch's, of the difference of means. None for
    fewer than LEAST seeds on a side. (Sides may share seeds. That does not make p too small: what pairs have in common
    leaves their difference alone.)
    """
    sides = [seed_means(networks[networks["kind"].isin(kinds)], column).to_numpy() for kinds in (ours, theirs)]
    our_means, their_means = sides
    if min(len(our_means), len(their_means)) < LEAST:
        return None
    variances = [side.var(ddof=1) / len(side) for side in sides]
    difference, error, reach = our_means.mean() - their_means.mean(), math.sqrt(sum(variances)), 0.
    if error:
        freedom = sum(variances) ** 2 / sum(v ** 2 / (len(side) - 1) for v, side in zip(variances, sides, strict=True))
        reach = t.ppf(1 - LEVEL / 2, freedom) * error
    return Effect(difference, difference - reach, difference + reach, rank_sum_p(our_means, their_means),
                  min(len(our_means), len(their_means)), least_rank_sum_p(len(our_means), len(their_means)))


def seed_means(networks: pd.DataFrame, column: str) -> pd.Series:
    """Mean of a column for each seed, over the means of each kind; networks without one are left out.

    Networks of one seed began with the same weights and saw the same batches, so they are not independent: six networks
    of three seeds are three findings, not six.
    """
    known = networks.dropna(subset=column)
    return known.groupby(["seed", "kind"])[column].mean().groupby("seed").mean()


def student(differences: pd.Series, overlap: float = 0.) -> Effect | None:
    """Mean of n differences, with Student's t; their variance is (1/n + overlap) s². None for fewer than LEAST."""
    differences = differences.dropna().to_numpy()
    n = len(differences)
    if n < LEAST:
        return None
    mean, error = differences.mean(), differences.std(ddof=1) * math.sqrt(1 / n + overlap)
    reach = t.ppf(1 - LEVEL / 2, n - 1) * error
    # where all are the same, zero is either what they are, or out of the question
    p = 2 * t.sf(abs(mean) / error, n - 1) if error else mean == 0
    return Effect(float(mean), float(mean - reach), float(mean + reach), float(p), n)


def rank_sum_p(ours: np.ndarray, theirs: np.ndarray) -> float:
    """Two-sided: the share of all ways to deal the values to the two sides whose rank sum is as far from its mean."""
    if math.comb(len(ours) + len(theirs), len(ours)) > MOST_ORDERS:
        return float(mannwhitneyu(ours, theirs, alternative="two-sided", method="asymptotic").pvalue)
    ranks = rankdata(np.concatenate([ours, theirs]))
    sums = np.array([ranks[list(dealt)].sum() for dealt in combinations(range(len(ranks)), len(ours))])
    far = np.abs(sums - len(ours) * (len(ours) + len(theirs) + 1) / 2)
    return float((far >= far[0] - 1e-9).mean())         # the first is the order that was observed


def least_rank_sum_p(ours: int, theirs: int) -> float:
    """The smallest two-sided p that so many values a side can have."""
    return min(1., 2 / math.comb(ours + theirs, ours))


def holm(ps: Iterable[float]) -> list[float]:
    """Of several p those that hold together (Holm 1979). NaN, a test that could not be made, counts and stays NaN."""
    ps = np.array(list(ps), float)
    order = np.argsort(ps)          # NaN last
    found = np.full(len(ps), math.nan)
    found[order] = np.minimum(1, np.maximum.accumulate(ps[order] * np.arange(len(ps), 0, -1)))
    return found.tolist()


def by_fold(networks: pd.DataFrame, column: str, ours: Sequence[str], theirs: Sequence[str]) -> pd.Series:
    """Ours − theirs for each fold, of networks that share fold and seed; several seeds of a fold are averaged."""
    def side(kinds: Sequence[str]) -> pd.Series:
        chosen = networks[networks["kind"].isin(kinds)].dropna(subset=column)
        return chosen.groupby(["fold", "seed", "kind"])[column].mean().groupby(["fold", "seed"]).mean()

    return (side(ours) - side(theirs)).dropna().groupby("fold").mean()
