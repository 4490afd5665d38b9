"""Stored runs as a table that rules are applied to: a row for each network, with what was measured of it.

    table = networks(Path("book/results"))
    rules()["units"].judge(table[table["size"] == 48])

A folder of `root` is a group of runs. Beside the trained ones stand those that were not, with the first weights of
each seed.
"""
import math
from collections.abc import Iterable, Iterator
from pathlib import Path

import pandas as pd

from ..datasets import FaceDataset
from ..datasets.relabelled import kind_in_words
from ..runs.run import Run
from ..runs.store import stored_runs
from .measures import read_measures
from .rules import known_before

LEVEL = 1.                          # nat of mean training loss: what "steps to learn" counts to
UNTRAINED = "not trained"
DIFFERENCES = {"rate": "rate of the text", "initialisation": "first weights of the text",
               "normalisation": "full normalisation", "rescale": "no rescale", "decay_biases": "no decay on biases",
               "replacement": "without replacement"}
RELEASED = "as released"
COMPARED = "differences"            # the group of runs that differ from the released recipe in one field each
ABOUT = ("group", "set", "kind", "fold", "seed", "size", "run", "known before", "accuracy", "steps to learn",
         "settled")


def networks(root: Path) -> pd.DataFrame:
    """Of all groups in a folder. ValueError for a damaged run."""
    groups = [folder for folder in sorted(root.iterdir()) if any(folder.glob("*/config.json"))]
    return pd.concat([table_of(()), *(table_of(stored_runs(folder), folder.name) for folder in groups)],
                     ignore_index=True)


def asked_with_drawings(photographs: Path, drawings: Path) -> pd.DataFrame:
    """Of two groups' folders, whatever they are called: networks of photographs, which are in the group `photographs`
    then, and of drawn faces, `controls`. A folder that is not there has none."""
    return pd.concat([table_of(stored_runs(folder), group) for folder, group in
                      ((photographs, "photographs"), (drawings, "controls"))], ignore_index=True)


def with_weights(store: Path, kind: str = "CNN+AD") -> Run | None:
    """The first run of this kind in a group's folder that has its weights: one to look at closely. None if none has."""
    return next((run for run in stored_runs(store) if run.has_weights and kind_of(run) == kind), None)


def of_faces(faces: FaceDataset, store: Path) -> pd.DataFrame:
    """Of the runs in a group's folder that were trained on these faces, whatever labels they were dealt."""
    return table_of((run for run in stored_runs(store) if run.config["dataset"]["name"] == faces.name
                     and run.is_of(run.as_trained(faces))), store.name)


def table_of(runs: Iterable[Run], group: str = "") -> pd.DataFrame:
    """Columns: group, set (as `load_dataset` calls it), kind, fold, seed, size, run (its folder; of untrained ones that
    of the run of their seed of whose first weights most is known), known before (the rules), accuracy (points), steps
    to learn (log), settled (1 or 0), and every number of `measure`."""
    table = pd.DataFrame([row for run in runs for row in rows_of(run, group)])
    table = table.reindex(columns=[*ABOUT, *(name for name in table if name not in ABOUT)])
    fresh = table[table["kind"] == UNTRAINED]
    fresh = fresh.loc[fresh.isna().sum(axis=1).sort_values(kind="stable").index]    # not each run was asked everything
    repeated = fresh.index[fresh.duplicated(["fold", "seed", "size"])]              # those of one seed begin alike
    return table.drop(index=repeated).reset_index(drop=True)


def rows_of(run: Run, group: str) -> Iterator[dict]:
    config, measured = run.config, read_measures(run) or {}
    about = {"group": group, "set": config["dataset"]["name"], "fold": config["fold"], "seed": config["seed"],
             "size": config["dataset"]["parameters"].get("size"), "run": run.folder.name,
             "known before": known_before(run.provenance)}
    steps = steps_until(run.history, LEVEL)
    judged = {"accuracy": 100 * run.metrics["test"]["accuracy"],
              "steps to learn": math.log(steps) if math.isfinite(steps) else math.nan,
              "settled": float(run.metrics["settled"])}
    yield about | {"kind": kind_of(run, group)} | judged | numbers(measured.get("trained", {}))
    if "before" in measured:
        yield about | {"kind": UNTRAINED} | numbers(measured["before"])
    if group != COMPARED and run.as_released and run.recipe.variant == "CNN+AD" and run.labels == "expressions":
        yield about | {"group": COMPARED, "kind": RELEASED} | judged


def steps_until(history: pd.DataFrame, level: float) -> float:
    """Steps at the first evaluation that finds the mean training loss since the one before below a level (nats);
    infinite where none does."""
    below = history["step"][history["loss"] < level]
    return float(below.min()) if len(below) else math.inf


def numbers(measured: dict) -> dict[str, float]:
    single = {name: value for name, value in measured.items() if not isinstance(value, dict)}
    return {name: math.nan if value is None else value for name, value in single.items()}


def kind_of(run: Run, group: str = "") -> str:
    """The name that the rules have for a run: its variant and labels; in the group of differences, what differs."""
    if group == COMPARED:
        return " and ".join(DIFFERENCES.get(name, name) for name in run.unlike_released) or RELEASED
    return kind_in_words(run.recipe.variant, [run.labels])
