"""The book's stored runs: their weights, on faces that are drawn anew, give the stored numbers."""
import numpy as np
import pytest

from fer_lib import evaluate, load_dataset
from fer_lib.controls import shuffle_labels
from fer_lib.notebooks import RESULTS
from fer_lib.runs import configuration, folder_name, stored_runs

RUNS, CONTROLS = stored_runs(), stored_runs(RESULTS / "controls")
each_run = pytest.mark.parametrize("run", RUNS + CONTROLS, ids=[run.folder.name for run in RUNS + CONTROLS])


def test_there_are_those_that_later_chapters_use():
    assert {"CNN", "CNN+AD"} <= {run.recipe.variant for run in RUNS if run.config["fold"] == 0}


def test_the_controls_are_two_groups_that_differ_in_their_labels_only():
    groups = {True: [], False: []}
    for run in CONTROLS:
        parameters = dict(run.config["dataset"]["parameters"])
        is_shuffled = parameters.pop("shuffled", None) is not None
        groups[is_shuffled].append((run.config["seed"], run.config["fold"], run.recipe, tuple(parameters.items())))
    assert sorted(map(str, groups[True])) == sorted(map(str, groups[False])) and len(set(groups[True])) >= 3


@each_run
def test_stored_weights_give_the_stored_numbers(run):
    """Exactly where the pixels are the same; where another processor draws the last bit differently, nearly."""
    dataset, fold, parameters = run.config["dataset"], run.config["fold"], dict(run.config["dataset"]["parameters"])
    dealt = parameters.pop("shuffled", None)
    faces = load_dataset(dataset["name"], **parameters, progress=False)        # from the user's cache
    faces = faces if dealt is None else shuffle_labels(faces, dealt)
    assert run.folder.name == folder_name(configuration(faces, run.recipe, fold, run.config["seed"]))
    for part in ("validation", "test"):
        stored = run.metrics[part]
        again = evaluate(run.network, faces, getattr(faces.split(fold), part), run.recipe.normalisation)
        moved = np.abs(np.subtract(again["confusion"], stored["confusion"])).sum() / 2
        assert moved <= (0 if faces.fingerprint == run.provenance["faces"] else .005 * stored["images"])
        assert again["loss"] == pytest.approx(stored["loss"], rel=1e-4 if not moved else .05)
        assert (again["n"], again["images"]) == (stored["n"], stored["images"])


@each_run
def test_its_history_holds_the_checkpoint_that_it_kept(run):
    row = run.history.set_index("step").loc[run.metrics["step"]]
    assert row["validation_accuracy"] == run.history["validation_accuracy"].max()
    assert row["test_accuracy"] == pytest.approx(run.metrics["test"]["accuracy"], abs=.01), "rounded to float16"
    assert run.history["step"].iloc[-1] == run.metrics["steps"]
