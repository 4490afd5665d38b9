"""How much does a filter's unit depend on choices of the analysis? It is chosen anew for every combination of them
(a multiverse analysis: Steegen, Tuerlinckx, Gelman & Vanpaemel 2016).

    combinations, winners = every_winner(faces, answers, parts, units, {"bins": [10, 20], …})
    stays(winners, combinations, "bins")
"""
from itertools import product

import numpy as np
import pandas as pd

from ..datasets import FaceDataset
from .divergence import divergence, histograms
from .samples import sample_of

OF_FRAMES = "neutral", "peak_only", "subjects"      # which frames are looked at


def every_winner(faces: FaceDataset, responses: np.ndarray, parts: dict[str, np.ndarray], units: list[str],
                 choices: dict[str, list]) -> tuple[pd.DataFrame, np.ndarray]:
    """Combinations of all choices (C rows, a column for each choice), and for each the place among `units` of every
    filter's unit with the largest divergence (C, F).

    choices: values of `bins`, `smoothing` and `reverse` (see `divergence`), `neutral` and `peak_only` (see `sample_of`)
    and `subjects`, keys of `parts`, the positions of their images. responses: (images, F).
    """
    combinations = pd.DataFrame(list(product(*choices.values())), columns=list(choices))
    samples = {chosen: sample_of(faces, responses, parts[chosen[2]], neutral=chosen[0], peak_only=chosen[1],
                                 units=units) for chosen in product(*(choices[name] for name in OF_FRAMES))}
    counts = {(*chosen, bins): histograms(sample.responses, sample.case, bins)
              for chosen, sample in samples.items() for bins in choices["bins"]}
    winners = []
    for combination in combinations.itertuples():
        chosen = combination.neutral, combination.peak_only, combination.subjects
        winners.append(divergence(counts[*chosen, combination.bins], samples[chosen].units, combination.smoothing,
                                  combination.reverse).argmax(1).numpy())
    return combinations, np.stack(winners)


def stays(winners: np.ndarray, combinations: pd.DataFrame, choice: str) -> float:
    """How often two combinations that differ in one choice only agree in a filter's winner (C, F)."""
    rest = [name for name in combinations if name != choice]
    groups = combinations.groupby(rest).indices.values()
    agreements = []
    for group in groups:
        pairs = [(i, j) for i in group for j in group if i < j]
        agreements.append(np.mean([(winners[i] == winners[j]).mean() for i, j in pairs]))
    return float(np.mean(agreements))


def votes(winners: np.ndarray, units: int) -> np.ndarray:
    """In how many combinations each unit wins each filter: (C, F) → (F, units)."""
    return np.stack([(winners == i).sum(0) for i in range(units)], axis=1)
