import numpy as np
import pytest
from PIL import Image

from fer_lib.datasets import load_dataset

pytestmark = pytest.mark.filterwarnings("ignore:ck48. not one image")


def load(root, **options):
    return load_dataset("ck48", root, **{"cache": False, "size": 48} | options)


def test_subject_and_sequence_come_from_the_name(ck48_tree):
    faces = load(ck48_tree)
    assert faces.classes == ("anger", "contempt", "disgust", "fear", "happy", "sadness", "surprise")
    assert [faces.classes[label] for label in faces.labels] == ["fear"] * 3 + ["happy"] * 6
    assert faces.subjects.tolist() == ["S010"] * 6 + ["S011"] * 3 and sorted(set(faces.sequences)) == [
        "S010_001",
        "S010_004",
        "S011_002",
    ]
    assert (faces.images[0, 0] == np.asarray(Image.open(ck48_tree / faces.files[0]))).all() and faces.files[
        0
    ] == "fear/S010_001_00000007.png"
    assert faces.action_units is None and not faces.report
    assert load(ck48_tree, size=96).images.shape == (9, 1, 96, 96)
    assert load(ck48_tree, classes=6).classes[faces.labels[-1] - 1] == "happy"


def test_what_cannot_be_used_is_listed(ck48_tree, picture, truncate, text):
    truncate(ck48_tree / "happy/S011_002_00000007.png")
    text(ck48_tree / "happy/S011_002_00000008.png", "x")
    picture(ck48_tree / "happy/S011_002_00000009.png", shape=(96, 96))
    picture(ck48_tree / "happy/face.png")
    picture(ck48_tree / "other/S011_002_00000009.png")
    text(ck48_tree / "happy/.DS_Store", "x")
    faces = load(ck48_tree)
    assert len(faces) == 6 and faces.report == {
        "folder that is not named after an expression": ["other"],
        "file name without subject and sequence": ["happy/face.png"],
        "unreadable image": ["happy/S011_002_00000007.png", "happy/S011_002_00000008.png"],
        "not 48×48 pixels": ["happy/S011_002_00000009.png"],
    }


def test_images_of_another_size_only_is_an_error(tmp_path, picture):
    picture(tmp_path / "CK+48/fear/S010_001_00000007.png", shape=(64, 64))
    with pytest.raises(ValueError, match=r"none of 1 images could be used.\nnot 48×48 pixels \(1\)"):
        load(tmp_path)


def test_folds_do_not_depend_on_what_could_be_read(ck48_tree, picture):
    for number in range(100, 108):
        picture(ck48_tree / f"fear/S{number}_001_00000007.png")
    before = load(ck48_tree)
    (ck48_tree / "fear/S100_001_00000007.png").write_text("x", encoding="utf-8")
    after = load(ck48_tree)
    assert (after.folds == before.folds[before.subjects != "S100"]).all() and "S100" not in after.subjects


def test_action_units_from_a_table(ck48_tree, tmp_path):
    table = tmp_path / "au.csv"
    table.write_text("sequence, AU12, AU6\nS010_004, 1, 0\nS010_001, , 1\n", encoding="utf-8")
    faces = load(ck48_tree, au_table=table)
    assert list(faces.action_units) == ["AU12", "AU6"] and faces.intensities is None
    assert (faces.action_units[faces.sequences == "S010_004"] == [1, 0]).all(axis=None)
    assert faces.action_units[faces.sequences == "S010_001"]["AU12"].isna().all()
    assert faces.action_units[faces.sequences == "S011_002"].isna().all(axis=None)
    assert faces.report["sequence without action units (kept, NaN)"] == ["S011_002"] and faces.parameters[
        "au_table"
    ] == str(table)


@pytest.mark.parametrize(
    "content, message",
    [
        ("name,AU1\nS010_004,1\n", "columns sequence, AU1, AU2"),
        ("sequence,AU1\nS010_004,yes\n", "not a table with columns"),
        ("sequence,smile\nS010_004,1\n", "must be AU1, AU2, …, not smile"),
        ("sequence\nS010_004\n", "not none"),
        ("sequence,AU1\nS010_004,3\n", "S010_004 has a value not 1"),
        ("sequence,AU1\nS010_004,1\nS010_004,0\n", "S010_004 occurs twice"),
        ("", "not a table with columns"),
    ],
)
def test_a_garbled_table_is_an_error(ck48_tree, tmp_path, content, message):
    (tmp_path / "au.csv").write_text(content, encoding="utf-8")
    with pytest.raises(ValueError, match=f"au.csv.*{message}"):
        load(ck48_tree, au_table=tmp_path / "au.csv")


def test_action_units_from_facs_files(ck48_tree, tmp_path, text):
    text(
        tmp_path / "FACS/S010/004/S010_004_00000019_facs.txt",
        "   1.2000000e+01   4.0000000e+00\n   6.0000000e+00   0.0000000e+00\n",
    )
    faces = load(ck48_tree, facs=tmp_path / "FACS")
    happy = faces.sequences == "S010_004"
    assert (
        (faces.action_units[happy] == 1).all(axis=None)
        and (faces.intensities[happy]["AU12"] == 4).all()
        and faces.intensities["AU6"].isna().all()
    )
    assert faces.action_units[~happy].isna().all(axis=None)
    assert faces.report["sequence without action units (kept, NaN)"] == ["S010_001", "S011_002"]


def test_where_action_units_are_not(ck48_tree, tmp_path):
    with pytest.raises(FileNotFoundError, match="nowhere.csv"):
        load(ck48_tree, au_table="nowhere.csv")
    with pytest.raises(FileNotFoundError, match="_facs.txt or the like"):
        load(ck48_tree, facs=tmp_path)
    with pytest.raises(ValueError, match="not both"):
        load(ck48_tree, au_table=tmp_path, facs=tmp_path)
