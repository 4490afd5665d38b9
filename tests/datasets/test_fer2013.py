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
        "files that are not used, .txt": ["train/happy/notes.txt"],
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


# The folder decides


def parts(faces):
    """{file: train, validation or test}"""
    names = np.array(["", "train", "validation", "test"])[faces.folds[:, 0]]
    return dict(zip(faces.files.tolist(), names.tolist(), strict=True))


@pytest.mark.parametrize("name", ["val", "valid", "validation", "Val"])
def test_a_reader_s_own_validation_stays(fer2013_tree, name):
    for path in list(fer2013_tree.glob("train/*/Training_3.png")):
        (fer2013_tree / name / path.parent.name).mkdir(parents=True)
        path.rename(fer2013_tree / name / path.parent.name / path.name)
    for path in fer2013_tree.glob("test/*/PublicTest_*"):
        path.unlink()
    faces = load(fer2013_tree)
    assert {part for file, part in parts(faces).items() if file.startswith(name)} == {"validation"}
    assert [len(part) for part in faces.split(0)] == [14, 7, 7]
    assert [(reason, len(names)) for reason, names in faces.report.items()] == [
        (f"Training_… in {name.lower()}/, used to validate", 7)]


def test_beside_a_folder_to_validate_test_is_all_to_test(fer2013_tree, picture):
    picture(fer2013_tree / "val/happy/mine.png")
    faces = load(fer2013_tree)
    assert [len(part) for part in faces.split(0)] == [21, 1, 21]
    assert list(faces.report) == ["PublicTest_… in test/, used to test"] and len(*faces.report.values()) == 14


@pytest.mark.parametrize("folder, prefix, part", [
    ("train", "PublicTest", "train"), ("train", "PrivateTest", "train"), ("training", "privatetest", "train"),
    ("test", "Training", "test"), ("privatetest", "PublicTest", "test"), ("privatetest", "Training", "test"),
    ("publictest", "PrivateTest", "validation"), ("validation", "Training", "validation")])
def test_a_name_that_contradicts_its_folder_is_said(fer2013_tree, picture, folder, prefix, part):
    picture(fer2013_tree / folder / f"happy/{prefix}_99.png")
    faces, file = load(fer2013_tree), f"{folder}/happy/{prefix}_99.png"
    assert parts(faces)[file] == part
    said = {"train": "train", "validation": "validate", "test": "test"}[part]
    assert faces.report[f"{prefix}_… in {folder}/, used to {said}"] == [file]


def test_names_that_say_nothing_contradict_nothing(fer2013_tree, picture):
    for folder in ("train", "test", "publictest"):
        for name in ("im0", "Training", "training-3", "privatetest9", "face_1"):
            picture(fer2013_tree / folder / f"happy/{name}.png")
    faces = load(fer2013_tree)
    assert set(parts(faces).values()) == {"train", "validation", "test"}
    assert parts(faces)["test/happy/im0.png"] == "test" and parts(faces)["publictest/happy/im0.png"] == "validation"
    assert not [reason for reason in faces.report if "im0" in str(faces.report[reason])]


# Values that would be bent


@pytest.mark.parametrize("value", ["1.5", "-3", "300", "1_0", "+5", "٣", "5\0", "1e1", "0x1", "9" * 5000, "nan"])
def test_a_pixel_that_is_no_whole_number_of_0_to_255(table, value):
    faces = load(table([*ROWS, (0, f"{value} {values(0, 2303)}", "Training")]))
    assert len(faces) == 21 and faces.report == {"unreadable image": ["row 23"]}


@pytest.mark.parametrize("emotion", ["3.0", "-1", "03", "３", " ", "3\0", "3 4"])
def test_an_emotion_that_is_none_of_the_seven(table, emotion):
    with pytest.raises(ValueError, match="fer2013.csv, row 23: emotion is"):
        load(table([*ROWS, (emotion, 0, "Training")]))


def test_the_same_table_as_editors_write_it(table):
    path = table(ROWS)
    before, text = load(path), path.read_text(encoding="utf-8")
    for content in (text.replace("\n", "\r\n"), text.replace("\n", "\n\n"), text.rstrip(),
                    text.replace("Training", " Training ")):
        path.write_text(content, "utf-8-sig", newline="")
        assert load(path).fingerprint == before.fingerprint


@pytest.mark.parametrize("harm, message", [
    (lambda text: text.encode("utf-16"), "cannot be read as a table"),
    (lambda text: text.encode() + b"\xff,1,Training\n", "it is not UTF-8"),
    (lambda text: text.encode() + b'0,"1 2 3,Training\n', "line 23: unexpected end of data"),
    (lambda text: text.encode()[:-20], "line 22: 2 fields"),
    (lambda text: text.encode() + b"0,1 2,Training,\n", "4 fields"),
    (lambda text: text.encode() + b"0," + b"1 " * 100_000 + b",Training\n", "field larger"),
    (lambda text: text.replace("emotion", "emotion,Emotion").replace("\n", "\n3,").encode()[:-2], "a column twice"),
    (lambda text: text.replace("Usage", "usage,USAGE").replace("\n", ",Training\n").encode(), "a column twice"),
    (lambda text: b"\0" * 1000, "no column emotion"), (lambda text: b"emotion,pixels,Usage\n", "none of 0 rows"),
])
def test_a_damaged_table_is_an_error_that_names_it(table, harm, message):
    path = table(ROWS)
    path.write_bytes(harm(path.read_text(encoding="utf-8")))
    with pytest.raises(ValueError, match=f"{path}.*{message}"):
        load(path)


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
    assert faces.counts.to_dict() == {"neutral": 6_198, "anger": 4_953, "disgust": 547, "fear": 5_121, "happy": 8_989,
                                      "sadness": 6_077, "surprise": 4_002}
    assert faces.counts.sum() == 35_887 and faces.images.std() > 50
    again = load_dataset("fer2013", photographs, size=48)
    assert again.fingerprint == faces.fingerprint
