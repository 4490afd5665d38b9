"""The chapter `photographs`: networks that were trained on photographs, beside those of the twin."""
from collections.abc import Sequence
from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import seaborn as sns
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle
from pandas.io.formats.style import Styler

from ..analysis.crosstalk import ranks_of_own
from ..analysis.networks import UNTRAINED, kind_of
from ..evaluation import settled
from ..runs.run import Run
from ..runs.store import read_run, stored_runs
from .charts import INK, kinds_in
from .claims import identifier
from .markup import percent, styled
from .notebooks import glue

WIDTH = 8.                          # inches, of a figure as wide as the text
KNOWN = .8                          # an AUC above which a unit is called told, in words


def example_of(store: Path, folder: str | None) -> Run:
    """The run that is looked at closely: the named one, or the first CNN+AD of a store that has weights. ValueError
    where there is none."""
    if folder is not None:
        return read_run(Path(folder).expanduser())
    with_weights = [run for run in (stored_runs(store) if store.exists() else ()) if run.has_weights]
    for run in sorted(with_weights, key=lambda run: kind_of(run) != "CNN+AD"):
        return run
    raise ValueError(f"{store} holds no run with weights. Name the folder of another (-p example), or train and "
                     "measure those of a list:\n  python -m fer_lib.analysis queue book/parameters/evidence.yml "
                     f"--store {store.parent} --root fer2013=FOLDER")


def units_by_network(units: pd.DataFrame, beside: pd.DataFrame) -> Figure:
    """A row for each unit, those that networks of true labels tell best above; a dot for each network, and hollow the
    mean of those in `beside`. Tables: kind, seed, first (the unit), value (AUC)."""
    kinds = kinds_in(units)
    own = units[units["kind"] == kinds[0]] if kinds else units
    names = list(own.groupby("first")["value"].mean().sort_values().index)
    figure, axes = plt.subplots(figsize=(WIDTH, 1.2 + .25 * len(names)), layout="constrained")
    for i, kind in enumerate(kinds):
        table = units[units["kind"] == kind]
        y = np.array([names.index(unit) for unit in table["first"]]) + .3 - .6 * i / max(len(kinds) - 1, 1)
        axes.scatter(table["value"], y, s=16, color=INK[kind], alpha=.7, linewidths=0, label=kind)
    for kind, table in beside.groupby("kind"):
        means = table.groupby("first")["value"].mean().reindex(names)
        axes.scatter(means, range(len(names)), s=34, marker="D", facecolors="none", edgecolors=INK[kind],
                     label=f"{kind}, of drawings (mean)")
    axes.axvline(.5, color="#888", lw=.8)
    axes.set(xlabel="AUC of the unit's best filter, on people who had no part in choosing it; ½ is a guess",
             yticks=range(len(names)), yticklabels=names, ylim=(-.7, len(names) - .3))
    axes.grid(axis="y", visible=False)
    for y in range(0, len(names), 2):
        axes.axhspan(y - .5, y + .5, color="#8882", lw=0)
    figure.legend(loc="outside upper center", ncols=3, fontsize=8)
    return figure


def told_in_words(units: pd.DataFrame, kind: str) -> str:
    """Which units the filters of a kind of networks tell, and which not."""
    means = units[units["kind"] == kind].groupby("first")["value"].mean().sort_values(ascending=False)
    told, least = means[means > KNOWN], means.nsmallest(3)
    return (f"In the mean of the {kind} networks the best filter has an AUC above {KNOWN:g} for {len(told)} of "
            f"{len(means)} units; least for {', '.join(f'{unit} ({value:.2f})' for unit, value in least.items())}.")


def glue_units(units: pd.DataFrame, what: str):
    """The AUC of each unit, and of how many it is above KNOWN, for each kind."""
    for kind, own in units.groupby("kind"):
        means, n = own.groupby("first")["value"].mean(), own.groupby("first")["value"].size()
        glue(f"photographs_told_{identifier(kind)}", int((means > KNOWN).sum()), n=len(means),
             source=f"{what}, {kind}: units whose best filter has a mean AUC above {KNOWN:g}")
        for unit, mean in means.items():
            glue(f"photographs_{unit.lower()}_{identifier(kind)}", float(mean), n=int(n[unit]), display=f"{mean:.2f}",
                 source=f"{what}, {kind}: AUC of the best filter for {unit}, chosen on half of the drawn people and "
                        "scored on the others; mean of networks")


def crosstalk_maps(tables: dict[str, pd.DataFrame]) -> Figure:
    """A panel for each network: units (rows) × units (columns), what the best filter of the row's unit has for the
    column's; framed: for its own."""
    figure, panels = plt.subplots(1, len(tables), figsize=(WIDTH, 4.6), sharey=True, squeeze=False,
                                  layout="constrained")
    for axes, (name, table) in zip(panels.flat, tables.items(), strict=True):
        sns.heatmap(table, cmap="PuOr_r", center=.5, vmin=0, vmax=1, cbar=axes is panels.flat[-1], ax=axes, square=True,
                    xticklabels=True, yticklabels=True, cbar_kws={"label": "AUC", "shrink": .6})
        for i in range(len(table)):
            axes.add_patch(Rectangle((i + .04, i + .04), .92, .92, fill=False, edgecolor="black", lw=1.))
        axes.set(title=name, xlabel="unit that is shown", ylabel="")
        axes.tick_params(labelsize=7)
    panels[0, 0].set(ylabel="filter that is best for")
    return figure


def crosstalk_in_words(tables: dict[str, pd.DataFrame]) -> str:
    said = []
    for name, table in tables.items():
        ranks, values = ranks_of_own(table), table.to_numpy()
        others = values[~np.eye(len(values), dtype=bool)]
        said.append(f"{name}: {(ranks == 1).sum()} of {len(ranks)} filters tell no unit better than their own, median "
                    f"rank {ranks.median():.0f}; AUC for the own unit {np.diag(values).mean():.2f}, for others "
                    f"{np.nanmean(others):.2f}")
        for what, value in (("own_first", int((ranks == 1).sum())), ("rank", float(ranks.median())),
                            ("others", float(np.nanmean(others)))):
            glue(f"photographs_{what}_{identifier(name)}", value, n=len(ranks), display=f"{value:.3g}",
                 source=f"{name}: best filter of each unit, chosen on half of the drawn people, asked of every unit "
                        f"on the others: {what}")
    return "; ".join(said) + "."


def accuracies(runs: Sequence[Run], printed: pd.DataFrame) -> Figure:
    """A dot and Wilson's interval for each run that was trained on true labels; lines: what is printed elsewhere."""
    kinds = [kind_of(run) for run in runs]
    names = kinds_in(pd.DataFrame({"kind": kinds}))
    figure, axes = plt.subplots(figsize=(WIDTH, 1.8 + .22 * len(runs)), layout="constrained")
    order = sorted(zip(kinds, runs, strict=True), key=lambda pair: (names.index(pair[0]), pair[1].config["seed"]))
    for y, (kind, run) in enumerate(order):
        found = run.metrics["test"]
        low, high = (100 * end for end in found["interval"])
        axes.plot([low, high], [y, y], color=INK[kind], lw=1.4)
        axes.plot(100 * found["accuracy"], y, "o", color=INK[kind], markersize=5)
    for row in printed.itertuples():
        axes.axvline(100 * row.accuracy, color="#888", lw=.8, ls=":")
    for accuracy, own in printed.groupby(printed["accuracy"].round(2)):         # names of neighbours in one line
        axes.annotate(", ".join(own["method"]), (100 * accuracy, 1), xytext=(0, 3), xycoords=("data", "axes fraction"),
                      textcoords="offset points", rotation=30, fontsize=7, color="#666")
    axes.set(xlabel="accuracy on test photographs, per cent", yticks=range(len(order)),
             yticklabels=[f"{kind}, seed {run.config['seed']}" for kind, run in order], ylim=(len(order) - .4, -.6))
    axes.grid(axis="y", visible=False)
    return figure


def runs_table(runs: Sequence[Run], networks: pd.DataFrame) -> Styler:
    """Of every trained network its length, accuracy, whether it had settled, and how many of its labels it names."""
    learned = networks.set_index("run")
    rows = []
    for run in sorted(runs, key=lambda run: (list(INK).index(kind_of(run)) if kind_of(run) in INK else 99,
                                             run.config["seed"])):
        own = learned.loc[[run.folder.name]]
        own = own[own["kind"] != UNTRAINED].iloc[0]
        found = run.metrics["test"]
        rows.append({"network": kind_of(run), "seed": run.config["seed"], "steps": f"{run.metrics['steps']:,}",
                     "settled": "yes" if settled(run.history, len(run.config["classes"])) else "no",
                     "test accuracy": f"{100 * found['accuracy']:.1f} % [{100 * found['interval'][0]:.1f}, "
                                      f"{100 * found['interval'][1]:.1f}]",
                     "of its training labels it names": percent(own.get("names its training images", np.nan))
                     if pd.notna(own.get("names its training images", np.nan)) else ""})
        glue(f"photographs_accuracy_{identifier(kind_of(run))}_{run.config['seed']}", found["accuracy"], n=found["n"],
             display=f"{100 * found['accuracy']:.1f} %", source=f"{run.folder.name}: test photographs")
    return styled(pd.DataFrame(rows)).hide(axis="index")


def notes(best: pd.DataFrame, auc: np.ndarray, filters: Sequence[int]) -> dict[int, str]:
    """A sentence for each filter: the unit that it is best for, or what it tells at most. auc: (F, A)."""
    told = {}
    for f in filters:
        own = best[best["filter"] == f].sort_values("AUC", ascending=False)
        most = np.nanargmax(np.abs(auc[f] - .5))
        told[int(f)] = (f"best filter for {', '.join(own.index)}; AUC {own['AUC'].iloc[0]:.2f} on people who had no "
                        "part in choosing it" if len(own) else
                        f"knows no unit: at most {best.index[most]}, AUC {auc[f, most]:.2f}, on all people")
    return told
