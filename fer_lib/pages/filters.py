"""What the chapter `filters` shows: networks beside each other; of one its filters' pictures, and where they look."""
from collections.abc import Sequence
from functools import partial

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from IPython.display import HTML, Markdown, display
from matplotlib.figure import Figure
from pandas.io.formats.style import Styler

from ..analysis.attribution import fields, guided
from ..analysis.regions import gain, overlap, shares_of_picture
from ..analysis.responses import Responses
from ..analysis.rules import Finding, Verdict
from ..analysis.sanity import BEFORE, CHANCE, EXPLAINED, FACE, GUIDED, RANDOM, RANK, SSIM
from ..analysis.words import AHEAD, BEHIND, INCONCLUSIVE, NO_DIFFERENCE
from ..faces import ACTION_UNITS
from ..network import ZeroBiasCNN
from ..preprocessing import see
from .charts import INK, dots_by_kind, kinds_in
from .claims import glue_means
from .figures import name_marks
from .interactive import filter_pictures
from .markup import escaped, percent, styled
from .notebooks import glue
from .numbers import typeset
from .pictures import CAPTION, picture

# What the rule `parts` compares: column of a table of networks, its label, its digits
MEASURED = {"strays": ("strays from\nits place, pixels", 1), "gain": ("gain where\nfaces move", 2),
            "likeness": ("like pictures\nbefore training", 2)}
ALLOWED = "likeness, most allowed"
LEARNED = {"not trained": "nothing", "CNN, shuffled labels": "shuffled labels"}
WITHHELD = ("Photographs, and what is computed back to their pixels, are not shown; SHOW_FACES=1 (papermill: -p "
            "show_faces True) shows them, in your own copy.")
TRAINED, UNTAUGHT = "trained", "before training"


def show_networks(networks: pd.DataFrame, verdict: Verdict, size: int):
    """The answer in words, a dot for each network, and the means of each kind for results.json."""
    display(Markdown(answer(verdict)))
    if set(MEASURED) <= set(networks):
        network_dots(networks)
        plt.show()
        glue_means("filters", networks, {column: digits for column, (_, digits) in MEASURED.items()},
                   f"networks of {size} pixels")


def network_dots(networks: pd.DataFrame) -> Figure:
    """A dot for each network; of pictures, a tick for what the rule allows it at most."""
    figure = dots_by_kind(networks, {column: label for column, (label, _) in MEASURED.items()}, width=1.6)
    limits, kinds = networks.dropna(subset=ALLOWED), kinds_in(networks)
    axes = figure.axes[list(MEASURED).index("likeness")]
    axes.plot(limits[ALLOWED], [kinds.index(kind) for kind in limits["kind"]], "|", color="black", markersize=9,
              scaley=False)
    return figure


def answer(verdict: Verdict) -> str:
    """What became of the rule `parts`, in words."""
    found = {of: [one for one in verdict.findings.values() if one.comparison.of == of] for of in MEASURED}
    if any(one.word is None for one in verdict.findings.values()):
        return "The book keeps too few measured networks of these faces: nothing can be said of them."
    place, moved = more_than(found["strays"]), more_than(found["gain"])
    keep = "Filters that learned expressions keep to a place on the face"
    both = (f"{keep}, and look where action units move it, {place}." if place == moved else
            f"{keep}, {place}. They look where action units move it, {moved}.")
    drawn = {AHEAD: "Guided backpropagation shows it: before training, the same filters drew other pictures.",
             BEHIND: "Guided backpropagation does not show that they learned it: before training, the same filters "
                     "drew similar pictures, beyond what chance gives."}
    return f"{both} {drawn.get(found['likeness'][0].word, 'Whether guided backpropagation shows it stays open.')}"


def more_than(findings: list[Finding]) -> str:
    """… than filters that learned something else, or not, or that is open."""
    better, other, unsure = (" or ".join(LEARNED[one.comparison.theirs[0]] for one in findings if one.word in words)
                             for words in ((AHEAD,), (BEHIND, NO_DIFFERENCE), (INCONCLUSIVE,)))
    said = [f"more than those that learned {better}"] * bool(better)
    said += [f"but {'not' if better else 'no'} more than those that learned {other}"] * bool(other)
    said = [", ".join(said)] * bool(said)
    said += [f"{'but ' * (not said)}whether more than those that learned {unsure} is open"] * bool(unsure)
    return "; ".join(said)


def counted(names: Sequence[str]) -> str:
    """3 happy, 2 surprise"""
    return ", ".join(f"{count} {name}" for name, count in pd.Series(list(names)).value_counts().items())


def notes(answers: Responses, excite: np.ndarray, shows: Sequence[str]) -> list[str]:
    """A sentence for each filter. excite: (F, top) bool, does it respond to its strongest images at all?"""
    return [f"strongest response {own.max():.2f}; responds to {percent((own > 0).mean())} of the images asked; "
            f"these show {shown}" if responds else "responds to none of the images asked"
            for own, responds, shown in zip(answers.strongest.T, excite.any(1), shows, strict=True)]


def sentences(notes: Sequence[str]) -> list[str]:
    """As the tip of a filter says it."""
    return [f"{note[0].upper()}{note[1:]}." for note in notes]


def signed(values: np.ndarray) -> np.ndarray:
    """From minus its largest value, black, to plus, white; grey is zero."""
    return .5 + .5 * values / max(np.nanmax(np.abs(values)), 1e-12)


def any_filter(networks: dict[str, ZeroBiasCNN], images: np.ndarray, answers: Responses, best: np.ndarray, how: str,
               notes: Sequence[str], first: int) -> HTML:
    """Any filter, on the image that excites it most: guided backpropagation from its strongest neuron through each of
    the networks, and what the neuron sees. images: (N, 1, S, S) uint8; answers: of the first network to them; best:
    (F, n) the images that excite a filter most."""
    where, which = best[:, 0], np.arange(len(best))
    rows, columns = answers.row[where, which], answers.column[where, which]
    x = see(images[where], how)
    strips = {name: [signed(field) for field in fields(guided(network, x, which, rows, columns), rows, columns)]
              for name, network in networks.items()}
    strips["the face that the neuron sees"] = [field / 255 for field in fields(images[where, 0], rows, columns)]
    return filter_pictures({name: (255 * np.nan_to_num(np.stack(own), nan=.5)).round().astype(np.uint8)
                            for name, own in strips.items()}, notes, first=first)


def blocks(filters: np.ndarray, which: np.ndarray, strips: dict[str, list[np.ndarray]], shows: Sequence[str], *,
           seen: int | None = None) -> HTML:
    """A block for each filter: its pictures (H, W) in [0, 1], NaN grey, in strips by caption, side by side or below
    each other. which: (N,) the filter of each picture; seen: so many are not folded, by default all."""
    every = []
    for f in filters:
        own = np.flatnonzero(which == f)
        own_strips = {caption: [pictures[i] for i in own] for caption, pictures in strips.items()}
        every.append(block(f"conv3:{f}", shows[f], own_strips))
    shown, folded = "".join(every[:seen]), "" if seen is None else "".join(every[seen:])
    if folded:
        others = f"{len(every) - seen} filters" if len(every) - seen > 1 else "filter"
        folded = f"<details><summary>The other {others}</summary>{folded}</details>"
    return HTML(f'<div class="blocks" data-follows="filter">{shown}{folded}</div>')


def block(name: str, text: str, strips: dict[str, list[np.ndarray]]) -> str:
    shown = "".join(strip(pictures, caption, f"{name}, {caption}") for caption, pictures in strips.items())
    head = f'<div style="margin:1rem 0 .2rem;font-size:.9rem"><b>{name}</b> &nbsp; {escaped(text)}</div>'
    return (f'<div data-filter="{name.partition(":")[2]}">{head}'
            f'<div style="display:flex;flex-wrap:wrap;gap:.4rem 1rem">{shown}</div></div>')


def strip(pictures: list[np.ndarray], caption: str, alt: str) -> str:
    """Pictures in a row, below a caption, as wide as a telephone allows."""
    style = "width:100%;image-rendering:pixelated;display:block"
    cells = "".join(picture(np.nan_to_num(image, nan=.5), f"{alt}, image {i + 1}", style)
                    for i, image in enumerate(pictures))
    columns = f"display:grid;grid-template-columns:repeat({len(pictures)},1fr);gap:3px"
    return (f'<figure style="margin:0;flex:1 1 17rem;max-width:23rem"><figcaption style="{CAPTION}">{escaped(caption)}'
            f'</figcaption><div style="{columns}">{cells}</div></figure>')


def mean_places(face: np.ndarray, placed: dict[str, pd.DataFrame], filters: np.ndarray) -> Figure:
    """Where filters look: dots on a face (S, S), a panel for each network of `places`; rings: `filters` of the
    trained one."""
    figure, panels = plt.subplots(1, 2, figsize=(8, 4.3), constrained_layout=True)
    for axes, (name, table) in zip(panels, placed.items(), strict=True):
        axes.imshow(face, cmap="gray", vmin=-255, vmax=255)            # pale, behind the dots
        marks = axes.scatter(table["column"], table["row"], s=14, color=INK["CNN+AD"], alpha=.6, linewidths=0)
        name_marks(marks, [f"conv3:{f} · {name}" for f in table.index])
        if name == TRAINED:
            chosen = table.loc[filters]
            axes.scatter(chosen["column"], chosen["row"], s=46, facecolors="none", edgecolors="black", linewidths=1)
        axes.set(title=name, xticks=[], yticks=[], xlim=(0, len(face) - 1), ylim=(len(face) - 1, 0))
    return figure


def likeness_chart(alike: pd.DataFrame) -> Figure:
    """Of `sanity.likeness_table` a dot for each picture: dark, through the trained network; grey, through one without
    training or in part; black, the face itself. Dotted: chance."""
    rows = alike.index.drop(CHANCE)
    colours = ["black" if name == FACE else INK["not trained" if name.startswith("guided,") else "CNN+AD"]
               for name in rows]
    figure, panels = plt.subplots(1, 2, figsize=(7, 1. + .32 * len(rows)), sharey=True, layout="constrained")
    for axes, column, label in ((panels[0], RANK, "rank correlation with\nguided backpropagation"),
                                (panels[1], EXPLAINED, "share of it that a 5×5 filter\nof the face explains")):
        axes.scatter(alike.loc[rows, column], range(len(rows)), color=colours, s=46)
        axes.axvline(alike.at[CHANCE, column], color="black", lw=1, ls=":")
        axes.annotate("chance", (alike.at[CHANCE, column], -.9), xytext=(4, 0), textcoords="offset points", fontsize=9,
                      va="center")
        axes.set(xlabel=label, xlim=(0, 1), yticks=range(len(rows)), yticklabels=rows, ylim=(len(rows) - .5, -1.3))
    return figure


def glue_likeness(alike: pd.DataFrame, pictures: int, run: str) -> Styler:
    """Glue numbers of `sanity.likeness_table`; → the table, to look them up."""
    for name, key in ((FACE, "face"), ("gradient", "gradient"), (BEFORE, "before"), (RANDOM, "random"),
                      (CHANCE, "chance")):
        glue(f"filters_rank_{key}", alike.at[name, RANK], n=pictures, display=typeset(alike.at[name, RANK], ".2f"),
             source=f"{run}: rank correlation of guided backpropagation with {name}, in the neuron's field")
    for name, key in ((GUIDED, "guided"), (BEFORE, "before"), (RANDOM, "random"), (CHANCE, "chance")):
        glue(f"filters_explained_{key}", alike.at[name, EXPLAINED], n=pictures,
             display=percent(alike.at[name, EXPLAINED]),
             source=f"{run}: variance of {name} explained by a 5×5 filter of the normalised face")
    shown, in_table = alike.assign(**{EXPLAINED: 100 * alike[EXPLAINED]}), partial(typeset, form=".2f")
    return styled(shown).format({SSIM: in_table, RANK: in_table, EXPLAINED: "{:.0f} %"}, na_rep="")


def glue_spread(spread: dict[str, float], filters: int, run: str):
    """spread: pixels by which filters stray, of the trained network, of its first weights, and of others' weights."""
    untaught = [value for name, value in spread.items() if name != TRAINED]
    for value, key, what in ((spread[TRAINED], "trained", "trained"), (spread[UNTAUGHT], "before", "before training"),
                             (min(untaught), "untaught_least", f"least of {len(untaught)} untrained networks")):
        glue(f"filters_spread_{key}", value, n=filters, display=f"{value:.0f}",
             source=f"{run}, {what}: distance of a filter's strongest neuron from its mean, pixels, median of filters")
    glue("filters_untaught", len(untaught), source="networks that were not trained: its own first weights, and others")


class Density:
    """How dense the guided gradient is where action units move the face, of a network and of some not trained.

    within: by network, shares (F, A) of each filter's guided gradient in each unit's region, see
    `regions.energy_within`. masks: the regions by unit.
    """

    def __init__(self, within: dict[str, np.ndarray], masks: dict[str, np.ndarray]):
        self.filters, self.masks = len(within[TRAINED]), masks
        self.gains = {name: gain(share, masks) for name, share in within.items()}
        self.by_unit = pd.DataFrame({name: share.mean(0) for name, share in within.items()},
                                    index=list(masks)).div(shares_of_picture(masks), axis=0)
        self.untaught = self.by_unit.drop(columns=TRAINED)
        self.exceptions = list(self.by_unit.index[self.by_unit[TRAINED] <= self.untaught.max(axis=1)])

    def chart(self) -> Figure:
        """A row for each unit, the densest above; the trained network dark, those not trained grey."""
        units = self.by_unit[TRAINED].sort_values(ascending=False).index
        figure, axes = plt.subplots(figsize=(6.4, 1. + .25 * len(units)), layout="constrained")
        for name in self.untaught:
            marks = axes.scatter(self.untaught.loc[units, name], range(len(units)), s=18, color=INK["not trained"],
                                 alpha=.8, linewidths=0, label="not trained" if name == UNTAUGHT else None)
            name_marks(marks, [f"{unit} · {name} · {value:.2f}"
                               for unit, value in self.untaught.loc[units, name].items()])
        marks = axes.scatter(self.by_unit.loc[units, TRAINED], range(len(units)), s=46, color=INK["CNN+AD"],
                             label=TRAINED)
        name_marks(marks, [f"{unit} · {TRAINED} · {value:.2f}"
                           for unit, value in self.by_unit.loc[units, TRAINED].items()])
        axes.axvline(1, color="black", lw=1, ls=":")
        axes.set(xlabel="times as dense as if it were spread evenly", xlim=(0, None), ylim=(len(units) - .5, -.5),
                 yticks=range(len(units)), yticklabels=[f"{unit} {ACTION_UNITS[unit].name.lower()}" for unit in units])
        axes.legend(loc="lower right")
        return figure

    def glue(self, run: str) -> str:
        """Glue its numbers; → how many units there are exceptions of, in words."""
        others, most = len(self.untaught.columns), max(self.gains[name] for name in self.untaught)
        for value, key, what in ((self.gains[TRAINED], "trained", "trained"),
                                 (self.gains[UNTAUGHT], "before", "before training"),
                                 (most, "untaught_most", f"most of {others} untrained networks")):
            glue(f"filters_gain_{key}", value, n=self.filters, display=f"{value:.2f}",
                 source=f"{run}, {what}: share of guided gradient in an action unit's region by the region's share of "
                        "the picture, mean over filters, median over units")
        units, alike = len(self.masks), overlap(self.masks)
        glue("filters_units_denser", units - len(self.exceptions), n=units,
             source=f"{run}: action units whose region has a larger share of the guided gradient "
                    f"than in any of {others} untrained networks")
        glue("filters_regions_overlap", alike, n=units, display=percent(alike),
             source="pixels of both an action unit's region and that most like it, by those of either; median over "
                    "units")
        return (f"For {units - len(self.exceptions)} of {units} units the trained network's is the densest"
                + (f"; not for {', '.join(self.exceptions)}." if self.exceptions else "."))
