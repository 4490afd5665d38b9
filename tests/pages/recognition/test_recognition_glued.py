"""Numbers for prose: their names, and when there are none."""
import pandas as pd
import pytest

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


def test_how_far_ahead_is_of_the_stored_network_that_verdicts_are_about(numbers):
    rows = [{"run": run, "network": "CNN+AD", "pixels": pixels, "folds": 3, "against": "HOG", "cases": 9,
             "points": points, "from": 0., "to": 1.} for run, pixels, points in
            (("live", 48, 1.), ("stored", 96, 2.), ("stored", 48, 3.))]
    glued.glue_ahead(pd.DataFrame(rows), 48)
    assert numbers.pop("recognition_compared")[0] == 3
    assert numbers == {"recognition_ahead": (3., 9, "+3.0 [0.0, +1.0]")}
    numbers.clear()
    glued.glue_ahead(pd.DataFrame(), None)
    assert not numbers
