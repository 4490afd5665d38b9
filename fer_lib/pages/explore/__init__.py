"""The explorer: a face to move, and what a network makes of it, in JupyterLab and in the book's page.

    from fer_lib.pages.explore import FaceExplorer
    explorer = FaceExplorer()                       # the book's network; or FaceExplorer(run)
    explorer                                        # shows it
    explorer.action_units = {"AU6": .9, "AU12": .9}
    explorer.probabilities, explorer.face           # {"happy": 0.99, …}, (96, 96) uint8
    explorer.weights = "untrained"                  # the same network before training

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
from .networks import Offered, about

HERE = Path(__file__).parent
WEIGHTS = {"trained": "trained", "untrained": "before training"}


class FaceExplorer(anywidget.AnyWidget):
    """A face with sliders for its action units, beside what the network sees and says.

    Traits: action_units (intensities 0–1, "AU12" or "AU14L" for one side), person, filter and weights ("trained" or
    "untrained") may be set and read, by Python as by the page;
    face ((96, 96) uint8, as the page drew it) and probabilities (by class) are read. ValueError for units that the head
    does not know, intensities outside 0–1, people that are not among `people`.
    """
    _esm = joined(*assets.SCRIPTS, HERE / "widget.js")
    _css = styles(HERE / "explorer.css")
    action_units = traitlets.Dict().tag(sync=True)
    person = traitlets.Unicode(assets.PEOPLE[0]).tag(sync=True)
    filter = traitlets.Int(0, min=0, max=255).tag(sync=True)
    weights = traitlets.Enum(list(WEIGHTS), "trained").tag(sync=True)
    people = traitlets.List(list(assets.PEOPLE)).tag(sync=True)
    face = traitlets.Instance(np.ndarray, allow_none=True).tag(
        sync=True, to_json=lambda value, _: None if value is None else value.tobytes(),
        from_json=lambda value, _: None if value is None else np.frombuffer(value, np.uint8).reshape(96, 96))
    probabilities = traitlets.Dict(read_only=True)
    options = traitlets.Dict().tag(sync=True)
    head_file = traitlets.Bytes().tag(sync=True)
    person_files = traitlets.List().tag(sync=True)

    def __init__(self, run: Run | None = None, filters: dict | None = None, **traits):
        """run: of 96- or 48-pixel faces, whatever it was trained on; by default the book's CNN+AD. filters: what is to
        be said of its filters, as `networks.about` has it, which takes up to half a minute and is called if it is not
        given. ValueError for a run of another size."""
        self.run = run or stored_run()
        self._offered = {name: Offered(name, title, self.run, name == "untrained") for name, title in WEIGHTS.items()}
        self._said = {}
        if filters:
            one = self._offered["trained"]
            self._said["trained"] = {"classes": self.run.config["classes"], "size": self.run.pixels, "note": one.note,
                                     "filters": filters}
        options = {"presets": assets.presets(), "networks": assets.switch(self._offered.values())}
        first = self._about("trained")["filters"]["first"]
        super().__init__(head_file=bundle.head_file(), options=options,
                         person_files=[bundle.person_file(subject) for subject in assets.people()],
                         **{"filter": first} | traits)
        self.on_msg(self._answer)

    @property
    def network(self):
        """The network that is asked: with the weights that are chosen."""
        return self._offered[self.weights].network

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

    def _about(self, name: str) -> dict:
        """What is said of the filters with these weights; asked once."""
        if name not in self._said:
            self._said[name] = about(self._offered[name])
        return self._said[name]

    def _answer(self, _, content: dict, buffers: list):
        """The page asks about weights, or what the network makes of a picture with them; it waits until it has heard,
        so an error is told, too."""
        try:
            if "about" in content:
                self.send({"id": content["id"], "about": self._about(content["about"])}, [])
                return
            network = self._offered[content.get("weights", "trained")].network
            pixels = np.frombuffer(buffers[0], np.uint8).reshape(1, 1, self.run.pixels, self.run.pixels)
            found = answer(network, pixels, content["filter"], content["guided"], self.run.recipe.normalisation)
        except Exception as error:
            self.send({"id": content["id"], "error": f"{type(error).__name__}: {error}"}, [])
            return
        self.send({"id": content["id"], "names": list(found)},
                  [np.ascontiguousarray(value, np.float32).tobytes() for value in found.values()])
        if not content.get("aside"):                            # what is shown; last: what observes it may fail
            named = dict(zip(self.run.config["classes"], found["probabilities"].tolist(), strict=True))
            self.set_trait("probabilities", named)


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
