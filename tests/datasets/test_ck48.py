import numpy as np
import pytest
from PIL import Image

from fer_lib.datasets import load_dataset
from fer_lib.datasets.ck48 import read_au_table

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
        ("sequence,AU1\nS010_004,yes\n", "line 2: S010_004 has a value not 1.*'yes'"),
        ("sequence,smile\nS010_004,1\n", "must be AU1, AU2, …, not smile"),
        ("sequence\nS010_004\n", "not none"),
        ("sequence,AU1\nS010_004,3\n", "S010_004 has a value not 1"),
        ("sequence,AU1\nS010_004,1\nS010_004,0\n", "S010_004 occurs twice"),
        ("", "cannot be read as a table: it is empty"),
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


# Action units go by the frames' numbers


def coded(faces):
    return faces.files[faces.action_units.notna().any(axis=1)].tolist()


@pytest.fixture
def units(tmp_path, text):
    """units(kind): the option that gives action units of S010_004 and S011_002, from a table or FACS files."""
    text(tmp_path / "au.csv", "sequence,AU12\nS010_004,1\nS011_002,0\n")
    for sequence, units in (("S010/004", "12 4\n"), ("S011/002", "6 1\n")):
        text(tmp_path / "FACS" / sequence / f"{sequence.replace('/', '_')}_00000009_facs.txt", units)
    return {"au_table": {"au_table": tmp_path / "au.csv"}, "facs": {"facs": tmp_path / "FACS"}}


LAST = [f"happy/{name}_0000000{frame}.png" for name in ("S010_004", "S011_002") for frame in (7, 8, 9)]


@pytest.mark.parametrize("kind", ["au_table", "facs"])
@pytest.mark.parametrize("more", ["neutral/S010_004_00000001.png", "neutral/S010_004_00000006.png",
                                  "neutral/S010_004_00000010.png", "happy/S010_004_00000006.png",
                                  "happy/S010_004_00000001.png"])
def test_only_the_last_three_frames_are_coded(ck48_tree, picture, units, kind, more):
    picture(ck48_tree / more)
    faces = load(ck48_tree, **units[kind])
    assert coded(faces) == LAST and more in faces.files
    assert faces.report["frame that is not coded, as not among its sequence's last (kept, NaN)"] == [more.split("/")[1]]
    assert faces.report["sequence without action units (kept, NaN)"] == ["S010_001"]


@pytest.mark.parametrize("kind", ["au_table", "facs"])
def test_a_missing_or_unreadable_frame_is_not_replaced_by_an_earlier_one(ck48_tree, picture, units, kind):
    picture(ck48_tree / "happy/S010_004_00000006.png")
    (ck48_tree / "happy/S010_004_00000008.png").unlink()
    (ck48_tree / "happy/S011_002_00000009.png").write_text("x", encoding="utf-8")
    faces = load(ck48_tree, **units[kind])
    assert coded(faces) == [LAST[i] for i in (0, 2, 3, 4)]


def recoded(folder, before, after):
    """As if the FACS file of S010_004 coded another frame."""
    path = folder / f"FACS/S010/004/S010_004_{before:08}_facs.txt"
    path.rename(path.with_name(f"S010_004_{after:08}_facs.txt"))


def test_the_facs_file_says_which_is_the_last(ck48_tree, units, tmp_path):
    recoded(tmp_path, 9, 8)
    faces = load(ck48_tree, **units["facs"])
    assert coded(faces) == [LAST[i] for i in (0, 1, 3, 4, 5)]
    recoded(tmp_path, 8, 12)
    (ck48_tree / "happy/S010_004_00000008.png").unlink()
    assert coded(load(ck48_tree, **units["facs"])) == LAST[3:]


def test_three_frames_in_a_row_of_other_numbers_are_the_distribution_s_and_said(ck48_tree, units, tmp_path):
    recoded(tmp_path, 9, 19)
    faces = load(ck48_tree, **units["facs"])
    assert coded(faces) == LAST
    assert faces.report["frames numbered otherwise than their FACS file (action units kept)"] == ["S010_004"]


@pytest.mark.parametrize("kind", ["au_table", "facs"])
def test_action_units_of_sequences_that_are_not_there_are_said(ck48_tree, units, kind):
    for path in ck48_tree.glob("happy/S010_004_*"):
        path.unlink()
    assert load(ck48_tree, **units[kind]).report["action units without images"] == ["S010_004"]


# A frame lies in one place


def test_a_sequence_in_two_class_folders_has_no_label(ck48_tree, picture, units):
    before = load(ck48_tree)
    picture(ck48_tree / "fear/S010_004_00000009.png")
    faces = load(ck48_tree, **units["au_table"])
    kept = before.select(before.sequences != "S010_004")
    assert (faces.images == kept.images).all() and (faces.folds == kept.folds).all()
    assert faces.report["sequence in several class folders"] == ["fear/S010_004_00000009.png", *LAST[:3]]


def test_a_frame_in_neutral_and_another_class_has_no_label(ck48_tree, picture, units):
    picture(ck48_tree / "neutral/S010_004_00000008.png")
    faces = load(ck48_tree, **units["au_table"])
    assert faces.report["frame in several class folders"] == [LAST[1], "neutral/S010_004_00000008.png"]
    assert coded(faces) == [LAST[i] for i in (0, 2, 3, 4, 5)]


def test_two_files_of_a_frame(ck48_tree, picture):
    before = load(ck48_tree)
    picture(ck48_tree / "happy/S010_004_00000009.jpg")
    picture(ck48_tree / "happy/S010_004_9.png")
    faces = load(ck48_tree)
    assert faces.fingerprint == before.fingerprint
    assert faces.report["one of several files of a frame"] == ["happy/S010_004_00000009.jpg", "happy/S010_004_9.png"]
    picture(ck48_tree / "Happiness/S010_004_00000009.png")         # which of them shows the frame?
    assert "S010_004_00000009" not in "".join(load(ck48_tree).files)


@pytest.mark.parametrize("name", ["copy of S010_004_00000009.png", "S010_004_00000009 (1).png", "S010_004_face.png",
                                  "S010_004_000000010.png"])
def test_a_stray_picture_is_no_frame(ck48_tree, picture, name):
    before = load(ck48_tree)
    picture(ck48_tree / "happy" / name)
    faces = load(ck48_tree)
    assert faces.fingerprint == before.fingerprint
    assert faces.report["file name without subject and sequence"] == [f"happy/{name}"]


# Tables as spreadsheets and programs write them, and as nobody should


@pytest.mark.parametrize("content", [
    "sequence,AU12,AU6\nS010_004,1,\nS010_001,0,1\n", "\ufeffsequence,AU12,AU6\r\nS010_004,1,\r\n\r\nS010_001,0,1\r\n",
    "AU12,sequence,AU6\n1.0,S010_004,NA\n0.0,S010_001,1e0\n",
    "sequence, AU12, AU6\n\"S010_004\",True,NaN\nS010_001,False,true",
    "Sequence ,AU012, au06 \nS010_004,1,\nS010_001,0,1\n",
    "\ufeffSEQUENCE,au12,Au6\r\nS010_004,1,\r\nS010_001,0,1\r\n",
])
def test_the_same_table_in_other_words(tmp_path, content):
    (tmp_path / "au.csv").write_text(content, "utf-8", newline="")
    table = read_au_table(tmp_path / "au.csv")
    assert table.to_dict("index") == {"S010_004": {"AU12": 1, "AU6": pytest.approx(np.nan, nan_ok=True)},
                                      "S010_001": {"AU12": 0, "AU6": 1}}
    assert (table.dtypes == "float32").all()


@pytest.mark.parametrize("content, message", [
    ("sequence,AU1,AU1\nS010_004,1,0\n", "each once, .* Its columns are: sequence, AU1, AU1"),
    ("sequence,AU1,AU01\nS010_004,1,0\n", "each once, .* Its columns are: sequence, AU1, AU01"),
    ("sequence,AU1,au1\nS010_004,1,0\n", "each once, .* Its columns are: sequence, AU1, au1"),
    ("sequence,Sequence,AU1\na,b,1\n", "each once"),
    ("sequence,AU1L\nS010_004,1\n", "must be AU1, AU2, …, not AU1L; one for each unit, whichever side"),
    (",sequence,AU1\n0,S010_004,1\n", "not one without a name; .* unless index=False"),
    ("sequence,AU0\nS010_004,1\n", "not AU0"), ("sequence,AU100\nS010_004,1\n", "not AU100"),
    ("sequence,sequence,AU1\na,b,1\n", "each once"),
    ("sequence,AU1\nS010_004,1,0\n", "line 2: 3 fields, where the header has 2"),
    ("sequence,AU1\nS010_004\n", "line 2: 1 fields"),
    ("sequence;AU1\nS010_004;1\n", "separated by commas; the first column is called sequence. .*: sequence;AU1"),
    ("sequence;AU1\nS010_004;1,0\n", "separated by commas; the first column is called sequence. .*: sequence;AU1"),
    ("sequence\tAU1\nS010_004\t1\n", "separated by commas; the first column is called sequence"),
    ("sequence,AU1\n,1\n", "line 2: the row names no sequence"),
    ("sequence,AU1\n", "there is no row"),
    *((f"sequence,AU1\nS010_004,{level}\n",
       f"'{level}'; write 1 for any intensity, 0 for absent. .In CK.'s own FACS files 0 is not")
      for level in ("2", "5.0", "A", "e")),
    ("sequence,AU1\nS010_004,6\n", "not coded.: '6'$"),
    ("sequence,AU1\nS010_004,1.00000001\n", "not 1 .*'1.00000001'"),
    ("sequence,AU1\nS010_004,-0.5\n", "not 1"),
    ("sequence,AU1\nS010_004,1_0\n", "not 1"),
    ("sequence,AU1\nS010_004,1\0\n", "not 1"),
    ("sequence,AU1\nS010_004,\"1\n", "unexpected end"),
    ("sequence,AU\u0661\nS010_004,1\n", "must be AU1"),
    ("sequence,AU1\nS010_004,inf\n", "not 1"),
    ("sequence,AU1\nS010_004," + "1" * 140_000, "field larger"),
])
def test_a_table_that_pandas_would_have_bent_is_an_error(ck48_tree, tmp_path, content, message):
    (tmp_path / "au.csv").write_text(content, "utf-8")
    with pytest.raises(ValueError, match=f"au.csv.*{message}"):
        load(ck48_tree, au_table=tmp_path / "au.csv")


@pytest.mark.parametrize("encoding", ["utf-16", "utf-32", "latin-1"])
def test_a_table_in_another_encoding_is_an_error_that_names_it(ck48_tree, tmp_path, encoding):
    (tmp_path / "au.csv").write_text("sequence,AU1\nS010_004é,1\n", encoding)
    with pytest.raises(ValueError, match="au.csv cannot be read as a table"):
        load(ck48_tree, au_table=tmp_path / "au.csv")
