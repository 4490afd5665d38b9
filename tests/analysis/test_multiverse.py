"""Winners are chosen for every combination of choices, and compared where one choice differs."""
from itertools import product
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from made_samples import planted

from fer_lib.analysis.divergence import divergence, histograms
from fer_lib.analysis.multiverse import every_winner, stays, votes
from fer_lib.analysis.samples import sample_of


def made_faces(rng) -> tuple[SimpleNamespace, np.ndarray]:
    """Twenty sequences of three frames and as many neutral frames, of which filter 4 knows unit 2."""
    responses, case, units = planted(rng, cases=40, strength=3.)
    units[20:] = 0
    faces = SimpleNamespace(
        classes=("neutral", "happy"), labels=np.repeat(np.where(np.arange(40) < 20, 1, 0), 3), cases=case,
        subjects=None, action_units=pd.DataFrame(units[case], columns=[f"AU{1 + i}" for i in range(5)]))
    return faces, responses


CHOICES = {"bins": [5, 10], "smoothing": [.5], "reverse": [False, True], "neutral": [False, True],
           "peak_only": [False, True], "subjects": ["train", "all"]}


def test_each_combination_has_the_winners_of_its_own_analysis():
    faces, responses = made_faces(np.random.default_rng(0))
    parts, units = {"train": np.arange(90), "all": np.arange(120)}, list(faces.action_units)
    combinations, winners = every_winner(faces, responses, parts, units, CHOICES)
    assert [tuple(row) for row in combinations.to_numpy()] == list(product(*CHOICES.values()))
    assert winners.shape == (32, 12)
    assert (winners[:, 4] == 2).mean() > .9
    for c, found in zip(combinations.itertuples(), winners, strict=True):
        some = sample_of(faces, responses, parts[c.subjects], neutral=c.neutral, peak_only=c.peak_only)
        counts = histograms(some.responses, some.case, c.bins)
        np.testing.assert_array_equal(found, divergence(counts, some.units, c.smoothing, c.reverse).argmax(1))


def test_how_often_a_winner_stays_is_of_pairs_that_differ_in_one_choice():
    combinations = pd.DataFrame(list(product([1, 2, 3], ["a", "b"])), columns=["number", "letter"])
    winners = np.array([[0, 7], [0, 7],                         # 1a 1b
                        [0, 7], [1, 7],                         # 2a 2b
                        [0, 7], [1, 8]])                        # 3a 3b
    # a: always the same. b: of the first filter one pair of three, of the second one
    assert stays(winners, combinations, "number") == pytest.approx((1 + (1 / 3 + 1 / 3) / 2) / 2)
    assert stays(winners, combinations, "letter") == pytest.approx((1 + 1 / 2 + 0) / 3)


def test_votes_are_counted_by_filter_and_unit():
    assert votes(np.array([[0, 2], [0, 1], [2, 1]]), 3).tolist() == [[2, 0, 1], [0, 2, 1]]
