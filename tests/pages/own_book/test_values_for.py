"""What chapters are told of a set."""
from pathlib import Path

import pytest
from made_sets import faces, own, without_people

from fer_lib.pages.own_book import values
from fer_lib.pages.own_book.plan import plan_for
from fer_lib.pages.own_book.values import values_for


@pytest.mark.parametrize("made, many", [(faces(), False), (without_people(n=3300), True)])
def test_a_live_training_judges_seldom_where_it_judges_many_images(made, many, monkeypatch, tmp_path):
    monkeypatch.setattr(values, "folder_of", lambda job, store, sources: Path(store, f"{job}"))
    mine = own(made)
    found = values_for(mine, plan_for(mine, "minutes"), tmp_path, {})
    assert found["recognition"].get("changes") == ({"every": 80} if many else None)
    of_a_reader = values_for(mine, plan_for(mine, "minutes"), tmp_path, {}, mine={"changes": {"rate": .001}})
    assert of_a_reader["changes"] == {"rate": .001} and "changes" not in of_a_reader["recognition"]


def test_a_set_of_one_fold_has_no_networks_by_the_stopping_rule_but_in_a_trial(monkeypatch, tmp_path):
    monkeypatch.setattr(values, "folder_of", lambda job, store, sources: Path(store, f"{job}"))
    for made, plan, runs in ((without_people(), "quick", False), (without_people(), "full", True),
                             (without_people(), "minutes", True), (faces(), "quick", True)):
        mine = own(made)
        assert values_for(mine, plan_for(mine, plan), tmp_path, {})["about"]["runs"] == runs
