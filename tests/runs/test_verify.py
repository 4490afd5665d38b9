"""Stored runs that are what they say, and stored runs that are not."""
import dataclasses
import json
import shutil

import numpy as np
import pytest
from safetensors.torch import load_file, save_file
from training_faces import QUICK, seal_again, toy, toy_file, unseal

from fer_lib.datasets.relabelled import label_identities, shuffle_labels
from fer_lib.runs import grid, seal, verify
from fer_lib.runs import store as runs
from fer_lib.runs.store import load_or_train, read_run
from fer_lib.training import TRAINING_VERSION, Recipe

RECIPE = Recipe.quick(**QUICK, dropout=True)

pytestmark = [pytest.mark.usefixtures("one_thread"), pytest.mark.filterwarnings("error::UserWarning")]


@pytest.fixture(scope="module")
def original(tmp_path_factory, one_thread):
    return load_or_train(toy(), RECIPE, store=tmp_path_factory.mktemp("original"), half=True, progress=False).folder


@pytest.fixture
def folder(original, tmp_path):
    """A copy of a run of the toy set."""
    return shutil.copytree(original, tmp_path / original.name)


def edit(path, **changes):
    """… with its digest."""
    path.write_text(json.dumps(json.loads(path.read_text(encoding="utf-8")) | changes), encoding="utf-8")
    seal_again(path.parent)


def test_a_run_as_it_was_made_is_as_it_says(folder):
    check = verify.verify(read_run(folder), toy())
    assert (check.wrong, check.older, check.left) == ([], [], [])


def test_one_on_shuffled_labels_is_judged_by_them(tmp_path):
    run = load_or_train(shuffle_labels(toy(), 4), RECIPE, store=tmp_path, progress=False)
    assert verify.verify(run, toy()).wrong == []


def test_one_on_identities_is_judged_by_who_they_are(tmp_path):
    run = load_or_train(label_identities(toy(), 3), RECIPE, 3, store=tmp_path, half=True, progress=False)
    assert verify.verify(run, toy()) == verify.Check(run)
    assert len(run.network.class_names) == 8 and run.metrics["train"]["images"] == 24
    assert (run.metrics["test"]["images"], run.metrics["validation"]["images"]) == (4, 4)
    others = np.roll(toy().images, 4, axis=0)                   # each shows the next one
    assert "are others, at most 0.02 may be" in "; ".join(verify.verify(run, toy(images=others)).wrong)


def test_the_numbers_on_images_that_were_trained_on_are_compared_too_where_there_are_any(folder):
    metrics = json.loads((folder / "metrics.json").read_text(encoding="utf-8"))
    true = metrics["train"]["accuracy"]
    edit(folder / "metrics.json", train=metrics["train"] | {"accuracy": true - .25})
    assert verify.verify(read_run(folder), toy()).wrong == [f"train: accuracy {true:.4f}, stored {true - .25:.4f}"]
    del metrics["train"]                                        # as older runs have it
    (folder / "metrics.json").write_text(json.dumps(metrics), encoding="utf-8")
    seal_again(folder)
    assert verify.verify(read_run(folder), toy()).wrong == []


@pytest.mark.parametrize("images, moved, wrong", [(40, 1, True), (19_999, 1, False), (19_999, 2, True)])
def test_on_the_same_faces_one_of_ten_thousand_may_be_a_tie(folder, images, moved, wrong):
    run = read_run(folder)
    stored = {"n": 9, "images": images, "accuracy": .5, "loss": 1., "confusion": [[images - 9, 9], [0, 0]]}
    again = stored | {"confusion": [[images - 9 - moved, 9 + moved], [0, 0]], "accuracy": .5 - moved / images}
    run.metrics["train"] = stored
    assert bool(verify.wrong_numbers(run, "train", again, toy())) == wrong


def test_one_of_before_there_were_digests_is_read_and_said_to_be_older_until_it_is_sealed(folder, original, capsys):
    unseal(folder)
    check = verify.verify(read_run(folder), toy())
    assert check.wrong == [] and check.older == ["its files have no digests: python -m fer_lib.runs.seal"]
    assert seal.seal(read_run(folder), toy()) == []
    assert verify.verify(read_run(folder), toy()).older == []
    assert read_run(folder).provenance == read_run(original).provenance


def test_sealing_counts_the_cases_of_dealt_labels_by_the_true_sequences(tmp_path):
    faces = toy()                                               # two sequences a person, one frame of which is neutral
    faces = dataclasses.replace(faces, cases=None, sequences=[f"{who}_{i % 4 // 2}" for i, who in enumerate(
        faces.subjects)])
    folder = load_or_train(shuffle_labels(faces, 4), RECIPE, store=tmp_path, progress=False).folder
    true = json.loads((folder / "metrics.json").read_text(encoding="utf-8"))
    edit(folder / "metrics.json", test=true["test"] | {"n": true["test"]["n"] + 1, "interval": [0., 1.]})
    unseal(folder)
    assert "stored 4" in verify.verify(read_run(folder), faces).wrong[0]
    assert seal.seal(read_run(folder), faces) == []
    assert json.loads((folder / "metrics.json").read_text(encoding="utf-8")) == true
    assert verify.verify(read_run(folder), faces).wrong == []


def test_one_that_is_not_what_it_says_is_not_sealed(folder):
    better_numbers(folder)
    unseal(folder)
    before = (folder / "provenance.json").read_bytes()
    assert "accuracy" in seal.seal(read_run(folder), toy())[0]
    assert (folder / "provenance.json").read_bytes() == before


def test_one_without_weights_is_left(folder):
    (folder / "weights.safetensors").unlink()
    check = verify.verify(read_run(folder), toy())
    assert (check.wrong, check.left) == ([], ["kept without its weights"])


def other_weights(folder):
    """A whole file, whose digest is entered, too: only the numbers can show it."""
    weights = load_file(folder / "weights.safetensors")
    save_file({name: -value for name, value in weights.items()}, folder / "weights.safetensors")
    seal_again(folder)


def a_flipped_bit(folder):
    whole = bytearray((folder / "weights.safetensors").read_bytes())
    whole[-1] ^= 1
    (folder / "weights.safetensors").write_bytes(whole)


def better_numbers(folder):
    metrics = json.loads((folder / "metrics.json").read_text(encoding="utf-8"))
    edit(folder / "metrics.json", test=metrics["test"] | {"accuracy": metrics["test"]["accuracy"] + .02})


def another_loss(folder):
    metrics = json.loads((folder / "metrics.json").read_text(encoding="utf-8"))
    edit(folder / "metrics.json", validation=metrics["validation"] | {"loss": metrics["validation"]["loss"] * 1.01})


def fewer_images(folder):
    metrics = json.loads((folder / "metrics.json").read_text(encoding="utf-8"))
    edit(folder / "metrics.json", test=metrics["test"] | {"images": 3})


def another_checkpoint(folder):
    edit(folder / "metrics.json", step=7)


def a_better_checkpoint(folder):
    history = read_run(folder).history
    history.loc[history["step"] != read_run(folder).metrics["step"], "validation_accuracy"] = 1.1
    history.to_csv(folder / "history.csv", index=False)
    seal_again(folder)


def another_seed(folder):
    edit(folder / "config.json", seed=8)


@pytest.mark.parametrize("harm, message", [
    (other_weights, "predictions of 4 are others, at most 0 may be"), (a_flipped_bit, "weights.safetensors is damaged"),
    (better_numbers, "test: accuracy"), (another_loss, "validation: loss"), (fewer_images, "test: 4 images of 4 cases"),
    (another_checkpoint, "history.csv has no checkpoint at step 7"),
    (a_better_checkpoint, "history.csv has a checkpoint better on validation than the one kept"),
    (another_seed, "its configuration belongs to a folder named toy-16-cnn_d-fold0-seed8-"),
])
def test_whatever_is_not_as_it_was_made_is_found(folder, harm, message):
    harm(folder)
    wrong = "; ".join(verify.verify(read_run(folder), toy()).wrong)
    assert message in wrong


def test_other_faces_and_code_are_said_and_numbers_may_differ_by_little(folder):
    images = toy().images.copy()
    images[0, 0, 0, 0] ^= 1                                     # one that is trained on
    check = verify.verify(read_run(folder), toy(images=images))
    assert check.wrong == [] and len(check.older) == 1 and check.older[0].startswith("faces ")
    seal_again(folder, training_version=0)
    check = verify.verify(read_run(folder), toy())
    assert check.wrong == [] and check.older == [f"training_version 0, here {TRAINING_VERSION}"]
    others = np.roll(toy().images, 1, axis=0)                   # each shows what its label does not say
    assert "are others, at most 0.02 may be" in "; ".join(verify.verify(read_run(folder), toy(images=others)).wrong)


def test_the_command(tmp_path, capsys, monkeypatch):
    monkeypatch.setattr(runs, "STORED", tmp_path / "book")
    monkeypatch.setattr(verify, "STORED", tmp_path / "book/results/runs")
    data, faces = toy_file(tmp_path), {"name": "synthetic", "size": 48}
    grid.loaded.cache_clear()
    recipe = Recipe.quick(batch=4, steps=4, every=2)
    for store, job in (("runs", grid.Job(faces, recipe)), ("controls", grid.Job(faces, recipe, shuffled=True)),
                       ("matched", grid.Job(faces, recipe, identity=True))):
        made = grid.make(job, store=tmp_path / "book/results" / store, half=True, device="cpu",
                         sources={"synthetic": str(data)})
        assert not made.failed
    load_or_train(toy("fer2013"), recipe, store=tmp_path / "book/results/runs", progress=False)
    verify.main(["--data", str(data)])
    out = capsys.readouterr().out
    assert "controls/synthetic-48-cnn-fold0-seed0-" in out and "needs --root fer2013=FOLDER or --data FILE" in out
    assert "matched/synthetic-48-cnn-fold0-seed0-" in out and "not compared: fer2013" in out
    assert "4 runs: 4 as they say they are, 0 not; 0 older than the code or the faces; 1 not compared" in out
    better_numbers(next((tmp_path / "book/results/controls").glob("synthetic*/metrics.json")).parent)
    with pytest.raises(SystemExit) as exit:
        verify.main(["--data", str(data)])
    assert exit.value.code == 1 and "WRONG: test: accuracy" in (out := capsys.readouterr().out)
    assert "4 runs: 3 as they say they are, 1 not" in out


@pytest.mark.parametrize("parameters, why", [
    ({"size": 47}, "size must be 96 or 48, not 47"), ({"size": 48, "depth": 1}, "not 1"),
])
def test_one_whose_faces_cannot_be_loaded_is_left(folder, tmp_path, parameters, why):
    """Here the file holds a set that was made with other options."""
    edit(folder / "config.json", dataset={"name": "synthetic", "version": "", "parameters": parameters})
    grid.loaded.cache_clear()
    [check] = verify.checks([read_run(folder)], {"synthetic": str(toy_file(tmp_path))})
    assert not check.wrong and check.left[0].startswith("not compared: ") and why in check.left[0]
    edit(folder / "config.json", dataset={"name": "fer2013", "version": "", "parameters": {"size": 48}})
    [check] = verify.checks([read_run(folder)], {"fer2013": str(tmp_path / "none")})
    assert "none does not exist" in check.left[0]


def test_a_store_without_runs_is_an_error(tmp_path, capsys):
    with pytest.raises(SystemExit) as exit:
        verify.main([str(tmp_path)])
    assert exit.value.code == 1 and f"there are no runs in {tmp_path}" in capsys.readouterr().err
