import re
import shutil

import pytest

from fer_lib.datasets import load_dataset
from fer_lib.datasets.layouts import locate

TREES = ("ck_plus_tree", "ck48_tree", "fer2013_tree")


@pytest.mark.parametrize("tree", TREES)
@pytest.mark.parametrize("name", ["ck_plus", "ck48", "tfd", "fer2013"])
def test_the_wrong_folder_is_told_from_the_right_one(request, tree, name):
    root = request.getfixturevalue(tree)
    right = tree.removesuffix("_tree")
    if name == right:
        assert locate(name, root) == root and locate(name, root.parent) == root
    else:
        for place in (root, root.parent):
            with pytest.raises(
                FileNotFoundError,
                match=f"not laid out as {name}.* It looks like {right}: load_dataset\\('{right}', root=",
            ):
                load_dataset(name, place)


@pytest.mark.parametrize(
    "tree, below", [("ck_plus_tree", "cohn-kanade-images"), ("ck48_tree", "happy"), ("fer2013_tree", "train")]
)
def test_a_folder_too_deep_is_told_its_parent(request, tree, below):
    root = request.getfixturevalue(tree)
    with pytest.raises(FileNotFoundError, match="Its parent is: root="):
        load_dataset(tree.removesuffix("_tree"), root / below)


def test_a_folder_that_is_nothing_and_one_that_is_twice(tmp_path, picture):
    with pytest.raises(
        FileNotFoundError, match="not laid out as ck48, which needs the folder CK\\+48/, which holds"
    ):
        load_dataset("ck48", tmp_path)
    for name in ("one", "two"):
        picture(tmp_path / name / "fear/S010_001_00000007.png")
    with pytest.raises(ValueError, match="more than once: one, two"):
        load_dataset("ck48", tmp_path)


@pytest.mark.parametrize("name, file", [("fer2013", "fer2013.CSV"), ("fer2013", "ICML_FACE_DATA.CSV"),
                                        ("tfd", "TFD_96X96.MAT"), ("tfd", "tfd_48x48.mat")])
def test_a_file_is_found_in_capitals_and_in_small_letters(tmp_path, name, file):
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / file).touch()
    for root in (tmp_path, tmp_path / "mine", tmp_path / "mine" / file):
        assert locate(name, root) == tmp_path / "mine" / file


@pytest.mark.parametrize("name", ["ck_plus", "ck48", "tfd", "fer2013"])
def test_an_empty_root_is_not_the_folder_that_one_is_in(name, ck48_tree, monkeypatch):
    monkeypatch.chdir(ck48_tree)
    with pytest.raises(ValueError, match=f"{name} needs root="):
        load_dataset(name, "")


def test_a_neighbour_that_may_not_be_read_is_not_in_the_way_unless_it_may_be_the_set(ck48_tree, shut, nobody):
    (ck48_tree.parent / "both").mkdir()
    ck48_tree.rename(ck48_tree.parent / "both/CK+48")
    shutil.copytree(ck48_tree.parent / "both/CK+48", ck48_tree.parent / "both/mine")
    root, closed = shut(ck48_tree.parent / "both", "mine")
    (root / "dead").symlink_to(root / "nowhere")
    with nobody():
        assert locate("ck48", root) == root / "CK+48"
    shutil.rmtree(root / "CK+48")
    with nobody(), pytest.raises(PermissionError, match=f"'{closed}'"):
        locate("ck48", root)


def test_a_root_that_may_not_be_read_is_an_error_that_names_it(ck48_tree, shut, nobody):
    root, _ = shut(ck48_tree, ".")
    for name in ("ck48", "fer2013", "tfd", "ck_plus"):
        with nobody(), pytest.raises(PermissionError, match=re.escape(str(root))):
            locate(name, root)
