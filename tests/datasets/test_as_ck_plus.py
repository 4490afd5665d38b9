"""The twin written to disk as CK+ is: folders, files, and what the loader of CK+ reads back."""
import re
import signal
import subprocess
import sys

import numpy as np
import pandas as pd
import pytest
from PIL import Image

from fer_lib import faces as drawn
from fer_lib.datasets import EXPRESSIONS, load_dataset, subject_folds
from fer_lib.datasets.synthetic import FRAME, intensity_table, main, sample, write_as_ck_plus

TINY = {"subjects": 2, "sequences": 2, "progress": False}

pytestmark = pytest.mark.filterwarnings("ignore:(synthetic|ck_plus). not one image")


def units_alike(one: pd.DataFrame, other: pd.DataFrame) -> pd.Series:
    """Rows (N,) in which two tables of action units say the same, a column that only one has counting as 0."""
    columns = list(one.columns.union(other.columns))
    one, other = (table.reindex(columns=columns, fill_value=0).reset_index(drop=True) for table in (one, other))
    return (one == other).all(axis=1)


# The files


@pytest.fixture(scope="module")
def as_ck_plus(tmp_path_factory):
    """Two subjects' three sequences on disk, and the people and frames that they show."""
    folder = tmp_path_factory.mktemp("twin") / "new" / "CK+"
    write_as_ck_plus(folder, subjects=2, sequences=3, seed=1, progress=False)
    return folder, sample(subjects=2, sequences=3, seed=1)


def test_the_layout_is_that_of_ck_plus(as_ck_plus):
    folder, (_, frames) = as_ck_plus
    assert sorted(path.name for path in folder.iterdir()) == ["Emotion", "FACS", "cohn-kanade-images"]
    files = {path.relative_to(folder).as_posix() for path in folder.rglob("*.*")}
    expected = set()
    for k, frame in enumerate(frames):
        place, file = frame.sequence.replace("_", "/"), f"{frame.sequence}_{k % 4 + 1:08d}"
        expected.add(f"cohn-kanade-images/{place}/{file}.png")
        if k % 4 == 3:
            expected |= {f"Emotion/{place}/{file}_emotion.txt", f"FACS/{place}/{file}_facs.txt"}
    assert files == expected
    assert not list(folder.parent.glob("*.partial*"))


def test_files_are_written_as_in_the_distribution(as_ck_plus):
    folder, (_, frames) = as_ck_plus
    name, apex = frames[3].sequence, frames[3]
    place = name.replace("_", "/")
    number = EXPRESSIONS.index(apex.label)
    assert (folder / f"Emotion/{place}/{name}_00000004_emotion.txt").read_text("utf-8") == f"   {number}.0000000e+00\n"
    lines = (folder / f"FACS/{place}/{name}_00000004_facs.txt").read_text(encoding="utf-8").splitlines()
    shown = {unit: max(intensities.get(unit, 0) for intensities in drawn.by_side(apex.action_units).values())
             for unit in drawn.ACTION_UNITS}
    fifths = {int(unit[2:]): int(np.ceil(5 * intensity)) for unit, intensity in shown.items() if intensity}
    assert [tuple(map(float, line.split())) for line in lines] == list(fifths.items())
    assert all(re.fullmatch(r"   \d\.\d0{6}e\+0[01]   [1-5]\.0{7}e\+00", line) for line in lines)
    for picture in folder.glob("cohn-kanade-images/*/*/*.png"):
        with Image.open(picture) as image:
            assert image.size == FRAME == (640, 490) and image.mode == "L"


def compare(read, frames, people) -> list[str]:
    """Checks that what the CK+ loader read is what was drawn; returns the files of faces that it missed."""
    position = {f"cohn-kanade-images/{f.sequence.replace('_', '/')}/{f.sequence}_{k % 4 + 1:08d}.png": k
                for k, f in enumerate(frames)}
    at = np.array([position[file] for file in read.files])
    missed = read.report.get("no face found", [])
    assert sorted([*read.files, *missed]) == sorted(position) and set(read.report) <= {"no face found"}
    chosen = [frames[k] for k in at]
    assert [read.classes[label] for label in read.labels] == [frame.label for frame in chosen]
    assert read.sequences.tolist() == [frame.sequence for frame in chosen]
    subjects = np.array([people[frame.subject].name for frame in frames])
    assert (read.subjects == subjects[at]).all() and (read.folds == subject_folds(subjects)[at]).all()
    coded, apex = at % 4 > 0, intensity_table(frames).iloc[at // 4 * 4 + 3]     # CK+ codes the last frame
    assert read.action_units[~coded].isna().all(axis=None)
    assert units_alike(read.action_units[coded], (apex > 0).astype("float32")[coded]).all()
    assert units_alike(read.intensities[coded], np.ceil(5 * apex)[coded]).all()
    return missed


def test_the_ck_plus_loader_reads_it_back(as_ck_plus):
    folder, (people, frames) = as_ck_plus
    read = load_dataset("ck_plus", folder, cache=False, progress=False)
    assert compare(read, frames, people) == [] and read.images.shape == (12, 1, 96, 96)
    for frame, found in zip(frames[::4], read.images[::4, 0], strict=True):
        # the detector's box shows what the twin's own crop shows, if not at the same height
        crop = drawn.render_frame(people[frame.subject], frame)[16:64, 16:80].ravel()
        assert max(np.corrcoef(crop, found[row:row + 48, 16:80].ravel())[0, 1] for row in range(48)) > .6


def test_a_folder_that_is_there_is_left_alone(tmp_path):
    (tmp_path / "kept").write_text("mine", encoding="utf-8")
    with pytest.raises(FileExistsError, match=f"{tmp_path} exists; name a new folder, or delete it first"):
        write_as_ck_plus(tmp_path, **TINY)
    assert [path.name for path in tmp_path.iterdir()] == ["kept"]


@pytest.mark.parametrize("error", [KeyboardInterrupt, OSError("No space left on device")])
def test_what_fails_half_way_leaves_nothing(tmp_path, monkeypatch, error):
    def half(people, frames, **_):
        yield [0, 1], [np.zeros((490, 640), np.uint8)] * 2
        assert list(tmp_path.rglob("*_00000001.png"))               # something is there by now
        raise error

    monkeypatch.setattr(drawn, "subject_by_subject", half)
    with pytest.raises(type(error) if isinstance(error, OSError) else error):
        write_as_ck_plus(tmp_path / "CK+", **TINY)
    assert list(tmp_path.iterdir()) == []


def test_one_that_was_killed_never_looks_complete(tmp_path):
    script = """
import os, signal, sys
import numpy as np
from fer_lib import faces
from fer_lib.datasets.synthetic import write_as_ck_plus
def half(people, frames, **_):
    yield [0], [np.zeros((490, 640), np.uint8)]
    os.kill(os.getpid(), signal.SIGKILL)
faces.subject_by_subject = half
write_as_ck_plus(sys.argv[1], subjects=2, sequences=2)
"""
    folder = tmp_path / "CK+"
    result = subprocess.run([sys.executable, "-c", script, str(folder)], timeout=60)
    assert result.returncode == -signal.SIGKILL and not folder.exists()
    assert all(".partial-" in path.name for path in tmp_path.iterdir())


def test_options_of_other_sets_are_refused(tmp_path):
    for options in ({"part": "probe"}, {"size": 48}):
        with pytest.raises(TypeError, match=next(iter(options))):
            write_as_ck_plus(tmp_path / "CK+", **options)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.slow
def test_the_whole_twin_survives_the_way_through_ck_plus(tmp_path):
    """About 8 minutes on 2 free cores: 1,308 frames drawn, written, their faces found and cropped."""
    write_as_ck_plus(tmp_path / "CK+")
    people, frames = sample()
    read = load_dataset("ck_plus", tmp_path / "CK+", cache=False)
    missed = compare(read, frames, people)
    print(f"{len(read)} of {len(frames)} faces found; missed: {missed}")
    assert len(read) >= .98 * len(frames)


# The command


@pytest.mark.parametrize("arguments, message", [
    ([], "the following arguments are required: --as-ck-plus"),
    (["--as-ck-plus", "{}/there"], "there exists; name a new folder, or delete it first"),
    (["--as-ck-plus", "{}/new", "--subjects", "3", "--sequences", "2"], "sequences at least as many, not 3 and 2"),
    (["--as-ck-plus", "{}/new", "--subjects", "1", "--sequences", "1", "--furrows=-1"], "furrows must be 0 or more"),
    (["--as-ck-plus", "{}/new", "--subjects", "many"], "invalid int value: 'many'"),
    (["--as-ck-plus", "{}/new", "--padding", "1"], "unrecognized arguments: --padding 1"),
])
def test_a_command_that_cannot_be_done_says_why(tmp_path, capsys, arguments, message):
    (tmp_path / "there").mkdir()
    with pytest.raises(SystemExit) as exit:
        main([argument.format(tmp_path) for argument in arguments])
    assert exit.value.code == 2 and message in capsys.readouterr().err
    assert [path.name for path in tmp_path.iterdir()] == ["there"]


def test_the_command_says_how_to_read_what_it_wrote(tmp_path):
    folder = tmp_path / "my CK+"
    command = [sys.executable, "-m", "fer_lib.datasets.synthetic", "--as-ck-plus", str(folder),
               "--subjects", "1", "--sequences", "1", "--seed", "2", "--furrows", "0"]
    result = subprocess.run(command, capture_output=True, encoding="utf-8", timeout=120)
    assert result.returncode == 0, result.stderr
    assert result.stdout == f"{folder}: read it with load_dataset('ck_plus', root={str(folder)!r})\n"
    assert len(load_dataset("ck_plus", folder, detect=True, cache=False)) == 4
