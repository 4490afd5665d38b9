import dataclasses
import errno
import json
import multiprocessing
import os
import shutil
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import torch
from filelock import FileLock
from safetensors.torch import load_file
from training_faces import QUICK, child, seal_again, unseal
from training_faces import toy as made_by_hand

from fer_lib import provenance, runs
from fer_lib import run as run_folder
from fer_lib.controls import shuffle_labels
from fer_lib.evaluation import evaluate
from fer_lib.network import initialise
from fer_lib.notebooks import BOOK
from fer_lib.runs import configuration, folder_name, load_or_train, read_run, stored_runs
from fer_lib.training import TRAINING_VERSION, Recipe, stream, train

RECIPE = Recipe.quick(**QUICK, dropout=True)
DECIDED = "weights.safetensors", "history.csv", "metrics.json"      # by the configuration and nothing else
FILES = {*DECIDED, "config.json", "provenance.json"}

pytestmark = [pytest.mark.usefixtures("one_thread", "own_folders"), pytest.mark.filterwarnings("error::UserWarning")]


def toy(*args, **options):
    """As from a loader: a run of it is found by its version, whatever the last bits of its faces are."""
    return made_by_hand(*args, **options).versioned("generator 0")


@pytest.fixture(scope="module")
def original(tmp_path_factory, one_thread):
    """A store with one run of the toy set, not to be changed."""
    store = tmp_path_factory.mktemp("original")
    load_or_train(toy(), RECIPE, store=store, progress=False)
    return store


@pytest.fixture
def store(original, tmp_path):
    """A copy of it."""
    return shutil.copytree(original, tmp_path / "store")


@pytest.fixture
def folder(store):
    return store / folder_name(configuration(toy(), RECIPE, 0, 0))


def found(store, faces=None, recipe=RECIPE, fold=0, seed=0, **options):
    """What `load_or_train` finds; an error where it begins to train."""
    with pytest.MonkeyPatch.context() as monkeypatch:
        monkeypatch.setattr(runs, "train", never)
        return load_or_train(faces or toy(), recipe, fold, seed, store=store, progress=False, **options)


def never(*_, **__):
    raise AssertionError("trained again")


def decided(folder):
    return {name: (folder / name).read_bytes() for name in DECIDED}


# Found or trained


def test_it_is_trained_once_and_found_afterwards(tmp_path):
    run = load_or_train(toy(), RECIPE, fold=1, seed=2, store=tmp_path, progress=False)
    assert {path.name for path in run.folder.iterdir()} == FILES
    assert [path for path in tmp_path.iterdir() if path.suffix != ".lock"] == [run.folder]
    again = found(tmp_path, fold=1, seed=2)
    assert again.folder == run.folder and again.history.equals(run.history)
    assert (again.config, again.metrics, again.provenance) == (run.config, run.metrics, run.provenance)
    network, history = train(toy(), RECIPE, 1, 2, progress=False)
    for name, value in network.state_dict().items():
        assert torch.equal(again.network.state_dict()[name], value), name
    assert np.allclose(again.history, history, rtol=1e-14, atol=0)
    assert again.recipe == RECIPE and again.metrics["k"] == initialise(network, k=1., seed=stream(2, 1))


def test_the_network_that_is_read_has_the_stored_metrics(store):
    run, faces, random_state = found(store), toy(), torch.get_rng_state()
    assert run.network and torch.equal(random_state, torch.get_rng_state())
    assert not run.network.training and run.network is run.network
    for part in ("validation", "test"):
        assert evaluate(run.network, faces, getattr(faces.split(0), part)) == run.metrics[part]
    chosen = run.history.set_index("step").loc[run.metrics["step"]]
    assert chosen["validation_accuracy"] == run.metrics["validation"]["accuracy"]
    assert run.metrics["steps"] == 20 and run.metrics["settled"] is False       # too few rows
    made = run.provenance
    assert made["faces"] == faces.fingerprint and made["training_version"] == TRAINING_VERSION and made["threads"] == 1


def test_as_float16_the_weights_are_judged_as_they_are_kept(tmp_path, original):
    run, faces, whole = load_or_train(toy(), RECIPE, store=tmp_path, half=True, progress=False), toy(), found(original)
    kept = load_file(run.folder / "weights.safetensors")
    assert {value.dtype for value in kept.values()} == {torch.float16}
    assert all(p.dtype == torch.float32 and torch.equal(p, kept[name].float())
               for name, p in run.network.state_dict().items())
    assert evaluate(run.network, faces, faces.split(0).test) == run.metrics["test"] != whole.metrics["test"]
    assert run.metrics["test"]["loss"] == pytest.approx(whole.metrics["test"]["loss"], rel=.01)
    assert run.history.equals(whole.history)


def test_whatever_is_asked_for_finds_its_own_folder():
    faces = toy()
    asked = [(faces, RECIPE, 0, 0), (faces, RECIPE, 1, 0), (faces, RECIPE, 0, 1), (toy("other"), RECIPE, 0, 0),
             (toy(parameters={"size": 16, "seed": 1}), RECIPE, 0, 0), (toy().versioned("generator 2"), RECIPE, 0, 0),
             (dataclasses.replace(faces, labels=faces.labels % 2, classes=("anger", "happy")), RECIPE, 0, 0)]
    others = {"augment": True, "dropout": False, "bias": True, "steps": 21, "batch": 9, "rate": .02, "momentum": .8,
              "decay": 1e-6, "initialisation": "paper", "k": .9, "normalisation": "full", "every": 6,
              "selection": "test", "patience": 10}
    assert others.keys() == dataclasses.asdict(RECIPE).keys()
    asked += [(faces, dataclasses.replace(RECIPE, **{field: value}), 0, 0) for field, value in others.items()]
    names = [folder_name(configuration(*each)) for each in asked]
    assert len(set(names)) == len(names)
    assert names[0].startswith("toy-16-cnn_d-fold0-seed0-") and " " not in "".join(names)


def test_other_faces_of_the_same_name_are_another_run(tmp_path):
    """Made by hand, a part of a set, or changed: without a version the faces themselves decide."""
    by_hand = made_by_hand()
    run = load_or_train(by_hand, RECIPE, store=tmp_path, progress=False)
    changed = dataclasses.replace(by_hand, images=changed_faces().images)
    for other in (changed, made_by_hand(seed=1), by_hand.select(np.arange(36)), made_by_hand(people=9), toy()):
        with pytest.raises(AssertionError, match="trained again"):
            found(tmp_path, other)
        assert not run.is_of(other)
    assert found(tmp_path, by_hand.select(np.arange(40))).folder == run.folder
    for other in (toy().select(np.arange(36)), dataclasses.replace(toy(), images=changed_faces().images)):
        assert other.version == ""
    assert folder_name(configuration(toy(), RECIPE, 0, 0)) == folder_name(
        configuration(changed_faces(), RECIPE, 0, 0)), "another machine draws a last bit differently"


def test_the_book_s_configurations_find_their_folders():
    for run in stored_runs(BOOK / "results/runs"):
        assert folder_name(run.config) == run.folder.name


def test_one_that_began_on_other_threads_goes_on_with_them(tmp_path, original, monkeypatch):
    """To the same bits, and the caller keeps its own."""
    folder = tmp_path / next(original.glob("toy*/")).name
    straight = decided(original / folder.name)

    def killed_in_the_middle(*args, save, **options):
        def once(state):
            save(state)
            if state.step == 8:
                raise Killed
        return train(*args, save=once, save_every=0., **options)

    with monkeypatch.context() as patch:
        patch.setattr(runs, "train", killed_in_the_middle)
        with pytest.raises(Killed):
            load_or_train(toy(), RECIPE, store=tmp_path, progress=False)
    seen = []
    monkeypatch.setattr(runs, "train", lambda *args, state, **options: (
        seen.append((state.step, torch.get_num_threads())), train(*args, state=state, **options))[1])
    with runs.on_threads(2):
        run = load_or_train(toy(), RECIPE, store=tmp_path, progress=False)
        assert torch.get_num_threads() == 2
    assert seen == [(8, 1)] and run.provenance["threads"] == 1 and decided(folder) == straight


def test_one_that_began_on_another_machine_goes_on_and_says_so(tmp_path, monkeypatch):
    def killed_in_the_middle(*args, save, **options):
        def once(state):
            save(state)
            raise Killed
        return train(*args, save=once, save_every=0., **options)

    here = runs.made_here(toy(), "cpu")[2]
    with monkeypatch.context() as patch:
        patch.setattr(runs, "train", killed_in_the_middle)
        patch.setattr(runs, "made_here", lambda *args: ("cpu", torch.float32, here | {"processor": "there"}))
        with pytest.raises(Killed):
            load_or_train(toy(), RECIPE, store=tmp_path, progress=False)
    with pytest.warns(UserWarning, match="goes on from step 1, which was made with processor there .here "):
        run = load_or_train(toy(), RECIPE, store=tmp_path, progress=False)
    assert run.provenance["moved"] == [{"processor": "there", "step": 1}]
    assert run.changes(toy()) == [] and run.changes(toy(), here) == ["more than one machine"]


@pytest.mark.parametrize("name", ["checkpoint.safetensors", "weights.safetensors", "metrics.json", "provenance.json"])
def test_a_full_disk_is_said_with_the_path_and_the_way_out_and_it_goes_on_later(tmp_path, original, monkeypatch, name):
    really = os.fsync

    def full(descriptor):
        if name in os.readlink(f"/proc/self/fd/{descriptor}"):
            raise OSError(errno.ENOSPC, "No space left on device")
        return really(descriptor)

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", full)
        with pytest.raises(OSError, match=f"free some space, or keep it elsewhere .*{name}"):
            load_or_train(toy(), RECIPE, store=tmp_path, progress=False)
    assert not list(tmp_path.glob("*/config.json"))
    run = load_or_train(toy(), RECIPE, store=tmp_path, progress=False)
    assert decided(run.folder) == decided(original / run.folder.name) and not list(tmp_path.rglob("*.new"))


def test_a_table_of_action_units_is_no_part_of_a_training(original, tmp_path):
    """Nor is where it lies, nor what is in it."""
    asked = {"size": 16, "au_table": None, "facs": None}
    store = tmp_path / "store"
    load_or_train(toy(parameters=asked), RECIPE, store=store, progress=False)
    for path, value in (("/here/au.csv", 0.), ("/there/au.csv", 1.)):
        units = pd.DataFrame({"AU1": [value] * len(toy())})
        coded = toy(parameters=asked | {"au_table": path}, action_units=units, intensities=units)
        run = found(store, coded)                           # without a warning
        assert run.is_of(coded) and run.changes(coded) == []
        assert found(store, coded, fresh=True).folder == run.folder
        assert "au.csv" not in json.dumps(run.config)


@pytest.mark.parametrize("recipe, fold", [(Recipe.quick(k=1), 0), (Recipe.quick(momentum=.9), np.int64(0))])
def test_equal_recipes_and_folds_find_the_same_folder(recipe, fold):
    asked, same = (configuration(toy(), *each, 0) for each in ((recipe, fold), (Recipe.quick(), 0)))
    assert folder_name(asked) == folder_name(same)


def test_the_book_s_run_is_used_unless_a_fresh_one_is_asked_for(store, folder, tmp_path, monkeypatch):
    monkeypatch.setattr(runs, "STORED", store)
    assert found(tmp_path / "mine").folder == folder and not (tmp_path / "mine").exists()
    with pytest.raises(AssertionError, match="trained again"):
        found(tmp_path / "mine", fresh=True)
    (folder / "weights.safetensors").unlink()               # kept as numbers only: of no use to who wants a network
    with pytest.raises(AssertionError, match="trained again"):
        found(tmp_path / "mine")


def test_without_a_store_it_is_kept_in_the_cache(original, tmp_path):
    (tmp_path / "cache").mkdir()
    shutil.copytree(original, tmp_path / "cache/runs")
    assert found(None).folder.parent == tmp_path / "cache/runs"


def test_the_faces_as_a_run_saw_them(store, folder):
    run, faces = read_run(folder), toy()
    assert run.as_trained(faces) is faces
    config = json.loads(json.dumps(run.config))
    config["dataset"]["parameters"]["shuffled"] = 3
    dealt = dataclasses.replace(run, config=config)
    assert (dealt.as_trained(faces).labels == shuffle_labels(faces, 3).labels).all()
    assert dealt.is_of(dealt.as_trained(faces)) and not dealt.is_of(faces)


def test_all_runs_of_a_folder(store, folder):
    (store / "half.partial").mkdir()
    assert [run.folder for run in stored_runs(store)] == [folder] and stored_runs(store / "none") == []


def test_the_book_s_runs_have_the_names_of_their_configurations():
    runs_of_the_book = [run for path in (BOOK / "results").glob("*/*/config.json") for run in [read_run(path.parent)]]
    assert runs_of_the_book and [run.folder.name for run in runs_of_the_book] == [
        folder_name(run.config) for run in runs_of_the_book]
    assert all(run.loaded_with.keys() <= {"subjects", "sequences", "seed", "furrows", "part", "size", "classes"}
               for run in runs_of_the_book)


def test_the_book_s_run_is_the_one_as_released_on_all_classes_with_weights(store, folder, monkeypatch):
    monkeypatch.setattr(runs, "STORED", store)
    own = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    released = dataclasses.asdict(Recipe.released(dropout=True, k=.7, patience=1500))

    def put(name, recipe=None, **parameters):
        shutil.copytree(folder, store / name)
        config = own | {"recipe": released | (recipe or {}),
                        "dataset": own["dataset"] | {"parameters": own["dataset"]["parameters"] | parameters}}
        (store / name / "config.json").write_text(json.dumps(config), encoding="utf-8")
        seal_again(store / name)

    put("a-rate-of-the-text", {"rate": .001})
    put("b-first-weights-of-the-text", {"initialisation": "paper"})
    put("c-chosen-on-test", {"selection": "test"})
    put("d-six-classes", classes=6)
    put("e-shuffled", shuffled=1)
    put("f-variant", {"augment": True})
    put("g-numbers-only")
    (store / "g-numbers-only/weights.safetensors").unlink()
    with pytest.raises(FileNotFoundError, match=r"no run of CNN\+D on toy, fold 0, 16 pixels, as released"):
        runs.stored_run("CNN+D", dataset="toy", size=16)
    put("h-as-released")
    assert runs.stored_run("CNN+D", dataset="toy", size=16).folder.name == "h-as-released"


# Made with something else


def changed_faces():
    images = toy().images.copy()
    images[0, 0, 0, 0] ^= 1
    return toy(images=images)


def test_other_faces_and_other_code_are_said_and_the_run_is_used(store, folder, monkeypatch):
    before, fingerprint = decided(folder), toy().fingerprint
    with pytest.warns(UserWarning, match=f"{folder.name} was made with faces {fingerprint[:12]}, here ") as said:
        run = found(store, changed_faces())
    assert len(said) == 1 and "training" not in str(said[0].message) and said[0].filename == __file__
    monkeypatch.setattr(provenance, "TRAINING_VERSION", 99)
    with pytest.warns(UserWarning, match=f"made with training_version {TRAINING_VERSION}, here 99$"):
        found(store)
    assert run.changes(toy()) == [f"training_version {TRAINING_VERSION}, here 99"]
    assert decided(folder) == before


def test_a_fresh_one_is_trained_again_only_where_something_has_changed(store, folder):
    before = decided(folder)
    assert found(store, fresh=True).folder == folder
    with pytest.raises(AssertionError, match="trained again"):
        found(store, changed_faces(), fresh=True)
    assert decided(folder) == before                        # a training that fails leaves the run that was there
    run = load_or_train(changed_faces(), RECIPE, store=store, fresh=True, progress=False)
    assert run.folder == folder and decided(folder) != before and {path.name for path in folder.iterdir()} == FILES
    assert run.provenance["faces"] == changed_faces().fingerprint
    assert found(store, changed_faces(), fresh=True).metrics == run.metrics


def test_another_machine_is_said_to_who_wants_it_fresh_only(store, folder):
    seal_again(folder, processor="another", threads=99)
    assert found(store).changes(toy()) == []
    with pytest.raises(AssertionError, match="trained again"):
        found(store, fresh=True)


# Damage


@pytest.mark.parametrize("place", [3, 200, 5000, -1])
def test_damaged_weights_are_an_error_when_they_are_wanted(store, folder, place):
    whole = bytearray((folder / "weights.safetensors").read_bytes())
    whole[place] ^= 1
    (folder / "weights.safetensors").write_bytes(whole)
    run = found(store)
    assert run.metrics["test"]["images"] == 4               # the numbers are still there
    with pytest.raises(ValueError, match=f"{folder}/weights.safetensors is damaged.*Delete the folder"):
        _ = run.network


@pytest.mark.parametrize("name, harm", [
    ("metrics.json", None), ("history.csv", None), ("provenance.json", None), ("provenance.json", b"\xff\xfe"),
    ("provenance.json", b"[1]"), ("config.json", b'{"format": 1, "dataset'), ("history.csv", b""),
])
@pytest.mark.parametrize("age", ["sealed", "older"])
def test_a_folder_that_is_not_a_whole_run_is_an_error_that_names_it(store, folder, name, harm, age):
    if age == "older":
        unseal(folder)
    (folder / name).unlink()
    if harm is not None:
        (folder / name).write_bytes(harm)
    damaged = age == "sealed" and name in ("config.json", "history.csv") and harm is not None
    message = f"{folder}/{name} is damaged" if damaged else f"{folder} is not a whole run .*"
    for asked in (lambda: read_run(folder), lambda: found(store)):
        with pytest.raises(ValueError, match=f"{message}.*Delete the folder to train it again"):
            asked()


@pytest.mark.parametrize("name", ["metrics.json", "provenance.json", "weights.safetensors"])
def test_who_wants_it_fresh_gets_a_damaged_run_trained_again(store, folder, name):
    data = bytearray((folder / name).read_bytes())
    data[-3] ^= 1
    (folder / name).write_bytes(data)
    with pytest.warns(UserWarning, match=f"{folder.name}.*trained again"), pytest.raises(AssertionError):
        found(store, fresh=True)


def test_what_is_no_run_s_folder_is_not_to_be_deleted(store, folder, tmp_path):
    (tmp_path / "file").touch()
    (tmp_path / "empty").mkdir()
    for path, message in ((store, "is a store of 1 runs; name one of them"),
                          (tmp_path / "empty", "holds no run"),
                          (tmp_path / "file", "is a file"),
                          (tmp_path / "none", "does not exist")):
        with pytest.raises((ValueError, OSError), match=f"{path} {message}") as raised:
            read_run(path)
        assert "Delete" not in str(raised.value)


@pytest.mark.parametrize("name", ["config.json", "metrics.json", "history.csv", "provenance.json"])
def test_no_changed_byte_is_read_as_another_number(folder, name):
    """Either it is an error that names the file, or what is read is what was written (a blank for another one)."""
    whole, known = (folder / name).read_bytes(), read_run(folder)
    random = np.random.default_rng(0)
    for place in random.integers(len(whole), size=120):
        harmed = bytearray(whole)
        harmed[place] = random.choice([byte for byte in range(256) if byte != whole[place]])
        (folder / name).write_bytes(harmed)
        try:
            run = read_run(folder)
        except ValueError as error:
            assert str(folder) in str(error) and name in str(error)
        else:
            assert name == "provenance.json" and chr(whole[place]).isspace() and run.provenance == known.provenance


def test_a_run_of_another_version_is_an_error(folder):
    config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    (folder / "config.json").write_text(json.dumps(config | {"format": 2}), encoding="utf-8")
    seal_again(folder)
    with pytest.raises(ValueError, match=f"{folder} is a run of format 2; this version of fer_lib reads 1. Delete"):
        read_run(folder)


def test_a_run_without_weights_is_numbers_only(folder, tmp_path):
    run = load_or_train(toy(), RECIPE, store=tmp_path / "numbers", keep_weights=False, progress=False)
    assert {path.name for path in run.folder.iterdir()} == FILES - {"weights.safetensors"}
    assert run.metrics == read_run(folder).metrics and run.history.equals(read_run(folder).history)
    assert run.provenance["files"] == read_run(folder).provenance["files"]
    assert found(tmp_path / "numbers", keep_weights=False).folder == run.folder
    with pytest.raises(FileNotFoundError, match="kept without its weights, as numbers only"):
        _ = run.network


def test_a_run_without_weights_is_made_again_for_who_wants_them(original, tmp_path, monkeypatch):
    store, book = tmp_path / "numbers", tmp_path / "book"
    numbers = load_or_train(toy(), RECIPE, store=store, keep_weights=False, progress=False).folder
    assert found(store, keep_weights=False).folder == numbers
    shutil.copytree(store, book)
    monkeypatch.setattr(runs, "STORED", book)
    assert found(store, keep_weights=False).folder == book / numbers.name
    for fresh in (False, True):
        with pytest.raises(AssertionError, match="trained again"):
            found(store, fresh=fresh)
    run = load_or_train(toy(), RECIPE, store=store, progress=False)
    assert run.folder == numbers and run.network and decided(numbers) == decided(original / numbers.name)
    assert found(store).folder == numbers and not runs.partial(numbers).exists()


def test_a_store_that_cannot_be_written_is_an_error_that_names_the_way_out(tmp_path, monkeypatch):
    (tmp_path / "file").touch()
    monkeypatch.setenv("FER_LIB_CACHE", str(tmp_path / "file/cache"))
    with pytest.raises(OSError, match=f"no run can be kept in {tmp_path}/file/cache/runs .FER_LIB_CACHE or store= can"):
        found(None)


# Whole or absent


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


class Killed(BaseException):
    pass


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


@pytest.fixture(scope="module")
def start():
    """start(…): a process that runs `child`; a fork of one that has imported torch, which takes seconds."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["fer_lib.runs", "training_faces"])
    started = []

    def make(*args, **options):
        process = context.Process(target=child, args=args, kwargs=options, daemon=True)
        process.start()
        started.append(process)
        return process

    yield make
    for process in started:
        process.kill()


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


def test_one_that_is_killed_again_and_again_ends_as_if_it_had_not_been(tmp_path, start):
    recipe = {"batch": 4, "steps": 80, "every": 10, "augment": True, "dropout": True}
    straight = start(str(tmp_path / "straight"), str(tmp_path / "log"), recipe)
    straight.join(120)
    folder = only_run(tmp_path / "straight")
    checkpoint = runs.partial(tmp_path / "killed" / folder.name) / "checkpoint.safetensors"
    random, kills = np.random.default_rng(0), 0
    for _ in range(8):
        process = start(str(tmp_path / "killed"), str(tmp_path / "log of the killed"), recipe, save_every=0.)
        for _ in range(random.integers(0, 4)):              # so many more checkpoints, and a moment
            before = changed_at(checkpoint)
            while process.is_alive() and changed_at(checkpoint) == before:
                process.join(.002)
        process.join(random.uniform(0, .05))
        process.kill()
        process.join()
        kills += process.exitcode == -9
    assert kills == 8 and not list((tmp_path / "killed").glob("*/config.json"))
    start(str(tmp_path / "killed"), str(tmp_path / "log of the killed"), recipe).join(120)
    assert decided(only_run(tmp_path / "killed")) == decided(folder)


def changed_at(path):
    return path.stat().st_mtime_ns if path.exists() else 0
