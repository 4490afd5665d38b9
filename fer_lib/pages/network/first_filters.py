"""conv1's filters before and after training: their pictures, and what correlations say of them."""
import numpy as np
from IPython.display import HTML

from ...runs import Run
from ..notebooks import glue
from ..numbers import typeset
from ..pictures import face_grid


def mosaic(filters: np.ndarray) -> np.ndarray:
    """(64, 5, 5) as one picture (H, W, 2) of 8×8 filters, grey and opacity; each from minus its largest weight, black,
    to plus, white. What is between them is transparent: the page's ground, in both themes."""
    scaled = .5 + .5 * filters / np.abs(filters).max((1, 2), keepdims=True)
    large = np.stack([scaled, np.ones_like(scaled)], axis=-1).repeat(7, 1).repeat(7, 2)
    large = np.pad(large, ((0, 0), (2, 2), (2, 2), (0, 0)))
    side = large.shape[1]
    return large.reshape(8, 8, side, side, 2).swapaxes(1, 2).reshape(8 * side, 8 * side, 2)


def two_mosaics(before: np.ndarray, after: np.ndarray, step: int) -> HTML:
    return face_grid([mosaic(before), mosaic(after)], ["first weights", f"after {step:,} steps"], width=312,
                     alt=["The 64 filters of conv1 before training, eight rows of eight: random squares",
                          "The same 64 filters, in the same places, after training"])


def glue_filters(own: np.ndarray, others: np.ndarray, growth: float, smooth: dict[str, float], null: np.ndarray,
                 run: Run):
    """own: (F,) |r| of each filter with its first weights; others: (F·(F - 1),) with those of another. smooth:
    smoothness "before" and "after"; null: (R,) of shuffled filters."""
    what = f"stored, {run.folder.name}, conv1"
    glue("network_filters_alike", own.mean(), n=len(own), display=f"{own.mean():.2f}",
         source=f"{what}: |r| of a filter with its own first weights, mean")
    glue("network_filters_alike_chance", others.mean(), n=len(others), display=f"{others.mean():.2f}",
         source=f"{what}: |r| of a filter with another's first weights, mean")
    glue("network_filters_growth", growth, n=len(own), source=f"{what}: norm of all weights, after by before")
    for name, value, n, when in (
            ("before", smooth["before"], len(own), "before training"),
            ("after", smooth["after"], len(own), "after training"),
            ("by_chance", null.max(), len(null), "after training, shuffled, largest of all shuffles")):
        glue(f"network_smoothness_{name}", value, n=n, display=typeset(value, ".2f"),
             source=f"{what}: r of neighbouring weights, mean over filters, {when}")
    glue("network_shuffles", len(null), source="shuffles of the trained filters")


def on_smoothness(smoother: bool) -> str:
    return ("In this network neighbouring weights are more alike after training, beyond chance." if smoother else
            "In this network training has not made neighbouring weights more alike, beyond chance.")
