import dataclasses
import errno
import json
import os
import shutil

import numpy as np
import pytest
import torch
import training_faces
from safetensors.torch import load_file
from training_faces import DROPOUT as RECIPE
from training_faces import FILES, Killed, changed_faces, decided, found, seal_again
from training_faces import toy as made_by_hand
from training_faces import toy_of_a_version as toy

from fer_lib.evaluation import evaluate
from fer_lib.network import initialise
from fer_lib.runs import provenance
from fer_lib.runs import store as runs
from fer_lib.runs.store import load_or_train, read_run, stored_runs
from fer_lib.training import TRAINING_VERSION, Recipe, stream, train

pytestmark = [pytest.mark.usefixtures("one_thread", "own_folders"), pytest.mark.filterwarnings("error::UserWarning")]


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
    for part in ("train", "validation", "test"):
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


def test_all_runs_of_a_folder(store, folder):
    (store / "half.partial").mkdir()
    assert [run.folder for run in stored_runs(store)] == [folder] and stored_runs(store / "none") == []


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
    put("d-without-replacement", {"replacement": False})
    put("e-identity", identity=0)
    put("e-shuffled", shuffled=1)
    put("f-variant", {"augment": True})
    put("g-numbers-only")
    (store / "g-numbers-only/weights.safetensors").unlink()
    with pytest.raises(FileNotFoundError, match=r"no run of CNN\+D on toy, fold 0, 16 pixels, as released"):
        runs.stored_run("CNN+D", dataset="toy", size=16)
    put("h-as-released")
    assert runs.stored_run("CNN+D", dataset="toy", size=16).folder.name == "h-as-released"


# Made with something else


def test_other_faces_and_other_code_are_said_and_the_run_is_used(store, folder, monkeypatch):
    before, fingerprint = decided(folder), toy().fingerprint
    with pytest.warns(UserWarning, match=f"{folder.name} was made with faces {fingerprint[:12]}, here ") as said:
        run = found(store, changed_faces())
    assert len(said) == 1 and "training" not in str(said[0].message) and said[0].filename == training_faces.__file__
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


@pytest.mark.parametrize("name", ["metrics.json", "provenance.json", "weights.safetensors"])
def test_who_wants_it_fresh_gets_a_damaged_run_trained_again(store, folder, name):
    data = bytearray((folder / name).read_bytes())
    data[-3] ^= 1
    (folder / name).write_bytes(data)
    with pytest.warns(UserWarning, match=f"{folder.name}.*trained again"), pytest.raises(AssertionError):
        found(store, fresh=True)


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
