"""Shuffled labels: what stays as it was, and what does not."""
import numpy as np
from training_faces import CLASSES, toy

from fer_lib.controls import shuffle_labels
from fer_lib.datasets import FaceDataset


def sequences_of_three() -> FaceDataset:
    """20 people with two sequences each, of a neutral frame and two others."""
    one = toy(people=30).select(np.arange(120))
    labels = np.tile([0, 1, 1, 0, 2, 2], 20)
    labels[60:] = np.where(labels[60:] == 2, 3, labels[60:])
    names = [f"s{i:02}" for i in range(20) for _ in range(6)]
    return FaceDataset("made", one.images, labels, CLASSES, subjects=names,
                       sequences=[f"{name}_{i // 3 % 2}" for i, name in enumerate(names)])


def test_cases_keep_together_and_parts_keep_their_labels():
    faces = sequences_of_three()
    other = shuffle_labels(faces, 1)
    case = faces.cases
    first = np.unique(case, return_index=True)[1]
    assert all(len(set(other.labels[case == one])) == 1 for one in set(case))
    for fold in range(10):
        for part in faces.split(fold):
            own = first[np.isin(first, part)]
            assert np.bincount(faces.labels[own], minlength=4).tolist() == np.bincount(
                other.labels[own], minlength=4).tolist()
    assert .2 < (faces.labels[first] == other.labels[first]).mean() < .6, "chance for these counts is .375"
    assert (other.cases == case).all(), "by the true sequence, whatever it is said to show"
    assert other.images is faces.images and other.parameters["shuffled"] == 1


def test_a_seed_deals_the_same_labels_again_and_another_one_others():
    faces = toy()
    assert (shuffle_labels(faces, 1).labels == shuffle_labels(faces, 1).labels).all()
    assert (shuffle_labels(faces, 1).labels != shuffle_labels(faces, 2).labels).any()
    assert shuffle_labels(faces, 1).fingerprint != faces.fingerprint
