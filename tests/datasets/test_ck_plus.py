import shutil

import numpy as np
import pytest
from PIL import Image

from fer_lib.datasets import EXPRESSIONS, load_dataset
from fer_lib.datasets.ck_plus import crop_face, face_detector

pytestmark = pytest.mark.filterwarnings("ignore:ck_plus. not one image")


def load(root, **options):
    return load_dataset("ck_plus", root, **{"detect": False, "cache": False} | options)


def test_first_frame_neutral_last_three_the_emotion(ck_plus_tree):
    faces = load(ck_plus_tree)
    assert [file.rsplit("/", 1)[1] for file in faces.files] == [
        f"{name}_{frame:08}.png"
        for name, last in (("S005_001", 6), ("S010_001", 5), ("S014_001", 8))
        for frame in (1, last - 2, last - 1, last)
    ]
    assert faces.classes == EXPRESSIONS
    assert [faces.classes[label] for label in faces.labels] == [
        "neutral",
        *["disgust"] * 3,
        "neutral",
        *["surprise"] * 3,
        "neutral",
        *["happy"] * 3,
    ]
    assert (
        faces.subjects.tolist() == ["S005"] * 4 + ["S010"] * 4 + ["S014"] * 4
        and faces.sequences[4] == "S010_001"
    )
    assert faces.version.startswith("OpenCV 4")
    frame = np.asarray(Image.open(ck_plus_tree / faces.files[5]))
    assert (faces.images[5, 0] == frame).all()


def test_action_units_of_the_last_three_frames_and_none_of_the_first(ck_plus_tree):
    faces = load(ck_plus_tree)
    assert list(faces.action_units) == [
        "AU1",
        "AU2",
        "AU4",
        "AU9",
        "AU12",
        "AU17",
    ]  # of the whole tree, in both parts
    assert faces.action_units.iloc[[0, 4, 8]].isna().all(axis=None) and faces.intensities.iloc[
        [0, 4, 8]
    ].isna().all(axis=None)
    for frame in (1, 2, 3):
        assert faces.action_units.iloc[frame].tolist() == [0, 0, 0, 1, 0, 1]
        assert faces.intensities.iloc[frame][["AU1", "AU9"]].tolist() == [0, 4] and np.isnan(
            faces.intensities.iloc[frame]["AU17"]
        )


def test_what_has_no_label_is_left_out_and_counted(ck_plus_tree, text):
    text(ck_plus_tree / "Emotion/S999/001/S999_001_00000010_emotion.txt", "   1.0000000e+00")
    assert load(ck_plus_tree).report == {
        "label folder empty": ["S010_002"],
        "no label": ["S011_001", "S011_002"],
        "label without images": ["S999_001_00000010_emotion.txt"],
    }


def test_a_set_whose_coded_sequences_all_have_an_expression_has_no_probe(ck_plus_tree):
    """As the twin written as CK+: it read "none of 0 images could be used. nothing was left out"."""
    for name in ("S010/002", "S011/001"):
        shutil.rmtree(ck_plus_tree / "FACS" / name)
    with pytest.raises(ValueError, match="no coded sequences without an expression: no probe set"):
        load(ck_plus_tree, part="probe")


def test_the_probe_is_coded_but_not_labelled(ck_plus_tree):
    probe, labelled = load(ck_plus_tree, part="probe"), load(ck_plus_tree)
    assert probe.classes == () and (probe.labels == -1).all()
    assert len(probe) == 8 and sorted(set(probe.sequences)) == ["S010_002", "S011_001"]
    assert probe.action_units.iloc[0].isna().all() and probe.action_units.iloc[1]["AU1"] == 1
    assert list(probe.action_units) == list(labelled.action_units)
    assert probe.report == {"sequence without label and FACS code": ["S011_002"]}
    of = {subject: fold for faces in (labelled, probe)
          for subject, fold in zip(faces.subjects, map(tuple, faces.folds), strict=True)}
    assert [of[subject].index(3) for subject in ("S005", "S010", "S014", "S011")] == [0, 1, 2, 3], (
        "labelled subjects first, the same in both")
    assert (probe.folds[probe.subjects == "S010"] == labelled.folds[labelled.subjects == "S010"][0]).all()
    assert "no expression labels" in repr(probe) and "classes:" not in probe.summary()


@pytest.mark.parametrize(
    "emotion, facs", [("Emotion_labels", "FACS_labels"), ("Emotion_labels/Emotion", "FACS_labels/FACS")]
)
def test_other_spellings_of_the_label_folders(ck_plus_tree, emotion, facs):
    before = load(ck_plus_tree).fingerprint
    for old, new in (("Emotion", emotion), ("FACS", facs)):
        (ck_plus_tree / new).parent.mkdir(exist_ok=True)
        (ck_plus_tree / old).rename(ck_plus_tree / new)
    assert load(ck_plus_tree).fingerprint == before == load(ck_plus_tree.parent).fingerprint


def test_images_unpacked_into_a_folder_of_their_archive_s_name(ck_plus_tree):
    before = load(ck_plus_tree)
    for archive, name in (("extended-cohn-kanade-images", "cohn-kanade-images"), ("Emotion_labels", "Emotion"),
                          ("FACS_labels", "FACS")):
        (ck_plus_tree / archive).mkdir()
        (ck_plus_tree / name).rename(ck_plus_tree / archive / name)
    faces = load(ck_plus_tree)
    assert faces.fingerprint == before.fingerprint == load(ck_plus_tree.parent).fingerprint
    assert faces.files[0] == f"extended-cohn-kanade-images/{before.files[0]}"


def test_missing_label_folders(ck_plus_tree):
    shutil.rmtree(ck_plus_tree / "FACS")
    faces = load(ck_plus_tree)
    assert faces.action_units is None and faces.intensities is None and len(faces) == 12
    with pytest.raises(FileNotFoundError, match="no FACS/ or FACS_labels/"):
        load(ck_plus_tree, part="probe")
    shutil.rmtree(ck_plus_tree / "Emotion")
    with pytest.raises(FileNotFoundError, match="no Emotion/ or Emotion_labels/"):
        load(ck_plus_tree)


@pytest.mark.parametrize("content", ["happy", "8", "-1", "2.5", "nan", "3 4"])
def test_a_garbled_label_names_the_file_and_the_fix(ck_plus_tree, content):
    (ck_plus_tree / "Emotion/S010/001/S010_001_00000005_emotion.txt").write_text(content, encoding="utf-8")
    with pytest.raises(ValueError, match="S010_001_00000005_emotion.txt: .* is not an emotion 0–7.*Unpack"):
        load(ck_plus_tree)


def test_an_empty_label_file_and_two_of_them(ck_plus_tree, text):
    (ck_plus_tree / "Emotion/S010/001/S010_001_00000005_emotion.txt").write_text(" \n", encoding="utf-8")
    faces = load(ck_plus_tree)
    assert faces.report["label file empty"] == ["S010_001"] and "S010_001" not in faces.sequences
    text(ck_plus_tree / "Emotion/S005/001/S005_001_00000005_emotion.txt", "1")
    with pytest.raises(ValueError, match="holds 2 emotion files"):
        load(ck_plus_tree)


@pytest.mark.parametrize("content", ["9", "9 7", "nine 4", "0 1", "9.5 1", "9 4 2", "nan 1", "9 inf"])
def test_a_garbled_facs_file_names_the_line_and_the_fix(ck_plus_tree, content):
    (ck_plus_tree / "FACS/S005/001/S005_001_00000006_facs.txt").write_text(f"1 2\n{content}\n", encoding="utf-8")
    with pytest.raises(ValueError, match="S005_001_00000006_facs.txt, line 2: .*Unpack"):
        load(ck_plus_tree)


def test_an_empty_facs_file_is_not_coded_and_two_are_one_too_many(ck_plus_tree, text):
    (ck_plus_tree / "FACS/S005/001/S005_001_00000006_facs.txt").write_text("\n", encoding="utf-8")
    faces = load(ck_plus_tree)
    assert faces.action_units[faces.sequences == "S005_001"].isna().all(axis=None) and len(faces) == 12
    assert faces.report["FACS file empty"] == ["S005/001/S005_001_00000006_facs.txt"]
    for frame in (4, 5):
        text(ck_plus_tree / f"FACS/S010/001/S010_001_0000000{frame}_facs.txt", "1 1")
    with pytest.raises(ValueError, match="S010/001 holds 2 FACS files; a sequence has one"):
        load(ck_plus_tree)


def test_frames_that_cannot_be_used_are_listed(ck_plus_tree, picture, truncate):
    images = ck_plus_tree / "cohn-kanade-images"
    truncate(images / "S005/001/S005_001_00000001.png")
    (images / "S005/001/S005_001_00000006.png").write_text("no picture", encoding="utf-8")
    picture(images / "S010/001/S010_001_00000005.png", shape=(96, 100))
    for frame in range(4, 9):
        (images / f"S014/001/S014_001_0000000{frame}.png").unlink()
    faces = load(ck_plus_tree)
    assert faces.files.tolist() == [
        f"cohn-kanade-images/{file}.png"
        for file in (
            "S005/001/S005_001_00000004",
            "S005/001/S005_001_00000005",
            "S010/001/S010_001_00000001",
            "S010/001/S010_001_00000003",
            "S010/001/S010_001_00000004",
        )
    ]
    assert faces.report["unreadable image"] == [
        f"cohn-kanade-images/S005/001/S005_001_0000000{frame}.png" for frame in (1, 6)
    ]
    assert faces.report["not square, so not a crop"] == ["cohn-kanade-images/S010/001/S010_001_00000005.png"]
    assert faces.report["sequence of fewer than four frames"] == ["S014_001"]
    assert [faces.folds[faces.subjects == subject][0].argmax() for subject in ("S005", "S010")] == [0, 1]


def test_nothing_left_is_an_error(ck_plus_tree):
    for path in ck_plus_tree.rglob("[!.]*.png"):
        path.write_text("x", encoding="utf-8")
    with pytest.raises(
        ValueError,
        match=r"none of 12 images could be used.\nlabel folder empty \(1\)[\s\S]*unreadable image \(12\)",
    ):
        load(ck_plus_tree)


def test_padding_is_a_share(ck_plus_tree):
    for padding in (-0.1, float("nan")):
        with pytest.raises(ValueError, match="padding must be a share"):
            load(ck_plus_tree, padding=padding)


# From the detector's boxes to the crop: boxes that are known, on noise


class Boxes:
    """Stands in for the cascade and finds these boxes (x, y, width, height) for a number of neighbours."""

    def __init__(self, found):
        self.found, self.asked = found, []

    def detectMultiScale(self, frame, **settings):
        self.asked.append(settings)
        return self.found.get(settings["minNeighbors"], ())


NOISE = np.random.default_rng(0).integers(0, 256, (490, 640), dtype=np.uint8)


def test_the_first_box_is_cut_out_and_asked_for_as_in_the_paper():
    detector = Boxes({5: [(200, 60, 288, 288), (0, 0, 300, 300)]})
    assert (
        crop_face(NOISE, detector) == NOISE[60:348, 200:488][1::3, 1::3]
    ).all()  # a third: every third pixel
    assert detector.asked == [{"scaleFactor": 1.3, "minNeighbors": 5, "minSize": (245, 245), "maxSize": (392, 392)}]


def test_a_missed_face_is_looked_for_once_more():
    detector = Boxes({3: [(200, 60, 96, 96)]})
    assert (crop_face(NOISE, detector) == NOISE[60:156, 200:296]).all()
    assert [settings["minNeighbors"] for settings in detector.asked] == [5, 3]
    assert crop_face(NOISE, Boxes({2: [(200, 60, 96, 96)]})) == "no face found"


def test_padding_is_the_same_on_every_side_and_ends_at_the_frame():
    detector = Boxes({5: [(200, 96, 96, 96)]})
    assert (crop_face(NOISE, detector, 1.0) == NOISE[0:288, 104:392][1::3, 1::3]).all()
    assert (crop_face(NOISE, detector, 99.0) == crop_face(NOISE, detector, 1.0)).all()


# Viola–Jones, on a drawn face


@pytest.fixture(scope="module")
def frame():
    """frame(x, y): a face of the synthetic twin, 380 pixels wide, in a grey frame of 640×490."""
    from fer_lib.faces import render, subjects

    face = Image.fromarray(render(subjects(3)[2], {}, size=190)).resize((380, 380), Image.Resampling.BILINEAR)

    def place(x=130, y=60):
        image = Image.new("L", (640, 490), face.getpixel((2, 2)))
        image.paste(face, (x, y))
        return np.asarray(image)

    return place


def likeness(one, other):
    return np.corrcoef(one.ravel(), other.ravel())[0, 1]


def test_the_crop_follows_the_face(frame):
    left, right = (crop_face(frame(x), face_detector()) for x in (100, 160))
    assert left.shape == (96, 96) and left.dtype == np.uint8
    assert likeness(left, right) > 0.6 > likeness(frame(100)[100:400, 250:550], frame(160)[100:400, 250:550])
    assert crop_face(np.full((490, 640), 110, np.uint8), face_detector()) == "no face found"


def test_padding_enlarges_the_box_and_stays_in_the_frame(frame):
    tight, padded = (crop_face(frame(), face_detector(), padding) for padding in (0, 0.1))
    inner = np.asarray(
        Image.fromarray(padded[8:88, 8:88]).resize((96, 96), Image.Resampling.BILINEAR)
    )  # 1/1.2 of the padded crop
    assert likeness(inner, tight) > 0.95 > likeness(padded, tight)
    assert crop_face(frame(), face_detector(), 99.0).shape == (96, 96)


def test_grey_and_colour_frames_are_read_and_missed_faces_listed(ck_plus_tree, frame):
    images = ck_plus_tree / "cohn-kanade-images"
    shutil.rmtree(images / "S010")
    for i, path in enumerate(sorted([*images.glob("S005/001/S*.png"), *images.glob("S014/001/S*.png")])):
        picture = Image.fromarray(frame(x=100 + 5 * i))
        (picture.convert("RGB") if "S014" in path.name else picture).save(path)
    Image.new("L", (640, 490), 110).save(images / "S014/001/S014_001_00000008.png")
    faces = load(ck_plus_tree, detect=True)
    assert faces.report["no face found"] == ["cohn-kanade-images/S014/001/S014_001_00000008.png"]
    assert faces.sequences.tolist() == ["S005_001"] * 4 + ["S014_001"] * 3 and faces.images.shape == (
        7,
        1,
        96,
        96,
    )
    assert min(likeness(image, crop_face(frame(), face_detector())) for image in faces.images) > 0.6
