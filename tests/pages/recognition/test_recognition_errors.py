"""What is taken for what."""
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
import torch
from made_runs import CLASSES, faces_of, run_of

from fer_lib.pages.recognition import errors
from fer_lib.pages.recognition.errors import confusion, least_found_in_words, most_wrong, recalls, row_shares, units_of


def test_a_face_that_is_partly_coded_is_said_to_be():
    units = pd.DataFrame([[1, 0, 1], [1, np.nan, 0], [0, np.nan, np.nan], [0, 0, 0], [np.nan] * 3],
                         columns=["AU1", "AU4", "AU12"])
    assert [units_of(units, image) for image in range(5)] == [
        "; AU1 + AU12", "; AU1 (1 not coded)", "; no unit (2 not coded)", "; no unit", "; not coded"]
    assert units_of(None, 0) == ""


def test_the_matrix_is_of_all_runs_and_in_shares_of_its_rows():
    runs = [run_of("CNN", fold, test={"confusion": [[3, 1], [0, 0]]}) for fold in (0, 1)]
    share, counts = row_shares(runs)
    np.testing.assert_array_equal(share, [[.75, .25], [np.nan, np.nan]])
    assert counts.tolist() == [8, 0]
    axes, = confusion(runs, "live").axes
    assert axes.get_title() == "live: CNN, 48 pixels, folds 0, 1, per cent of the row"
    assert [label.get_text() for label in axes.get_yticklabels()] == ["happy (8)", "sad (0)"]


def test_the_class_that_is_least_found_in_words():
    tests = [{"confusion": [[3, 1], [2, 0]], "recall": {"happy": .75, "sad": 0.}},
             {"confusion": [[4, 0], [0, 0]], "recall": {"happy": 1., "sad": None}},
             {"confusion": [[4, 0], [1, 1]], "recall": {"happy": 1., "sad": .5}}]
    runs = [run_of("CNN", fold, test=test) for fold, test in enumerate(tests)]
    assert least_found_in_words(runs) == "Least found is sad: 25 % of its 4 images, and none at all in 1 of 2 folds."


def test_a_class_without_images_has_no_recall():
    table = recalls([run_of("CNN", 0, test={"recall": dict(zip(CLASSES, (.5, None), strict=True))})], [])
    assert "no image" in table.to_html() and "live CNN, fold 0" in table.to_html() and ">50<" in table.to_html()


@pytest.fixture
def answered(monkeypatch):
    """answered(logits): what a run's network says of the faces."""
    return lambda logits: monkeypatch.setattr(errors, "predict", lambda *given: torch.tensor(logits))


def test_of_a_person_one_mistake_of_each_class_is_shown_the_surest_first(answered):
    answered([[0., 2.], [0., 3.], [5., 0.], [0., 1.], [9., 0.]])
    faces = faces_of([0, 0, 1, 0, 0], subjects=["a", "a", "a", "b", "b"])
    run = SimpleNamespace(**vars(run_of("CNN", 0)), network=None)
    wrong = most_wrong(run, faces, lambda pixels: faces, 9)
    assert wrong["image"].tolist() == [2, 1, 3], "image 0 is of the same person and class, image 4 is right"
    assert wrong["caption"].iloc[1] == "happy, named sad (95%)"
    assert most_wrong(run, faces, lambda pixels: faces, 1)["image"].tolist() == [2]
