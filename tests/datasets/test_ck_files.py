"""Frames, labels and action units of CK+ by what the files' names say, on trees of empty files or of noise."""
import re
import shutil
import tempfile
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fer_lib.datasets import Report, load_dataset
from fer_lib.datasets.ck_files import read_facs
from fer_lib.datasets.ck_plus import first_and_last

pytestmark = pytest.mark.filterwarnings("ignore:ck_plus. not one image")
IMAGES, EMOTION, FACS = "cohn-kanade-images/S005/001", "Emotion/S005/001", "FACS/S005/001"


def load(root, **options):
    return load_dataset("ck_plus", root, **{"detect": False, "cache": False} | options)


def frames_of(faces, sequence="S005_001"):
    """{number of the frame: its expression} of a sequence."""
    return {int(file[-12:-4]): faces.classes[label] for file, label, of in
            zip(faces.files, faces.labels, faces.sequences, strict=True) if of == sequence}


def units_of(faces, sequence="S005_001"):
    """Numbers of the frames that carry action units."""
    coded = faces.action_units.notna().any(axis=1) & (faces.sequences == sequence)
    return [int(file[-12:-4]) for file in faces.files[coded]]


def test_facs_files(tmp_path, text):
    text(tmp_path / "S005/001/S005_001_00000011_facs.txt",
         "   9.0000000e+00   4.0000000e+00\n   1.7000000e+01   0.0000000e+00\n\n")
    coding = read_facs(tmp_path, Report())["S005_001"]
    assert coding["AU9"] == 4 and np.isnan(coding["AU17"]) and list(coding) == ["AU9", "AU17"] and coding.frame == 11


# CK+: what the names say


def test_without_the_coded_frame_nothing_gets_its_labels(ck_plus_tree):
    before = load(ck_plus_tree)
    (ck_plus_tree / IMAGES / "S005_001_00000006.png").unlink()
    faces = load(ck_plus_tree)
    assert "S005_001" not in faces.sequences
    assert faces.report["coded frame missing (sequence left out)"] == ["S005_001_00000006"]
    others = before.select(before.sequences != "S005_001")
    assert (faces.images == others.images).all() and (faces.labels == others.labels).all()
    assert (faces.folds == others.folds).all()


def test_without_the_first_frame_none_is_neutral(ck_plus_tree):
    (ck_plus_tree / IMAGES / "S005_001_00000001.png").unlink()
    faces = load(ck_plus_tree)
    assert frames_of(faces) == dict.fromkeys((4, 5, 6), "disgust") and units_of(faces) == [4, 5, 6]
    assert faces.report["first frame missing (no neutral frame)"] == ["S005_001_00000001"]


def test_a_sequence_that_is_counted_from_elsewhere_has_no_neutral_frame(ck_plus_tree):
    for path in sorted((ck_plus_tree / IMAGES).iterdir(), reverse=True):
        path.rename(path.with_name(f"S005_001_{int(path.stem[-8:]) + 7:08}.png"))
    for place, kind in ((EMOTION, "emotion"), (FACS, "facs")):
        path = ck_plus_tree / place / f"S005_001_00000006_{kind}.txt"
        path.rename(path.with_name(f"S005_001_00000013_{kind}.txt"))
    faces = load(ck_plus_tree)
    assert frames_of(faces) == dict.fromkeys((11, 12, 13), "disgust")
    assert faces.report["first frame missing (no neutral frame)"] == ["S005_001_00000001"]


def test_a_gap_among_the_last_is_not_filled_from_before(ck_plus_tree):
    (ck_plus_tree / IMAGES / "S005_001_00000005.png").unlink()
    faces = load(ck_plus_tree)
    assert frames_of(faces) == {1: "neutral", 4: "disgust", 6: "disgust"} and units_of(faces) == [4, 6]
    assert faces.report["frame missing"] == ["S005_001_00000005"]


def test_frames_after_the_coded_one_are_not_labelled(ck_plus_tree, picture):
    before = load(ck_plus_tree)
    for frame in (7, 8):
        picture(ck_plus_tree / IMAGES / f"S005_001_{frame:08}.png", shape=(96, 96))
    faces = load(ck_plus_tree)
    assert faces.fingerprint == before.fingerprint
    assert faces.report["frame after the coded one"] == [f"{IMAGES}/S005_001_{frame:08}.png" for frame in (7, 8)]


@pytest.mark.parametrize("name", [
    "copy of S005_001_00000006.png", "S005_001_00000006 (1).png", "S005_001_00000006 - Copy.png", "x.png", "zzz.jpg",
    "S005_002_00000009.png", "S006_001_00000009.png", "S0050_001_00000009.png", "S005_001_00000000.png",
    "S005_001_00000007_face.png", "S005_001_.png", "S005_001_٧.png"])
def test_a_stray_picture_is_no_frame(ck_plus_tree, picture, name):
    before = load(ck_plus_tree)
    picture(ck_plus_tree / IMAGES / name, 99, (96, 96))
    faces = load(ck_plus_tree)
    assert faces.fingerprint == before.fingerprint
    assert faces.report["picture that is not named as a frame of its sequence"] == [f"{IMAGES}/{name}"]


@pytest.mark.parametrize("name", ["S005_001_00000006.jpg", "S005_001_6.png", "s005_001_00000006.PNG", "S005_001_6.bmp"])
def test_of_two_files_of_a_frame_that_named_as_distributed_is_it(ck_plus_tree, picture, name):
    before = load(ck_plus_tree)
    picture(ck_plus_tree / IMAGES / name, 99, (96, 96))
    faces = load(ck_plus_tree)
    assert faces.fingerprint == before.fingerprint
    assert faces.report["one of several files of a frame"] == [f"{IMAGES}/{name}"]


def test_two_files_of_a_frame_that_nothing_tells_apart_are_none(ck_plus_tree, picture):
    (ck_plus_tree / IMAGES / "S005_001_00000004.png").unlink()
    for suffix in ("bmp", "tif"):
        picture(ck_plus_tree / IMAGES / f"S005_001_00000004.{suffix}", 99, (96, 96))
    faces = load(ck_plus_tree)
    assert sorted(frames_of(faces)) == [1, 5, 6]
    assert len(faces.report["one of several files of a frame"]) == 2


def test_frames_in_another_format_or_without_zeros_are_read(ck_plus_tree):
    from PIL import Image
    before = load(ck_plus_tree)
    for path in (ck_plus_tree / IMAGES).iterdir():
        Image.open(path).save(path.with_name(f"S005_001_{int(path.stem[-8:])}.bmp"))
        path.unlink()
    assert load(ck_plus_tree).fingerprint == before.fingerprint


def test_label_files_that_code_different_frames(ck_plus_tree):
    path = ck_plus_tree / FACS / "S005_001_00000006_facs.txt"
    path.rename(path.with_name("S005_001_00000005_facs.txt"))
    faces = load(ck_plus_tree)
    assert "S005_001" not in faces.sequences and len(faces) == 8
    assert faces.report["emotion and FACS file code different frames (sequence left out)"] == ["S005_001"]


@pytest.mark.parametrize("name", ["S005_002_00000006_{}.txt", "S010_001_00000006_{}.txt", "S005_001_{}.txt",
                                  "copy of S005_001_00000006_{}.txt", "S005_001_00000006b_{}.txt"])
def test_label_files_that_are_not_of_their_folder_are_not_used(ck_plus_tree, name):
    before, files = load(ck_plus_tree), {}
    for place, kind in ((EMOTION, "emotion"), (FACS, "FACS")):
        files[kind] = ck_plus_tree / place / f"S005_001_00000006_{kind.lower()}.txt"
        stray = files[kind].with_name(name.format(kind.lower()))
        stray.write_text("1\n" if kind == "emotion" else "4 5\n", encoding="utf-8")       # beside the right one
        faces = load(ck_plus_tree)
        assert faces.fingerprint == before.fingerprint
        assert faces.report[f"{kind} file that is not named after its sequence"] == [f"{place}/{stray.name}"]
    files["FACS"].unlink()                                              # and in its stead
    assert units_of(load(ck_plus_tree)) == []
    files["emotion"].unlink()
    faces = load(ck_plus_tree)
    assert "S005_001" not in faces.sequences and faces.report["label folder empty"] == ["S005_001", "S010_002"]


def test_the_probe_goes_by_the_names_as_well(ck_plus_tree, picture):
    images = ck_plus_tree / "cohn-kanade-images"
    (images / "S011/001/S011_001_00000004.png").unlink()
    picture(images / "S011/001/S011_001_00000003.bmp", shape=(96, 96))
    picture(images / "S011/001/S011_001_00000005.png", shape=(96, 96))
    picture(images / "S010/002/S010_002_00000006.png", shape=(96, 96))
    (images / "S010/002/S010_002_00000001.png").unlink()
    picture(images / "S010/002/S010_002_00000002.png", shape=(96, 96))
    probe = load(ck_plus_tree, part="probe")
    assert [file[-14:] for file in probe.files] == [f"2_0000000{frame}.png" for frame in (3, 4, 5)]
    assert probe.action_units.notna().all(axis=None)
    assert probe.report["frame after the coded one"] == ["cohn-kanade-images/S010/002/S010_002_00000006.png"]
    assert probe.report["sequence of fewer than four frames"] == ["S011_001"]


def test_what_is_not_used_is_counted_by_kind(ck_plus_tree, text):
    before = load(ck_plus_tree)
    for name in ("ReadMe.txt", f"{IMAGES}/Thumbs.db", f"{IMAGES}/notes.TXT", f"{IMAGES}/a.webp", f"{IMAGES}/b.gif",
                 "cohn-kanade-images/list.txt", "cohn-kanade-images/S005/README", f"{EMOTION}/old.txt",
                 "FACS/codes.xls", f"{FACS}/sub/S005_001_00000006_facs.txt", "FACS/other/x.txt",
                 "Landmarks/S005/001/x.txt", f"{IMAGES}/more/S005_001_00000006.png", f"{IMAGES}/.hidden",
                 f"{IMAGES}/folder.png/x"):
        text(ck_plus_tree / name, "x")
    faces = load(ck_plus_tree)
    assert faces.fingerprint == before.fingerprint
    new = {reason: sorted(names) for reason, names in faces.report.items() if reason not in before.report}
    assert new == {
        "files that are not used, .txt": sorted(["ReadMe.txt", f"{IMAGES}/notes.TXT", "cohn-kanade-images/list.txt",
                                                 f"{EMOTION}/old.txt"]),
        "files that are not used, .db": [f"{IMAGES}/Thumbs.db"], "files that are not used, .xls": ["FACS/codes.xls"],
        "files that are not used, .webp": [f"{IMAGES}/a.webp"], "files that are not used, .gif": [f"{IMAGES}/b.gif"],
        "files that are not used, no suffix": ["cohn-kanade-images/S005/README"],
        "folder that is not used": ["FACS/S005/001/sub", "FACS/other", "Landmarks", f"{IMAGES}/folder.png",
                                    f"{IMAGES}/more"]}


def test_codings_without_images_are_said(ck_plus_tree):
    shutil.rmtree(ck_plus_tree / "cohn-kanade-images/S005")
    faces = load(ck_plus_tree)
    assert faces.report["FACS code without images"] == ["S005_001"]
    assert faces.report["label without images"] == ["S005_001_00000006_emotion.txt"]


NUMBERS = st.sets(st.integers(1, 14))
STRAYS = st.lists(st.sampled_from(["copy of S005_001_00000003.png", "S006_001_00000003.png"]))


@settings(deadline=None)
@given(NUMBERS, st.integers(1, 14), STRAYS)
def test_a_frame_is_what_its_number_says_whatever_lies_beside_it(numbers, coded, strays):
    with tempfile.TemporaryDirectory() as folder:
        folder = Path(folder)
        for name in (*(f"S005_001_{number:08}.png" for number in numbers), *strays):
            (folder / name).touch()
        report = Report()
        chosen = first_and_last(folder, "S005_001", {coded}, folder, report)
        given = {int(path.stem[-8:]): last for path, last in chosen}
    assert {number for number, last in given.items() if not last} <= {1}
    assert {number for number, last in given.items() if last} <= numbers & {coded - 2, coded - 1, coded}
    assert set(report.get("picture that is not named as a frame of its sequence", ())) == set(strays)
    whole = {1, coded - 2, coded - 1, coded} <= numbers and coded >= 4
    assert set(given) == {1, coded - 2, coded - 1, coded} if whole else len(report) > bool(strays)


# Numbers and texts


@pytest.mark.parametrize("content", ["0_3", "３", "+-3", "3.0.0", "0x3", "3\x00", "inf", "1e400", "3;"])
def test_what_python_takes_for_a_number_is_no_label(ck_plus_tree, content):
    path = ck_plus_tree / EMOTION / "S005_001_00000006_emotion.txt"
    path.write_text(content, "utf-8")
    with pytest.raises(ValueError, match=f"{re.escape(str(path))}: .* is not an emotion 0–7"):
        load(ck_plus_tree)


@pytest.mark.parametrize("content", ["1_0 3", "9 0_3", "９ 3", "9 4\x00"])
def test_what_python_takes_for_a_number_is_no_coding(ck_plus_tree, content):
    path = ck_plus_tree / FACS / "S005_001_00000006_facs.txt"
    path.write_text(content, "utf-8")
    with pytest.raises(ValueError, match=f"{re.escape(str(path))}, line 1: .* is not an action unit and its intensity"):
        load(ck_plus_tree)


def test_what_an_editor_writes_before_and_after_a_number(ck_plus_tree):
    before = load(ck_plus_tree)
    for path in (*ck_plus_tree.glob("*/*/*/S*_emotion.txt"), *ck_plus_tree.glob("*/*/*/S*_facs.txt")):
        path.write_text(path.read_text(encoding="utf-8").replace("\n", "\r\n"), "utf-8-sig", newline="")
    assert load(ck_plus_tree).fingerprint == before.fingerprint


def test_a_unit_with_two_intensities_is_present_without_one(ck_plus_tree):
    (ck_plus_tree / FACS / "S005_001_00000006_facs.txt").write_text("9 4\n17 2\n9 2\n17 2\n", encoding="utf-8")
    faces = load(ck_plus_tree)
    own = (faces.sequences == "S005_001") & faces.action_units.notna().all(axis=1)
    assert (faces.action_units[own][["AU9", "AU17"]] == 1).all(axis=None)
    assert faces.intensities[own]["AU9"].isna().all() and (faces.intensities[own]["AU17"] == 2).all()
    assert faces.report["action unit with two intensities in one file (kept as not given)"] == ["S005_001 AU9"]


@pytest.mark.parametrize("below", [
    IMAGES, "cohn-kanade-images/S005", "cohn-kanade-images", EMOTION, "Emotion/S005", "Emotion", FACS, "FACS",
    f"{IMAGES}/S005_001_00000005.png", f"{FACS}/S005_001_00000006_facs.txt"])
def test_what_may_not_be_read_is_an_error_that_names_it(ck_plus_tree, shut, nobody, below):
    root, closed = shut(ck_plus_tree, below)
    with nobody(), pytest.raises(PermissionError, match=re.escape(str(closed))):
        load(root)
