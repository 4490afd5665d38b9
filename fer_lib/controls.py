"""What a trained network is compared with: the same network, trained on labels that mean nothing."""
from dataclasses import replace

import numpy as np

from .datasets import FaceDataset


def shuffle_labels(faces: FaceDataset, seed: int) -> FaceDataset:
    """The same faces with their expressions dealt anew, by chance, to sequences and neutral frames (their `cases`).

    The frames of a sequence still have one label, so that the labels can be learned by heart as the true ones can. Of
    the cases in train, validation and test of each fold, as many have each label as before; `parameters` say so.
    """
    _, first, case = np.unique(faces.cases, return_index=True, return_inverse=True)
    dealt, rng = faces.labels[first].copy(), np.random.default_rng([seed, 1])
    # dealt among cases that are in the same parts of all folds, so that every part keeps its counts
    parts = np.zeros(len(first), int) if faces.folds is None else np.unique(
        faces.folds[first], axis=0, return_inverse=True)[1].ravel()
    for part in np.unique(parts):
        dealt[parts == part] = rng.permutation(dealt[parts == part])
    shuffled = replace(faces, labels=dealt[case], parameters=faces.parameters | {"shuffled": seed})
    return shuffled.versioned(faces.version)
