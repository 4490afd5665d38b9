"""Stored runs as a table: which row stands for the weights that the trainings of a seed begin with."""
import numpy as np
import pandas as pd
import pytest

from fer_lib.analysis import networks
from fer_lib.analysis.rules import rules

CRITERIA = {"CNN": 9., "CNN, shuffled labels": 2., "CNN, identities": np.nan}      # people are no expressions


def rows(kind: str, seed: int) -> list[dict]:
    about = {"group": "controls", "set": "ck_plus", "fold": 0, "seed": seed, "size": 48, "run": f"{kind} {seed}"}
    points = CRITERIA[kind]
    return [about | {"kind": kind, "criteria": points + .1 * seed, "strays": 1.},
            about | {"kind": networks.UNTRAINED, "criteria": np.nan if np.isnan(points) else .1 * seed, "strays": 1.}]


@pytest.mark.parametrize("order", [list(CRITERIA), list(CRITERIA)[::-1]])
def test_the_untrained_of_a_seed_are_those_of_whom_most_is_known(monkeypatch, order):
    monkeypatch.setattr(networks, "rows_of", lambda run, group: rows(*run))
    table = networks.table_of([(kind, seed) for seed in range(1, 6) for kind in order])
    fresh = table[table["kind"] == networks.UNTRAINED]
    assert len(table) == 20 and sorted(fresh["seed"]) == [1, 2, 3, 4, 5] and fresh["criteria"].notna().all()
    assert table[table["kind"] != networks.UNTRAINED]["run"].is_unique
    found = rules()["interventions"].judge(pd.DataFrame(table)).findings["twin, above no training"]
    assert found.effect.n == 5
