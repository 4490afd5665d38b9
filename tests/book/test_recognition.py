"""The chapter `recognition` on each set, as papermill runs it on a reader's own copy, with a few steps of training."""
import json
import re
import shutil

import numpy as np
import pandas as pd
import pytest
from layouts import SMALL, write
from tiny_book import ROOT
from training_faces import seal_again

from fer_lib import Recipe
from fer_lib.analysis import VERDICTS
from fer_lib.evaluation import evaluate, wilson
from fer_lib.network import untrained
from fer_lib.runs import store as runs
from fer_lib.runs.grid import jobs_of, train_all

QUICK = {"size": 48, "steps": 4, "changes": {"every": 2, "batch": 4}, "variants": ["CNN", "AD"]}


def test_the_twin(run, twin, tmp_path):
    page, numbers = run("recognition", **write("synthetic", twin, tmp_path), **QUICK, with_biases=True)
    assert page.count("Verdict: not testable here") == 3 and "there are no stored runs of synthetic" in page
    assert "CNN with biases" in page and "96.4† in 2015 (v1), 95.1‡ in v3" in page and 'class="interactive"' in page
    assert "AUDN 92.1‡" in page and "Gabor + PCA 80.2‡" in page
    test = twin.split(0).test
    neutral = (np.array(twin.classes)[twin.labels[test]] == "neutral").sum()
    cases = neutral + len(set(twin.sequences[test]))
    assert numbers["recognition_n"] == cases, "three frames of a sequence are one case"
    largest = np.bincount(twin.labels[twin.split(0).train]).argmax()
    majority = (twin.labels[test] == largest).mean()
    assert numbers["recognition_live_majority"] == pytest.approx(majority)
    low, high = wilson(majority, numbers["recognition_n"])
    assert f"{100 * majority:.1f} [{100 * low:.0f}, {100 * high:.0f}]" in page
    assert numbers["recognition_steps"] == 4 and numbers["recognition_every"] == 2


def test_several_folds_and_seeds(run, twin, tmp_path):
    page, numbers = run("recognition", **write("synthetic", twin, tmp_path), **QUICK | {"variants": ["CNN"]},
                        folds=[0, 1], seeds=[0, 1], with_biases=False, baselines=["majority"])
    sizes = [twin.split(fold).test for fold in (0, 1)]
    assert numbers["recognition_n"] == sum((twin.labels[test] == 0).sum() + len(set(twin.sequences[test]))
                                           for test in sizes), "a fold counts once, whatever its seeds"
    assert " ± " in page


@pytest.fixture
def made_up(monkeypatch):
    """Runs are kept as if they had been trained, with accuracies that are made up."""
    drawn = np.random.default_rng(0)

    def train(faces, recipe, fold=0, seed=0, *, state, **_):
        state.k, state.step, state.best_step = 1., recipe.steps, recipe.steps
        parts = {f"{part}_{what}": drawn.uniform(.3, .9) for part in ("train", "validation", "test")
                 for what in ("accuracy", "loss")}
        return untrained(faces.classes, bias=recipe.bias), pd.DataFrame(
            [parts | {"step": step, "loss": 1 / step} for step in range(1, 1 + recipe.steps)])

    def evaluation(network, faces, index, normalisation, progress=None):
        of_few = evaluate(network, faces, index[:8], normalisation)
        return of_few | {"accuracy": drawn.uniform(.3, .9), "images": len(index), "n": len(set(faces.cases[index]))}

    monkeypatch.setattr(runs, "train", train)
    monkeypatch.setattr(runs, "evaluate", evaluation)


def test_of_stored_runs_those_that_differ_in_one_thing_only_are_compared(run, stored, made_up):
    """As `make paper` leaves them: other classes, shuffled labels, the recipe of the text, some on fewer folds."""
    stored.mkdir(parents=True)
    for name in ("paper.csv", "earlier.csv"):
        shutil.copy(ROOT / "book" / name, stored.parents[1])
    faces, short = {"name": "synthetic", "size": 48} | SMALL, {"steps": 2, "every": 2}
    both, four = {"augment": True, "dropout": True} | short, range(4)
    jobs = [*jobs_of(faces, changes=short, folds=four, weights=[0]), *jobs_of(faces, changes=both, folds=four),
            *(job for switch in ("dropout", "augment", "bias")
              for job in jobs_of(faces, changes={switch: True} | short, folds=range(3), weights=False)),
            *jobs_of(faces | {"classes": 6}, changes=both, weights=False),
            *jobs_of(faces, changes=short, shuffled=True),
            *jobs_of(faces, "paper", changes=both | {"steps": 3, "every": 1}, trial=2, weights=False)]
    made = train_all(jobs, store=stored, progress=False)
    assert not [one.failed for one in made if one.failed]
    for metrics in stored.glob("*/metrics.json"):           # two steps cannot settle
        metrics.write_text(json.dumps(json.loads(metrics.read_text("utf-8")) | {"settled": True}), "utf-8")
        seal_again(metrics.parent)

    page, numbers = run("recognition", options=SMALL, **QUICK | {"variants": ["CNN"]}, with_biases=False,
                        baselines=["majority", "PCA + LR"])
    as_released = [one.accuracy for one in made if one.job.recipe == Recipe.released(**both)
                   and "classes" not in one.job.faces]
    assert len(as_released) == 4 and numbers["recognition_stored_cnn_ad"] == pytest.approx(np.mean(as_released))
    plain = [one.accuracy for one in made if one.job.recipe == Recipe.released(**short) and not one.job.shuffled]
    for name, own in (("both", as_released), ("dropout", [one.accuracy for one in made if one.job.recipe ==
                                                          Recipe.released(dropout=True, **short)])):
        ahead = np.subtract(own, plain[:len(own)])
        assert numbers[f"recognition_verdict_variants_{name}"] == pytest.approx(100 * ahead.mean()), len(own)
    assert numbers["recognition_verdict_variants"] != VERDICTS["not testable here"]
    assert "both, above dropout" in page and numbers["recognition_known_before"] == 0
    assert numbers["recognition_verdict_biases_better"] == pytest.approx(100 * np.mean([
        ahead.accuracy - behind.accuracy for ahead, behind in zip(
            (one for one in made if one.job.recipe == Recipe.released(**short) and not one.job.shuffled),
            (one for one in made if one.job.recipe == Recipe.released(bias=True, **short)), strict=False)]))


@pytest.mark.parametrize(("name", "more"), [
    ("ck_plus", {}), ("fer2013", {"selection": "test"}),
    *(pytest.param(*other, marks=pytest.mark.slow)
      for other in [("ck_plus", {"classes": 6}), ("ck48", {}), ("tfd", {})])])
def test_other_sets(run, twin, tmp_path, name, more):
    page, numbers = run("recognition", **write(name, twin, tmp_path / "set"), **QUICK | {"variants": ["AD"]},
                        baselines=["majority", "HOG + SVM"], **more)
    assert 0 <= numbers["recognition_live_cnn_ad"] <= 1 and 0 <= numbers["recognition_live_hog_svm"] <= 1
    assert "Photographs are not shown" in page
    assert "data:image" not in page and 'class="interactive"' not in page
    assert f"chosen on {more.get('selection', 'validation')}" in page
    assert bool(re.search(r"AU\d", page)) == name.startswith("ck"), "the wrong ones' action units, where they are coded"
