"""The book's stored runs: their weights, on faces that are drawn anew, give the stored numbers."""
import pytest

from fer_lib import load_dataset
from fer_lib.pages.notebooks import RESULTS
from fer_lib.runs.store import stored_run, stored_runs
from fer_lib.runs.verify import verify
from fer_lib.training import finished

CONTROLS = stored_runs(RESULTS / "controls")
STORES = sorted({path.parents[1] for path in RESULTS.glob("*/*/config.json")})
ALL = [run for store in STORES for run in stored_runs(store)]
each_run = pytest.mark.parametrize("run", ALL, ids=[run.folder.name for run in ALL])


@pytest.mark.parametrize("variant", ["CNN", "CNN+AD"])
def test_there_are_those_that_later_chapters_use(variant):
    assert stored_run(variant).network.training is False


def test_networks_on_shuffled_labels_have_twins_that_differ_in_their_labels_only():
    groups = {True: set(), False: set()}
    for run in CONTROLS:
        parameters = dict(run.config["dataset"]["parameters"])
        is_shuffled = parameters.pop("shuffled", None) is not None
        groups[is_shuffled].add((run.config["seed"], run.config["fold"], run.recipe, tuple(parameters.items())))
    assert len(groups[True]) >= 3 and groups[True] < groups[False]


@each_run
def test_each_ends_where_the_stopping_rule_ends_it(run):
    rows, classes = run.history.to_dict("records"), len(run.config["classes"])
    ends = [finished(rows[:i], run.recipe, classes) for i in range(1, len(rows) + 1)]
    assert not any(ends[:-1])
    assert ends[-1] or run.recipe.patience is None or run.history["step"].iloc[-1] == run.recipe.steps


@each_run
def test_each_holds_the_digests_of_its_files(run):
    assert run.is_sealed


# The others are slow, as in `make verify`; that of 96 pixels is asked by tests/pages/report/test_report_torch.py, too
QUICK = [run for run in ALL if run.recipe.augment and run.pixels == 48]


@pytest.mark.parametrize("run", [
    pytest.param(run, id=run.folder.name, marks=() if run in QUICK else pytest.mark.slow)
    for run in ALL if run.config["dataset"]["name"] == "synthetic"])
def test_stored_weights_give_the_stored_numbers(run):
    faces = load_dataset(run.config["dataset"]["name"], **run.loaded_with, progress=False)      # from the user's cache
    assert verify(run, faces).wrong == []
