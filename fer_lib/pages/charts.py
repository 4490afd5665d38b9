"""Charts of networks, of which each is a dot."""
import matplotlib.pyplot as plt
import pandas as pd
import seaborn as sns
from matplotlib.figure import Figure

# Kinds of networks, in the order in which they are shown; and the paper's variants, of which two are kinds, too
INK = {"CNN+AD": "#7a1f5c", "CNN": "#d0812a", "CNN, shuffled labels": "#2f6f9f", "CNN, identities": "#2e7d5b",
       "not trained": "#8a8a8a"}
VARIANTS = {"CNN": INK["CNN"], "CNN+D": "#1b8a8f", "CNN+A": "#4a5fa8", "CNN+AD": INK["CNN+AD"],
            "CNN with biases": "#9a9a9a"}


def kinds_in(table: pd.DataFrame, ink: dict[str, str] = INK) -> list[str]:
    """The kinds that a table is about, in the order in which they are shown."""
    return [kind for kind in ink if kind in set(table["kind"])]


def dots_by_kind(networks: pd.DataFrame, measured: dict[str, str], columns: int = 3, *, ink: dict[str, str] = INK,
                 width: float = 2.2, one_scale: bool = False) -> Figure:
    """A panel for each of some columns of a table of networks (column → label), and in it a dot for each network, in a
    row for its kind. ink: the kinds that are shown, in order, with their colours; width: of a panel, inches; one_scale:
    of all panels."""
    kinds = kinds_in(networks.dropna(subset=list(measured), how="all"), ink)       # of some, none of it is known
    across = min(columns, len(measured))
    down = -(-len(measured) // across)
    size = 1.6 + width * across, down * (.9 + .3 * len(kinds))
    figure, panels = plt.subplots(down, across, figsize=size, sharex=one_scale, sharey=True, squeeze=False,
                                  layout="constrained")
    for axes, (column, label) in zip(panels.flat, measured.items(), strict=False):
        sns.stripplot(networks, x=column, y="kind", hue="kind", order=kinds, hue_order=kinds, palette=ink, size=5,
                      alpha=.75, jitter=False, legend=False, ax=axes)
        axes.set(xlabel=label, ylabel="")
    for axes in panels.flat[len(measured):]:
        axes.remove()
    return figure
