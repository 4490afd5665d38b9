import io
import tempfile
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import sparse
from scipy.io import savemat

from fer_lib.datasets import load_dataset
from fer_lib.datasets.tfd import ORDER

LABELS = np.array([1, 2, 3, 4, 5, 6, 7, -1, 7, 4])
PEOPLE = np.array([1, 2, 3, 4, 5, 6, -1, 8, -1, 10])
FOLDS = np.tile(np.array([1, 1, 1, 1, 1, 2, 1, 0, 3, 3]), (5, 1)).T


@pytest.fixture
def mat(tmp_path):
    """mat(size, …): writes TFD_<size>x<size>.mat in the original's form, returns its path and images."""

    def write(size=48, **changes):
        images = np.random.default_rng(size).integers(0, 256, (10, size, size), dtype=np.uint8)
        path = tmp_path / f"TFD_{size}x{size}.mat"
        data = {
            "images": images,
            "labs_ex": LABELS[:, None].astype(np.int16),
            "labs_id": PEOPLE[:, None].astype(np.int16),
            "folds": FOLDS.astype(np.uint8),
        }
        savemat(path, {key: value for key, value in (data | changes).items() if value is not None})
        return path, images

    return write


def load(root, **options):
    return load_dataset("tfd", root, **{"cache": False} | options)


@pytest.mark.parametrize("size", [48, 96])
def test_labels_folds_and_subjects(mat, size):
    path, images = mat(size)
    faces = load(path.parent, size=size)
    kept = LABELS != -1
    assert (faces.images[:, 0] == images[kept]).all()
    assert faces.classes == ("neutral", "anger", "disgust", "fear", "happy", "sadness", "surprise")
    assert [faces.classes[label] for label in faces.labels] == [
        "anger",
        "disgust",
        "fear",
        "happy",
        "sadness",
        "surprise",
        "neutral",
        "neutral",
        "happy",
    ]
    assert faces.report == {"image without an expression label": ["7"]}
    split = faces.split(4)
    assert (split.train.tolist(), split.validation.tolist(), split.test.tolist()) == (
        [0, 1, 2, 3, 4, 6],
        [5],
        [7, 8],
    )
    assert faces.subjects.tolist() == ["1", "2", "3", "4", "5", "6", "", "", "10"] and faces.folds.shape == (
        9,
        5,
    )
    assert faces.files[-1] == f"{path.name}:9"
    with pytest.raises(ValueError, match="folds 0…4, not 5"):
        faces.split(5)


def test_of_both_sizes_the_larger_is_read_and_a_file_can_be_named(mat):
    (small, images), _ = mat(48), mat(96)
    assert load(small.parent).files[0] == "TFD_96x96.mat:0"
    assert (load(small, size=48).images[:, 0] == images[LABELS != -1]).all()


@pytest.mark.parametrize(
    "changes",
    [
        {"labs_ex": LABELS[None].astype(float), "labs_id": PEOPLE[None].astype(float)},
        {"folds": FOLDS.T.astype(float)},
    ],
)
def test_rows_or_columns(mat, changes):
    reference = load(mat()[0]).fingerprint
    assert load(mat(**changes)[0]).fingerprint == reference


def test_whole_numbers_in_another_type_are_read(mat):
    path, images = mat()
    reference = load(path).fingerprint
    assert load(mat(images=images.astype(float))[0]).fingerprint == reference


@pytest.mark.parametrize(
    "changes, message",
    [
        ({"labs_ex": np.where(LABELS == 7, 8, LABELS)}, "labs_ex of image 6 is 8"),
        ({"labs_ex": np.where(LABELS == 7, 0, LABELS)}, "labs_ex of image 6 is 0"),
        ({"labs_ex": np.full(10, -1)}, "images"),
        ({"folds": None}, "has no folds"),
        ({"images": np.zeros((10, 32, 32), np.uint8)}, r"images \(10, 32, 32\).* do not fit"),
        ({"images": np.zeros((9, 48, 48), np.uint8)}, "do not fit"),
        ({"folds": FOLDS[:-1]}, "do not fit"),
        ({"images": np.full((10, 48, 48), 0.5)}, "whole numbers 0–255"),
        ({"folds": FOLDS + 3}, "folds must be"),
        ({"labs_id": np.ones(10)}, "in fold 0 subject 1 is in more than one .* identities=False"),
    ],
)
def test_a_file_that_is_not_tfd_is_an_error(mat, changes, message):
    path, _ = mat(**changes)
    with pytest.raises(ValueError, match=f"{path.name}.*{message}"):
        load(path)


def test_identities_can_be_left_aside(mat):
    faces = load(mat(labs_id=np.ones(10))[0], identities=False)
    assert faces.subjects is None and faces.split(0).test.tolist() == [7, 8]


def test_an_empty_class_is_said(mat):
    with pytest.warns(UserWarning, match="tfd: not one image shows surprise"):
        load(mat(labs_ex=np.where(LABELS == 6, 5, LABELS))[0])


def test_matlab_7_3_damage_and_other_files(mat, tmp_path):
    path, _ = mat()
    good = path.read_bytes()
    path.write_bytes(
        b"MATLAB 7.3 MAT-file, Platform: GLNXA64".ljust(124)
        + b"\x00\x02IM"
        + b"\x89HDF\r\n\x1a\n"
        + bytes(600)
    )
    with pytest.raises(ValueError, match=r"MATLAB 7.3 \(HDF5\) file. Save it .* '-v7'"):
        load(path)
    for damaged in (good[: len(good) // 2], b"", b"x" * 500):
        path.write_bytes(damaged)
        with pytest.raises(ValueError, match=f"{path.name} (cannot be read|has no)"):
            load(path)
    path.rename(tmp_path / "TFD_32x32.mat")
    with pytest.raises(FileNotFoundError, match="neither TFD_96x96.mat nor TFD_48x48.mat"):
        load(tmp_path)


# No value is bent to another


def changed(array, place, value):
    array = array.astype(float)
    array[place] = value
    return array


@pytest.mark.parametrize("value, said", [
    (258, "258.0"), (2.9, "2.9"), (1.9, "1.9"), (np.nan, "nan"), (np.inf, "inf"), (-np.inf, "-inf"), (257, "257.0"),
    (-2, "-2.0"), (1e300, "1e\\+300"), (-.5, "-0.5"), (2 + 1e-9, "2.00000000")])
@pytest.mark.parametrize("key, place, at", [
    ("labs_ex", 3, "labs_ex of image 3"), ("labs_ex", 7, "labs_ex of image 7"),
    ("folds", (8, 2), r"folds\[2\] of image 8"), ("folds", (7, 0), r"folds\[0\] of image 7")])
def test_a_label_or_fold_that_tfd_does_not_have(mat, key, place, at, value, said):
    path, _ = mat(**{key: changed({"labs_ex": LABELS, "folds": FOLDS}[key], place, value)})
    with pytest.raises(ValueError, match=f"{path}: {at} is {said}"):
        load(path)


@pytest.mark.parametrize("value", [1.5, np.nan, np.inf, -2, 2.0 ** 31, -.5])
def test_a_person_that_is_no_number_of_one(mat, value):
    path, _ = mat(labs_id=changed(PEOPLE, 9, value))
    with pytest.raises(ValueError, match=f"{path}: labs_id of image 9 is {float(value)}; people must be whole numbers"):
        load(path)
    assert len(load(path, identities=False)) == 9       # which asks for no people
    assert len(load(mat(labs_id=changed(PEOPLE, 7, value))[0])) == 9        # of an image that is left out


@pytest.mark.parametrize("value", [256, -1, .5, np.nan, np.inf])
def test_a_pixel_that_is_none(mat, value):
    _, images = mat()
    path, _ = mat(images=changed(images, (6, 5, 4), value))
    with pytest.raises(ValueError, match=fr"{path}: images\[5\]\[4\] of image 6 is {float(value)}; images must be"):
        load(path)


VALUES = st.floats(width=64) | st.integers(-300, 300).map(float)


@pytest.mark.filterwarnings("ignore:tfd. not one image")
@settings(deadline=None)
@given(st.sampled_from(["labs_ex", "folds", "labs_id"]), st.integers(0, 9), VALUES)
def test_a_value_is_taken_as_it_is_or_refused(key, row, value):
    arrays = {"labs_ex": LABELS, "folds": FOLDS, "labs_id": PEOPLE}
    arrays[key] = changed(arrays[key], row, value)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "TFD_48x48.mat"
        savemat(path, {"images": np.zeros((10, 48, 48), np.uint8), **arrays})
        try:
            faces = load(path)
        except ValueError as error:
            assert str(path) in str(error)
            return
    kept = arrays["labs_ex"] != -1
    assert [1 + ORDER.index(faces.classes[label]) for label in faces.labels] == arrays["labs_ex"][kept].tolist()
    assert (faces.folds == arrays["folds"][kept]).all()
    people = arrays["labs_id"][kept] + 0.                   # -0 is 0
    assert faces.subjects.tolist() == [f"{person:.0f}" if person >= 0 else "" for person in people]


@pytest.mark.parametrize("key", ["images", "labs_ex", "labs_id", "folds"])
@pytest.mark.parametrize("value", [
    "text", {"a": 1}, np.array(["x", 1], object), np.zeros((10, 0)), np.zeros((10, 1), complex),
    sparse.csc_array(np.eye(10)), np.zeros((2, 5)), np.array("abc"), np.zeros((10, 5, 2))], ids=str)
def test_an_array_of_another_kind(mat, key, value):
    path, _ = mat(**{key: value})
    with pytest.raises(ValueError, match=str(path)):
        load(path)


def test_a_name_that_is_there_twice(mat):
    path, _ = mat()
    again = io.BytesIO()
    savemat(again, {"labs_ex": np.ones(10)})
    path.write_bytes(path.read_bytes() + again.getvalue()[128:])
    with pytest.raises(ValueError, match=f"{path} cannot be read as a MATLAB file: labs_ex is in it twice"):
        load(path)


@pytest.mark.parametrize("compressed", [False, True])
def test_changed_bytes_give_the_set_or_an_error_that_names_the_file(mat, compressed):
    path, images = mat()
    savemat(path, {"labs_ex": LABELS, "labs_id": PEOPLE, "folds": FOLDS, "images": images}, do_compression=compressed)
    good, rng = path.read_bytes(), np.random.default_rng(0)
    for _ in range(60):
        content = bytearray(good)
        for place in rng.integers(0, 1000, rng.integers(1, 5)):         # headers, labels and folds
            content[place] = rng.integers(256)
        path.write_bytes(content)
        try:
            load(path)
        except ValueError as error:
            assert str(path) in str(error)
