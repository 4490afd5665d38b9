"""FER2013 (Goodfellow et al. 2013): root is fer2013.csv, or the folder of train/ and test/<class>/.

Web photographs of 48×48 pixels with the challenge's own split: Training to train, PublicTest to validate,
PrivateTest to test. No subjects, no action units. Angry and sad are called anger and sadness here.
"""
from pathlib import Path

import numpy as np
import pandas as pd

from ..console import progress_bar
from . import EXPRESSIONS, TEST, TRAIN, VALIDATION, FaceDataset, Report
from .reading import ALIASES, FER2013_FOLDERS, only_48, pictures, read_pictures, subfolders

PARTS = ("labelled",)
ORDER = ("anger", "disgust", "fear", "happy", "sadness", "surprise", "neutral")     # emotion 0…6 of the table
CLASSES = tuple(name for name in EXPRESSIONS if name in ORDER)
USAGE = {"training": TRAIN, "publictest": VALIDATION, "privatetest": TEST}


def load(root: Path, *, part: str = "labelled", progress: bool = True) -> FaceDataset:
    """FER2013 from the table or from the folders.

    In test/, files named PublicTest_… validate; without them no image does, which the report says. Images
    that cannot be read or are not 48×48 are left out and reported; a class, emotion or usage of another set
    is a ValueError.
    """
    report = Report()
    images, expressions, parts, files = (_table if root.is_file() else _folders)(root, report, progress)
    if VALIDATION not in parts:
        report.add("part without an image", "validation")
    return FaceDataset("fer2013", images, [CLASSES.index(name) for name in expressions], CLASSES, files=files,
                       folds=np.array(parts, np.uint8)[:, None], report=report)


def _table(path: Path, report: Report, progress: bool):
    """Images (M, 1, 48, 48), expressions, parts of the split and sources of the M usable rows."""
    try:
        table = pd.read_csv(path, skipinitialspace=True, dtype=str, keep_default_na=False)
    except ValueError as error:
        raise ValueError(f"{path} cannot be read as a table: {error}") from error
    table.columns = table.columns.str.strip().str.lower()
    if missing := {"emotion", "pixels", "usage"} - set(table.columns):
        raise ValueError(f"{path} has no column {', '.join(sorted(missing))}; fer2013.csv has emotion, "
                         "pixels, Usage (the challenge's train.csv and test.csv lack the split).")
    table["usage"] = table["usage"].str.lower()
    for column, allowed in (("emotion", [f"{i}" for i in range(len(ORDER))]), ("usage", list(USAGE))):
        if (bad := np.flatnonzero(~table[column].isin(allowed))).size:
            raise ValueError(f"{path}, row {bad[0] + 2}: {column} is {table[column][bad[0]]!r}, "
                             f"not one of {', '.join(allowed)}")
    images, kept = [], []
    for i, text in enumerate(progress_bar(table["pixels"], path.name, unit=" images", progress=progress, delay=1)):
        try:
            pixels = np.array(text.split(), np.uint8)       # raises outside 0–255
        except (ValueError, OverflowError):
            report.add("unreadable image", f"row {i + 2}")
            continue
        if pixels.size == 48 * 48:
            images.append(pixels.reshape(1, 48, 48))
            kept.append(i)
        else:
            report.add("not 48×48 pixels", f"row {i + 2}")
    if not images:
        raise ValueError(f"{path}: none of {len(table)} rows holds an image.\n{report}")
    table = table.iloc[kept]
    return (np.stack(images), [ORDER[int(emotion)] for emotion in table["emotion"]],
            table["usage"].map(USAGE).tolist(), [f"{path.name}:{i + 2}" for i in kept])


def _folders(root: Path, report: Report, progress: bool):
    """The same of the M usable pictures."""
    found = []                                      # (file, expression, part)
    for folder in subfolders(root):
        if (name := folder.name.lower()) not in FER2013_FOLDERS:
            report.add("folder that is not a part of FER2013", folder.name)
            continue
        part = USAGE.get(name, TRAIN if name == "train" else TEST if name == "test" else VALIDATION)
        for place in subfolders(folder):
            if (expression := ALIASES.get(place.name.lower())) not in CLASSES:
                raise ValueError(f"{place}: {place.name} is not a class of FER2013 ({', '.join(CLASSES)}).")
            found += [(path, expression, USAGE.get(path.name.split("_")[0].lower(), part))
                      for path in pictures(place)]
    images, kept = read_pictures([path for path, _, _ in found], root, only_48, report, progress)
    paths, expressions, parts = zip(*(found[i] for i in kept), strict=True)
    return images, expressions, parts, [path.relative_to(root).as_posix() for path in paths]
