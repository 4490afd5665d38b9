"""What the chapter `interventions` says and draws, of numbers that are known."""
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest
from matplotlib.collections import PathCollection

from fer_lib.pages import interventions as page


def networks(**more) -> pd.DataFrame:
    return pd.DataFrame([
        {"group": group, "kind": kind, "seed": seed, "criteria": points, "rises with its unit only": share}
        for group, kind, points, share in (("controls", "CNN+AD", 16., .12), ("controls", "CNN", 8., .06),
                                           ("controls", "CNN, shuffled labels", -1.4, .01),
                                           ("photographs", "not trained", -.2, .02)) for seed in (1, 2)]).assign(**more)


def test_the_answer_is_of_what_networks_have_learned():
    said = page.answer(networks())
    assert said.endswith("do, on average: 12 where they were trained on drawn faces, at most 0 where they learned "
                         "shuffled labels, or nothing. Not every unit does so: see below.")
    said = page.answer(pd.concat([networks(), networks(group="photographs", criteria=7.9)]))
    assert "12 where they were trained on drawn faces, 8 where they were trained on photographs, at most 8" in said
    assert "at most" not in page.answer(networks().query("kind == 'CNN'"))
    assert "photographs" not in page.answer(networks(group="controls"))
    assert "nothing is compared" in page.answer(networks(criteria=float("nan")))


def test_a_panel_for_drawn_faces_and_one_for_photographs():
    panels = page.criteria_dots(networks()).axes
    assert [axes.get_xlabel().splitlines()[1] for axes in panels] == list(page.GROUPS.values())
    drawn = [x for dots in panels[0].collections for x, _ in dots.get_offsets()]
    assert sorted(drawn) == [-1.4, -1.4, 8, 8, 16, 16]
    unknown = networks().replace({"criteria": {8.: np.nan}})        # such as of networks that name people
    assert [label.get_text() for label in page.criteria_dots(unknown).axes[0].get_yticklabels()] == [
        "CNN+AD", "CNN, shuffled labels", "not trained"]
    assert len(page.criteria_dots(networks(group="photographs")).axes) == 1
    plt.close("all")


def test_a_dot_stands_on_each_effect_that_counts():
    effects = pd.DataFrame([(kind, unit, name, points, abs(points) > 5) for kind in ("CNN+AD", "CNN")
                            for unit, points in (("AU12", 90.), ("AU4", 3.)) for name in ("happy", "fear")],
                           columns=["kind", "unit", "expression", "mean", "counts"])
    for axes in page.heatmaps(effects, {"happy": ["AU12"]}).axes[:2]:
        dots = [tuple(map(int, place)) for own in axes.collections if isinstance(own, PathCollection)
                for place in own.get_offsets()]
        assert sorted(dots) == [(0, 0), (1, 0)], "AU12 is the first row"
        assert [text.get_text() for text in axes.texts] == ["90"]
    plt.close("all")


def test_effects_that_count_in_words():
    effects = pd.DataFrame([("CNN", "AU12", "happy", 90., True), ("CNN", "AU6", "happy", 3., False),
                            ("CNN", "AU27", "surprise", 70., True), ("CNN", "AU4", "fear", -40., True),
                            ("CNN", "AU14", "contempt", 60., True), ("CNN", "AU12", "neutral", 30., True),
                            ("CNN+AD", "AU12", "happy", 90., True)],
                           columns=["kind", "unit", "expression", "mean", "counts"]).assign(
                               n=5, low=lambda table: table["mean"] - 9.6, high=lambda table: table["mean"] + 9.6)
    own = {"happy": ["AU12", "AU6"]}
    assert page.effects_in_words(effects, own, "CNN") == (
        "In CNN the largest is that of AU12 on happy: +90 [+80, +100] points, 5 seeds.\n\n"
        "CK+’s criteria name 2 pairs of a unit and an expression that it should raise. Of these 1 count, and of all "
        "other pairs 1 (contempt is left out); the largest others: AU27 (mouth stretch) for surprise.")
    assert page.effects_in_words(effects, own, "CNN+AD").endswith("and of all other pairs 0 (contempt is left out).")
    few = effects.assign(n=2, counts=False, low=np.nan, high=np.nan)
    assert page.effects_in_words(few, own, "CNN") == (
        "In CNN the largest is that of AU12 on happy: +90 points, 2 seeds.\n\nWhether an effect counts takes 3 seeds "
        "of a kind; there are 2.")


def test_one_seed_is_one_seed():
    effects = pd.DataFrame({"kind": "CNN", "unit": ["AU12", "AU4"], "expression": "happy", "mean": [.4, -3.], "n": 1,
                            "counts": False, "low": np.nan, "high": np.nan})
    assert page.effects_in_words(effects, {"happy": ["AU12"]}, "CNN") == (
        "In CNN the largest is that of AU12 on happy: 0 points, 1 seed.\n\nWhether an effect counts takes 3 seeds of a "
        "kind; there is 1.")


def test_what_is_missed_in_words():
    nan = float("nan")
    measured = pd.DataFrame({"kind": ["CNN+AD", "CNN", "CNN"], "lost, criteria": [nan, -.2, -.4],
                             "lost, one side, criteria": [nan, -3., -1.]})
    assert page.missed_in_words(measured) == (
        "Without a unit of its criteria an expression loses 0 points more than without another of its units, in CNN; "
        "without it on one side −2.")
    assert page.missed_in_words(measured[:1]) == page.NOT_KNOWN


def test_filters_that_follow_in_one_kind_or_none():
    one = networks().query("kind == 'CNN'")
    assert page.follow_in_words(one) == "Filters that follow their unit and no other: 6 % (CNN)."
    assert page.follow_in_words(one.assign(**{"rises with its unit only": np.nan})) == page.NOT_KNOWN


def test_the_way_between_expressions_is_of_pairs_that_are_told_apart():
    nan = float("nan")
    rows = [("CNN", 1, "a", pair, name, value) for pair, *values in (
        ("fear happy", .4, .5, .2), ("fear anger", .6, .4, 0.), ("anger happy", nan, nan, .9),
        ("sadness fear", .5, 300, .1))
        for name, value in zip(("at", "sharpness", "neither"), values, strict=True)]
    rows += [("not trained", 1, "a", "fear happy", name, value) for name, value in
             (("at", nan), ("sharpness", nan), ("neither", 1.))]
    found = page.between(pd.DataFrame(rows, columns=["kind", "seed", "run", "first", "second", "value"]))
    trained, untrained = found.set_index("kind")[["told apart", "in one step", "a third name"]].to_numpy().tolist()
    assert trained == pytest.approx([.75, 2 / 3, .1]) and untrained[0] == 0 and np.isnan(untrained[1:]).all()


def test_filters_that_follow_and_are_turned_in_words():
    assert page.follow_in_words(networks()) == (
        "Filters that follow their unit and no other: 12 % (CNN+AD), 2 % (not trained).")
    rows = [("CNN", 1, "a", pair, second, p) for pair, out, up in (("happy AU12", .01, .2), ("fear AU1", .04, .03),
                                                                  ("fear AU2", .5, .5), ("fear AU4", .5, .5))
            for second, p in (("out, p", out), ("up, p", up))]
    table = pd.DataFrame(rows, columns=["kind", "seed", "run", "first", "second", "value"])
    measured = pd.DataFrame({"kind": ["CNN", "CNN"], "taken out": [4., 6.], "turned up": [-1., -2.]})
    said = page.turned_in_words(table, measured)
    assert "random sets do: +5.0 (CNN).\n\nTurned up, they add: −1.5 (CNN).\n\nMeans hide" in said
    assert "in CNN, 50 % are beyond chance when taken out, 25 % when turned up" in said


def test_what_a_strong_au5_is_worth():
    rows = [(kind, unit, name, points) for kind, more in {"CNN+AD": 9., "not trained": 0.}.items()
            for unit in ("AU5", "AU12") for name, points in (
                ("happy", more * (unit == "AU12")), ("surprise", 3 * more * (unit == "AU5")), ("neutral", -50.))]
    effects = pd.DataFrame(rows, columns=["kind", "unit", "expression", "mean"])
    assert page.without_strong_au5(effects).endswith("beyond others: +9.0 instead of +18.0 (CNN+AD).")
    assert page.without_strong_au5(effects[effects["expression"] != "surprise"]) == ""
