"""A filter of a reader's own network, asked by hand: what excites it, where, and whether it tells an action unit.

    explorer = FilterExplorer(run, faces)           # of `load_or_train` or `read_run`; of `load_dataset`
    explorer.filter, explorer.unit = "conv3:42", "AU12"
    explorer.wait().divergence, explorer.p          # what is shown, in Python
    explorer.observe(print, "divergence")
"""
import re
from pathlib import Path

import ipywidgets as widgets
import numpy as np
import pandas as pd
import traitlets

from ...analysis.places import strongest_images
from ...datasets import FaceDataset, load_dataset
from ...runs.store import Run, read_run, stored_run
from . import shown
from .questions import PEOPLE, Answers, Choice, ask_cell, ask_family, divergence_of, part, sample_for
from .style import dress
from .work import Tell, Work

FILTERS = 256
BINS, IMAGES = (2, 200), (1, 24)
TRAITS = "filter", "unit", "fold", "people", "bins", "images"


class FilterExplorer(widgets.VBox):
    """What a filter of conv3 makes of faces.

    Traits that may be set, by Python as by clicks: filter ("conv3:42", or 42), unit (of `units`), fold, people
    ("train", "held out" or "all": whose images), bins (2–200), images (1–24, how many are shown). Read when `wait()`
    returns: divergence (nats), p and auc of filter and unit, top (positions of the images). What is not possible is a
    ValueError, or a TraitError for another type, and changes nothing. What is computed runs in a thread: `stop()`
    ends it.
    """
    filter = traitlets.Union([traitlets.Unicode(), traitlets.Int()], default_value="conv3:0")
    unit = traitlets.Unicode()
    fold = traitlets.Int(0)
    people = traitlets.Unicode("train")
    bins = traitlets.Int(20)
    images = traitlets.Int(6)
    units = traitlets.Tuple(read_only=True)
    divergence = traitlets.Float(np.nan, read_only=True)
    p = traitlets.Float(np.nan, read_only=True)
    auc = traitlets.Float(np.nan, read_only=True)
    top = traitlets.Tuple(read_only=True)

    def __init__(self, run: Run | Path | str | None = None, faces: FaceDataset | None = None, *,
                 show_faces: bool | None = None, shuffles: int = 1000, **traits):
        """run: a run or its folder; None: the book's. faces: of its size; None: the drawn ones. show_faces: True shows
        photographs, too; None only drawn faces. shuffles: of the null. ValueError for faces of another size,
        FileNotFoundError for a run without weights."""
        self.run = stored_run() if run is None else run if isinstance(run, Run) else read_run(run)
        self.faces = load_dataset("synthetic", size=self.run.pixels, progress=False) if faces is None else faces
        if (side := self.faces.images.shape[-1]) != self.run.pixels:
            raise ValueError(f"the run saw {self.run.pixels} pixels, these faces have {side}: "
                             f"load_dataset(…, size={self.run.pixels})")
        self.run.network                    # noqa: B018  says at once that there are no weights
        self.may_show = self.faces.name == "synthetic" if show_faces is None else show_faces
        self.shuffles, self.answers, self._family = shuffles, Answers(self.run, self.faces), {}
        self._work, self._ready = Work(), False
        super().__init__()
        self._find_units(traits.get("fold", self.run.config["fold"]), traits.get("people", "train"))
        for name, value in ({"fold": self.run.config["fold"] if self.faces.folds is not None else 0} | traits).items():
            if name not in TRAITS:
                raise TypeError(f"FilterExplorer has no {name}; it has {', '.join(TRAITS)}")
            setattr(self, name, value)
        self.children = self._parts()
        self._ready = True
        self._begin()

    # What is possible

    @traitlets.validate("filter")
    def _a_filter(self, proposal):
        found = re.fullmatch(r"\s*(?:conv3:)?(\d{1,6})\s*", f"{proposal['value']}")
        if not found or int(found[1]) >= FILTERS:
            raise ValueError(f"{proposal['value']!r} is no filter: they are conv3:0 to conv3:{FILTERS - 1}")
        return f"conv3:{int(found[1])}"

    @traitlets.validate("unit")
    def _a_unit(self, proposal):
        if proposal["value"] not in (self.units or ("",)):
            raise ValueError(f"{proposal['value']!r} is not coded often enough here, or at all; there are: "
                             f"{', '.join(self.units) or 'none'}")
        return proposal["value"]

    @traitlets.validate("fold")
    def _a_fold(self, proposal):
        folds = 1 if self.faces.folds is None else self.faces.folds.shape[1]
        if proposal["value"] not in range(folds):
            raise ValueError(f"{self.faces.name} has folds 0 to {folds - 1}, not {proposal['value']}")
        return proposal["value"]

    @traitlets.validate("people")
    def _known_people(self, proposal):
        if proposal["value"] not in PEOPLE:
            raise ValueError(f"people must be {', '.join(PEOPLE)}, not {proposal['value']!r}")
        return proposal["value"]

    @traitlets.validate("bins", "images")
    def _within(self, proposal):
        name = proposal["trait"].name
        low, high = {"bins": BINS, "images": IMAGES}[name]
        if not low <= proposal["value"] <= high:
            raise ValueError(f"{name} must be {low} to {high}, not {proposal['value']}")
        return proposal["value"]

    @traitlets.observe("fold", "people")
    def _others(self, _):
        self._find_units(self.fold, self.people)

    @traitlets.observe(*TRAITS)
    def _begin(self, _=None):
        if self._ready:
            self._work.begin(self._compute)

    def _find_units(self, fold: int, people: str):
        """Which units can be asked about does not depend on any response."""
        sample = sample_for(self.faces, np.zeros((len(self.faces), 1)), part(self.faces, fold, people))
        self.set_trait("units", () if sample is None else tuple(sample.units.columns))
        if self.unit not in self.units:
            self.unit = self.units[0] if self.units else ""

    # What is shown

    def _parts(self) -> list[widgets.Widget]:
        folds = 1 if self.faces.folds is None else self.faces.folds.shape[1]
        short, style = {"width": "12rem"}, {"description_width": "4rem"}
        address = widgets.Text(self.filter, description="filter", continuous_update=False, layout=short, style=style)
        unit = widgets.Dropdown(options=self.units or ("",), description="unit", layout=short, style=style)
        controls = {
            "unit": unit,
            "fold": widgets.Dropdown(options=range(folds), description="fold", layout=short, style=style),
            "people": widgets.Dropdown(options=PEOPLE, description="people", layout=short, style=style),
            # no sliders: theirs have no name that a screen reader could say
            "bins": widgets.BoundedIntText(min=BINS[0], max=BINS[1], description="bins", layout=short, style=style),
            "images": widgets.BoundedIntText(min=IMAGES[0], max=IMAGES[1], description="images", layout=short,
                                             style=style)}
        self.observe(lambda change: setattr(unit, "options", change["new"] or ("",)), "units")
        for name, control in controls.items():
            widgets.link((self, name), (control, "value"))
        self.observe(lambda change: setattr(address, "value", change["new"]), "filter")
        address.observe(lambda change: self._typed(address), "value")
        steps = [widgets.Button(description=sign, tooltip=f"{words} filter", layout={"width": "2.5rem"})
                 for sign, words in (("‹", "previous"), ("›", "next"))]
        for button, by in zip(steps, (-1, 1), strict=True):
            button.on_click(lambda _, by=by: setattr(self, "filter", (self.number + by) % FILTERS))
        every = widgets.Button(description="All filters", tooltip="p over all filters and units: a minute")
        every.on_click(lambda _: self.ask_all())
        self._pictures, self._chart, self._said = (widgets.HTML() for _ in range(3))
        wrapped = {"flex_flow": "row wrap", "overflow": "hidden"}
        return [dress(self), widgets.HBox([address, *steps, *controls.values()], layout=wrapped),
                widgets.HBox([every, self._work.row], layout=wrapped), self._said, self._chart, self._pictures]

    @property
    def number(self) -> int:
        """Of the filter, 0 to 255."""
        return int(self.filter.removeprefix("conv3:"))

    def _typed(self, address: widgets.Text):
        try:
            self.filter = address.value
        except ValueError as error:
            self._work.say(f"{error}", error=True)
        address.value = self.filter

    # What is computed

    def wait(self, seconds: float | None = None) -> "FilterExplorer":
        """Until what is set has been computed → itself; what went wrong on the way is raised."""
        self._work.wait(seconds)
        return self

    def stop(self):
        """Stop what is being computed; what was computed stays, and `go_on()` or any change computes the rest."""
        self._work.stop()

    def go_on(self):
        self._work.go_on()

    @property
    def under_way(self) -> bool:
        return self._work.under_way

    def ask_all(self) -> "FilterExplorer":
        """p over all filters and units at once, of these people and bins, for every filter from now on."""
        self._work.begin(lambda tell: self._compute(tell, everything=True))
        return self

    @property
    def divergences(self) -> pd.DataFrame:
        """Of every filter and unit (256, A), nats, of these people and bins; it waits for the responses. ValueError
        without units."""
        self.wait()
        sample = self._sample()
        if sample is None:
            raise ValueError(shown.NO_UNITS)
        return pd.DataFrame(divergence_of(sample, Choice(self.bins))(sample.units).numpy(), columns=self.units)

    @property
    def family(self) -> pd.DataFrame | None:
        """The p of every filter and unit (256, A) at once, where that was asked."""
        return self._family.get(self._here)

    @property
    def _here(self) -> tuple:
        return self.fold, self.people, self.bins

    def _sample(self):
        return sample_for(self.faces, self.answers.all.strongest, part(self.faces, self.fold, self.people))

    def _compute(self, tell: Tell, everything: bool = False):
        name, number, unit, bins, here = self.filter, self.number, self.unit, self.bins, self._here
        index = part(self.faces, self.fold, self.people)
        self.answers.ask(tell)
        found = self.answers.all
        best = index[strongest_images(found.strongest[index][:, [number]], self.images, self.faces.cases[index])[0]]
        self.set_trait("top", tuple(best.tolist()))
        if self.may_show:
            backs = self.answers.back_to_pixels(best, number, tell)
            at = shown.corners(found.row[best, number], found.column[best, number])
            self._pictures.value = shown.pictures(self.faces, best, backs, found.strongest[best, number], at, name)
        else:
            self._pictures.value = shown.note(shown.WITHHELD)
        sample, choice = self._sample(), Choice(bins, shuffles=self.shuffles)
        if sample is None:
            self._said.value, self._chart.value = shown.note(shown.NO_UNITS), ""
            return
        if everything and here not in self._family:
            self._family[here] = ask_family(sample, choice, tell)
        cell = ask_cell(sample, number, unit, choice, tell)
        family = self._family.get(here)
        who = {"train": "people trained on", "held out": "people held out", "all": "everybody"}[self.people]
        self._said.value = shown.sentence(cell, name, unit, who, None if family is None else family[unit])
        self._chart.value = shown.histograms(cell, name, unit) + shown.chance(cell, name, unit)
        for trait, value in (("auc", cell.auc), ("p", cell.p), ("divergence", cell.divergence)):
            self.set_trait(trait, value)
