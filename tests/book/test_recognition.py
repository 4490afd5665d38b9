"""The chapter `recognition` on each set, as papermill runs it on a reader's own copy, with a few steps of training."""
import json
import re
import shutil
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from layouts import SMALL, write
from tiny_book import ROOT

from fer_lib import Recipe
from fer_lib.evaluation import wilson
from fer_lib.grid import jobs_of, train_all
from fer_lib.notebooks import VERDICTS, definitions

QUICK = {"size": 48, "steps": 4, "changes": {"every": 2}, "variants": ["CNN", "AD"]}


def test_the_twin(run, twin, tmp_path):
    kept = tmp_path / "kept/table.json"
    page, numbers = run("recognition", **write("synthetic", twin, tmp_path), **QUICK, keep=str(kept))
    assert "Live: no verdict" in page, "four steps cannot give one"
    assert "CNN with biases" in page and "96.4†" in page and 'class="interactive"' in page

    table = json.loads(kept.read_text(encoding="utf-8"))
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


def test_of_stored_runs_those_that_differ_in_one_thing_only_are_compared(run, stored):
    """As `make paper` leaves them: other classes, shuffled labels, the recipe of the text, some on fewer folds."""
    stored.mkdir(parents=True)
    shutil.copy(ROOT / "book/paper.csv", stored.parents[1])
    faces, short = {"name": "synthetic", "size": 48} | SMALL, {"steps": 2, "every": 1}
    both, four = {"augment": True, "dropout": True} | short, range(4)
    jobs = [*jobs_of(faces, changes=short, folds=four, weights=[0]), *jobs_of(faces, changes=both, folds=four),
            *(job for switch in ("dropout", "augment", "bias")
              for job in jobs_of(faces, changes={switch: True} | short, folds=range(3), weights=False)),
            *jobs_of(faces | {"classes": 6}, changes=both, weights=False),
            *jobs_of(faces, changes=short, shuffled=True),
            *jobs_of(faces, "paper", changes=both | {"steps": 3}, trial=2, weights=False)]
    made = train_all(jobs, store=stored, progress=False)
    assert not any(one.failed for one in made)
    for metrics in stored.glob("*/metrics.json"):           # two steps cannot settle
        metrics.write_text(json.dumps(json.loads(metrics.read_text("utf-8")) | {"settled": True}), "utf-8")

    page, numbers = run("recognition", options=SMALL, **QUICK | {"variants": ["CNN"]}, with_biases=False,
                        baselines=["majority", "PCA + LR"])
    as_released = [one.accuracy for one in made if one.job.recipe == Recipe.released(**both)
                   and "classes" not in one.job.faces]
    assert len(as_released) == 4 and numbers["recognition_stored_cnn_ad"] == pytest.approx(np.mean(as_released))
    said = re.search(r"\*\*Stored, 48 pixels\*\*, .*", page)[0]
    assert re.findall(r"(CNN\S*)( with biases)? [^(]*\((\d) folds\)", said) == [
        ("CNN", " with biases", "3"), ("CNN+A", "", "3"), ("CNN+AD", "", "4"), ("CNN+D", "", "3")]
    assert numbers["recognition_verdict_variants"] != VERDICTS["could not be tested"]
    assert "CNN+AD against CNN+D" in page and "better: CNN against CNN with biases" in page
    assert "rate 0.001, first weights k / fan-in, full normalisation" in page and numbers["recognition_text"] in (0, 1)
    assert numbers["recognition_text_steps"] in (2, 3)


@pytest.mark.parametrize(("name", "more"), [("ck_plus", {}), ("ck_plus", {"classes": 6}), ("ck48", {}), ("tfd", {}),
                                            ("fer2013", {"selection": "test"})])
def test_other_sets(run, twin, tmp_path, name, more):
    page, numbers = run("recognition", **write(name, twin, tmp_path / "set"), **QUICK | {"variants": ["AD"]}, **more)
    assert 0 <= numbers["recognition_live_cnn_ad"] <= 1 and 0 <= numbers["recognition_live_hog_svm"] <= 1
    assert "Photographs are not shown" in page
    assert "data:image" not in page and 'class="interactive"' not in page
    assert f"chosen on {more.get('selection', 'validation')}" in page
    assert ("AU" in page) == (name.startswith("ck")), "the wrong ones' action units, where they are coded"


def test_the_word_for_a_claim_follows_from_what_was_found():
    chapter = definitions("recognition", loss_level=1.)
    word_for, told_apart = chapter["word_for"], chapter["told_apart"]
    assert [told_apart(*each) for each in ((.1, 2), (-2, -.1), (-1, 1))] == ["ahead", "behind", "not told apart"]
    assert word_for(["ahead", "ahead"]) == "held" and word_for(["ahead", "not told apart"]) == "held in part"
    assert word_for(["ahead", "behind"]) == "not held" and word_for(["not told apart"] * 3) == "not told apart"

    def trained(variant, fold, *losses):
        return SimpleNamespace(recipe=SimpleNamespace(variant=variant), config={"fold": fold},
                               history=pd.DataFrame({"step": [10, 20, 30], "loss": losses}))

    plain = [trained("CNN", fold, 2, .5, .1) for fold in (0, 1, 2)]
    slower = [trained("CNN with biases", fold, 2, 1.5, .1) for fold in (0, 1)]
    never = trained("CNN with biases", 2, 2, 2, 2)
    assert chapter["sooner"]([*plain, *slower]) == ("ahead", "20 steps without, 30 with; 20 steps without, 30 with")
    assert chapter["sooner"]([*plain, *slower, never])[0] == "not told apart", "it may need any number of steps"
    assert chapter["sooner"]([*plain, trained("CNN with biases", 0, .5, .4, .1)])[0] == "behind"


def test_a_variant_is_compared_on_the_folds_that_it_shares():
    chapter = definitions("recognition")
    told = {"CNN": [70, 80, 90, 60], "CNN+D": [72, 83, 94], "CNN+A": [71, 81]}
    runs = [SimpleNamespace(recipe=SimpleNamespace(variant=variant), config={"fold": fold},
                            metrics={"test": {"accuracy": share / 100}, "settled": True})
            for variant, shares in told.items() for fold, share in enumerate(shares)]
    ahead = chapter["interval_over_folds"](chapter["ahead_of"](runs, "CNN"))
    assert list(ahead.index) == ["CNN+D"], "two folds have no interval worth the name"
    reach = 4.30265 / np.sqrt(3)            # t with two degrees of freedom; 2, 3 and 4 have a standard deviation of 1
    assert ahead.loc["CNN+D"].to_list() == pytest.approx([3, 3 - reach, 3 + reach, 3], rel=1e-5)
    assert chapter["is_ahead"](runs, "CNN+D", "CNN")[:2] == ("ahead", 3)
    assert chapter["is_ahead"](runs, "CNN", "CNN+D")[:2] == ("behind", 3)
    assert chapter["is_ahead"](runs, "CNN+A", "CNN")[0] is chapter["is_ahead"](runs, "CNN+AD", "CNN")[0] is None
    assert chapter["is_ahead"](runs, "CNN", "CNN+AD")[0] is None and not chapter["can_be_ordered"]([])
    assert chapter["can_be_ordered"](runs) and not chapter["can_be_ordered"](runs[:4])
    runs[0].metrics["settled"] = False
    assert not chapter["can_be_ordered"](runs)


def test_points_ahead_are_counted_by_case_and_their_interval_by_people():
    over_people = definitions("recognition")["over_people"]
    index = pd.MultiIndex.from_product([list("abcd"), range(10)], names=["who", "case"])
    always = over_people(pd.Series(1., index))
    assert (always["cases"], always["people"], always["points"], always["from"], always["to"]) == (40, 4, 100, 100, 100)
    by_person = over_people(pd.Series(np.repeat([1., 1, -1, -1], 10), index))
    by_case = over_people(pd.Series(np.tile([1., -1], 20), index))
    assert by_person["from"] < -80 and by_case["from"] > -30, "a person's cases are not independent"
