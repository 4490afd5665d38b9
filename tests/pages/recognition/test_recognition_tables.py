"""Accuracies beside each other."""
import numpy as np
import pandas as pd
from made_runs import CLASSES, faces_of, run_of

from fer_lib.analysis.accuracies import row
from fer_lib.analysis.baselines import Tuned, methods
from fer_lib.pages.recognition.tables import (
    accuracies,
    biases,
    by_cases,
    constants,
    live_and_stored,
    made_with,
    shown,
    stored_as,
)

PRINTED = pd.DataFrame({"dataset": ["CK+", "CK+"], "classes": [len(CLASSES)] * 2, "variant": ["CNN", "CNN+AD"],
                        "accuracy": [np.nan, .951], "shown": ["", "95.1‡"], "version": ["v3", "v3"]})


def test_an_accuracy_is_shown_with_its_spread_and_interval():
    assert shown(row("a", [.5], [100])) == "50.0 [40, 60]"
    assert shown(row("a", [.4, .6], [50, 50])) == "50.0 ± 14.1 [40, 60]"


def test_networks_stand_above_methods_and_beside_the_paper():
    columns = {"live": [row("CNN", [.5], [9]), row("HOG", [.4], [9])], "stored": [row("CNN+AD", [.6], [9])]}
    table = accuracies(columns, ["HOG"], PRINTED, faces_of()).data
    assert list(table.index) == ["CNN", "CNN+AD", "HOG"]
    assert table.loc["CNN+AD"].tolist() == ["", shown(columns["stored"][0]), "95.1‡ in v3"]
    assert table.loc["HOG"].tolist()[1:] == ["", ""]
    other = accuracies(columns, ["HOG"], PRINTED, faces_of(name="fer2013")).data
    assert other.shape == (3, 2), "what is printed of CK+ is not of that set"
    plain = accuracies({"live": columns["live"]}, ["HOG"], PRINTED, faces_of()).data
    assert list(plain) == ["live"], "of a network that the paper prints nothing of there is no empty column"


def test_steps_that_were_not_reached_are_said_not_to_be():
    pair = [row(name, [.5], [9], parameters=1000, steps_to_level=[20, None]) for name in ("CNN", "CNN with biases")]
    table = biases({"live": [*pair, row("HOG", [.4], [9])]}, 1.).data
    assert table.iloc[:, -1].tolist() == ["20, not reached"] * 2 and table.iloc[0, 2] == "1,000"


def test_of_methods_the_chosen_constants_are_said():
    by_fold = {fold: Tuned(np.array([]), C, 0.) for fold, C in enumerate((.1, 1))}
    tried = dict.fromkeys(("majority", "HOG + SVM"), by_fold)
    assert constants(tried, methods(faces_of(), [0])).to_dict("records") == [
        {"method": "HOG + SVM", "constants C": "0.01, 0.1, 1", "fold 0": "0.1", "fold 1": "1"}]


def test_a_table_that_is_empty_is_left_out():
    one = pd.DataFrame({"points": [1.]})
    assert live_and_stored(pd.DataFrame(), one).to_dict("records") == [{"run": "stored", "points": 1.}]
    assert by_cases(live_and_stored(pd.DataFrame(), pd.DataFrame())) is None


def test_what_is_behind_has_a_minus_that_is_one():
    compared = pd.DataFrame({"network": ["CNN"], "cases": [9], "people": [3], "points": [-1.5], "from": [-2.71],
                             "to": [-.04]})
    shown = by_cases(compared).to_html()
    assert "−1.5" in shown and "−2.7" in shown and ">0.0<" in shown and "-2.7" not in shown
    assert "people" in shown and "people" not in by_cases(compared.assign(people=9)).to_html(), "nobody knows who"


def test_what_made_the_runs_is_said():
    assert made_with([run_of("CNN", 0), run_of("CNN+D", 0)], "quick").startswith(
        "2 networks for 48×48 pixels, 30 steps of 64 images each, 2026-01-01 on abacus, float32, 180 s in all\n")
    runs = [run_of("CNN", fold) for fold in (0, 1)]
    for fold, run in enumerate(runs):
        run.changes = lambda faces, changed=fold: ["torch"] * changed
    assert stored_as({48: runs}, {48: faces_of()}.get).to_dict("records") == [
        {"network": "CNN", "pixels": 48, "folds": "0, 1", "k": "0.90", "steps": "30, 30", "made": "2026-01-01",
         "on": "cpu", "minutes": 3, "CHANGED since": 1}]
    assert stored_as({}, {}.get).empty
