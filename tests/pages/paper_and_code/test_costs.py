"""What a difference costs, of accuracies that are known."""
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest
from made_runs import run_of

from fer_lib.analysis.rules import rules
from fer_lib.pages.paper_and_code.costs import FIRST_WEIGHTS, SELECTION, cost_chart, costs, glue_costs
from fer_lib.pages.paper_and_code.selection import by_both_rules, glue_gain, means_of_rules

GAINS = {"rate of the text": [-9., -10., -11.], "no decay on biases": [.1, 0., -.1], "no rescale": [5.]}
STEPS = [32., 64., 128.]            # as many times as released, from the first weights of the text


def networks():
    """As released 80 points on three folds; others so many more; another group, which does not count."""
    rows = [{"group": group, "kind": kind, "fold": fold, "seed": 1, "accuracy": 80. + gain,
             "steps to learn": np.log(50.), "settled": 1.}
            for group, scale in (("differences", 1.), ("runs", 100.))
            for kind, gains in ({"as released": [0.] * 3} | GAINS).items()
            for fold, gain in enumerate(np.array(gains) * scale)]
    return pd.DataFrame(rows)


def test_each_difference_has_its_folds_its_interval_and_its_word():
    table = networks()
    choices = by_both_rules([run_of("CNN+AD", fold) for fold in range(3)])
    found = costs(rules()["differences"].judge(table), table, choices)
    assert list(found) == [*rules()["differences"].comparisons, SELECTION]
    rate, decay = found["rate of the text"], found["no decay on biases"]
    assert rate.folds.tolist() == [-9., -10., -11.] and rate.word == "behind"
    assert rate.effect.difference == pytest.approx(-10)
    assert decay.word == "no meaningful difference"
    rescale = found["augmentation without the cancelling rescale"]
    assert rescale.folds.tolist() == [5.] and rescale.effect is None and rescale.word == "too few folds yet"
    assert found["first weights of the text"].word == "not trained"
    assert found[SELECTION].effect.difference == pytest.approx(30), "of the same runs, .8 instead of .5"
    (axes,) = cost_chart(found, 2.).axes
    assert [label.get_text() for label in axes.get_yticklabels()] == list(found)
    said = {name: text.get_text() for name, text in zip(found, axes.texts, strict=True)}
    assert said["rate of the text"] == "behind\nsteps × 1.0"
    assert said["first weights of the text"] == "not trained" and said[SELECTION] == "can only gain"
    band = axes.patches[0].get_extents().transformed(axes.transData.inverted())
    assert (band.x0, band.x1) == (pytest.approx(-2), pytest.approx(2))
    plt.close(axes.figure)


def test_how_many_times_the_steps_a_difference_takes_and_which_had_not_settled(glued):
    """32, 64 and 128 times as many: 64 in the geometric mean."""
    released = networks().query("kind == 'as released'")
    slow = released.assign(kind=FIRST_WEIGHTS, settled=[0., 1., 0.] * 2,
                           **{"steps to learn": released["steps to learn"] + np.log(STEPS * 2)})
    table = pd.concat([networks(), slow], ignore_index=True)
    found = costs(rules()["differences"].judge(table), table, by_both_rules([]))
    assert found[FIRST_WEIGHTS].slower == pytest.approx(64) and found[FIRST_WEIGHTS].unsettled == (0, 2)
    assert found["no decay on biases"].slower == pytest.approx(1) and not found["no decay on biases"].unsettled
    figure = cost_chart(found, 2.)
    assert any(text.get_text().endswith("\nsteps × 64") for text in figure.axes[0].texts)
    hollow = [len(dots.get_facecolors()) - np.count_nonzero(dots.get_facecolors()[:, 3])
              for dots in figure.axes[0].collections]
    assert hollow == [0, 2, 0, 0, 0, 0, 0]
    plt.close(figure)
    glue_costs(found)
    assert glued["paper_and_code_slower"]["display"] == "64" and glued["paper_and_code_unsettled"]["value"] == 2


def test_where_nothing_was_trained_nothing_is_drawn_or_glued(glued):
    nothing = networks()[:0]
    found = costs(rules()["differences"].judge(nothing), nothing, by_both_rules([]))
    assert {cost.effect for cost in found.values()} == {None} and all(cost.folds.empty for cost in found.values())
    plt.close(cost_chart(found, 2.))
    glue_costs(found)
    assert not glued


def test_the_gain_of_choosing_on_the_test_fold(glued):
    """The checkpoint that is best on validation has .5 on test, the best on test has .8."""
    runs = [run_of("CNN", 0), *[run_of("CNN+AD", 0, pixels=96)] * 2]
    table = by_both_rules(runs)
    assert table["gain"].tolist() == pytest.approx([30] * 3) and table["checkpoints"].tolist() == [3] * 3
    assert table["kind"].tolist() == ["CNN", "CNN+AD", "CNN+AD"] and table["pixels"].tolist() == [48, 96, 96]
    assert means_of_rules(table).data[["kind", "runs"]].values.tolist() == [["CNN", 1], ["CNN+AD", 2]]
    glue_gain(table, "toy")
    assert glued["paper_and_code_gain"]["display"] == "30.0" and glued["paper_and_code_gain_runs"]["value"] == 3
    runs[0].history["validation_accuracy"] = np.nan
    assert by_both_rules(runs[:1]).empty, "without a validation part"
