"""Shuffled labels, and people as labels: what stays as it was, and what does not."""
import dataclasses

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from training_faces import CLASSES, toy

from fer_lib.datasets import FaceDataset
from fer_lib.datasets.relabelled import label_identities, shuffle_labels, with_labels_of
from fer_lib.evaluation import evaluate
from fer_lib.training import Recipe, train, trainable_split

# Shuffled labels



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


# Identities


def of_lengths(*sequences: int, frames: int = 3) -> FaceDataset:
    """Person i has so many sequences, each of a neutral frame and others of one expression."""
    names = [f"s{i:02}" for i, number in enumerate(sequences) for _ in range(number * frames)]
    numbers = [i // frames for number in sequences for i in range(number * frames)]
    labels = [0 if i % frames == 0 else 1 + numbers[i] % 3 for i in range(len(names))]
    images = np.random.default_rng(0).integers(0, 256, (len(names), 1, 16, 16), dtype=np.uint8)
    return FaceDataset("made", images, labels, CLASSES, subjects=names, parameters={"size": 16, "seed": 3}, sequences=[
        f"{name}_{number}" for name, number in zip(names, numbers, strict=True)]).versioned("generator 0")


def test_by_hand():
    """Of 23 people fold 0 trains on all but the first two and every tenth after them. s02 has one sequence, s03 two."""
    faces = of_lengths(*[1 + i % 3 for i in [1, 2, *range(21)]])
    told = label_identities(faces, 0)
    split = told.split(0)
    assert told.classes == tuple(f"s{i:02}" for i in range(23) if i % 10 > 1) and told.parameters["identity"] == 0
    held_out = [set(told.sequences[told.subjects == who]) - set(told.sequences[split.train]) for who in told.classes]
    assert [len(one) for one in held_out[:4]] == [0, 1, 1, 0]
    assert set(told.sequences[split.test]) >= held_out[1] and set(told.sequences[split.validation]) >= held_out[2]
    assert [len(part) for part in (split.test, split.validation)] == [3 * len({*told.sequences[part]}) for part in (
        split.test, split.validation)], "all three frames, the neutral one too"


@settings(deadline=None, max_examples=50)
@given(st.lists(st.integers(1, 5), min_size=20, max_size=40), st.integers(0, 9))
def test_the_people_of_a_fold_s_training_are_told_apart_on_its_images(numbers, fold):
    numbers[:8] = [2] * 8                                   # so that two of those trained on have two
    faces = of_lengths(*numbers)
    told, train = label_identities(faces, fold), faces.split(fold).train
    assert told.of_people and told.classes == tuple(sorted(set(faces.subjects[train])))
    for name in ("images", "subjects", "sequences"):
        assert (getattr(told, name) == getattr(faces, name)[train]).all(), "no image is left out, none is another"
    split = told.split(fold)
    assert sorted(np.concatenate(split)) == list(range(len(told)))
    judged = {part: told.subjects[index] for part, index in split._asdict().items()}
    for who in told.classes:
        own = told.sequences[told.subjects == who]
        held_out = set(own) - set(told.sequences[split.train])
        assert len(held_out) == (len(set(own)) > 1) and who in judged["train"]
        assert (told.subjects == who).sum() == sum((names == who).sum() for names in judged.values())
    assert not set(judged["test"]) & set(judged["validation"])
    assert len(set(judged["test"])) - len(set(judged["validation"])) in (0, 1)
    groups = [set(told.cases[told.sequences == one]) for one in set(told.sequences)]
    assert all(len(group) == 1 for group in groups) and len(set.union(*groups)) == len(groups), "a sequence is a case"
    assert told.version == faces.version and told.parameters == {"size": 16, "seed": 3, "identity": fold}
    assert with_labels_of(faces, told.parameters).fingerprint == told.fingerprint
    with pytest.raises(ValueError, match=f"fold {(fold + 5) % 10} has 0 images to train on"):
        told.split((fold + 5) % 10)                         # whose people are others


def test_which_sequence_is_held_out_is_drawn_by_the_fold():
    faces = of_lengths(*[6] * 40)

    def held_out(fold):
        told = label_identities(faces, fold)
        split = told.split(fold)
        return {name[:3]: name[4:] for name in told.sequences[np.concatenate([split.validation, split.test])]}

    one, other = held_out(0), held_out(5)
    assert one == held_out(0) and {*one.values()} == {*"012345"}
    both = one.keys() & other.keys()
    assert any(one[who] != other[who] for who in both)


def test_without_sequences_each_image_is_one_and_who_is_not_known_is_left_out():
    faces = toy(people=20, sequences=None)
    names = np.where(np.arange(80) % 4 == 3, "", faces.subjects)
    told = label_identities(dataclasses.replace(faces, subjects=names, folds=faces.folds), 3)
    assert "" not in told.classes and len(told.classes) == 16 and len(told) == 48
    assert [len(part) for part in told.split(3)] == [32, 8, 8] and len(set(told.cases)) == 48


@pytest.mark.parametrize("fields, message", [
    ({"subjects": None}, "toy: it is not known who its images show, so no network can learn to tell people apart"),
    ({"subjects": [""] * 40, "folds": np.full((40, 1), 1, np.uint8)}, "toy: it is not known who its images show"),
    ({"sequences": [f"s{i // 4}" for i in range(40)]}, "toy, fold 0: 0 of 8 people to train on have two sequences"),
    ({"sequences": ["x" if i == 20 else f"s{i // 4}" for i in range(40)]},
     "toy, fold 0: 1 of 8 people to train on have two sequences, of which one can be held out; two such people"),
])
def test_where_people_cannot_be_told_apart_is_an_error(fields, message):
    with pytest.raises(ValueError, match=message):
        label_identities(toy(**fields), 0)


def test_a_fold_that_is_not_there_is_the_same_error_as_of_expressions():
    with pytest.raises(ValueError, match="folds 0…9, not 10"):
        label_identities(toy(), 10)


def test_it_can_be_learned_and_is_judged_on_sequences_that_were_held_out():
    """Each person always looks the same."""
    faces = of_lengths(*[3] * 10)
    looks = np.unique(faces.subjects, return_index=True)[1]
    images = faces.images[looks[[int(name[1:]) for name in faces.subjects]]]
    told = label_identities(dataclasses.replace(faces, images=images), 0)
    recipe = Recipe.quick(steps=40, every=40, batch=16)
    assert trainable_split(told, recipe, 0).validation.size
    network, _ = train(told, recipe, 0, progress=False)
    measured = evaluate(network, told, told.split(0).test)
    assert measured["accuracy"] > .7 and (measured["n"], measured["images"]) == (4, 12)
    with pytest.raises(ValueError, match="the network knows s02, s03, .*, but not neutral"):
        evaluate(network, faces, faces.split(0).test)
