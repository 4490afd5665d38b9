"""What the chapter `filters` says of the networks that were judged, and draws of one."""
from types import SimpleNamespace

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest

from fer_lib.analysis.attribution import crop, guided
from fer_lib.analysis.responses import responses
from fer_lib.analysis.rules import rules
from fer_lib.analysis.sanity import BEFORE, CHANCE, EXPLAINED, FACE, GUIDED, RANDOM, RANK, SSIM
from fer_lib.analysis.words import AHEAD, BEHIND, INCONCLUSIVE, NO_DIFFERENCE
from fer_lib.faces import ACTION_UNITS
from fer_lib.network import ZeroBiasCNN
from fer_lib.pages import filters
from fer_lib.pages.charts import INK
from fer_lib.preprocessing import see

SHUFFLED = "CNN, shuffled labels"


def networks(strays: dict[str, float], gain: dict[str, float], likeness: float, seeds=range(1, 6)) -> pd.DataFrame:
    """By kind; .5 of likeness is allowed."""
    return pd.DataFrame([{"group": "controls", "kind": kind, "seed": seed, "run": kind, "known before": False,
                          "strays": strays[kind] + .01 * seed, "gain": gain[kind] + .001 * seed,
                          "likeness": np.nan if kind == "not trained" else likeness + .001 * seed,
                          "likeness, most allowed": np.nan if kind == "not trained" else .5}
                         for kind in strays for seed in seeds])


STEADY = {"CNN+AD": 8., "CNN": 8., SHUFFLED: 11., "not trained": 11.}
DENSE = {"CNN+AD": 3., "CNN": 3., SHUFFLED: 2., "not trained": 1.5}
LIKE_SHUFFLED = DENSE | {SHUFFLED: 3.}
LIKE_ALL = dict.fromkeys(STEADY, 3.)


@pytest.mark.parametrize("strays, gain, likeness, said", [
    (STEADY, DENSE, .7, "Filters that learned expressions keep to a place on the face, and look where action units "
     "move it, more than those that learned nothing or shuffled labels. Guided backpropagation does not show that "),
    (STEADY, LIKE_SHUFFLED, .2, "They look where action units move it, more than those that learned nothing, but not "
     "more than those that learned shuffled labels. Guided backpropagation shows it"),
    (LIKE_ALL, LIKE_ALL, .497, "look where action units move it, but no more than those that learned nothing or "
     "shuffled labels. Whether guided backpropagation shows it stays open")])
def test_the_answer_follows_from_the_rule(strays, gain, likeness, said):
    assert said in filters.answer(rules()["parts"].judge(networks(strays, gain, likeness)))


def found(theirs: str, word: str):
    return SimpleNamespace(comparison=SimpleNamespace(theirs=[theirs]), word=word)


@pytest.mark.parametrize("words, said", [
    ((AHEAD, AHEAD), "more than those that learned nothing or shuffled labels"),
    ((AHEAD, INCONCLUSIVE),
     "more than those that learned nothing; whether more than those that learned shuffled labels is open"),
    ((NO_DIFFERENCE, INCONCLUSIVE),
     "but no more than those that learned nothing; whether more than those that learned shuffled labels is open"),
    ((AHEAD, BEHIND), "more than those that learned nothing, but not more than those that learned shuffled labels"),
    ((INCONCLUSIVE, INCONCLUSIVE), "but whether more than those that learned nothing or shuffled labels is open")])
def test_what_is_too_unsure_to_say_is_no_sameness(words, said):
    assert filters.more_than([found("not trained", words[0]), found(SHUFFLED, words[1])]) == said


@pytest.mark.parametrize("table", [networks(STEADY, DENSE, .7, seeds=[1]), pd.DataFrame(columns=["kind", "seed"])])
def test_of_too_few_networks_nothing_is_said(table):
    assert "nothing can be said" in filters.answer(rules()["parts"].judge(table))


def test_each_network_is_a_dot_and_what_is_allowed_a_tick():
    figure = filters.network_dots(networks(STEADY, DENSE, .7))
    strays, gain, likeness = figure.axes
    assert [sum(len(dots.get_offsets()) for dots in axes.collections) for axes in (strays, gain)] == [20, 20]
    [ticks] = likeness.lines
    assert likeness.get_ylim() == (3.5, -.5), "ticks leave the rows where they are"
    assert set(ticks.get_xdata()) == {.5}
    assert sorted(set(ticks.get_ydata())) == [0, 1, 2], "none of what was not trained"
    plt.close(figure)


def test_any_filter_is_shown_on_the_image_that_excites_it_most(monkeypatch):
    """What is drawn of three filters by hand: in the field of the strongest neuron, black to white, grey beyond."""
    network, images = ZeroBiasCNN(classes=3), np.random.default_rng(0).integers(0, 256, (5, 1, 48, 48), np.uint8)
    answers = responses(network, images, "subtractive")
    best = np.argsort(-answers.strongest, axis=0, kind="stable")[:2].T
    shown = {}
    monkeypatch.setattr(filters, "filter_pictures", lambda strips, notes, first: shown.update(strips, notes=notes))
    filters.any_filter({"after": network}, images, answers, best, "subtractive", ["a"] * 256, 7)
    assert list(shown) == ["after", "the face that the neuron sees", "notes"]
    f, image = 7, best[7, 0]
    row, column = answers.row[image, f], answers.column[image, f]
    field = crop(guided(network, see(images[[image]], "subtractive"), [f], [row], [column])[0], row, column)
    expected = np.nan_to_num(127.5 + 127.5 * field / np.nanmax(np.abs(field)), nan=127.5)
    np.testing.assert_allclose(shown["after"][f], expected, atol=1)
    face = np.nan_to_num(crop(images[image, 0], row, column), nan=127.5)
    np.testing.assert_allclose(shown["the face that the neuron sees"][f], face, atol=1)


def test_means_by_kind_are_kept(glued, capsys):
    judged = networks(STEADY, DENSE, .7)
    filters.show_networks(judged, rules()["parts"].judge(judged), 48)
    plt.close("all")
    assert glued["filters_strays_cnn_ad"]["display"] == "8.0" and glued["filters_gain_not_trained"]["n"] == 5
    assert glued["filters_likeness_cnn"]["display"] == "0.70" and "filters_likeness_not_trained" not in glued


def test_only_some_filters_are_not_folded():
    pictures, which = [np.zeros((4, 4))] * 6, np.repeat([7, 3, 5], 2)
    shows = [f"shows {i}" for i in range(9)]
    folded = filters.blocks(np.array([7, 3, 5]), which, {"back": pictures}, shows, seen=1).data
    assert folded.index("conv3:7") < folded.index("The other 2 filters") < folded.index("conv3:3")
    assert "The other filter<" in filters.blocks(np.array([7, 3]), which, {"back": pictures}, shows, seen=1).data
    whole = filters.blocks(np.array([7, 3, 5]), which, {"back": pictures}, shows).data
    assert "<details>" not in whole and whole.count("<img") == folded.count("<img") == 6 and "shows 5" in whole


def test_pictures_of_networks_that_did_not_learn_are_grey(glued):
    table = pd.DataFrame({SSIM: .5, RANK: [np.nan, .6, .55, .7, .64, .48], EXPLAINED: [.7, np.nan, .5, .61, .6, .16]},
                         [GUIDED, FACE, "gradient", BEFORE, RANDOM, CHANCE])
    figure = filters.likeness_chart(table)
    for axes, column in zip(figure.axes, (RANK, EXPLAINED), strict=True):
        [dots], [chance] = axes.collections, axes.lines
        assert np.array_equal(dots.get_offsets()[:, 0].filled(np.nan), table[column].iloc[:-1], equal_nan=True)
        assert chance.get_xdata()[0] == table.at[CHANCE, column]
        colours = [plt.matplotlib.colors.to_hex(colour) for colour in dots.get_facecolors()]
        assert colours == [INK["CNN+AD"], "#000000", INK["CNN+AD"], INK["not trained"], INK["not trained"]]
    plt.close(figure)
    shown = filters.glue_likeness(table, 50, "a run").to_html()
    assert glued["filters_rank_random"]["value"] == .64 and glued["filters_explained_chance"]["display"] == "16 %"
    assert "70 %" in shown and "0.64" in shown


def test_a_unit_that_is_densest_without_training_is_named(glued):
    masks = {unit: np.zeros((4, 4), bool) for unit in ("AU1", "AU12", "AU4")}
    for row, mask in enumerate(masks.values()):
        mask[row] = True                                    # a quarter of the picture each
    within = {"trained": np.array([[.5, .25, .75], [.5, .25, .25]]), "before training": np.full((2, 3), .25),
              "untrained 1": np.array([[.3, .3, .3]])}
    density = filters.Density(within, masks)
    assert density.by_unit.loc["AU1"].to_list() == [2., 1., pytest.approx(1.2)] and density.exceptions == ["AU12"]
    assert density.glue("a run") == "For 2 of 3 units the trained network's is the densest; not for AU12."
    assert glued["filters_gain_trained"]["value"] == 2 and glued["filters_gain_before"]["value"] == 1
    assert glued["filters_gain_untaught_most"]["value"] == pytest.approx(1.2)
    assert glued["filters_units_denser"]["value"] == 2 and glued["filters_regions_overlap"]["value"] == 0
    figure = density.chart()
    names = [label.get_text() for label in figure.axes[0].get_yticklabels()]
    assert names[-1] == f"AU12 {ACTION_UNITS['AU12'].name.lower()}" and len(names) == 3
    plt.close(figure)
