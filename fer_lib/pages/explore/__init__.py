"""The explorer: a face to move, and what a network makes of it, in JupyterLab and in the book's page.

    from fer_lib.pages.explore import FaceExplorer
    explorer = FaceExplorer()                       # the book's network; or FaceExplorer(run)
    explorer                                        # shows it
    explorer.action_units = {"AU6": .9, "AU12": .9}
    explorer.probabilities, explorer.face           # {"happy": 0.99, …}, (96, 96) uint8

In the book's page there is no Python: `assets.py` says what it loads.
"""
from pathlib import Path

import anywidget
import numpy as np
import torch
import traitlets

from ...faces.action_units import split
from ...preprocessing import see
from ...runs.store import Run, stored_run
from ..interactive import joined, styles
from . import assets, bundle

HERE = Path(__file__).parent


class FaceExplorer(anywidget.AnyWidget):
    """A face with sliders for its action units, beside what the network sees and says.

    Traits: action_units (intensities 0–1, "AU12" or "AU14L" for one side), person and filter may be set and read, by
    Python as by the page;
    face ((96, 96) uint8, as the page drew it) and probabilities (by class) are read. ValueError for units that the head
    does not know, intensities outside 0–1, people that are not among `people`.
    """
    _esm = joined(*assets.SCRIPTS, HERE / "widget.js")
    _css = styles(HERE / "explorer.css")
    action_units = traitlets.Dict().tag(sync=True)
    person = traitlets.Unicode(assets.PEOPLE[0]).tag(sync=True)
    filter = traitlets.Int(0, min=0, max=255).tag(sync=True)
    people = traitlets.List(list(assets.PEOPLE)).tag(sync=True)
    face = traitlets.Instance(np.ndarray, allow_none=True).tag(
        sync=True, to_json=lambda value, _: None if value is None else value.tobytes(),
        from_json=lambda value, _: None if value is None else np.frombuffer(value, np.uint8).reshape(96, 96))
    probabilities = traitlets.Dict(read_only=True)
    options = traitlets.Dict().tag(sync=True)
    head_file = traitlets.Bytes().tag(sync=True)
    person_files = traitlets.List().tag(sync=True)

    def __init__(self, run: Run | None = None, filters: dict | None = None, **traits):
        """run: of 96-pixel faces; by default the book's CNN+AD. filters: as from `assets.filters_of`, which takes half
        a minute and is called if it is not given; for a run on other faces than drawn ones it must be."""
        self.run = run or stored_run()
        if (size := self.run.config["dataset"]["parameters"].get("size")) != 96:
            raise ValueError(f"the face is drawn for networks that see 96 pixels, not {size}")
        self.network = self.run.network
        filters = filters or assets.filters_of(self.run)
        options = {"classes": self.run.config["classes"], "presets": assets.presets(), "filters": filters,
                   "note": f"Network: {self.run.folder.name}."}
        super().__init__(head_file=bundle.head_file(), options=options,
                         person_files=[bundle.person_file(subject) for subject in assets.people()],
                         **{"filter": filters["first"]} | traits)
        self.on_msg(self._answer)

    @traitlets.validate("action_units")
    def _possible(self, proposal):
        for unit, intensity in proposal["value"].items():
            split(unit)
            if not 0 <= intensity <= 1:
                raise ValueError(f"{unit}: intensity {intensity} is outside 0–1")
        return proposal["value"]

    @traitlets.validate("person")
    def _known(self, proposal):
        if proposal["value"] not in self.people:
            raise ValueError(f"{proposal['value']!r} is not one of {', '.join(self.people)}")
        return proposal["value"]

    def _answer(self, _, content: dict, buffers: list):
        """The page asks what the network makes of a picture; it waits until it has heard, so an error is told, too."""
        try:
            pixels = np.frombuffer(buffers[0], np.uint8).reshape(1, 1, 96, 96)
            found = answer(self.network, pixels, content["filter"], content["guided"], self.run.recipe.normalisation)
        except Exception as error:
            self.send({"id": content["id"], "error": f"{type(error).__name__}: {error}"}, [])
            return
        self.send({"id": content["id"], "names": list(found)},
                  [np.ascontiguousarray(value, np.float32).tobytes() for value in found.values()])
        self.set_trait("probabilities", dict(zip(self.run.config["classes"], found["probabilities"].tolist(),
                                                 strict=True)))     # last: what observes it may fail


def answer(network, pixels: np.ndarray, filter: int, guided: bool, normalisation: str = "subtractive") -> dict:
    """What `export.network_file` computes, by PyTorch, for pixels (1, 1, S, S) uint8 and a filter of conv3, 0–255.

    → probabilities (classes,); seen (1, 1, S, S), the normalised input; strongest (256,), each filter's maximum;
    gradient (1, 1, S, S), guided backpropagation to `seen` from the filter's strongest unit, or (1,) zero unless
    `guided`; all float32. IndexError for a filter that is not there, if `guided`.
    """
    seen = see(torch.tensor(pixels), normalisation)
    with torch.no_grad():
        maps = network.conv3_responses(seen)
        logits = network.output(network.relu4(network.fc(network.pool3(maps).flatten(1))))
    gradient = np.zeros(1, np.float32)
    if guided:
        from ...analysis.attribution import guided as back  # Captum takes a second to load
        row, column = divmod(int(maps[0, filter].argmax()), maps.shape[-1])
        gradient = back(network, seen, [filter], [row], [column])[:, None]
    return {"probabilities": logits.softmax(1)[0].numpy(), "seen": seen.numpy(),
            "strongest": maps.amax((2, 3))[0].numpy(), "gradient": gradient}
