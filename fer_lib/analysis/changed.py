"""What a network makes of pictures that differ in one thing: `load_dataset("synthetic", part="changes", size=48)`.

    points = by_change(network, faces, pooled_maps(network, faces.images))  # {change: points (people, classes)}
    lost(points)                                    # what an expression loses when one of its units is taken away
    added(points, one_side=True)                    # what a unit on one side adds to a resting face
    morphs(points)                                  # where between two expressions the name changes, and how sharply
"""
import itertools
from collections.abc import Sequence
from typing import TypeVar

import numpy as np
import pandas as pd
import torch

from ..datasets import FaceDataset
from ..faces.changes import APEX, AT_REST, MORPH, STEPS, WITH, WITHOUT, Change, plan
from ..faces.sampling import COUNTS
from ..network import ZeroBiasCNN
from .ablation import logits_with
from .interventions import criteria, in_points

NEUTRAL = "neutral"
Points = dict[Change, pd.DataFrame]
Values = TypeVar("Values", np.ndarray, torch.Tensor)


def by_person(faces: FaceDataset, values: Values) -> dict[Change, Values]:
    """Values of each image (N, …) → {change: (people, …)}. ValueError for other faces."""
    changes = plan()
    expected = [f"{person} {change.name}" for person in dict.fromkeys(faces.subjects) for change in changes]
    if list(faces.sequences) != expected:
        raise ValueError(f"{faces.name} is not the part `changes` of the drawn faces, or not whole")
    of_people = values.reshape(-1, len(changes), *values.shape[1:])
    return {change: of_people[:, i] for i, change in enumerate(changes)}


def by_change(network: ZeroBiasCNN, faces: FaceDataset, maps: torch.Tensor) -> Points:
    """Points of probability of each class (columns) for each person (rows), by what the picture shows; maps: what conv3
    hands on of all these faces (`pooled_maps`)."""
    points = in_points(network, logits_with(network, maps, [[]], 1.)[0])
    return {change: pd.DataFrame(found, columns=points.columns)
            for change, found in by_person(faces, points.to_numpy()).items()}


def added(points: Points, one_side: bool = False) -> pd.DataFrame:
    """(units, classes): what each class gains when a unit is added to a resting face, mean over people."""
    rest = points[Change(AT_REST)]
    return pd.DataFrame({change.unit: (found - rest).mean() for change, found in points.items()
                         if change.what == WITH and change.one_side == one_side}).T


def lost(points: Points, one_side: bool = False) -> pd.DataFrame:
    """A row for each unit of each expression's apex that the network knows: what the probability of the expression
    loses without it, mean over people; and whether the unit is one of CK+'s criteria for it."""
    rows = []
    for change, found in points.items():
        name = change.expression
        if change.what == WITHOUT and change.one_side == one_side and name in found:
            loss = (points[Change(APEX, expression=name)][name] - found[name]).mean()
            rows.append((name, change.unit, loss, change.unit in criteria().get(name, ())))
    return pd.DataFrame(rows, columns=["expression", "unit", "lost", "criterion"])


def more_for_criteria(table: pd.DataFrame) -> float:
    """How much more is lost without a unit of the criteria than without another; of expressions that have both kinds,
    mean. NaN where there is none."""
    means = table.groupby(["expression", "criterion"])["lost"].mean().unstack("criterion")
    return float((means[True] - means[False]).mean()) if {True, False} <= set(means) else np.nan


def morphs(points: Points) -> pd.DataFrame:
    """A row for each pair of expressions, rest among them, that the network knows both of: `at`, where along the morph
    (0–1) the second becomes more probable than the first (NaN where it never does, or the network does not tell the
    ends apart); `sharpness`, the largest change of their difference within a step, as a share of the whole change;
    `neither`, share of the pictures in between with a third name. Mean over people, of those who have it."""
    known = set(next(iter(points.values())))
    rows = [(start, end, *morph(points, start, end))
            for start, end in itertools.combinations([NEUTRAL, *COUNTS], 2) if {start, end} <= known]
    return pd.DataFrame(rows, columns=["start", "end", "at", "sharpness", "neither"])


def way(start: str, end: str) -> list[Change]:
    """The pictures from one expression, or "neutral", to another, both ends included. ValueError for no such pair."""
    if (start, end) not in itertools.combinations([NEUTRAL, *COUNTS], 2):
        raise ValueError(f"there are no pictures from {start} to {end}: take two of "
                         f"{', '.join([NEUTRAL, *COUNTS])}, in this order")
    ends = [Change(AT_REST) if name == NEUTRAL else Change(APEX, expression=name) for name in (start, end)]
    return [ends[0], *(Change(MORPH, expression=start, towards=end, step=step) for step in range(1, STEPS)), ends[1]]


def along(points: Points, start: str, end: str) -> list[pd.DataFrame]:
    """Points of these pictures."""
    return [points[change] for change in way(start, end)]


def morph(points: Points, start: str, end: str) -> tuple[float, float, float]:
    found = along(points, start, end)
    ahead = np.stack([(one[end] - one[start]).to_numpy() for one in found])         # (STEPS + 1, people)
    names = np.stack([one.idxmax(axis=1).to_numpy() for one in found[1:-1]])
    told_apart = (ahead[0] < 0) & (ahead[-1] > 0)
    at = [crossing(own) for own in ahead.T[told_apart]]
    sharpness = np.diff(ahead, axis=0).max(0) / np.where(told_apart, ahead[-1] - ahead[0], 1)
    neither = float((~np.isin(names, [start, end])).mean())
    return (float(np.mean(at)), float(sharpness[told_apart].mean()), neither) if at else (np.nan, np.nan, neither)


def crossing(ahead: Sequence[float]) -> float:
    """Where values that begin below zero and end above it first cross it, 0–1, linear between them."""
    after = int(np.argmax(np.asarray(ahead) > 0))
    before, then = ahead[after - 1], ahead[after]
    return (after - 1 + before / (before - then)) / (len(ahead) - 1)
