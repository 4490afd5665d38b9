"""Is one recipe ahead of another, and how sure can one be? Intervals over folds, and over people.

Two runs are a pair if they share fold and seed, and so first weights and batches: only pairs are compared. Of several
seeds all count, as the mean of their pairs, and the fold is the unit.
"""
from collections.abc import Sequence

import numpy as np
import pandas as pd
from scipy.stats import bootstrap, t

LEAST_FOLDS = 3
LEAST_PEOPLE = 6                    # of fewer, all are on one side by chance in more than 5 % of cases: 2 · 2^-n


def ahead_by_fold(runs: Sequence, other: str) -> pd.DataFrame:
    """Points of test accuracy that each variant is ahead of `other` (folds, variants), the mean over the seeds that
    both were trained with; NaN for a fold that has no such pair. Empty where no run is of `other`."""
    table = pd.DataFrame([{"variant": run.recipe.variant, "fold": run.config["fold"], "seed": run.config["seed"],
                           "accuracy": 100 * run.metrics["test"]["accuracy"]} for run in runs])
    if not len(table) or other not in set(table["variant"]):
        return pd.DataFrame()
    pairs = table.pivot_table(index=["fold", "seed"], columns="variant", values="accuracy")
    return pairs.drop(columns=other).sub(pairs[other], axis=0).groupby("fold").mean()


def over_folds(ahead: pd.DataFrame) -> pd.DataFrame:
    """Of differences (folds, variants): mean, 95 % interval (`from`, `to`; Student's t) and number of folds of each
    variant that has three or more."""
    ahead = ahead.loc[:, ahead.count() >= LEAST_FOLDS]
    reach = t.ppf(.975, ahead.count() - 1) * ahead.sem()
    return pd.DataFrame({"mean": ahead.mean(), "from": ahead.mean() - reach, "to": ahead.mean() + reach,
                         "folds": ahead.count()})


def over_people(by_case: pd.Series) -> dict:
    """Mean of the differences of cases, indexed by `who` and `case`, in points, and the 95 % interval of other people
    like these.

    Percentile bootstrap over people, whose cases stay together. NaN of fewer than six: an interval of so few would
    leave out zero too often.
    """
    total, count = (by_case.groupby("who").agg(how).to_numpy() for how in ("sum", "count"))
    interval = (np.nan, np.nan) if len(total) < LEAST_PEOPLE else bootstrap(
        (total, count), lambda total, count, axis=-1: total.sum(axis) / count.sum(axis), paired=True,
        n_resamples=2000, method="percentile", rng=0).confidence_interval
    return {"cases": len(by_case), "people": len(total), "points": 100 * by_case.mean(), "from": 100 * interval[0],
            "to": 100 * interval[1]}
