"""What the explorer's page loads: a script, the head and its people, the networks; and the element that starts it."""
import base64
import gzip
import html
import shutil
from collections.abc import Sequence
from pathlib import Path

from ...faces import Subject, subjects
from ...faces.sampling import FREQUENCY
from ..interactive import as_json, joined, styles
from ..notebooks import BOOK
from .bundle import write_head
from .export import network_file
from .networks import Offered, kept

HERE = Path(__file__).parent
RUNTIME = BOOK / "_vendor/onnx"     # a page has it beside the explorer's folder
# Of the page as of the widget, each after what it uses
SCRIPTS = tuple(HERE / name for name in (
    "files.js", "actions.js", "geometry.js", "shaders.js", "webgl.js", "face.js", "../interactive/common.js",
    "layout.js", "asked.js", "changes.js", "photo.js", "sliders.js", "explorer.js"))
ONLY_PAGE = tuple(HERE / name for name in ("address.js", "network.js", "page.js"))
# Of the test part of fold 0: the network has not seen them
PEOPLE = ("S001", "S011", "S031", "S041", "S061", "S111")


def people(names=PEOPLE) -> list[Subject]:
    """People of the twin by name."""
    everybody = {subject.name: subject for subject in subjects()}
    return [everybody[name] for name in names]


def write_assets(folder: Path, networks: Sequence[Offered], asked: Path):
    """Into a folder that is made, whole or not at all: what `boot.js` and `page.js` load.

    asked: the folder where what is said of networks is kept (`networks.kept`). disk/ has the same files as scripts, for
    pages that may not load others: those that are opened from the disk.
    """
    partial = folder.with_name(f"{folder.name}.partial")
    shutil.rmtree(partial, ignore_errors=True)
    write_head(partial, people())
    for one in networks:
        model = network_file(one.network, one.run.recipe.normalisation, one.run.pixels)
        for kind, data in (("json", kept(one, asked)), ("onnx", model)):
            (partial / f"{one.name}.{kind}.gz").write_bytes(gzip.compress(data, 9, mtime=0))
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
    return f"(() => {{\nconst WORKER = {worker};\n{joined(*SCRIPTS, *ONLY_PAGE)}}})();\n"


def presets(share: float = .5, intensity: float = .9) -> dict[str, dict[str, float]]:
    """Action units of each expression, as many as this share of CK+'s sequences shows (`faces.sampling`)."""
    return {"neutral": {}} | {emotion: {unit: intensity for unit, often in units.items() if often >= share}
                              for emotion, units in FREQUENCY.items()}


def switch(networks: Sequence[Offered]) -> list[dict[str, str]]:
    """What the page knows of networks before they are loaded; the first is asked at once."""
    return [{"name": one.name, "title": one.title} for one in networks]


def element(data: dict, assets: str = "_static/explorer/") -> str:
    """The page's part, as HTML; data: the options of explorer.js that are known before it starts, `networks` (`switch`)
    among them.

    Until `boot.js`, which stands in it, has begun, and where it may not, there is what the page needs.
    """
    text = as_json({"people": PEOPLE, "presets": presets()} | data)
    return (f'<div class="explorer" data-explorer="{html.escape(assets)}">'
            '<p>The explorer appears here. It needs JavaScript, which is switched off or blocked in this page, or a '
            'browser of the year 2023 or later.</p>'
            f'<script type="application/json">{text}</script></div>'
            f'<script>{(HERE / "boot.js").read_text(encoding="utf-8")}</script>')
