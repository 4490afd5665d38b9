"""Starts, first filters, differences and the summary, of numbers that are known."""
from types import SimpleNamespace

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest
import torch

from fer_lib import Recipe, ZeroBiasCNN
from fer_lib.pages.network.differences import differences, of_recipes
from fer_lib.pages.network.first_filters import glue_filters, mosaic, on_smoothness
from fer_lib.pages.network.starts import MARKS, STAGES, signal_chart, start_table, width_table
from fer_lib.pages.network.summary import summary

KS = .3, .7, 1.2
AT = [(rule, k) for rule in MARKS for k in KS]
SIGNALS = pd.DataFrame({at: np.logspace(0, -i, len(STAGES)) for i, at in enumerate(AT)}, STAGES)


def run_of(size, **fields):
    return SimpleNamespace(recipe=Recipe.released(augment=True, dropout=True, **fields), as_released=True,
                           config={"dataset": {"parameters": {"size": size}}})


def test_lines_are_at_the_middle_k():
    figure = signal_chart(SIGNALS)
    (axis,) = figure.axes
    assert [line.get_label() for line in axis.lines] == list(MARKS) and axis.get_yscale() == "log"
    for line in axis.lines:
        assert line.get_ydata().tolist() == SIGNALS[line.get_label(), .7].tolist()
    low, high = (band.get_paths()[0].vertices[:, 1] for band in axis.collections[:2])
    assert low.min() == pytest.approx(SIGNALS.at["output", ("fan-in", 1.2)]) and high.max() == 1
    plt.close(figure)


def test_starts_are_kept_by_rule_and_k(glued):
    recipes = {"fan-in": Recipe.quick(), "released": Recipe.released(), "paper": Recipe.paper()}
    gradients = {at: {"conv1": 1e-3, "conv2": 9., "conv3": 2e-4} for at in AT}
    table = start_table(SIGNALS, gradients, dict.fromkeys(AT, 12_345.), recipes, 16, "a set").data
    assert list(table.index) == [f"{rule}, k\xa0=\xa0{k:g}" for rule, k in AT]
    assert table.iloc[0].tolist() == [1, 1e-3, 2e-4, 12_345]
    assert glued["network_signal_paper_k_12"]["display"] == "1.0·10⁻⁸"
    assert glued["network_steps_fan_in_k_3"]["display"] == "12,000" and glued["network_steps_fan_in_k_3"]["n"] == 16
    assert "rule paper, k = 0.7, rate 0.001" in glued["network_steps_paper_k_7"]["source"]
    assert (glued["network_k_low"]["value"], glued["network_k_high"]["value"]) == (.2, 1.2)
    assert len(glued) == 4 + 2 * len(AT)


def test_widths_of_first_weights():
    table = width_table(ZeroBiasCNN(8)).data
    assert list(table.index) == ["conv1", "conv2", "conv3", "fc", "output"]
    assert table.loc["fc"].tolist() == [1 / 32, 1 / 256, 1 / 1024, 1024] and table.at["conv1", "paper"] == 1 / 25


def test_a_mosaic_has_every_filter_in_its_place():
    filters = np.ones((64, 5, 5))
    filters[19], filters[20, 0, 0] = -1., 2.                        # row 2, columns 3 and 4
    picture = mosaic(filters)
    assert picture.shape == (8 * 39, 8 * 39)
    tiles = picture.reshape(8, 39, 8, 39).swapaxes(1, 2)
    assert (tiles[2, 3, 2:-2, 2:-2] == 0).all() and (tiles[2, 2] == 1).all()
    assert (tiles[2, 4, 2:9, 2:9] == 1).all() and tiles[2, 4, 9, 9] == .75
    assert (tiles[2, 3, :2] == 1).all() and (tiles[2, 3, :, -2:] == 1).all()


def test_filters_in_numbers(glued):
    glue_filters(np.array([1., .5]), np.array([.25, .25]), 1.1, {"before": -.034, "after": .2}, np.array([-.5, .1, 0]),
                 SimpleNamespace(folder=SimpleNamespace(name="a run")))
    shown = {name.removeprefix("network_"): (record["display"], record["n"]) for name, record in glued.items()}
    assert shown == {"filters_alike": ("0.75", 2), "filters_alike_chance": ("0.25", 2), "filters_growth": ("1.1", 2),
                     "smoothness_before": ("−0.03", 2), "smoothness_after": ("0.20", 2),
                     "smoothness_by_chance": ("0.10", 3), "shuffles": ("3", None)}
    assert "beyond chance" in on_smoothness(True) and "has not" in on_smoothness(False)


def test_a_field_of_recipes_is_said_once_where_they_agree():
    recipes = {"live": Recipe(k=1.), "stored": Recipe(k=1., rate=.1), "other": Recipe(k=1.)}
    assert of_recipes(recipes, "k", "{:g}".format) == "1"
    assert of_recipes(recipes, "rate") == "0.01 (live and other), 0.1 (stored)"


def test_the_book_s_side_of_the_differences_is_its_recipes():
    page = differences(run_of(96, steps=5000), [run_of(48, patience=1500, k=1.)]).data
    assert "fan-in (live), released (stored at 48 and stored at 96); k 1 (live and stored at 48), drawn" in page
    assert "at most 31,000 (stored at 48), 5,000 (stored at 96) batches of 64" in page
    assert "fewer once validation has not risen for 1,500 (stored at 48), no early stop (stored at 96)" in page
    assert page.count("<tr>") == 1 + 2 * 9 and page.count("<td") == 27


def test_only_runs_of_the_released_recipe_are_among_the_differences():
    unlike, plain = run_of(48, steps=7), run_of(48, steps=7)
    unlike.as_released, plain.recipe = False, Recipe.released(steps=7)
    assert differences(run_of(96), [unlike, plain]).data == differences(run_of(96)).data
    assert "at &lt;b&gt;" in differences(run_of("<b>"), [run_of(96, steps=7)]).data


def test_the_summary():
    spread = pd.DataFrame({"subtractive": [.08, .04], "full": [1., .96]}, ["as it is", "half the contrast"])
    lines = summary(ZeroBiasCNN(8), 32, torch.tensor([0., 0.]), .73, spread, 4.8e-7, SIGNALS, .988, .164).splitlines()
    assert len(lines) == 7 and all(line.startswith("- ") for line in lines)
    assert "1,335,508 parameters at 8 classes; biases in the convolutions would be 448 more" in lines[0]
    assert "33 % of the width of a face of 96 and 67 % of one of 48" in lines[1]
    assert "(largest difference: 0); with biases as PyTorch draws them they depart from it by 73 %" in lines[2]
    assert "leaves 0.50 of the deviation, the described one 0.96" in lines[3] and "by 4.8·10⁻⁷ at most" in lines[4]
    assert "1.0·10⁰ reaches the output by the fan-in rule, 1.0·10⁻³ by the code's, 1.0·10⁻⁶ by the" in lines[5]
    assert lines[6].endswith("by 0.99 (chance: 0.16)")
