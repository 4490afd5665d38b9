"""How runs learned: loss and accuracy against step."""
from collections.abc import Iterable, Sequence

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from ...runs.run import Run
from ..charts import MARKERS, VARIANTS


def learning_curves(runs: Sequence[Run], where: str) -> Figure:
    """Training loss, and accuracy on validation (solid) and test (dashed), of runs that share all but the variant.
    where: live or stored."""
    config = runs[0].config
    title = (f"{where}: {config['dataset']['name']}, fold {config['fold']}, seed {config['seed']}, "
             f"{runs[0].pixels} pixels")
    figure, (upper, lower) = plt.subplots(2, 1, figsize=(6.4, 6.4), sharex=True, constrained_layout=True)
    for i, run in enumerate(runs):
        name, history = run.recipe.variant, run.history
        style = {"color": VARIANTS.get(name, "black"), "marker": MARKERS[i % len(MARKERS)]} | marks(run)
        upper.plot(history["step"], history["loss"], label=name, **style)
        lower.plot(history["step"], 100 * history["validation_accuracy"], **style)
        lower.plot(history["step"], 100 * history["test_accuracy"], linestyle="--", **style)
    guess(upper, len(config["classes"]))
    upper.set(ylabel="training loss (nats)", ylim=(0, None), title=title)
    upper.legend(fontsize="small")
    lower.set(xlabel="step", ylabel="accuracy, per cent", ylim=(0, 100))
    return figure


def show_curves(trainings: Iterable[Sequence[Run]], where: Iterable[str]):
    """The curves of each of several trainings."""
    for runs, name in zip(trainings, where, strict=True):
        learning_curves(runs, name)
        plt.show()


def marks(run: Run) -> dict:
    """About eight on a line: they tell lines apart that are printed in grey."""
    return {"markersize": 4, "markevery": max(1, len(run.history) // 8)}


def guess(axes: Axes, classes: int):
    """The loss of a uniform guess."""
    axes.axhline(np.log(classes), color="black", linewidth=.8, linestyle=":")
