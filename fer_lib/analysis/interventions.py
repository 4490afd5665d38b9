"""What a network does with an action unit: it is added to resting faces, and the probability of each expression read.

    change = unit_effects(network, probe, "subtractive")        # (units, expressions), points of probability
    criteria_effect(change)                                     # how much more it does so by CK+'s criteria
"""
from collections.abc import Container

import numpy as np
import pandas as pd
import torch

from ..datasets import FaceDataset
from ..evaluation import predict
from ..network import ZeroBiasCNN
from .probe import alone_or_at_rest
from .rules import stated

FULL = 1.                           # the intensity that is looked at


def criteria() -> dict[str, tuple[str, ...]]:
    """{expression: its units by CK+'s criteria}, as the rules have them."""
    return {expression: tuple(units) for expression, units in stated()["criteria"].items()}


def probabilities(network: ZeroBiasCNN, images: np.ndarray, normalisation: str = "subtractive") -> pd.DataFrame:
    """Of each image (N, 1, S, S) uint8 the probability of each class, by name, in points. ValueError for a network
    whose classes have no names."""
    return in_points(network, predict(network, images, normalisation))


def in_points(network: ZeroBiasCNN, logits: torch.Tensor) -> pd.DataFrame:
    """`probabilities` of logits (N, classes)."""
    if network.class_names is None:
        raise ValueError("the network's classes have no names: make it with ZeroBiasCNN(classes=names)")
    return pd.DataFrame(100 * torch.softmax(logits.double(), 1).numpy(), columns=list(network.class_names))


def unit_effects(network: ZeroBiasCNN, probe: FaceDataset, normalisation: str = "subtractive") -> pd.DataFrame:
    """Points of probability that each expression (columns) gains when a unit (rows) is added to a resting face: mean
    over people of `changes`. ValueError for a network whose classes have no names."""
    asked = probe.select(alone_or_at_rest(probe, FULL - 1e-6)[0])
    return mean_change(changes(probabilities(network, asked.images, normalisation), asked))


def changes(points: pd.DataFrame, probe: FaceDataset) -> pd.DataFrame:
    """The same of each person and unit (rows): the face that shows the unit alone at full intensity, minus the mean of
    the person's resting faces. points: of each image of the probe set, by class."""
    kept, at_rest = alone_or_at_rest(probe, FULL - 1e-6)
    shown = probe.intensities.iloc[kept] > 0
    unit = pd.Categorical(np.where(at_rest, "", shown.idxmax(axis=1)), ["", *shown])
    of_person = points.iloc[kept].groupby([probe.subjects[kept], unit], observed=True).mean()
    rest = of_person.xs("", level=1)
    change = of_person.drop(index="", level=1)
    return change - rest.reindex(change.index.get_level_values(0)).to_numpy()


def mean_change(change: pd.DataFrame) -> pd.DataFrame:
    """Of `changes`, mean over people: units (rows), in the order of the set."""
    mean = change.groupby(level=1, observed=True).mean()
    return mean.set_axis(list(mean.index))


def criteria_effect(change: pd.DataFrame, without: Container[tuple[str, str]] = ()) -> float:
    """Mean change over units and expressions that belong together by CK+'s criteria, minus the mean over all other
    pairs of a unit and these expressions; NaN where the network knows none of them. without: pairs of an expression and
    a unit that count on neither side."""
    asked = {name: units for name, units in criteria().items() if name in change}
    belongs = pd.DataFrame({name: change.index.isin(units) for name, units in asked.items()}, index=change.index)
    if not belongs.to_numpy().any():
        return float("nan")
    counts = np.array([[(name, unit) not in without for name in asked] for unit in change.index])
    points, belongs = change[list(asked)].to_numpy(), belongs.to_numpy()
    return float(points[belongs & counts].mean() - points[~belongs & counts].mean())
