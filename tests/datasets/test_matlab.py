import struct
import tempfile
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from scipy.io import loadmat, savemat

from fer_lib.datasets.matlab import read_arrays

SHAPES = arrays.array_shapes(min_dims=1, max_dims=4, max_side=5)
NUMBERS = st.sampled_from(["i1", "u1", "i2", "u2", "i4", "u4", "i8", "u8", "f4", "f8", "?"])
NAMES = st.sampled_from(["a", "labs_ex", "name_of_more_than_4"])
ARRAYS = st.dictionaries(NAMES, arrays.arrays(NUMBERS, SHAPES), min_size=1)


@settings(deadline=None)
@given(ARRAYS, st.booleans())
def test_arrays_are_what_scipy_makes_of_them(written, compressed):
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "a.mat"
        savemat(path, {"text": "abc", "cell": {"x": [1, 2]}} | written, do_compression=compressed)
        found, expected = read_arrays(path, written), loadmat(path)
    assert found.keys() == written.keys()
    for name, array in found.items():
        np.testing.assert_array_equal(array, expected[name])
        assert array.shape == expected[name].shape


def element(order, kind, content):
    return struct.pack(f"{order}II", kind, len(content)) + content + bytes(-len(content) % 8)


def made(order, values=(1, 2, 3, 4, 5, 258), shape=(2, 3), kind=3, flags=10, name=b"a"):
    """A file of one array of int16, written by hand."""
    inside = (element(order, 6, struct.pack(f"{order}II", flags, 0))
              + element(order, 5, struct.pack(f"{order}{len(shape)}i", *shape)) + element(order, 1, name)
              + element(order, kind, struct.pack(f"{order}{len(values)}h", *values)))
    head = b"MATLAB 5.0 MAT-file".ljust(124) + struct.pack(f"{order}H", 0x100) + (b"IM" if order == "<" else b"MI")
    return head + element(order, 14, inside)


@pytest.mark.parametrize("order", ["<", ">"])
def test_a_file_of_either_byte_order(tmp_path, order):
    (tmp_path / "a.mat").write_bytes(made(order))
    assert read_arrays(tmp_path / "a.mat", ["a"])["a"].tolist() == [[1, 3, 5], [2, 4, 258]]
    assert read_arrays(tmp_path / "a.mat", ["b"]) == {}


@pytest.mark.parametrize("harm, message", [
    ({"shape": (2, 4)}, "6 values for the shape"), ({"shape": (-2, -3)}, "6 values for the shape"),
    ({"shape": (6,)}, "6 values"), ({"shape": ()}, "6 values"), ({"kind": 8}, "values of type 8"),
    ({"kind": 4_000}, "values of type 4000"),
    ({"kind": 9, "values": (1, 2, 3)}, "cut short"), ({"flags": 4}, "a is no array of real numbers"),
    ({"flags": 10 | 0x800}, "a is no array of real numbers"), ({"flags": 255}, "no array of real numbers"),
    ({"shape": (2 ** 31 - 1,) * 3}, "6 values for the shape"),
])
def test_what_a_tag_claims_is_checked(tmp_path, harm, message):
    (tmp_path / "a.mat").write_bytes(made("<", **harm))
    with pytest.raises(ValueError, match=f"{tmp_path}/a.mat cannot be read as a MATLAB file: .*{message}"):
        read_arrays(tmp_path / "a.mat", ["a"])


@pytest.mark.parametrize("content", [
    b"", b"x" * 127, b"x" * 500, bytes(500), made("<")[:-1], made("<")[:140], made("<") + b"x",
    made("<") + made("<")[128:], made("<") + struct.pack("<II", 14, 2 ** 32 - 1)])
def test_what_is_no_such_file_is_said(tmp_path, content):
    (tmp_path / "a.mat").write_bytes(content)
    with pytest.raises(ValueError, match=f"{tmp_path}/a.mat cannot be read as a MATLAB file"):
        read_arrays(tmp_path / "a.mat", ["a"])


@settings(deadline=None)
@given(st.booleans(), st.lists(st.tuples(st.integers(0, 2_000), st.integers(0, 255)), min_size=1, max_size=4))
def test_changed_bytes_give_arrays_or_an_error_that_names_the_file(compressed, changes):
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "a.mat"
        savemat(path, {"a": np.arange(12).reshape(3, 4), "b": np.ones((2, 2, 2)), "c": "x"}, do_compression=compressed)
        content = bytearray(path.read_bytes())
        for place, value in changes:
            content[place % len(content)] = value
        path.write_bytes(content)
        try:
            assert all(array.dtype.kind in "iuf" for array in read_arrays(path, ["a", "b"]).values())
        except ValueError as error:
            assert str(path) in str(error)


def test_compressed_data_that_are_longer_than_they_say_or_changed(tmp_path):
    savemat(tmp_path / "a.mat", {"a": np.arange(5000)}, do_compression=True)
    good = (tmp_path / "a.mat").read_bytes()
    assert (read_arrays(tmp_path / "a.mat", ["a"])["a"] == np.arange(5000)).all()
    for place in (-1, -2, -3, -4):                  # the checksum
        content = bytearray(good)
        content[place] ^= 1
        (tmp_path / "a.mat").write_bytes(content)
        with pytest.raises(ValueError, match="incorrect data check"):
            read_arrays(tmp_path / "a.mat", ["a"])
