"""TFD, the Toronto Face Dataset (Susskind et al. 2010): root is TFD_96x96.mat or TFD_48x48.mat, or the folder that holds them.

The 4,178 images with an expression label, in the five official folds; the others are left out.
"""
from pathlib import Path

import numpy as np
from scipy.io import loadmat

from . import EXPRESSIONS, FaceDataset, Report
from .reading import locate

PARTS = ("labelled",)
ORDER = ("anger", "disgust", "fear", "happy", "sadness", "surprise", "neutral")     # labels 1…7 of the file
CLASSES = tuple(name for name in EXPRESSIONS if name in ORDER)


def sources(root: Path, **_) -> list[Path]:
    """The one file to read: of a folder that has both, the larger pictures, from which 48 pixels are made as from any set."""
    root = locate(root, "tfd")
    if root.is_file():
        return [root]
    files = sorted(root.glob("TFD_*x*.mat"))
    chosen = [file for size in ("96x96", "48x48") for file in files if size in file.name]
    if not chosen:
        raise FileNotFoundError(f"{root} holds {files[0].name}, but neither TFD_96x96.mat nor TFD_48x48.mat.")
    return chosen[:1]


def load(root: Path, *, part: str = "labelled", progress: bool = True, identities: bool = True) -> FaceDataset:
    """TFD from `root`. identities: False takes the folds as they are, without subjects, should a subject be in two of them.

    ValueError for a file that is damaged, of MATLAB 7.3, or does not hold what TFD holds.
    """
    (path,) = sources(root)
    try:
        data = loadmat(path, variable_names=("images", "labs_ex", "labs_id", "folds"))
    except NotImplementedError as error:
        raise ValueError(f"{path} is a MATLAB 7.3 (HDF5) file. Save it from MATLAB or Octave with save(…, '-v7').") from error
    except Exception as error:                          # a damaged file makes SciPy raise nearly anything
        raise ValueError(f"{path} cannot be read as a MATLAB file: {error}. Copy it anew.") from error
    if missing := [name for name in ("images", "labs_ex", "labs_id", "folds") if name not in data]:
        raise ValueError(f"{path} has no {', '.join(missing)}, so it is not a TFD file with images and labels.")
    images, labels, folds = data["images"], data["labs_ex"].ravel().astype(int), data["folds"]
    folds = folds.T if folds.shape[0] != len(labels) else folds
    if images.shape[1:] not in ((48, 48), (96, 96)) or len(images) != len(labels) or folds.shape[:1] != labels.shape or data["labs_id"].size != len(labels):
        raise ValueError(f"{path}: images {images.shape}, labs_ex {data['labs_ex'].shape}, labs_id {data['labs_id'].shape} and folds "
                         f"{data['folds'].shape} do not fit: (N, 48, 48) or (N, 96, 96), N, N and (N, 5) do.")
    if images.dtype != np.uint8 and ((images < 0) | (images > 255) | (images % 1 != 0)).any():
        raise ValueError(f"{path}: images must hold whole numbers 0–255; these are {images.dtype}, {images.min()} to {images.max()}.")
    bad = np.flatnonzero(~np.isin(labels, (-1, *range(1, len(ORDER) + 1))))
    if bad.size:
        raise ValueError(f"{path}: labs_ex of image {bad[0]} is {labels[bad[0]]}; TFD has -1 (none) and 1–7.")
    report, kept = Report(), np.flatnonzero(labels != -1)
    for i in np.flatnonzero(labels == -1):
        report.add("image without an expression label", f"{i}")
    people = [f"{person}" if person >= 0 else "" for person in data["labs_id"].ravel().astype(int)[kept]] if identities else None
    try:
        return FaceDataset("tfd", images[kept, None].astype(np.uint8), [CLASSES.index(ORDER[label - 1]) for label in labels[kept]], CLASSES,
                           people, files=[f"{path.name}:{i}" for i in kept], folds=folds[kept].astype(np.uint8), report=report)
    except ValueError as error:
        raise ValueError(f"{path}: {error}. If the file is as distributed, identities=False reads it all the same.") from error
