"""Which filter tells an action unit from the same person's resting face, on people who had no part in choosing it?

Asked of the probe set (`load_dataset("synthetic", part="probe")`), whose drawn people show every unit alone. No network
has seen any of them, whatever it was trained on, so that networks of photographs and of drawings answer the same.

    sample = against_rest(probe, responses(network, probe.images).strongest)
    best_by_halves(sample)              # AU1, AU2, …: AUC, and which filter
    units_of_filters(sample)            # filter 0, 1, …: unit, direction, AUC
"""
from dataclasses import replace

import numpy as np
import pandas as pd

from ..datasets import FaceDataset
from .ranks import sample_auc, signed
from .samples import Sample
from .selection import best_filters, linear_probe

FAINTEST = .5                       # intensity: fainter units are left out, as the twin's expressions have none


def against_rest(probe: FaceDataset, responses: np.ndarray, faintest: float = FAINTEST) -> Sample:
    """Frames that show one unit alone, at `faintest` or more, and resting faces, with their responses (images, F).

    A unit is present where it is shown, absent on resting faces, and not coded (NaN) where another is shown; labels are
    the people, so that whoever compares within labels compares with the same person's rest. ValueError for a set
    without intensities or people, or with fewer than two people.
    """
    if probe.intensities is None or probe.subjects is None:
        raise ValueError(f"{probe.name} does not say who shows which action unit how strongly")
    index, at_rest = alone_or_at_rest(probe, faintest)
    units = (probe.intensities.iloc[index] > 0).astype(float)
    units[(units == 0) & ~at_rest[:, None]] = np.nan
    people, labels = np.unique(probe.subjects[index], return_inverse=True)
    if len(people) < 2:
        raise ValueError(f"{probe.name} shows {len(people)} people: half of them choose, and the others are asked")
    return Sample(responses[index], np.arange(len(index)), units.reset_index(drop=True), labels, at_rest,
                  people[labels])


def alone_or_at_rest(probe: FaceDataset, faintest: float) -> tuple[np.ndarray, np.ndarray]:
    """Positions of the images that show one unit alone, at `faintest` or more, or none; which of these show none."""
    shown = (probe.intensities > 0).sum(axis=1).to_numpy()
    kept = np.flatnonzero((shown == 0) | ((shown == 1) & (probe.intensities.max(axis=1) >= faintest).to_numpy()))
    return kept, shown[kept] == 0


def without_faint(probe: FaceDataset, faintest: float = FAINTEST) -> FaceDataset:
    """The images that are at rest, or whose strongest unit is not fainter than this."""
    strongest = probe.intensities.max(axis=1)
    return probe.select(((strongest == 0) | (strongest >= faintest)).to_numpy())


def halves(sample: Sample) -> tuple[Sample, Sample]:
    """The first half of the people, by name, and the others."""
    first = sample.labels < (sample.labels.max() + 1) // 2
    return subset(sample, first), subset(sample, ~first)


def subset(sample: Sample, cases: np.ndarray) -> Sample:
    """The cases of a mask (S,), of a sample whose frames are cases each."""
    return Sample(sample.responses[cases], np.arange(cases.sum()), sample.units[cases].reset_index(drop=True),
                  sample.labels[cases], sample.is_neutral[cases], sample.people[cases])


def best_by_halves(sample: Sample) -> pd.DataFrame:
    """Of each unit (rows): the AUC of the filter that is best on half of the people, on the others, mean of both ways
    round; and `filter`, the one that the first half chooses."""
    first, second = halves(sample)
    forth, chosen = best_filters(first, second, within=True)
    back, _ = best_filters(second, first, within=True)
    return pd.DataFrame({"AUC": (forth + back) / 2, "filter": chosen})


def units_of_filters(sample: Sample) -> pd.DataFrame:
    """Of each filter (rows) the `unit` that it tells best from rest on half of the people; its `sign`, 1 where the
    filter responds more with the unit and −1 where less; and the `AUC`, in that direction, on the other half.

    Of units that are told equally well, the one that changes the filter most. A filter that tells none has no unit
    (None, 0, NaN).
    """
    first, second = halves(sample)
    known, new = (sample_auc(half, half.labels) for half in (first, second))
    distance = np.nan_to_num(np.abs(known - .5))
    change = from_rest(first).T @ (shows := first.units.fillna(0).to_numpy()) / np.maximum(shows.sum(0), 1)
    equal = distance >= distance.max(1, keepdims=True) - 1e-9
    unit, filters = np.where(equal, np.abs(change), -1).argmax(1), np.arange(len(known))
    sign = np.sign(known[filters, unit] - .5)
    told = distance[filters, unit] > 0
    names = pd.Series(np.where(told, first.units.columns[unit], None), dtype=object)        # or None becomes NaN
    return pd.DataFrame({"unit": names,
                         "sign": np.where(told, sign, 0).astype(int),
                         "AUC": np.where(told, signed(new[filters, unit], sign), np.nan)})


def all_by_halves(sample: Sample) -> pd.Series:
    """The AUC by halves of a logistic regression on all filters, of how far responses are from the person's at rest."""
    first, second = halves(replace(sample, responses=from_rest(sample)))
    return (linear_probe(first, second) + linear_probe(second, first)) / 2


def from_rest(sample: Sample) -> np.ndarray:
    """How far each response is from the mean of the same person's at rest (S, F)."""
    people, who = np.unique(sample.labels, return_inverse=True)
    rest = np.stack([sample.responses[sample.is_neutral & (who == i)].mean(0) for i in range(len(people))])
    return sample.responses - rest[who]
