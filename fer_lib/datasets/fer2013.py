"""FER2013 (Goodfellow et al. 2013): root is fer2013.csv, or the folder that holds it, or train/<class>/ and test/<class>/.

Web photographs of 48×48 pixels with the challenge's own split: Training to train, PublicTest to validate, PrivateTest to test.
No subjects, no action units. Angry and sad are called anger and sadness here.
"""
from pathlib import Path

import numpy as np
import pandas as pd
from tqdm import tqdm

from . import EXPRESSIONS, TEST, TRAIN, VALIDATION, FaceDataset, Report
from .reading import ALIASES, FER2013_TABLES, locate, pictures, read_pictures, subfolders

PARTS = ("labelled",)
ORDER = ("anger", "disgust", "fear", "happy", "sadness", "surprise", "neutral")     # emotion 0…6 of the table
CLASSES = tuple(name for name in EXPRESSIONS if name in ORDER)
USAGE = {"training": TRAIN, "publictest": VALIDATION, "privatetest": TEST}
FOLDERS = USAGE | {"train": TRAIN, "validation": VALIDATION, "valid": VALIDATION, "val": VALIDATION, "test": TEST}


def sources(root: Path, **_) -> list[Path]:
    root = locate(root, "fer2013")
    return [next((root / name for name in FER2013_TABLES if (root / name).is_file()), root)]


def load(root: Path, *, part: str = "labelled", progress: bool = True) -> FaceDataset:
    """FER2013 from the table where there is one, else from the folders.

    In test/, files named PublicTest_… validate; without such names nothing does, which the report says. Images that cannot be read or
    are not 48×48 are left out and reported; a class, emotion or usage that FER2013 does not have is a ValueError.
    """
    (root,), report = sources(root), Report()
    images, labels, parts, files = (_from_table if root.is_file() else _from_folders)(root, report, progress)
    if VALIDATION not in parts:
        report.add("part without an image", "validation")
    return FaceDataset("fer2013", images, labels, CLASSES, files=files, folds=np.array(parts, np.uint8)[:, None], report=report)


def _from_table(path: Path, report: Report, progress: bool):
    try:
        table = pd.read_csv(path, skipinitialspace=True, dtype=str, keep_default_na=False)
    except ValueError as error:
        raise ValueError(f"{path} cannot be read as a table: {error}") from error
    table.columns = table.columns.str.strip().str.lower()
    if missing := {"emotion", "pixels", "usage"} - set(table.columns):
        raise ValueError(f"{path} has no column {', '.join(sorted(missing))}; fer2013.csv has emotion, pixels, Usage (the challenge's "
                         "train.csv and test.csv lack the split).")
    usage = table["usage"].str.strip().str.lower()
    for column, values, allowed in (("emotion", table["emotion"].str.strip(), list("0123456")), ("usage", usage, list(USAGE))):
        if (bad := np.flatnonzero(~values.isin(allowed))).size:
            raise ValueError(f"{path}, row {bad[0] + 2}: {column} is {values[bad[0]]!r}, not one of {', '.join(allowed)}")
    images, kept = [], []
    for i, pixels in enumerate(tqdm(table["pixels"], desc=path.name, unit="image", disable=not progress, delay=1)):
        try:
            image = np.array(pixels.split(), np.uint8)          # raises outside 0–255
        except (ValueError, OverflowError):
            report.add("unreadable image", f"row {i + 2}")
            continue
        if image.size == 48 * 48:
            images.append(image.reshape(48, 48))
            kept.append(i)
        else:
            report.add("not 48×48 pixels", f"row {i + 2}")
    if not images:
        raise ValueError(f"{path}: none of {len(table)} rows holds an image.\n{report}")
    labels = [CLASSES.index(ORDER[int(emotion)]) for emotion in table["emotion"].iloc[kept]]
    return np.stack(images)[:, None], labels, usage.iloc[kept].map(USAGE).to_numpy(), [f"{path.name}:{i + 2}" for i in kept]


def _from_folders(root: Path, report: Report, progress: bool):
    rows = []                                           # (file, label, part)
    for folder in subfolders(root):
        if folder.name.lower() not in FOLDERS:
            report.add("folder that is not a part of FER2013", folder.name)
            continue
        for place in subfolders(folder):
            name = ALIASES.get(place.name.lower())
            if name not in CLASSES:
                raise ValueError(f"{place}: {place.name} is not a class of FER2013 ({', '.join(CLASSES)}).")
            rows += [(path, CLASSES.index(name), USAGE.get(path.name.split("_")[0].lower(), FOLDERS[folder.name.lower()]))
                     for path in pictures(place)]
    convert = lambda image: image if image.shape == (48, 48) else "not 48×48 pixels"        # noqa: E731
    images, kept = read_pictures([path for path, _, _ in rows], root, convert, report, progress)
    paths, labels, parts = zip(*(rows[i] for i in kept), strict=True)
    return images, labels, parts, [path.relative_to(root).as_posix() for path in paths]
