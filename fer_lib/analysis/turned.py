"""The filters of an action unit, taken out or turned up: does the expression that goes with the unit notice?

    table = turned(network, faces, own_filters(sample), pooled_maps(network, faces.images))

The filters are chosen on people who are not asked. Beside them stand as many others that respond as strongly, drawn at
random many times: any filters that are taken out change something.
"""
from collections.abc import Mapping

import numpy as np
import pandas as pd
import torch

from ..datasets import FaceDataset
from ..evaluation import outputs_of
from ..faces.changes import APEX, WITH, Change, apex
from ..faces.sampling import COUNTS
from ..network import ZeroBiasCNN
from .ablation import logits_with, matched_filters, most_alike
from .chance import p_value
from .changed import by_person
from .probe import halves
from .ranks import sample_auc
from .samples import Sample

FILTERS = 10                        # of a unit
RANDOM_SETS = 100
UP = 2.                             # times its response, turned up


def own_filters(sample: Sample, count: int = FILTERS) -> dict[str, np.ndarray]:
    """Of each unit of a sample (`probe.against_rest`) the filters that respond more to it than to the same person at
    rest, the surest first, on the second half of the people: those of `changes` are of the first."""
    _, others = halves(sample)
    auc = np.nan_to_num(sample_auc(others, others.labels), nan=0.)              # (filters, units)
    return {unit: np.argsort(-own, kind="stable")[:count] for unit, own in zip(others.units, auc.T, strict=True)}


def turned(network: ZeroBiasCNN, faces: FaceDataset, filters: Mapping[str, np.ndarray], maps: torch.Tensor, *,
           random_sets: int = RANDOM_SETS, seed: int = 0) -> pd.DataFrame:
    """A row for each expression that the network knows and each unit of its apex.

    faces: the part `changes`, and maps (N, F, 2, 2) what conv3 hands on. `out`: points of probability that the apex
    loses without the unit's filters; `up`: points that the expression gains on resting faces with this unit alone when
    its filters are turned up; beside either `…, chance`, the mean of random sets, and `…, p`, one-sided, its rank among
    them. Mean over people.
    """
    alike, rng = most_alike(maps.amax((2, 3)).numpy()), np.random.default_rng(seed)
    of_change = by_person(faces, maps)
    rows = []
    for expression in (name for name in COUNTS if name in network.class_names):
        output = int(outputs_of(network, [expression])[0])
        for unit in apex(expression):
            own = filters[unit]
            sets = [own, *(matched_filters(own, alike, rng) for _ in range(random_sets))]
            row = {"expression": expression, "unit": unit}
            for name, change, factor in (("out", Change(APEX, expression=expression), 0.),
                                         ("up", Change(WITH, unit), UP)):
                moved = moved_by(network, of_change[change], sets, factor, output) * (-1 if name == "out" else 1)
                row |= {name: moved[0], f"{name}, chance": moved[1:].mean(),
                        f"{name}, p": p_value(moved[0], moved[1:])}
            rows.append(row)
    return pd.DataFrame(rows)


def moved_by(network: ZeroBiasCNN, maps: torch.Tensor, sets: list, factor: float, output: int) -> np.ndarray:
    """Points of probability that an output gains when the filters of each set are multiplied, mean over people."""
    probability = logits_with(network, maps, [[], *sets], factor).double().softmax(2)[..., output].mean(1).numpy()
    return 100 * (probability[1:] - probability[0])


def beyond_chance(table: pd.DataFrame, name: str) -> float:
    """Mean over rows of `out` or `up` minus what random sets do, in points; NaN of none."""
    return float((table[name] - table[f"{name}, chance"]).mean()) if len(table) else np.nan
