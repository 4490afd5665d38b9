"""Which units move which expression in a kind of networks: the effects that count, by the rules (rules.yml,
`interventions`).

    table = tables(Path("book/results/controls"), "effects")    # kind, seed, AU12, happy, points; a row each network
    counted(table)
"""
from collections.abc import Iterable
from pathlib import Path

import pandas as pd
from scipy.stats import false_discovery_control, ttest_1samp

from ..runs.run import Run
from ..runs.store import stored_runs
from .chance import LEVEL
from .comparisons import LEAST
from .measures import read_measures
from .networks import UNTRAINED, kind_of

SMALLEST = 5.                       # points of probability, either way


def tables(store: Path, name: str) -> pd.DataFrame:
    """A table of tables: of each measured network in a group's folder what it keeps under a name, a row for each
    number: kind, seed, run, then the names on the way to the number (`first`, `second`), and `value`. Of the networks
    with first weights only, those of each seed once."""
    rows = [row for run in stored_runs(store) for row in rows_of(run, name)] if store.exists() else []
    table = pd.DataFrame(rows, columns=["kind", "seed", "run", "first", "second", "value"])
    first_run = table.groupby(["kind", "seed"])["run"].transform("first")
    return table[(table["kind"] != UNTRAINED) | (table["run"] == first_run)].reset_index(drop=True)


def rows_of(run: Run, name: str) -> Iterable[tuple]:
    measured = read_measures(run) or {}
    for kind, part in ((kind_of(run), "trained"), (UNTRAINED, "before")):
        for first, found in measured.get(part, {}).get(name, {}).items():
            for second, value in found.items() if isinstance(found, dict) else [("", found)]:
                yield kind, run.config["seed"], run.folder.name, first, second, value


def counted(table: pd.DataFrame) -> pd.DataFrame:
    """Of `tables(…, "effects")` a row for each kind, unit and expression: mean over seeds, n seeds, p by Student's t,
    q, controlled for the false discovery rate within the kind (Benjamini & Hochberg 1995); and whether it counts:
    SMALLEST points or more either way, and q at most LEVEL. With fewer than LEAST seeds nothing does."""
    by_seed = table.groupby(["kind", "first", "second", "seed"], sort=False)["value"].mean()
    rows = []
    for (kind, unit, expression), values in by_seed.groupby(level=[0, 1, 2], sort=False):
        # differences without any spread are as sure as can be, or none at all
        p = ttest_1samp(values, 0).pvalue if len(values) >= LEAST and values.std() else float(not values.any())
        rows.append((kind, unit, expression, values.mean(), len(values), p if len(values) >= LEAST else 1.))
    found = pd.DataFrame(rows, columns=["kind", "unit", "expression", "mean", "n", "p"])
    q = found.groupby("kind")["p"].transform(false_discovery_control) if len(found) else found["p"]
    return found.assign(q=q, counts=(found["mean"].abs() >= SMALLEST) & (q <= LEVEL))
