"""A set of faces and what is known about them: its classes, people, sequences, action units, and its folds."""
import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import NamedTuple

import numpy as np
import pandas as pd

EXPRESSIONS = ("neutral", "anger", "contempt", "disgust", "fear", "happy", "sadness", "surprise")
SIX = tuple(name for name in EXPRESSIONS if name not in ("neutral", "contempt"))
TRAIN, VALIDATION, TEST = 1, 2, 3           # in `FaceDataset.folds`, where 0 is "not in this fold"
FOLDS = 10


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

    Without expression labels (a probe set) `classes` is () and every label -1. A subject "" is not known. Classes may
    be people instead of expressions (`of_people`): then each label is the image's subject, and folds keep sequences
    apart, not people.
    """
    name: str
    images: np.ndarray                              # (N, 1, S, S) uint8
    labels: np.ndarray                              # (N,) int64, index into classes
    classes: tuple[str, ...]                        # in the order of EXPRESSIONS, or people, sorted
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
        low, high = (0, len(self.classes) - 1) if self.classes else (-1, -1)
        bad = np.flatnonzero((self.labels < low) | (self.labels > high))
        check(not bad.size, f"label {self.labels[bad[:1]]} of image {bad[:1]} is outside {low}…{high}")
        check(self.of_people or list(self.classes) == [name for name in EXPRESSIONS if name in self.classes],
              f"classes {self.classes} must be some of {EXPRESSIONS}, in that order, or people, sorted, with each "
              "image labelled as its subject")
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
        apart = "sequence" if self.of_people else "subject"
        whole = getattr(self, f"{apart}s")
        for fold, part in enumerate(self.folds.T if whole is not None else ()):
            known = (part > 0) & (whole != "")
            parts = pd.Series(part[known]).groupby(whole[known]).nunique()
            torn = ", ".join(parts.index[parts > 1][:5])
            check(not torn, f"in fold {fold} {apart} {torn} is in more than one of train, validation, test")

    def __len__(self) -> int:
        return len(self.images)

    @property
    def of_people(self) -> bool:
        """Are the classes people, each image labelled as its subject?"""
        return (self.subjects is not None and len(self.classes) > 0 and "" not in self.classes
                and list(self.classes) == sorted(set(self.classes))
                and np.array_equal(np.array(self.classes)[self.labels], self.subjects))

    def split(self, fold: int) -> Split:
        """Positions to train, validate and test on; no subject in two of them (where people are the classes: no
        sequence). ValueError if none to train or test."""
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
