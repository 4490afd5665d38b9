"""Runs by the recipe of the paper's text beside those by its code: what differs, and whether they learned anything."""
from collections.abc import Callable, Sequence

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from IPython.display import display
from matplotlib.figure import Figure

from ...datasets import FaceDataset
from ...runs.grid import at_chance
from ...runs.run import Run
from ..charts import HUES, MARKERS
from ..line_ends import name_ends
from ..markup import styled
from ..notebooks import glue
from ..recognition.curves import guess, marks

FIRST_WEIGHTS = {"paper": "first weights k / inputs", "fan-in": "first weights k / √inputs",
                 "released": "first weights as released"}


def described(run: Run) -> str:
    """What may differ between text and code."""
    recipe = run.recipe
    return "as released" if run.as_released else (
        f"rate {recipe.rate:g}, {FIRST_WEIGHTS[recipe.initialisation]}, {recipe.normalisation} normalisation")


def show_by_text(stored: Sequence[Run], by_text: Sequence[Run], faces_at: Callable[[int], FaceDataset], dataset: str):
    """Loss and table of the runs by the text, after those stored ones that share all else with one of them.

    faces_at: the faces of the set by their size.
    """
    if not by_text:
        print(f"there is no stored run of {dataset} by the text")
        return
    runs = [*matching(stored, by_text), *by_text]
    losses(runs, [f"{described(run)}, {run.pixels} pixels" for run in runs])
    plt.show()
    display(styled(pd.DataFrame([row(run, faces_at(run.pixels)) for run in runs])).hide(axis="index"))


def row(run: Run, faces: FaceDataset) -> dict[str, str | int]:
    """Accuracy on validation with its interval, beside the share of the commonest class there."""
    found, labels = run.metrics["validation"], faces.labels[faces.split(run.config["fold"]).validation]
    low, high = (100 * end for end in found["interval"])
    return {"recipe": described(run), "network": run.recipe.variant, "pixels": run.pixels, "fold": run.config["fold"],
            "k": f"{run.metrics['k']:.2f}", "steps": f"{run.metrics['steps']:,}",
            "validation": f"{100 * found['accuracy']:.1f} [{low:.0f}, {high:.0f}]",
            "commonest class": f"{100 * np.bincount(labels).max() / len(labels):.1f}",
            "that is": "at chance" if at_chance(run, faces) else "above chance",
            "test": f"{100 * run.metrics['test']['accuracy']:.1f}"}


def matching(runs: Sequence[Run], others: Sequence[Run]) -> list[Run]:
    """Those that one of the others shares variant, size, fold and seed with."""
    def key(run: Run) -> tuple:
        return run.recipe.variant, run.pixels, run.config["fold"], run.config["seed"]

    keys = set(map(key, others))
    return [run for run in runs if key(run) in keys]


def losses(runs: Sequence[Run], labels: Sequence[str]) -> Figure:
    """Training loss of each run."""
    figure, axes = plt.subplots(figsize=(6.4, 3.6), constrained_layout=True)
    for i, (run, label) in enumerate(zip(runs, labels, strict=True)):
        axes.plot(run.history["step"], run.history["loss"], label=label, color=HUES[i % len(HUES)],
                  marker=MARKERS[i % len(MARKERS)], **marks(run))
    guess(axes, len(runs[0].config["classes"]))
    axes.set(xlabel="step", ylabel="training loss (nats)", ylim=(0, None))
    name_ends(axes, inches=1.3)
    return figure


def glue_by_text(runs: Sequence[Run], faces_at: Callable[[int], FaceDataset]):
    """What became of the first run with the first weights of the text, if there is one."""
    for run in [run for run in runs if run.recipe.initialisation == "paper"][:1]:
        guesses = at_chance(run, faces_at(run.pixels))
        glue("paper_and_code_text", not guesses, source=f"{run.folder.name}, validation",
             n=run.metrics["validation"]["n"], display=f"{'at' if guesses else 'above'} chance")
        glue("paper_and_code_text_steps", run.metrics["steps"], source=run.folder.name)
