"""How often each network, and each method before it, names the expression: a row for each, over folds and seeds.

    of_all(runs, tried, faces, level=1.)[0]["accuracy"]

A row is a dictionary in JSON's types: model, accuracy (a share; mean over runs), runs, sd (over runs; None of one), n
(independent test cases), interval (Wilson's, 95 %, of n), images (tested on), and more of networks. By how much one
kind of networks is ahead of another, with intervals: `comparisons`; over people: `bootstrap`.
"""
import math
from collections.abc import Iterable, Sequence

import numpy as np
import torch

from ..datasets import FaceDataset
from ..evaluation import wilson
from ..network import ZeroBiasCNN
from ..runs.run import Run
from .baselines import Tuned, accuracy_of
from .networks import steps_until


def row(name: str, accuracies: Sequence[float], cases: Sequence[int], **more) -> dict:
    """Mean and standard deviation over folds and seeds, and Wilson's interval on all independent test cases."""
    mean, n = float(np.mean(accuracies)), sum(cases)
    return {"model": name, "accuracy": mean, "runs": len(accuracies), "n": n,
            "sd": float(np.std(accuracies, ddof=1)) if len(accuracies) > 1 else None,
            "interval": list(wilson(mean, n)), **more}


def of_all(runs: Sequence[Run], tried: dict[str, dict[int, Tuned]], faces: FaceDataset, level: float) -> list[dict]:
    """Of networks, see `of_networks`, and of the methods that were tried, by name and fold, on the folds of these."""
    folds = sorted({run.config["fold"] for run in runs})
    return of_networks(runs, len(faces.classes), level) + of_methods(tried, faces, folds)


def of_networks(runs: Sequence[Run], classes: int, level: float) -> list[dict]:
    """A row for each variant; a fold that several seeds were trained on is counted once in n.

    Besides: steps (the most), settled (have all?), parameters (of a network of so many classes), and steps_to_level: of
    each run, how many until its training loss was below the level (nats); None where it never was.
    """
    return [of_variant(name, [run for run in runs if run.recipe.variant == name], classes, level)
            for name in dict.fromkeys(run.recipe.variant for run in runs)]


def of_variant(name: str, runs: Sequence[Run], classes: int, level: float) -> dict:
    tested = {run.config["fold"]: run.metrics["test"] for run in runs}
    below = [steps_until(run.history, level) for run in runs]
    return row(name, [run.metrics["test"]["accuracy"] for run in runs], [test["n"] for test in tested.values()],
               images=sum(test["images"] for test in tested.values()),
               steps=max(run.metrics["steps"] for run in runs),
               settled=all(run.metrics["settled"] for run in runs),
               parameters=parameters(classes, runs[0].recipe.bias),
               steps_to_level=[int(step) if math.isfinite(step) else None for step in below])


def parameters(classes: int, bias: bool) -> int:
    with torch.device("meta"):                      # shapes only
        return sum(weight.numel() for weight in ZeroBiasCNN(classes, bias=bias).parameters())


def of_methods(tried: dict[str, dict[int, Tuned]], faces: FaceDataset, folds: Iterable[int]) -> list[dict]:
    """A row for each method, by name and fold, on these folds."""
    tests = {fold: faces.split(fold).test for fold in folds}
    return [row(name, [accuracy_of(by_fold, faces, fold) for fold in tests],
                [len(np.unique(faces.cases[test])) for test in tests.values()], images=sum(map(len, tests.values())))
            for name, by_fold in tried.items()]
