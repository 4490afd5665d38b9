"""What a network's filters tell of units in expressions, where they come in bundles; and whether filters keep the unit
that expressions give them where units come one by one.
"""
from typing import NamedTuple

import numpy as np
import pandas as pd

from ...analysis.probe import subset
from ...analysis.samples import Sample, comparable_in_both, enough, sample_of
from ...analysis.selection import choose_units
from ...analysis.specificity import Specificity
from ...analysis.specificity import one_by_one as keeping
from .asking import Answers
from .by_halves import Halves, beyond_chance
from .drawn import Faces

LEAST = 3                           # sequences with a unit, and without, that either half of the people needs
CHOOSING = 5                        # … and that a filter's unit needs to be chosen
SHUFFLES = 200                      # for that choice


class InExpressions(NamedTuple):
    people: int
    cases: int
    anywhere: pd.DataFrame          # of each unit, see `by_halves.beyond_chance`: frames of all expressions
    within: pd.DataFrame            # frames are compared with others of the same expression only
    keeping: Specificity | None     # None where no filter's unit can be looked at
    responsive: int                 # filters that do not answer the same to all frames


def in_expressions(answers: Answers, of_probe: Answers, faces: Faces, shuffles: int, rng: np.random.Generator, *,
                   progress: bool = True) -> InExpressions:
    """answers: to the images of the twin; of_probe: to those of the probe set, whom nobody of the twin is among."""
    sample = sample_of(faces.twin, answers.responses, np.arange(len(faces.twin)))
    first, second = halves_by_people(sample)
    often = enough(first, LEAST) & enough(second, LEAST)
    anywhere = Halves(*(half.with_units(list(often.index[often])) for half in (first, second)), lambda half: None)
    inside = comparable_in_both(first, second, LEAST, LEAST)
    within = Halves(*(half.with_units(inside) for half in (first, second)), lambda half: half.labels)
    tables = [beyond_chance([part], shuffles, rng, "chance", progress=progress) for part in (anywhere, within)]
    responsive = answers.responses.max(0) > answers.responses.min(0)
    return InExpressions(len(set(sample.people)), len(sample.units), *tables,
                         kept_units(sample, of_probe, faces, responsive, rng), int(responsive.sum()))


def halves_by_people(sample: Sample) -> tuple[Sample, Sample]:
    """Every other person, by name, and those between."""
    _, who = np.unique(sample.people, return_inverse=True)
    return subset(sample, who % 2 == 0), subset(sample, who % 2 == 1)


def kept_units(sample: Sample, of_probe: Answers, faces: Faces, responsive: np.ndarray,
               rng: np.random.Generator) -> Specificity | None:
    """Each filter is given the unit with the largest divergence by its own chance; on the probe set, does it tell that
    one best?"""
    often = enough(sample, CHOOSING)
    names = list(often.index[often])
    unit, sign = choose_units(sample.with_units(names), SHUFFLES, rng)
    shown = sample_of(faces.probe, of_probe.responses, np.arange(len(faces.probe)))
    return keeping(shown, names, unit, sign, responsive, CHOOSING, rng)
