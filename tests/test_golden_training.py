"""A training gives what it gave when its version was last raised: a refactoring keeps it, a change must raise it."""
import json

import golden_training
import numpy as np
import pytest
import torch
from golden_training import RECIPES, REWRITE, TOLERANCE, measured

from fer_lib import evaluation, network, preprocessing, training
from fer_lib.training import TRAINING_VERSION

KNOWN = json.loads(golden_training.FILE.read_text(encoding="utf-8"))

pytestmark = pytest.mark.usefixtures("one_thread")


def differences(known: dict, now: dict) -> list[str]:
    """What is not the same within what two processors differ by."""
    found = [name for name in ("settled",) if now[name] != known[name]]
    if not np.isclose(now["k"], known["k"], rtol=1e-6):
        found.append("k")
    if len(now["history"]["step"]) != len(known["history"]["step"]):
        return [*found, f"it ends after {now['history']['step'][-1]} steps, not {known['history']['step'][-1]}"]
    for column, values in known["history"].items():
        if not np.allclose(now["history"][column], values, rtol=TOLERANCE["history"], atol=1e-3, equal_nan=True):
            found.append(f"history: {column} {now['history'][column]}, not {values}")
    for layer, (norm, moved, along) in known["layers"].items():
        other = now["layers"][layer]
        if not (np.allclose(other[:2], (norm, moved), rtol=TOLERANCE["layers"])
                and abs(other[2] - along) <= TOLERANCE["direction"] * moved):
            found.append(f"{layer}: {other}, not {[norm, moved, along]}")
    for name, value in known["test"].items():
        same = now["test"][name] == pytest.approx(value, rel=TOLERANCE["history"]) if name == "loss" else (
            now["test"][name] == value)
        if not same:
            found.append(f"test: {name} {now['test'][name]}, not {value}")
    return found


@pytest.mark.parametrize("name", RECIPES)
def test_a_training_of_this_version_gives_what_it_gave(name):
    assert KNOWN["training_version"] == TRAINING_VERSION, REWRITE
    now = json.loads(json.dumps(measured(RECIPES[name])))
    assert differences(KNOWN["runs"][name], now) == [], REWRITE


def twice(function):
    return lambda *args, **options: 2 * function(*args, **options)


# module, name, what it becomes, and the recipe that shows it
CHANGES = {
    "normalisation": (training, "local_contrast_normalise", lambda x, mode: preprocessing.local_contrast_normalise(
        x, "full" if mode == "subtractive" else "subtractive"), "as released"),
    "floor": (preprocessing, "FLOOR", .2, "biases, full normalisation"),
    "range of pixels": (training, "scale", lambda images: images.float() / 255, "as released"),
    "augmentation": (preprocessing, "change_intensity", lambda x, a, b, c: 2 * x.clamp(0, 1), "CNN+AD"),
    "clipping": (preprocessing, "change_intensity_within_range", lambda x, a, b, c: preprocessing.change_intensity(
        x, a, b, c), "without the rescaling"),
    "epochs": (training, "draw_batches", lambda n, recipe, fold, seed: np.arange(
        recipe.steps * recipe.batch).reshape(recipe.steps, -1) % n, "epochs"),
    "its numbers": (training, "draw_views", lambda n, generator: 1 - preprocessing.draw_views(n, generator), "CNN+AD"),
    "first weights": (network, "K_RANGE", (.2, 1.3), "as released"),
    "seeds": (training, "stream", lambda *parts: sum(parts), "CNN+AD"),
    "loss": (training, "cross_entropy", twice(training.cross_entropy), "as released"),
    "decay": (torch.optim, "SGD", lambda weights, rate, momentum, weight_decay, sgd=torch.optim.SGD: sgd(
        weights, rate, momentum, weight_decay=0), "biases, full normalisation"),
    "decay of weights": (torch.optim, "SGD", lambda groups, rate, momentum, weight_decay, sgd=torch.optim.SGD: sgd(
        [{"params": group["params"]} for group in groups], rate, momentum, weight_decay=weight_decay),
        "decay of weights only"),
    "momentum": (torch.optim, "SGD", lambda weights, rate, momentum, weight_decay, sgd=torch.optim.SGD: sgd(
        weights, rate, momentum, weight_decay=weight_decay, nesterov=True), "as released"),
    "dropout": (torch.nn.Dropout, "forward", lambda layer, x: x, "CNN+AD"),
    "choice of the checkpoint": (training, "chosen", lambda history, part: history.iloc[0], "as released"),
    "when it ends": (training, "settled", lambda history, classes: True, "ends early"),
    "intervals": (evaluation, "wilson", lambda share, n: (share - .1, share + .1), "as released"),
}


@pytest.mark.parametrize("change", CHANGES)
def test_a_change_of_the_training_is_noticed(monkeypatch, change):
    module, name, other, shown_by = CHANGES[change]
    monkeypatch.setattr(module, name, other)
    assert differences(KNOWN["runs"][shown_by], json.loads(json.dumps(measured(RECIPES[shown_by]))))
