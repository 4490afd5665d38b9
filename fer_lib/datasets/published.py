"""The twin and its other parts as they are published with this library: sheets of faces, tables of what each shows.

    faces = read("labelled")            # 1,308 faces; "probe": 1,500; "changes": 1,344, of 48 pixels

A processor's last bits move a grey level here and there, so that the same generator draws faces of another fingerprint
on another machine. These were drawn once and are the same bytes everywhere. They are WebP pictures without loss, ROWS
faces high, which any viewer opens; `FOLDER/README.md` describes them to those who want nothing but the faces.
"""
from pathlib import Path

import numpy as np
import pandas as pd
from PIL import Image

from .face_dataset import EXPRESSIONS, FaceDataset

FOLDER = Path(__file__).with_name("drawn_faces")
NAMES = {"labelled": "twin", "probe": "probe", "changes": "changes"}
ROWS, COLUMNS = 30, {"labelled": 24, "probe": 25, "changes": 28}    # faces in a sheet; a row: six sequences, a fifth or
SIDES = {"labelled": 96, "probe": 96, "changes": 48}                # an eighth of a person. Pixels of a face
PLACE, ABOUT = ["sheet", "row", "column"], ["subject", "sequence", "expression"]
# Of the set as `load_dataset` gives it: what stored runs were trained on, and the measures of networks were taken on
FINGERPRINTS = {"labelled": "def0b61f6420", "probe": "048abf085d4a", "changes": "2d8878b0e11a"}


def read(part: str, folder: Path = FOLDER) -> FaceDataset:
    """The faces of a part as `write` wrote them, with intensities of action units 0–1. OSError, KeyError, IndexError or
    ValueError for damaged files: see `checked`."""
    table = pd.read_csv(folder / f"{NAMES[part]}.csv", keep_default_na=False)
    sheet, row, column = (table[name] - 1 for name in PLACE)
    images = np.stack([cut(path, COLUMNS[part], SIDES[part]) for path in sheets(part, folder)])[sheet, row, column]
    intensities = table.drop(columns=PLACE + ABOUT).astype("float32")
    classes = EXPRESSIONS if part == "labelled" else ()
    return FaceDataset(
        "synthetic", images[:, None], [classes.index(name) if name else -1 for name in table["expression"]], classes,
        subjects=table["subject"], sequences=table["sequence"], action_units=(intensities > 0).astype("float32"),
        intensities=intensities)


def checked(part: str, folder: Path = FOLDER) -> FaceDataset:
    """The published faces of a part; ValueError, with advice, where files are missing or are not what was published."""
    advice = f"get {folder} again as it is in the repository"
    try:
        faces = read(part, folder)
    except (OSError, KeyError, IndexError, ValueError) as error:
        raise ValueError(f"{folder}: the published faces are damaged ({error}); {advice}") from error
    if not faces.fingerprint.startswith(FINGERPRINTS[part]):
        raise ValueError(f"{folder}: not the published faces, whose fingerprint is {FINGERPRINTS[part]}, "
                         f"but {faces.fingerprint[:12]}; {advice}")
    return faces


def write(faces: FaceDataset, part: str, folder: Path = FOLDER, effort: int = 6):
    """Publish a drawn part: pictures and table, in the order of `faces`. effort: WebP's, 0–6; most gives the smallest
    files, and takes minutes."""
    folder.mkdir(parents=True, exist_ok=True)
    columns, size = COLUMNS[part], faces.images.shape[-1]
    sheet, row, column = np.unravel_index(np.arange(len(faces)), (len(faces), ROWS, columns))
    for number in range(sheet[-1] + 1):
        grid = np.zeros((ROWS, columns, size, size), np.uint8)
        here = sheet == number
        grid[row[here], column[here]] = faces.images[here, 0]
        grid = grid[:row[here][-1] + 1]
        picture = Image.fromarray(grid.swapaxes(1, 2).reshape(len(grid) * size, columns * size))
        name = f"{NAMES[part]}-{number + 1}.webp"
        picture.convert("RGB").save(folder / name, lossless=True, quality=100, method=effort)
    shown = [faces.classes[label] if faces.classes else "" for label in faces.labels]
    about = pd.DataFrame(dict(zip(PLACE, (sheet + 1, row + 1, column + 1), strict=True))
                         | dict(zip(ABOUT, (faces.subjects, faces.sequences, shown), strict=True)))
    table = pd.concat([about, faces.intensities], axis=1)
    table.to_csv(folder / f"{NAMES[part]}.csv", index=False, encoding="utf-8", lineterminator="\n")


def files(folder: Path = FOLDER) -> list[Path]:
    """All that is published of all parts: sheets and tables."""
    return [path for part, name in NAMES.items() for path in (*sheets(part, folder), folder / f"{name}.csv")]


def sheets(part: str, folder: Path = FOLDER) -> list[Path]:
    return sorted(folder.glob(f"{NAMES[part]}-*.webp"))


def cut(sheet: Path, columns: int, size: int) -> np.ndarray:
    """The faces of a sheet (ROWS, columns, size, size) uint8, black where it has none."""
    with Image.open(sheet) as picture:
        pixels = np.asarray(picture.convert("L"))
    found = pixels.reshape(-1, size, columns, size).swapaxes(1, 2)
    return np.concatenate([found, np.zeros((ROWS - len(found), *found.shape[1:]), np.uint8)])
