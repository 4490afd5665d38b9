"""Trees as people have them on disk, made by the tests from noise or drawn faces; never a photograph."""

import codecs
import contextlib
import importlib
import os
import shutil
import tempfile
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from fer_lib.datasets import LOADERS, FaceDataset


@pytest.fixture(autouse=True)
def own_cache(tmp_path_factory, monkeypatch):
    folder = tmp_path_factory.mktemp("cache")
    monkeypatch.setenv("FER_LIB_CACHE", str(folder))
    return folder


def noise(seed, shape=(48, 48)):
    return np.random.default_rng(seed).integers(0, 256, shape, dtype=np.uint8)


@pytest.fixture
def picture():
    """picture(path, seed, shape): writes noise as a picture and returns the pixels."""

    def write(path, seed=0, shape=(48, 48)):
        path.parent.mkdir(parents=True, exist_ok=True)
        Image.fromarray(pixels := noise(seed, shape)).save(path)
        return pixels

    return write


@pytest.fixture
def text():
    def write(path, content):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content, encoding="utf-8")

    return write


@pytest.fixture
def truncate():
    def cut(path):
        path.write_bytes(path.read_bytes()[:-200])

    return cut


@pytest.fixture
def shut():
    """shut(tree, below): a copy of a tree where all may enter, and in it a folder or file that none may read."""
    place = Path(tempfile.mkdtemp())
    place.chmod(0o755)
    closed = []

    def copy(tree, below):
        shutil.copytree(tree, root := place / tree.name)
        closed.append(root / below)
        closed[0].chmod(0)
        return root, closed[0]

    yield copy
    closed[0].chmod(0o755)
    shutil.rmtree(place)


@pytest.fixture
def nobody():
    """with nobody(): whoever runs the tests, root as well, may read what all may read."""
    for name in LOADERS:                            # what is read from now on may be somebody's, as Python itself
        importlib.import_module(f"fer_lib.datasets.{name}")
    Image.init()
    codecs.lookup("utf-8-sig")

    @contextlib.contextmanager
    def without_privileges():
        before = os.geteuid()
        if before == 0:
            os.seteuid(65534)
        try:
            yield
        finally:
            os.seteuid(before)

    return without_privileges


@pytest.fixture
def faces():
    """faces(subjects, …): a data set of noise, one image for each subject given."""

    def make(subjects=("a", "b", "c"), size=48, **fields):
        count = len(subjects)
        given = {
            "images": noise(0, (count, 1, size, size)),
            "labels": np.arange(count) % 2,
            "classes": ("anger", "happy"),
            "subjects": np.array(subjects),
        } | fields
        return FaceDataset("made", **given)

    return make


@pytest.fixture
def ck_plus_tree(tmp_path, picture, text):
    """CK+'s layout, 96-pixel crops of noise: three labelled sequences, two FACS-coded only, one neither."""
    root = tmp_path / "CK+"
    sequences = {  # name: (frames, content of the emotion file, AU lines)
        "S005/001": (
            6,
            "   3.0000000e+00\n",
            "   9.0000000e+00   4.0000000e+00\n   1.7000000e+01   0.0000000e+00\n",
        ),
        "S010/001": (
            5,
            "   7.0000000e+00\n",
            "   1.0000000e+00   5.0000000e+00\n   2.0000000e+00   1.0000000e+00\n",
        ),
        "S010/002": (5, None, "   1.0000000e+00   2.0000000e+00\n"),
        "S011/001": (4, None, "   4.0000000e+00   3.0000000e+00\n"),
        "S011/002": (4, None, None),
        "S014/001": (8, "   5.0000000e+00\n", "   1.2000000e+01   3.0000000e+00\n"),
    }
    seed = 0
    for name, (frames, emotion, coding) in sequences.items():
        stem = name.replace("/", "_")
        for frame in range(1, frames + 1):
            seed += 1
            picture(root / "cohn-kanade-images" / name / f"{stem}_{frame:08}.png", seed, (96, 96))
        if emotion:
            text(root / "Emotion" / name / f"{stem}_{frames:08}_emotion.txt", emotion)
        if coding:
            text(root / "FACS" / name / f"{stem}_{frames:08}_facs.txt", coding)
    (root / "Emotion/S010/002").mkdir()  # as in the distribution: an empty label folder
    text(root / "cohn-kanade-images/S014/001/.DS_Store", "x")
    text(root / "cohn-kanade-images/S014/.DS_Store", "x")
    text(root / "Emotion/S014/.DS_Store", "x")
    text(root / "cohn-kanade-images/S014/001/._S014_001_00000001.png", "x")
    text(root / "Emotion/S014/001/._S014_001_00000008_emotion.txt", "x")
    return root


@pytest.fixture
def ck48_tree(tmp_path, picture):
    """CK+48/ with two sequences of happy and one of fear."""
    root = tmp_path / "CK+48"
    for seed, name in enumerate(("happy/S010_004", "happy/S011_002", "fear/S010_001")):
        for frame in (7, 8, 9):
            picture(root / f"{name}_{frame:08}.png", 10 * seed + frame)
    return root


@pytest.fixture
def fer2013_tree(tmp_path, picture):
    """train/ and test/, in each of seven classes three images to train, two to validate, one to test."""
    root = tmp_path / "fer"
    for k, name in enumerate(("angry", "disgust", "fear", "happy", "neutral", "sad", "surprise")):
        for i, file in enumerate(
            (
                "train/{}/Training_1",
                "train/{}/Training_2",
                "train/{}/Training_3",
                "test/{}/PublicTest_4",
                "test/{}/PublicTest_5",
                "test/{}/PrivateTest_6",
            )
        ):
            picture(root / (file.format(name) + ".png"), 10 * k + i)
    return root
