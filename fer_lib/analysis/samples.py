"""What questions about filters and action units are asked of: responses of frames, the independent case of each, and
the units of each case.

    sample = sample_of(faces, responses(network, faces.images).strongest, faces.split(0).train)

What is counted are frames; what is independent are cases, a sequence or a neutral frame (`FaceDataset.cases`). So the
case carries the units, and its frames go together wherever something is shuffled. A unit is present (1), absent (0) or
not coded (NaN). What is not coded is not known to be absent: it leaves the case out for that unit, and for no other.
"""
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
import torch

from ..datasets import FaceDataset


@dataclass(frozen=True, eq=False)
class Sample:
    """N frames of S cases."""
    responses: np.ndarray           # (N, F) of each frame, filter by filter
    case: np.ndarray                # (N,) int, the place of each frame's case, 0…S-1
    units: pd.DataFrame             # (S, A) of "AU1", …: 1, 0, NaN not coded
    labels: np.ndarray              # (S,) int, expression; -1 without
    is_neutral: np.ndarray          # (S,) bool
    people: np.ndarray | None       # (S,) str, who shows it; None where the set does not say

    def with_units(self, units: list[str]) -> "Sample":
        """The same frames and cases with these units; one that the set does not have is not coded."""
        return replace(self, units=self.units.reindex(columns=units))

    @property
    def frame_units(self) -> pd.DataFrame:
        """(N, A): the units of each frame's case."""
        return self.units.iloc[self.case]


def sample_of(faces: FaceDataset, responses: np.ndarray, index: np.ndarray, *, neutral: bool = False,
              peak_only: bool = False, units: list[str] | None = None) -> Sample:
    """The frames of a set at `index` (positions), with the responses (images, F) to all of its images.

    Frames of which no unit is coded are left out. neutral: neutral frames as well, coded or not, which show nothing
    but what they are coded for. peak_only: of a sequence the last frame only. units: which ones; None: all of the set.
    A unit that any frame of a case shows is the case's; one that no frame of it is coded for is NaN.
    """
    is_neutral = np.array([*(name == "neutral" for name in faces.classes), False])[faces.labels[index]]
    coded = faces.action_units.iloc[index].notna().any(axis=1).to_numpy()
    index = index[is_neutral | coded if neutral else coded & ~is_neutral]
    case = faces.cases[index]
    if peak_only:                                   # the last frame of a sequence, and of neutral ones each
        last = np.flatnonzero(np.append(np.diff(case) != 0, True)) if len(case) else np.arange(0)
        index, case = index[last], case[last]
    _, first, case = np.unique(case, return_index=True, return_inverse=True)
    labels = faces.labels[index][first]
    is_neutral = np.array([*faces.classes, ""])[labels] == "neutral"

    found = np.full((len(first), faces.action_units.shape[1]), np.nan)
    np.fmax.at(found, case, faces.action_units.iloc[index].to_numpy(dtype=float))
    found[is_neutral] = np.nan_to_num(found[is_neutral])
    table = pd.DataFrame(found, columns=faces.action_units.columns)
    return Sample(responses[index], case, table if units is None else table[units], labels, is_neutral,
                  None if faces.subjects is None else faces.subjects[index][first])


def parts_of(faces: FaceDataset, fold: int, held_out: Sequence[str] = ("validation", "test")) -> dict[str, np.ndarray]:
    """Positions of the images of people who were trained on ("train"), of those who were not ("held out": these parts
    of the fold), and of everybody ("all")."""
    split = faces.split(fold)
    return {"train": split.train, "held out": np.sort(np.concatenate([getattr(split, part) for part in held_out])),
            "all": np.arange(len(faces))}


def known_and_new(faces: FaceDataset, responses: np.ndarray, parts: tuple[np.ndarray, np.ndarray],
                  units: list[str] | None = None) -> tuple[Sample, Sample]:
    """What a choice may see, and what it is scored on: `sample_of` the images of either part (positions)."""
    known, new = (sample_of(faces, responses, index, units=units) for index in parts)
    return known, new


def enough(sample: Sample, least: int) -> pd.Series:
    """Which units (A,) at least so many cases are coded to show, and as many not to show."""
    return ((sample.units == 1).sum() >= least) & ((sample.units == 0).sum() >= least)


def usable_units(faces: FaceDataset, usable: pd.Series, least: int, least_held_out: int) -> list[str]:
    """Names of the units (A,) bool that can be looked at; ValueError if there is none."""
    if not usable.any():
        raise ValueError(f"{faces!r}: no action unit is shown and not shown by {least} sequences to train on and "
                         f"{least_held_out} held out; lower `least` and `least_held_out`")
    return list(usable.index[usable])


def comparable(sample: Sample, least: int) -> pd.Series:
    """Which units (A,) have an expression with at least so many cases coded to show it, and as many not to."""
    shows, lacks = ((sample.units == value).groupby(sample.labels).sum() for value in (1, 0))
    return ((shows >= least) & (lacks >= least)).any()


def comparable_in_both(known: Sample, new: Sample, least: int, least_new: int) -> list[str]:
    """The units that are comparable in either, of at least so many cases in each."""
    often = comparable(known, least) & comparable(new, least_new)
    return list(often.index[often])


def unit_shares(sample: Sample) -> pd.DataFrame:
    """Share of each expression's cases that show a unit, of those coded for it (labels, A); NaN where none is."""
    return sample.units.groupby(sample.labels).mean()


def as_tensor(units) -> torch.Tensor:
    """A table or array of units (…, S, A) as float32."""
    return units if isinstance(units, torch.Tensor) else torch.from_numpy(np.asarray(units, np.float32))
