"""All runs of a folder: a table, and two of them side by side, with their curves and confusions.

    browser = RunBrowser("my_runs")                 # what load_or_train(…, store="my_runs") has kept; none: the book's
    browser.left, browser.right = browser.names[:2]
    browser.table                                   # the same in pandas
"""
from pathlib import Path

import ipywidgets as widgets
import pandas as pd
import traitlets

from ...runs.run import Run, read_run
from ...runs.store import STORED
from ...system.paths import expand
from . import compared
from .style import dress
from .work import Tell, Work

NONE = "—"


class RunBrowser(widgets.VBox):
    """The runs of a folder.

    Traits that may be set, by Python as by clicks: words (only runs whose row has all of them are offered), left and
    right (names of runs; "—": none). ValueError for a run that is not there. Folders are read in a thread, `wait()`
    waits for it and `stop()` ends it; one that is damaged is told and left out. `refresh()` reads them again.
    """
    words = traitlets.Unicode()
    left = traitlets.Unicode(NONE)
    right = traitlets.Unicode(NONE)
    names = traitlets.Tuple(read_only=True)

    def __init__(self, store: Path | str | None = None, **traits):
        """store: a folder of runs; None: the book's. FileNotFoundError where there is none."""
        self.store = STORED if store is None else expand(store, "store")
        if not self.store.is_dir():
            raise FileNotFoundError(f"{self.store} is no folder of runs")
        self.runs: dict[str, Run] = {}
        self.damaged: dict[str, str] = {}
        self.table = pd.DataFrame()
        self._work, self._wanted = Work(), {}
        super().__init__()
        if unknown := traits.keys() - {"words", "left", "right"}:
            raise TypeError(f"RunBrowser has no {', '.join(sorted(unknown))}; it has words, left, right")
        self._wanted = traits
        self.children = self._parts()
        self.refresh()

    @traitlets.validate("left", "right")
    def _a_run(self, proposal):
        if proposal["value"] not in (NONE, *self.runs):
            raise ValueError(f"{self.store} has no run {proposal['value']!r}; `names` are those there")
        return proposal["value"]

    def _parts(self) -> list[widgets.Widget]:
        style, wide = {"description_width": "3rem"}, {"width": "min(30rem, 98%)"}
        find = widgets.Text(description="find", placeholder="cnn_ad fold0", continuous_update=False, style=style)
        self._pickers = {side: widgets.Dropdown(options=[NONE], description=side, style=style, layout=wide)
                         for side in ("left", "right")}
        widgets.link((self, "words"), (find, "value"))
        self._table, self._differ = widgets.HTML(), widgets.HTML()
        self._sides = {side: widgets.HTML(layout={"width": "auto", "min_width": "0", "flex": "1 1 17rem"})
                       for side in self._pickers}
        for side, picker in self._pickers.items():
            picker.observe(lambda change, side=side: self._picked(side, change["new"]), "value")
        self.observe(self._offer, "words")
        self.observe(self._show, ["left", "right"])
        wrapped = {"flex_flow": "row wrap", "overflow": "hidden"}
        sides = widgets.HBox(list(self._sides.values()), layout=wrapped)
        sides.add_class("lab-sides")
        return [dress(self), widgets.HBox([find, self._work.row], layout=wrapped), self._table,
                widgets.HBox(list(self._pickers.values()), layout=wrapped), self._differ, sides]

    # Reading

    def refresh(self):
        """Read the folder again."""
        self.runs, self.damaged = {}, {}
        self._work.begin(self._read)

    def wait(self, seconds: float | None = None) -> "RunBrowser":
        """Until the folder has been read → itself."""
        self._work.wait(seconds)
        return self

    def stop(self):
        self._work.stop()

    def _read(self, tell: Tell):
        folders = sorted(path.parent for path in self.store.glob("*/config.json"))
        for i, folder in enumerate(folders):
            if folder.name in (*self.runs, *self.damaged):      # before it was stopped
                continue
            tell("runs", i, len(folders))
            try:
                self.runs[folder.name] = read_run(folder)
            except (ValueError, OSError) as error:
                self.damaged[folder.name] = f"{error}"
        self.table = compared.table_of(self.runs.values())
        self.set_trait("names", tuple(self.runs))
        wanted, self._wanted = self._wanted, {}
        for side in ("left", "right"):
            if getattr(self, side) not in self.runs:            # it is gone
                setattr(self, side, NONE)
        for name, value in (wanted or dict(zip(("left", "right"), self.names, strict=False))).items():
            if wanted or getattr(self, name) == NONE:
                setattr(self, name, value)
        self._offer()
        self._show()

    # What is shown

    @property
    def offered(self) -> list[str]:
        """Names of the runs whose row has all of `words`."""
        rows = self.table.astype(str).agg(" ".join, axis=1) if len(self.table) else pd.Series(dtype=str)
        asked = self.words.casefold().split()
        return [name for name, row in rows.items() if all(word in f"{name} {row}".casefold() for word in asked)]

    def _offer(self, _=None):
        offered = self.offered
        self._table.value = compared.table_html(self.table.loc[offered], self.damaged, self.store, len(self.runs))
        for side, picker in self._pickers.items():
            chosen = getattr(self, side)
            picker.options = [NONE, *dict.fromkeys([*offered, *([chosen] if chosen in self.runs else [])])]
            picker.value = chosen if chosen in picker.options else NONE

    def _picked(self, side: str, name: str | None):
        if name in (NONE, *self.runs):
            setattr(self, side, name)

    def _show(self, _=None):
        chosen = {side: self.runs.get(getattr(self, side)) for side in self._pickers}
        for side, run in chosen.items():
            if self._pickers[side].value != getattr(self, side):
                self._offer()
            self._sides[side].value = "" if run is None else compared.run_html(run)
        both = list(chosen.values())
        self._differ.value = "" if None in both else compared.differences_html(*both)
