"""A report, made: a network is found, asked, beside it the same with fresh weights, and what was found put into words.

    made = report(features, title="my network")
    made.write("report.html")                   # and report.json beside it
"""
import datetime
import html
import json
import time
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from ...system.files import check_writable, write_whole
from ...system.paths import expand
from ..numbers import how_many
from .answers import DRAWS, Found, Options, asked_again, asked_all
from .asking import Network
from .drawn import asked_faces
from .effects import as_expressions
from .numbers import FRESH, YOURS, numbers_of, plain, tables_of
from .page import GENERATOR, page_of
from .paper import paper_numbers, paper_units
from .sources import Seen, as_network, found, fresh_network
from .words import CANNOT_SAY, answer

FORMAT = 1


@dataclass(frozen=True)
class Report:
    """found: all numbers, with n and source, and the answer in words, in JSON's types; page: the same as HTML."""
    found: dict
    page: str

    def write(self, path: str | Path) -> tuple[Path, Path]:
        """Write the page, and its numbers beside it → both paths. ValueError for a path that is no page's, OSError
        where it cannot be written."""
        page, numbers = places(path)
        page.parent.mkdir(parents=True, exist_ok=True)
        write_whole(numbers, json.dumps(self.found, indent=1, ensure_ascii=False, allow_nan=False) + "\n")
        write_whole(page, self.page)
        return page, numbers

    def _repr_html_(self) -> str:
        return (f'<iframe title="{html.escape(self.found["title"])}" srcdoc="{html.escape(self.page)}" loading="lazy" '
                'style="width:100%;height:60rem;border:0"></iframe>')


def report(features: Any, *, title: str | None = None, out: str | Path | None = None, fresh: Any = None,
           layer: str | None = None, pool: str | None = None, size: int | None = None, channels: int | None = None,
           mean: float | Sequence[float] | None = None, std: float | Sequence[float] | None = None,
           classes: Sequence[str] = (), batch: int = 32, shuffles: int = 1000, seed: int = 0,
           progress: bool = True) -> Report:
    """Ask a network which action units its filters know, on drawn faces, and put the answer on a page.

    features: a function, images (N, 1, size, size) uint8 → responses (N, F), or these and probabilities, (N, C) or by
    the name of each class; or a torch module, and `layer`; or the name of one, as mine.py:features; or an ONNX file,
    and a tensor's name as `layer`. fresh: the same with weights of before training; by default a torch module's
    weights are drawn anew, three times. pool: over positions, "max" or "mean". size, channels, mean, std: how a layer
    or a file sees (in [0, 1], less the mean, by the deviation); batch: images at once. classes: of the probabilities,
    by name. shuffles: of each permutation null; seed: of these, and of fresh weights. out: where to write it.

    ValueError, a sentence, for what cannot be asked, the user's own error with its line among it; OSError for a file
    that is not there or cannot be written; ImportError where an ONNX file's reader is not installed.
    """
    began = time.monotonic()
    if out is not None:
        places(out)                                 # says at once that it cannot be written
    options = Options(shuffles, seed, progress)
    seen = Seen(layer, pool, size, channels, numbers(mean, "mean"), numbers(std, "std"), tuple(map(str, classes)),
                batch)
    source = found(features, seen)
    network = as_network(source, seen)
    beside, said = fresh_network(source, fresh, seen, seed)
    faces = asked_faces()
    all_found, draws = {YOURS: asked_all(network, faces, options)}, []
    if beside is not None:
        all_found[FRESH] = asked_all(beside, faces, options, "fresh weights", where=False)
        draws = [all_found[FRESH].units.by_person]
    while draws and fresh is None and len(draws) < DRAWS:
        another, _ = fresh_network(source, None, seen, seed + len(draws))
        draws.append(asked_again(another, faces, options, f"fresh weights, draw {len(draws) + 1} of {DRAWS}"))
    told = told_of(network, title, all_found, draws, said, options, began)
    made = Report(told, page_of(told, all_found[YOURS].places))
    if out is not None:
        made.write(out)
    return made


def told_of(network: Network, title: str | None, all_found: dict[str, Found], draws: Sequence[pd.DataFrame],
            of_fresh: str, options: Options, began: float) -> dict:
    """All that the page shows, in JSON's types. of_fresh: what was kept of fresh weights, or why there are none."""
    units, faces, named = paper_units(), asked_faces(), as_expressions(network.classes)
    values = numbers_of(all_found, draws, paper_numbers(), options)
    tables = tables_of(all_found, draws, units)
    over = {} if "function" in network.about else {"over positions": {"max": "maximum", "mean": "mean"}[network.pool]}
    taken_as = {"its output is taken for": all_found[YOURS].taken_as} if network.classes else {}
    asked = network.about | over | {"classes": ", ".join(network.classes) or "none named"} | taken_as | {
                     "fresh weights": "; ".join(filter(None, [
                         f"asked beside it: {how_many(len(draws), 'draw')}" * bool(draws), of_fresh]))}
    return plain({
        "report": FORMAT, "title": title or network.name, "network": network.name,
        "answer": list(answer(values, tables["units"]["rows"], of_fresh)), "numbers": values, "tables": tables,
        "cannot_say": list(CANNOT_SAY), "left_out": [name for name in network.classes if name not in named],
        "asked": asked, "options": {"shuffles": options.shuffles, "seed": options.seed},
        "made": {"date": f"{datetime.date.today()}", "fer_lib": version("fer-lib"), "torch": version("torch"),
                 "numpy": np.__version__, "seconds": f"{time.monotonic() - began:.0f}",
                 "images shown": f"{sum(one.images for one in all_found.values()):,}, and covered faces",
                 "probe set": f"{len(set(faces.probe.subjects))} people, {len(faces.probe)} images, "
                              f"{faces.probe.fingerprint[:12]}",
                 "twin": f"{len(set(faces.twin.subjects))} people, {len(faces.twin)} images, "
                         f"{faces.twin.fingerprint[:12]}"}})


def numbers(values: float | Sequence[float] | None, name: str) -> tuple[float, ...] | None:
    """ValueError for what are none."""
    try:
        return None if values is None else tuple(np.atleast_1d(np.asarray(values, float)).tolist())
    except (TypeError, ValueError) as error:
        raise ValueError(f"{name} must be one number, or one for each channel, not {values!r}") from error


def places(path: str | Path) -> tuple[Path, Path]:
    """Of a page, and of its numbers. ValueError for a path that is no page's, or that another program's file would have
    to go for; OSError where nothing can be written."""
    page = expand(path, "out")
    if page.suffix.lower() not in (".html", ".htm"):
        raise ValueError(f"{page} must end in .html")
    if page.is_dir():
        raise ValueError(f"{page} is a folder; a file is needed")
    check_writable(page.parent, "--out")
    beside = page.with_suffix(".json")
    for file, what, ours in ((page, "page", our_page), (beside, "numbers", our_numbers)):
        if file.exists() and not ours(file):
            raise ValueError(f"{file}, where the {what} would go, is there already and is no report's; name another "
                             "file with --out")
    return page, beside


def our_page(file: Path) -> bool:
    """Other programs call theirs report.html, too."""
    with file.open("rb") as opened:
        return GENERATOR.encode() in opened.read(1000)


def our_numbers(file: Path) -> bool:
    try:
        return "report" in json.loads(file.read_text(encoding="utf-8"))
    except (ValueError, TypeError):
        return False
