"""Differences of cases, over people."""
import numpy as np
import pandas as pd

from fer_lib.analysis.intervals import over_people


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
