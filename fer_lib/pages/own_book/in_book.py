"""What the book itself finds, on drawn faces and on FER2013, to stand beside the verdicts of other faces."""
from pathlib import Path

import pandas as pd

from ...analysis.networks import networks, table_of
from ...analysis.rules import rules
from ...runs.store import stored_runs
from ..notebooks import RESULTS

BY_OTHERS = "earlier",              # it needs the methods that are tried in `recognition`, which takes minutes
OF_FOLDS = "variants", "biases"
SIZE = 48                           # pixels of the networks that the book's verdicts rest on


def verdicts_of_book(root: Path = RESULTS) -> dict[str, str]:
    """The verdict of each claim, judged from the book's stored networks; one that needs more than these is left out."""
    every = networks(root)
    small = every[every["size"] == SIZE]
    found = {name: rule.judge(of_claim(name, small, root)).word for name, rule in rules().items()
             if name not in BY_OTHERS}
    return found


def of_claim(name: str, small: pd.DataFrame, root: Path) -> pd.DataFrame:
    """As the chapters do: of claims on folds only runs as released that have settled count."""
    if name not in OF_FOLDS:
        return small
    runs = [run for run in stored_runs(root / "runs") if run.as_released and run.pixels == SIZE
            and run.metrics["settled"] and run.config["dataset"]["name"] == "synthetic"]
    return table_of(runs, "runs")
