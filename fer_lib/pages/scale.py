"""What the chapter `scale` shows: a list of runs, how long it takes on how many machines, and what breaks first."""
import math
import time
from collections.abc import Callable
from dataclasses import dataclass, replace

import matplotlib.pyplot as plt
import pandas as pd
from matplotlib.figure import Figure
from pandas.io.formats.style import Styler

from ..datasets import FaceDataset
from ..evaluation import predict
from ..network import untrained
from ..runs.estimate import flop_of_a_step, hours, likely_steps, makespan
from ..runs.grid import Job
from ..training import Recipe
from .charts import INK
from .markup import styled
from .notebooks import glue
from .svg import as_letters

MACHINES = 1, 8, 64
ALL, EARLY = "every run takes all its steps", "runs end early as the stored ones did"
COLOURS = {ALL: INK["CNN"], EARLY: INK["CNN+AD"]}
MARKS = {60: "1 min", 3600: "1 h", 86400: "1 day", 2629800: "1 month"}     # seconds
WIDTH = 6.                          # inches
LETTER = .03                        # of the axis of a chart of times, on a telephone
GROUND = {"facecolor": "white", "edgecolor": "none", "pad": .5}      # of words: lines end at them


def size_of(job: Job) -> int:
    return job.faces.get("size", 96)


def lengths(usual: dict[int, list[int]]) -> dict[str, Callable[[Job], float | None]]:
    """How many steps a job takes, two ways. usual: see `estimate.usual_steps`."""
    return {ALL: lambda job: job.recipe.steps, EARLY: lambda job: likely_steps(job, usual)}


def speedups(jobs: list[Job], usual: dict[int, list[int]], most: int) -> pd.DataFrame:
    """How many times as fast as one machine 1, 2, 4 … `most` machines (rows) make all jobs; columns: see `lengths`, as
    far as they are known. A step is taken to last as many operations as it has."""
    cost = {pixels: flop_of_a_step(pixels) for pixels in set(map(size_of, jobs))}
    machines = [2 ** i for i in range(most.bit_length())]
    found = {}
    for name, steps in lengths(usual).items():
        if all(map(steps, jobs)):
            each = [steps(job) * cost[size_of(job)] for job in jobs]
            found[name] = [sum(each) / makespan(each, n) for n in machines]
    return pd.DataFrame(found, machines)


def speed_chart(speed: pd.DataFrame, measured: dict[int, float]) -> Figure:
    """Lines: `speedups`, dotted n machines n times as fast; dots: measured, so many workers by one."""
    figure, axes = plt.subplots(figsize=(WIDTH, 3.2), layout="constrained")
    axes.plot(speed.index, speed.index, ":", color="#6f6f6f", lw=1)
    for name, values in speed.items():
        axes.plot(speed.index, values, "-" if name == ALL else "--", color=COLOURS[name], lw=1.8)
        above = name == ALL
        axes.annotate(f"if {name.split(' as ')[0]}", (speed.index[-1], values.iloc[-1]), ha="right",
                      xytext=(-24, 0) if above else (0, -18), va="bottom" if above else "top",
                      textcoords="offset points", fontsize=9, color=as_letters(COLOURS[name]),
                      bbox=GROUND)
    axes.plot(list(measured), list(measured.values()), "o", color="black", markersize=7, zorder=3)
    for n, value in measured.items():
        axes.annotate(f"measured: {value:.2f}", (n, value), xytext=(8, -8), textcoords="offset points", fontsize=9)
    for scale, own in (("x", axes.xaxis), ("y", axes.yaxis)):
        axes.set(**{f"{scale}scale": "log"})
        own.set_ticks(list(speed.index), list(map(str, speed.index)))
        own.set_minor_locator(plt.NullLocator())
    axes.set(xlabel="machines", ylabel="times as fast as one")
    return figure


def name_of(job: Job) -> str:
    """What sets the runs of its item apart: CNN+AD, 6 classes"""
    usual, own = Recipe.released(), job.recipe
    classes = job.faces.get("classes")
    return ", ".join([own.variant, *["shuffled labels"] * job.shuffled, *["identities"] * job.identity,
                      *[f"{classes} classes"] * bool(classes), *[f"rate {own.rate:g}"] * (own.rate != usual.rate),
                      *[f"first weights: {own.initialisation}"] * (own.initialisation != usual.initialisation),
                      *[f"{job.faces['name']}"] * (job.faces["name"] != "synthetic"),
                      *[f"{size_of(job)} pixels"] * (size_of(job) != 96)])


def grid_chart(jobs: list[Job], there: list[Job]) -> Figure:
    """A row for each item of a list, a square for each of its runs, filled if the run is there."""
    items = list(dict.fromkeys(job.item for job in jobs))
    figure, axes = plt.subplots(figsize=(WIDTH, .7 + .32 * len(items)), layout="constrained")
    for y, item in enumerate(items):
        own = [job for job in jobs if job.item == item]
        axes.scatter(range(1, len(own) + 1), [y] * len(own), marker="s", s=110, edgecolors=INK["CNN+AD"],
                     facecolors=[INK["CNN+AD"] if job in there else "none" for job in own], linewidths=1.2)
    names = {job.item: name_of(job) for job in jobs}
    axes.set(xlabel="runs: folds, or seeds", yticks=range(len(items)), yticklabels=[names[item] for item in items],
             ylim=(len(items) - .4, -.6), xlim=(.4, max(map([job.item for job in jobs].count, items)) + .6))
    axes.xaxis.get_major_locator().set_params(integer=True)
    axes.grid(visible=False)
    return figure


def grid_table(jobs: list[Job]) -> Styler:
    """A row for each item of a list, with its runs, folds and seeds."""
    grid = pd.DataFrame([
        {"item": job.item, "faces": f"{job.faces['name']}, {size_of(job)} pixels",
         "classes": job.faces.get("classes") or "all", "network": job.recipe.variant,
         "labels": "shuffled" if job.shuffled else "identity" if job.identity else "true", "rate": job.recipe.rate,
         "first weights": job.recipe.initialisation, "trial": job.trial or "", "fold": job.fold, "seed": job.seed,
         "steps at most": job.recipe.steps} for job in jobs])
    item = ["item", "faces", "classes", "network", "labels", "rate", "first weights", "trial"]
    table = grid.groupby(item, sort=False).agg(
        runs=("fold", "size"), folds=("fold", "nunique"), seeds=("seed", "nunique"), steps=("steps at most", "max"))
    shown = styled(table.reset_index().rename(columns={"steps": "steps at most"}))
    return shown.format({"rate": "{:g}", "steps at most": "{:,}"}).hide(axis="index")


def bars(values: dict[str, float], unit: str) -> Figure:
    """A bar for each, the value at its end."""
    figure, axes = plt.subplots(figsize=(WIDTH, .6 + .42 * len(values)), layout="constrained")
    drawn = axes.barh(list(values), list(values.values()), color=INK["CNN, shuffled labels"], height=.6)
    axes.bar_label(drawn, [f"{value:,.0f}" for value in values.values()], padding=4, fontsize=9)
    axes.set(xlabel=unit)
    axes.margins(x=.12)
    axes.invert_yaxis()
    axes.grid(axis="y", visible=False)
    return figure


def times(jobs: list[Job], seconds: dict[str, dict[int, float]], usual: dict[int, list[int]]) -> pd.DataFrame:
    """Seconds for all jobs on MACHINES (columns) of each kind, if … (rows: machine, see `lengths`). seconds: of a step,
    by machine and size; usual: see `estimate.usual_steps`."""
    rows = {}
    for machine, step in seconds.items():
        for length, steps in lengths(usual).items():
            if step and all(steps(job) for job in jobs):
                each = [steps(job) * step[size_of(job)] for job in jobs]
                rows[machine, length] = [makespan(each, n) for n in MACHINES]
    return pd.DataFrame(rows, MACHINES).T.rename_axis(["machine", "if"])


def times_table(found: pd.DataFrame) -> Styler:
    return styled(found.rename(columns=str).reset_index()).format(dict.fromkeys(map(str, MACHINES), hours)).hide(
        axis="index")


def times_chart(found: pd.DataFrame) -> Figure:
    """A row for each number of machines of each kind: from the time if runs end early to the time if none does."""
    kinds = list(dict.fromkeys(found.index.get_level_values("machine")))
    rows = [(kind, n) for kind in kinds for n in MACHINES]
    figure, axes = plt.subplots(figsize=(WIDTH, .9 + .36 * len(rows)), layout="constrained")
    for y, (kind, n) in enumerate(rows):
        own = found.loc[kind, n]
        axes.plot([own.min(), own.max()], [y, y], color="#999", lw=2, zorder=1)
        for length, value in own.items():
            axes.plot(value, y, "s" if length == ALL else "o", color=COLOURS[length], markersize=7,
                      label=f"if {length}" if y == 0 else None)
        axes.annotate(" to ".join(dict.fromkeys(map(hours, sorted(own)))), (own.max(), y), xytext=(9, 0), va="center",
                      textcoords="offset points", fontsize=8, bbox=GROUND)
    axes.set_xscale("log")
    low, high = found.min(axis=None), found.max(axis=None)
    ends = low / 2, high * 1000                     # what is written stands right of the largest
    axes.set_xlim(*ends)
    seconds = marks_between(*ends, up_to=high * 3)
    axes.set_xticks(seconds, [MARKS[second] for second in seconds])
    axes.minorticks_off()
    axes.set(yticks=range(len(rows)), yticklabels=[f"{n} × {kind}" for kind, n in rows], ylim=(len(rows) - .4, -.6))
    axes.tick_params(labelsize=8)
    axes.spines[["top", "right"]].set_visible(False)    # the longest of what is written would cross them
    axes.grid(axis="y", visible=False)
    figure.legend(loc="outside upper center", ncols=2, fontsize=8)
    return figure


def marks_between(left: float, right: float, up_to: float) -> list[int]:
    """Those of MARKS that a logarithmic axis with these ends has room for, on a telephone, too."""
    kept = []
    for second, name in MARKS.items():
        if left < second < up_to:
            letters = (len(MARKS[kept[-1]]) + len(name)) / 2 + 1 if kept else 0     # between the middles of two names
            if not kept or math.log(second / kept[-1]) / math.log(right / left) > letters * LETTER:
                kept.append(second)
    return kept


def steps_in_words(flop: dict[int, int], here: dict[int, float], assumed: dict[int, float], usual: dict[int, list[int]],
                   device: str, rate: float) -> str:
    """A line for each size: operations of a step, seconds measured on a device and assumed at a rate (TFLOP/s)."""
    lines = []
    for pixels, count in flop.items():
        ended = usual.get(pixels)
        lines.append(
            f"{pixels} pixels: {count / 1e9:.0f} GFLOP a step; "
            + (f"{here[pixels]:.3f} s on {device}; " if pixels in here else "")
            + f"{1000 * assumed[pixels]:.1f} ms at {rate:g} TFLOP/s"
            + (f"; stored runs that may end early did after {sum(ended) / len(ended):,.0f} steps (mean of {len(ended)})"
               if ended else ""))
    return "\n".join(lines)


@dataclass(frozen=True)
class ManyImages:
    """What training on so many images would cost, scaled up in proportion from what a set costs on this machine."""
    images: int
    gigabytes: float                # of pixels
    evaluating: float               # seconds of an evaluation of validation and test
    training: float                 # seconds of the steps between two
    hashing: float                  # seconds of a fingerprint
    every: int                      # steps between two evaluations

    @classmethod
    def like(cls, faces: FaceDataset, images: int, every: int, step: float) -> "ManyImages":
        """step: seconds of one, of as many images as usual."""
        began = time.perf_counter()
        replace(faces).fingerprint                          # noqa: B018, is computed when it is asked for
        hashed = time.perf_counter() - began
        network, images_timed = untrained(), faces.images[:128]
        predict(network, images_timed[:16])
        began = time.perf_counter()
        predict(network, images_timed)
        judged = (time.perf_counter() - began) / len(images_timed)
        split = faces.split(0)
        held_out = (len(split.validation) + len(split.test)) / len(faces)
        return cls(images, images * faces.images[0].nbytes / 1e9, judged * held_out * images, every * step,
                   hashed * images / len(faces), every)

    def glue(self, side: int):
        glue("scale_images", self.images, source="parameter of this chapter")
        glue("scale_evaluating", self.evaluating / self.training, display=f"{self.evaluating / self.training:.0f}",
             source="seconds of an evaluation of validation and test, by the seconds of the steps between two; on this "
                    "machine")
        glue("scale_gigabytes", self.gigabytes, display=f"{self.gigabytes:.0f} GB",
             source=f"{side}×{side} bytes an image")

    def chart(self) -> Figure:
        return bars({"an evaluation": self.evaluating / 60, f"the {self.every} steps\nbetween two": self.training / 60,
                     "a fingerprint\nof all pixels": self.hashing / 60}, f"minutes, with {self.images:,} images")

    def table(self) -> Styler:
        return styled(pd.DataFrame([
            ("evaluation of validation and test", f"{self.evaluating / 60:,.0f} minutes each time; the {self.every} "
             f"steps between two take {self.training / 60:,.0f}", "judge on a fixed sample of them"),
            ("images in memory", f"{self.gigabytes:.0f} GB in every worker, and twice that while classes are chosen",
             "a memory-mapped array that workers on a node share"),
            ("the fingerprint of the pixels", f"{self.hashing:.0f} seconds, each time a run is looked up in a new "
             "process", "keep it beside the cached copy"),
            ("a step", "the same: it sees 64 images, however many there are", "none needed; more steps will be"),
        ], columns=["part", f"with {self.images:,} images", "what would help"])).hide(axis="index")
