"""The chapter `interventions`: many networks beside each other, and one example."""
from collections.abc import Sequence

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import seaborn as sns
from IPython.display import HTML
from matplotlib.figure import Figure

from ..analysis.chance import LEVEL
from ..analysis.changed import NEUTRAL, way
from ..analysis.comparisons import LEAST
from ..analysis.effects import smallest_effect
from ..analysis.interventions import criteria_effect
from ..faces.action_units import ACTION_UNITS
from ..faces.changes import APEX, AT_REST, WITH, WITHOUT, Change
from ..faces.sampling import COUNTS
from .charts import HUES, INK, MARKERS, VARIANTS, WHERE_NOT_LEARNED, dots, dots_by_kind, kinds_in, learned_and_not
from .claims import identifier, with_interval
from .heat import frame, make_legible, mark
from .interactive import changed_faces
from .line_ends import name_ends
from .markup import escaped, percent
from .notebooks import glue
from .numbers import how_many, typeset

WIDTH = 8.                          # inches, of a figure as wide as the text
EXPRESSIONS = *COUNTS, NEUTRAL
NOT_KNOWN = "Of no network here is that known."
GROUPS = {"controls": "trained on drawn faces", "photographs": "trained on photographs"}


def criteria_dots(networks: pd.DataFrame) -> Figure:
    """A panel for each of GROUPS that there is: points more for the units of CK+'s criteria, a dot for each network."""
    labels = {group: label for group, label in GROUPS.items() if group in set(networks["group"])}
    by_group = [networks[networks["group"] == group] for group in labels]
    table = pd.concat([own.assign(**{group: own["criteria"]}) for group, own in zip(labels, by_group, strict=True)])
    titles = {group: f"points more by CK+’s criteria,\n{label}" for group, label in labels.items()}
    return dots_by_kind(table, titles, width=5 / len(labels), one_scale=True)


def answer(networks: pd.DataFrame) -> str:
    """How many points more the criteria's units do than others, in networks that learned expressions from either
    source, and the most in such as did not."""
    found = {label: learned_and_not(networks[networks["group"] == group], "criteria")
             for group, label in GROUPS.items()}
    said = [f"{typeset(mean, '.0f')} where they were {label}" for label, (mean, _) in found.items() if pd.notna(mean)]
    if pd.notna(most := pd.Series([other for _, other in found.values()]).max()):
        said.append(f"at most {typeset(most, '.0f')} {WHERE_NOT_LEARNED}")
    if not said:
        return "There are no measured networks, so nothing is compared."
    return ("Added to a resting face, units of CK+’s criteria for an expression raise it in networks by this many "
            f"points of probability more than other units do, on average: {', '.join(said)}. Not every unit "
            "does so: see below.")


def heatmaps(effects: pd.DataFrame, criteria: dict[str, Sequence[str]]) -> Figure:
    """Units × expressions for each kind of networks: points that the expression gains. Framed, with the number: CK+'s
    criteria; a dot: the effect counts. effects: see `effects.counted`."""
    kinds = kinds_in(effects)
    figure, panels = plt.subplots(1, len(kinds), figsize=(WIDTH, 5.4), sharey=True, squeeze=False, layout="constrained")
    names = [name for name in EXPRESSIONS if name in set(effects["expression"])]
    units = list(dict.fromkeys(effects["unit"]))
    for axes, kind in zip(panels.flat, kinds, strict=True):
        own = effects[effects["kind"] == kind].set_index(["unit", "expression"])
        table = own["mean"].unstack()[names].loc[units]
        sns.heatmap(table, cmap="PuOr_r", center=0, vmin=-60, vmax=60, cbar=axes is panels.flat[-1], ax=axes,
                    xticklabels=True, yticklabels=True, cbar_kws={"label": "points of probability", "shrink": .6})
        theirs = [(x, y) for x, name in enumerate(names) for y, unit in enumerate(units)
                  if unit in criteria.get(name, ())]
        for x, y in theirs:
            axes.text(x + .5, y + .56, typeset(own.at[(units[y], names[x]), "mean"], ".0f"), ha="center", va="center",
                      fontsize=6)
        make_legible(axes)
        frame(axes, [x for x, _ in theirs], [y for _, y in theirs])
        y, x = np.nonzero(own["counts"].unstack(fill_value=False)[names].loc[units].to_numpy(bool))
        mark(axes, x + .86, y + .16, size=2.4)
        axes.set(xlabel="", ylabel="", title=kind.replace(", ", ",\n"))
        axes.title.set_fontsize(9)
        axes.tick_params(labelsize=8)
    return figure


def effects_in_words(effects: pd.DataFrame, criteria: dict[str, Sequence[str]], kind: str) -> str:
    """The largest effect of the criteria's pairs; how many of these count, and how many others, the largest by name.
    Contempt is left out, as the rules do."""
    own = effects[(effects["kind"] == kind) & (effects["expression"] != "contempt")]
    belongs = of_criteria(own, criteria)
    top = own[belongs].nlargest(1, "mean").iloc[0]
    sure = pd.notna(top["low"])
    gain = with_interval(*top[["mean", "low", "high"]], digits=0) if sure else typeset(top["mean"], "+.0f")
    seeds = how_many(top["n"], "seed")
    first = f"In {kind} the largest is that of {top.unit} on {top.expression}: {gain} points, {seeds}.\n\n"
    if (there := own["n"].max()) < LEAST:
        return (f"{first}Whether an effect counts takes {LEAST} seeds of a kind; there "
                f"{'is' if there == 1 else 'are'} {there}.")
    raised = own["counts"] & (own["mean"] > 0) & (own["expression"] != NEUTRAL)
    others = own[raised & ~belongs].nlargest(3, "mean")
    named = ", ".join(f"{row.unit} ({ACTION_UNITS[row.unit].name.lower()}) for {row.expression}"
                      for row in others.itertuples())
    return (f"{first}CK+’s criteria name {belongs.sum()} pairs of a unit and an expression that it should raise. Of "
            f"these {(raised & belongs).sum()} count, and of all other pairs {(raised & ~belongs).sum()} (contempt is "
            "left out)" + f"; the largest others: {named}" * bool(named) + ".")


def without_strong_au5(effects: pd.DataFrame) -> str:
    """Of the first kind that learned expressions: what the criteria's units do beyond others, if the one pair is left
    out of which CK+'s table (Lucey et al. 2010, table 1) wants a slight unit. "" where no network knows surprise."""
    kind = next((kind for kind in kinds_in(effects) if kind in VARIANTS), None)
    change = effects[effects["kind"] == kind].pivot(index="unit", columns="expression", values="mean")
    if "surprise" not in change:
        return ""
    less, whole = (typeset(criteria_effect(change, without), "+.1f") for without in ([("surprise", "AU5")], ()))
    return ("CK+’s table wants AU5 (upper lid raiser) in surprise to be slight; here it is at full strength. Without "
            f"this pair, points by the criteria beyond others: {less} instead of {whole} ({kind}).")


def of_criteria(effects: pd.DataFrame, criteria: dict[str, Sequence[str]]) -> np.ndarray:
    """Of each row, is its unit one of its expression's criteria?"""
    return np.array([unit in criteria.get(name, ()) for unit, name in
                     zip(effects["unit"], effects["expression"], strict=True)])


def glue_effects(effects: pd.DataFrame, criteria: dict[str, Sequence[str]]):
    for kind, own in effects.groupby("kind"):
        belongs = of_criteria(own, criteria)
        raised = own["counts"] & (own["mean"] > 0)
        glue(f"interventions_used_{identifier(kind)}", int((raised & belongs).sum()), n=int(own["n"].min()),
             source=f"{kind}: of {sum(belongs)} pairs of CK+'s criteria those with an effect of {smallest_effect():g} "
                    f"points or more, Student's t over seeds, false discovery rate {LEVEL:g} over {len(own)} pairs")


def dumbbells(both: pd.DataFrame, one_side: pd.DataFrame, kinds: Sequence[str]) -> Figure:
    """What an expression loses without each of its units, on both sides (filled) and on one (hollow), a column of
    panels for each kind. Tables: kind, seed, expression, unit, value."""
    mean = both[both["kind"].isin(kinds)].groupby(["expression", "unit"])["value"].mean()
    rows = mean.reset_index().sort_values(["expression", "value"], ascending=[False, True])
    names = list(rows["expression"] + " − " + rows["unit"])
    figure, panels = plt.subplots(1, len(kinds), figsize=(WIDTH, .8 + .2 * len(names)), sharey=True, squeeze=False,
                                  layout="constrained")
    for axes, kind in zip(panels.flat, kinds, strict=True):
        for table, face, label in ((both, INK[kind], "both sides"), (one_side, "none", "one side")):
            own = table[table["kind"] == kind]
            own = own.assign(what=own["expression"] + " − " + own["unit"])
            dots(axes, own, own["value"], own["what"].map(names.index), "what", s=18, facecolors=face,
                 edgecolors=INK[kind], linewidths=.8, alpha=.8, label=label)
        axes.axvline(0, color="#888", lw=.8)
        axes.set(title=kind, xlabel="points lost", yticks=range(len(names)), yticklabels=names)
        axes.tick_params(labelsize=8)
    panels.flat[0].legend(fontsize=8, loc="lower right")
    return figure


def dose_curves(doses: pd.DataFrame) -> Figure:
    """A panel for each pair of CK+'s criteria: the probability of the expression against the unit's intensity, a line
    for each kind, mean of networks. doses: kind, seed, expression, unit, level, value."""
    pairs = list(dict.fromkeys(zip(doses["expression"], doses["unit"], strict=True)))
    pairs.sort()
    down = -(-len(pairs) // 5)
    figure, panels = plt.subplots(down, 5, figsize=(WIDTH, 1.6 * down + .4), sharex=True, sharey=True, squeeze=False,
                                  layout="constrained")
    for axes, (name, unit) in zip(panels.flat, pairs, strict=False):
        own = doses[(doses["expression"] == name) & (doses["unit"] == unit)]
        for kind in kinds_in(own):
            means = own[own["kind"] == kind].groupby("level")["value"].mean()
            axes.plot(means.index, means, color=INK[kind], marker=".", label=kind)
        axes.set_title(f"{unit}: {name}", fontsize=9)
        axes.tick_params(labelsize=8)
    for axes in panels.flat[len(pairs):]:
        axes.remove()
    figure.supxlabel("intensity of the unit", fontsize=9)
    figure.supylabel("probability, points", fontsize=9)
    figure.legend(*panels.flat[0].get_legend_handles_labels(), loc="outside upper center", ncols=4, fontsize=8)
    return figure


def way_between(points: list[pd.DataFrame], filters: pd.DataFrame, start: str, end: str) -> Figure:
    """One person's way from an expression to another: probabilities (a row a picture), and responses of the filters
    that change most (columns), each scaled to its largest."""
    figure, (above, below) = plt.subplots(2, 1, figsize=(WIDTH, 3.8), sharex=True, layout="constrained")
    table = pd.concat(points, ignore_index=True)
    steps = np.arange(len(table)) / (len(table) - 1)
    for axes in (above, below):
        axes.set_prop_cycle(color=HUES, marker=list(MARKERS))
    for name in table.columns[table.max() >= 10]:
        above.plot(steps, table[name], ms=4, lw=2.4 if name in (start, end) else 1, label=name)
    above.set(ylabel="probability, points")
    for name, values in filters.items():
        below.plot(steps, values / max(values.max(), 1e-9), ms=4, lw=1, label=name)
    below.set(xlabel=f"from {start} to {end}", ylabel="response / largest")
    for axes in (above, below):
        name_ends(axes, inches=1.)
    return figure


def strip_captions(start: str, end: str, named: Sequence[str]) -> list[str]:
    """Under each picture of a morph, what the network calls it."""
    ends = {0: f"{start}: ", len(named) - 1: f"{end}: "}
    return [ends.get(i, "") + escaped(name) for i, name in enumerate(named)]


def pairs(table: pd.DataFrame) -> pd.DataFrame:
    """Tables whose numbers are named "happy AU12", with that in two columns."""
    parts = table["first"].str.split(" ", n=1, expand=True).reindex(columns=[0, 1])
    return table.assign(expression=parts[0], unit=parts[1])


def levels(table: pd.DataFrame) -> pd.DataFrame:
    return pairs(table).assign(level=table["second"].astype(float))


def side_by_side(table: pd.DataFrame) -> pd.DataFrame:
    """A row for each network and `first` of a table of tables, and in columns what is known of it."""
    return table.set_index(["kind", "seed", "run", "first", "second"])["value"].unstack("second").reset_index()


def mean_of(networks: pd.DataFrame, kind: str, column: str) -> float:
    return networks.loc[networks["kind"] == kind, column].mean()


def missed_in_words(networks: pd.DataFrame) -> str:
    """Of the first kind of which it is known."""
    columns = ["lost, criteria", "lost, one side, criteria"]
    kinds = kinds_in(networks.dropna(subset=columns))
    if not kinds:
        return NOT_KNOWN
    both, one = (typeset(mean_of(networks, kinds[0], name), ".0f") for name in columns)
    return (f"Without a unit of its criteria an expression loses {both} points more than without another of its "
            f"units, in {kinds[0]}; without it on one side {one}.")


def follow_in_words(networks: pd.DataFrame) -> str:
    """Of the first and the last kind of which it is known, which may be one."""
    kinds = kinds_in(networks.dropna(subset="rises with its unit only"))
    if not kinds:
        return NOT_KNOWN
    said = [f"{percent(mean_of(networks, kind, 'rises with its unit only'))} ({kind})"
            for kind in dict.fromkeys([kinds[0], kinds[-1]])]
    return f"Filters that follow their unit and no other: {', '.join(said)}."


def between(morphs: pd.DataFrame) -> pd.DataFrame:
    """Of each network how it goes from one expression to another, over all pairs (see `changed.morphs`): told apart,
    share of pairs whose ends it tells apart, of one person or more; in one step, share of these in which half of the
    change or more falls into one step; a third name, of the pictures between, over the same pairs."""
    rows = []
    for about, own in side_by_side(morphs).groupby(["kind", "seed", "run"]):
        told = own[own["at"].notna()]
        rows.append([*about, len(told) / len(own), (told["sharpness"] >= .5).mean() if len(told) else np.nan,
                     told["neither"].mean()])
    return pd.DataFrame(rows, columns=["kind", "seed", "run", "told apart", "in one step", "a third name"])


def turned_in_words(table: pd.DataFrame, networks: pd.DataFrame) -> str:
    """Points beyond random sets, of networks that learned expressions; and for how many pairs of an expression and a
    unit they are beyond 95 of 100 such sets (p, not corrected), in the first kind. Paragraphs."""
    wide = side_by_side(table)
    kinds = [kind for kind in kinds_in(wide) if kind in VARIANTS]
    if not kinds:
        return NOT_KNOWN
    out, up = (wide.loc[wide["kind"] == kinds[0], ["out, p", "up, p"]] <= LEVEL).mean()
    lost, gained = (", ".join(f"{typeset(mean_of(networks, kind, name), '+.1f')} ({kind})" for kind in kinds)
                    for name in ("taken out", "turned up"))
    return (f"Taken out, a unit's filters cost its expressions this many points more than random sets do: {lost}.\n\n"
            f"Turned up, they add: {gained}.\n\nMeans hide single pairs of an expression and a unit: in {kinds[0]}, "
            f"{percent(out)} are beyond chance when taken out, {percent(up)} when turned up; {percent(LEVEL)} would be "
            "expected.")


def pictures_along(pictures: dict, start: str, end: str, person: int) -> list[np.ndarray]:
    """One person's pictures (S, S) from one expression to the other, both included."""
    return [pictures[change][person - 1, 0] for change in way(start, end)]


def responses_along(responses: dict, start: str, end: str, person: int, count: int) -> pd.DataFrame:
    """The filters (columns) that change most along it, in absolute response; a row a picture."""
    values = np.stack([responses[change][person - 1] for change in way(start, end)])
    most = np.argsort(-np.ptp(values, axis=0), kind="stable")[:count]
    return pd.DataFrame(values[:, most], columns=[f"conv3:{f}" for f in most])


def to_change(people: int, images: dict, said: dict[str, dict]) -> HTML:
    """The first people's faces at rest and of each expression, with one unit more or less, for the reader to choose.
    images: {change: (people, 1, S, S)}; said: {network: {change: points}}."""
    changes = list(images)
    starts = {AT_REST: (changes.index(Change(AT_REST)), {
        change.unit: i for i, change in enumerate(changes) if change.what == WITH and not change.one_side})}
    for name in COUNTS:
        starts[name] = (changes.index(Change(APEX, expression=name)), {
            change.unit: i for i, change in enumerate(changes)
            if change.what == WITHOUT and change.expression == name and not change.one_side})
    first = next(iter(said.values()))[Change(AT_REST)]
    return changed_faces(
        np.stack([own[:people, 0] for own in images.values()], axis=1), [f"person {i + 1}" for i in range(people)],
        starts, {name: np.stack([points[change].to_numpy()[:people] for change in changes], axis=1)
                 for name, points in said.items()}, list(first))
