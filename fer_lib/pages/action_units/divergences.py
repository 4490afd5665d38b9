"""A filter's units as bars, as the paper has them; a heat map of all filters and units; the histograms behind them."""
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import seaborn as sns
from IPython.display import HTML
from matplotlib.figure import Figure

from ...analysis.samples import Sample
from ...faces.action_units import name_of
from ..interactive import two_histograms
from ..narrow import LEAST, on_telephones
from ..narrow import WIDTH as NARROW
from .about import About


def bar_charts(divergences: np.ndarray, about: About):
    """A panel for each filter that is shown: its divergences (F, A) as bars, the largest in red."""
    _, panels = plt.subplots(len(about.shown), 1, figsize=(6.4, 1.35 * len(about.shown)), layout="constrained",
                                  squeeze=False)
    for axes, f in zip(panels[:, 0], about.shown, strict=True):
        bars, winner = divergences[f], divergences[f].argmax()
        axes.bar(about.units, bars, color=np.where(np.arange(len(bars)) == winner, "#b3202a", "#9a9a9a"))
        unit = about.units[winner]
        axes.set_title(f"conv3:{f}   {unit}, {name_of(unit)}", fontsize=11, loc="left")
        axes.set_xticks(range(len(bars)), [unit[2:] for unit in about.units])
        axes.set_yticks([0, np.floor(10 * bars.max()) / 10])
        axes.tick_params(axis="both", labelsize=9, pad=1)
        axes.grid(axis="x", visible=False)
        axes.set_ylabel("nats", fontsize=9)
    panels[-1, 0].set_xlabel("action unit")
    plt.show()


def heat_map(divergences: np.ndarray, units: list[str]):
    """All filters and units (F, A), ordered by similarity."""
    table = pd.DataFrame(divergences, columns=units).T
    on_telephones(clusters(table, 8, 5.2), clusters(table, NARROW, 4.2))
    plt.show()


def clusters(table: pd.DataFrame, width: float, height: float) -> Figure:
    """units × filters; width, height: inches."""
    heat = sns.clustermap(table, cmap="Greys", figsize=(width, height), xticklabels=False, yticklabels=True,
                          dendrogram_ratio=(.8 / width, .12), cbar_pos=(.08 / width, .84, .16 / width, .13),
                          method="average")
    heat.ax_heatmap.set_xlabel(f"{table.shape[1]} filters of conv3")
    heat.ax_heatmap.tick_params(axis="y", labelsize=LEAST, rotation=0)
    heat.ax_cbar.tick_params(labelsize=LEAST)
    heat.ax_cbar.set_ylabel("nats", fontsize=9)
    return heat.figure


def turn_histograms(sample: Sample, winner: np.ndarray, about: About, **how) -> HTML:
    """The two histograms behind any of these numbers, at first those of the first filter and its winner (F,)."""
    f = about.shown[0]
    return two_histograms(sample.responses, sample.frame_units, first=(int(f), str(winner[f])), **how)
