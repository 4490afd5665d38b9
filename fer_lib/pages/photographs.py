"""The chapter `photographs`: networks that were trained on photographs, beside those of the twin."""
from collections.abc import Sequence
from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import seaborn as sns
from IPython.display import HTML, display
from matplotlib.figure import Figure

from ..analysis.crosstalk import ranks_of_own
from ..analysis.measures import NAMED
from ..analysis.networks import UNTRAINED, kind_of
from ..analysis.probe import halves
from ..analysis.ranks import sample_auc
from ..analysis.samples import Sample
from ..analysis.selection import best_filters
from ..faces.action_units import ACTION_UNITS
from ..runs.run import Run
from ..runs.store import read_run, stored_runs
from .charts import INK, VARIANTS, dots, kinds_in, short
from .claims import identifier
from .figures import name_marks
from .filters import sentences
from .heat import frame
from .markup import folded, percent, styled
from .notebooks import glue

WIDTH = 8.                          # inches, of a figure as wide as the text
COLOURS = INK | VARIANTS             # of every kind, those first that all chapters show
KNOWN = .8                          # an AUC above which a unit is called told, in words


def example_of(store: Path, folder: str | None) -> Run:
    """The run that is looked at closely: the named one, or the first CNN+AD of a store that has weights. ValueError
    where there is none."""
    if folder is not None:
        return read_run(Path(folder).expanduser())
    with_weights = [run for run in stored_runs(store) if run.has_weights]
    if with_weights:
        return min(with_weights, key=lambda run: kind_of(run) != "CNN+AD")
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
        dots(axes, table, table["value"], y, "first", s=16, color=INK[kind], alpha=.7, label=kind)
    for kind, table in beside.groupby("kind"):
        means = table.groupby("first")["value"].mean().reindex(names)
        marks = axes.scatter(means, range(len(names)), s=34, marker="D", facecolors="none", edgecolors=INK[kind],
                             label=f"{kind}, of drawings (mean)")
        name_marks(marks, [f"{unit} · mean of {table['run'].nunique()} {kind} networks of drawings · {short(value)}"
                           for unit, value in means.items()])
    axes.axvline(.5, color="#888", lw=.8)
    axes.set(xlabel="AUC of the unit's best filter, on people who had no part in choosing it; ½ is a guess",
             yticks=range(len(names)), yticklabels=names, ylim=(-.7, len(names) - .3))
    axes.grid(axis="y", visible=False)
    for y in range(0, len(names), 2):
        axes.axhspan(y - .5, y + .5, color="#8882", lw=0)
    figure.legend(loc="outside upper center", ncols=3, fontsize=8)
    return figure


def told_in_words(units: pd.DataFrame) -> str:
    """Mean over units of each kind of networks that learned expressions, and the most of the others; how many units the
    filters of the first kind tell, and which ones least. Paragraphs."""
    kinds = kinds_in(units)
    means = {kind: units[units["kind"] == kind].groupby("first")["value"].mean() for kind in kinds}
    said = [f"{kind} {mean.mean():.2f}" for kind, mean in means.items() if kind in VARIANTS]
    others = [mean.mean() for kind, mean in means.items() if kind not in VARIANTS]
    said += [f"the others at most {max(others):.2f}"] if others else []
    first = means[kinds[0]]
    untold = f" (before training: {(means[UNTRAINED] > KNOWN).sum()})" if UNTRAINED in kinds[1:] else ""
    return (f"Mean over units: {', '.join(said)}.\n\nIn the mean of the {kinds[0]} networks the best filter has an AUC "
            f"above {KNOWN:g} for {(first > KNOWN).sum()} of {len(first)} units{untold}. It has least for "
            f"{', '.join(first.nsmallest(3).index)}.")


def glue_units(units: pd.DataFrame, what: str):
    """The AUC of each unit, and of how many it is above KNOWN, for each kind."""
    for kind, own in units.groupby("kind"):
        by_unit = own.groupby("first")["value"].agg(["mean", "size"])
        glue(f"photographs_told_{identifier(kind)}", int((by_unit["mean"] > KNOWN).sum()), n=len(by_unit),
             source=f"{what}, {kind}: units whose best filter has a mean AUC above {KNOWN:g}")
        for unit, mean, n in by_unit.itertuples():
            glue(f"photographs_{unit.lower()}_{identifier(kind)}", float(mean), n=int(n), display=f"{mean:.2f}",
                 source=f"{what}, {kind}: AUC of the best filter for {unit}, chosen on half of the drawn people and "
                        "scored on the others; mean of networks")


def show_every_unit(best: pd.DataFrame):
    """Folded: of each unit, its filter by name (the first half's choice) and the AUC. best: see `best_by_halves`."""
    rows = [{"unit": unit, "": ACTION_UNITS[unit].name.lower(), "filter that the first half chose": f"conv3:{filter}",
             "AUC, mean of both ways": f"{auc:.2f}"}
            for unit, filter, auc in best[["filter", "AUC"]].itertuples()]
    display(folded("Every unit", styled(pd.DataFrame(rows)).hide(axis="index")))


def crosstalk_maps(tables: dict[str, pd.DataFrame]) -> Figure:
    """A panel for each network: units (rows) × units (columns), what the best filter of the row's unit has for the
    column's, in the direction of its own, which is framed."""
    figure, panels = plt.subplots(1, len(tables), figsize=(WIDTH, 4.6), sharey=True, squeeze=False,
                                  layout="constrained")
    for axes, (name, table) in zip(panels.flat, tables.items(), strict=True):
        sns.heatmap(table, cmap="PuOr_r", center=.5, vmin=0, vmax=1, cbar=axes is panels.flat[-1], ax=axes, square=True,
                    xticklabels=True, yticklabels=True, cbar_kws={"label": "AUC", "shrink": .6})
        frame(axes, range(len(table)), range(len(table)))
        axes.set(title=name, xlabel="unit that is shown", ylabel="")
        axes.tick_params(labelsize=7)
    panels[0, 0].set(ylabel="filter that is best for")
    return figure


def told_of_others(table: pd.DataFrame) -> dict[str, float]:
    """Of a table of `crosstalk`: of how many units the best filter tells no other unit better, median rank of its own,
    mean AUC for the other units, in the direction of its own."""
    ranks, values = ranks_of_own(table), table.to_numpy()
    return {"own_first": int((ranks == 1).sum()), "rank": float(ranks.median()),
            "others": float(np.nanmean(values[~np.eye(len(values), dtype=bool)]))}


def glue_crosstalk(tables: dict[str, pd.DataFrame]):
    for name, table in tables.items():
        for what, value in told_of_others(table).items():
            glue(f"photographs_{what}_{identifier(name)}", value, n=len(table), display=f"{value:.3g}",
                 source=f"{name}: best filter of each unit, chosen on half of the drawn people, asked of every unit "
                        f"on the others: {what}")


def crosstalk_in_words(tables: dict[str, pd.DataFrame]) -> str:
    """A paragraph for each."""
    said = []
    for name, table in tables.items():
        told = told_of_others(table)
        said.append(f"{name}: of {told['own_first']} of {len(table)} units the best filter tells no other unit better. "
                    f"Its AUC for its own unit: {np.diag(table).mean():.2f}; for others, in the same direction: "
                    f"{told['others']:.2f}")
    return "\n\n".join(sentences(said))


def in_order(runs: Sequence[Run]) -> list[Run]:
    """By kind, as kinds are shown, and seed; of kinds without a colour last."""
    place = {kind: i for i, kind in enumerate(COLOURS)}
    return sorted(runs, key=lambda run: (place.get(kind_of(run), len(place)), run.config["seed"]))


def accuracies(runs: Sequence[Run], printed: pd.DataFrame) -> Figure:
    """A dot and Wilson's interval for each run; lines: what is printed elsewhere."""
    figure, axes = plt.subplots(figsize=(WIDTH, 1.8 + .22 * len(runs)), layout="constrained")
    order = in_order(runs)
    for y, run in enumerate(order):
        found, colour = run.metrics["test"], COLOURS.get(kind_of(run), "black")
        low, high = (100 * end for end in found["interval"])
        axes.plot([low, high], [y, y], color=colour, lw=1.4)
        network = {"kind": kind_of(run), "fold": run.config["fold"], "seed": run.config["seed"],
                   "group": run.folder.parent.name, "run": run.folder.name}
        dots(axes, pd.DataFrame([network]), [100 * found["accuracy"]], [y], s=25, color=colour, zorder=3)
    for row in printed.itertuples():
        axes.axvline(100 * row.accuracy, color="#888", lw=.8, ls=":")
    known = printed.sort_values("accuracy", ascending=False)
    for i, row in enumerate(known.itertuples()):    # near each other, and names are long: one below the other
        axes.annotate(f"{row.method} {100 * row.accuracy:.0f}", (1, 1), xytext=(0, 3 + 10 * i), ha="right",
                      xycoords="axes fraction", textcoords="offset points", fontsize=8, color="#666")
    axes.set(xlabel="accuracy on test photographs, per cent", yticks=range(len(order)),
             yticklabels=[f"{kind_of(run)}, seed {run.config['seed']}" for run in order], ylim=(len(order) - .4, -.6))
    axes.grid(axis="y", visible=False)
    return figure


def accuracies_in_words(runs: Sequence[Run]) -> str:
    """Of networks that learned expressions, the range of each kind on test images."""
    found: dict[str, list[float]] = {}
    for run in in_order(runs):
        if run.labels == "expressions":
            found.setdefault(kind_of(run), []).append(100 * run.metrics["test"]["accuracy"])
    said = [f"{min(own):.0f} to {max(own):.0f} % ({kind})" if len(own) > 1 else f"{own[0]:.0f} % ({kind})"
            for kind, own in found.items()]
    return f"They name {', '.join(said)} of the test images rightly."


def runs_table(runs: Sequence[Run], networks: pd.DataFrame) -> HTML:
    """Of every trained network its length, accuracy, whether it had settled, and how many of its labels it names."""
    trained = networks[networks["kind"] != UNTRAINED].set_index("run").reindex(columns=[NAMED])
    rows = []
    for run in in_order(runs):
        found, named = run.metrics["test"], trained.at[run.folder.name, NAMED]
        low, high = (100 * end for end in found["interval"])
        rows.append({"network": kind_of(run), "seed": run.config["seed"], "steps": f"{run.metrics['steps']:,}",
                     "settled": settled_in_words(run),
                     "test accuracy": f"{100 * found['accuracy']:.1f} % [{low:.1f}, {high:.1f}]",
                     "of its training labels it names": "" if pd.isna(named) else percent(named)})
        glue(f"photographs_accuracy_{identifier(kind_of(run))}_{run.config['seed']}", found["accuracy"], n=found["n"],
             display=f"{100 * found['accuracy']:.1f} %", source=f"{run.folder.name}: test photographs")
    return folded("Network by network", styled(pd.DataFrame(rows)).hide(axis="index"))


def settled_in_words(run: Run) -> str:
    """Of a run that was looked at once, at its end, one cannot say."""
    if run.recipe.every >= run.recipe.steps:
        return "looked at once"
    return "yes" if run.metrics["settled"] else "no"


def notes(sample: Sample) -> dict[int, str]:
    """A sentence for each filter: the units for which half of the people choose it, and how well it tells the first of
    them of the other half; or what it tells at most, of all people. sample: see `probe.against_rest`."""
    known, chosen = best_filters(*halves(sample), within=True)
    told = {}
    for f, auc in enumerate(sample_auc(sample, sample.labels)):
        own = known[chosen == f].sort_values(ascending=False)
        most = np.nanargmax(np.abs(auc - .5))
        told[f] = (f"best filter for {', '.join(own.index)}; AUC {own.iloc[0]:.2f} on people who had no part in "
                   "choosing it" if len(own) else
                   f"knows no unit: at most {sample.units.columns[most]}, AUC {auc[most]:.2f}, on all people")
    return told
