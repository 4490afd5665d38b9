"""Differences of cases, over people."""
import numpy as np
import pandas as pd
import pytest
from made_runs import faces_of, run_of

from fer_lib.analysis.bootstrap import against, by_case, over_people, people_in


def cases(ahead, people="abcdef") -> pd.Series:
    return pd.Series(ahead, pd.MultiIndex.from_product([list(people), range(10)], names=["who", "case"]))


def test_points_ahead_are_counted_by_case_and_their_interval_by_people():
    always = over_people(cases(1.))
    assert (always["cases"], always["people"], always["points"], always["from"], always["to"]) == (60, 6, 100, 100, 100)
    by_person = over_people(cases(np.repeat([1., -1], 30)))
    by_case = over_people(cases(np.tile([1., -1], 30)))
    assert by_person["from"] < -60 and by_case["from"] > -30, "a person's cases are not independent"


def test_of_few_people_there_is_no_interval():
    few = over_people(cases(1., "abcde"))
    assert few["points"] == 100 and np.isnan(few["from"]) and np.isnan(few["to"]), "all on one side: 1 of 16 by chance"


def test_who_is_not_known_is_somebody_else():
    assert people_in(faces_of(), np.array([1, 3])).tolist() == ["image 1", "image 3"]
    some = faces_of(subjects=["S1", "", "S1", ""])
    assert people_in(some, np.arange(4)).tolist() == ["S1", "image 1", "S1", "image 3"]


def test_the_frames_of_a_case_are_one():
    faces = faces_of(subjects=["a", "a", "b", "b"], cases=[0, 0, 1, 2])
    found = by_case(np.array([1., 0, -1, 1]), faces, fold=2)
    assert found.to_dict() == {("a", "2 0"): .5, ("b", "2 1"): -1, ("b", "2 2"): 1}


def test_each_variant_is_compared_over_its_folds_and_the_mean_of_its_seeds():
    faces = faces_of(subjects=["a", "a", "b", "b"])
    runs = [run_of("CNN", 0, seed=0), run_of("CNN", 0, seed=1), run_of("CNN", 1), run_of("CNN", 2, weights=False),
            run_of("CNN+AD", 0, pixels=96)]

    def ahead(run):
        if not run.has_weights:
            return None
        return np.full(4, {0: 1., 1: -1.}[run.config["fold"]] - run.config["seed"])

    plain, both = against("HOG", runs, ahead, faces).to_dict("records")
    assert (plain["network"], plain["pixels"], plain["folds"], plain["against"]) == ("CNN", 48, 2, "HOG")
    assert (plain["cases"], plain["people"]) == (8, 2)
    assert plain["points"] == pytest.approx(100 * (4 * .5 - 4) / 8), "1 and 0 by seed in fold 0, −1 in fold 1"
    assert (both["pixels"], both["cases"], both["points"]) == (96, 4, 100)
    assert not len(against("HOG", [], ahead, faces))
