"""Accuracies of networks and of methods before them, beside each other and beside the paper's."""
from collections.abc import Callable, Iterable, Sequence
from functools import partial

import pandas as pd
from pandas.io.formats.style import Styler

from ...analysis.baselines import Method, Tuned
from ...datasets import FaceDataset
from ...runs.run import Run
from ..markup import styled
from ..numbers import as_often, how_many, span, typeset
from ..printed import as_printed, of_variant

ORIGINAL = {"tfd": "TFD", "fer2013": None}          # what the paper used; of others, the twin among them, CK+


def made_with(runs: Sequence[Run], recipe: str) -> str:
    """Lines to print: how many networks of what, made when and on what, by the recipe of this name."""
    made, first = runs[0].provenance, runs[0].recipe
    return (f"{how_many(len(runs), 'network')} for {runs[0].pixels}×{runs[0].pixels} pixels, "
            f"{runs[0].metrics['steps']:,} steps of {first.batch} images each, "
            f"{made['date']} on {made['processor']}, {made['precision']}, "
            f"{sum(run.provenance['seconds'] for run in runs):,.0f} s in all\n"
            f"recipe {recipe}: rate {first.rate:g}, momentum {first.momentum:g}, weight decay {first.decay:g}, first "
            f"weights by the {first.initialisation} rule, normalisation {first.normalisation}, checkpoint chosen on "
            f"{first.selection}")


def constants(tried: dict[str, dict[int, Tuned]], methods: dict[str, Method]) -> pd.DataFrame:
    """Which constant was chosen on each fold (columns), of those that were tried."""
    return pd.DataFrame([{"method": name, "constants C": ", ".join(map(str, methods[name].constants))}
                         | {f"fold {fold}": str(found.constant) for fold, found in by_fold.items()}
                         for name, by_fold in tried.items() if len(methods[name].constants) > 1])


def accuracies(columns: dict[str, list[dict]], tried: Iterable[str], printed: pd.DataFrame,
               faces: FaceDataset) -> Styler:
    """A line for each network and, below them, each method that was tried; a column for each group of rows of
    `analysis.accuracies`, and one for what the paper prints of these networks on the set, if it does."""
    methods, found = set(tried), list(dict.fromkeys(row["model"] for rows in columns.values() for row in rows))
    models = sorted(found, key=lambda name: name in methods)
    cells = {where: {row["model"]: shown(row) for row in reversed(rows)} for where, rows in columns.items()}
    table = pd.DataFrame({where: {name: own.get(name, "") for name in models} for where, own in cells.items()})
    original, classes = ORIGINAL.get(faces.name, "CK+"), len(faces.classes)
    of_set = printed[(printed["dataset"] == original) & (printed["classes"] == classes)]
    if any(by_paper := [of_variant(of_set, name) for name in models]):
        table[f"paper, {original}, {classes} classes"] = by_paper
    return styled(table)


def shown(row: dict) -> str:
    """Per cent: 84.2 ± 1.5 [80, 88]"""
    spread = "" if row["sd"] is None else f" ± {100 * row['sd']:.1f}"
    return f"{100 * row['accuracy']:.1f}{spread} [{100 * row['interval'][0]:.0f}, {100 * row['interval'][1]:.0f}]"


def biases(columns: dict[str, list[dict]], level: float) -> Styler:
    """The network with biases and without: their parameters, accuracy, and steps until the loss is below a level."""
    rows = [(where, row) for where, rows in columns.items() for row in rows
            if row["model"] in ("CNN", "CNN with biases")]
    return styled(pd.DataFrame([{
        "run": where, "": row["model"], "parameters": f"{row['parameters']:,}", "accuracy": shown(row),
        f"steps until the loss is below {level:g}":
            as_often("not reached" if step is None else f"{step:,}" for step in row["steps_to_level"])}
        for where, row in rows])).hide(axis="index")


def stored_as(stored_at: dict[int, list[Run]], faces_at: Callable[[int], FaceDataset]) -> pd.DataFrame:
    """Folds, first weights, steps, dates and machine of the stored runs of each size and variant, and how many would no
    longer come out as they did."""
    rows = []
    for pixels, runs in stored_at.items():
        for name in dict.fromkeys(run.recipe.variant for run in runs):
            own = [run for run in runs if run.recipe.variant == name]
            changed = sum(bool(run.changes(faces_at(pixels))) for run in own)
            rows.append({"network": name, "pixels": pixels, "folds": span(sorted({run.config["fold"] for run in own})),
                         "k": ", ".join(dict.fromkeys(format(run.metrics["k"], ".2f") for run in own)),
                         "steps": ", ".join(format(run.metrics["steps"], ",") for run in own),
                         "made": ", ".join(sorted({run.provenance["date"] for run in own})),
                         "on": own[0].provenance["device"],
                         "minutes": round(sum(run.provenance["seconds"] for run in own) / 60),
                         "CHANGED since": changed})
    return pd.DataFrame(rows)


def by_cases(compared: pd.DataFrame) -> Styler | None:
    """How far networks are ahead by cases, a row for each, see `bootstrap.against`; None of none. Without people, where
    each case counts as one."""
    if compared.empty:
        return None
    if (compared["people"] == compared["cases"]).all():
        compared = compared.drop(columns="people")
    return styled(compared).format(partial(typeset, form=".1f"), subset=["points", "from", "to"]).hide(axis="index")


def earlier_methods(earlier: pd.DataFrame, printed: pd.DataFrame) -> Styler:
    """What was printed of methods before the paper, beside what the paper prints; see `printed.as_printed`."""
    return styled(as_printed(earlier, printed)).hide(axis="index")


def live_and_stored(live: pd.DataFrame, stored: pd.DataFrame) -> pd.DataFrame:
    """One below the other, with a column that says which; an empty table is left out."""
    tables = [table.assign(run=name)[["run", *table]] for name, table in (("live", live), ("stored", stored))
              if len(table)]
    return pd.concat(tables, ignore_index=True) if tables else pd.DataFrame()
