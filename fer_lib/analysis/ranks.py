"""How well a filter's response tells frames with an action unit from frames without it: the AUC.

How often, of a frame with the unit and one without, the one with it has the larger response; ties count half. 1 or 0 is
without error (more, or less, response with the unit), ½ is a guess. It is the Mann–Whitney statistic over the number of
pairs, so ranks are taken once and serve all units and every shuffle of them.

    sums = rank_sums(sample.responses, sample.case, sample.units)
    auc(sums, sample.units)                                     # (F, A)
"""
from typing import NamedTuple

import numpy as np
import torch
from scipy.stats import rankdata

from .samples import Sample, as_tensor


class RankSums(NamedTuple):
    """Ranks of the frames, for each set of units that are coded for the same cases."""
    filters: int                    # F
    coded: torch.Tensor | None      # (S, A) bool; None: every unit for all cases
    # Of each set: its columns; and of each stratum, frames (S,) of each case and the sum of their ranks (S, F)
    parts: list[tuple[slice | np.ndarray, list[tuple[torch.Tensor, torch.Tensor]]]]


def rank_sums(responses: np.ndarray, case: np.ndarray, units=None, strata: np.ndarray | None = None) -> RankSums:
    """Ranks of responses (N, F), summed by case (N,), within each stratum (S,) of the cases.

    units: (S, A), for where they are not coded (NaN): a unit's frames are ranked among those that are coded for it.
    None: nothing is missing.
    """
    cases = case.max() + 1
    strata = np.zeros(cases) if strata is None else np.asarray(strata)
    coded = np.ones((cases, 1), bool) if units is None else ~np.isnan(np.asarray(units, float))
    patterns, which = np.unique(coded, axis=1, return_inverse=True)
    if patterns.shape[1] == 1:
        parts = [(slice(None), _within(strata, responses, case, patterns[:, 0]))]
    else:
        parts = [(np.flatnonzero(which.ravel() == i), _within(strata, responses, case, pattern))
                 for i, pattern in enumerate(patterns.T)]
    return RankSums(responses.shape[1], None if coded.all() else torch.from_numpy(coded), parts)


def _within(strata, responses, case, coded) -> list[tuple[torch.Tensor, torch.Tensor]]:
    """Frames of each case (S,) and their ranks' sum (S, F), for each stratum of the coded cases."""
    found = []
    for stratum in np.unique(strata[coded]):
        own = ((strata == stratum) & coded)[case]
        ranks, frames = np.zeros((len(strata), responses.shape[1])), np.bincount(case[own], minlength=len(strata))
        np.add.at(ranks, case[own], rankdata(responses[own], axis=0))
        found.append((torch.from_numpy(frames).double(), torch.from_numpy(ranks)))
    return found


def auc(sums: RankSums, units) -> torch.Tensor:
    """AUC of each filter for each unit: units (…, S, A) → (…, F, A) float64; NaN where no two frames can be compared.

    Only frames of the same stratum are compared. ValueError where units are not coded for other cases than those that
    the ranks were taken without.
    """
    units = as_tensor(units).double()
    missing, expected = units.isnan(), False if sums.coded is None else ~sums.coded
    if (missing != expected).any():
        raise ValueError("units are not coded (NaN) for other cases than when ranks were taken: give rank_sums "
                         "these units")
    found = torch.full((*units.shape[:-2], sums.filters, units.shape[-1]), torch.nan, dtype=torch.double)
    for columns, strata in sums.parts:
        shows = units[..., columns].nan_to_num().transpose(-1, -2)                          # (…, A, S)
        above, pairs = 0., 0.
        for frames, ranks in strata:
            count = shows @ frames                                                          # (…, A)
            above = above + shows @ ranks - (count * (count + 1) / 2)[..., None]            # (…, A, F)
            pairs = pairs + (count * (frames.sum() - count))[..., None]
        if strata:
            found[..., columns] = (above / pairs).transpose(-1, -2)
    return found


def sample_auc(sample: Sample, strata: np.ndarray | None = None) -> np.ndarray:
    """AUC of each filter for each unit of a sample (F, A), within strata (S,) of its cases."""
    return auc(rank_sums(sample.responses, sample.case, sample.units, strata), sample.units).numpy()


def signed(auc, sign):
    """An AUC in a filter's direction: sign 1, more response with the unit, or −1, less."""
    return .5 + sign * (auc - .5)
