"""What one step does: to which images, by which numbers, and to which weights."""
import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from training_faces import QUICK, recorded, same, toy, trained

from fer_lib import training
from fer_lib.network import ZeroBiasCNN, initialise
from fer_lib.preprocessing import draw_views, local_contrast_normalise
from fer_lib.training import Recipe, draw_batches, optimizer_of, stream

pytestmark = pytest.mark.usefixtures("one_thread")


@pytest.mark.parametrize("fields", [
    {}, {"bias": True, "decay": .1, "momentum": .5, "normalisation": "full"},
    {"bias": True, "decay": .1, "decay_biases": False}, {"replacement": False},
])
def test_three_steps_by_hand(fields):
    """v ← m·v + (g + decay·w), w ← w − rate·v, on every parameter, or without decay·w for biases; batches drawn with
    replacement, or cut from a permutation."""
    faces, (fold, seed) = toy(), (3, 7)
    _, history, states = recorded(faces=faces, fold=fold, seed=seed, steps=3, every=1, **fields)
    recipe = Recipe.quick(**QUICK | fields)

    network = ZeroBiasCNN(4, bias=recipe.bias)
    initialise(network, "fan-in", k=1., seed=stream(seed, fold))
    weights = list(network.parameters())
    velocities = [torch.zeros_like(weight) for weight in weights]
    index = np.flatnonzero(faces.folds[:, fold] == 1)
    rng = np.random.default_rng([seed, fold])
    order = rng.integers(len(index), size=(3, 8)) if recipe.replacement else rng.permutation(32)[:24].reshape(3, 8)
    decays = [recipe.decay * (recipe.decay_biases or name[-5:] != ".bias") for name, _ in network.named_parameters()]
    for step, batch in enumerate(index[order]):
        x = local_contrast_normalise(torch.from_numpy(faces.images[batch]) / 127.5, recipe.normalisation)
        shares, labels = network(x).log_softmax(1), torch.from_numpy(faces.labels[batch])
        loss = -shares[range(8), labels].mean()
        gradients = torch.autograd.grad(loss, weights)
        with torch.no_grad():
            for weight, velocity, gradient, decay in zip(weights, velocities, gradients, decays, strict=True):
                velocity.mul_(recipe.momentum).add_(gradient + decay * weight)
                weight -= recipe.rate * velocity
        row = history.iloc[step]
        assert row["loss"] == pytest.approx(loss.item(), rel=1e-4)
        assert row["train_accuracy"] == (shares.argmax(1) == labels).double().mean().item()
        for name, weight in network.named_parameters():
            torch.testing.assert_close(states[step + 1].weights[name], weight.detach(), rtol=1e-4, atol=1e-6)


def test_augmentation_and_dropout_follow_from_seed_fold_and_step(monkeypatch):
    """Not from what was drawn before; and all variants see the same images in the same order from the same weights."""
    shown, augmented = [], []
    monkeypatch.setattr(training, "scale", lambda images: shown.append(images) or images / 127.5)
    monkeypatch.setattr(training, "augment_by", lambda x, u, **_: augmented.append(u) or x)
    variants = [{}, {"augment": True}, {"dropout": True}, {"augment": True, "dropout": True}, {"bias": True},
                {"rate": 1e-3}]
    starts, losses = [], []
    monkeypatch.setattr(training, "initialise",
                        lambda network, *args, **options: initialise(network, *args, **options) and starts.append(
                            {name: p.clone() for name, p in network.named_parameters() if name[:4] != "conv"
                             or name.endswith("weight")}))
    orders = []
    for fields in variants:
        losses.append(trained(steps=3, every=1, **fields)[1]["loss"].tolist())
        orders.append(torch.stack(shown))
        shown.clear()
    assert all(same(start, starts[0]) for start in starts) and all(torch.equal(o, orders[0]) for o in orders)
    assert all(map(torch.equal, augmented[:3], augmented[3:])) and len({float(u[0, 0]) for u in augmented}) == 3
    assert losses[2] != losses[0] and losses[2] == losses[3]            # dropout drops, and the same each time
    for other in ({"seed": 1}, {"fold": 1}):
        trained(steps=3, every=1, **other)
        assert not torch.equal(torch.stack(shown), orders[0]) and not same(starts[-1], starts[0])
        shown.clear()


def test_bfloat16_begins_as_float32_does():
    (_, full), (_, half) = (trained(steps=4, every=1, precision=precision)
                            for precision in (torch.float32, torch.bfloat16))
    assert half["loss"].tolist() == pytest.approx(full["loss"].tolist(), rel=.02)
    assert half["loss"].tolist() != full["loss"].tolist()


@pytest.mark.parametrize("block", [1, 3, 1000])
def test_the_views_of_a_step_do_not_depend_on_where_one_began(monkeypatch, block):
    monkeypatch.setattr(training, "BLOCK", block)
    recipe = Recipe.quick(steps=10, batch=4, augment=True)
    views = training.Views(recipe, 2, 7, torch.device("cpu"))
    for step in (0, 1, 2, 3, 7, 9, 4):
        expected = draw_views(4, torch.Generator().manual_seed(stream(7, 2, step, 1)))
        assert torch.equal(views[step], expected)


@pytest.mark.parametrize("decay_biases, bias_after", [(True, 1.9), (False, 2.)])
def test_a_step_without_gradients_by_hand(decay_biases, bias_after):
    """w ← w − rate·decay·w: 2 − .5·.1·2."""
    network = ZeroBiasCNN(4, bias=True)
    for weight in network.parameters():
        torch.nn.init.constant_(weight, 2.)
        weight.grad = torch.zeros_like(weight)
    recipe = Recipe.quick(rate=.5, decay=.1, decay_biases=decay_biases)
    optimizer_of(dict(network.named_parameters()), recipe).step()
    after = {name: set(weight.detach().flatten().tolist()) for name, weight in network.named_parameters()}
    assert len(after) == 10 and all(len(values) == 1 for values in after.values())
    for name, (value,) in after.items():
        assert value == pytest.approx(bias_after if name.endswith(".bias") else 1.9), name


def test_a_training_hands_its_recipe_to_the_augmentation(monkeypatch):
    asked = []
    monkeypatch.setattr(training, "augment_by", lambda x, u, *, rescale: asked.append(rescale) or x)
    for rescale in (True, False):
        trained(steps=2, every=2, augment=True, rescale=rescale)
    assert asked == [True, True, False, False]


# Batches


DRAWS = {"n": st.integers(1, 30), "steps": st.integers(1, 12), "batch": st.integers(1, 40), "seed": st.integers(0, 99)}


@given(**DRAWS)
def test_without_replacement_every_image_comes_once_in_every_epoch(n, steps, batch, seed):
    drawn = draw_batches(n, Recipe.quick(steps=steps, batch=batch, replacement=False), 0, seed)
    assert drawn.shape == (steps, batch)
    in_order = drawn.ravel()
    whole = steps * batch // n
    assert (np.sort(in_order[:whole * n].reshape(whole, n)) == np.arange(n)).all()
    begun = in_order[whole * n:]
    assert len(set(begun)) == len(begun) and (begun >= 0).all() and (begun < n).all()


@given(**DRAWS, more=st.integers(0, 12), replacement=st.booleans())
def test_more_steps_begin_as_fewer_do(n, steps, batch, seed, more, replacement):
    few, many = (draw_batches(n, Recipe.quick(steps=length, batch=batch, replacement=replacement), 3, seed)
                 for length in (steps, steps + more))
    assert (few == many[:steps]).all() and few.max() < n


def test_batches_follow_from_seed_and_fold_and_epochs_differ():
    recipe = Recipe.quick(steps=4, batch=32, replacement=False)
    known = draw_batches(32, recipe, 3, 7)
    assert (known == draw_batches(32, recipe, 3, 7)).all() and len({row.tobytes() for row in known}) == 4
    assert (known != draw_batches(32, recipe, 4, 7)).any() and (known != draw_batches(32, recipe, 3, 8)).any()
    drawn = draw_batches(32, Recipe.quick(steps=4, batch=32), 3, 7)
    assert len(set(drawn[0].tolist())) < 32, "with replacement some come twice"
