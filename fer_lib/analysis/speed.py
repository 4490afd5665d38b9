"""Does one recipe learn faster than another? Which training loss falls below a level in fewer steps.

A loss is known at evaluations only: it fell below the level somewhere between the one before and the one that shows it.
A run that never shows it needs more steps than it has, which is no missing number: it is slower than any that got there
within as many.
"""
from collections.abc import Iterable, Sequence
from typing import NamedTuple

import pandas as pd

from .intervals import LEAST_FOLDS
from .verdicts import AHEAD, BEHIND, INCONCLUSIVE


class Reached(NamedTuple):
    """More than `after` steps and at most `by`; infinite where the run ended before."""
    after: float
    by: float

    def __str__(self) -> str:
        return f"{self.by:,.0f} steps" if self.by < float("inf") else f"not within {self.after:,.0f} steps"


def steps_until(history: pd.DataFrame, level: float) -> Reached:
    """When the mean training loss since the evaluation before is first below a level (nats)."""
    below = history["step"][history["loss"] < level]
    by = below.min() if len(below) else float("inf")
    before = history["step"][history["step"] < by]
    return Reached(float(before.max()) if len(before) else 0., float(by))


def sooner(ours: Reached, theirs: Reached) -> str | None:
    """Ahead if ours got there first, behind if theirs did; inconclusive where they are within an evaluation of each
    other, or a run ended before it could tell; None where neither got there."""
    if ours.by == theirs.by == float("inf"):
        return None
    return AHEAD if ours.by <= theirs.after else BEHIND if theirs.by <= ours.after else INCONCLUSIVE


def agreed(words: Iterable[str | None]) -> str | None:
    """One word for several: theirs where all agree; None where one could not be tested and the others do not
    contradict each other; else inconclusive."""
    tested = {*(words := list(words))} - {None}
    if len(tested) > 1 or INCONCLUSIVE in tested:
        return INCONCLUSIVE
    return None if None in words or not words else tested.pop()


def sooner_on_every_fold(runs: Sequence, one: str, other: str,
                         level: float) -> tuple[str | None, list[tuple[Reached, Reached]]]:
    """Is the loss of one variant below the level earlier than the other's? The word, and the steps of each pair.

    A pair shares fold and seed. All pairs of a fold have to agree, and then all folds, three or more: None where fewer
    were tested, or where a fold could not be and the others agree.
    """
    steps: dict[str, dict[tuple, list[Reached]]] = {one: {}, other: {}}
    for run in runs:
        if run.recipe.variant in steps:
            key = run.config["fold"], run.config["seed"]
            steps[run.recipe.variant].setdefault(key, []).append(steps_until(run.history, level))
    folds: dict[int, list[str | None]] = {}
    pairs = []
    for fold, seed in sorted(steps[one].keys() & steps[other].keys()):
        for ours in steps[one][fold, seed]:
            for theirs in steps[other][fold, seed]:
                folds.setdefault(fold, []).append(sooner(ours, theirs))
                pairs.append((ours, theirs))
    words = [agreed(found) for found in folds.values()]
    word = agreed(words)
    return (word if sum(found is not None for found in words) >= LEAST_FOLDS else None), pairs
