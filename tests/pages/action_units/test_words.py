"""What the chapter on action units says and tabulates follows from its numbers."""
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from fer_lib.analysis.ablation import beyond_chance
from fer_lib.analysis.chance import FamilyWise
from fer_lib.pages import action_units as page
from fer_lib.pages.action_units.chance import row_of
from fer_lib.pages.action_units.choices import usual_winners
from fer_lib.pages.action_units.networks import MEASURED, answer, memorised_in_words, people_in_words
from fer_lib.pages.action_units.use import most_removed, side_by_side
from fer_lib.pages.notebooks import RECORD


@pytest.fixture
def glued(monkeypatch):
    """What is displayed, and the record of what is glued, by name."""
    from fer_lib.pages import notebooks
    found = {}
    monkeypatch.setattr(notebooks, "show", lambda data, metadata, **how: found.update(
        {metadata[RECORD]["name"]: metadata[RECORD]}))
    return found


def about(**more) -> page.About:
    answers = np.array([[0., 3., 1., 0.], [0., 1., 2., 9.]])
    return page.About(**{"trained": SimpleNamespace(folder=SimpleNamespace(name="a run")), "faces": None,
                         "units": ["AU1", "AU2"], "in_training": answers, "filters": 2} | more)


def test_filters_that_respond_most_are_shown_and_those_that_never_differ_are_guesses():
    of = about()
    assert of.shown.tolist() == [3, 1] and of.responsive.tolist() == [False, True, True, True] and of.n == 3
    assert of.run == "a run"


def test_a_set_without_units_is_refused():
    with pytest.raises(ValueError, match="ck48 comes without action units, .* options {au_table: units.csv}"):
        page.require_units(SimpleNamespace(name="ck48", action_units=None))


def test_the_usual_winner_is_told_with_up_to_three_others_that_ever_win():
    units = [f"AU{i}" for i in range(6)]
    assert usual_winners(np.array([0, 10, 0, 25, 5, 0]), units) == {
        "most frequent winner": "AU3", "in": "62 %", "others": "AU1 25 %, AU4 12 %"}
    assert usual_winners(np.array([0, 4, 0, 0, 0, 0]), units)["others"] == ""


def test_a_test_is_a_row_of_its_counts():
    test = FamilyWise(np.zeros((3, 2)), np.array([.01, .05, .06]), np.array([[.01, .5], [.04, .5], [.06, 1.]]))
    assert row_of("AUC", test, ["AU1", "AU12"]) == {
        "test": "AUC", "units": 2, "filters with a unit": 2, "cells": 2, "units with a filter": "1: 1"}


def test_each_measure_of_the_tests_is_glued(glued, capsys):
    test = FamilyWise(np.array([[0., 0], [2, 1], [1, 2], [1, 2]]), np.array([1., .01, .5, .5]), np.full((4, 2), .02))
    sample = SimpleNamespace(units=pd.DataFrame({"AU1": [1, 1, 0], "AU2": [1, 0, 0]}))
    page.show_tests({"divergence": test, "AUC, within expressions": test}, ["AU1", "AU2"], sample,
                    np.array(["AU1", "AU1", "AU1", "AU2"]), 20, about())
    assert {name: record["value"] for name, record in glued.items()} == {
        "au_filters_kl": 1, "au_units_kl": 2, "au_filters_auc_within": 1, "au_units_auc_within": 2,
        "au_units_testable": 2, "au_units": 2, "au_raw_agrees": pytest.approx(2 / 3), "au_rare": 1,
        "au_rare_raw": pytest.approx(1 / 3), "au_rare_standardised": pytest.approx(2 / 3)}
    assert glued["au_rare_raw"]["n"] == 3 and glued["au_filters_kl"]["n"] == 4
    assert "too few" not in capsys.readouterr().out
    page.show_tests({"divergence": test}, [], sample, np.array(["AU1"] * 4), 18, about())
    assert "18 shuffles are too few" in (said := capsys.readouterr().out) and "expressions: AU1, AU2" in said


def test_networks_on_shuffled_labels_know_them_by_heart_or_not():
    words = memorised_in_words(.9, .5)
    assert words.endswith("learned most of them by heart.") and "90 %" in words
    assert "hardly any" in memorised_in_words(.7, .5)


def test_the_best_filter_is_ranked_among_its_rotations(glued):
    special = pd.DataFrame({"best filter": [.8, .9], "best of rotated": [.7, .95], "all filters": [.9, .9],
                            "untrained, best": [.6, .6], "untrained, all": [.7, .7]}, index=["AU1", "AU2"])
    mixed = pd.DataFrame([[.6, .95], [.8, .95], [.7, .95]], columns=special.index)
    new = SimpleNamespace(units=pd.DataFrame({"AU1": [1., 0.], "AU2": [1., np.nan]}))
    assert page.show_special(special, mixed, new, np.array([7, 8]), ["AU1"], about()) == .5  # .775, .875 and .825; .85
    assert glued["au_special_units"]["value"] == 1 and glued["au_single_rotated"]["value"] == pytest.approx(.825)
    glued.clear()
    special["best of rotated"] = np.nan
    none = page.show_special(special, pd.DataFrame([]), new, np.array([7, 8]), ["AU1"], about())
    assert np.isnan(none) and "au_single_rotated" not in glued and "au_special_units" not in glued


def test_losses_stand_side_by_side_in_the_order_of_the_units(glued, capsys):
    random = np.linspace(-.1, .1, 99)
    use = beyond_chance([(unit, needs, k, np.append(lost, random), np.zeros(100)) for unit, needs, lost in (
        ("AU9", [1], .5), ("AU10", [0, 1], 0.)) for k in (1, 5)])
    wide = side_by_side(use, [1, 5], ["angry", "disgust"])
    assert list(wide.index) == [("AU9", "disgust"), ("AU10", "angry, disgust")]
    assert [k for k, _ in wide] == [1] * 4 + [5] * 4 and wide[5, "they lose"].tolist() == [.5, 0.]
    assert most_removed(use)["unit"].tolist() == ["AU9", "AU10"]
    faces = SimpleNamespace(classes=["angry", "disgust"])
    page.show_use(use, [1, 5], 99, .8, np.arange(7), ["test"], about(faces=faces))
    assert {name: glued[f"au_{name}"]["display"] for name in ("used", "used_of", "used_most", "removed", "needed")} == {
        "used": "1", "used_of": "2", "used_most": "50", "removed": "5", "needed": "80 %"}
    assert "1 taken out: AU9; 5 taken out: AU9" in capsys.readouterr().out
    glued.clear()
    page.show_use(beyond_chance([]), [1], 99, .8, np.arange(7), ["test"], about())
    assert set(glued) == {"au_use_images", "au_draws", "au_needed"}
    assert "no expression needs any" in capsys.readouterr().out


def test_the_answer_is_of_the_kinds_that_there_are():
    rows = [{"kind": kind, "seed": seed, **dict.fromkeys(MEASURED, auc)} for kind, auc in (
        ("CNN+AD", .9), ("CNN", .8), ("CNN, shuffled labels", .7), ("not trained", .6)) for seed in (1, 2)]
    assert answer(pd.DataFrame(rows)).endswith(
        "in 85 of 100 pairs where networks learned expressions, at most 70 where they learned shuffled labels, or "
        "nothing. Guessing gives 50.")
    assert "85 of 100 pairs where networks learned expressions. Guessing" in answer(pd.DataFrame(rows[:4]))
    assert "nothing is compared" in answer(pd.DataFrame(columns=["kind"]))


def test_what_networks_of_people_know_stands_beside_what_others_do():
    table = pd.DataFrame([{"kind": kind, "seed": seed, "best filter": auc + seed / 100, "held-out AUC": auc - .1}
                          for kind, auc in (("CNN", .8), ("CNN, identities", .7), ("not trained", .6))
                          for seed in (-1, 1)])
    best, typical = people_in_words(table)
    assert best.endswith("a mean AUC of 0.80 in networks that learned expressions (CNN), 0.70 in those that learned "
                         "people, 0.60 in those that learned nothing.")
    assert "*typical*" in typical and "0.50 in those that learned nothing" in typical
    assert people_in_words(table.drop(columns="held-out AUC")) == [best], "of photographs, which have no codes"
    assert people_in_words(table[table["kind"] != "CNN, identities"]) == []
