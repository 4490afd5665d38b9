"""The chapter `recognition` on each set, as papermill runs it on a reader's own copy, with a few steps of training."""
import json

import numpy as np
import pytest
from layouts import write

from fer_lib.evaluation import wilson

QUICK = {"size": 48, "steps": 4, "changes": {"every": 2}, "variants": ["CNN", "AD"]}


def test_the_twin(run, twin, tmp_path):
    kept = tmp_path / "kept/table.json"
    page, numbers = run("recognition", **write("synthetic", twin, tmp_path), **QUICK, keep=str(kept))
    assert "Live: no verdict" in page, "four steps cannot give one"
    assert "CNN with biases" in page and "96.4†" in page

    table = json.loads(kept.read_text())
    rows = {row["model"]: row for row in table["rows"]}
    assert rows["CNN"]["parameters"] == 1_335_508
    assert rows["CNN with biases"]["parameters"] == 1_335_508 + 64 + 128 + 256
    test = twin.split(0).test
    neutral = (np.array(twin.classes)[twin.labels[test]] == "neutral").sum()
    assert rows["CNN"]["n"] == numbers["recognition_n"] == neutral + len(set(twin.sequences[test])), \
        "three frames of a sequence are one case"
    largest = np.bincount(twin.labels[twin.split(0).train]).argmax()
    assert rows["majority"]["accuracy"] == pytest.approx((twin.labels[test] == largest).mean())
    assert rows["majority"]["interval"] == pytest.approx(wilson(rows["majority"]["accuracy"], rows["majority"]["n"]))
    for run_of_it in table["runs"]:
        assert run_of_it["history"]["step"] == [2, 4]
        assert run_of_it["metrics"]["test"]["accuracy"] in run_of_it["history"]["test_accuracy"]
    assert numbers["recognition_gain"] >= 0


def test_several_folds_and_seeds(run, twin, tmp_path):
    page, numbers = run("recognition", **write("synthetic", twin, tmp_path), **QUICK | {"variants": ["CNN"]},
                        folds=[0, 1], seeds=[0, 1], with_biases=False, baselines=["majority"])
    sizes = [twin.split(fold).test for fold in (0, 1)]
    assert numbers["recognition_n"] == sum((twin.labels[test] == 0).sum() + len(set(twin.sequences[test]))
                                           for test in sizes), "a fold counts once, whatever its seeds"
    assert " ± " in page


@pytest.mark.parametrize(("name", "more"), [("ck_plus", {}), ("ck_plus", {"classes": 6}), ("ck48", {}), ("tfd", {}),
                                            ("fer2013", {"selection": "test"})])
def test_other_sets(run, twin, tmp_path, name, more):
    page, numbers = run("recognition", **write(name, twin, tmp_path / "set"), **QUICK | {"variants": ["AD"]}, **more)
    assert 0 <= numbers["recognition_live_cnn_ad"] <= 1 and 0 <= numbers["recognition_live_hog_svm"] <= 1
    assert "Photographs are not shown" in page
    assert f"chosen on {more.get('selection', 'validation')}" in page
    assert ("AU" in page) == (name.startswith("ck")), "the wrong ones' action units, where they are coded"
