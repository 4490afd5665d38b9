"""What the chapter `your_network` shows: reports on several networks, side by side.

    reports = read_reports()                        # of book/results/networks, or another folder
    compared(reports)                               # a row for each: its filters, and those of fresh weights
"""
import json
from collections.abc import Iterable, Mapping
from itertools import chain, count
from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from IPython.display import HTML, display
from matplotlib.figure import Figure
from pandas.io.formats.style import Styler

from ..system.paths import expand
from .charts import INK
from .claims import identifier
from .markup import percent, styled
from .notebooks import RESULTS, glue
from .numbers import typeset
from .report import Report

STORE = RESULTS / "networks"
FUNCTION = "edges"                  # as what the chapter's own function is glued
ORDER = "resnet18", "vision_transformer", "cnn_ad", "photographs"
FRESH, ROTATED = INK["not trained"], INK["CNN"]
Reports = Mapping[str, dict]


def read_reports(folder: Path | str | None = None, *more: Path | str) -> dict[str, dict]:
    """What `report` has written as JSON, by the file's name: all of a folder, None: the book's; and more files, which
    take nobody's name or title. ValueError for a file that is no report."""
    files = sorted((STORE if folder is None else expand(folder)).glob("*.json"), key=place)
    found = {}
    for path in [*files, *map(expand, more)]:
        told = json.loads(path.read_text(encoding="utf-8"))
        if "report" not in told:
            raise ValueError(f"{path} is no report: `python -m fer_lib.pages report` writes one beside its page")
        title = unlike(chain([told["title"]], (f"{told['title']} ({i})" for i in count(2))),
                       [other["title"] for other in found.values()])
        name = unlike(chain([path.stem, f"{path.stem} (yours)"], (f"{path.stem} (yours, {i})" for i in count(2))),
                      [FUNCTION, *found])
        found[name] = told | {"title": title}
    if not found:
        raise ValueError(f"{folder or STORE} holds no report")
    return found


def unlike(names: Iterable[str], taken: Iterable[str]) -> str:
    """The first that is none of those taken, also where numbers are glued by it."""
    others = {identifier(name) for name in taken}
    return next(name for name in names if identifier(name) not in others)


def place(path: Path) -> tuple[int, str]:
    return ORDER.index(path.stem) if path.stem in ORDER else len(ORDER), path.stem


def draws(told: dict) -> np.ndarray:
    """Mean AUC over units of the best filters, of each draw of fresh weights; empty where it was asked without."""
    rows = told["tables"]["units"]["rows"]
    return np.mean([row["fresh.draws"] for row in rows], axis=0) if "fresh.draws" in rows[0] else np.empty(0)


def compared(reports: Reports) -> Figure:
    """A row for each network: the mean AUC of its best filters, with its interval; of random mixtures of its filters;
    and of each draw of fresh weights, with the interval of their mean."""
    figure, axes = plt.subplots(figsize=(6.6, 1.2 + .62 * len(reports)), layout="constrained")
    for y, told in enumerate(reports.values()):
        numbers = told["numbers"]
        best, fresh = numbers["yours.best"], draws(told)
        if fresh.size:
            mean = numbers["fresh, all draws.best"]
            axes.plot([mean["from"], mean["to"]], [y + .18] * 2, color=FRESH, lw=2)
            axes.scatter(fresh, [y + .18] * len(fresh), s=34, color=FRESH, label="fresh weights, each draw")
        axes.scatter(numbers["yours.rotated"]["value"], y, s=44, marker="D", facecolors="none", edgecolors=ROTATED,
                     linewidths=1.6, label="random mixtures of its filters")
        axes.plot([best["from"], best["to"]], [y - .18] * 2, color=INK["CNN+AD"], lw=2)
        axes.scatter(best["value"], y - .18, s=56, color=INK["CNN+AD"], label="its best filters")
    axes.axvline(.5, color="black", lw=1, ls=":")
    axes.set(xlabel="mean AUC over action units (½: a guess)", xlim=(.45, 1),
             ylim=(len(reports) - .5, -.5), yticks=range(len(reports)),
             yticklabels=[told["title"].replace(", ", ",\n") for told in reports.values()])
    handles, labels = axes.get_legend_handles_labels()
    shown = dict(zip(labels[::-1], handles[::-1], strict=True))
    figure.legend(shown.values(), shown.keys(), loc="outside upper left", ncols=2, fontsize="small", frameon=False)
    return figure


def side_by_side(reports: Reports) -> Styler:
    """The same questions as rows, a network for each column."""
    columns = {}
    for told in reports.values():
        numbers, trained = told["numbers"], told.get("trained")
        best, added = numbers["yours.best"], numbers.get("difference")
        columns[told["title"]] = {
            "names test faces rightly": accuracy(trained),
            "filters": f"{numbers['yours.filters']['value']:,.0f}",
            "units with a filter beyond chance": of_n(numbers, "yours.beyond"),
            "… with fresh weights": of_n(numbers, "fresh.beyond"),
            "… within expressions": of_n(numbers, "yours.within_beyond"),
            "AUC of the best filters": between(best),
            "… more than with fresh weights": between(added),
            "AUC of all filters together": two(numbers, "yours.all"),
            "best filters that tell no other unit better": of_n(numbers, "yours.own_first"),
            "filters that keep their unit": share(numbers, "yours.kept"),
            "… by chance": share(numbers, "yours.kept_by_chance"),
            "points by CK+’s criteria": points(numbers, "yours.criteria")}
    return styled(pd.DataFrame(columns))


def accuracy(trained: dict | None) -> str:
    return "" if not trained else (
        f"{percent(trained['accuracy']['test'])} ({'–'.join(f'{100 * end:.0f}' for end in trained['interval'])})")


def of_n(numbers: Mapping, name: str) -> str:
    return f"{numbers[name]['value']} of {numbers[name]['n']}" if name in numbers else "not asked"


def between(found: Mapping | None) -> str:
    if found is None:
        return "not asked"
    value, low, high = (typeset(found[name], ".2f") for name in ("value", "from", "to"))
    return f"{value} ({low} to {high})"


def two(numbers: Mapping, name: str) -> str:
    return f"{numbers[name]['value']:.2f}" if name in numbers else "not asked"


def share(numbers: Mapping, name: str) -> str:
    return percent(numbers[name]["value"]) if name in numbers else "not asked"


def points(numbers: Mapping, name: str) -> str:
    value = numbers.get(name, {}).get("value")
    return "not asked" if value is None else typeset(value, "+.1f")


def glue_reports(reports: Reports):
    """The numbers that the text says of each network, as net_NAME_…; and of all."""
    for file, told in reports.items():
        name = identifier(file)
        numbers = told["numbers"]
        for key, what in (("yours.best", "best"), ("yours.rotated", "rotated"), ("difference", "added"),
                          ("fresh, all draws.best", "fresh")):
            if (number := numbers.get(key)) and number["value"] is not None:
                ends = {end: number[end] for end in ("from", "to") if number.get(end) is not None}
                glue(f"net_{name}_{what}", number["value"], n=number["n"],
                     display=between(number) if what == "added" else f"{number['value']:.2f}",
                     source=f"{told['title']}: {number['source']}", more=ends)
        for key, what in (("yours.beyond", "beyond"), ("fresh.beyond", "fresh_beyond")):
            if number := numbers.get(key):
                glue(f"net_{name}_{what}", number["value"], n=number["n"],
                     source=f"{told['title']}: {number['source']}")
        if trained := told.get("trained"):
            right = trained["accuracy"]["test"]
            glue(f"net_{name}_right", right, n=trained["n"], display=percent(right),
                 source=f"{told['title']}: {trained['faces']}, faces of people held out",
                 more={"from": trained["interval"][0], "to": trained["interval"][1]})
    some = next(iter(reports.values()))["numbers"]
    glue("net_units", some["yours.beyond"]["n"], source="action units of the probe set")
    glue("net_people", some["yours.best"]["n"], source="people of the probe set")
    glue("net_draws", max((len(draws(told)) for told in reports.values()), default=0),
         source="draws of fresh weights of each network")


def glue_function(told: dict):
    """Of the function that the chapter asks."""
    for key, what in (("yours.best", "best"), ("yours.beyond", "beyond")):
        number = told["numbers"][key]
        glue(f"net_{FUNCTION}_{what}", number["value"], n=number["n"], source=f"{told['title']}: {number['source']}",
             display=f"{number['value']:.2f}" if what == "best" else None)


def show_page(made: Report):
    """Folded: the page that a report is, as a user gets it."""
    display(HTML(f"<details><summary>The page that comes out</summary>{made._repr_html_()}</details>"))
