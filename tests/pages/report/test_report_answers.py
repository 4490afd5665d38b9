"""Networks whose answers are known, asked everything."""
import numpy as np
import pytest
from made_networks import SHUFFLES, UNITS, Noise, constant, intensities

from fer_lib.pages import report

LEAST = 1 / (1 + SHUFFLES)


def values(made) -> dict[str, float]:
    return {name: number["value"] for name, number in made.found["numbers"].items()}


def column(made, table: str, name: str) -> list:
    return [row[name] for row in made.found["tables"][table]["rows"] if row.get(name) is not None]


def test_a_filter_for_each_unit(of_units):
    found = values(of_units)
    assert column(of_units, "units", "yours.AUC") == [1.] * 21 and set(column(of_units, "units", "yours.p")) == {LEAST}
    assert column(of_units, "units", "yours.filter") == list(range(21))
    assert found["yours.beyond"] == found["yours.own_first"] == 21
    assert found["yours.best"] == found["yours.all"] == 1 and found["yours.others"] == .5
    assert of_units.found["numbers"]["yours.best"] | {"source": ""} == {
        "value": 1, "n": 12, "source": "", "from": 1, "to": 1}
    assert of_units.found["answer"][0].startswith("For 21 of 21 action units there is a filter")


def test_the_same_in_expressions_and_within_one(of_units):
    found = values(of_units)
    within = column(of_units, "expressions", "yours.within.AUC")
    assert len(within) == 14 and min(within) > .9 and np.median(within) == 1      # of few, another unit may go with it
    assert set(column(of_units, "expressions", "yours.within.p")) == {LEAST}
    assert found["yours.anywhere_beyond"] == len(column(of_units, "expressions", "yours.anywhere.AUC")) == 20
    assert found["yours.kept"] == 1 and found["yours.kept_by_chance"] < .2 and found["yours.kept_p"] < .01


def test_what_a_smile_makes_of_it(of_units):
    rows = of_units.found["tables"]["effects, yours"]["rows"]
    points = {(row["unit"], row["expression"]): (row["mean"], row["counts"]) for row in rows}
    assert points["AU12", "happy"] == (pytest.approx(80), True) and points["AU12", "anger"][0] == pytest.approx(-40)
    assert points["AU1", "happy"] == (pytest.approx(0), False)
    assert {name for _, name in points} == {"happy", "anger"} and of_units.found["left_out"] == ["yawning"]
    assert values(of_units)["yours.effects"] == 2 and values(of_units)["yours.criteria"] > 10


def test_where_a_patch_takes_everything_it_is_taken_everywhere(of_units):
    rows = of_units.found["tables"]["places"]["rows"]
    assert 2 <= len(rows) <= 4 and all(row["people"] == 6 for row in rows)
    assert all(np.ravel(row["lost"]).tolist() == [1.] * 49 and row["gain"] == pytest.approx(1) for row in rows)


def test_a_function_is_not_asked_with_fresh_weights(of_units):
    assert not [name for name in values(of_units) if name.startswith("fresh") or name == "difference"]
    assert "Beside fresh weights it was not asked: a function does not say" in of_units.found["answer"][1]


def test_the_paper_s_network_stands_beside_it(of_units):
    found = values(of_units)
    assert .85 < found["paper, CNN+AD.best"] < .95 and .5 < found["paper, not trained.best"] < .7
    assert len(column(of_units, "units", "paper, CNN+AD.AUC")) == 21


def test_filters_that_never_change_are_at_chance():
    made = report(constant, shuffles=SHUFFLES, progress=False)
    assert column(made, "units", "yours.AUC") == [.5] * 21 and set(column(made, "units", "yours.p")) == {1.}
    assert set(column(made, "expressions", "yours.within.AUC")) == {.5}
    assert "yours.kept" not in made.found["numbers"] and made.found["tables"]["places"]["rows"] == []
    assert made.found["answer"][0].startswith("No: each of the 5 filters answers the same to every face")
    assert "No filter got a unit" in made.page and "Not asked: no unit has a filter" in made.page


def test_noise_is_told_to_be_at_chance():
    made = report(Noise(), fresh=Noise(1), shuffles=SHUFFLES, progress=False)
    found = values(made)
    assert found["yours.beyond"] == found["yours.anywhere_beyond"] == found["yours.within_beyond"] == 0
    first, second = made.found["answer"]
    assert first.startswith("No: for none of 21") and "no more than may be there before training" in second
    assert found["yours.kept_p"] > .05 and .35 < found["yours.best"] < .65


def test_what_training_added():
    def half(images):
        shown = intensities(images)
        return np.concatenate([shown[:, :10], Noise()(images)], axis=1)

    made = report(half, fresh=Noise(1), shuffles=SHUFFLES, progress=False)
    found = values(made)
    told = [row["unit"] for row in made.found["tables"]["units"]["rows"] if row["yours.p"] <= .05]
    assert told == UNITS[:10] and found["yours.beyond"] == 10 and found["fresh.beyond"] == 0
    assert found["difference"] == pytest.approx(found["yours.best"] - found["fresh.best"])
    assert "so training has added 0." in made.found["answer"][1]
    assert set(made.found["tables"]["units"]["rows"][0]) >= {"fresh.AUC", "fresh.p", "fresh.line"}
