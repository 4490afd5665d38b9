"""Paths from every side: what people write, and where it leads."""
import getpass
import json
import os
import shutil
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from training_faces import QUICK, toy, toy_file

from fer_lib.datasets import load_dataset, load_file
from fer_lib.datasets.cache import cache_folder
from fer_lib.datasets.synthetic import write_as_ck_plus
from fer_lib.runs import grid
from fer_lib.runs import store as runs
from fer_lib.runs.store import load_or_train, read_run, run_for, stored_runs
from fer_lib.system.paths import OF_A_RUN, expand, run_folder
from fer_lib.training import Recipe

NAMES = st.text(st.characters(exclude_characters="/\0$~", exclude_categories=["Cs"]), min_size=1)


@pytest.fixture
def home(tmp_path, monkeypatch):
    """A home folder, which is not the one that commands are started in."""
    (tmp_path / "home").mkdir()
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.setenv("PLACE", str(tmp_path / "home/place"))
    return tmp_path / "home"


@pytest.mark.parametrize("path, below", [
    ("~", ""), ("~/runs", "runs"), (Path("~/runs"), "runs"), ("~/a b/ü", "a b/ü"), ("$HOME/runs", "runs"),
    ("${HOME}/runs", "runs"), ("$PLACE", "place"), ("~/$PLACE_2", "$PLACE_2"), ("runs", "../here/runs"),
    ("./~/runs", "../here/~/runs"), ("a/~", "../here/a/~"), (".", "../here"),
])
def test_what_is_written_is_expanded(home, path, below):
    (home / "$PLACE_2").mkdir()                         # is really called so
    assert os.path.normpath(expand(path)) == os.path.normpath(home / below) and expand(path).is_absolute()
    assert expand(expand(path)) == expand(path)


def test_the_home_folder_of_a_user_by_name(monkeypatch):
    monkeypatch.delenv("HOME")
    assert expand(f"~{getpass.getuser()}/runs") == Path.home() / "runs"


@given(st.lists(NAMES, min_size=1))
def test_other_names_stay_as_they_are_written(names):
    path = "/" + "/".join(names)
    assert expand(path) == Path(path) == expand(Path(path))


@pytest.mark.parametrize("path, message", [
    ("", "must not be empty"), (" ", "must not be empty"), ("\n", "must not be empty"), ("a\0b", "NUL"),
    ("~no-such-user/runs", "there is no user 'no-such-user'.* is ./~no-such-user/runs"),
    ("$NO_SUCH_VARIABLE/runs", "there is no environment variable NO_SUCH_VARIABLE"), ("${NO_SUCH}", "NO_SUCH"),
    ("s3://bucket/runs", "s3://bucket/runs is an address"), ("file:///runs", "is an address"),
    (2013, "must be a text, not 2013"), (None, "must be a text, not None"), (False, "not False"), (b"/a", "not b'/a'"),
])
def test_what_is_no_path_is_an_error_that_says_so(path, message):
    with pytest.raises(ValueError, match=f"store.*{message}|{message}"):
        expand(path, "store")


# Every side that a path comes from


@pytest.fixture(scope="module")
def made(tmp_path_factory, one_thread):
    return load_or_train(toy(), Recipe.quick(**QUICK), store=tmp_path_factory.mktemp("made"), progress=False).folder


@pytest.fixture
def original(home, made, own_folders):
    """A run of the toy set in a store below the home folder."""
    return shutil.copytree(made, home / "runs" / made.name)


def test_a_store_below_the_home_folder_is_there(home, original, monkeypatch):
    for path in (f"~/runs/{original.name}", Path("~/runs") / original.name, f"$HOME/runs/{original.name}"):
        assert read_run(path).folder == run_for(toy(), path).folder == original
    assert [run.folder for run in stored_runs("~/runs")] == [original]
    monkeypatch.setattr(runs, "train", None)
    assert load_or_train(toy(), Recipe.quick(**QUICK), store="$HOME/runs").folder == original


def test_the_cache_is_where_fer_lib_cache_says(home, monkeypatch):
    for told, found in (("~/kept", home / "kept"), ("$PLACE/kept", home / "place/kept"), ("kept", Path.cwd() / "kept")):
        monkeypatch.setenv("FER_LIB_CACHE", told)
        assert cache_folder() == found
    monkeypatch.setenv("FER_LIB_CACHE", "")             # as if it were not set
    assert cache_folder().is_absolute()
    monkeypatch.setenv("FER_LIB_CACHE", "~no-such-user")
    with pytest.raises(ValueError, match="no user 'no-such-user'"):
        cache_folder()


def test_a_list_is_trained_into_the_home_folder(home, one_thread, own_folders):
    (home / "data").mkdir()
    toy_file(home / "data")
    (home / "list.yml").write_text("- {faces: {name: synthetic, size: 48}, recipe: quick, "
                                   "changes: {steps: 2, every: 2, batch: 4}}\n", encoding="utf-8")
    [outcome] = grid.train_all(grid.read_jobs("~/list.yml"), store="~/runs", progress=False,
                               sources={"synthetic": "~/data/toy.npz"})
    assert not outcome.failed and outcome.run.parent == home / "runs" and list(Path.cwd().iterdir()) == []


def test_sets_below_the_home_folder_are_found(home, own_folders):
    pictures = home / "set/happy"
    pictures.mkdir(parents=True)
    from PIL import Image
    rng = np.random.default_rng(0)
    for who in range(12):
        Image.fromarray(rng.integers(0, 256, (48, 48), dtype=np.uint8)).save(pictures / f"S{who:03}_001_00000001.png")
    (home / "units.csv").write_text("sequence,AU12\nS001_001,1\n", encoding="utf-8")
    faces = load_dataset("ck48", "~/set", size=48, au_table="~/units.csv", progress=False)
    assert faces.action_units["AU12"].sum() == 1 and faces.parameters["au_table"] == str(home / "units.csv")
    [job] = grid.jobs_of({"name": "ck48", "size": 48, "au_table": "$HOME/units.csv"})
    assert job.load({"ck48": "$HOME/set"}).fingerprint == faces.fingerprint
    toy_file(home)
    assert len(load_file("~/toy.npz", "synthetic", size=48)) == 40
    with pytest.raises(FileNotFoundError, match=f"{home}/none does not exist"):
        load_dataset("ck48", "~/none", progress=False)


def test_the_twin_is_written_below_the_home_folder(home):
    (home / "twin").mkdir()
    with pytest.raises(FileExistsError, match=f"^{home}/twin exists"):
        write_as_ck_plus("~/twin", subjects=1, sequences=1, progress=False)


# Whoever is told to delete something is told rightly


def test_a_folder_that_is_not_there_is_nothing_to_delete(home):
    with pytest.raises(FileNotFoundError, match=f"^{home}/good does not exist") as error:
        read_run("~/good")
    assert "elete" not in str(error.value)


def test_a_store_a_file_and_somebody_s_folder_are_told_for_what_they_are(home, original):
    with pytest.raises(ValueError, match=f"{home}/runs is a store of 1 runs; .* such as {original}"):
        read_run("~/runs")
    with pytest.raises(NotADirectoryError, match=f"config.json is a file; .* Name its folder, {original}"):
        read_run(original / "config.json")
    (home / "photographs").mkdir()
    (home / "photographs/1.png").touch()
    for folder in (home, home / "photographs"):
        with pytest.raises(ValueError, match=f"^{folder} holds no run") as error:
            run_for(toy(), folder)
        assert "elete" not in str(error.value)


@pytest.mark.parametrize("file", ["config.json", "metrics.json"])
def test_a_folder_of_another_program_is_not_to_be_deleted(home, file):
    (home / "project").mkdir()
    (home / "project" / file).write_text(json.dumps({"model_type": "bert"}), encoding="utf-8")
    with pytest.raises(ValueError, match=f"project holds no run: of .* it has {file}") as error:
        read_run("~/project")
    assert "elete" not in str(error.value)


@pytest.mark.parametrize("name", sorted({*OF_A_RUN} - {"weights.safetensors"}))
def test_what_is_left_of_a_run_may_be_deleted(original, name, tmp_path):
    folder = shutil.copytree(original, tmp_path / "copy")
    (folder / name).unlink()
    with pytest.raises(ValueError, match=f"{folder} is not a whole run.*{name}.*Delete the folder to train it again"):
        read_run(folder)
    assert run_folder(folder) == folder
