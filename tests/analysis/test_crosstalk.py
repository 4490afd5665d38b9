"""What a unit's best filter tells of others: planted answers, and ranks by hand."""
import numpy as np
import pandas as pd
import pytest
from toy_probe import UNITS, toy_probe

from fer_lib.analysis.crosstalk import crosstalk, ranks_of_own
from fer_lib.analysis.probe import against_rest, best_by_halves

PROBE = toy_probe(6)


def test_what_else_the_best_filter_of_a_unit_tells():
    """Filter 2 grows with AU1 and, half as much, with AU4; filter 5 shrinks with AU12; the others are silent."""
    both = np.zeros((len(PROBE), 8))
    noise = .01 * np.random.default_rng(1).normal(size=(len(PROBE), 2))
    both[:, 2] = 10 * PROBE.intensities["AU1"] + 5 * PROBE.intensities["AU4"] + noise[:, 0]
    both[:, 5] = -10 * PROBE.intensities["AU12"] + noise[:, 1]
    sample = against_rest(PROBE, both)
    table = crosstalk(sample)
    assert list(table.index) == list(table) == UNITS
    assert np.diag(table) == pytest.approx(best_by_halves(sample)["AUC"])
    assert table.at["AU1", "AU4"] == table.at["AU4", "AU1"] == 1, "it tells both from rest"
    assert abs(table.at["AU1", "AU12"] - .5) < .4 and table.at["AU12", "AU12"] == 1


def test_a_unit_s_rank_among_those_that_its_filter_tells():
    table = pd.DataFrame([[.9, .95, .5], [.2, .8, .3], [.7, .7, .7]], UNITS, UNITS)
    assert ranks_of_own(table).tolist() == [2, 1, 1]
    falls = pd.DataFrame([[.95, .02, np.nan], [.5, .4, .55], [.5, .5, 1]], UNITS, UNITS)
    assert ranks_of_own(falls).tolist() == [2, 3, 1], "a unit for which it falls is told, its own not the wrong way"
