"""What each difference between text and code costs or gains: a dot for each fold, and the interval of their mean."""
import math
from typing import NamedTuple

import matplotlib.pyplot as plt
import pandas as pd
from matplotlib.colors import to_rgba
from matplotlib.figure import Figure

from ...analysis.comparisons import Effect, by_fold, student
from ...analysis.networks import COMPARED, DIFFERENCES, LEVEL
from ...analysis.rules import Verdict
from ..charts import INK
from ..claims import with_interval
from ..figures import name_marks
from ..notebooks import glue
from ..numbers import typeset

PAIRED = "the run as released of the same fold"
WIDTH = 8.                          # inches, of a figure as wide as the text
SELECTION = "checkpoint chosen on the test fold"
FIRST_WEIGHTS = DIFFERENCES["initialisation"]


class Cost(NamedTuple):
    """Points of accuracy by which a training in which one thing differs is ahead of the one as released."""
    folds: pd.Series                # by fold; empty where none was trained
    effect: Effect | None           # their mean; None of too few folds
    word: str                       # what it comes to by the rules, or why that is not known
    slower: float | None = None     # as many times the steps until the loss is below LEVEL: geometric mean over folds
    unsettled: tuple[int, ...] = ()  # folds of it whose loss had not levelled out when training ended


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
        longer = by_fold(own, "steps to learn", comparison.ours, comparison.theirs)
        unsettled = own.loc[own["kind"].isin(comparison.ours) & (own["settled"] == 0), "fold"].unique()
        found[name] = Cost(folds, finding.effect,
                           finding.word or ("too few folds yet" if len(folds) else "not trained"),
                           math.exp(longer.mean()) if len(longer) else None, tuple(unsettled))
    gain = choices.groupby("fold")["gain"].mean()
    effect = student(gain, verdict.rule.test_to_train)
    return found | {SELECTION: Cost(gain, effect, "can only gain" if effect else "too few folds yet")}


def cost_chart(found: dict[str, Cost], smallest: float) -> Figure:
    """A row for each difference; hollow dots: folds that had not settled. The band: where a mean does not matter,
    ± smallest points."""
    figure, axes = plt.subplots(figsize=(WIDTH, 1.3 + .42 * len(found)), layout="constrained")
    axes.axvspan(-smallest, smallest, color="#8883", lw=0)
    axes.axvline(0, color="#888", lw=.8)
    for y, (name, cost) in enumerate(found.items()):
        filled = [to_rgba(INK["CNN+AD"], 0. if fold in cost.unsettled else .5) for fold in cost.folds.index]
        marks = axes.scatter(cost.folds, [y + .2] * len(cost.folds), c=filled or None, s=16, linewidths=.8,
                             edgecolors=to_rgba(INK["CNN+AD"], .7))
        name_marks(marks, [f"{name} · fold {fold} · {typeset(points, '+.1f')} points against {PAIRED}"
                           for fold, points in cost.folds.items()])
        if cost.effect:
            axes.plot([cost.effect.low, cost.effect.high], [y, y], color="black", lw=1.6)
            axes.plot(cost.effect.difference, y, "|", color="black", markersize=11, markeredgewidth=2.2)
        steps = "" if cost.slower is None else f"\nsteps × {times(cost.slower)}"
        axes.annotate(cost.word + steps, (1, y), xytext=(6, 0), xycoords=("axes fraction", "data"),
                      textcoords="offset points", va="center", fontsize=9)
    axes.axhline(len(found) - 1.5, color="#888", lw=.6, ls=":")         # what no rule is about, below it
    axes.set(xlabel="points of accuracy, against the same training as released", yticks=range(len(found)),
             yticklabels=list(found), ylim=(len(found) - .4, -.6))
    axes.grid(axis="y", visible=False)
    return figure


def times(ratio: float) -> str:
    return f"{ratio:.0f}" if ratio >= 10 else f"{ratio:.1f}"


def glue_costs(found: dict[str, Cost]):
    """What no verdict has: the gain by choosing on the test fold, over folds; how much longer training takes from the
    first weights of the text, and how many of those had not settled. The rest comes with the verdict."""
    if effect := found[SELECTION].effect:
        glue("paper_and_code_selection", effect.difference, n=effect.n, display=with_interval(*effect[:3]),
             source="CNN+AD as released, 48 pixels: test accuracy of the checkpoint chosen on test minus that on "
                    "validation, mean over folds, points")
    slow = found[FIRST_WEIGHTS]
    if slow.slower is not None:
        glue("paper_and_code_slower", slow.slower, n=len(slow.folds), display=times(slow.slower),
             source=f"{FIRST_WEIGHTS}: steps until the mean training loss is below {LEVEL:g} nat, against {PAIRED}; "
                    "geometric mean over folds")
        glue("paper_and_code_unsettled", len(slow.unsettled), n=len(slow.folds),
             source=f"{FIRST_WEIGHTS}: trainings whose loss had not levelled out when they ended")
