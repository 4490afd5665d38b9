"""Does a filter still answer to its unit where units come one by one?

Expressions bring units in the same bundles again and again. A probe set shows them alone and in pairs, without an
expression. It says something only of people whom the network was not trained on.
"""
from typing import NamedTuple

import numpy as np

from .chance import p_value
from .ranks import sample_auc, signed
from .samples import Sample, enough


class Specificity(NamedTuple):
    """Of K filters whose unit can be looked at."""
    filters: np.ndarray             # (K,) which
    auc: np.ndarray                 # (K,) for their unit, in their direction
    same: float                     # share of them whose unit is the one that they tell best
    guess: float                    # that share if units are dealt to other filters, mean
    p: float
    cases: int                      # what was looked at: cases, people and units
    people: int
    units: list[str]


def other_people(people: np.ndarray | None, trained_on: np.ndarray | None) -> np.ndarray | None:
    """Which images (N,) are of people (N,) str who are not among `trained_on`, and whose name is known.

    None where either is not known: then anybody may have been trained on.
    """
    if people is None or trained_on is None:
        return None
    return (people != "") & ~np.isin(people, trained_on)


def one_by_one(probe: Sample, names: list[str], unit: np.ndarray, sign: np.ndarray, responsive: np.ndarray, least: int,
               rng: np.random.Generator, repeats: int = 1000) -> Specificity | None:
    """Do filters keep the unit that they were given on expressions? None if no filter's unit can be looked at.

    names: of the units, of which unit and sign (F,) are each filter's; responsive (F,) bool: the others are left out.
    least: cases of the probe with a unit, and without, that it needs. Only images of the same person are compared, so
    of people who are not known each must be named apart.
    """
    shows = probe.with_units(names)
    shows = shows.with_units(list(shows.units.columns[enough(shows, least)]))
    if not len(shows.units.columns):
        return None
    auc = sample_auc(shows, shows.people)
    can_be = np.isfinite(auc).all(0)                # somebody both shows the unit and does not
    probed = [name for name, can in zip(shows.units, can_be, strict=True) if can]
    kept = np.flatnonzero(responsive & np.isin(np.array(names)[unit], probed))
    if not len(kept):
        return None
    column, auc = np.array([probed.index(names[u]) for u in unit[kept]]), auc[kept][:, can_be]
    same, guess, p = keeps_unit(auc, column, rng, repeats)
    return Specificity(kept, signed(auc[np.arange(len(kept)), column], sign[kept]), same, guess, p, len(shows.units),
                       len(set(shows.people)), probed)


def keeps_unit(auc: np.ndarray, column: np.ndarray, rng: np.random.Generator,
               repeats: int = 1000) -> tuple[float, float, float]:
    """How many filters (K, A) tell the unit of their column (K,) best; how many would if columns are dealt to other
    filters (mean); and p.

    Of several that are told equally well each has its share. Two chances, since either alone is too kind: the filters'
    units dealt to other filters (some units win often anywhere), and the units' names exchanged (filters that are
    alike win or lose together). p is the larger.
    """
    separation = np.abs(auc - .5)
    wins = (separation >= separation.max(1, keepdims=True) - 1e-12).astype(float)    # .2 equals .8, but for rounding
    wins /= wins.sum(1, keepdims=True)
    each, units = np.arange(len(column)), auc.shape[1]
    same = wins[each, column].mean()
    dealt = np.array([wins[each, rng.permutation(column)].mean() for _ in range(repeats)])
    renamed = np.array([wins[each, np.argsort(rng.permutation(units))[column]].mean() for _ in range(repeats)])
    return float(same), float(dealt.mean()), float(max(p_value(same, null) for null in (dealt, renamed)))
