"""Pictures in which one thing is changed: a unit added to a resting face, one taken from an expression, a morph.

    people, frames = draw_changes()
    plan()[0]                       # Change(what='at rest', …): what the first frame of each person shows

All pictures of a person are taken at the same moment, with the same light, camera and noise, so that two of them differ
in what was changed and in nothing else. People are those of the probe set.
"""
import itertools
from dataclasses import dataclass

import numpy as np

from .action_units import ACTION_UNITS
from .population import Subject
from .sampling import COUNTS, FREQUENCY, Frame, draw_probe_people, draw_session, moment

PEOPLE = 6                          # the first so many of the probe set
USUAL = .5                          # share of CK+'s sequences of an expression from which on a unit is of its apex
STEPS = 6                           # of a morph, both ends included one more
AT_REST, APEX, WITH, WITHOUT, MORPH = "at rest", "apex", "with", "without", "morph"


@dataclass(frozen=True)
class Change:
    """What a picture shows. `one_side`: on the subject's left only; of `without`, only the left is taken away."""
    what: str                       # one of the words above
    unit: str = ""                  # that is added or taken away
    expression: str = ""            # apex, without: which; morph: from which ("neutral": from rest)
    towards: str = ""               # of a morph
    step: int = 0                   # of a morph, 1 to STEPS - 1; its ends are `at rest` and `apex`
    one_side: bool = False

    @property
    def name(self) -> str:
        """With AU12L, happy, happy without AU12, fear to happy 3/6."""
        unit = self.unit + "L" * self.one_side
        return {AT_REST: AT_REST, APEX: self.expression, WITH: f"with {unit}",
                WITHOUT: f"{self.expression} without {unit}",
                MORPH: f"{self.expression} to {self.towards} {self.step}/{STEPS}"}[self.what]

    @property
    def action_units(self) -> dict[str, float]:
        """Intensities 0–1, with L or R where one side only."""
        if self.what == WITH:
            return {self.unit + "L" * self.one_side: 1.}
        shown = apex(self.expression)
        if self.what == WITHOUT:
            return {unit: level for unit, level in shown.items() if unit != self.unit} | (
                {self.unit + "R": shown[self.unit]} if self.one_side else {})
        if self.what == MORPH:
            share, other = self.step / STEPS, apex(self.towards)
            return {unit: (1 - share) * shown.get(unit, 0.) + share * other.get(unit, 0.)
                    for unit in shown.keys() | other.keys()}
        return shown


def apex(expression: str) -> dict[str, float]:
    """The units that CK+ codes in half of an expression's sequences or more, at full intensity; none at rest."""
    return {unit: 1. for unit, share in FREQUENCY.get(expression, {}).items() if share >= USUAL}


def plan() -> list[Change]:
    """What the pictures of one person show, in their order."""
    sided = [unit for unit, about in ACTION_UNITS.items() if about.sided]
    taken = [(expression, unit) for expression in COUNTS for unit in apex(expression)]
    return [Change(AT_REST), *(Change(APEX, expression=expression) for expression in COUNTS),
            *(Change(WITH, unit) for unit in ACTION_UNITS), *(Change(WITH, unit, one_side=True) for unit in sided),
            *(Change(WITHOUT, unit, expression) for expression, unit in taken),
            *(Change(WITHOUT, unit, expression, one_side=True) for expression, unit in taken if unit in sided),
            *(Change(MORPH, expression=start, towards=end, step=step)
              for start, end in itertools.combinations(["neutral", *COUNTS], 2) for step in range(1, STEPS))]


def draw_changes(subjects: int = PEOPLE, seed: int = 0) -> tuple[list[Subject], list[Frame]]:
    """The plan for each of the first people of the probe set; every frame is a sequence of its own, named by what it
    shows. ValueError for fewer than one."""
    people, frames = draw_probe_people(subjects, seed), []
    for who, person in enumerate(people):
        taken = sitting(who, seed)
        frames += [Frame(who, f"{person.name} {change.name}", "", change.action_units, **taken) for change in plan()]
    return people, frames


def sitting(who: int, seed: int = 0) -> dict:
    """Camera, light, gaze and noise of all pictures of a person: what a `Frame` has besides what it shows."""
    rng = np.random.default_rng([seed, 6, who])
    return moment(draw_session(rng), rng)
