"""What the book itself finds, on drawn faces and on FER2013, to stand beside the verdicts of other faces."""
import json
from pathlib import Path

import pandas as pd

from ...analysis.baselines import with_best_of
from ...analysis.networks import networks, table_of
from ...analysis.rules import rules
from ...runs.store import stored_runs
from ..notebooks import RESULTS
from .plan import OF_FOLDS

SIZE = 48                           # pixels of the networks that the book's verdicts rest on


def verdicts_of_book(root: Path = RESULTS) -> dict[str, str]:
    """The verdict of each claim, judged from the book's stored networks, and of earlier methods from what was stored of
    them (`benchmarks/twin.py`): to try them takes minutes."""
    every = networks(root)
    small = every[every["size"] == SIZE]
    by_fold = with_best_of(settled_runs(root), earlier_methods(root))
    return {name: rule.judge(by_fold if name in OF_FOLDS else small).word for name, rule in rules().items()}


def earlier_methods(root: Path) -> dict[str, dict[int, float]]:
    """Accuracy on the twin's test images (0–1), by method and fold."""
    stored = json.loads((root / "twin.json").read_text(encoding="utf-8"))["earlier"]["accuracy"]
    return {name: {int(fold): share for fold, share in by_fold.items()} for name, by_fold in stored.items()}


def settled_runs(root: Path) -> pd.DataFrame:
    """As the chapters do: of claims on folds only runs as released that have settled count."""
    runs = [run for run in stored_runs(root / "runs") if run.as_released and run.pixels == SIZE
            and run.metrics["settled"] and run.config["dataset"]["name"] == "synthetic"]
    return table_of(runs, "runs")
