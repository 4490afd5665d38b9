"""What a network does with a unit: it is added to a resting face, and the probability of each expression read.

    named = as_expressions(("Angry", "Happy", "Yawning"))       # {"Angry": "anger", "Happy": "happy"}
    effects(points, network.classes, probe)
"""
from collections.abc import Sequence

import numpy as np
import pandas as pd

from ...analysis.effects import counted
from ...analysis.interventions import changes, criteria_effect, mean_change
from ...datasets import EXPRESSIONS, FaceDataset

ALSO = {"angry": "anger", "happiness": "happy", "joy": "happy", "sad": "sadness", "surprised": "surprise",
        "fearful": "fear", "afraid": "fear", "disgusted": "disgust", "contemptuous": "contempt"}


def as_expressions(classes: Sequence[str]) -> dict[str, str]:
    """{class: the expression that it is}, by name, in whatever case; those that are none are left out. ValueError where
    two classes are one expression, or none is any."""
    names = {name: name.strip().casefold() for name in classes}
    found = {name: ALSO.get(plain, plain) for name, plain in names.items() if ALSO.get(plain, plain) in EXPRESSIONS}
    twice = [name for name in found if list(found.values()).count(found[name]) > 1]
    if twice:
        raise ValueError(f"the classes {' and '.join(twice)} are one expression: {found[twice[0]]}")
    if classes and not set(found.values()) - {"neutral"}:
        raise ValueError(f"none of the classes {', '.join(classes)} is an expression: {', '.join(EXPRESSIONS)}")
    return found


def effects(points: np.ndarray, classes: Sequence[str], probe: FaceDataset) -> tuple[pd.DataFrame, float]:
    """A row for each unit and expression: mean (points of probability that the expression gains, over people), n
    (people), p (Student's t over people), q (false discovery rate), and whether it counts, by the rules; and how much
    more units of CK+'s criteria do than others, in points. points: (N, C), to the images of the probe set."""
    named = as_expressions(classes)
    own = pd.DataFrame(points, columns=list(classes))[list(named)].rename(columns=named)
    own = own[[name for name in EXPRESSIONS if name in own]]
    change = changes(own, probe)
    people, units = (change.index.get_level_values(level) for level in (0, 1))
    rows = change.reset_index(drop=True).assign(kind="", seed=people, first=list(units)).melt(
        ["kind", "seed", "first"], var_name="second")
    return counted(rows).drop(columns="kind"), criteria_effect(mean_change(change))
