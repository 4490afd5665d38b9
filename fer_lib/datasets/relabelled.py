"""What a trained network is compared with: the same network on the same faces, which learns something else."""
from collections.abc import Container
from dataclasses import replace

import numpy as np

from . import TEST, TRAIN, VALIDATION, FaceDataset

# By their name in a set's parameters, where labels are not the true expressions
OTHER_LABELS = {"shuffled": "shuffled labels", "identity": "identities"}


def kind_in_words(variant: str, told: Container[str]) -> str:
    """CNN+AD; CNN, shuffled labels. told: a set's parameters, or other names of which some may be in OTHER_LABELS."""
    return ", ".join([variant, *(said for name, said in OTHER_LABELS.items() if name in told)])


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


def label_identities(faces: FaceDataset, fold: int) -> FaceDataset:
    """The images that a fold trains on, with the people in them as classes; in that fold only, as `parameters` say.

    Of everyone who has two sequences or more one is held out, drawn by the fold, with its neutral frames; all other
    images train. In the order of names those that are held out are in turn test and validation images: so there are
    both, and in training nobody misses more than one. Who has a single sequence is trained on and not judged, since its
    frames are too alike to be held out from each other. Without sequences each image is one. Cases are the sequences.
    ValueError where people are not known, or fewer than two of them have two sequences.
    """
    known = np.zeros(len(faces), bool) if faces.subjects is None else faces.subjects != ""
    if not known.any():
        raise ValueError(f"{faces.name}: it is not known who its images show, so no network can learn to tell people "
                         "apart by them; take a set with subjects")
    train = faces.split(fold).train
    of_fold = faces.select(train[known[train]])
    sequences = np.arange(len(of_fold)) if of_fold.sequences is None else of_fold.sequences
    people, labels = np.unique(of_fold.subjects, return_inverse=True)
    parts, held_out, rng = np.full(len(of_fold), TRAIN, np.uint8), 0, np.random.default_rng([fold, 2])
    for person in range(len(people)):
        own = np.unique(sequences[labels == person])
        if len(own) > 1:
            parts[(labels == person) & (sequences == rng.choice(own))] = (TEST, VALIDATION)[held_out % 2]
            held_out += 1
    if held_out < 2:
        raise ValueError(f"{faces.name}, fold {fold}: {held_out} of {len(people)} people to train on have two "
                         "sequences, of which one can be held out; two such people are needed")
    folds = np.zeros_like(of_fold.folds, np.uint8)
    folds[:, fold] = parts
    named = replace(of_fold, labels=labels, classes=people.tolist(), folds=folds,
                    cases=np.unique(sequences, return_inverse=True)[1],
                    parameters=faces.parameters | {"identity": int(fold)})
    return named.versioned(faces.version)


def with_labels_of(faces: FaceDataset, parameters: dict) -> FaceDataset:
    """The faces with the labels that these parameters of a set speak of: the true ones, or others."""
    if "shuffled" in parameters:
        faces = shuffle_labels(faces, parameters["shuffled"])
    if "identity" in parameters:
        faces = label_identities(faces, parameters["identity"])
    return faces
