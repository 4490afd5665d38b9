"""Are stored runs what they say they are? `make verify`

    python -m fer_lib.runs.verify [STORE …]          # by default all of the book's

Each run's files and digest are checked, its weights judged again on faces that are made anew, and what comes out is
compared with its stored numbers.
"""
import argparse
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from ..datasets import FaceDataset
from ..evaluation import evaluate
from ..system.console import command, folder_argument, progress_bar, say
from .arguments import sets
from .grid import load
from .provenance import seen
from .run import Run, folder_name, read_run
from .store import STORED, stored_runs

SAME = .995             # of predictions, at least, where another processor draws the last bit of a face differently
TIES = 10_000           # images of which one may be named otherwise on the same faces: two outputs were nearly equal


@dataclass
class Check:
    """What was found. `wrong`: it is not what it says; `older`: what has changed since it was made; `left`: why
    something was not looked at."""
    run: Run
    wrong: list[str] = field(default_factory=list)
    older: list[str] = field(default_factory=list)
    left: list[str] = field(default_factory=list)


def verify(run: Run, faces: FaceDataset) -> Check:
    """Compare a run with what its weights do now. faces: with the true labels, as `load_dataset` gives them."""
    check, faces = Check(run), run.as_trained(faces)
    if run.folder.name != (own := folder_name(run.config)):
        check.wrong.append(f"its configuration belongs to a folder named {own}")
    check.older = run.changes(faces) + ["its files have no digests: python -m fer_lib.runs.seal"] * (not run.is_sealed)
    check.wrong += wrong_history(run)
    try:
        network = run.network
    except FileNotFoundError:
        check.left.append("kept without its weights")
        return check
    except ValueError as error:
        check.wrong.append(str(error))
        return check
    split = faces.split(run.config["fold"])
    for part in ("train", "validation", "test"):
        if part in run.metrics:
            check.wrong += wrong_numbers(run, part, evaluate(network, faces, getattr(split, part),
                                                             run.recipe.normalisation), faces)
    return check


def wrong_numbers(run: Run, part: str, again: dict, faces: FaceDataset) -> list[str]:
    """Equal where the pixels are, but for ties; elsewhere nearly all predictions are, as far as the confusion matrix
    shows."""
    stored = run.metrics[part]
    moved = int(np.abs(np.subtract(again["confusion"], stored["confusion"])).sum()) / 2
    same = seen(faces) == run.provenance["faces"]
    allowed = stored["images"] // TIES if same else (1 - SAME) * stored["images"]
    wrong = []
    if (again["n"], again["images"]) != (stored["n"], stored["images"]):
        wrong.append(f"{part}: {again['images']} images of {again['n']} cases, stored {stored['images']} of "
                     f"{stored['n']}")
    if moved > allowed:
        wrong.append(f"{part}: {moved:g} predictions of {stored['images']} are others, at most {allowed:g} may be")
    if not np.isclose(again["accuracy"], stored["accuracy"], rtol=0, atol=1e-9 + allowed / stored["images"]):
        wrong.append(f"{part}: accuracy {again['accuracy']:.4f}, stored {stored['accuracy']:.4f}")
    if not np.isclose(again["loss"], stored["loss"], rtol=1e-4 if same else .05):
        wrong.append(f"{part}: loss {again['loss']:.5f}, stored {stored['loss']:.5f}")
    return wrong


def wrong_history(run: Run) -> list[str]:
    """Does the history hold the checkpoint that was kept, and end where the run did?"""
    rows, kept, last = run.history.set_index("step"), run.metrics["step"], run.metrics["steps"]
    if kept not in rows.index or last != rows.index[-1]:
        return [f"history.csv has no checkpoint at step {kept}, or does not end at {last}"]
    row, column, accuracy = rows.loc[kept], f"{run.recipe.selection}_accuracy", run.metrics["test"]["accuracy"]
    wrong = []
    if row[column] < rows[column].max():
        wrong.append(f"history.csv has a checkpoint better on {run.recipe.selection} than the one kept")
    if abs(row["test_accuracy"] - accuracy) > .01:      # the weights may have been rounded to float16 since
        wrong.append(f"history.csv: test accuracy {row['test_accuracy']:.4f}, stored {accuracy:.4f}")
    return wrong


def checks(runs: Iterable[Run], sources: dict[str, str]) -> Iterable[Check]:
    for run in runs:
        name = run.config["dataset"]["name"]
        if name != "synthetic" and name not in sources:
            yield Check(run, left=[f"not compared: {name} needs --root {name}=FOLDER or --data FILE"])
        else:
            try:
                faces = load({"name": name} | run.loaded_with, sources)
            except (TypeError, ValueError, OSError, ImportError) as error:
                yield Check(run, left=[f"not compared: {error}"])
            else:
                yield verify(run, faces)


def book_stores() -> list[Path]:
    """The folders of runs that the book has."""
    return sorted({path.parents[1] for path in STORED.parent.glob("*/*/config.json")})


@command
def main(arguments: list[str] | None = None):
    parser = argparse.ArgumentParser(prog="python -m fer_lib.runs.verify", parents=[sets],
                                     description="Judge stored runs again on faces that are made anew, and compare "
                                                 "with their stored numbers.")
    parser.add_argument("store", type=folder_argument, nargs="*",
                        help="folders of runs, or of one run (default: the book's)")
    given = parser.parse_args(arguments)
    stores = given.store or book_stores() or [STORED]
    runs = [run for store in stores for run in runs_of(store)]
    checked = progress_bar(checks(runs, given.sources), "runs", total=len(runs), unit=" runs")
    found = [print_check(check) for check in checked]
    wrong, older, left = (sum(bool(getattr(check, what)) for check in found) for what in ("wrong", "older", "left"))
    say(f"{len(found)} runs: {len(found) - wrong} as they say they are, {wrong} not; {older} older than the code or "
          f"the faces; {left} not compared, or in part")
    if wrong:
        parser.exit(1)


def runs_of(store: Path) -> list[Run]:
    """All runs of a store, or the one whose folder it is. An error where there is none."""
    if (store / "config.json").exists():
        return [read_run(store)]
    if found := stored_runs(store):
        return found
    raise ValueError(f"there are no runs in {store}" if store.exists() else f"{store} does not exist")


def print_check(check: Check) -> Check:
    findings = [f"WRONG: {finding}" for finding in check.wrong]
    findings += [f"changed since: {finding}" for finding in check.older] + check.left
    say(f"{check.run.folder.parent.name}/{check.run.folder.name}: {'; '.join(findings) or 'the same'}")
    return check


if __name__ == "__main__":
    main()
