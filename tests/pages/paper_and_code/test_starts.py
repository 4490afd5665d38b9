"""How networks start by each rule, of numbers that are known."""
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest

from fer_lib import Recipe, ZeroBiasCNN
from fer_lib.pages.paper_and_code.starts import MARKS, STAGES, signal_chart, start_table, width_table

KS = .3, .7, 1.2
AT = [(rule, k) for rule in MARKS for k in KS]
SIGNALS = pd.DataFrame({at: np.logspace(0, -i, len(STAGES)) for i, at in enumerate(AT)}, STAGES)


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
    assert glued["paper_and_code_signal_paper_k_12"]["display"] == "1.0·10⁻⁸"
    steps = glued["paper_and_code_steps_fan_in_k_3"]
    assert steps["display"] == "12,000" and steps["n"] == 16
    assert "rule paper, k = 0.7, rate 0.001" in glued["paper_and_code_steps_paper_k_7"]["source"]
    assert (glued["paper_and_code_k_low"]["value"], glued["paper_and_code_k_high"]["value"]) == (.2, 1.2)
    assert len(glued) == 4 + 2 * len(AT)


def test_widths_of_first_weights():
    table = width_table(ZeroBiasCNN(8)).data
    assert list(table.index) == ["conv1", "conv2", "conv3", "fc", "output"]
    assert table.loc["fc"].tolist() == [1 / 32, 1 / 256, 1 / 1024, 1024] and table.at["conv1", "paper"] == 1 / 25
