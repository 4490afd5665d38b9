"""The book's stored runs: their weights, on faces that are drawn anew, give the stored numbers."""
import numpy as np
import pytest

from fer_lib import evaluate, load_dataset
from fer_lib.runs import STORED, configuration, folder_name, stored_runs

RUNS = stored_runs()


def test_there_are_those_that_later_chapters_use():
    assert {"CNN", "CNN+AD"} <= {run.recipe.variant for run in RUNS if run.config["fold"] == 0}


@pytest.mark.parametrize("run", RUNS, ids=[run.folder.name for run in RUNS])
def test_stored_weights_give_the_stored_numbers(run):
    """Exactly where the pixels are the same; where another processor draws the last bit differently, nearly."""
    dataset, fold = run.config["dataset"], run.config["fold"]
    faces = load_dataset(dataset["name"], **dataset["parameters"], progress=False)      # from the user's cache
    assert run.folder == STORED / folder_name(configuration(faces, run.recipe, fold, run.config["seed"]))
    for part in ("validation", "test"):
        stored = run.metrics[part]
        again = evaluate(run.network, faces, getattr(faces.split(fold), part), run.recipe.normalisation)
        moved = np.abs(np.subtract(again["confusion"], stored["confusion"])).sum() / 2
        assert moved <= (0 if faces.fingerprint == run.provenance["faces"] else .005 * stored["images"])
        assert again["loss"] == pytest.approx(stored["loss"], rel=1e-4 if not moved else .05)
        assert (again["n"], again["images"]) == (stored["n"], stored["images"])


@pytest.mark.parametrize("run", RUNS, ids=[run.folder.name for run in RUNS])
def test_its_history_holds_the_checkpoint_that_it_kept(run):
    row = run.history.set_index("step").loc[run.metrics["step"]]
    assert row["validation_accuracy"] == run.history["validation_accuracy"].max()
    assert row["test_accuracy"] == pytest.approx(run.metrics["test"]["accuracy"], abs=.01), "rounded to float16"
    assert run.history["step"].iloc[-1] == run.metrics["steps"]
