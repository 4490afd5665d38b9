"""How sure can one be that a network is ahead on other people like these?

    against("HOG + SVM", runs, ahead, faces)        # ahead(run): of each image that it was tested on, 1, 0 or -1
"""
from collections.abc import Callable, Iterable

import numpy as np
import pandas as pd
from scipy.stats import bootstrap

from ..datasets import FaceDataset
from ..runs.run import Run

LEAST_PEOPLE = 6                    # of fewer, all are on one side by chance in more than 5 % of cases: 2 · 2^-n


def people_in(faces: FaceDataset, index: np.ndarray) -> np.ndarray:
    """Who is in each of these images; where that is not known, every image is somebody else."""
    alone = np.array([f"image {i}" for i in index])
    return alone if faces.subjects is None else np.where(faces.subjects[index] == "", alone, faces.subjects[index])


def by_case(values: np.ndarray, faces: FaceDataset, fold: int) -> pd.Series:
    """Means of what was found of a fold's test images (N,), over the images of each case, by `who` and `case`."""
    test = faces.split(fold).test
    return pd.DataFrame({"who": people_in(faces, test), "case": [f"{fold} {case}" for case in faces.cases[test]],
                         "value": values}).groupby(["who", "case"])["value"].mean()


def against(method: str, runs: Iterable[Run], ahead: Callable[[Run], np.ndarray | None],
            faces: FaceDataset) -> pd.DataFrame:
    """A row for each variant and size, over all its folds of which that is known and the mean of its seeds: network,
    pixels, folds, against (the method's name), and how far ahead, see `over_people`.

    ahead: of a run, for each test image of its fold, whether it is right less whether the method is; None where it is
    not known what the run names them.
    """
    known = [(run, values) for run in runs if (values := ahead(run)) is not None]
    rows = []
    for name, pixels in dict.fromkeys((run.recipe.variant, run.pixels) for run, _ in known):
        own = [(run, values) for run, values in known if (run.recipe.variant, run.pixels) == (name, pixels)]
        cases = pd.concat([by_case(values, faces, run.config["fold"]) for run, values in own])
        rows.append({"network": name, "pixels": pixels, "folds": len({run.config["fold"] for run, _ in own}),
                     "against": method, **over_people(cases.groupby(["who", "case"]).mean())})
    return pd.DataFrame(rows)


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
