"""FER2013 (Goodfellow et al. 2013): root is fer2013.csv, or the folder of train/ and test/<class>/.

Web photographs of 48×48 pixels with the challenge's own split: Training to train, PublicTest to validate,
PrivateTest to test. No subjects, no action units. Angry and sad are called anger and sadness here.
"""
import re
from pathlib import Path

import numpy as np

from ..system.console import progress_bar
from . import EXPRESSIONS, TEST, TRAIN, VALIDATION, FaceDataset, Report
from .layouts import ALIASES, FER2013_FOLDERS
from .reading import folders_in, only_48, pictures_in, read_pictures, read_rows

PARTS = ("labelled",)
ORDER = ("anger", "disgust", "fear", "happy", "sadness", "surprise", "neutral")     # emotion 0…6 of the table
CLASSES = tuple(name for name in EXPRESSIONS if name in ORDER)
USAGE = {"training": TRAIN, "publictest": VALIDATION, "privatetest": TEST}
PART_OF = USAGE | {"train": TRAIN, "validation": VALIDATION, "valid": VALIDATION, "val": VALIDATION, "test": TEST}
USED_TO = {TRAIN: "train", VALIDATION: "validate", TEST: "test"}
PIXELS = re.compile(r"[0-9\s]*")                    # int() also takes +1, 1_0 and the digits of any script


def load(root: Path, *, part: str = "labelled", progress: bool = True) -> FaceDataset:
    """FER2013 from the table or from the folders.

    The folder says what an image is used for. Only the released test/ holds two parts: its files named PublicTest_…
    validate, unless there is a folder for that. Names that contradict their folder are reported, as is a set without
    images to validate. Images that cannot be read or are not 48×48 are left out and reported; a class, emotion or
    usage of another set is a ValueError.
    """
    report = Report()
    images, expressions, parts, files = (_table if root.is_file() else _folders)(root, report, progress)
    if VALIDATION not in parts:
        report.add("part without an image", "validation")
    return FaceDataset("fer2013", images, [CLASSES.index(name) for name in expressions], CLASSES, files=files,
                       folds=np.array(parts, np.uint8)[:, None], report=report)


def _table(path: Path, report: Report, progress: bool):
    """Images (M, 1, 48, 48), expressions, parts of the split and sources of the M usable rows."""
    rows = read_rows(path)
    columns = [name.lower() for name in next(rows)[1]]
    if missing := {"emotion", "pixels", "usage"} - set(columns):
        raise ValueError(f"{path} has no column {', '.join(sorted(missing))}; fer2013.csv has emotion, "
                         "pixels, Usage (the challenge's train.csv and test.csv lack the split).")
    if len(set(columns)) < len(columns):
        raise ValueError(f"{path} has a column twice: {', '.join(columns)}. Keep the right one.")
    allowed = {"emotion": [f"{i}" for i in range(len(ORDER))], "usage": list(USAGE)}
    images, expressions, parts, files = [], [], [], []
    for line, row in progress_bar(rows, path.name, unit=" images", progress=progress, delay=1):
        values = dict(zip(columns, row, strict=True))
        values["usage"] = values["usage"].lower()
        for column, possible in allowed.items():
            if values[column] not in possible:
                raise ValueError(f"{path}, row {line}: {column} is {values[column]!r}, "
                                 f"not one of {', '.join(possible)}")
        try:
            if not PIXELS.fullmatch(values["pixels"]):
                raise ValueError
            pixels = np.array(values["pixels"].split(), np.uint8)       # raises outside 0–255
        except (ValueError, OverflowError):
            report.add("unreadable image", f"row {line}")
            continue
        if pixels.size != 48 * 48:
            report.add("not 48×48 pixels", f"row {line}")
            continue
        images.append(pixels.reshape(1, 48, 48))
        expressions.append(ORDER[int(values["emotion"])])
        parts.append(USAGE[values["usage"]])
        files.append(f"{path.name}:{line}")
    if not images:
        raise ValueError(f"{path}: none of {sum(map(len, report.values()))} rows holds an image.\n{report}")
    return np.stack(images), expressions, parts, files


def _folders(root: Path, report: Report, progress: bool):
    """The same of the M usable pictures."""
    found = []                                      # (file, expression, name of its part's folder)
    for folder in folders_in(root, root, report):
        if folder.name.lower() not in FER2013_FOLDERS:
            report.add("folder that is not a part of FER2013", folder.name)
            continue
        for place in folders_in(folder, root, report):
            if (expression := ALIASES.get(place.name.lower())) not in CLASSES:
                raise ValueError(f"{place}: {place.name} is not a class of FER2013 ({', '.join(CLASSES)}).")
            found += [(path, expression, folder.name.lower()) for path in pictures_in(place, root, report)]
    as_released = VALIDATION not in (PART_OF[folder] for _, _, folder in found)
    parts = []
    for path, _, folder in found:
        part, named = PART_OF[folder], USAGE.get(prefix := path.name.split("_")[0].lower())
        if folder == "test" and as_released and prefix == "publictest":
            part = VALIDATION
        if named not in (None, part):
            report.add(f"{path.name.split('_')[0]}_… in {folder}/, used to {USED_TO[part]}",
                       path.relative_to(root).as_posix())
        parts.append(part)
    images, kept = read_pictures([path for path, _, _ in found], root, only_48, report, progress)
    paths, expressions, _ = zip(*(found[i] for i in kept), strict=True)
    return images, expressions, [parts[i] for i in kept], [path.relative_to(root).as_posix() for path in paths]
