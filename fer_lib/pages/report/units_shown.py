"""What a network's filters tell of units that are shown one by one, each against the same person's face at rest.

    found = units_shown(network, faces, shuffles=1000, seed=0)
    found.table, found.by_person, found.crosstalk
"""
from typing import NamedTuple

import numpy as np
import pandas as pd
from sklearn.metrics import roc_auc_score

from ...analysis.bootstrap import over_people
from ...analysis.crosstalk import others_of_chosen
from ...analysis.probe import against_rest, all_by_halves, halves, subset
from ...analysis.samples import Sample
from ...analysis.selection import furthest
from ...datasets import FaceDataset
from .asking import Answers
from .by_halves import aucs_of_halves, beyond_chance, of_unit, one_by_one


class UnitsShown(NamedTuple):
    """Of A units and P people."""
    table: pd.DataFrame             # see `by_halves.beyond_chance`; and `all`: of all filters together
    sign: np.ndarray                # (A,) of the filter that the first half chooses: more response with the unit, 1
    by_person: pd.DataFrame         # (P, A) AUC of the filter that the other half of the people chose
    crosstalk: pd.DataFrame         # (A, A) see `analysis.crosstalk`
    rotated: list[float]            # mean AUC over units of the best of as many mixtures, of each rotation


def units_shown(answers: Answers, probe: FaceDataset, shuffles: int, rng: np.random.Generator, *,
                progress: bool = True) -> UnitsShown:
    """answers: to the images of the probe set."""
    sample = against_rest(probe, answers.responses)
    parts = one_by_one(sample)
    first, second = aucs_of_halves(parts)
    table = beyond_chance(parts, shuffles, rng, "chance", progress=progress)
    told = np.mean([others_of_chosen(first, second), others_of_chosen(second, first)], axis=0)
    names = sample.units.columns
    rotated = [best_mean(against_rest(probe, mixture)) for mixture in answers.mixed]
    return UnitsShown(table.assign(all=all_by_halves(sample)), furthest(first)[1], by_person(sample, first, second),
                      pd.DataFrame(told, names, names), rotated)


def best_mean(sample: Sample) -> float:
    """Mean over units of what `by_halves.both_ways` makes of them."""
    return float(np.mean([part.best(part.units).item() for part in one_by_one(sample)]))


def by_person(sample: Sample, first: np.ndarray, second: np.ndarray) -> pd.DataFrame:
    """Of each person (rows) the AUC for each unit of the filter that the others' half chose. Their mean over a half is
    the half's, since everybody shows as many frames."""
    rows = {}
    for half, known in zip(halves(sample), (second, first), strict=True):
        chosen, sign = furthest(known)
        for who in np.unique(half.people):
            own = subset(half, half.people == who)
            rows[who] = [auc_of(of_unit(own, unit), chosen[i], sign[i]) for i, unit in enumerate(own.units)]
    return pd.DataFrame(rows, sample.units.columns).T


def auc_of(sample: Sample, which: int, sign: float) -> float:
    """AUC of one filter, in a direction, for the only unit of a sample."""
    shows = sample.units.iloc[:, 0].to_numpy()
    return .5 + sign * (roc_auc_score(shows, sample.responses[:, which]) - .5)


def mean_over_people(table: pd.DataFrame) -> dict[str, float]:
    """Of (P, A): the mean, and the 95 % interval of other people like these (`from`, `to`), bootstrapped; of fewer than
    six NaN."""
    found = over_people(table.rename_axis("who").rename_axis("case", axis=1).stack())
    return {"value": found["points"] / 100, "from": found["from"] / 100, "to": found["to"] / 100}
