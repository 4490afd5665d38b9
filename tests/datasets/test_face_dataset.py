import string

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fer_lib.datasets import EXPRESSIONS, SIX, FaceDataset, Report, choose_classes, load_dataset, resize, subject_folds

SUBJECTS = st.lists(st.text(string.ascii_lowercase, min_size=1, max_size=2), min_size=2, max_size=40)


def tiny(subjects):
    return FaceDataset(
        "made", np.zeros((len(subjects), 1, 2, 2), np.uint8), np.zeros(len(subjects)), ("happy",), subjects
    )


# Folds


def test_folds_follow_the_paper():
    subjects = [f"S{i:03}" for i in range(23)]
    faces = tiny(subjects)
    for fold in range(10):
        split = faces.split(fold)
        assert split.test.tolist() == [i for i in range(23) if i % 10 == fold]
        assert split.validation.tolist() == [i for i in range(23) if i % 10 == (fold + 1) % 10]
        assert sorted(np.concatenate(split)) == list(range(23))


@given(SUBJECTS)
def test_no_subject_is_in_two_parts_and_everyone_is_tested_once(subjects):
    folds, subjects = subject_folds(subjects), np.array(subjects)
    for part in folds.T:
        groups = [set(subjects[part == code]) for code in (1, 2, 3)]
        assert not (groups[0] & groups[1] or groups[0] & groups[2] or groups[1] & groups[2])
        assert set.union(*groups) == set(subjects)
    assert (
        ((folds == 3).sum(1) == 1).all()
        and ((folds == 2).sum(1) == 1).all()
        and ((folds == 1).sum(1) == 8).all()
    )


@given(SUBJECTS, st.randoms())
def test_folds_do_not_depend_on_the_order_of_images(subjects, random):
    order = list(range(len(subjects)))
    random.shuffle(order)
    assert (subject_folds([subjects[i] for i in order]) == subject_folds(subjects)[order]).all()


def test_a_fold_that_does_not_exist_or_has_no_one_to_test_is_an_error(faces):
    with pytest.raises(ValueError, match="folds 0…9, not 10"):
        faces().split(10)
    with pytest.raises(ValueError, match="fold 7 has 3 images to train on and 0 to test on"):
        faces().split(7)
    with pytest.raises(ValueError, match="neither subjects nor official folds"):
        FaceDataset("made", np.zeros((1, 1, 2, 2), np.uint8), [0], ("happy",)).split(0)


def test_a_subject_in_two_parts_of_an_official_fold_is_an_error(faces):
    with pytest.raises(
        ValueError, match="in fold 1 subject a is in more than one of train, validation, test"
    ):
        faces(("a", "a", "b"), folds=np.array([[1, 1], [1, 3], [3, 3]], np.uint8))
    assert faces(("a", "a", "b"), folds=np.array([[1, 1], [0, 1], [3, 3]], np.uint8)).split(
        1
    ).train.tolist() == [0, 1]


def test_unknown_subjects_are_not_one_subject(faces):
    assert faces(("", "", "b"), folds=np.array([[1], [3], [2]], np.uint8)).split(0).test.tolist() == [1]


# What is checked


@pytest.mark.parametrize(
    "fields, message",
    [
        ({"images": np.zeros((3, 48, 48), np.uint8)}, r"images must be \(N, 1, S, S\) uint8"),
        ({"images": np.zeros((3, 1, 48, 48))}, "not .* float64"),
        ({"images": np.zeros((0, 1, 48, 48), np.uint8)}, "N > 0|images must be"),
        ({"labels": [0, 1]}, "labels must have 3 rows"),
        ({"labels": [0, 2, 1]}, r"label \[2\] of image \[1\] is outside 0…1"),
        ({"labels": [0, -1, 1]}, "outside 0…1"),
        ({"classes": ()}, "outside -1…-1"),
        ({"classes": ("happy", "anger")}, "in that order"),
        ({"classes": ("anger", "joy")}, "must be some of"),
        ({"classes": ("a", "b", "c"), "labels": [0, 1, 1]}, "or people, sorted, with each image labelled as"),
        ({"classes": ("b", "a", "c"), "labels": [1, 0, 2]}, "or people, sorted"),
        ({"subjects": ("", "b", "c"), "classes": ("", "b", "c"), "labels": [0, 1, 2]}, "or people, sorted"),
        ({"sequences": ["a"]}, "sequences must have 3 rows"),
        ({"action_units": pd.DataFrame({"AU1": [0, 1, 2.0]})}, "1, 0 or NaN"),
        ({"action_units": pd.DataFrame({"12": [0, 1, 1.0]})}, "columns of action_units"),
        (
            {
                "action_units": pd.DataFrame({"AU1": [0, 1, 1.0]}),
                "intensities": pd.DataFrame({"AU2": [0, 1, 1.0]}),
            },
            "must have the columns",
        ),
        ({"folds": np.full((3, 1), 4)}, "folds must be"),
    ],
)
def test_a_set_that_contradicts_itself_is_an_error(faces, fields, message):
    with pytest.raises(ValueError, match=f"made: .*({message})"):
        faces(**fields)


def test_people_may_be_the_classes_and_folds_then_keep_sequences_apart(faces):
    def of(parts):
        return faces(("a", "a", "b", "b"), classes=("a", "b", "c"), labels=[0, 0, 1, 1], sequences=["1", "2", "3", "3"],
                     folds=np.array(parts, np.uint8)[:, None])

    people = of([1, 3, 2, 2])
    assert people.of_people and people.split(0).test.tolist() == [1] and not faces().of_people
    assert people.cases.tolist() == [0, 1, 2, 2] and people.select([2, 3]).of_people
    with pytest.raises(ValueError, match="in fold 0 sequence 3 is in more than one of train, validation, test"):
        of([1, 3, 2, 3])


def test_select_keeps_rows_together_and_folds_as_they_were(faces):
    whole = faces(
        [f"s{i}" for i in range(12)],
        action_units=pd.DataFrame({"AU1": np.arange(12) % 2.0}),
        files=[f"f{i}" for i in range(12)],
    )
    part = whole.select(whole.labels == 1)
    assert (
        part.files.tolist() == [f"f{i}" for i in range(1, 12, 2)]
        and part.action_units["AU1"].tolist() == [1.0] * 6
    )
    assert (part.images == whole.images[1::2]).all() and (part.folds == whole.folds[1::2]).all()
    assert (whole.select([2, 0]).images == whole.images[[2, 0]]).all()


# Fingerprint


@given(st.integers(0, 2), st.integers(0, 47), st.integers(0, 47), st.integers(1, 255))
def test_any_pixel_changes_the_fingerprint(image, y, x, change):
    images = np.random.default_rng(0).integers(0, 256, (3, 1, 48, 48), dtype=np.uint8)
    before = FaceDataset("made", images.copy(), [0, 0, 0], ("happy",)).fingerprint
    assert FaceDataset("made", images.copy(), [0, 0, 0], ("happy",)).fingerprint == before
    images[image, 0, y, x] ^= change
    assert FaceDataset("made", images, [0, 0, 0], ("happy",)).fingerprint != before


def test_all_that_decides_a_result_changes_the_fingerprint(faces):
    units = pd.DataFrame({"AU1": [0, 1, np.nan]})
    variants = [
        {},
        {"labels": [1, 1, 0]},
        {"classes": ("anger", "sadness")},
        {"subjects": ["a", "b", "d"]},
        {"sequences": ["a", "b", "c"]},
        {"action_units": units},
        {"action_units": units, "intensities": units},
        {"action_units": units.rename(columns={"AU1": "AU2"})},
        {"action_units": units.fillna(0)},
        {"folds": np.array([[1], [2], [3]], np.uint8)},
    ]
    assert len({faces(**fields).fingerprint for fields in variants}) == len(variants)
    assert (
        faces(report=Report(x=["y"]), parameters={"size": 96}, files=list("abc")).fingerprint
        == faces().fingerprint
    )


# Sizes and classes


def test_from_96_to_48_is_the_rounded_mean_of_2x2():
    images = np.zeros((1, 1, 96, 96), np.uint8)
    images[0, 0, :2, :4] = [[0, 1, 255, 255], [0, 1, 255, 254]]
    small = resize(images, 48)
    assert small.shape == (1, 1, 48, 48) and small.dtype == np.uint8
    assert small[0, 0, 0, :3].tolist() == [1, 255, 0]  # .5 → 1, 254.75 → 255


def test_from_48_to_96_is_bilinear():
    ramp = np.broadcast_to(np.arange(0, 144, 3, dtype=np.uint8), (3000, 1, 48, 48)).copy()
    large = resize(ramp, 96)
    assert (large == large[0, 0, 0]).all()
    assert large[0, 0, 0, :5].tolist() == [
        0,
        1,
        2,
        4,
        5,
    ]  # 0, .75, 2.25, 3.75, 5.25: quarter steps between pixels
    assert large[0, 0, 0, -1] == 141 and resize(ramp, 48) is ramp


def test_six_classes_drop_neutral_and_contempt_and_keep_the_folds(faces):
    subjects = [f"s{i:02}" for i in range(16)]
    whole = faces(subjects, labels=np.arange(16) % 8, classes=EXPRESSIONS)
    six = choose_classes(whole, 6)
    assert six.classes == SIX == ("anger", "disgust", "fear", "happy", "sadness", "surprise")
    assert [six.classes[label] for label in six.labels] == [
        EXPRESSIONS[i % 8] for i in range(16) if i % 8 not in (0, 2)
    ]
    assert (
        dict(zip(six.subjects, map(tuple, six.folds), strict=True)).items()
        <= dict(zip(subjects, map(tuple, whole.folds), strict=True)).items()
    )
    assert choose_classes(whole, 8).labels.tolist() == whole.labels.tolist()
    with pytest.raises(ValueError, match="made has no images labelled neutral, contempt"):
        choose_classes(faces(), 8)


# load_dataset


@pytest.mark.parametrize(
    "arguments, error, message",
    [
        (("ck+",), ValueError, "only synthetic, ck_plus, ck48, tfd, fer2013"),
        (("ck_plus",), ValueError, r"needs root=….*cohn-kanade-images"),
        (("fer2013", "nowhere"), FileNotFoundError, "nowhere does not exist. fer2013 needs fer2013.csv"),
    ],
)
def test_load_dataset_says_what_is_possible(arguments, error, message):
    with pytest.raises(error, match=message):
        load_dataset(*arguments)


@pytest.mark.parametrize(
    "options, error, message",
    [
        ({"size": 64}, ValueError, "96 or 48"),
        ({"classes": 7}, ValueError, "6, 8 or None"),
        ({"classes": 8}, ValueError, "no images labelled neutral.* classes=8"),
        ({"part": "probe"}, ValueError, "ck48 has no part 'probe', only labelled"),
        ({"au_tables": "x.csv"}, TypeError, "no option au_tables. It has: au_table=None, facs=None"),
    ],
)
def test_load_dataset_refuses_what_a_set_does_not_have(ck48_tree, options, error, message):
    with pytest.raises(error, match=message):
        load_dataset("ck48", ck48_tree, **options)


@pytest.mark.filterwarnings("ignore:ck48. not one image")
def test_a_home_folder_and_what_it_was_loaded_with(ck48_tree, monkeypatch):
    monkeypatch.setenv("HOME", str(ck48_tree.parent))
    faces = load_dataset("ck48", "~/CK+48", size=48)
    assert faces.parameters == {
        "au_table": None,
        "facs": None,
        "part": "labelled",
        "size": 48,
        "classes": None,
    }


def test_an_empty_class_is_said_and_counted(ck48_tree):
    with pytest.warns(
        UserWarning, match="ck48: not one image shows anger, contempt, disgust, sadness, surprise"
    ):
        faces = load_dataset("ck48", ck48_tree)
    assert faces.counts["anger"] == 0 and faces.counts["fear"] == 3 and "anger 0" in faces.summary()


@pytest.mark.filterwarnings("ignore:ck48. not one image")
def test_a_summary_that_people_like_to_read(ck48_tree, picture):
    picture(ck48_tree / "happy/S010_004_00000010.png", shape=(50, 50))
    faces = load_dataset("ck48", ck48_tree)
    assert repr(faces) == "<ck48: 9 images of 96×96, 2 subjects, 3 sequences, 7 classes>"
    lines = faces.summary().splitlines()
    assert lines[1] == "classes: anger 0, contempt 0, disgust 0, fear 3, happy 6, sadness 0, surprise 0"
    assert lines[2] == "folds: 10, the first 0 / 3 / 6 (train / validation / test)"
    assert "not 48×48 pixels (1): happy/S010_004_00000010.png" in lines
