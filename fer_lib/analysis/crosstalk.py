"""What does the best filter of an action unit answer to all other units? A filter that knows its unit tells no other.

    told = crosstalk(against_rest(probe, responses(network, probe.images).strongest))
    ranks_of_own(told)                  # 1: its filter tells no other unit better
"""
import numpy as np
import pandas as pd

from .probe import halves
from .ranks import sample_auc, signed
from .samples import Sample
from .selection import furthest


def crosstalk(sample: Sample) -> pd.DataFrame:
    """Of each unit (rows) the AUC for every unit (columns) of the filter that is best for it, chosen on half of the
    people and asked of the others, in the direction that it was chosen for; mean of both ways round (A, A). On the
    diagonal stands the AUC of `best_by_halves`. NaN where nobody shows the unit."""
    first, second = (sample_auc(half, half.labels) for half in halves(sample))
    tables = [others_of_chosen(*way) for way in ((first, second), (second, first))]
    return pd.DataFrame(np.mean(tables, axis=0), sample.units.columns, sample.units.columns)


def others_of_chosen(known: np.ndarray, new: np.ndarray) -> np.ndarray:
    """Of AUCs of filters for units (F, A), by which a filter is chosen for each unit, and on which it is scored."""
    chosen, sign = furthest(known)
    return signed(new[chosen], sign[:, None])


def ranks_of_own(table: pd.DataFrame) -> pd.Series:
    """Of a table like `crosstalk`'s, for each unit: 1 if its filter tells no other unit better, 2 if it tells one, …
    Another unit may be told in either direction: a filter that falls whenever it is there tells it, too."""
    away, own = (table - .5).abs().to_numpy(copy=True), np.diag(table) - .5
    np.fill_diagonal(away, own)
    return pd.Series(1 + (away > own[:, None] + 1e-12).sum(axis=1), table.index)
