"""Where on the face a filter finds its unit: both faces, with the unit and at rest, are covered by a grey patch, here
and there; where little of the difference between the filter's responses remains, there it was to be seen.

Nothing is asked of the network but its responses, no gradient, so that any network will do.
"""
from typing import NamedTuple

import numpy as np
import pandas as pd

from ...analysis.chance import LEVEL
from ...analysis.interventions import FULL
from ...analysis.probe import alone_or_at_rest
from ...analysis.regions import regions
from ...datasets import FaceDataset
from .asking import Network, ask

PATCH, STEP = 24, 12                # pixels of 96: the patch's side, and from one place to the next
UNITS = 4                           # of how many, at most, it is asked
APART = .3                          # pixels that two of them have in common, of those that either moves, at most


class Place(NamedTuple):
    """Of a unit's best filter."""
    unit: str
    filter: int
    people: int
    with_unit: np.ndarray           # (96, 96) uint8, one of them with the unit, and the same person at rest
    at_rest: np.ndarray
    lost: np.ndarray                # (rows, columns): share of the difference that each place of the patch takes
    gain: float                     # how many times their share of the face the pixels that the unit moves hold of it


def chosen_units(table: pd.DataFrame, size: int = 96) -> list[str]:
    """The units that are told best, beyond chance, each in another place. table: see `by_halves.beyond_chance`."""
    masks, chosen = regions(size), []
    for unit in table[table["p"] <= LEVEL].sort_values("AUC", ascending=False, kind="stable").index:
        mask = masks[unit]
        if all((mask & masks[other]).sum() <= APART * (mask | masks[other]).sum() for other in chosen):
            chosen.append(unit)
    return chosen[:UNITS]


def occlusion(network: Network, probe: FaceDataset, filters: dict[str, tuple[int, float]], *,
              progress: bool = True) -> list[Place]:
    """filters: of each unit, which filter, and its direction, 1 or −1, as the first half of the probe set's people
    chooses them; the others are asked. Units that the filter does not tell on these are left out."""
    if not filters:
        return []
    everybody = np.unique(probe.subjects)
    people = everybody[len(everybody) // 2:]
    faces = pictures(probe, people, list(filters))
    corners = range(0, faces.shape[-1] - PATCH + 1, STEP)
    places = [(row, column) for row in corners for column in corners]
    every = np.stack([faces, *(covered(faces, *place) for place in places)])
    answers = ask(network, every.reshape(-1, 1, *faces.shape[-2:]), "covered faces", progress=progress).responses
    answers = answers.reshape(len(every), len(people), 1 + len(filters), -1)
    found, masks = [], regions(faces.shape[-1])
    for k, (unit, (which, sign)) in enumerate(filters.items(), start=1):
        difference = sign * (answers[:, :, k, which] - answers[:, :, 0, which]).mean(1)
        if difference[0] > 0:
            lost = 1 - difference[1:] / difference[0]
            moved = np.array([masks[unit][row:row + PATCH, column:column + PATCH].mean() for row, column in places])
            found.append(Place(unit, which, len(people), faces[0, k], faces[0, 0],
                               lost.reshape(len(corners), len(corners)), gain(lost, moved)))
    return found


def pictures(probe: FaceDataset, people: np.ndarray, units: list[str]) -> np.ndarray:
    """Of each person a face at rest, and then with each unit alone at full intensity (people, 1 + units, S, S)."""
    kept, at_rest = alone_or_at_rest(probe, FULL - 1e-6)
    rows = [[kept[at_rest & (probe.subjects[kept] == who)][0],
             *(kept[(probe.intensities[unit].iloc[kept] > 0).to_numpy() & (probe.subjects[kept] == who)][0]
               for unit in units)] for who in people]
    return probe.images[np.array(rows), 0]


def covered(faces: np.ndarray, row: int, column: int) -> np.ndarray:
    """Faces (people, …, S, S) with a patch there, as grey as the person's face at rest is in the mean."""
    hidden = faces.copy()
    hidden[..., row:row + PATCH, column:column + PATCH] = faces[:, :1].mean((2, 3), keepdims=True).round()
    return hidden


def gain(lost: np.ndarray, moved: np.ndarray) -> float:
    """Of what patches take (places,), the share of the pixels that the unit moves, by their share of the face: 1 if
    it were the same everywhere; NaN where nothing is lost. moved: their share of each patch (places,)."""
    taken = lost.clip(0)
    return float((taken @ moved) / (taken.sum() * moved.mean())) if taken.any() else float("nan")
