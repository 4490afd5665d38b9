"""A training as a whole: its history, its end, going on, and what is around it. Its steps: test_training_steps.py."""
import copy
import dataclasses
import math

import numpy as np
import pytest
import torch
from training_faces import recorded, same, toy, trained

from fer_lib import training
from fer_lib.analysis.responses import responses
from fer_lib.datasets.relabelled import shuffle_labels
from fer_lib.evaluation import chosen, evaluate, predict
from fer_lib.network import ZeroBiasCNN
from fer_lib.system import console
from fer_lib.training import Recipe, finished

COLUMNS = ["step", "loss", "train_accuracy", "validation_accuracy", "validation_loss", "test_accuracy", "test_loss"]
WITHOUT_VALIDATION = {"subjects": None, "folds": np.repeat(np.uint8([[1], [3]]), [32, 8], axis=0)}

pytestmark = pytest.mark.usefixtures("one_thread")


# History and the chosen checkpoint


def test_a_row_for_each_evaluation_with_means_since_the_last():
    _, fine, _ = recorded(steps=13, every=1)
    _, rows, _ = recorded(steps=13, every=5)
    assert list(rows) == COLUMNS and rows["step"].tolist() == [5, 10, 13]
    for row, steps in zip(rows.itertuples(), (slice(0, 5), slice(5, 10), slice(10, 13)), strict=True):
        assert row.loss == pytest.approx(fine["loss"][steps].mean())
        assert row.train_accuracy == pytest.approx(fine["train_accuracy"][steps].mean())
    judged = COLUMNS[3:]
    assert fine[fine["step"].isin([5, 10, 13])][judged].values.tolist() == rows[judged].values.tolist()


@pytest.mark.parametrize("fields", [{}, {"rescale": False}, {"replacement": False}])
def test_a_longer_training_begins_as_the_shorter_one(fields):
    fields = {"augment": True, "dropout": True} | fields
    _, short = trained(steps=10, **fields)
    _, long = trained(steps=15, **fields)
    assert long[:2].values.tolist() == short.values.tolist() and len(long) == 3


@pytest.mark.parametrize("selection, other", [("validation", "test"), ("test", "validation")])
def test_the_network_is_that_of_the_chosen_checkpoint(selection, other):
    """With false labels where it is chosen, so that it is best there before it has learned."""
    faces = toy(people=20)
    labels = faces.labels.copy()
    labels[getattr(faces.split(0), selection)] ^= 1
    faces = dataclasses.replace(faces, labels=labels)
    network, history = trained(faces, steps=30, every=3, selection=selection)
    row = chosen(history, selection)
    assert row["step"] < chosen(history, other)["step"] and not network.training
    for part in (selection, other):
        measured = evaluate(network, faces, getattr(faces.split(0), part))
        assert measured["accuracy"] == row[f"{part}_accuracy"]
        assert measured["loss"] == pytest.approx(row[f"{part}_loss"], rel=1e-5)


@pytest.mark.parametrize("fields", [{}, {"dropout": True, "bias": True, "normalisation": "full"}])
def test_it_learns_what_is_easy(fields):
    faces = toy()
    network, _ = trained(faces, steps=60, every=10, **fields)
    assert evaluate(network, faces, faces.split(0).test)["accuracy"] == 1


# When it ends


@pytest.mark.parametrize("accuracies, loss, patience, over", [
    ([.2] * 5 + [.9] + [.9] * 5, .1, 50, True),             # an equal accuracy does not exceed
    ([.2] * 5 + [.9] + [.8] * 4, .1, 50, False),            # four evaluations since the best
    ([.9] * 10 + [.91], .1, 50, False),                     # exceeded just now
    ([.9] * 20, 1.39, 50, False),                           # the loss is still a guesser's
    ([.9] * 20, .1, None, False),
    ([], .1, 50, False),
])
def test_the_rule_by_hand(accuracies, loss, patience, over):
    rows = [{"step": 10 * i, "loss": loss, "validation_accuracy": each} for i, each in enumerate(accuracies, 1)]
    assert finished(rows, Recipe.quick(every=10, patience=patience), 4) == over


def test_patience_ends_a_training_where_the_rule_first_holds():
    _, history = trained(steps=400, every=4, patience=20, rate=.03)
    held = [finished(history[:n].to_dict("records"), Recipe.quick(every=4, patience=20), 4)
            for n in range(1, len(history) + 1)]
    assert held == [False] * (len(history) - 1) + [True] and len(history) < 100


def test_patience_does_not_end_one_that_has_not_begun_to_learn():
    _, history = trained(steps=20, every=1, patience=1, rate=1e-9)
    assert history["step"].iloc[-1] == 20 and history["loss"].min() > math.log(4) / 2


def test_a_loss_that_explodes_says_what_to_do():
    with pytest.raises(FloatingPointError, match=r"loss is (nan|inf) within 5 steps; try a rate below 1e\+06"):
        trained(rate=1e6)


# Going on


@pytest.mark.parametrize("other", [
    {}, {"rescale": False}, {"replacement": False}, {"bias": True, "decay": .1, "decay_biases": False},
])
def test_one_that_was_stopped_goes_on_to_the_same_bits(other):
    """After any step, on an evaluation or not, before the first one, and after the last."""
    fields = {"augment": True, "dropout": True, "steps": 17} | other
    network, history, states = recorded(**fields)
    plain, _ = trained(**fields)
    assert same(plain.state_dict(), network.state_dict())   # keeping its state does not change a training
    assert sorted(states) == list(range(1, 18))
    for stop in (1, 4, 5, 6, 13, 15, 17):
        state = copy.deepcopy(states[stop])
        again, history_again = trained(**fields, options={"state": state})
        assert same(again.state_dict(), network.state_dict()), stop
        assert history_again.equals(history), stop
        assert state.step == 17 and state.best_step == chosen(history)["step"]


def test_what_is_saved_and_when():
    _, _, states = recorded(steps=10)
    assert [len(state.pending) for _, state in sorted(states.items())] == [1, 2, 3, 4, 0, 1, 2, 3, 4, 0]
    assert states[4].best == {} and states[8].best_step == 5 and states[8].seconds > states[4].seconds > 0
    assert not same(states[4].weights, states[8].weights)


# Surroundings


@pytest.mark.parametrize("precision", [torch.float32, torch.bfloat16])
def test_within_a_step_and_an_evaluation_cudnn_is_on_exact_and_deterministic(monkeypatch, precision):
    """The flags can be read without a GPU, where they decide nothing. The caller has set the opposite of each."""
    def flags():
        return {"enabled": cudnn.enabled, "benchmark": cudnn.benchmark, "deterministic": cudnn.deterministic,
                "allow_tf32": cudnn.allow_tf32, "conv": cudnn.conv.fp32_precision,
                "matmul": torch.get_float32_matmul_precision()}

    seen = []
    forward = ZeroBiasCNN.forward
    monkeypatch.setattr(ZeroBiasCNN, "forward", lambda network, x: seen.append(
        ("step" if network.training else "evaluation", flags())) or forward(network, x))
    cudnn, before = torch.backends.cudnn, torch.get_float32_matmul_precision()
    with cudnn.flags(enabled=False, benchmark=True, deterministic=False, allow_tf32=True):
        torch.set_float32_matmul_precision("medium")
        outside = flags()
        network, _ = trained(steps=2, every=1, precision=precision)
        predict(network, toy().images)                      # outside of a training, too
        responses(network, toy().images, progress=False)
        assert flags() == outside
    torch.set_float32_matmul_precision(before)
    assert [what for what, _ in seen[:4]] == ["step", "evaluation", "evaluation", "step"] and len(seen) == 7
    exact = {"enabled": True, "benchmark": False, "deterministic": True, "allow_tf32": False, "conv": "ieee",
             "matmul": "highest"}
    assert all(found == exact for _, found in seen), "a flag that is not named falls to cuDNN's own default, off"


def test_nothing_is_copied_to_the_device_at_each_step(monkeypatch):
    """What a step needs lies there before the first: on a GPU each copy is waited for."""
    copied, to = [], torch.Tensor.to
    monkeypatch.setattr(torch.Tensor, "to", lambda tensor, *args, **options: copied.append(
        torch.device("cpu") in args) or to(tensor, *args, **options))
    counts = []
    for steps in (10, 20):
        copied.clear()
        trained(steps=steps, every=steps, augment=True, dropout=True, precision=torch.float32)
        counts.append(sum(copied))
    assert counts[0] == counts[1] > 0


def test_the_rule_of_the_end_is_asked_after_evaluations_only(monkeypatch):
    asked = []
    monkeypatch.setattr(training, "finished", lambda history, *rest: asked.append(len(history)))
    trained(steps=20, every=5)
    assert asked == [0, 1, 2, 3]


def test_a_checkpoint_is_due_by_seconds(monkeypatch):
    clock = iter(np.arange(0, 1e6, 2.))                     # each look at the clock is two seconds later
    monkeypatch.setattr(training.time, "monotonic", lambda: float(next(clock)))
    states = []
    trained(steps=20, options={"save": lambda state: states.append(state.step), "save_every": 30.})
    assert states[-1] == 20 and 1 < len(states) < 6


def test_after_each_step_who_wants_is_told():
    steps = []
    trained(steps=7, options={"after_step": lambda state: steps.append(state.step)})
    assert steps == [1, 2, 3, 4, 5, 6, 7]


def test_the_caller_s_random_state_is_as_it_was():
    before = torch.get_rng_state()
    trained(steps=2, dropout=True, augment=True)
    assert torch.equal(before, torch.get_rng_state())


def test_the_progress_bar_says_loss_and_speed(capsys, monkeypatch):
    """On a terminal."""
    monkeypatch.setattr(console, "overwrites", lambda stream: True)
    trained(steps=10, progress=True, seed=2, fold=1, augment=True)
    err = capsys.readouterr().err
    assert "CNN+A, fold 1, seed 2: 100%" in err and "10/10" in err and "steps/s" in err
    assert "loss=" in err and "validation=" in err
    trained(steps=10, every=5, patience=7, progress=True)
    assert "ends=12 or later" in (err := capsys.readouterr().err) or "ends=17 or later" in err
    trained(shuffle_labels(toy(), 3), steps=1, seed=3, progress=True)
    assert "CNN, shuffled labels, fold 0, seed 3: 100%" in capsys.readouterr().err
    trained(steps=1)
    assert capsys.readouterr().err == ""


# What cannot be trained on


@pytest.mark.parametrize("fields, message", [
    ({"labels": np.ones(40, int)}, "toy, fold 0: all images to train on are anger; two classes are needed"),
    ({"classes": (), "labels": np.full(40, -1)}, "no expression labels to train on"),
    (WITHOUT_VALIDATION, "toy, fold 0 has no validation images"),
    ({"subjects": None}, "neither subjects nor official folds"),
])
def test_faces_that_cannot_be_trained_on_are_an_error(fields, message):
    with pytest.raises(ValueError, match=message):
        trained(toy(**fields))


def test_a_fold_that_does_not_exist_is_an_error():
    with pytest.raises(ValueError, match="folds 0…9, not 10"):
        trained(fold=10)


def test_without_validation_images_the_test_images_can_choose():
    _, history = trained(toy(**WITHOUT_VALIDATION), selection="test")
    assert history["validation_accuracy"].isna().all() and history["test_accuracy"].notna().all()


def test_patience_needs_no_validation_images_either():
    trained(toy(**WITHOUT_VALIDATION), selection="test", patience=5)
