"""Runs are whole or absent: whoever dies at whatever moment, and however many processes want the same one."""
import dataclasses
import shutil
from pathlib import Path

import numpy as np
import pytest
from filelock import FileLock
from training_faces import DROPOUT as RECIPE
from training_faces import QUICK, Killed, changed_faces, decided, found, never, seal_again
from training_faces import toy_of_a_version as toy

from fer_lib.runs import run as run_folder
from fer_lib.runs import store as runs
from fer_lib.runs.store import load_or_train, stored_runs
from fer_lib.training import train

pytestmark = [pytest.mark.usefixtures("one_thread", "own_folders"), pytest.mark.filterwarnings("error::UserWarning")]


@pytest.mark.parametrize("recipe, fold, error", [
    (dataclasses.replace(RECIPE, rate=1e6), 0, FloatingPointError), (RECIPE, 10, ValueError),
])
def test_a_training_that_fails_leaves_no_run(tmp_path, recipe, fold, error):
    for _ in range(2):
        with pytest.raises(error) as raised:                # its traceback keeps what the call has made, the lock too
            load_or_train(toy(), recipe, fold, store=tmp_path, progress=False)
        (lock,) = tmp_path.glob("*.lock")
        with FileLock(lock, timeout=0):
            assert raised.value, "and the lock is free again"
    assert not list(tmp_path.glob("*/config.json")) and stored_runs(tmp_path) == []


@pytest.mark.parametrize("moment, fresh", [
    ("half of its files are written", False), ("half of its files are written", True), ("the old one goes", True),
    ("it gets its name", False), ("it gets its name", True),
    ("its checkpoint goes", False), ("its checkpoint goes", True),
])
def test_one_that_dies_while_it_is_written_is_there_the_next_time(store, folder, monkeypatch, moment, fresh):
    """From its last checkpoint, not from its first step; fresh: over a run that was made with something else."""
    before = decided(folder)
    if fresh:
        (folder / "history.csv").write_text("step,loss\n1,2\n", encoding="utf-8")
        seal_again(folder, training_version=0)
    else:
        shutil.rmtree(folder)
    partial = runs.partial(folder)
    owner, does, where = {"half of its files are written": (run_folder, "write_whole", partial / "whole/metrics.json"),
                          "the old one goes": (Path, "rename", folder),
                          "it gets its name": (Path, "rename", partial / "whole"),
                          "its checkpoint goes": (shutil, "rmtree", partial)}[moment]
    really = getattr(owner, does)

    def die_there(path, *args, **options):
        if path == where:
            raise Killed
        return really(path, *args, **options)

    with monkeypatch.context() as patch:
        patch.setattr(owner, does, die_there)
        with pytest.raises(Killed):
            load_or_train(toy(), RECIPE, store=store, fresh=fresh, progress=False)

    def from_the_end(*args, state, **options):
        assert state.step == 20
        return train(*args, state=state, **options)

    monkeypatch.setattr(runs, "train", never if moment == "its checkpoint goes" else from_the_end)
    load_or_train(toy(), RECIPE, store=store, fresh=fresh, progress=False)
    assert decided(folder) == before and not partial.exists()


def test_what_a_killed_one_left_is_not_in_the_way(store, folder):
    shutil.copytree(folder, runs.partial(folder) / "old")
    shutil.copytree(folder, runs.partial(folder) / "whole")
    load_or_train(changed_faces(), RECIPE, store=store, fresh=True, progress=False)
    assert found(store, changed_faces(), fresh=True).folder == folder and not runs.partial(folder).exists()


# Several processes

KILLS = 5


def only_run(store):
    (path,) = Path(store).glob("*/config.json")
    return path.parent


def test_two_processes_train_it_once(tmp_path, start):
    logs = [tmp_path / "one", tmp_path / "two"]
    processes = [start(str(tmp_path / "store"), str(log), QUICK, pause=1.5) for log in logs]
    for process in processes:
        process.join(60)
    one, two = sorted((log.read_text("utf-8").splitlines() for log in logs), key=lambda lines: lines[0] != "training")
    assert one[0] == "training" and two[0].endswith("is being trained by another process: waiting for it")
    assert len(one) == len(two) == 2 and one[1] == two[1]


def test_two_fresh_processes_make_the_same_bytes(tmp_path, start):
    """On two threads each, with images that are large enough to be shared between them."""
    recipe = {"batch": 16, "steps": 4, "every": 2, "augment": True, "dropout": True}
    for name in ("one", "two"):
        start(str(tmp_path / name), str(tmp_path / "log"), recipe, size=48, threads=2).join(120)
    assert decided(only_run(tmp_path / "one")) == decided(only_run(tmp_path / "two"))


@pytest.mark.parametrize("other", [
    {}, {"bias": True, "decay": .1, "rescale": False, "decay_biases": False, "replacement": False},
])
def test_one_that_is_killed_again_and_again_ends_as_if_it_had_not_been(tmp_path, start, other):
    recipe = {"batch": 4, "steps": 48, "every": 8, "augment": True, "dropout": True} | other
    straight = start(str(tmp_path / "straight"), str(tmp_path / "log"), recipe)
    straight.join(120)
    folder = only_run(tmp_path / "straight")
    checkpoint = runs.partial(tmp_path / "killed" / folder.name) / "checkpoint.safetensors"
    random, kills = np.random.default_rng(0), 0
    for _ in range(KILLS):
        process = start(str(tmp_path / "killed"), str(tmp_path / "log of the killed"), recipe, save_every=0.)
        for _ in range(random.integers(0, 4)):              # so many more checkpoints, and a moment
            before = changed_at(checkpoint)
            while process.is_alive() and changed_at(checkpoint) == before:
                process.join(.002)
        process.join(random.uniform(0, .05))
        process.kill()
        process.join()
        kills += process.exitcode == -9
    assert kills == KILLS and not list((tmp_path / "killed").glob("*/config.json"))
    start(str(tmp_path / "killed"), str(tmp_path / "log of the killed"), recipe).join(120)
    assert decided(only_run(tmp_path / "killed")) == decided(folder)


def changed_at(path):
    return path.stat().st_mtime_ns if path.exists() else 0
