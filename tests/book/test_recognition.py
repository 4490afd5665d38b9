"""The chapter `recognition` on each set, as papermill runs it on a reader's own copy, with a few steps of training."""
import json
import re
import shutil
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from layouts import SMALL, write
from tiny_book import ROOT
from training_faces import seal_again

from fer_lib import Recipe
from fer_lib.analysis import VERDICTS
from fer_lib.analysis.rules import rules
from fer_lib.evaluation import wilson
from fer_lib.pages.notebooks import BOOK, definitions
from fer_lib.pages.printed import read_printed
from fer_lib.runs.grid import jobs_of, train_all

QUICK = {"size": 48, "steps": 4, "changes": {"every": 2}, "variants": ["CNN", "AD"]}


def test_the_twin(run, twin, tmp_path):
    kept = tmp_path / "kept/table.json"
    page, numbers = run("recognition", **write("synthetic", twin, tmp_path), **QUICK, keep=str(kept))
    assert "Live: no verdict" in page, "four steps cannot give one"
    assert "CNN with biases" in page and "96.4† in 2015 (v1), 95.1‡ in v3" in page and 'class="interactive"' in page
    assert "AUDN 92.1‡" in page and "Gabor + PCA 80.2‡" in page

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
    for name in ("paper.csv", "earlier.csv"):
        shutil.copy(ROOT / "book" / name, stored.parents[1])
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
        seal_again(metrics.parent)

    page, numbers = run("recognition", options=SMALL, **QUICK | {"variants": ["CNN"]}, with_biases=False,
                        baselines=["majority", "PCA + LR"])
    as_released = [one.accuracy for one in made if one.job.recipe == Recipe.released(**both)
                   and "classes" not in one.job.faces]
    assert len(as_released) == 4 and numbers["recognition_stored_cnn_ad"] == pytest.approx(np.mean(as_released))
    said = re.search(r"\*\*Stored, 48 pixels\*\*, .*", page)[0]
    assert re.findall(r"(CNN\S*)( with biases)? [^(]*\((\d) folds\)", said) == [
        ("CNN", " with biases", "3"), ("CNN+A", "", "3"), ("CNN+AD", "", "4"), ("CNN+D", "", "3")]
    assert numbers["recognition_verdict_variants"] != VERDICTS["not testable here"]
    assert "both, above dropout" in page and numbers["recognition_known_before"] == 0
    assert numbers["recognition_verdict_biases_better"] == pytest.approx(100 * np.mean([
        ahead.accuracy - behind.accuracy for ahead, behind in zip(
            (one for one in made if one.job.recipe == Recipe.released(**short) and not one.job.shuffled),
            (one for one in made if one.job.recipe == Recipe.released(bias=True, **short)), strict=False)]))
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
    assert bool(re.search(r"AU\d", page)) == name.startswith("ck"), "the wrong ones' action units, where they are coded"


def run_of(variant, fold, seed=0, share=50., settled=True):
    recipe = Recipe.released(augment="A" in variant, dropout=variant.endswith("D"), bias="biases" in variant)
    return SimpleNamespace(recipe=recipe, folder=Path(f"{variant}-{fold}"), provenance={"date": "2026-01-01"},
                           config={"fold": fold, "seed": seed, "dataset": {"parameters": {"size": 48}}},
                           metrics={"test": {"accuracy": share / 100}, "settled": settled}, as_released=True,
                           labels="expressions",
                           history=pd.DataFrame({"step": [10, 20, 30], "loss": [2., .5, .1]}))


def test_the_best_earlier_method_stands_beside_the_networks():
    labels = np.array([0, 0, 1, 1])
    tried = {name: {fold: {"named": np.array(named)} for fold in range(3)}
             for name, named in (("good", [0, 0, 1, 0]), ("bad", [1, 1, 1, 1]))}
    faces = SimpleNamespace(labels=labels, split=lambda fold: SimpleNamespace(test=np.arange(4)))
    chapter = definitions("recognition", tried=tried, faces=faces)
    runs = [run_of("CNN+AD", fold, share=95 + fold) for fold in range(3)] + [run_of("CNN", 0)]
    table = chapter["with_earlier_methods"](runs)
    own = table[table["kind"] == "best earlier method"]
    assert own["accuracy"].tolist() == [75] * 3 and own["fold"].tolist() == [0, 1, 2], "chosen on these folds"
    found = rules()["earlier"].judge(table)
    assert found.word == "supported" and found.n == 3
    assert found.findings["best earlier method"].effect.difference == pytest.approx(21)
    chapter["tried"].clear()
    assert rules()["earlier"].judge(chapter["with_earlier_methods"](runs)).word == "not testable here"
    assert not len(chapter["with_earlier_methods"]([]))


def test_an_order_is_read_only_from_three_folds_that_have_settled():
    verdict = definitions("recognition")["verdict"]
    runs = [run_of(variant, fold, share=50 + fold * (variant != "CNN"))
            for variant, number in {"CNN": 4, "CNN+D": 3, "CNN+A": 2}.items() for fold in range(number)]
    assert verdict(runs, "Stored").endswith("CNN+D +1.0 [−1.9, +3.9] (3 folds).")
    assert "no order" in verdict(runs[:4], "Live") and "no runs" in verdict([], "Live")
    runs[0].metrics["settled"] = False
    assert "no verdict" in verdict(runs, "Live")


def test_what_was_printed_of_earlier_methods_stands_beside_the_paper_s_own_numbers():
    earlier, printed = (read_printed(BOOK / name) for name in ("earlier.csv", "paper.csv"))
    table = definitions("recognition")["as_printed"](earlier, printed)
    rows = {row.pop("set"): row for row in table.to_dict("records")}
    assert list(rows["CK+, 8 classes"].values()) == ["AUDN 92.1‡", "96.4† in 2015 (v1), 95.1‡ in v3", "1 of 1"]
    assert rows["TFD, 7 classes"]["below its v3"] == "5 of 5"
    assert rows["CK+, 6 classes"]["below its v3"] == "3 of 5", "as printed, two were not behind"
    assert rows["FER2013, 7 classes"]["the paper's CNN+AD"] == rows["FER2013, 7 classes"]["below its v3"] == "n/a"
    assert "people, about 65‡" in rows["FER2013, 7 classes"]["earlier methods"]


def test_what_is_not_known_of_the_paper_is_no_number():
    chapter = definitions("recognition")
    earlier, printed = (read_printed(BOOK / name) for name in ("earlier.csv", "paper.csv"))
    assert chapter["paper"]("CNN", printed) == ""
    alone = chapter["as_printed"](earlier, printed[printed["known"] == "recalled"])
    assert set(alone["below its v3"]) == {"n/a"} and (alone["the paper's CNN+AD"] == "n/a").sum() == 1


def test_a_face_that_is_partly_coded_is_said_to_be():
    units = pd.DataFrame([[1, 0, 1], [1, np.nan, 0], [0, np.nan, np.nan], [0, 0, 0], [np.nan] * 3],
                         columns=["AU1", "AU4", "AU12"])
    told = definitions("recognition", faces=SimpleNamespace(action_units=units))["units_of"]
    assert [told(image) for image in range(5)] == [
        "; AU1 + AU12", "; AU1 (1 not coded)", "; no unit (2 not coded)", "; no unit", "; not coded"]
