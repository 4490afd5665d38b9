import os
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from fer_lib.datasets import load_dataset

ORDER = ("anger", "disgust", "fear", "happy", "sadness", "surprise", "neutral")


def load(root, **options):
    return load_dataset("fer2013", root, **{"cache": False, "size": 48} | options)


@pytest.fixture
def table(tmp_path):
    """table(rows): writes fer2013.csv; a row is (emotion, pixels or a seed, usage). Returns its path."""

    def write(rows, header="emotion,pixels,Usage", name="fer2013.csv"):
        lines = [
            f"{emotion},{pixels if isinstance(pixels, str) else values(pixels)},{usage}"
            for emotion, pixels, usage in rows
        ]
        (tmp_path / name).write_text("\n".join([header, *lines]) + "\n", encoding="utf-8")
        return tmp_path / name

    return write


def values(seed, count=2304):
    return " ".join(map(str, np.random.default_rng(seed).integers(0, 256, count)))


ROWS = [
    (k, 3 * k + i, usage)
    for k in range(7)
    for i, usage in enumerate(("Training", "PublicTest", "PrivateTest"))
]


def test_the_folders(fer2013_tree):
    faces = load(fer2013_tree)
    assert faces.classes == ("neutral", "anger", "disgust", "fear", "happy", "sadness", "surprise")
    assert (
        faces.counts.tolist() == [6] * 7
        and not faces.report
        and faces.subjects is None
        and faces.action_units is None
    )
    split = faces.split(0)
    for part, prefix, count in zip(
        split, ("Training", "PublicTest", "PrivateTest"), (21, 14, 7), strict=True
    ):
        assert len(part) == count and all(f"/{prefix}_" in file for file in faces.files[part])
    for file, label, image in zip(faces.files, faces.labels, faces.images, strict=True):
        assert faces.classes[label] == {"angry": "anger", "sad": "sadness"}.get(
            file.split("/")[1], file.split("/")[1]
        )
        assert (image[0] == np.asarray(Image.open(fer2013_tree / file))).all()


def test_the_table(table):
    path = table(ROWS)
    faces = load(path)
    assert [faces.classes[label] for label in faces.labels] == [name for name in ORDER for _ in range(3)]
    assert (faces.images[4].ravel() == np.random.default_rng(4).integers(0, 256, 2304)).all()
    split = faces.split(0)
    assert (split.train.tolist(), split.validation.tolist(), split.test.tolist()) == tuple(
        list(range(i, 21, 3)) for i in range(3)
    )
    assert faces.files[0] == "fer2013.csv:2" and load(path.parent).fingerprint == faces.fingerprint


def test_the_other_spelling_of_the_table(table):
    faces = load(table(ROWS))
    other = table(
        [(emotion, usage, values(pixels)) for emotion, pixels, usage in ROWS],
        header="emotion, Usage, pixels",
        name="icml_face_data.csv",
    )
    assert load(other).fingerprint == faces.fingerprint


def test_other_names_of_folders(fer2013_tree):
    before = load(fer2013_tree)
    for path in list((fer2013_tree / "test").glob("*/PublicTest_*")):
        to = (
            fer2013_tree
            / "validation"
            / path.parent.name.capitalize()
            / path.name.removeprefix("PublicTest_")
        )
        to.parent.mkdir(parents=True, exist_ok=True)
        path.rename(to)
    after = load(fer2013_tree)
    assert [len(part) for part in after.split(0)] == [21, 14, 7] and after.counts.equals(before.counts)


def test_without_a_validation_part_the_report_says_so(fer2013_tree):
    for path in list(fer2013_tree.glob("test/*/PublicTest_*")):
        path.unlink()
    faces = load(fer2013_tree)
    assert faces.report == {"part without an image": ["validation"]} and not faces.split(0).validation.size


def test_a_copy_without_test_images_cannot_be_split(table):
    faces = load(table([row for row in ROWS if row[2] == "Training"]))
    with pytest.raises(ValueError, match="or a part is missing"):
        faces.split(0)


def test_images_that_cannot_be_used_are_listed(fer2013_tree, picture, truncate, text):
    truncate(fer2013_tree / "train/happy/Training_1.png")
    text(fer2013_tree / "train/happy/Training_2.png", "x")
    picture(fer2013_tree / "test/sad/PublicTest_4.png", shape=(48, 47))
    text(fer2013_tree / "train/happy/notes.txt", "x")
    (fer2013_tree / "models").mkdir()
    faces = load(fer2013_tree)
    assert len(faces) == 39 and faces.report == {
        "folder that is not a part of FER2013": ["models"],
        "not 48×48 pixels": ["test/sad/PublicTest_4.png"],
        "unreadable image": ["train/happy/Training_1.png", "train/happy/Training_2.png"],
    }


def test_rows_that_cannot_be_used_are_listed(table):
    faces = load(
        table(
            [
                *ROWS,
                (0, values(0, 2303), "Training"),
                (0, "1 2 x", "Training"),
                (0, "", "Training"),
                (0, "256 " + values(0, 2303), "Training"),
            ]
        )
    )
    assert len(faces) == 21 and faces.report == {
        "not 48×48 pixels": ["row 23", "row 25"],
        "unreadable image": ["row 24", "row 26"],
    }


@pytest.mark.parametrize(
    "row, message",
    [
        ((7, 0, "Training"), "row 23: emotion is '7', not one of 0, 1, 2, 3, 4, 5, 6"),
        (("", 0, "Training"), "row 23: emotion is ''"),
        ((1, 0, "Holdout"), "row 23: usage is 'holdout'"),
    ],
)
def test_a_label_out_of_range_names_the_row(table, row, message):
    with pytest.raises(ValueError, match=f"fer2013.csv, {message}"):
        load(table([*ROWS, row]))


def test_tables_that_are_something_else(table, tmp_path):
    with pytest.raises(ValueError, match="no column usage.*lack the split"):
        load(table([(0, values(0), "")], header="emotion,pixels,other"))
    (tmp_path / "fer2013.csv").write_text("", encoding="utf-8")
    with pytest.raises(ValueError, match="cannot be read as a table"):
        load(tmp_path / "fer2013.csv")
    with pytest.raises(ValueError, match="none of 1 rows"):
        load(table([(0, "1 2 3", "Training")]))


def test_a_class_that_fer2013_does_not_have(fer2013_tree, picture):
    picture(fer2013_tree / "train/contempt/Training_9.png")
    with pytest.raises(ValueError, match="contempt is not a class of FER2013"):
        load(fer2013_tree)


def test_six_classes(fer2013_tree):
    six = load(fer2013_tree, classes=6)
    assert (
        six.counts.tolist() == [6] * 6
        and "neutral" not in six.classes
        and [len(part) for part in six.split(0)] == [18, 12, 6]
    )


# The real photographs, of which a user has a copy


@pytest.fixture(scope="module")
def photographs(tmp_path_factory):
    if not (root := os.environ.get("FER2013_ROOT")):
        pytest.skip(
            "FER2013_ROOT names no folder with the photographs of FER2013, which are not part of this project"
        )
    return Path(root)


@pytest.mark.slow
def test_the_real_set_has_its_published_counts(photographs):
    faces = load_dataset("fer2013", photographs, size=48)
    assert [len(part) for part in faces.split(0)] == [28_709, 3_589, 3_589] and not faces.report
    assert faces.counts.to_dict() == {
        "neutral": 6_198,
        "anger": 4_953,
        "disgust": 547,
        "fear": 5_121,
        "happy": 8_989,
        "sadness": 6_077,
        "surprise": 4_002,
    }
    assert faces.counts.sum() == 35_887 and faces.images.std() > 50
    again = load_dataset("fer2013", photographs, size=48)
    assert again.fingerprint == faces.fingerprint
