"""Rows of accuracies: what is a mean of runs, and what is counted once."""
import math

import numpy as np
import pytest
from made_runs import faces_of, run_of

from fer_lib.analysis.accuracies import of_all, of_methods, of_networks, row
from fer_lib.analysis.baselines import Tuned
from fer_lib.evaluation import wilson


def test_a_row_is_a_mean_over_runs_with_the_interval_of_its_cases():
    made = row("a", [.5, .7], [10, 30], more=1)
    assert made["accuracy"] == pytest.approx(.6) and made["sd"] == pytest.approx(math.sqrt(.02))
    assert (made["n"], made["runs"], made["more"]) == (40, 2, 1)
    assert made["interval"] == pytest.approx(wilson(.6, 40))
    assert row("a", [.5], [10])["sd"] is None


def test_a_fold_is_counted_once_whatever_its_seeds():
    runs = [run_of("CNN", fold, seed, share=50 + 10 * seed) for fold in (0, 1) for seed in (0, 1)]
    runs += [run_of("CNN with biases", 0, settled=False)]
    without, biased = of_networks(runs, 8, level=1.)
    assert (without["model"], without["runs"], without["n"], without["images"]) == ("CNN", 4, 20, 60)
    assert without["accuracy"] == pytest.approx(.55) and without["settled"] and not biased["settled"]
    assert biased["parameters"] - without["parameters"] == 64 + 128 + 256
    assert without["steps_to_level"] == [20] * 4 and of_networks(runs, 8, level=.01)[0]["steps_to_level"] == [None] * 4


def test_methods_are_judged_on_the_folds_of_the_networks():
    faces = faces_of([0, 0, 1, 1], cases=[0, 0, 0, 1])
    tried = {"some": {fold: Tuned(np.array(named), 1, 0.) for fold, named in enumerate([[0, 0, 0, 0], [0, 0, 1, 1]])}}
    own, = of_methods(tried, faces, [0, 1])
    assert (own["accuracy"], own["n"], own["images"]) == (.75, 4, 8), "two cases a fold"
    rows = of_all([run_of("CNN", 1)], tried, faces, level=1.)
    assert [(one["model"], one["accuracy"]) for one in rows] == [("CNN", .5), ("some", 1.)]
