"""A picture of what all filters of networks are taken for."""
from collections.abc import Sequence

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from ..charts import INK
from ..figures import name_marks
from ..svg import as_letters

WIDTH = 8.                          # inches, of a figure as wide as the text


def filters_by_unit(told: dict[str, pd.DataFrame], units: Sequence[str]) -> Figure:
    """A row for each unit; in it a dot for each filter that is taken for it, at its AUC on other people, and how many
    there are. told: {kind of network, as `charts.INK` names it: table of `units_of_filters`}."""
    figure, axes = plt.subplots(figsize=(WIDTH, 1. + .25 * len(units)), layout="constrained")
    spread = np.random.default_rng(0)                           # so that dots of one place are seen
    for i, (kind, table) in enumerate(told.items()):
        own = table[table["unit"].notna()]
        shift = .18 - .36 * i / max(len(told) - 1, 1)
        y = np.array([units.index(unit) for unit in own["unit"]]) + shift + spread.uniform(-.1, .1, len(own))
        marks = axes.scatter(own["AUC"], y, s=14, color=INK[kind], marker="os^D"[i % 4], alpha=.6, linewidths=0,
                             label=kind)
        name_marks(marks, [f"conv3:{f} · {kind} · {unit} · AUC {auc:.2f}"
                           for f, unit, auc in zip(own.index, own["unit"], own["AUC"], strict=True)])
        counts = own["unit"].value_counts()
        for unit, count in counts.items():
            axes.annotate(f"{count}", (1, units.index(unit)), xytext=(20 * (i + 1), 0), ha="right", va="center",
                          xycoords=("axes fraction", "data"), textcoords="offset points", fontsize=8,
                          color=as_letters(INK[kind]), annotation_clip=False)
    axes.axvline(.5, color="#888", lw=.8)
    axes.set(xlabel="AUC of a filter for its unit, on people who had no part in choosing it; ½ is a guess",
             yticks=range(len(units)), yticklabels=units, ylim=(len(units) - .4, -.6))
    axes.grid(axis="y", visible=False)
    for y in range(0, len(units), 2):
        axes.axhspan(y - .5, y + .5, color="#8882", lw=0)
    figure.legend(loc="outside upper center", ncols=4, fontsize=8)
    return figure
