"""Faces and what is known about them: one form for every data set, its folds, and `load_dataset`.

    faces = load_dataset("synthetic")                # or "ck_plus", "ck48", "tfd", "fer2013", with root=…
    split = faces.split(0)
    faces.images[split.train], faces.labels[split.train]

A loader is a module here, imported when its set is asked for. Its `load(root, *, part, progress, …options)`
returns a `FaceDataset` of 96- or 48-pixel images; `root` is the place that has the set's layout, or None for
one that needs none. It may have `PARTS`, those it offers, and `VERSION` and `MADE_FROM`, the version and the
files of what else decides the pixels. A new set is such a module, its name in LOADERS, its layout in layouts.py, and
its options in runs/lists.py.

`face_dataset` is the form, `reading` and `matlab` read files, `ck_files` those of CK+'s labels and FACS codes,
`layouts` finds a set's folder, `cache` keeps decoded copies, `published` is the twin as pictures, `relabelled` deals
labels anew (shuffled, or who a face is of).
"""
import importlib
import inspect
import warnings
from dataclasses import replace
from pathlib import Path
from typing import get_args

import numpy as np
import torch
from torch.nn.functional import interpolate

from ..system.paths import expand
from .face_dataset import EXPRESSIONS, FOLDS, SIX, TEST, TRAIN, VALIDATION, FaceDataset, Report, Split, subject_folds

__all__ = ["ABOUT_UNITS", "EXPRESSIONS", "FOLDS", "LOADERS", "SIX", "TEST", "TRAIN", "VALIDATION", "FaceDataset",
           "Report", "Split", "load_dataset", "load_file", "subject_folds"]

LOADERS = ("synthetic", "ck_plus", "ck48", "tfd", "fer2013")
ABOUT_UNITS = "au_table", "facs"            # options of loaders that change nothing but action units


def load_dataset(name: str, root: str | Path | None = None, *, size: int = 96, classes: int | None = None,
                 part: str = "labelled", cache: bool = True, progress: bool = True, **options) -> FaceDataset:
    """Load one of LOADERS from `root`, where the set lies on this disk (`synthetic` needs none).

    size: 96 or 48 pixels; 96 → 48 is the mean of 2×2, 48 → 96 bilinear. classes: 6 drops neutral and contempt
    (folds stay as they were), 8 insists on all, None takes what the set has. part: "probe" for images with
    action units and no expression label (`synthetic`, `ck_plus`). cache: keep a decoded copy. options: the
    loader's, as `padding=0.1`. Errors say what is possible: ValueError, TypeError for an option that the loader has
    not, OSError for files that are not there or cannot be read, ImportError without the extra [faces]. What was left
    out is in `.report`.
    """
    check_possible(size, classes)
    return as_asked(whole(name, root, part=part, cache=cache, progress=progress, **options), size, classes)


def check_possible(size: int, classes: int | None):
    if size not in (48, 96):
        raise ValueError(f"size must be 96 or 48, not {size!r}")
    if classes not in (None, 6, 8):
        raise ValueError(f"classes must be 6, 8 or None (all that the set has), not {classes!r}")


def whole(name: str, root: str | Path | None = None, *, part: str = "labelled", cache: bool = True,
          progress: bool = True, **options) -> FaceDataset:
    """A set as its loader gives it: all classes, in the size that it has; `parameters` hold the loader's options."""
    if name not in LOADERS:
        raise ValueError(f"there is no data set {name!r}, only {', '.join(LOADERS)}")
    try:                    # imported here, so that a FaceDataset needs no more than torch and pandas
        from .cache import cached, digest
        from .layouts import locate
        loader = importlib.import_module(f"{__name__}.{name}")
    except ModuleNotFoundError as error:
        raise ImportError(f"{name} needs {error.name}: install fer_lib with its extra [faces]") from error
    if part not in (parts := getattr(loader, "PARTS", ("labelled", "probe"))):
        raise ValueError(f"{name} has no part {part!r}, only {', '.join(parts)}")
    parameters = inspect.signature(loader.load).parameters
    own = {key: p.default for key, p in parameters.items()
           if p.kind is p.KEYWORD_ONLY and key not in ("part", "progress")}
    unknown = sorted(options.keys() - own.keys())
    if unknown and not any(p.kind is p.VAR_KEYWORD for p in parameters.values()):
        raise TypeError(f"{name} has no option {', '.join(unknown)}. "
                        f"It has: {', '.join(f'{key}={value!r}' for key, value in own.items()) or 'none'}")
    options = own | options
    paths = [key for key in own if options[key] is not None and Path in get_args(parameters[key].annotation)]
    options |= {key: expand(options[key], key) for key in paths}

    root = locate(name, root)
    sources = [Path(path) for path in [root, *options.values()] if isinstance(path, (str, Path))]
    shared = [Path(__file__).with_name(f"{module}.py")
              for module in ("__init__", "face_dataset", "layouts", "reading", "ck_files")]
    code = [Path(loader.__file__), *shared, *getattr(loader, "MADE_FROM", ())]
    key = {"part": part, "options": options, "version": getattr(loader, "VERSION", ""),
           "code": digest(code, contents=True), "sources": digest(path for path in sources if path.exists())}
    faces = cached(name, key, lambda: loader.load(root, part=part, progress=progress, **options), cache)
    recorded = {key: str(value) if isinstance(value, Path) else value for key, value in options.items()}
    return replace(faces, parameters=faces.parameters | recorded | {"part": part}).versioned(faces.version)


def as_asked(faces: FaceDataset, size: int, classes: int | None) -> FaceDataset:
    """A whole set → its images of these classes in this size, as `parameters` then say."""
    faces = choose_classes(faces, classes)
    if empty := list(faces.counts.index[faces.counts == 0]):
        warnings.warn(f"{faces.name}: not one image shows {', '.join(empty)}", stacklevel=3)
    # 48.0 would be another run's name than 48
    parameters = faces.parameters | {"size": int(size), "classes": classes and int(classes)}
    return replace(faces, images=resize(faces.images, size), parameters=parameters).versioned(faces.version)


def load_file(path: str | Path, name: str, *, size: int = 96, classes: int | None = None, part: str = "labelled",
              **options) -> FaceDataset:
    """What `load_dataset` gives, from one file that `python -m fer_lib.datasets NAME --to FILE` wrote elsewhere.

    For machines that have neither the set nor what reads or draws it. ValueError where the file holds something else.
    """
    from .cache import read
    path = expand(path)
    check_possible(size, classes)
    try:
        faces = read(path)
    except Exception as error:                      # whatever zipfile, json or NumPy say of damage
        if isinstance(error, OSError) and error.filename:       # the file cannot be opened at all
            raise
        raise ValueError(f"{path} is damaged, or no file of `python -m fer_lib.datasets` ({error})") from error
    asked = {"part": part, **options}
    mismatches = [f"{key}={faces.parameters.get(key)!r}, not {value!r}" for key, value in asked.items()
                  if faces.parameters.get(key) != value]
    if faces.name != name or mismatches:
        raise ValueError(f"{path} holds {faces.name}{' with ' * bool(mismatches)}{'; '.join(mismatches)}"
                         + f", not {name}" * (faces.name != name))
    return as_asked(faces, size, classes)


def choose_classes(faces: FaceDataset, classes: int | None) -> FaceDataset:
    """The images of six expressions (no neutral or contempt) or eight, each in the folds where it was."""
    if classes is None:
        return faces
    names = SIX if classes == 6 else EXPRESSIONS
    if missing := [name for name in names if name not in faces.classes]:
        raise ValueError(f"{faces.name} has no images labelled {', '.join(missing)}: no classes={classes}")
    kept = faces.select(np.isin(np.array(faces.classes)[faces.labels], names))
    labels = [names.index(faces.classes[label]) for label in kept.labels]
    return replace(kept, classes=names, labels=labels).versioned(faces.version)


def resize(images: np.ndarray, size: int) -> np.ndarray:
    """(N, 1, S, S) uint8 → (N, 1, size, size), each 96 or 48: mean of 2×2 (.5 rounds up), or bilinear."""
    if images.shape[-1] == size:
        return images
    if size == 48:
        return ((images.reshape(-1, 1, 48, 2, 48, 2).sum((3, 5), dtype=np.uint16) + 2) // 4).astype(np.uint8)
    larger = np.empty((len(images), 1, size, size), np.uint8)
    for i in range(0, len(images), 1024):           # in pieces, to hold few of them as float32
        piece = torch.from_numpy(images[i:i + 1024]).float()
        larger[i:i + 1024] = interpolate(piece, size=(size, size), mode="bilinear").round_().byte().numpy()
    return larger
