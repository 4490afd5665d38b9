"""What the chapter `photographs` draws and says: names above a chart that can be read, filters by their own numbers."""
import re
from itertools import combinations
from pathlib import Path
from types import SimpleNamespace

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest
from toy_probe import toy_probe

from fer_lib.analysis.probe import against_rest, halves
from fer_lib.pages import photographs
from fer_lib.pages.narrow import narrowed
from fer_lib.pages.notebooks import BOOK


@pytest.fixture(autouse=True)
def closed():
    yield
    plt.close("all")


def run(seed: int, accuracy: float):
    return SimpleNamespace(recipe=SimpleNamespace(variant="CNN"), config={"seed": seed, "fold": 0},
                           metrics={"test": {"accuracy": accuracy, "interval": (accuracy - .02, accuracy + .02)}},
                           folder=Path(f"photographs/run-{seed}"))


@pytest.mark.parametrize("laid_out", [lambda figure: figure, narrowed])
def test_names_of_what_is_printed_elsewhere_do_not_lie_on_each_other(monkeypatch, laid_out):
    monkeypatch.setattr(photographs, "kind_of", lambda run: "CNN, shuffled labels" if run.config["seed"] else "CNN")
    printed = pd.read_csv(BOOK / "earlier.csv").query("dataset == 'FER2013'")
    figure = laid_out(photographs.accuracies([run(0, .6), run(1, .18)], printed))
    figure.canvas.draw()
    names = figure.axes[0].texts
    said = " ".join(text.get_text() for text in names)
    assert all(f"{one.method} {100 * one.accuracy:.0f}" in " ".join(said.split()) for one in printed.itertuples())
    boxes = [text.get_window_extent() for text in names]
    assert not any(one.overlaps(other) for one, other in combinations(boxes, 2))
    assert all(box.y0 >= figure.axes[0].bbox.y1 and not box.overlaps(figure.axes[0].bbox) for box in boxes)


def test_what_is_said_of_a_filter_is_its_own_and_not_another_one_s():
    """Filter 0 tells AU1 of the people who choose it, and nothing of the others; filter 1 tells AU1 of the others."""
    probe = toy_probe(6)
    answers, people = np.zeros((len(probe), 3)), sorted(set(probe.subjects))
    first = np.isin(probe.subjects, list(set(halves(against_rest(probe, answers))[0].people)))
    assert 0 < first.sum() < len(people) * len(probe)
    shown = probe.intensities["AU1"].to_numpy()
    answers[:, 0], answers[:, 1] = np.where(first, shown, 0), np.where(first, 0, shown)
    answers[:, 2] = -probe.intensities["AU12"] - probe.intensities["AU4"] / 2
    sample = against_rest(probe, answers)
    said = photographs.notes(sample)
    assert said[0].startswith("best filter for AU1; AUC 0.50 on people") and "knows no unit" in said[1]
    assert re.match(r"best filter for AU(4, AU12|12, AU4); AUC 1.00 on people", said[2]), "in its direction: down"
