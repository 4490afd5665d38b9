"""Numbers for prose: their names, and when there are none."""
import math

import pandas as pd
import pytest
from made_runs import faces_of, run_of

from fer_lib.analysis.accuracies import row
from fer_lib.pages.recognition import glued


@pytest.fixture
def numbers(monkeypatch):
    """What was glued: name → (value, n, display)."""
    found = {}
    monkeypatch.setattr(glued, "glue", lambda name, value, *, source, n=None, display=None: found.update(
        {name: (value, n, display)}))
    return found


def test_accuracies_have_names_that_other_pages_know(numbers):
    glued.glue_rows("stored", [row("CNN with biases", [.5], [9]), row("HOG + SVM", [.25], [9])], "toy")
    assert numbers == {"recognition_stored_cnn_with_biases": (.5, 9, "50.0 %"),
                       "recognition_stored_hog_svm": (.25, 9, "25.0 %")}


def test_the_gain_is_a_mean_over_runs(numbers):
    rules = pd.DataFrame({"run": ["live", "stored", "stored"], "gain": [1., 2., 4.]})
    glued.glue_gain(rules, faces_of())
    assert numbers == {"recognition_gain": (1., 1, "1.0"), "recognition_gain_stored": (3., 2, "3.0"),
                       "recognition_gain_runs": (2, None, None)}
    numbers.clear()
    glued.glue_gain(rules[:1], faces_of())
    assert math.isnan(numbers["recognition_gain_stored"][0]) and numbers["recognition_gain_runs"][0] == 0
    numbers.clear()
    glued.glue_gain(rules.drop(columns="gain"), faces_of())
    assert not numbers


def test_the_text_s_recipe_is_judged_on_validation(numbers):
    run = run_of("CNN", 0, initialisation="paper")
    run.metrics["validation"] = {"interval": [.4, .6], "n": 4}
    glued.glue_by_text([run_of("CNN", 1), run], lambda pixels: faces_of())      # the commonest class: half
    assert numbers == {"recognition_text": (False, 4, "at chance"), "recognition_text_steps": (30, None, None)}
    run.metrics["validation"]["interval"] = [.51, .7]
    glued.glue_by_text([run], lambda pixels: faces_of())
    assert numbers["recognition_text"] == (True, 4, "above chance")


def test_how_far_ahead_is_of_the_stored_network_that_verdicts_are_about(numbers):
    rows = [{"run": run, "network": "CNN+AD", "pixels": pixels, "folds": 3, "against": "HOG", "cases": 9,
             "points": points, "from": 0., "to": 1.} for run, pixels, points in
            (("live", 48, 1.), ("stored", 96, 2.), ("stored", 48, 3.))]
    glued.glue_ahead(pd.DataFrame(rows), 48)
    assert numbers == {"recognition_ahead": (3., 9, "+3.0 [+0.0, +1.0]")}
    numbers.clear()
    glued.glue_ahead(pd.DataFrame(), None)
    assert not numbers
