"""What each difference between text and code costs or gains: a dot for each fold, and the interval of their mean."""
from typing import NamedTuple

import matplotlib.pyplot as plt
import pandas as pd
from matplotlib.figure import Figure

from ...analysis.comparisons import Effect, by_fold, student
from ...analysis.networks import COMPARED
from ...analysis.rules import Verdict
from ..charts import INK
from ..claims import with_interval
from ..figures import name_marks
from ..notebooks import glue
from ..numbers import typeset

PAIRED = "the run as released of the same fold"
WIDTH = 8.                          # inches, of a figure as wide as the text
SELECTION = "checkpoint chosen on the test fold"


class Cost(NamedTuple):
    """Points of accuracy by which a training in which one thing differs is ahead of the one as released."""
    folds: pd.Series                # by fold; empty where none was trained
    effect: Effect | None           # their mean; None of too few folds
    word: str                       # what it comes to by the rules, or why that is not known


def costs(verdict: Verdict, networks: pd.DataFrame, choices: pd.DataFrame) -> dict[str, Cost]:
    """Of each comparison of the verdict, in its order; and of the checkpoint that is chosen on the test fold, of the
    same networks as released. That cannot lose, and no rule is about it: its word says so.

    networks: the table that was judged; choices: see `selection.by_both_rules`.
    """
    own = networks[networks["group"] == COMPARED]
    found = {}
    for name, finding in verdict.findings.items():
        comparison = finding.comparison
        folds = by_fold(own, comparison.of, comparison.ours, comparison.theirs)
        found[name] = Cost(folds, finding.effect, finding.word or ("too few folds yet" if len(folds) else
                                                                   "not trained yet"))
    gain = choices.groupby("fold")["gain"].mean()
    effect = student(gain, verdict.rule.test_to_train)
    return found | {SELECTION: Cost(gain, effect, "can only gain" if effect else "too few folds yet")}


def cost_chart(found: dict[str, Cost], smallest: float) -> Figure:
    """A row for each difference. The band: where a mean does not matter, ± smallest points."""
    figure, axes = plt.subplots(figsize=(WIDTH, 1.3 + .42 * len(found)), layout="constrained")
    axes.axvspan(-smallest, smallest, color="#8883", lw=0)
    axes.axvline(0, color="#888", lw=.8)
    for y, (name, cost) in enumerate(found.items()):
        marks = axes.scatter(cost.folds, [y + .2] * len(cost.folds), color=INK["CNN+AD"], s=16, alpha=.5, linewidths=0)
        name_marks(marks, [f"{name} · fold {fold} · {typeset(points, '+.1f')} points against {PAIRED}"
                           for fold, points in cost.folds.items()])
        if cost.effect:
            axes.plot([cost.effect.low, cost.effect.high], [y, y], color="black", lw=1.6)
            axes.plot(cost.effect.difference, y, "|", color="black", markersize=11, markeredgewidth=2.2)
        axes.annotate(cost.word, (1, y), xytext=(6, 0), xycoords=("axes fraction", "data"),
                      textcoords="offset points", va="center", fontsize=9)
    axes.axhline(len(found) - 1.5, color="#888", lw=.6, ls=":")         # what no rule is about, below it
    axes.set(xlabel="points of accuracy, against the same training as released", yticks=range(len(found)),
             yticklabels=list(found), ylim=(len(found) - .4, -.6))
    axes.grid(axis="y", visible=False)
    return figure


def glue_costs(found: dict[str, Cost]):
    """The gain by choosing on the test fold over folds, which no verdict has; the others come with the verdict."""
    if effect := found[SELECTION].effect:
        glue("paper_and_code_selection", effect.difference, n=effect.n, display=with_interval(*effect[:3]),
             source="CNN+AD as released, 48 pixels: test accuracy of the checkpoint chosen on test minus that on "
                    "validation, mean over folds, points")
