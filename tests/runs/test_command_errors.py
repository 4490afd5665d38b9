"""What the command that trains a list cannot do, it says in a sentence before anything is trained."""
import os
import re
from pathlib import Path

import numpy as np
import pytest
from forked import completed

from fer_lib.runs import __main__ as command
from fer_lib.runs import estimate
from fer_lib.runs import store as runs
from fer_lib.runs.__main__ import main

pytestmark = [pytest.mark.usefixtures("one_thread", "own_folders", "untimed"),
              pytest.mark.filterwarnings("error::UserWarning")]


def ended(arguments, capsys) -> tuple[int, str]:
    """A command's status and what it says on stderr."""
    with pytest.raises(SystemExit) as exit:
        main([str(argument) for argument in arguments])
    return exit.value.code, capsys.readouterr().err


def test_what_needs_more_memory_than_there_is_is_found_before_anything_is_trained(given, tmp_path, capsys, monkeypatch):
    def train(*_, **__):
        raise RuntimeError("can't allocate memory: you tried to allocate 2359296000000 bytes.\nmore of it")

    monkeypatch.setattr(estimate, "train", train)
    monkeypatch.setattr(command, "seconds_a_step", estimate.seconds_a_step)
    assert ended(given(), capsys) == (1, "synthetic 48, CNN+D, fold 1, seed 0 cannot be trained here: can't allocate "
                                         "memory: you tried to allocate 2359296000000 bytes.\n")


@pytest.mark.parametrize("text, message", [
    ("- {faces: {name: tfd}}\n- {faces: {name: synthetic, size: 48}, changes: {selection: test}, folds: [3, 11]}",
     "list.yml, item 2: folds must be whole numbers from 0 to 9, each once, not 11"),
    ("- {faces: {name: synthetic, size: 47}}", "list.yml, item 1: faces.size must be one of 96, 48, not 47"),
    ("- {faces: {name: synthetic, size: 48, seed: 4}}\n- {faces: {name: synthetic, size: 48, subjects: 9}}",
     "list.yml, item 1: .*toy.npz holds synthetic with seed=0, not 4\n.*list.yml, item 2: .*subjects=None, not 9"),
    ("- {faces: {name: synthetic, size: 48, classes: 8}}", "list.yml, item 1: synthetic has no images labelled cont"),
    ("- {faces: {name: tfdd}}", "list.yml, item 1: faces.name must be one of"),
    ("", "list.yml must be a list of items"), ("\t- x", "list.yml is not YAML, line 1"),
])
def test_a_mistake_is_found_before_anything_is_trained(given, tmp_path, capsys, text, message):
    status, said = ended(given(text), capsys)
    assert status == 1 and not (tmp_path / "store").exists() and re.search(message, said), said


def damaged(content: bytes):
    def make(folder: Path) -> str:
        (folder / "damaged.npz").write_bytes(content)
        return "damaged.npz"
    return make


def of(**arrays):
    def make(folder: Path) -> str:
        np.savez(folder / "other.npz", **arrays)
        return "other.npz"
    return make


def an_array(folder: Path) -> str:
    np.save(folder / "array.npy", np.zeros(3))
    return "array.npy"


def cut_short(folder: Path) -> str:
    (folder / "short.npz").write_bytes((folder / "toy.npz").read_bytes()[:-30])
    return "short.npz"


def a_pipe(folder: Path) -> str:
    os.mkfifo(folder / "pipe.npz")
    return "pipe.npz"


@pytest.mark.parametrize("make", [
    lambda folder: "list.yml", lambda folder: "none.npz", lambda folder: ".", damaged(b""), damaged(b"PK"),
    damaged(b"PK\x03\x04" + bytes(100)), cut_short, an_array, a_pipe, of(images=np.zeros(2)), of(text=np.array("{")),
    of(text=np.array("[1]")), of(text=np.array("{}")), of(text=np.array('{"name": "faces"}')),
    of(text=np.array('{"name": ["tfd"]}')), of(text=np.zeros(3)),
])
def test_a_file_that_holds_no_set_is_an_error(given, tmp_path, capsys, make):
    basic = given()
    status, said = ended([*basic[:-2], "--data", tmp_path / make(tmp_path)], capsys)
    assert status == 2 and "is no file of `python -m fer_lib.datasets`" in said.replace("\n", " ")


@pytest.mark.parametrize("more, message", [
    (["--data", ""], "argument --data: a path must not be empty"),
    (["--data", "{}/toy.npz"], "argument --data: synthetic has a place already, {}/toy.npz; give it one"),
    (["--root", "fer2013"], "argument --root: 'fer2013' must be a set and where it lies, such as fer2013=~/fer2013"),
    (["--root", "faces={}"], "'faces={}' must be a set and where it lies"),
    (["--root", "tfd="], "'tfd=' must be a set and where it lies"), (["--root", "={}"], "must be a set and where it"),
    (["--root", "tfd={}/none"], "argument --root: {}/none does not exist"),
    (["--root", "tfd=~no-such-user"], "argument --root: ~no-such-user: there is no user 'no-such-user'"),
    (["--root", "tfd={}", "--root", "tfd={}/book"], "argument --root: {}/book does not exist"),
    (["--root", "tfd={}", "--root", "tfd={}"], "argument --root: tfd has a place already, {}; give it one"),
    (["--store", "{}/toy.npz"], "argument --store: {}/toy.npz is a file; a folder is needed"),
    (["--store", "{}/toy.npz/runs"], "argument --store: {}/toy.npz is a file; a folder is needed"),
    (["--store", ""], "argument --store: a path must not be empty"),
    (["--device", "gpu"], "argument --device: 'gpu' is no device: cpu, cuda, or cuda:1 for the second GPU"),
    (["--device", ""], "'' is no device"), (["--device", "cuda:x"], "'cuda:x' is no device"),
    (["--device", "cpu:0"], "'cpu:0' is no device"), (["--device", "meta"], "'meta' is no device"),
    (["--device", "cuda:99"], "argument --device: cuda:99 is not here: torch "),
    (["--scheduler", "host"], "argument --scheduler: 'host' is no address of a Dask scheduler, which is tcp://HOST"),
    (["--scheduler", "http://host:8786"], "argument --scheduler: 'http://host:8786' is no address"),
    (["--steps", "3"], "unrecognized arguments: --steps 3"),
])
def test_an_argument_that_makes_no_sense_is_one_sentence_below_the_usage(given, tmp_path, capsys, monkeypatch, more,
                                                                         message):
    monkeypatch.setattr(command, "read_jobs", None)             # it is not come to that
    status, said = ended([*given(), *(each.format(tmp_path) for each in more)], capsys)
    assert status == 2 and message.format(*[tmp_path] * 2) in said.splitlines()[-1]
    assert not (tmp_path / "store").exists()


def test_a_device_of_a_worker_need_not_be_here(given, capsys, monkeypatch):
    monkeypatch.setattr(command, "train_all", lambda *_, device, **__: print(f"on {device}") or [])
    main(given(given.list, "--scheduler", "host:8786", "--device", "cuda:99"))
    out = capsys.readouterr().out
    assert "on the workers of tcp://host:8786" in out and out.endswith("on cuda:99\n")


def test_where_no_scheduler_answers_is_a_sentence(given, tmp_path):
    script = "from fer_lib.runs import cluster, __main__ as command\ncluster.TIMEOUT = .3\ncommand.main()"
    (tmp_path / "script.py").write_text(script, encoding="utf-8")
    result = completed(tmp_path / "script.py", *given(), "--scheduler", "127.0.0.1:9")
    assert result.returncode == 1
    assert result.stderr == "no Dask scheduler answers at tcp://127.0.0.1:9 within 0.3 seconds\n"
    assert not list(tmp_path.glob("store/*/config.json"))


def test_a_store_that_cannot_be_written_is_found_before_anything_is_trained(given, tmp_path, capsys, monkeypatch):
    def full(*_, **__):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(runs.tempfile, "TemporaryFile", full)
    monkeypatch.setattr(estimate, "train", None)
    assert ended(given(), capsys) == (1, f"no run can be kept in {tmp_path}/store (--store names another folder): No "
                                         "space left on device\n")
    main([*given("- {faces: {name: tfd}}")])                    # there is nothing to write


def test_a_list_that_is_not_there_is_an_error(capsys, tmp_path):
    assert ended([tmp_path / "none.yml"], capsys) == (1, f"{tmp_path}/none.yml: No such file or directory\n")
    assert ended([tmp_path], capsys) == (1, f"{tmp_path}: Is a directory\n")


def test_interrupted_before_it_trains_it_ends_as_commands_do(given, capsys, monkeypatch):
    def interrupted(*_, **__):
        raise KeyboardInterrupt

    monkeypatch.setattr(command, "plan", interrupted)
    assert ended(given(), capsys) == (130, "\nStopped.\n")
