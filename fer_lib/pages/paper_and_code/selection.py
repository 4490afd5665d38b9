"""What choosing a checkpoint on the test fold gains: either rule, read off the same runs."""
from collections.abc import Sequence
from functools import partial

import pandas as pd
from pandas.io.formats.style import Styler

from ...analysis.networks import kind_of
from ...datasets import FaceDataset
from ...evaluation import chosen
from ...runs.run import Run
from ...training import SELECTIONS
from ..markup import styled
from ..notebooks import glue
from ..numbers import typeset

COLUMNS = "kind", "pixels", "fold", "seed", "checkpoints", "on validation", "on test"


def by_both_rules(runs: Sequence[Run]) -> pd.DataFrame:
    """A row for each run whose history has both accuracies: kind, pixels, fold, seed, checkpoints; test accuracy, per
    cent, of the checkpoint that is best "on validation" and "on test"; and the gain of the latter, in points."""
    rows = [{"kind": kind_of(run), "pixels": run.pixels, "fold": run.config["fold"], "seed": run.config["seed"],
             "checkpoints": len(run.history),
             **{f"on {part}": 100 * chosen(run.history, part)["test_accuracy"] for part in SELECTIONS}}
            for run in runs if run.history[[f"{part}_accuracy" for part in SELECTIONS]].notna().all(axis=None)]
    table = pd.DataFrame(rows, columns=COLUMNS)
    return table.assign(gain=table["on test"] - table["on validation"])


def means_of_rules(choices: pd.DataFrame) -> Styler:
    """Means over runs of the same kind and size."""
    groups = choices.groupby(["kind", "pixels"], sort=False)
    means = groups[["checkpoints", "on validation", "on test", "gain"]].mean().assign(runs=groups.size()).reset_index()
    return styled(means).format(precision=1).format(partial(typeset, form=".1f"), subset=["gain"]).hide(axis="index")


def glue_gain(choices: pd.DataFrame, faces: FaceDataset):
    """The gain on average, of so many runs; nothing where there are none. choices: see `by_both_rules`."""
    gain = choices["gain"]
    if gain.empty:
        return
    glue("paper_and_code_gain", gain.mean(), n=len(gain), display=f"{gain.mean():.1f}",
         source=f"{faces!r}; stored runs, test accuracy of the checkpoint chosen on test minus that on validation")
    glue("paper_and_code_gain_runs", len(gain), source="stored runs of these faces")
