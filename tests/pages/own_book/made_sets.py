"""Sets of faces as a reader may have them, of a few grey pixels."""
from pathlib import Path

import numpy as np
import pandas as pd

from fer_lib.datasets import EXPRESSIONS, FaceDataset
from fer_lib.datasets.face_dataset import subject_folds
from fer_lib.pages.own_book.faces import OwnSet


def faces(name="ck_plus", *, people=12, folds=10, codes=True, classes=EXPRESSIONS, each=2) -> FaceDataset:
    """Everybody shows every class `each` times."""
    subjects = [f"S{person:03}" for person in range(people) for _ in range(each * len(classes))]
    labels = np.tile(np.repeat(np.arange(len(classes)), each), people)
    units = pd.DataFrame({"AU1": labels % 2, "AU12": (labels + 1) % 2}).astype(float) if codes else None
    sequences = [f"{who}_{i:03}" for i, who in enumerate(subjects)]
    shown = np.random.default_rng(0).integers(0, 255, (len(labels), 1, 48, 48), np.uint8)
    return FaceDataset(name, shown, labels, classes, subjects, sequences, units,
                       folds=subject_folds(subjects)[:, :folds])


def without_people(name="fer2013", n=90) -> FaceDataset:
    """Of one official fold."""
    classes = tuple(one for one in EXPRESSIONS if one != "contempt")
    labels, parts = np.arange(n) % 7, np.repeat([[1], [2], [3]], n // 3, axis=0)
    return FaceDataset(name, np.zeros((n, 1, 48, 48), np.uint8), labels, classes, folds=parts)


def own(made: FaceDataset | None = None, root="/faces", options=None, classes=None) -> OwnSet:
    return OwnSet(made or faces(), Path(root), options or {}, classes)
