"""How sure can one be that a network is ahead on other people like these?"""
import numpy as np
import pandas as pd
from scipy.stats import bootstrap

LEAST_PEOPLE = 6                    # of fewer, all are on one side by chance in more than 5 % of cases: 2 · 2^-n


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
