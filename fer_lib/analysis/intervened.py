"""What is kept of interventions, a network at a time, as a part of `measures`: numbers in JSON.

    intervened(network, "subtractive", probe, changed)          # {"rises with its unit": 0.31, …, "lost": {…}, …}

`doses`: points of probability of an expression against the intensity of a unit of its criteria; `lost`, `turned` and
`morphs` are the tables of `changed` and `turned`, by their rows' names.
"""
from collections.abc import Mapping

import numpy as np
import pandas as pd

from ..datasets import EXPRESSIONS, FaceDataset
from ..network import ZeroBiasCNN
from .ablation import logits_with, pooled_maps
from .changed import added, by_change, lost, more_for_criteria, morphs
from .doses import by_dose, follow, levels
from .interventions import criteria, in_points
from .probe import against_rest
from .turned import beyond_chance, own_filters, turned


def intervened(network: ZeroBiasCNN, normalisation: str, probe: FaceDataset, changed: FaceDataset | None) -> dict:
    """Of a network that names expressions all that there is, of any other how its filters rise with units. probe: the
    whole probe set; changed: the part `changes` in the same size, or nothing is asked of it."""
    maps = pooled_maps(network, probe.images, normalisation)
    strongest = maps.amax((2, 3)).numpy()
    found = {f"rises with {name}": share for name, share in follow(by_dose(probe, strongest)).items()}
    if not set(network.class_names) <= set(EXPRESSIONS):        # of people
        return found
    points = in_points(network, logits_with(network, maps, [[]], 1.)[0])
    doses = by_dose(probe, points.to_numpy()).mean(1)           # (units, levels, classes)
    found["doses"] = {
        f"{name} {unit}": dict(zip(map(str, levels(probe)), own[:, points.columns.get_loc(name)], strict=True))
        for unit, own in zip(probe.intensities, doses, strict=True)
        for name, units in criteria().items() if name in points and unit in units}
    return found if changed is None else found | of_changed(network, normalisation, changed, own_filters(
        against_rest(probe, strongest)))


def of_changed(network: ZeroBiasCNN, normalisation: str, changed: FaceDataset,
               filters: Mapping[str, np.ndarray]) -> dict:
    """`lost`, `effects, one side`, `morphs` and `turned`, and a number on the whole of each."""
    maps = pooled_maps(network, changed.images, normalisation)
    points = by_change(network, changed, maps)
    found = {"effects, one side": added(points, one_side=True).to_dict("index")}
    for name, one_side in (("lost", False), ("lost, one side", True)):
        table = lost(points, one_side)
        found |= {name: by_name(table, "expression", "unit")["lost"].to_dict(),
                  f"{name}, criteria": more_for_criteria(table)}
    between, by_unit = morphs(points), turned(network, changed, filters, maps)
    return found | {
        "morphs": by_name(between, "start", "end").to_dict("index"), "told apart": between["at"].notna().mean(),
        "sharpness": between["sharpness"].mean(), "a third name": between["neither"].mean(),
        "turned": by_name(by_unit, "expression", "unit").to_dict("index"),
        "taken out": beyond_chance(by_unit, "out"), "turned up": beyond_chance(by_unit, "up")}


def by_name(table: pd.DataFrame, first: str, second: str) -> pd.DataFrame:
    """Rows called by two of their columns, which are left out: "happy AU12", "fear happy"."""
    return table.set_index(table[first] + " " + table[second]).drop(columns=[first, second])
