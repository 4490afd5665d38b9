"""What choosing a checkpoint on the test fold gains: either rule, read off the same runs."""
from collections.abc import Callable, Sequence

import pandas as pd
from pandas.io.formats.style import Styler

from ...analysis.networks import kind_of
from ...datasets import FaceDataset
from ...runs.run import Run
from ..markup import styled
from ..notebooks import glue

COLUMNS = "kind", "pixels", "fold", "seed", "checkpoints", "on validation", "on test"


def by_both_rules(test_accuracy: Callable[[Run], dict[str, float]], runs: Sequence[Run]) -> pd.DataFrame:
    """A row for each run: kind, pixels, fold, seed, checkpoints, and the columns of `test_accuracy`, per cent: of the
    checkpoint that is best "on test" and "on validation", and the gain of the former, in points; empty where no run has
    both."""
    table = pd.DataFrame([{"kind": kind_of(run), "pixels": run.pixels, "fold": run.config["fold"],
                           "seed": run.config["seed"], "checkpoints": len(run.history), **test_accuracy(run)}
                          for run in runs])
    table = table.reindex(columns=COLUMNS)
    return table.assign(gain=table["on test"] - table["on validation"]).dropna(subset="gain")


def means_of_rules(choices: pd.DataFrame) -> Styler:
    """Means over runs of the same kind and size."""
    groups = choices.groupby(["kind", "pixels"], sort=False)
    means = groups[["checkpoints", "on validation", "on test", "gain"]].mean().assign(runs=groups.size()).reset_index()
    return styled(means).format(precision=1).hide(axis="index")


def glue_gain(choices: pd.DataFrame, faces: FaceDataset):
    """The gain on average, of so many runs, and their fewest checkpoints. choices: see `by_both_rules`."""
    gain = choices["gain"]
    glue("paper_and_code_gain", gain.mean(), n=len(gain), display=f"{gain.mean():.1f}",
         source=f"{faces!r}; stored runs, test accuracy of the checkpoint chosen on test minus that on validation")
    glue("paper_and_code_gain_runs", len(gain), source="stored runs of these faces")
