"""All that one network is asked, on the faces that every network is asked about.

    found = asked_all(network, asked_faces(), Options())
"""
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import pandas as pd

from ...analysis.chance import LEVEL, can_reach
from ...analysis.probe import FAINTEST, against_rest, alone_or_at_rest
from ...runs.store import on_threads
from .asking import Answers, Network, ask
from .by_halves import aucs_of_halves, one_by_one
from .drawn import Faces
from .effects import as_expressions, effects
from .expressions import InExpressions, in_expressions
from .occlusion import Place, chosen_units, occlusion
from .units_shown import UnitsShown, by_person, units_shown

ROTATIONS = 5                       # as many as networks of the book were asked with
DRAWS = 3                           # of fresh weights, where they can be drawn: one alone may be lucky


@dataclass(frozen=True)
class Options:
    """shuffles: of each permutation null; seed: of all that is drawn by chance. ValueError for too few shuffles."""
    shuffles: int = 1000
    seed: int = 0
    progress: bool = True

    def __post_init__(self):
        if not can_reach(self.shuffles):
            raise ValueError(f"shuffles must be {round(1 / LEVEL) - 1} or more, not {self.shuffles}: of fewer no p can "
                             f"be {LEVEL:g}")
        if self.seed < 0:
            raise ValueError(f"seed must be 0 or more, not {self.seed}")


class Found(NamedTuple):
    """Of one network."""
    filters: int
    silent: int                     # of these, which answer the same to every face
    units: UnitsShown
    expressions: InExpressions
    effects: pd.DataFrame | None    # None of a network that names no expressions; see `effects.effects`
    criteria: float                 # NaN then
    places: list[Place]
    images: int                     # that it was shown
    taken_as: str                   # what it puts out for the classes; see `asking.Answers`


def asked_all(network: Network, faces: Faces, options: Options, what: str = "your network", *,
              where: bool = True) -> Found:
    """what: the network is called so while it is asked; where: ask also where on the face. ValueError where the network
    answers what cannot be looked at."""
    as_expressions(network.classes)                 # says at once if they are none
    of_probe = ask(network, faces.probe.images, what, rotations=ROTATIONS, progress=options.progress)
    of_twin = ask(network, faces.twin.images, f"{what}, expressions", progress=options.progress)
    with on_threads(1):             # many small products, for which threads would wait for each other
        units, inside = statistics(of_probe, of_twin, faces, options)
    named, criteria = (None, float("nan")) if of_probe.points is None else effects(
        of_probe.points, network.classes, faces.probe)
    places = occlusion(network, faces.probe, filters_of(units), progress=options.progress) if where else []
    silent = int((of_probe.responses == of_probe.responses[0]).all(0).sum())
    return Found(of_probe.responses.shape[1], silent, units, inside, named, criteria, places,
                 len(faces.probe) + len(faces.twin), of_probe.taken_as)


def statistics(of_probe: Answers, of_twin: Answers, faces: Faces, options: Options) -> tuple[UnitsShown, InExpressions]:
    rng = [np.random.default_rng([options.seed, part]) for part in range(2)]
    return (units_shown(of_probe, faces.probe, options.shuffles, rng[0], progress=options.progress),
            in_expressions(of_twin, of_probe, faces, options.shuffles, rng[1], progress=options.progress))


def asked_again(network: Network, faces: Faces, options: Options, what: str) -> pd.DataFrame:
    """Of one more draw of fresh weights only `units_shown.by_person` (people, units)."""
    shown = faces.probe.select(alone_or_at_rest(faces.probe, FAINTEST)[0])
    sample = against_rest(shown, ask(network, shown.images, what, progress=options.progress).responses)
    return by_person(sample, *aucs_of_halves(one_by_one(sample)))


def filters_of(units: UnitsShown) -> dict[str, tuple[int, float]]:
    """The units whose place is asked for, and the filter of each, with its direction."""
    place = {unit: i for i, unit in enumerate(units.table.index)}
    return {unit: (int(units.table.at[unit, "filter"]), float(units.sign[place[unit]]))
            for unit in chosen_units(units.table)}
