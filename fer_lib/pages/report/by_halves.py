"""Which units have a filter beyond chance? Chosen on half of the people, scored on the others, and the other way round.

    parts = one_by_one(against_rest(probe, responses))      # or Halves(first, second, …), of different people
    beyond_chance(parts, 1000, rng, "chance")               # AU1, AU2, …: AUC, line, p, filter

Chance: the same choice and the same score after the units were shuffled among frames that could have shown them, so
that the best of many filters is compared with the best of as many. p is family-wise over units (Westfall & Young 1993).
"""
from collections.abc import Callable
from dataclasses import replace
from typing import NamedTuple

import numpy as np
import pandas as pd
import torch

from ...analysis.chance import critical_value, family_wise, permutation_null
from ...analysis.probe import halves, subset
from ...analysis.ranks import rank_sums
from ...analysis.samples import Sample, as_tensor
from ...system.console import progress_bar


def both_ways(first: torch.Tensor, second: torch.Tensor) -> torch.Tensor:
    """AUC of each filter for each unit on two halves (…, F, A) → that of the filter which is best on one half, on the
    other, in that direction; mean of both ways (…, A)."""
    return (of_best(first, second) + of_best(second, first)) / 2


def of_best(known: torch.Tensor, new: torch.Tensor) -> torch.Tensor:
    away = known.nan_to_num(.5) - .5
    best = away.abs().argmax(-2, keepdim=True)              # the first of equal ones
    return (.5 + away.gather(-2, best).sign() * (new.gather(-2, best) - .5)).squeeze(-2)


class Halves:
    """Two samples of different people, whose cases are all coded for all units; ready for these units (…, S, A), the
    first's cases before the second's, and for any shuffle of them within `strata` (S,)."""

    def __init__(self, first: Sample, second: Sample, strata: Callable[[Sample], np.ndarray | None]):
        """strata: of each case, among which frames are compared; None: among all."""
        halves, own = (first, second), [strata(half) for half in (first, second)]
        self.units = pd.concat([half.units for half in halves], ignore_index=True)
        self.parts = [Ranked.of(half, stratum) for half, stratum in zip(halves, own, strict=True)]
        within = [np.zeros(len(half.units), int) if stratum is None else stratum
                  for half, stratum in zip(halves, own, strict=True)]
        # cases are exchanged within their half and their stratum
        self.strata = np.concatenate([within[0], within[1] + within[0].max() + 1])

    def aucs(self, units) -> tuple[torch.Tensor, torch.Tensor]:
        """Of each half (…, F, A)."""
        units, count = as_tensor(units).double(), len(self.parts[0].ranks)
        return self.parts[0].auc(units[..., :count, :]), self.parts[1].auc(units[..., count:, :])

    def best(self, units) -> torch.Tensor:
        """(…, A)"""
        return both_ways(*self.aucs(units))


class Ranked(NamedTuple):
    """What `analysis.ranks.auc` makes of a sample, for many shuffles: within strata these leave as many frames with a
    unit as there were, so that only the sum of their ranks is another."""
    ranks: torch.Tensor             # (S, F) of frames among those of their stratum
    least: torch.Tensor             # (A,) that sum, if the frames with the unit have the lowest ranks
    pairs: torch.Tensor             # (A,) of a frame with the unit and one without, of the same stratum

    @classmethod
    def of(cls, sample: Sample, strata: np.ndarray | None) -> "Ranked":
        """ValueError for cases that are not coded for a unit."""
        if sample.units.isna().to_numpy().any():
            raise ValueError("every case must be coded for every unit")
        ((_, found),) = rank_sums(sample.responses, sample.case, sample.units, strata).parts
        shows = as_tensor(sample.units).double().T
        counts = [(shows @ frames, frames.sum()) for frames, _ in found]
        return cls(sum(ranks for _, ranks in found), sum(count * (count + 1) / 2 for count, _ in counts),
                   sum(count * (every - count) for count, every in counts))

    def auc(self, units: torch.Tensor) -> torch.Tensor:
        """(…, S, A) → (…, F, A)"""
        above = units.transpose(-1, -2) @ self.ranks - self.least[:, None]
        return (above / self.pairs[:, None]).transpose(-1, -2)


def one_by_one(sample: Sample) -> list[Halves]:
    """Of each unit the frames that show it alone, and the same people at rest. (Unit by unit, since ranks of all units
    at once, which few frames share, would not fit into the memory.)"""
    return [Halves(*halves(of_unit(sample, unit)), lambda half: half.labels) for unit in sample.units]


def of_unit(sample: Sample, unit: str) -> Sample:
    """The cases that are coded for it."""
    return subset(replace(sample, units=sample.units[[unit]]), sample.units[unit].notna().to_numpy())


def aucs_of_halves(parts: list[Halves]) -> tuple[np.ndarray, np.ndarray]:
    """Of each half (F, A): those of its units beside each other."""
    found = [part.aucs(part.units) for part in parts]
    return tuple(torch.cat(side, dim=-1).numpy() for side in zip(*found, strict=True))


def beyond_chance(parts: list[Halves], repeats: int, rng: np.random.Generator, what: str, *,
                  progress: bool = True) -> pd.DataFrame:
    """A row for each unit of all parts: AUC; `line`, which it has to exceed; p, family-wise over all of them; and
    `filter`, the one that the first half chooses. Shuffles of different parts are independent: the largest of them is
    then, if anything, larger than of units that have frames in common."""
    first, _ = aucs_of_halves(parts)
    observed = np.concatenate([part.best(part.units).numpy() for part in parts])
    null = np.concatenate([permutation_null(part.best, part.units, part.strata, repeats, rng, progress=False)
                           for part in progress_bar(parts, what, unit=" parts", progress=progress, delay=2)], axis=1)
    units = [unit for part in parts for unit in part.units]
    return pd.DataFrame({"AUC": observed, "line": line(observed, null),
                         "p": family_wise(observed[None], null[:, None]).cell_p[0],
                         "filter": np.abs(first - .5).argmax(0)}, index=units)


def line(observed: np.ndarray, null: np.ndarray) -> np.ndarray:
    """What each unit's AUC (A,) has to exceed for a family-wise p of LEVEL: as far from its mean by chance, in standard
    deviations, as the furthest of all units is rarely. null: (R, A)."""
    every = np.concatenate([observed[None], null])
    mean, sd = every.mean(0), every.std(0)
    furthest = ((null - mean) / np.where(sd > 0, sd, np.inf)).max(1)
    return mean + sd * critical_value(furthest)
