"""A run's folder: what it is found by, and that nothing is read but what was written."""
import dataclasses
import json

import numpy as np
import pandas as pd
import pytest
from training_faces import DROPOUT as RECIPE
from training_faces import changed_faces, found, seal_again, unseal
from training_faces import toy_of_a_version as toy

from fer_lib.datasets import FaceDataset
from fer_lib.datasets.relabelled import label_identities, shuffle_labels
from fer_lib.pages.notebooks import BOOK
from fer_lib.runs.run import as_json
from fer_lib.runs.store import configuration, folder_name, load_or_train, read_run
from fer_lib.training import Recipe

pytestmark = [pytest.mark.usefixtures("one_thread", "own_folders"), pytest.mark.filterwarnings("error::UserWarning")]


def test_whatever_is_asked_for_finds_its_own_folder():
    faces = toy()
    asked = [(faces, RECIPE, 0, 0), (faces, RECIPE, 1, 0), (faces, RECIPE, 0, 1), (toy("other"), RECIPE, 0, 0),
             (toy(parameters={"size": 16, "seed": 1}), RECIPE, 0, 0), (toy().versioned("generator 2"), RECIPE, 0, 0),
             (dataclasses.replace(faces, labels=faces.labels % 2, classes=("anger", "happy")), RECIPE, 0, 0)]
    others = {"augment": True, "dropout": False, "bias": True, "steps": 21, "batch": 9, "rate": .02, "momentum": .8,
              "decay": 1e-6, "initialisation": "paper", "k": .9, "normalisation": "full", "every": 6,
              "selection": "test", "patience": 10, "rescale": False, "decay_biases": False, "replacement": False}
    assert others.keys() == dataclasses.asdict(RECIPE).keys()
    asked += [(faces, dataclasses.replace(RECIPE, **{field: value}), 0, 0) for field, value in others.items()]
    names = [folder_name(configuration(*each)) for each in asked]
    assert len(set(names)) == len(names)
    assert names[0].startswith("toy-16-cnn_d-fold0-seed0-") and " " not in "".join(names)


def test_a_table_of_action_units_is_no_part_of_a_training(original, tmp_path):
    """Nor is where it lies, nor what is in it."""
    asked = {"size": 16, "au_table": None, "facs": None}
    store = tmp_path / "store"
    load_or_train(toy(parameters=asked), RECIPE, store=store, progress=False)
    for path, value in (("/here/au.csv", 0.), ("/there/au.csv", 1.)):
        units = pd.DataFrame({"AU1": [value] * len(toy())})
        coded = toy(parameters=asked | {"au_table": path}, action_units=units, intensities=units)
        run = found(store, coded)                           # without a warning
        assert run.is_of(coded) and run.changes(coded) == [] and run.pixels == 16
        assert found(store, coded, fresh=True).folder == run.folder
        assert "au.csv" not in json.dumps(run.config)


@pytest.mark.parametrize("recipe, fold", [(Recipe.quick(k=1), 0), (Recipe.quick(momentum=.9), np.int64(0))])
def test_equal_recipes_and_folds_find_the_same_folder(recipe, fold):
    asked, same = (configuration(toy(), *each, 0) for each in ((recipe, fold), (Recipe.quick(), 0)))
    assert folder_name(asked) == folder_name(same)


LATER = {"rescale": False, "decay_biases": False, "replacement": False}


def stored_configs() -> dict[str, dict]:
    """Of the book's runs, by the names of their folders, as their files have them."""
    return {path.parent.name: json.loads(path.read_text(encoding="utf-8"))
            for path in (BOOK / "results").glob("*/*/config.json")}


def stand_in(config: dict) -> FaceDataset:
    """A set of one image that a configuration calls the same: of the faces it has no more than name and version."""
    of = config["dataset"]
    return FaceDataset(of["name"], np.zeros((1, 1, 8, 8), np.uint8), [0], config["classes"],
                       parameters=of["parameters"]).versioned(of["version"])


def test_runs_of_before_a_field_was_added_are_found_and_read():
    configs = stored_configs()
    assert len(configs) > 20
    for name, config in configs.items():
        if "identity" in config["dataset"]["parameters"]:
            continue                                        # whose classes are its people's
        recipe = Recipe(**config["recipe"])
        asked = configuration(stand_in(config), recipe, config["fold"], config["seed"])
        if not config["dataset"]["version"]:                # photographs are known by their pixels
            asked["dataset"] = config["dataset"]
        assert folder_name(asked) == name
    [path] = (BOOK / "results").glob("*/synthetic-48-cnn-fold0-seed1-66c29973")
    assert not configs[path.name]["recipe"].keys() & LATER.keys()
    run = read_run(path)
    assert all(getattr(run.recipe, field) is True for field in LATER) and run.as_released


@pytest.mark.parametrize("field", LATER)
def test_a_later_field_is_in_a_configuration_where_it_differs_only(folder, field):
    run = read_run(folder)
    before = configuration(toy(), Recipe.released(dropout=True), 0, 0)
    now = configuration(toy(), Recipe.released(dropout=True, **{field: False}), 0, 0)
    assert now["recipe"] == before["recipe"] | {field: False} and field not in before["recipe"]
    assert folder_name(now) != folder_name(before)
    other, same = (dataclasses.replace(run, config=config) for config in (now, before))
    assert same.as_released and not other.as_released
    assert other.recipe == Recipe.released(dropout=True, **{field: False})


def test_the_faces_as_a_run_saw_them(store, folder):
    run, faces = read_run(folder), toy()
    assert run.as_trained(faces) is faces and run.labels == "expressions"
    for name, value, told in (("shuffled", 3, shuffle_labels(faces, 3)), ("identity", 0, label_identities(faces, 0))):
        config = json.loads(json.dumps(run.config))
        config["dataset"]["parameters"][name] = value
        other = dataclasses.replace(run, config=config | {"classes": list(told.classes)})
        assert other.as_trained(faces).fingerprint == told.fingerprint != faces.fingerprint and other.labels == name
        assert other.is_of(other.as_trained(faces)) and not other.is_of(faces) and not run.is_of(told)
        assert other.loaded_with == run.loaded_with == {"size": 16}


def test_a_list_of_numbers_is_a_line_and_everything_is_read_as_it_was():
    value = {"a": [1, -2.5e-9, None], "b": [[1, 2], [3, 4]], "c": ["[1,  2]", "x"], "d": [], "e": {"f": [True]},
             "g": "[\n 1,\n 2]"}
    text = as_json(value).decode()
    assert json.loads(text) == value and text.endswith("}\n")
    assert ' "a": [1, -2.5e-09, null],\n' in text and "  [1, 2],\n" in text


def test_the_book_s_runs_have_the_names_of_their_configurations():
    runs_of_the_book = [run for path in (BOOK / "results").glob("*/*/config.json") for run in [read_run(path.parent)]]
    assert runs_of_the_book and [run.folder.name for run in runs_of_the_book] == [
        folder_name(run.config) for run in runs_of_the_book]
    assert all(run.loaded_with.keys() <= {"subjects", "sequences", "seed", "furrows", "part", "size", "classes"}
               for run in runs_of_the_book)


def test_other_last_bits_of_faces_of_a_version_are_the_same_run():
    assert folder_name(configuration(toy(), RECIPE, 0, 0)) == folder_name(
        configuration(changed_faces(), RECIPE, 0, 0)), "another machine draws a last bit differently"


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
    ("metrics.json", b"{}"), ("metrics.json", b"1"),
])
@pytest.mark.parametrize("age", ["sealed", "older"])
def test_a_folder_that_is_not_a_whole_run_is_an_error_that_names_it(store, folder, name, harm, age):
    if age == "older":
        unseal(folder)
    (folder / name).unlink()
    if harm is not None:
        (folder / name).write_bytes(harm)
    damaged = age == "sealed" and name in ("config.json", "metrics.json", "history.csv") and harm is not None
    message = f"{folder}/{name} is damaged" if damaged else f"{folder} is not a whole run .*"
    for asked in (lambda: read_run(folder), lambda: found(store)):
        with pytest.raises(ValueError, match=f"{message}.*Delete the folder to train it again"):
            asked()


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
