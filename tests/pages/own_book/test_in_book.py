"""What stands beside other faces' verdicts is what the book's own chapters find."""
import numpy as np
import pytest

from fer_lib.analysis.baselines import accuracy_of, methods, tune
from fer_lib.analysis.networks import of_faces
from fer_lib.analysis.rules import rules
from fer_lib.datasets import load_dataset
from fer_lib.pages.notebooks import RESULTS
from fer_lib.pages.own_book.in_book import SIZE, earlier_methods, verdicts_of_book


def test_it_is_judged_from_the_same_networks_by_the_same_rules():
    found = verdicts_of_book()
    assert set(found) == set(rules())
    twin = of_faces(load_dataset("synthetic", size=48), RESULTS / "controls")
    for name in ("units", "parts", "identity"):
        assert found[name] == rules()[name].judge(twin).word


def test_stored_earlier_methods_are_what_the_chapter_tries():
    """Two folds of the quickest that learn."""
    twin, name = load_dataset("synthetic", size=SIZE), "HOG + SVM"
    stored = earlier_methods(RESULTS)
    assert {*stored} == {*methods(twin, range(10))} and all(len(by_fold) == 10 for by_fold in stored.values())
    method, pixels = methods(twin, range(10))[name], twin.images[:, 0] / np.float32(255)
    x = method.features(pixels)
    for fold in (0, 5):
        tried = {fold: tune(method, x, twin.labels, twin.split(fold))}
        assert accuracy_of(tried, twin, fold) == pytest.approx(stored[name][fold], abs=.01)
