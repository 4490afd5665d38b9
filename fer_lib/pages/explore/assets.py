"""What the explorer's page loads: a script, the head and its people, the network; and the element that starts it."""
import base64
import gzip
import html
import shutil
from pathlib import Path

import numpy as np

from ...analysis import divergence, histograms, sample_of
from ...analysis.places import strongest_images
from ...analysis.responses import responses
from ...analysis.samples import enough
from ...analysis.selection import choose_units
from ...datasets import load_dataset
from ...faces import Subject, subjects
from ...faces.sampling import FREQUENCY
from ...runs.store import Run
from ..interactive import as_json, joined, styles
from ..notebooks import BOOK
from ..pictures import sprites
from .bundle import write_head
from .export import network_file

HERE = Path(__file__).parent
RUNTIME = BOOK / "_vendor/onnx"     # a page has it beside the explorer's folder
# Of the page as of the widget, each after what it uses
SCRIPTS = tuple(HERE / name for name in (
    "files.js", "actions.js", "geometry.js", "shaders.js", "webgl.js", "face.js", "../interactive/common.js",
    "layout.js", "asked.js", "photo.js", "sliders.js", "explorer.js"))
# Of the test part of fold 0: the network has not seen them
PEOPLE = ("S001", "S011", "S031", "S041", "S061", "S111")


def people(names=PEOPLE) -> list[Subject]:
    """People of the twin by name."""
    everybody = {subject.name: subject for subject in subjects()}
    return [everybody[name] for name in names]


def write_assets(folder: Path, run: Run):
    """Into a folder that is made, whole or not at all: what `boot.js` and `page.js` load.

    disk/ has the same files as scripts, for pages that may not load others: those that are opened from the disk.
    """
    partial = folder.with_name(f"{folder.name}.partial")
    shutil.rmtree(partial, ignore_errors=True)
    write_head(partial, people())
    model = network_file(run.network, run.recipe.normalisation, run.config["dataset"]["parameters"]["size"])
    (partial / "network.onnx.gz").write_bytes(gzip.compress(model, 9, mtime=0))
    (partial / "page.js").write_text(page_script(), encoding="utf-8")
    files = [*partial.iterdir(), RUNTIME / "ort.js", RUNTIME / "ort.wasm.gz"]
    (partial / "disk").mkdir()
    for path in files:
        text = base64.b64encode(path.read_bytes()).decode()
        script = f'(self.explorerFiles ??= {{}})["{path.name}"] = "{text}";\n'
        (partial / f"disk/{path.name}.js").write_text(script, encoding="utf-8")
    (partial / "explorer.css").write_text(styles(HERE / "explorer.css"), encoding="utf-8")
    shutil.rmtree(folder, ignore_errors=True)
    partial.rename(folder)


def page_script() -> str:
    """`page.js` and all that it uses, as one script that is no module: those are refused in pages from the disk."""
    worker = as_json((HERE / "worker.js").read_text(encoding="utf-8"))
    return f"(() => {{\nconst WORKER = {worker};\n{joined(*SCRIPTS, HERE / 'network.js', HERE / 'page.js')}}})();\n"


def filters_of(run: Run, *, top: int = 5, bins: int = 20, smoothing: float = .5, permutations: int = 200,
               least: int = 5, seed: int = 0) -> dict:
    """What the explorer says of each filter of conv3, by the steps of the chapters `filters` and `action_units`, on the
    images that the run was trained on: its strongest response (256,), its unit and direction, divergences (256, units)
    in nats, and top images. ValueError for a set that is not the twin, whose photographs would be shown."""
    if (name := run.config["dataset"]["name"]) != "synthetic":
        raise ValueError(f"{run.folder.name} was trained on {name}: only of drawn faces can the images be shown. "
                         "FaceExplorer(run, filters=…) takes what is to be said instead.")
    faces = load_dataset(name, **run.loaded_with)
    faces = faces.select(faces.split(run.config["fold"]).train)
    answers, everything = responses(run.network, faces.images, run.recipe.normalisation), np.arange(len(faces))
    often = enough(sample_of(faces, answers.strongest, everything), least)
    units = list(often.index[often])
    sample = sample_of(faces, answers.strongest, everything, units=units)
    divergences = divergence(histograms(sample.responses, sample.case, bins), sample.units, smoothing).numpy()
    best, sign = choose_units(sample, permutations, np.random.default_rng(seed), bins=bins, smoothing=smoothing)
    images = strongest_images(answers.strongest, top, faces.sequences)
    sheet, places = sprites(faces.images[:, 0], images)
    responded = np.take_along_axis(answers.strongest.T, images, axis=1)
    strongest = answers.strongest.max(0)
    return {"top": strongest.round(4).tolist(), "sign": sign.tolist(), "units": units, "trained_on": len(faces),
            "unit": [units[u] if responds else None for u, responds in zip(best, strongest > 0, strict=True)],
            "divergence": divergences.round(3).tolist(),
            "images": sheet | {"of": [own[values > 0].tolist() for own, values in zip(places, responded, strict=True)]},
            "first": int(strongest.argmax())}


def presets(share: float = .5, intensity: float = .9) -> dict[str, dict[str, float]]:
    """Action units of each expression, as many as this share of CK+'s sequences shows (`faces.sampling`)."""
    return {"neutral": {}} | {emotion: {unit: intensity for unit, often in units.items() if often >= share}
                              for emotion, units in FREQUENCY.items()}


def element(data: dict, assets: str = "_static/explorer/") -> str:
    """The page's part, as HTML; data: the options of explorer.js that are known before it starts.

    Until `boot.js`, which stands in it, has begun, and where it may not, there is what the page needs.
    """
    text = as_json({"people": PEOPLE, "presets": presets()} | data)
    return (f'<div class="explorer" data-explorer="{html.escape(assets)}">'
            '<p>The explorer appears here. It needs JavaScript, which is switched off or blocked in this page, or a '
            'browser of the year 2023 or later.</p>'
            f'<script type="application/json">{text}</script></div>'
            f'<script>{(HERE / "boot.js").read_text(encoding="utf-8")}</script>')
