"""A page with the explorer and everything that it loads, as the book has it."""
import json
import shutil
from pathlib import Path

from fer_lib.pages.explore import assets
from fer_lib.pages.explore.networks import Offered
from fer_lib.pages.notebooks import BOOK, RESULTS
from fer_lib.runs.store import read_run, stored_run

# A network of 48 pixels, in the form that those of photographs have
SMALL = RESULTS / "controls/synthetic-48-cnn_ad-fold0-seed1-6e32bd66"
# conv3:7 and every other odd one are taken for AU12, in reverse, even ones for AU1, and the last two for nothing
FILTERS = {"top": [1.] * 254 + [1., 0.], "sign": [1, -1] * 127 + [0, 0], "units": ["AU1", "AU12"], "first": 7,
           "unit": ["AU1", "AU12"] * 127 + [None] * 2, "auc": [.9, .75] * 127 + [None] * 2, "every": [[.9, .25]] * 256,
           "images": {"src": "data:image/gif;base64,R0lGODlhAQABAAAAACw=", "size": 9, "columns": 4, "rows": 2,
                      "of": [[0, 5, 6]] * 256}, "faces": 816, "people": 12}
HEAD = ("<!doctype html><html lang=en><title>explorer</title><meta charset=utf-8><link rel=icon href=data:,>"
        "<meta name=viewport content='width=device-width'>")


def networks() -> list[Offered]:
    run = stored_run()
    return [Offered("drawings", "trained on drawings", run),
            Offered("untrained", "the same before training", run, untrained=True),
            Offered("photographs", "trained on photographs", read_run(SMALL))]


def element(static: str = "_static/", offered: list[Offered] | None = None) -> str:
    """The page's part; static: where its assets are."""
    return assets.element({"networks": assets.switch(offered or networks())}, f"{static}explorer/")


def write_page(folder: Path, offered: list[Offered]):
    """folder/explore.html, and _static/ with the two folders that it loads from. What is said of filters is FILTERS."""
    asked = folder / "asked"
    asked.mkdir()
    for one in offered:
        said = {"classes": one.run.config["classes"], "size": one.run.pixels, "note": one.note, "filters": FILTERS}
        (asked / f"{one.name}.json").write_text(json.dumps(said), encoding="utf-8")
    assets.write_assets(folder / "_static/explorer", offered, asked)
    shutil.copytree(BOOK / "_vendor/onnx", folder / "_static/onnx")
    (folder / "explore.html").write_text(HEAD + element(offered=offered), encoding="utf-8")
