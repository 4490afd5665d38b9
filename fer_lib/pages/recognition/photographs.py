"""This page's tables, kept in a file, and those that were kept of sets that may not be passed on."""
import json
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path

import pandas as pd
from IPython.display import Markdown, display

from ...datasets import FaceDataset
from ...runs.provenance import with_version
from ...runs.run import Run
from ...training import TRAINING_VERSION
from ..markup import escaped, styled
from .tables import shown


def keep_tables(path: str | None, runs: Sequence[Run], rows: list[dict], faces: FaceDataset, recipe: str,
                changes: dict):
    """Write rows of accuracies, and everything of their runs but the weights; to no path, nothing. recipe: its name,
    and `changes` in it; folds and seeds are those of the runs."""
    if path is None:
        return
    made, first = runs[0].provenance, runs[0].recipe
    folds, seeds = (list(dict.fromkeys(run.config[name] for run in runs)) for name in ("fold", "seed"))
    how = (f"recipe {recipe}, {first.steps:,} steps at {runs[0].pixels} pixels, folds {folds}, seeds {seeds}, "
           f"{len(faces.split(folds[0]).train):,} training images"
           + "".join(f", {name} {value}" for name, value in changes.items()))
    where = (f"{made['date']}, {made['processor']}, {made['precision']}, torch {made['torch']}, "
             + "".join(f"{name} {version(name)}, " for name in ("scikit-learn", "scikit-image"))
             + f"{sum(run.provenance['seconds'] for run in runs):,.0f} s of training")
    kept = {"faces": repr(faces), "recipe": how, "made": where, "rows": rows,
            "runs": [{"config": run.config, "metrics": run.metrics, "provenance": run.provenance,
                      "history": run.history.astype(object).where(run.history.notna(), None).to_dict("list")}
                     for run in runs]}
    Path(path).parent.mkdir(parents=True, exist_ok=True)
    Path(path).write_text(json.dumps(kept, indent=1) + "\n", encoding="utf-8")


def show_kept(folder: Path):
    """Every file of `keep_tables` in a folder: what made it, its table, and whether an order can be read from it."""
    paths = sorted(folder.glob("*.json"))
    for path in paths:
        kept = json.loads(path.read_text(encoding="utf-8"))
        same = with_version(kept["runs"][0]["provenance"])["training_version"] == TRAINING_VERSION
        print(f"stored: {kept['faces']}\n{kept['recipe']}\n{kept['made']}",
              "\nThe training is the same as then." if same else "\nThe training has CHANGED since: run it again.")
        display(styled(pd.DataFrame([{
            "": row["model"], "accuracy": shown(row), "test images": f"{row['images']:,}",
            "settled": {True: "yes", False: "no"}.get(row.get("settled"), "")}
            for row in kept["rows"]])).hide(axis="index"), Markdown(order_from(kept["rows"])))
    if not paths:
        print("none yet")


def order_from(rows: list[dict]) -> str:
    """Can an order of the variants be read from rows of accuracies?"""
    unsettled = [row["model"] for row in rows if row.get("settled") is False]
    if not unsettled:
        return "Every network had settled."
    return (f"**No order of the variants** can be read from it: {escaped(', '.join(unsettled))} had not settled, and "
            "of each there is one run.")
