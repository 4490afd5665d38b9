"""Differences between recipes, over folds and over people."""
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from fer_lib.analysis.intervals import ahead_by_fold, over_folds, over_people


def runs(accuracy: dict[tuple[str, int], list[float]]) -> list:
    """{(variant, seed): per cent, fold by fold}"""
    return [SimpleNamespace(recipe=SimpleNamespace(variant=variant), config={"fold": fold, "seed": seed},
                            metrics={"test": {"accuracy": share / 100}})
            for (variant, seed), shares in accuracy.items() for fold, share in enumerate(shares)]


def test_a_variant_is_compared_on_the_folds_that_it_shares():
    some = runs({("CNN", 0): [70, 80, 90, 60], ("CNN+D", 0): [72, 83, 94], ("CNN+A", 0): [71, 81]})
    found = over_folds(ahead_by_fold(some, "CNN"))
    assert list(found.index) == ["CNN+D"], "two folds have no interval worth the name"
    reach = 4.30265 / np.sqrt(3)            # t with two degrees of freedom; 2, 3 and 4 have a standard deviation of 1
    assert found.loc["CNN+D"].to_list() == pytest.approx([3, 3 - reach, 3 + reach, 3], rel=1e-5)
    assert ahead_by_fold(some, "CNN+AD").empty and ahead_by_fold([], "CNN").empty
    assert over_folds(ahead_by_fold(some, "CNN+AD")).empty


def test_only_runs_of_the_same_seed_are_pairs_and_their_mean_is_the_fold_s():
    some = runs({("CNN", 0): [70, 70], ("CNN", 1): [50, 50], ("CNN+D", 0): [72, 74], ("CNN+D", 2): [99, 99]})
    assert ahead_by_fold(some, "CNN")["CNN+D"].tolist() == pytest.approx([2, 4])
    some += runs({("CNN+D", 1): [56, 50]})
    assert ahead_by_fold(some, "CNN")["CNN+D"].tolist() == pytest.approx([4, 2])


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
