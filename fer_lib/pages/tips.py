"""What a page says of a word that a reader points at: the face of an action unit, those that a filter answers to most.

The book's extension (book/_ext/tips.py) asks for what a page mentions, and its script shows it. A tip is
{"text": a sentence, "faces": [[place in its sheet, caption], …], "sheet": the sheet's name}, the last two where there
is something to see; a sheet is a WebP file of faces and how it is cut up.
"""
import re
from base64 import b64decode
from itertools import product
from typing import NamedTuple

import numpy as np

from ..faces import ACTION_UNITS, Shot, render, subjects
from ..faces.action_units import name_of
from .pictures import cut, sheet

# Whom the units are drawn on, a young man without a fringe; so that the chin stays in the picture; pixels, of faces
PERSON, CLOSE, SIDE, COLUMNS = 11, Shot(zoom=.88), 96, 6
MOST = 20_000                       # bytes of a sheet of filters' faces: the faces get smaller until it holds
UNIT = re.compile(r"(AU\d+)([LR]?)")


class Sheet(NamedTuple):
    file: bytes                     # WebP
    columns: int
    rows: int


def draw_units() -> Sheet:
    """One person at rest, then with every action unit in full, in the order of ACTION_UNITS. Takes some seconds."""
    somebody = subjects(PERSON + 1)[PERSON]
    shown = [{}, *({unit: 1.} for unit in ACTION_UNITS)]
    faces = np.stack([render(somebody, units, size=SIDE, shot=CLOSE) for units in shown])
    return Sheet(sheet(faces, SIDE, COLUMNS, quality=60), COLUMNS, -(-len(faces) // COLUMNS))


def unit_tip(word: str) -> dict | None:
    """Of "AU12", or "AU12L" for one side; None for a number that FACS has no unit of."""
    unit, side = UNIT.fullmatch(word).groups()
    name = name_of(unit)
    if name == unit:
        return None
    text = name + {"": "", "L": ", on the left side of the face", "R": ", on the right side of the face"}[side]
    if unit not in ACTION_UNITS:
        return {"text": f"{text}. The drawn faces cannot show it."}
    both = ", both sides" if side else ""
    return {"text": text, "sheet": "units",
            "faces": [[0, "at rest"], [1 + list(ACTION_UNITS).index(unit), f"with {unit}{both}"]]}


def filter_tips(kept: dict, words: set[str], most: int = MOST) -> tuple[dict[str, dict], Sheet | None]:
    """Of those of `words`, "conv3:42", that a chapter's example network has; and their faces, `most` bytes at most.

    kept: by `glue_filters`.
    """
    own = {word: kept["filters"][word] for word in sorted(words) if word in kept["filters"]}
    tips = {word: {"text": about["text"]} for word, about in own.items()}
    found = None
    if kept["sheet"] and any(about["faces"] for about in own.values()):
        needed = sorted({face for about in own.values() for face in about["faces"]})
        found = small_sheet(cut(b64decode(kept["sheet"]), kept["size"], kept["columns"])[needed], most)
        for word, about in own.items():
            tips[word] |= {"sheet": "filters", "faces": [[needed.index(face), ""] for face in about["faces"]]}
    return tips, found


def small_sheet(faces: np.ndarray, most: int, columns: int = 10) -> Sheet:
    """As large and as good as `most` bytes allow; if they allow none, the smallest."""
    for width, quality in product((48, 40, 32, 24), (60, 40)):
        file = sheet(faces, width, columns, quality)
        if len(file) <= most:
            break
    return Sheet(file, columns, -(-len(faces) // columns))
