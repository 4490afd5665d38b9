"""A page with the explorer and everything that it loads, as the book has it."""
import shutil
from pathlib import Path

from fer_lib.pages.explore import assets
from fer_lib.pages.notebooks import BOOK
from fer_lib.runs.store import stored_run

FILTERS = {"top": [1.] * 256, "sign": [1, -1] * 128, "units": ["AU1", "AU12"], "first": 7,
           "unit": ["AU1", "AU12"] * 127 + [None] * 2, "divergence": [[.1, .3]] * 256,
           "images": {"src": "data:image/gif;base64,R0lGODlhAQABAAAAACw=", "size": 9, "columns": 4, "rows": 2,
                      "of": [[0, 5, 6]] * 256}}
HEAD = ("<!doctype html><html lang=en><title>explorer</title><meta charset=utf-8><link rel=icon href=data:,>"
        "<meta name=viewport content='width=device-width'>")


def element(static: str = "_static/", **data) -> str:
    """The page's part; static: where its assets are, data: what is to be other than in the book."""
    return assets.element({"classes": stored_run().config["classes"], "filters": FILTERS, "note": "a test"} | data,
                          f"{static}explorer/")


def write_page(folder: Path):
    """folder/explore.html, and _static/ with the two folders that it loads from."""
    assets.write_assets(folder / "_static/explorer", stored_run())
    shutil.copytree(BOOK / "_vendor/onnx", folder / "_static/onnx")
    (folder / "explore.html").write_text(HEAD + element(), encoding="utf-8")
