"""What a network does with an action unit: it is added to resting faces, and the probability of each expression read.

    change = unit_effects(network, probe, "subtractive")        # (units, expressions), points of probability
    criteria_effect(change)                                     # how much more it does so where coders would
"""
from functools import cache

import numpy as np
import pandas as pd
import torch
import yaml

from ..datasets import FaceDataset
from ..evaluation import predict
from ..network import ZeroBiasCNN
from .rules import FILE

FULL = 1.                           # the intensity that is looked at


@cache
def criteria() -> dict[str, tuple[str, ...]]:
    """{expression: the units by which CK+'s coders know it}, as the rules have them."""
    stated = yaml.safe_load(FILE.read_text(encoding="utf-8"))["criteria"]
    return {expression: tuple(units) for expression, units in stated.items()}


def unit_effects(network: ZeroBiasCNN, probe: FaceDataset, normalisation: str = "subtractive") -> pd.DataFrame:
    """Points of probability that each expression (columns) gains when a unit (rows) is added to a resting face.

    Of each person, the face that shows the unit alone at full intensity, minus the mean of the person's resting faces;
    mean over people. ValueError for a network whose classes have no names.
    """
    if network.class_names is None:
        raise ValueError("the network's classes have no names: make it with ZeroBiasCNN(classes=names)")
    shown = probe.intensities > 0
    at_rest = ~shown.any(axis=1).to_numpy()
    alone = (shown.sum(axis=1) == 1).to_numpy() & (probe.intensities.max(axis=1) >= FULL - 1e-6).to_numpy()
    kept = np.flatnonzero(at_rest | alone)
    logits = predict(network, probe.images[kept], normalisation)
    points = pd.DataFrame(100 * torch.softmax(logits.double(), 1).numpy(), columns=list(network.class_names))
    unit = np.where(at_rest[kept], "", shown.iloc[kept].idxmax(axis=1))
    of_person = points.groupby([probe.subjects[kept], unit]).mean()
    rest = of_person.xs("", level=1)
    change = of_person.drop(index="", level=1)
    change = change - rest.reindex(change.index.get_level_values(0)).to_numpy()
    return change.groupby(level=1).mean().reindex([name for name in shown if name in change.index.get_level_values(1)])


def criteria_effect(change: pd.DataFrame) -> float:
    """Mean change over units and expressions that belong together by CK+'s criteria, minus the mean over all other
    pairs of a unit and these expressions; NaN where the network knows none of them."""
    asked = {name: units for name, units in criteria().items() if name in change}
    belongs = pd.DataFrame({name: change.index.isin(units) for name, units in asked.items()}, index=change.index)
    if not belongs.to_numpy().any():
        return float("nan")
    points, belongs = change[list(asked)].to_numpy(), belongs.to_numpy()
    return float(points[belongs].mean() - points[~belongs].mean())
