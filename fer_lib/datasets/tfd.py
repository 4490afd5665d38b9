"""TFD, the Toronto Face Dataset (Susskind et al. 2010): root is TFD_96x96.mat or TFD_48x48.mat.

Of a folder with both the larger is read, from which 48 pixels are made as for any set. The 4,178 images with an
expression label, in the five official folds; the others are left out.
"""
from pathlib import Path

import numpy as np
from scipy.io import loadmat

from . import EXPRESSIONS, FaceDataset, Report

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
    try:
        data = loadmat(root, variable_names=KEYS)
    except NotImplementedError as error:
        raise ValueError(f"{root} is a MATLAB 7.3 (HDF5) file. Save it with save(…, '-v7').") from error
    except Exception as error:                      # a damaged file makes SciPy raise nearly anything
        raise ValueError(f"{root} cannot be read as a MATLAB file: {error}. Copy it anew.") from error
    if missing := [name for name in KEYS if name not in data]:
        raise ValueError(f"{root} has no {', '.join(missing)}, so it is not TFD's file of images.")
    images, folds = data["images"], data["folds"]
    labels, people = (data[name].ravel().astype(int) for name in ("labs_ex", "labs_id"))
    folds = folds if len(folds) == len(labels) else folds.T
    lengths = {len(images), len(labels), len(people), len(folds)}
    if images.shape[1:] not in ((48, 48), (96, 96)) or len(lengths) != 1:
        raise ValueError(f"{root}: {', '.join(f'{name} {data[name].shape}' for name in KEYS)} do not fit; "
                         "(N, 48, 48) or (N, 96, 96), N, N and (N, 5) do.")
    if images.dtype != np.uint8 and ((images < 0) | (images > 255) | (images % 1 != 0)).any():
        raise ValueError(f"{root}: images must be whole numbers 0–255, not {images.min()}…{images.max()}.")
    bad = np.flatnonzero(~np.isin(labels, (-1, *range(1, len(ORDER) + 1))))
    if bad.size:
        raise ValueError(f"{root}: labs_ex of image {bad[0]} is {labels[bad[0]]}; TFD has -1 (none) and 1–7.")
    kept, report = np.flatnonzero(labels != -1), Report()
    for i in np.flatnonzero(labels == -1):
        report.add("image without an expression label", f"{i}")
    subjects = [f"{person}" if person >= 0 else "" for person in people[kept]] if identities else None
    try:
        return FaceDataset("tfd", images[kept, None].astype(np.uint8, order="C"),
                           [CLASSES.index(ORDER[label - 1]) for label in labels[kept]], CLASSES, subjects,
                           files=[f"{root.name}:{i}" for i in kept], folds=folds[kept].astype(np.uint8),
                           report=report)
    except ValueError as error:
        raise ValueError(f"{root}: {error}. If it is as distributed, identities=False reads it.") from error
