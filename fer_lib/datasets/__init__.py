"""Faces and what is known about them: one form for every data set, its folds, and `load_dataset`.

    faces = load_dataset("synthetic")                # or "ck_plus", "ck48", "tfd", "fer2013", with root=…
    split = faces.split(0)
    faces.images[split.train], faces.labels[split.train]

A loader is a module here, imported when its set is asked for. Its `load(root, *, part, progress, …options)`
returns a `FaceDataset` of 96- or 48-pixel images; `root` is the place that has the set's layout, or None for
one that needs none. It may have `PARTS`, those it offers, and `VERSION` and `MADE_FROM`, the version and the
files of what else decides the pixels.
"""
import hashlib
import importlib
import inspect
import json
import warnings
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import NamedTuple, get_args

import numpy as np
import pandas as pd
import torch
from torch.nn.functional import interpolate

from ..paths import expand

EXPRESSIONS = ("neutral", "anger", "contempt", "disgust", "fear", "happy", "sadness", "surprise")
SIX = tuple(name for name in EXPRESSIONS if name not in ("neutral", "contempt"))
LOADERS = ("synthetic", "ck_plus", "ck48", "tfd", "fer2013")
TRAIN, VALIDATION, TEST = 1, 2, 3           # in `FaceDataset.folds`, where 0 is "not in this fold"
FOLDS = 10
ABOUT_UNITS = "au_table", "facs"            # options of loaders that change nothing but action units


class Split(NamedTuple):
    """Positions of a fold's images, each (n,) int64 in increasing order."""
    train: np.ndarray
    validation: np.ndarray
    test: np.ndarray


class Report(dict):
    """What a loader left out or missed: reason → names of files, sequences or rows. Prints with counts."""

    def add(self, reason: str, name: str):
        printable = name.encode("utf-8", "surrogateescape").decode("utf-8", "replace")     # a file's may be any bytes
        self.setdefault(reason, []).append(printable)

    def __str__(self) -> str:
        return "\n".join(f"{reason} ({len(names):,}): {', '.join(names[:5])}{', …' * (len(names) > 5)}"
                         for reason, names in self.items()) or "nothing was left out"


def subject_folds(subjects: Iterable[str], order: Iterable[str] | None = None) -> np.ndarray:
    """Ten folds that never share a subject, as the released code makes them → (N, 10) uint8 of TRAIN,
    VALIDATION, TEST.

    Subject i of `order` (default: all, sorted) is tested in fold i mod 10, and validates in the fold before.
    """
    subjects = list(subjects)
    place = {subject: i for i, subject in enumerate(sorted(set(subjects)) if order is None else order)}
    ahead = (np.array([place[subject] for subject in subjects])[:, None] - np.arange(FOLDS)) % FOLDS
    return np.select([ahead == 0, ahead == 1], [TEST, VALIDATION], TRAIN).astype(np.uint8)


@dataclass(frozen=True, eq=False, repr=False)
class FaceDataset:
    """N face images and what is known about each; checked when made (ValueError).

    Without expression labels (a probe set) `classes` is () and every label -1. A subject "" is not known.
    """
    name: str
    images: np.ndarray                              # (N, 1, S, S) uint8
    labels: np.ndarray                              # (N,) int64, index into classes
    classes: tuple[str, ...]                        # in the order of EXPRESSIONS
    subjects: np.ndarray | None = None              # (N,) str
    sequences: np.ndarray | None = None             # (N,) str
    action_units: pd.DataFrame | None = None        # (N, A) of "AU1", …: 1, 0, NaN not coded
    intensities: pd.DataFrame | None = None         # same: 0–1 (synthetic) or FACS's 0–5 (CK+), NaN not known
    files: np.ndarray | None = None                 # (N,) str, source of each, below the set's folder
    folds: np.ndarray | None = None                 # (N, F) uint8: 0, TRAIN, …; default: subject_folds
    report: Report = field(default_factory=Report)  # what was left out
    parameters: dict = field(default_factory=dict)  # what it was loaded with
    # (N,) int64, the independent case that each image belongs to: the frames of a sequence are nearly equal and are one
    # case; a neutral frame is one by itself, and without sequences each image is. Kept where labels are dealt anew.
    cases: np.ndarray | None = None
    # Of what made the pixels. Only `versioned` sets it: a set that is changed by hand, or a part of one, has none.
    version: str = field(default="", init=False)

    def __post_init__(self):
        def put(name, value):                       # a frozen dataclass is still being made here
            object.__setattr__(self, name, value)

        def check(holds, message):
            if not holds:
                raise ValueError(f"{self.name}: {message}")

        shape = self.images.shape
        check(self.images.dtype == np.uint8 and shape[0] and shape[1:] == (1, *shape[-1:] * 2),
              f"images must be (N, 1, S, S) uint8 with N > 0, not {shape} {self.images.dtype}")
        put("labels", np.asarray(self.labels, np.int64))
        put("classes", tuple(self.classes))
        for name in ("subjects", "sequences", "files"):
            if getattr(self, name) is not None:
                put(name, np.asarray(getattr(self, name), dtype=str))
        if self.folds is None and self.subjects is not None:
            put("folds", subject_folds(self.subjects))
        for name in ("labels", "subjects", "sequences", "action_units", "intensities", "files", "folds"):
            value = getattr(self, name)
            check(value is None or len(value) == len(self), f"{name} must have {len(self)} rows, as images")
        check(self.cases is None or (len(self.cases) == len(self)), f"cases must have {len(self)} rows, as images")
        check(list(self.classes) == [name for name in EXPRESSIONS if name in self.classes],
              f"classes {self.classes} must be some of {EXPRESSIONS}, in that order")
        low, high = (0, len(self.classes) - 1) if self.classes else (-1, -1)
        bad = np.flatnonzero((self.labels < low) | (self.labels > high))
        check(not bad.size, f"label {self.labels[bad[:1]]} of image {bad[:1]} is outside {low}…{high}")
        put("cases", independent_cases(self) if self.cases is None else np.asarray(self.cases, np.int64))
        if self.action_units is not None:
            columns, values = self.action_units.columns, self.action_units.to_numpy()
            check(columns.str.fullmatch(r"AU\d+").all(), "columns of action_units must be AU1, AU2, …")
            check((np.isin(values, (0, 1)) | np.isnan(values)).all(), "action_units must be 1, 0 or NaN")
            check(self.intensities is None or self.intensities.columns.equals(columns),
                  "intensities must have the columns of action_units")
        if self.folds is not None:
            check(self.folds.ndim == 2 and np.isin(self.folds, (0, TRAIN, VALIDATION, TEST)).all(),
                  "folds must be (N, F) of 0 (not in the fold), 1 (train), 2 (validation), 3 (test)")
        for fold, part in enumerate(self.folds.T if self.subjects is not None else ()):
            known = (part > 0) & (self.subjects != "")
            parts = pd.Series(part[known]).groupby(self.subjects[known]).nunique()
            torn = ", ".join(parts.index[parts > 1][:5])
            check(not torn, f"in fold {fold} subject {torn} is in more than one of train, validation, test")

    def __len__(self) -> int:
        return len(self.images)

    def split(self, fold: int) -> Split:
        """Positions to train, validate and test on; no subject in two of them. ValueError if none to train or
        test."""
        if self.folds is None:
            raise ValueError(f"{self.name} has neither subjects nor official folds")
        if fold not in range(self.folds.shape[1]):
            raise ValueError(f"{self.name} has folds 0…{self.folds.shape[1] - 1}, not {fold}")
        split = Split(*(np.flatnonzero(self.folds[:, fold] == part) for part in (TRAIN, VALIDATION, TEST)))
        if not (split.train.size and split.test.size):
            raise ValueError(f"{self.name}: fold {fold} has {split.train.size} images to train on and "
                             f"{split.test.size} to test on: too few subjects, or a part is missing")
        return split

    def select(self, index) -> "FaceDataset":
        """The images of `index` (a mask or positions), each in the folds and of the case where it was."""
        arrays = ("images", "labels", "subjects", "sequences", "files", "folds", "cases")
        rows = {name: getattr(self, name)[index] for name in arrays if getattr(self, name) is not None}
        tables = {name: getattr(self, name).iloc[index].reset_index(drop=True)
                  for name in ("action_units", "intensities") if getattr(self, name) is not None}
        return replace(self, **rows, **tables)

    def versioned(self, version: str) -> "FaceDataset":
        """The same set, as that version of what made its pixels made it: runs find it by this and its parameters."""
        same = replace(self)
        object.__setattr__(same, "version", version)
        return same

    @property
    def counts(self) -> pd.Series:
        """Images of each class, 0 included."""
        numbers = range(len(self.classes))
        return pd.Series(self.labels).value_counts().reindex(numbers, fill_value=0).set_axis(self.classes)

    @cached_property
    def fingerprint(self) -> str:
        """SHA-256 of everything that decides a result: pixels, labels, subjects, sequences, folds, action
        units."""
        digest = hashlib.sha256(json.dumps([self.images.shape, self.classes]).encode())
        for array in (self.images, self.labels, self.folds):
            digest.update(b"|" if array is None else np.ascontiguousarray(array))
        for names in (self.subjects, self.sequences):
            digest.update(b"|" if names is None else json.dumps(names.tolist()).encode())
        for table in (self.action_units, self.intensities):
            digest.update(b"|" if table is None else json.dumps(list(table)).encode())
            digest.update(b"|" if table is None else np.ascontiguousarray(table, np.float32))
        return digest.hexdigest()

    def __repr__(self) -> str:
        parts = [f"{len(self):,} images of {self.images.shape[-1]}×{self.images.shape[-1]}"]
        for what in ("subjects", "sequences"):
            if (names := getattr(self, what)) is not None:
                parts.append(f"{len(set(names) - {''}):,} {what}")
        parts += [f"{len(self.classes)} classes" if self.classes else "no expression labels"]
        parts += [] if self.action_units is None else [f"{self.action_units.shape[1]} action units"]
        return f"<{self.name}: {', '.join(parts)}>"

    def summary(self) -> str:
        """Some lines to print: images of each class, folds, what was left out, fingerprint."""
        lines = [repr(self).strip("<>")]
        if self.classes:
            lines.append("classes: " + ", ".join(f"{name} {count:,}" for name, count in self.counts.items()))
        if self.folds is not None:
            sizes = " / ".join(f"{(self.folds[:, 0] == part).sum():,}" for part in (TRAIN, VALIDATION, TEST))
            lines.append(f"folds: {self.folds.shape[1]}, the first {sizes} (train / validation / test)")
        return "\n".join([*lines, str(self.report), f"sha256: {self.fingerprint[:16]}…"])


def independent_cases(faces: FaceDataset) -> np.ndarray:
    """The case of each image, see `FaceDataset.cases`, from its label and its sequence → (N,) int64."""
    each = np.arange(len(faces))
    if faces.sequences is None:
        return each
    neutral = np.array([*(name == "neutral" for name in faces.classes), False])[faces.labels]      # -1: no label
    _, sequence = np.unique(faces.sequences, return_inverse=True)
    return np.where(neutral, len(faces) + each, sequence)


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
    shared = [Path(__file__).with_name(f"{module}.py") for module in ("__init__", "layouts", "reading", "ck_files")]
    code = [Path(loader.__file__), *shared, *getattr(loader, "MADE_FROM", ())]
    key = {"part": part, "options": options, "version": getattr(loader, "VERSION", ""),
           "code": digest(code, contents=True), "sources": digest(path for path in sources if path.exists())}
    faces = cached(name, key, lambda: loader.load(root, part=part, progress=progress, **options), cache)
    said = {key: str(value) if isinstance(value, Path) else value for key, value in options.items()}
    return replace(faces, parameters=faces.parameters | said | {"part": part}).versioned(faces.version)


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
    other = [f"{key}={faces.parameters.get(key)!r}, not {value!r}" for key, value in asked.items()
             if faces.parameters.get(key) != value]
    if faces.name != name or other:
        raise ValueError(f"{path} holds {faces.name}{' with ' * bool(other)}{'; '.join(other)}"
                         + f", not {name}" * (faces.name != name))
    return as_asked(faces, size, classes)


def choose_classes(faces: FaceDataset, classes: int | None) -> FaceDataset:
    """The images of six expressions (no neutral or contempt) or eight, each in the folds where it was."""
    if classes is None:
        return faces
    wanted = SIX if classes == 6 else EXPRESSIONS
    if missing := [name for name in wanted if name not in faces.classes]:
        raise ValueError(f"{faces.name} has no images labelled {', '.join(missing)}: no classes={classes}")
    kept = faces.select(np.isin(np.array(faces.classes)[faces.labels], wanted))
    labels = [wanted.index(faces.classes[label]) for label in kept.labels]
    return replace(kept, classes=wanted, labels=labels).versioned(faces.version)


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
