"""Which units move which expression in a kind of networks: the effects that count, by the rules (rules.yml,
`interventions`).

    parts = read_parts(Path("book/results/controls"))
    counted(tables(parts, "effects"))       # of rows of kind, seed, AU12, happy, points
"""
import math
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import pandas as pd
from scipy.stats import false_discovery_control, ttest_1samp

from ..runs.store import stored_runs
from .chance import LEVEL
from .comparisons import LEAST
from .measures import read_measures
from .networks import UNTRAINED, kind_of
from .rules import stated


class Part(NamedTuple):
    """A network, trained or with its first weights only, and what was measured of it."""
    kind: str
    seed: int
    run: str                        # its folder, or that of the training that begins with these weights
    measured: dict


def read_parts(store: Path) -> list[Part]:
    """Of all measured runs in a group's folder; none where there is no such folder."""
    return [Part(kind, run.config["seed"], run.folder.name, measured[part])
            for run in (stored_runs(store) if store.exists() else ()) if (measured := read_measures(run))
            for kind, part in ((kind_of(run), "trained"), (UNTRAINED, "before"))]


def tables(parts: Sequence[Part], name: str) -> pd.DataFrame:
    """A table of tables: of each network what it keeps under a name, a row for each number: kind, seed, run, then the
    names on the way to the number (`first`, `second`), and `value`. Of the networks with first weights only, those of
    each seed once."""
    table = pd.DataFrame([(*about, first, second, value) for *about, measured in parts
                          for first, found in measured.get(name, {}).items()
                          for second, value in (found.items() if isinstance(found, dict) else [("", found)])],
                         columns=["kind", "seed", "run", "first", "second", "value"])
    first_run = table.groupby(["kind", "seed"])["run"].transform("first")
    return table[(table["kind"] != UNTRAINED) | (table["run"] == first_run)].reset_index(drop=True)


def counted(table: pd.DataFrame) -> pd.DataFrame:
    """Of `tables(…, "effects")` a row for each kind, unit and expression: mean over seeds and its 95 % interval
    (low, high), n seeds, p by Student's t, q, controlled for the false discovery rate within the kind (Benjamini &
    Hochberg 1995); and whether it counts: `smallest_effect` or more either way, and q at most LEVEL. With fewer than
    LEAST seeds nothing does."""
    by_seed = table.groupby(["kind", "first", "second", "seed"], sort=False)["value"].mean()
    rows = []
    for (kind, unit, expression), values in by_seed.groupby(level=[0, 1, 2], sort=False):
        mean, p, (low, high) = values.mean(), 1., (math.nan, math.nan)
        if len(values) >= LEAST and values.std():
            test = ttest_1samp(values, 0)
            p, (low, high) = test.pvalue, test.confidence_interval(1 - LEVEL)
        elif len(values) >= LEAST:      # differences without any spread are as sure as can be, or none at all
            p, (low, high) = float(not values.any()), (mean, mean)
        rows.append((kind, unit, expression, mean, low, high, len(values), p))
    found = pd.DataFrame(rows, columns=["kind", "unit", "expression", "mean", "low", "high", "n", "p"])
    q = found.groupby("kind")["p"].transform(false_discovery_control) if len(found) else found["p"]
    return found.assign(q=q, counts=(found["mean"].abs() >= smallest_effect()) & (q <= LEVEL))


def smallest_effect() -> float:
    """Points of probability, as the rules have it."""
    return float(stated()["smallest"]["probability"])
