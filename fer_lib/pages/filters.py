"""What the chapter `filters` shows: a filter's pictures, where filters look, and its numbers in words."""
from collections.abc import Sequence

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from IPython.display import HTML
from matplotlib.figure import Figure
from pandas.io.formats.style import Styler

from ..analysis.regions import gain, overlap, shares_of_picture
from ..analysis.responses import Responses
from ..analysis.sanity import BEFORE, CHANCE, EXPLAINED, FACE, GUIDED, RANDOM, RANK, SSIM
from ..faces import ACTION_UNITS
from .markup import escaped, percent, styled
from .notebooks import glue
from .pictures import CAPTION, picture

OPEN = 3                            # of many filters' blocks, so many are not folded
WITHHELD = ("Photographs, and what is computed back to their pixels, are not shown; -p show_faces True shows them, in "
            "your own copy.")
TRAINED, UNTAUGHT = "trained", "before training"


def counted(names: Sequence[str]) -> str:
    """3 happy, 2 surprise"""
    return ", ".join(f"{count} {name}" for name, count in pd.Series(list(names)).value_counts().items())


def filter_table(filters: np.ndarray, answers: Responses, shows: Sequence[str], top: int) -> Styler:
    """A row for each of some filters. shows: of every filter, what the images that excite it most show."""
    strongest = answers.strongest
    return styled(pd.DataFrame([
        {"filter": f"conv3:{f}", "strongest": strongest[:, f].max(), "mean": strongest[:, f].mean(),
         "responds to": percent((strongest[:, f] > 0).mean()), f"its {top} images show": shows[f]}
        for f in filters])).format(precision=2).hide(axis="index")


def notes(answers: Responses, excite: np.ndarray, shows: Sequence[str]) -> list[str]:
    """A sentence for each filter. excite: (F, top) bool, does it respond to its strongest images at all?"""
    return [f"strongest response {own.max():.2f}; responds to {percent((own > 0).mean())} of the training images; "
            f"these show {shown}" if responds else "responds to no training image"
            for own, responds, shown in zip(answers.strongest.T, excite.any(1), shows, strict=True)]


def signed(values: np.ndarray) -> np.ndarray:
    """From minus its largest value, black, to plus, white; grey is zero."""
    return .5 + .5 * values / max(np.nanmax(np.abs(values)), 1e-12)


def blocks(filters: np.ndarray, which: np.ndarray, strips: dict[str, list[np.ndarray]], shows: Sequence[str], *,
           fold: bool = False) -> HTML:
    """A block for each filter: its pictures (H, W) in [0, 1], NaN grey, in strips by caption, side by side or below
    each other. which: (N,) the filter of each picture; fold: all but the first OPEN."""
    every = []
    for f in filters:
        own = np.flatnonzero(which == f)
        own_strips = {caption: [pictures[i] for i in own] for caption, pictures in strips.items()}
        every.append(block(f"conv3:{f}", shows[f], own_strips))
    if not fold or len(every) <= OPEN:
        return HTML("".join(every))
    summary = f"<summary>The other {len(every) - OPEN} filters</summary>"
    return HTML(f"{''.join(every[:OPEN])}<details>{summary}{''.join(every[OPEN:])}</details>")


def block(name: str, text: str, strips: dict[str, list[np.ndarray]]) -> str:
    shown = "".join(strip(pictures, caption, f"{name}, {caption}") for caption, pictures in strips.items())
    head = f'<div style="margin:1rem 0 .2rem;font-size:.9rem"><b>{name}</b> &nbsp; {escaped(text)}</div>'
    return f'{head}<div style="display:flex;flex-wrap:wrap;gap:.4rem 1rem">{shown}</div>'


def strip(pictures: list[np.ndarray], caption: str, alt: str) -> str:
    """Pictures in a row, below a caption, as wide as a telephone allows."""
    style = "width:100%;image-rendering:pixelated;display:block"
    cells = "".join(picture(np.nan_to_num(image, nan=.5), f"{alt}, image {i + 1}", style)
                    for i, image in enumerate(pictures))
    columns = f"display:grid;grid-template-columns:repeat({len(pictures)},1fr);gap:3px"
    return (f'<figure style="margin:0;flex:1 1 17rem;max-width:23rem"><figcaption style="{CAPTION}">{escaped(caption)}'
            f'</figcaption><div style="{columns}">{cells}</div></figure>')


def mean_places(face: np.ndarray, placed: dict[str, pd.DataFrame], filters: np.ndarray) -> Figure:
    """Where filters look: dots on a face (S, S), a panel for each network of `places`; rings and numbers: `filters` of
    the trained one."""
    figure, panels = plt.subplots(1, 2, figsize=(8, 4.3), constrained_layout=True)
    for axes, (name, table) in zip(panels, placed.items(), strict=True):
        axes.imshow(face, cmap="gray", vmin=-255, vmax=255)            # pale, behind the dots
        axes.scatter(table["column"], table["row"], s=14, color="#7a1f5c", alpha=.6, linewidths=0)
        if name == TRAINED:
            chosen = table.loc[filters]
            axes.scatter(chosen["column"], chosen["row"], s=46, facecolors="none", edgecolors="black", linewidths=1)
            for f, at in chosen.iterrows():
                axes.annotate(f, (at["column"], at["row"]), xytext=(4, 3), textcoords="offset points", fontsize=8)
        axes.set(title=name, xticks=[], yticks=[], xlim=(0, len(face) - 1), ylim=(len(face) - 1, 0))
    return figure


def glue_likeness(alike: pd.DataFrame, pictures: int, run: str) -> Styler:
    """Glue what the text says of `sanity.alike`; → the table."""
    for name, key in ((FACE, "face"), ("gradient", "gradient"), (BEFORE, "before"), (RANDOM, "random"),
                      (CHANCE, "chance")):
        glue(f"filters_rank_{key}", alike.at[name, RANK], n=pictures, display=f"{alike.at[name, RANK]:.2f}",
             source=f"{run}: rank correlation of guided backpropagation with {name}, in the neuron's field")
    for name, key in ((GUIDED, "guided"), (BEFORE, "before"), (RANDOM, "random"), (CHANCE, "chance")):
        glue(f"filters_explained_{key}", alike.at[name, EXPLAINED], n=pictures,
             display=percent(alike.at[name, EXPLAINED]),
             source=f"{run}: variance of {name} explained by a 5×5 filter of the normalised face")
    shown = alike.assign(**{EXPLAINED: 100 * alike[EXPLAINED]})
    return styled(shown).format({SSIM: "{:.2f}", RANK: "{:.2f}", EXPLAINED: "{:.0f} %"}, na_rep="")


def on_pictures(untaught: float, by_chance: float) -> str:
    """What the rank correlation with pictures of random filters says of such pictures."""
    if untaught > (1 + by_chance) / 2:
        return ("**So such pictures are no evidence that a filter has learned anything:** a network with random "
                "filters draws nearly the same.")
    if untaught > by_chance + .05:
        return ("**So such pictures must be read with care:** a network with random filters draws pictures that are "
                "more like them than chance.")
    return ("**Here the pictures do depend on what was learned:** those of random filters are no more like them than "
            "by chance.")


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
        self.untaught_most = max(value for name, value in self.gains.items() if name != TRAINED)
        self.untaught = len(within) - 1
        shares = pd.DataFrame({name: share.mean(0) for name, share in within.items()}, index=list(masks))
        self.table = shares[[TRAINED, UNTAUGHT]].assign(**{
            "untrained, most": shares.drop(columns=TRAINED).max(axis=1), "best filter": within[TRAINED].max(0)})
        self.table.insert(0, "region", shares_of_picture(masks))
        self.table.insert(0, "name", [ACTION_UNITS[unit].name for unit in masks])
        self.exceptions = list(self.table.index[self.table[TRAINED] <= self.table["untrained, most"]])

    def shown(self) -> Styler:
        shares = [name for name in self.table if name != "name"]
        return styled(self.table).format(dict.fromkeys(shares, percent))

    def glue(self, run: str) -> str:
        """Glue its numbers; → a caption."""
        for value, key, what in ((self.gains[TRAINED], "trained", "trained"),
                                 (self.gains[UNTAUGHT], "before", "before training"),
                                 (self.untaught_most, "untaught_most", f"most of {self.untaught} untrained networks")):
            glue(f"filters_gain_{key}", value, n=self.filters, display=f"{value:.2f}",
                 source=f"{run}, {what}: share of guided gradient in an action unit's region by the region's share of "
                        "the picture, mean over filters, median over units")
        units, alike = len(self.masks), overlap(self.masks)
        denser = units - len(self.exceptions)
        glue("filters_units_denser", denser, n=units,
             source=f"{run}: action units whose region has a larger share of the guided gradient "
                    f"than in any of {self.untaught} untrained networks")
        glue("filters_regions_overlap", alike, n=units, display=percent(alike),
             source="pixels of both an action unit's region and that most like it, by those of either; median over "
                    "units")
        exceptions = f"it does not for {', '.join(self.exceptions)}" if self.exceptions else "there is no exception"
        after, before = self.gains[TRAINED], self.gains[UNTAUGHT]
        return (
            "*Region: its share of the picture. Then the share of the guided gradient in it, mean over filters: after "
            f"training, before it, and the most in {self.untaught} networks that were not trained; last, of the "
            f"trained filter that has most. Live.* The regions hold {after:.2f} times their share of the picture "
            f"after training (median over units), and {before:.2f} times before it; the most in a network "
            f"that was not trained is {self.untaught_most:.2f}.\n\nThe median hides differences. For {denser} of "
            f"{units} action units the share after training exceeds that in every network without; {exceptions}. Nor "
            f"are these {units} separate findings, since regions overlap: a region and the one most like it have "
            f"{percent(alike)} of their pixels in common (median).")

    def summary(self) -> str:
        return (
            f"Where an action unit moves the face, the guided gradient is {self.gains[TRAINED]:.2f} times as dense "
            f"as on average (median over {len(self.masks)} units whose regions overlap); without training, "
            f"{self.untaught_most:.2f} times at most. "
            + (f"Not for {', '.join(self.exceptions)}: there a network without training has as much, or more."
               if self.exceptions else "It is denser for every one of them."))


def summary(filters: int, top: int, alike: pd.DataFrame, spread: dict[str, float], density: Density | None) -> str:
    """The page in a few lines."""
    explained = {name: percent(alike.at[name, EXPLAINED]) for name in (GUIDED, RANDOM, CHANCE)}
    untaught = min(value for name, value in spread.items() if name != TRAINED)
    lines = [f"The {filters} filters with the strongest responses, and the {top} training images of each, can be "
             "drawn as in the paper.",
             f"Fitted to such a picture, a 5×5 filter of the face explains {explained[GUIDED]} of it on average, with "
             f"random filters {explained[RANDOM]} (by chance {explained[CHANCE]}).",
             f"The pictures' rank correlation with those of random filters is {alike.at[RANDOM, RANK]:.2f}; by chance "
             f"{alike.at[CHANCE, RANK]:.2f}.",
             f"A filter's strongest neuron strays {spread[TRAINED]:.0f} pixels from its mean place (median of "
             f"filters); without training, {untaught:.0f} or more."]
    return "\n".join(f"- {line}" for line in [*lines, *([density.summary()] if density else [])])
