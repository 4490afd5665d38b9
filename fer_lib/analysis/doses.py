"""More of an action unit, more response? Filters and classes against intensity, on the probe set's people.

    doses = by_dose(probe, responses(network, probe.images).strongest)      # (units, people, levels, filters)
    follow(doses)                                                           # how many filters follow one unit alone
"""
import numpy as np
import pandas as pd

from ..datasets import FaceDataset
from .probe import alone_or_at_rest


def levels(probe: FaceDataset) -> np.ndarray:
    """Intensities at which units are shown alone, from 0, at rest, upwards; to three digits."""
    kept, _ = alone_or_at_rest(probe, 0.)
    return np.unique(probe.intensities.iloc[kept].to_numpy(float).round(3))


def by_dose(probe: FaceDataset, values: np.ndarray) -> np.ndarray:
    """Values of each image (N, F) → (units, people, levels, F), units in the order of `probe.intensities`; the first
    level is the mean of a person's resting faces. ValueError for a set that does not show every unit alone, of
    everybody, at every level."""
    kept, at_rest = alone_or_at_rest(probe, 0.)
    shown = probe.intensities.iloc[kept].astype(float).round(3)
    unit = np.where(at_rest, "", shown.idxmax(axis=1))
    table = pd.DataFrame(values[kept]).groupby([unit, probe.subjects[kept], shown.max(axis=1).to_numpy()]).mean()
    people, units, above = sorted(set(probe.subjects)), list(probe.intensities), levels(probe)[1:]
    rest = pd.MultiIndex.from_product([[""], people, [0.]])
    each = pd.MultiIndex.from_product([units, people, above])
    if len(missing := each.append(rest).difference(table.index)):
        raise ValueError(f"{probe.name} does not show {' '.join(map(str, missing[0]))}: it is no whole probe set")
    rising = table.loc[each].to_numpy().reshape(len(units), len(people), len(above), -1)
    still = np.broadcast_to(table.loc[rest].to_numpy()[None, :, None], (*rising.shape[:2], 1, rising.shape[-1]))
    return np.concatenate([still, rising], axis=2)


def rises(doses: np.ndarray) -> np.ndarray:
    """(units, people, levels, F) → (units, F) bool: does the mean over people rise with every step?"""
    return (np.diff(doses.mean(1), axis=1) > 0).all(1)


def follow(doses: np.ndarray) -> dict[str, float]:
    """Shares of the filters that respond at all: `its unit`, they rise with the unit that they follow most; `its unit
    only`, and with no other.

    The unit is chosen on half of the people, by how much a filter's response grows from rest to full intensity, in
    standard deviations over these people; whether it rises is asked of the others; mean of both ways round.
    """
    halves = np.array_split(np.arange(doses.shape[1]), 2)
    found = [of_half(doses[:, chosen_on], doses[:, asked]) for chosen_on, asked in (halves, halves[::-1])]
    return {name: float(np.mean([one[name] for one in found])) for name in found[0]}


def of_half(chosen_on: np.ndarray, asked: np.ndarray) -> dict[str, float]:
    responsive = np.flatnonzero(chosen_on.max((0, 1, 2)) > 0)
    if not len(responsive):
        return {"its unit": np.nan, "its unit only": np.nan}
    growth = (chosen_on[:, :, -1] - chosen_on[:, :, 0])[..., responsive]                # (units, people, F)
    unit = (growth.mean(1) / (growth.std(1) + 1e-6)).argmax(0)
    rising = rises(asked)[:, responsive]
    own = rising[unit, np.arange(len(responsive))]
    return {"its unit": own.mean(), "its unit only": (own & (rising.sum(0) == 1)).mean()}
