import builtins
import errno
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageFile

from fer_lib.datasets import Report, load_dataset
from fer_lib.datasets.reading import locate, read_facs, read_grey, read_pictures


def save(path, pixels, mode=None):
    Image.fromarray(np.asarray(pixels), mode).save(path) if mode else Image.fromarray(
        np.asarray(pixels)
    ).save(path)
    return path


def test_grey_stays_as_it_is(tmp_path):
    pixels = np.arange(256, dtype=np.uint8).reshape(16, 16)
    assert (read_grey(save(tmp_path / "a.png", pixels)) == pixels).all()


def test_16_bits_are_scaled_not_clipped(tmp_path):
    path = save(tmp_path / "a.png", np.array([[0, 257, 256 * 128 + 128, 65535, 128, 129]], np.uint16))
    assert read_grey(path).tolist() == [[0, 1, 128, 255, 0, 1]]


def test_colour_is_its_luma_and_equal_channels_stay(tmp_path):
    grey = np.arange(256, dtype=np.uint8).reshape(16, 16)
    assert (read_grey(save(tmp_path / "a.png", np.stack([grey] * 3, -1))) == grey).all()
    assert read_grey(
        save(tmp_path / "b.png", np.array([[[255, 0, 0], [0, 255, 0], [0, 0, 255]]], np.uint8))
    ).tolist() == [[76, 150, 29]]
    palette = Image.fromarray(grey).convert("P")
    palette.save(tmp_path / "c.png")
    assert (read_grey(tmp_path / "c.png") == grey).all()


def test_transparency_lies_on_white(tmp_path):
    path = save(tmp_path / "a.png", np.array([[[10, 10, 10, 255], [10, 10, 10, 0], [0, 0, 0, 51]]], np.uint8))
    assert read_grey(path).tolist() == [[10, 255, 204]]
    path = save(tmp_path / "b.png", np.array([[[10, 255], [10, 0]]], np.uint8), "LA")
    assert read_grey(path).tolist() == [[10, 255]]


@pytest.mark.parametrize("suffix", ["png", "jpg", "bmp"])
def test_a_truncated_picture_is_not_filled_up(tmp_path, picture, truncate, suffix):
    picture(tmp_path / f"a.{suffix}", shape=(96, 96))
    read_grey(tmp_path / f"a.{suffix}")
    truncate(tmp_path / f"a.{suffix}")
    with pytest.raises(ValueError, match=f"a.{suffix}"):
        read_grey(tmp_path / f"a.{suffix}")


@pytest.mark.parametrize("content", [b"", b"no picture at all", b"\x89PNG\r\n\x1a\n", b"GIF89a"])
def test_what_is_no_picture_is_said(tmp_path, content):
    (tmp_path / "a.png").write_bytes(content)
    with pytest.raises(ValueError, match="a.png"):
        read_grey(tmp_path / "a.png")


@pytest.mark.parametrize("suffix", ["png", "jpg", "bmp", "tif"])
def test_a_picture_that_the_system_does_not_hand_out_is_not_left_out(tmp_path, picture, suffix, monkeypatch):
    """As an unreadable one would be, from a smaller set that is kept in the cache."""
    paths = [tmp_path / f"{name}.{suffix}" for name in "ab"]
    for path in paths:
        picture(path)
    really = builtins.open

    def refuse(file, *args, **options):
        if Path(file) == paths[1]:
            raise PermissionError(errno.EACCES, "Permission denied")
        return really(file, *args, **options)

    monkeypatch.setattr(builtins, "open", refuse)
    with pytest.raises(PermissionError, match=f"Permission denied: '{paths[1]}'"):
        read_pictures(paths, tmp_path, lambda image: image, Report(), progress=False)
    monkeypatch.undo()

    def fail(image):
        raise OSError(errno.EIO, "Input/output error")

    monkeypatch.setattr(ImageFile.ImageFile, "load", fail)
    with pytest.raises(OSError, match=f"Input/output error: '{paths[0]}'"):
        read_pictures(paths, tmp_path, lambda image: image, Report(), progress=False)


@pytest.mark.parametrize("suffix", ["png", "jpg", "bmp", "tif", "gif"])
@pytest.mark.parametrize("left", [0, 4, 30, 150, .5, -1])
def test_a_damaged_picture_is_left_out(tmp_path, picture, suffix, left):
    picture(tmp_path / "good.png", shape=(96, 96))
    Image.open(tmp_path / "good.png").save(path := tmp_path / f"bad.{suffix}")
    whole = path.read_bytes()
    path.write_bytes(whole[:int(left * len(whole)) if 0 < left < 1 else left])
    report = Report()
    _, kept = read_pictures([tmp_path / "good.png", path], tmp_path, lambda image: image, report, progress=False)
    assert kept in ([0], [0, 1]) and (kept == [0, 1] or report == {"unreadable image": [path.name]})


def test_facs_files(tmp_path, text):
    text(
        tmp_path / "S005/001/S005_001_00000011_facs.txt",
        "   9.0000000e+00   4.0000000e+00\n   1.7000000e+01   0.0000000e+00\n\n",
    )
    coding = read_facs(tmp_path, Report())["S005_001"]
    assert coding["AU9"] == 4 and np.isnan(coding["AU17"]) and list(coding) == ["AU9", "AU17"]


# Which layout is it?

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
