import hashlib
import os
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from fer_lib.datasets import Report, load_dataset
from fer_lib.datasets.cache import cached, digest
from fer_lib.datasets.layouts import locate

pytestmark = pytest.mark.filterwarnings("ignore:ck48. not one image")


@pytest.fixture
def full(faces):
    units = pd.DataFrame({"AU1": [0, 1, np.nan], "AU12": [1.0, 1, 0]}, dtype="float32")
    return faces(
        ("a", "b", "ü"),
        sequences=["a1", "b1", "c1"],
        action_units=units,
        intensities=units * 0.5,
        files=["1.png", "2.png", "3.png"],
        report=Report({"no face found": ["x.png"]}),
        parameters={"padding": 0.1},
    ).versioned("7")


def never():
    raise AssertionError("was built although a copy is there")


def test_what_comes_from_the_cache_is_what_was_built(full):
    assert cached("made", {"k": 1}, lambda: full) is full
    copy = cached("made", {"k": 1}, never)
    assert (
        copy.fingerprint == full.fingerprint
        and copy.classes == full.classes
        and copy.files.tolist() == full.files.tolist()
    )
    assert copy.report == full.report and str(copy.report) == str(full.report)
    assert (copy.name, copy.parameters, copy.version) == (full.name, full.parameters, full.version)
    pd.testing.assert_frame_equal(copy.action_units, full.action_units)
    assert copy.images.dtype == np.uint8 and copy.labels.dtype == np.int64


def test_a_set_without_subjects_has_none_from_the_cache_too(faces):
    bare = faces(subjects=("a", "b"), folds=np.array([[1], [3]], np.uint8))
    bare = type(bare)("made", bare.images, bare.labels, bare.classes, folds=bare.folds)
    cached("made", {}, lambda: bare)
    copy = cached("made", {}, never)
    assert copy.subjects is None and copy.action_units is None and copy.folds.tolist() == [[1], [3]]


def test_another_key_and_disabled_build_anew(full, faces, own_cache):
    other = faces()
    cached("made", {"padding": 0}, lambda: full)
    assert cached("made", {"padding": 0.1}, lambda: other) is other
    assert cached("made", {"padding": 0}, lambda: other, enabled=False) is other
    assert len(list(own_cache.glob("*.npz"))) == 2


@pytest.mark.parametrize("harm", ["cut", "flip", "empty", "other"])
def test_a_damaged_copy_is_said_and_made_anew(full, own_cache, harm):
    cached("made", {}, lambda: full)
    (path,) = own_cache.glob("*.npz")
    raw = bytearray(path.read_bytes())
    if harm == "flip":
        raw[raw.find(full.images.tobytes()[:64]) + 1000] ^= 1  # one bit of one pixel
    path.write_bytes({"cut": raw[: len(raw) // 2], "flip": raw, "empty": b"", "other": b"no archive"}[harm])
    with pytest.warns(UserWarning, match=f"{path.name} is damaged .* made anew"):
        again = cached("made", {}, lambda: full)
    assert again is full and cached("made", {}, never).fingerprint == full.fingerprint


def test_a_build_that_fails_leaves_nothing(full, own_cache):
    def fail():
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        cached("made", {}, fail)
    assert {path.suffix for path in own_cache.iterdir()} == {".lock"}
    assert cached("made", {}, lambda: full) is full  # and the lock is free again


def test_a_write_that_stops_half_way_leaves_nothing(full, own_cache, monkeypatch):
    def stop(file, **arrays):
        file.write(b"half")
        raise OSError("No space left on device")

    monkeypatch.setattr(np, "savez", stop)
    with pytest.warns(UserWarning, match="no copy of made is kept in .*No space left"):
        assert cached("made", {}, lambda: full) is full
    assert {path.suffix for path in own_cache.iterdir()} == {".lock"}


def test_a_cache_folder_that_cannot_be_made_only_warns(full, tmp_path, monkeypatch):
    (tmp_path / "file").write_text("", encoding="utf-8")
    monkeypatch.setenv("FER_LIB_CACHE", str(tmp_path / "file" / "cache"))
    with pytest.warns(UserWarning, match="FER_LIB_CACHE"):
        assert cached("made", {}, lambda: full) is full


def test_two_processes_at_once_build_once(tmp_path, own_cache):
    script = """
import sys, time, numpy as np
from pathlib import Path
from fer_lib.datasets import FaceDataset
from fer_lib.datasets.cache import cached
def build():
    with open(sys.argv[1], "a") as log:
        log.write("built\\n")
    time.sleep(1)
    return FaceDataset("made", np.full((9, 1, 48, 48), 7, np.uint8), np.zeros(9), ("happy",))
print(cached("made", {"n": 9}, build).images.sum())
"""
    log = tmp_path / "log"
    processes = [
        subprocess.Popen([sys.executable, "-c", script, str(log)], stdout=subprocess.PIPE, encoding="utf-8")
        for _ in range(3)
    ]
    answers = [process.communicate(timeout=60)[0].strip() for process in processes]
    assert answers == [str(7 * 9 * 48 * 48)] * 3 and log.read_text(encoding="utf-8") == "built\n"


def test_a_tree_is_known_by_names_sizes_and_times(ck48_tree, tmp_path):
    before = digest([ck48_tree])
    moved = ck48_tree.rename(tmp_path / "elsewhere")
    assert digest([moved]) == before
    file = next(moved.rglob("*.png"))
    stat = file.stat()
    os.utime(file, ns=(stat.st_atime_ns, stat.st_mtime_ns + 1))
    assert digest([moved]) != before
    os.utime(file, ns=(stat.st_atime_ns, stat.st_mtime_ns))
    assert digest([moved]) == before
    file.rename(file.with_name("S099_001_00000001.png"))
    assert digest([moved]) != before


def test_a_linked_folder_is_looked_into_and_a_dead_link_is_not_in_the_way(ck48_tree, tmp_path, picture):
    root = tmp_path / "linked"
    root.mkdir()
    (root / "CK+48").symlink_to(ck48_tree)
    (root / "dead").symlink_to(tmp_path / "nowhere")
    before = digest([root])
    picture(ck48_tree / "fear/S010_001_00000010.png")
    assert digest([root]) != before


def test_what_is_hidden_is_not_part_of_a_tree(ck48_tree, text):
    before = digest([ck48_tree])
    for name in (".DS_Store", "fear/.DS_Store", "fear/._S010_001_00000007.png", ".git/config"):
        text(ck48_tree / name, "x")
    assert digest([ck48_tree]) == before


def test_files_of_code_and_their_digest_stay_as_they_were():
    """Stored measurements of the twin are known by it."""
    from fer_lib.datasets.synthetic import MADE_FROM

    sha = hashlib.sha256(b"".join(path.read_bytes() + b"/" for path in MADE_FROM))
    assert digest(MADE_FROM, contents=True) == sha.hexdigest()


@pytest.mark.parametrize("name, file", [("fer2013", "fer2013.csv"), ("tfd", "TFD_48x48.mat")])
def test_a_set_in_one_file_is_known_by_that_file(tmp_path, text, name, file):
    text(path := tmp_path / "set" / file, "")
    assert {locate(name, root) for root in (path, path.parent, tmp_path)} == {path}


def test_a_note_beside_the_table_does_not_make_a_set_anew(tmp_path, own_cache, text):
    pixels = " ".join(["7"] * 48 * 48)
    usages = "Training", "PublicTest", "PrivateTest"
    rows = [f"{emotion},{pixels},{usage}" for emotion in range(7) for usage in usages]
    text(tmp_path / "fer2013/fer2013.csv", "\n".join(["emotion,pixels,Usage", *rows]))
    first = load_dataset("fer2013", tmp_path / "fer2013")
    text(tmp_path / "fer2013/example_submission.csv", "x")
    again = load_dataset("fer2013", tmp_path / "fer2013")
    assert again.fingerprint == first.fingerprint and len(list(own_cache.glob("*.npz"))) == 1


def test_load_dataset_reads_the_copy_until_the_tree_changes(ck48_tree, own_cache, monkeypatch, picture):
    from fer_lib.datasets import reading

    first = load_dataset("ck48", ck48_tree)
    with monkeypatch.context() as patch:
        patch.setattr(reading, "read_pictures", lambda *_: never())
        assert load_dataset("ck48", ck48_tree).fingerprint == first.fingerprint
        assert (
            load_dataset("ck48", ck48_tree, size=48).images.shape[-1] == 48
        )  # the copy has the size of the files
        with pytest.raises(AssertionError, match="although"):
            load_dataset("ck48", ck48_tree, cache=False)
        time.sleep(0.01)
        picture(ck48_tree / "happy/S010_004_00000007.png", 99)
        with pytest.raises(AssertionError, match="although"):
            load_dataset("ck48", ck48_tree)
    assert load_dataset("ck48", ck48_tree).fingerprint != first.fingerprint


def test_a_changed_loader_does_not_read_an_old_copy(ck48_tree, own_cache, monkeypatch, tmp_path):
    from fer_lib.datasets import ck48

    load_dataset("ck48", ck48_tree)
    edited = tmp_path / "ck48.py"
    edited.write_text(Path(ck48.__file__).read_text(encoding="utf-8") + "\n# edited\n", encoding="utf-8")
    monkeypatch.setattr(ck48, "__file__", str(edited))
    load_dataset("ck48", ck48_tree)
    assert len(list(own_cache.glob("ck48-*.npz"))) == 2


def test_a_folder_or_file_that_may_not_be_read_is_noticed(ck48_tree, shut, nobody):
    root, closed = shut(ck48_tree, "happy")
    closed.chmod(0o755)
    with nobody():
        before = digest([root])
    seen = {before}
    for mode in (0, 0o444):                         # not to be listed; to be listed, and nothing in it to be opened
        closed.chmod(mode)
        with nobody():
            seen.add(digest([root]))
    closed.chmod(0o755)
    file = next(closed.iterdir())
    file.chmod(0)
    with nobody():
        seen.add(digest([root]))
    assert len(seen) == 4
    file.chmod(0o644)
    with nobody():
        assert digest([root]) == before


def test_links_in_circles_come_to_an_end(ck48_tree):
    for name in "abcdef":                           # each way leads to each: as a tree they would have no end
        (ck48_tree / name).symlink_to(ck48_tree, target_is_directory=True)
        (ck48_tree / "happy" / name).symlink_to(ck48_tree / "fear", target_is_directory=True)
    assert digest([ck48_tree]) == digest([ck48_tree])


def test_a_link_that_leads_nowhere_is_noticed(ck48_tree):
    before = digest([ck48_tree])
    (ck48_tree / "happy/dead.png").symlink_to(ck48_tree / "nowhere")
    assert digest([ck48_tree]) != before


def test_names_of_any_bytes(ck48_tree, own_cache):
    (ck48_tree / "happy" / os.fsdecode(b"\xff.txt")).touch()
    (next((ck48_tree / "happy").glob("*.png"))).rename(ck48_tree / "happy" / os.fsdecode(b"\xff.png"))
    faces = load_dataset("ck48", ck48_tree)
    again = load_dataset("ck48", ck48_tree)
    assert again.fingerprint == faces.fingerprint and again.report == faces.report and faces.summary().encode()
    assert len(list(own_cache.glob("*.npz"))) == 1
