"""What was found as numbers and tables in JSON's types, each with n and its source: all that the page shows is here."""
import math
from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from scipy.stats import t

from ...analysis.chance import LEVEL
from ...analysis.crosstalk import ranks_of_own
from ...analysis.effects import smallest_effect
from ...faces.action_units import ACTION_UNITS
from .answers import ROTATIONS, Found, Options
from .expressions import CHOOSING, LEAST
from .occlusion import PATCH, STEP
from .units_shown import mean_over_people

YOURS, FRESH = "yours", "fresh"
CHOICE = "chosen on half of the people and scored on the others, mean of both ways round"
SHOWN = f"probe set, each unit alone against the same person's rest; filter {CHOICE}"
KEEPING = (f"filters whose unit was chosen on the twin (largest divergence by its own chance, of units that {CHOOSING} "
           "sequences or more show): share that tell this unit best on the probe set, where units come one by one and "
           "in pairs")


class Number(NamedTuple):
    name: str
    value: float
    n: int
    source: str                     # what n counts first
    ends: Mapping[str, float] = MappingProxyType({})    # of the 95 % interval of other people like these: from, to


def numbers_of(found: dict[str, Found], draws: Sequence[pd.DataFrame], paper: pd.DataFrame,
               options: Options) -> dict[str, dict]:
    """found: of YOURS, and of FRESH where it was asked; draws: what `by_person` is of each draw of fresh weights, of
    which the first is FRESH; paper: see `paper_numbers`. {name: {value, n, source, and the interval: from, to}}."""
    every = [number._replace(name=f"{who}.{number.name}") for who, one in found.items() for number in (
        *of_units(one, options), *of_expressions(one, options), *of_effects(one))]
    if draws:
        every += [over_people(f"{FRESH}, all draws.best", sum(draws) / len(draws),
                              f"AUC of the best filter, mean of {len(draws)} draws of fresh weights"),
                  difference(found[YOURS].units.by_person, draws)]
    every += [Number(f"paper, {kind}.{name}", value, row["networks"], f"stored networks of the book, {kind}: mean")
              for kind, row in paper.iterrows() for name, value in row.drop("networks").dropna().items()]
    return {number.name: plain({"value": number.value, "n": int(number.n), "source": number.source, **number.ends})
            for number in every}


def over_people(name: str, by_person: pd.DataFrame, what: str) -> Number:
    mean = mean_over_people(by_person)
    return Number(name, mean.pop("value"), len(by_person), f"people: {what}, mean over units; {SHOWN}", mean)


def difference(yours: pd.DataFrame, draws: Sequence[pd.DataFrame]) -> Number:
    """By how much more the best filters tell than with fresh weights. Its interval is over people, and over draws of
    fresh weights, of which another would be a little better or worse: by Student's t, of one more draw."""
    people = over_people("difference", yours - sum(draws) / len(draws), "AUC of the best filter, less that with fresh "
                         f"weights, mean of {len(draws)} draws")
    if len(draws) < 2 or math.isnan(people.ends["from"]):
        return people
    means = [draw.to_numpy().mean() for draw in draws]
    other_draw = t.ppf(.975, len(draws) - 1) * np.std(means, ddof=1) * math.sqrt(1 + 1 / len(draws))
    low, high = (people.value + side * math.hypot(people.value - people.ends[end], other_draw)
                 for side, end in ((-1, "from"), (1, "to")))
    return people._replace(ends={"from": low, "to": high}, source=f"{people.source}; interval over people and draws")


def beyond_chance(name: str, table: pd.DataFrame, source: str, within: str, options: Options) -> Number:
    return Number(name, (table["p"] <= LEVEL).sum(), len(table), f"{source}; family-wise p at most {LEVEL:g} over "
                  f"{len(table)} units, {options.shuffles:,} shuffles within {within}")


def of_units(found: Found, options: Options) -> Iterator[Number]:
    table, told, rotated = found.units.table, found.units.crosstalk, found.units.rotated
    yield Number("filters", found.filters, found.filters, "filters of what is asked")
    yield Number("silent", found.silent, found.filters, "filters that answer the same to every face of the probe set")
    yield beyond_chance("beyond", table, f"units: {SHOWN}", "people", options)
    yield over_people("best", found.units.by_person, "AUC of the best filter")
    yield Number("rotated", np.mean(rotated), ROTATIONS, "rotations: mean AUC over units of the best of as many random "
                 f"mixtures of the filters; {SHOWN}")
    yield Number("rotated_most", np.max(rotated), ROTATIONS, "rotations: the largest of these")
    yield Number("all", table["all"].mean(), len(found.units.by_person), "people: mean AUC over units of a logistic "
                 "regression on all filters, of how far responses are from the person's at rest, fitted to half of the "
                 "people and scored on the others, mean of both ways round")
    yield Number("own_first", (ranks_of_own(told) == 1).sum(), len(told),
                 f"units whose best filter tells no other unit better, in either direction; {SHOWN}")
    others = told.to_numpy()[~np.eye(len(told), dtype=bool)]
    yield Number("others", np.nanmean(others), len(others),
                 "pairs of units: mean AUC of a unit's best filter for another unit, in the direction of its own; "
                 f"{SHOWN}")


def of_expressions(found: Found, options: Options) -> Iterator[Number]:
    inside = found.expressions
    for name, table, within in (("anywhere", inside.anywhere, "halves of the people"),
                                ("within", inside.within, "expressions")):
        source = (f"units that {LEAST} sequences or more of either half of {inside.people} people show, and as many do "
                  f"not{' in one expression' * (name == 'within')}; twin, last frame of {inside.cases} sequences, "
                  f"compared {'within expressions' if name == 'within' else 'all with all'}; filter {CHOICE}")
        yield beyond_chance(f"{name}_beyond", table, source, within, options)
        yield Number(name, table["AUC"].mean(), len(table), f"{source}; mean AUC")
    if kept := inside.keeping:
        yield Number("kept", kept.same, len(kept.filters), KEEPING)
        yield Number("kept_by_chance", kept.guess, len(kept.filters), f"{KEEPING}; units dealt to other filters")
        yield Number("kept_p", kept.p, len(kept.filters), f"{KEEPING}; p, the larger of two permutation tests")


def of_effects(found: Found) -> Iterator[Number]:
    if found.effects is not None:
        people = len(found.units.by_person)
        yield Number("criteria", found.criteria, people, "people: points of probability that expressions gain by the "
                     "units of CK+'s criteria, more than by other units, added to a resting face at full intensity")
        yield Number("effects", found.effects["counts"].sum(), len(found.effects),
                     f"pairs of a unit and an expression that count: {smallest_effect():g} points or more, false "
                     f"discovery rate {LEVEL:g} over all pairs, Student's t over {people} people")


def tables_of(found: dict[str, Found], draws: Sequence[pd.DataFrame], paper: pd.DataFrame) -> dict[str, dict]:
    """{name: {n, source, rows}}. draws: see `numbers_of`; paper: see `paper_units`."""
    people = len(found[YOURS].units.by_person)
    units = pd.DataFrame(index=found[YOURS].units.table.index)
    units.insert(0, "name", [ACTION_UNITS[unit].name for unit in units.index])
    expressions = []
    for who, one in found.items():
        units = units.join(one.units.table.add_prefix(f"{who}."))
        if who == FRESH:
            units[f"{FRESH}.draws"] = np.stack([draw.mean() for draw in draws], axis=1).tolist()
        expressions += [own.add_prefix(f"{who}.{name}.") for name, own in (
            ("anywhere", one.expressions.anywhere), ("within", one.expressions.within))]
    yours = found[YOURS]
    tables = {
        "units": (people, f"people: {SHOWN}; line: what an AUC has to exceed for a family-wise p of {LEVEL:g}; all: of "
                  "all filters together; draws: AUC with each draw of fresh weights, of which the first is fresh; "
                  "paper: mean of stored networks",
                  rows(units.join(paper.add_prefix("paper, ").add_suffix(".AUC")))),
        "expressions": (yours.expressions.cases, "sequences of the twin, last frame, compared within all frames "
                        f"(anywhere) and within expressions (within); filter {CHOICE}",
                        rows(pd.concat(expressions, axis=1).reindex([unit for unit in units.index if any(
                            unit in own.index for own in expressions)]))),
        "crosstalk": (people, f"people: AUC for each unit (columns) of the best filter of each (rows); {SHOWN}",
                      rows(yours.units.crosstalk)),
        "places": (PATCH, f"pixels of a side of the patch, of 96, moved by {STEP}: share that each of its places "
                   "takes of the difference between the responses of the unit's filter with the unit and at rest; "
                   "gain: share of the pixels that the unit moves, by their share of the face",
                   [{"unit": place.unit, "filter": place.filter, "people": place.people, "gain": plain(place.gain),
                     "lost": plain(place.lost.tolist())} for place in yours.places])}
    for who, one in found.items():
        if one.effects is not None:
            tables[f"effects, {who}"] = (people, "people: points of probability that an expression gains when a unit "
                                         "is added at full intensity to the same person's resting face",
                                         rows(one.effects.set_index("unit")))
    return {name: {"n": n, "source": source, "rows": own} for name, (n, source, own) in tables.items()}


def rows(table: pd.DataFrame) -> list[dict]:
    return [plain({"unit": unit} | row) for unit, row in zip(table.index, table.to_dict("records"), strict=True)]


def plain(value: Any) -> Any:
    """In JSON's types; NaN and infinity are null."""
    if isinstance(value, dict):
        return {name: plain(one) for name, one in value.items()}
    if isinstance(value, list):
        return [plain(one) for one in value]
    value = value.item() if hasattr(value, "item") else value
    return None if isinstance(value, float) and not math.isfinite(value) else value
