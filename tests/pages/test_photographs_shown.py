"""What the chapter `photographs` draws: names above a chart that can be read."""
from itertools import combinations
from pathlib import Path
from types import SimpleNamespace

import matplotlib.pyplot as plt
import pandas as pd
import pytest

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
