"""What holds for every loader that reads pictures from folders, and the fingerprints of right sets."""
import re

import numpy as np
import pytest
from scipy.io import savemat

from fer_lib.datasets import load_dataset

pytestmark = pytest.mark.filterwarnings("ignore:(ck_plus|ck48|tfd). not one image")
CLASS = {"ck_plus": "cohn-kanade-images/S005/001", "ck48": "happy", "fer2013": "train/happy"}
PICTURE = {"ck_plus": "S005_001_00000005.png", "ck48": "S010_004_00000008.png", "fer2013": "Training_2.png"}
OPTIONS = {"ck_plus": {"detect": False}, "ck48": {}, "fer2013": {}}


def load(name, root, **options):
    return load_dataset(name, root, **{"cache": False} | OPTIONS[name] | options)


@pytest.fixture(params=CLASS)
def made(request):
    """Name of a loader and a tree of its set."""
    return request.param, request.getfixturevalue(f"{request.param}_tree")


def open_to_all(folder):
    for path in (*folder.parents[:2], folder, *folder.iterdir()):
        path.chmod(0o777)


def test_a_class_folder_that_may_not_be_read_is_an_error_that_names_it(made, shut, nobody):
    name, tree = made
    root, closed = shut(tree, CLASS[name])
    with nobody(), pytest.raises(PermissionError, match=re.escape(str(closed))):
        load(name, root)


def test_nor_is_its_copy_handed_out_or_a_smaller_one_kept(made, shut, nobody, own_cache):
    name, tree = made
    root, closed = shut(tree, CLASS[name])
    closed.chmod(0o755)
    whole = load(name, root, cache=True)
    open_to_all(own_cache)
    closed.chmod(0)
    with nobody(), pytest.raises(PermissionError, match=re.escape(str(closed))):
        load(name, root, cache=True)
    closed.chmod(0o755)
    assert load(name, root, cache=True).fingerprint == whole.fingerprint and len(list(own_cache.glob("*.npz"))) == 1


def test_a_picture_that_may_not_be_read_is_an_error_whether_there_is_a_copy_or_not(made, shut, nobody, own_cache):
    name, tree = made
    root, closed = shut(tree, f"{CLASS[name]}/{PICTURE[name]}")
    closed.chmod(0o644)
    load(name, root, cache=True)
    closed.chmod(0)
    open_to_all(own_cache)
    for cache in (False, True):
        with nobody(), pytest.raises(PermissionError, match=re.escape(str(closed))):
            load(name, root, cache=cache)


@pytest.mark.parametrize("target", ["nowhere", "itself"])
def test_a_link_without_an_end_is_an_error_that_names_it(made, target):
    name, tree = made
    load(name, tree, cache=True)
    path = tree / CLASS[name] / PICTURE[name]
    path.unlink()
    path.symlink_to(path if target == "itself" else tree / target)
    for cache in (False, True):
        with pytest.raises(OSError, match=re.escape(str(path))):
            load(name, tree, cache=cache)


def test_a_class_that_is_a_dead_link_is_an_error_that_names_it(made, tmp_path):
    name, tree = made
    place = tree / CLASS[name]
    place.rename(tmp_path / "elsewhere")
    place.symlink_to(tmp_path / "elsewhere", target_is_directory=True)
    before = load(name, tree)
    (tmp_path / "elsewhere").rename(tmp_path / "gone")
    with pytest.raises(FileNotFoundError, match=re.escape(str(place))):
        load(name, tree)
    (tmp_path / "gone").rename(tmp_path / "elsewhere")
    assert load(name, tree).fingerprint == before.fingerprint


def test_a_link_back_to_the_set_is_no_endless_one(made):
    name, tree = made
    before = load(name, tree, cache=True)
    for place in (tree / CLASS[name], tree):
        for link in ("one", "two"):
            (place / link).symlink_to(tree, target_is_directory=True)
    after = load(name, tree, cache=True)
    assert after.fingerprint == before.fingerprint and f"{CLASS[name]}/one" in after.report["folder that is not used"]


def test_a_folder_that_is_named_as_a_picture_is_said(made):
    name, tree = made
    before = load(name, tree)
    (tree / CLASS[name] / "S005_001_00000009.png").mkdir()
    after = load(name, tree)
    assert after.fingerprint == before.fingerprint
    assert after.report["folder that is not used"] == [f"{CLASS[name]}/S005_001_00000009.png"]


def test_other_files_are_counted_by_kind_and_hidden_ones_are_not(made, text):
    name, tree = made
    before = load(name, tree, cache=True)
    for file in ("Thumbs.db", "a.txt", "b.TXT", "c.webp", "d.gif", "README", ".DS_Store", "._S005_001_00000001.png"):
        text(tree / CLASS[name] / file, "x")
    after = load(name, tree, cache=True)
    assert after.fingerprint == before.fingerprint
    assert {reason: names for reason, names in after.report.items() if reason not in before.report} == {
        f"files that are not used, {kind}": [f"{CLASS[name]}/{file}" for file in files] for kind, files in (
            (".db", ["Thumbs.db"]), (".txt", ["a.txt", "b.TXT"]), (".webp", ["c.webp"]), (".gif", ["d.gif"]),
            ("no suffix", ["README"]))}
    assert "files that are not used, .txt (2): " in after.summary()


def test_a_picture_of_another_format_is_unreadable_and_the_set_goes_on(made):
    from PIL import Image
    name, tree = made
    path = tree / CLASS[name] / PICTURE[name]
    before = load(name, tree)
    assert f"{CLASS[name]}/{PICTURE[name]}" in before.files
    Image.open(path).save(path, "GIF")
    after = load(name, tree)
    assert after.report["unreadable image"] == [f"{CLASS[name]}/{PICTURE[name]}"] and len(after) == len(before) - 1


# Sets that are as they should be are what they always were: values of before names were compared

RIGHT = {"ck_plus": "558ca62f0689a332", "ck_plus probe": "a4fc70d557a66871", "ck48": "4d8154708ebf73fd",
         "ck48 table": "324ca015e595dd65", "ck48 facs": "6b29d8b6bb96a2d4", "fer2013": "240e769f5524a455",
         "fer2013 table": "c83cb5264bf7f402", "tfd": "091f152c8d10cb26"}


@pytest.fixture
def sets(ck_plus_tree, ck48_tree, fer2013_tree, tmp_path, text):
    """Name of a right set → loader, root and options."""
    rng = np.random.default_rng(0)
    usage = "Training", "PublicTest", "PrivateTest"
    rows = [f"{k % 7},{' '.join(map(str, rng.integers(0, 256, 48 * 48)))},{usage[k % 3]}" for k in range(21)]
    text(tmp_path / "fer2013.csv", "\n".join(["emotion,pixels,Usage", *rows]))
    text(tmp_path / "au.csv", "sequence,AU12,AU6\nS010_004,1,0\nS010_001,,1\n")
    for sequence in ("S010/004", "S011/002"):
        text(tmp_path / "FACS" / sequence / f"{sequence.replace('/', '_')}_00000009_facs.txt", "12 4\n6 0\n")
    savemat(tmp_path / "TFD_48x48.mat", {
        "images": rng.integers(0, 256, (10, 48, 48), dtype=np.uint8), "labs_ex": [1, 2, 3, 4, 5, 6, 7, -1, 7, 4],
        "labs_id": [1, 2, 3, 4, 5, 6, -1, 8, -1, 10], "folds": np.tile([[1, 1, 1, 1, 1, 2, 1, 0, 3, 3]], (5, 1)).T})
    return {
        "ck_plus": ("ck_plus", ck_plus_tree, {"detect": False}),
        "ck_plus probe": ("ck_plus", ck_plus_tree, {"detect": False, "part": "probe"}),
        "ck48": ("ck48", ck48_tree, {}), "ck48 table": ("ck48", ck48_tree, {"au_table": tmp_path / "au.csv"}),
        "ck48 facs": ("ck48", ck48_tree, {"facs": tmp_path / "FACS"}), "fer2013": ("fer2013", fer2013_tree, {}),
        "fer2013 table": ("fer2013", tmp_path / "fer2013.csv", {}), "tfd": ("tfd", tmp_path / "TFD_48x48.mat", {})}


@pytest.mark.parametrize("name", RIGHT)
def test_a_right_set_is_what_it_was(sets, name):
    loader, root, options = sets[name]
    faces = load_dataset(loader, root, cache=False, size=96 if loader == "ck_plus" else 48, **options)
    assert faces.fingerprint.startswith(RIGHT[name])
    assert set(faces.report) <= {"label folder empty", "no label", "sequence without label and FACS code",
                                 "sequence without action units (kept, NaN)", "image without an expression label"}
