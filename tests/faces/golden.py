"""What a few pictures look like, coarsely, so that a test notices when they change: ``python tests/faces/golden.py``.

It rewrites golden.json: means of 8×8 pixels (or of a twelfth of a frame), beside the GENERATOR_VERSION that drew them.
"""
import json
from pathlib import Path

import numpy as np

from fer_lib.faces import GENERATOR_VERSION, draw_probe, draw_twin, render, render_frame, subjects

FILE = Path(__file__).with_name("golden.json")
REWRITE = "Look at some pictures, then run: python tests/faces/golden.py"
TOLERANCE = 2.          # grey levels; another CPU differs in the last bit, and at an edge a ray may hit or miss


def thumbnail(picture: np.ndarray) -> np.ndarray:
    """(H, W) → (12, 12) means."""
    high, wide = (side // 12 for side in picture.shape)
    return picture[:12 * high, :12 * wide].reshape(12, high, 12, wide).mean((1, 3)).round(1)


def thumbnails() -> dict[str, np.ndarray]:
    """Of the twin every 109th frame, all expressions among them; of the probe set some; and single faces."""
    people, frames = draw_twin()
    pictures = {f"twin {k} {frames[k].label}": render_frame(people[frames[k].subject], frames[k])
                for k in range(3, len(frames), 109)}
    pictures["frame"] = render_frame(people[7], next(f for f in frames if f.subject == 7), full=(320, 245))
    people, frames = draw_probe(2)
    pictures |= {f"probe {k}": render_frame(people[frames[k].subject], frames[k]) for k in (0, 40, 120)}
    person = subjects(3, seed=1)[2]
    pictures["units"] = render(person, {"AU4": 1., "AU9": .8, "AU14L": .7, "AU20R": .6, "AU17": .9}, gaze=(.1, .1))
    pictures["no furrows"] = render(person, {"AU1": 1., "AU6": .8, "AU12": .7, "AU25": .6}, furrows=0)
    return {name: thumbnail(picture) for name, picture in pictures.items()}


def read() -> dict:
    known = json.loads(FILE.read_text(encoding="utf-8"))
    return known | {"pictures": {name: np.array([row.split() for row in rows], float)
                                 for name, rows in known["pictures"].items()}}


def write():
    pictures = {name: [" ".join(f"{value:g}" for value in row) for row in rows] for name, rows in thumbnails().items()}
    text = json.dumps({"generator_version": GENERATOR_VERSION, "pictures": pictures}, indent=1)
    FILE.write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    write()
    print(f"{FILE.name}: {len(read()['pictures'])} pictures of generator version {GENERATOR_VERSION}")
