"""Charts of networks, of which each is a dot that says which run it is; and the colours of the kinds of networks."""
from collections.abc import Callable, Mapping

import matplotlib.pyplot as plt
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.collections import PathCollection
from matplotlib.figure import Figure

from ..analysis.comparisons import seed_means
from ..analysis.networks import UNTRAINED
from .figures import name_marks
from .numbers import typeset

# Kinds of networks, in the order in which they are shown; and the paper's variants, of which two are kinds, too
INK = {"CNN+AD": "#7a1f5c", "CNN": "#d0812a", "CNN, shuffled labels": "#2f6f9f", "CNN, identities": "#2e7d5b",
       "not trained": "#8a8a8a"}
VARIANTS = {"CNN": INK["CNN"], "CNN+D": "#1b8a8f", "CNN+A": "#4a5fa8", "CNN+AD": INK["CNN+AD"],
            "CNN with biases": "#9a9a9a"}
# Of lines that have their names behind them (`line_ends`) and mean no kind of networks: the same colours, and signs
HUES = [INK["CNN+AD"], INK["CNN"], INK["CNN, shuffled labels"], VARIANTS["CNN+D"], VARIANTS["CNN+A"],
        INK["CNN, identities"], INK["not trained"]]
MARKERS = "osD^vPX"                 # which tell lines apart that are printed in grey
LEARNED = "CNN+AD", "CNN"                               # expressions, which the others did not
NOT_LEARNED = "CNN, shuffled labels", UNTRAINED
WHERE_NOT_LEARNED = "where they learned shuffled labels, or nothing"


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
        for y, kind in enumerate(kinds):
            own = networks[networks["kind"] == kind].dropna(subset=column)
            dots(axes, own, own[column], [y] * len(own), s=25, color=ink[kind], alpha=.75, zorder=3)
        axes.set(xlabel=label, yticks=range(len(kinds)), yticklabels=kinds, ylim=(len(kinds) - .5, -.5))
        axes.grid(axis="y", visible=False)
    for axes in panels.flat[len(measured):]:
        axes.remove()
    return figure


def means_in_words(networks: pd.DataFrame, measured: Mapping[str, str], say: Callable[[float], str]) -> str:
    """What `dots_by_kind` draws, of the first kind: "CNN+AD: best filter 0.90, all filters 0.97.", means of networks.
    say: a number in words. What none of them has, such as a share of nothing, is left out."""
    known = networks.dropna(subset=list(measured), how="all")
    if not (kinds := kinds_in(known)):
        return ""
    means = known.loc[known["kind"] == kinds[0], list(measured)].mean().dropna()
    said = (" ".join(f"{measured[column]} {say(mean)}".split()) for column, mean in means.items())
    return f"{kinds[0]}: {', '.join(said)}."


def learned_and_not(networks: pd.DataFrame, column: str) -> tuple[float, float]:
    """Of networks that learned expressions the mean over seeds, kinds averaged; of the kinds that did not, the largest
    such mean. NaN: there are none."""
    learned = seed_means(networks[networks["kind"].isin(LEARNED)], column).mean()
    others = [seed_means(networks[networks["kind"] == kind], column).mean() for kind in NOT_LEARNED]
    return learned, pd.Series(others).max()


def by_kind(networks: pd.DataFrame, column: str, say: Callable[[float], str], kinds: Mapping[str, str]) -> list[str]:
    """Means over seeds, as "0.80 in networks that learned expressions", of the kinds that there are. say: a number in
    words; kinds: each in words."""
    means = {what: seed_means(networks[networks["kind"] == kind], column).mean() for kind, what in kinds.items()}
    return [f"{say(mean)} {what}" for what, mean in means.items() if pd.notna(mean)]


def dots(axes: Axes, networks: pd.DataFrame, x, y, what: str = "", **style) -> PathCollection:
    """A scatter with a dot for each row of a table of networks, at x (what was measured of it) and y; each says which
    run it is. what: a column that says what of the network it is, such as a unit."""
    rows = networks.to_dict("records")
    marks = axes.scatter(x, y, **{"linewidths": 0} | style)
    name_marks(marks, [said_of(row, value, what) for row, value in zip(rows, x, strict=True)])
    return marks


def said_of(network: Mapping, value: float, what: str = "") -> str:
    """"CNN+AD · fold 0 · seed 1 · .898 · photographs/fer2013-48-cnn_ad-fold0-seed1-5b031c90", as far as a row of a
    table of networks says it; of one that was not trained, the run that began with its weights."""
    parts = [network[what]] if what else []
    parts += [network["kind"], *(f"{name} {network[name]:g}" for name in ("fold", "seed")
                                 if name in network and pd.notna(network[name])), short(value)]
    if isinstance(run := network.get("run"), str):
        place = f"{network['group']}/{run}" if isinstance(network.get("group"), str) else run
        parts.append(f"first weights of {place}" if network["kind"] == UNTRAINED else place)
    return " · ".join(parts)


def short(value: float) -> str:
    """Three digits: .898, −.0312, 90.3"""
    text = typeset(value, ".3g")
    return text.replace("0.", ".", 1) if abs(value) < 1 else text
