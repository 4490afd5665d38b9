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
    settled = settled_runs(root)
    return {name: rule.judge(settled if name in OF_FOLDS else small).word for name, rule in rules().items()
            if name not in BY_OTHERS}


def settled_runs(root: Path) -> pd.DataFrame:
    """As the chapters do: of claims on folds only runs as released that have settled count."""
    runs = [run for run in stored_runs(root / "runs") if run.as_released and run.pixels == SIZE
            and run.metrics["settled"] and run.config["dataset"]["name"] == "synthetic"]
    return table_of(runs, "runs")
