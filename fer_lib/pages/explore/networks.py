"""The networks that the explorer offers, and what it says of their filters.

    for one in offered(): one.name, one.title, one.network
    about(one)["unit"][42]              # the unit of conv3:42, chosen on half of the drawn people
"""
import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from ...analysis.networks import with_weights
from ...analysis.places import strongest_images
from ...analysis.probe import FAINTEST, against_rest, alone_or_at_rest, units_of_filters
from ...analysis.ranks import sample_auc
from ...analysis.responses import responses
from ...datasets import load_dataset
from ...network import ZeroBiasCNN
from ...runs.run import Run
from ...runs.store import stored_run
from ...system.files import write_whole
from ..notebooks import RESULTS
from ..pictures import sprites

SIZES = 96, 48                      # of the drawn faces
PHOTOGRAPHS = "photographs"         # the group of runs that were trained on them


@dataclass(frozen=True, eq=False)
class Offered:
    """A network to ask: of a run, as it was trained, or with the weights that its training began with. ValueError for a
    run whose pictures are of another size than the drawn faces."""
    name: str                       # in the page's address, and of its files
    title: str
    run: Run
    untrained: bool = False

    def __post_init__(self):
        if self.run.pixels not in SIZES:
            raise ValueError(f"{self.run.folder.name} sees {self.run.pixels} pixels; faces are drawn for networks that "
                             f"see {SIZES[0]} or {SIZES[1]}")

    @property
    def network(self) -> ZeroBiasCNN:
        return self.run.untrained if self.untrained else self.run.network

    @property
    def note(self) -> str:
        return f"Network: {self.run.folder.name}{', with the weights that it began with' * self.untrained}."


def offered(root: Path = RESULTS) -> list[Offered]:
    """What the book's page offers, the first at once: the network of the chapters, the same before training, and a
    CNN+AD that was trained on photographs, where `root`/photographs holds one with its weights."""
    run = stored_run()
    found = [Offered("drawings", f"trained on drawings ({run.pixels} px)", run),
             Offered("untrained", "the same before training", run, untrained=True)]
    if learned := with_weights(root / PHOTOGRAPHS):
        found.append(Offered("photographs", f"trained on photographs ({learned.pixels} px)", learned))
    return found


def about(one: Offered, *, top: int = 5, faintest: float = FAINTEST) -> dict:
    """What the explorer says of a network, as JSON: its classes, `size` of what it sees, a note, and its `filters`.

    Of each filter of conv3, asked of the drawn people of the probe set, whom no network has seen (256,): `top`, its
    strongest response; `unit`, `sign` and `auc` by `units_of_filters`; `every` AUC, of all units (256, units) on all
    people; and the `images` that it responds to most, of as many people. All networks are asked the same, so what is
    said of one can be compared with what is said of another.
    """
    probe = load_dataset("synthetic", part="probe", size=one.run.pixels)
    probe = probe.select(alone_or_at_rest(probe, faintest)[0])
    strongest = responses(one.network, probe.images, one.run.recipe.normalisation).strongest
    sample = against_rest(probe, strongest, faintest)
    told, most, shown = units_of_filters(sample), strongest.max(0), (sample.units > 0).any().to_numpy()
    images = strongest_images(strongest, top, probe.subjects)
    sheet, places = sprites(probe.images[:, 0], images)
    excite = np.take_along_axis(strongest.T, images, axis=1) > 0
    filters = {
        "top": most.astype(float).round(4).tolist(), "units": list(sample.units.columns[shown]),
        "unit": told["unit"].tolist(), "sign": told["sign"].tolist(),
        "auc": [None if np.isnan(value) else round(value, 3) for value in told["AUC"]],
        "every": sample_auc(sample, sample.labels)[:, shown].round(2).tolist(),
        "images": sheet | {"of": [own[on].tolist() for own, on in zip(places, excite, strict=True)]},
        "first": int(most.argmax()), "faces": len(probe), "people": len(set(probe.subjects))}
    return {"classes": list(one.run.config["classes"]), "size": one.run.pixels, "note": one.note, "filters": filters}


def kept(one: Offered, folder: Path) -> bytes:
    """What `about` says, as JSON; found in a folder where it was asked before, or else asked and kept there."""
    path = folder / f"{one.name}.json"
    if not path.exists():
        folder.mkdir(parents=True, exist_ok=True)
        write_whole(path, json.dumps(about(one), allow_nan=False))
    return path.read_bytes()
