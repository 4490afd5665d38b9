"""TFD, the Toronto Face Dataset (Susskind et al. 2010): root is TFD_96x96.mat or TFD_48x48.mat.

Of a folder with both the larger is read, from which 48 pixels are made as for any set. The 4,178 images with an
expression label, in the five official folds; the others are left out.
"""
from pathlib import Path

import numpy as np

from . import EXPRESSIONS, TEST, FaceDataset, Report
from .matlab import read_arrays

MADE_FROM = (Path(__file__).with_name("matlab.py"),)
PARTS = ("labelled",)
ORDER = ("anger", "disgust", "fear", "happy", "sadness", "surprise", "neutral")     # labels 1…7 of the file
CLASSES = tuple(name for name in EXPRESSIONS if name in ORDER)
KEYS = ("images", "labs_ex", "labs_id", "folds")


def load(root: Path, *, part: str = "labelled", progress: bool = True,
         identities: bool = True) -> FaceDataset:
    """TFD from its file.

    identities: False takes the folds as they are, without subjects, should a subject be in two parts of one.
    ValueError for a file that is damaged, of MATLAB 7.3, or does not hold what TFD holds.
    """
    if not root.is_file():
        raise FileNotFoundError(f"{root} holds neither TFD_96x96.mat nor TFD_48x48.mat.")
    data = read_arrays(root, KEYS)
    if missing := [name for name in KEYS if name not in data]:
        raise ValueError(f"{root} has no {', '.join(missing)}, so it is not TFD's file of images.")
    images, labels, people, folds = (data[name] for name in KEYS)
    folds = folds if len(folds) == labels.size else folds.T
    lengths = {len(images), labels.size, max(labels.shape), people.size, max(people.shape), len(folds)}
    if images.shape[1:] not in ((48, 48), (96, 96)) or len(lengths) != 1 or folds.ndim != 2 or not folds.size:
        raise ValueError(f"{root}: {', '.join(f'{name} {data[name].shape}' for name in KEYS)} do not fit; "
                         "(N, 48, 48) or (N, 96, 96), N, N and (N, 5) do.")
    labels, people, everyone = labels.ravel(), people.ravel(), np.arange(len(images))
    whole(root, "labs_ex", labels, everyone, (-1, *range(1, len(ORDER) + 1)), "TFD has -1 (none) and 1–7")
    whole(root, "folds", folds, everyone, range(TEST + 1),
          "folds must be 0 (not in the fold), 1 (train), 2 (validation), 3 (test)")
    kept, report = np.flatnonzero(labels != -1), Report()
    whole(root, "images", images[kept], kept, range(256), "images must be whole numbers 0–255")
    if identities:
        whole(root, "labs_id", people[kept], kept, range(-1, 2 ** 31), "people must be whole numbers, -1 if not known")
    for i in np.flatnonzero(labels == -1):
        report.add("image without an expression label", f"{i}")
    subjects = [f"{int(person)}" if person >= 0 else "" for person in people[kept]] if identities else None
    try:
        return FaceDataset("tfd", images[kept, None].astype(np.uint8, order="C"),
                           [CLASSES.index(ORDER[int(label) - 1]) for label in labels[kept]], CLASSES, subjects,
                           files=[f"{root.name}:{i}" for i in kept], folds=folds[kept].astype(np.uint8),
                           report=report)
    except ValueError as error:
        raise ValueError(f"{root}: {error}. If it is as distributed, identities=False reads it.") from error


def whole(path: Path, key: str, values: np.ndarray, rows: np.ndarray, allowed: range | tuple[int, ...], says: str):
    """ValueError for a value that is not one of the whole numbers allowed, with its place: a cast would make 2 of 2.9
    and of 258. rows: the images that `values` are of, as counted in the file."""
    if isinstance(allowed, range):                  # it may be long
        good = (values >= allowed.start) & (values < allowed.stop)
        good &= np.trunc(values) == values
    else:
        good = np.isin(values, allowed)
    if not good.all():
        place = tuple(np.argwhere(~good)[0])
        within = "".join(f"[{i}]" for i in place[1:])
        raise ValueError(f"{path}: {key}{within} of image {rows[place[0]]} is {values[place]}; {says}.")
