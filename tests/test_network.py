import math

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn
from torch.nn import functional as F
from torch.utils._python_dispatch import TorchDispatchMode

from fer_lib.network import K_RANGE, QuadrantPool, ZeroBiasCNN, initialise, untrained

LAYERS = "conv1", "conv2", "conv3", "fc", "output"
CONVOLUTIONS = LAYERS[:3]

pytestmark = pytest.mark.usefixtures("one_thread")


def made(rule="fan-in", k=1., seed=0, **options):
    network = ZeroBiasCNN(**options)
    initialise(network, rule, k=k, seed=seed)
    return network.eval()


def normal(*shape, seed=0):
    return torch.randn(shape, generator=torch.Generator().manual_seed(seed))


# Form


def test_the_number_of_parameters():
    def count(**options):
        return sum(p.numel() for p in ZeroBiasCNN(**options).parameters())

    # 5·5·(1·64 + 64·128 + 128·256) + 1025·300 + 301·8, and 64 + 128 + 256 biases
    assert count() == 1_335_508 and count(bias=True) == 1_335_956
    assert count(classes=6) == 1_335_508 - 2 * 301


@pytest.mark.parametrize("size", [96, 48, 16])
def test_one_network_fits_every_size(size):
    network, x = made(), normal(2, 1, size, size)
    responses = network.conv3_responses(x)
    assert responses.shape == (2, 256, size // 4, size // 4) and network(x).shape == (2, 8)
    assert responses.min() == 0 and responses.max() > 0


def test_the_maximum_of_each_quadrant_by_hand():
    x = torch.tensor([[1., 2, 5, 0],
                      [3., 0, 0, 6],
                      [-1, -2, 9, 7],
                      [-3, -4, 8, 9]])
    assert QuadrantPool()(x[None, None]).tolist() == [[[[3, 6], [-1, 9]]]]


@pytest.mark.parametrize("bias", [False, True])
def test_it_computes_what_section_3_says(bias):
    """By functional operations on the weights alone, and explicit maxima."""
    network, x = made(bias=bias, classes=6), normal(3, 1, 24, 24)
    if bias:
        for name in CONVOLUTIONS:
            nn.init.normal_(getattr(network, name).bias)
    weights = network.state_dict()
    y = x
    for name in CONVOLUTIONS:
        y = F.relu(F.conv2d(y, weights[f"{name}.weight"], weights.get(f"{name}.bias"), padding=2))
        if name != "conv3":
            n, c, h, w = y.shape
            y = y.reshape(n, c, h // 2, 2, w // 2, 2).amax((3, 5))
    assert torch.allclose(network.conv3_responses(x), y, atol=1e-5)
    quadrants = [y[:, :, rows, columns].amax((2, 3)) for rows in (slice(3), slice(3, 6))
                 for columns in (slice(3), slice(3, 6))]
    y = torch.stack(quadrants, 2).flatten(1)                # channel by channel, its four quadrants together
    y = F.relu(y @ weights["fc.weight"].T + weights["fc.bias"])
    y = y @ weights["output.weight"].T + weights["output.bias"]
    assert torch.allclose(network(x), y, atol=1e-4) and y.std() > .01


def test_every_relu_is_a_module_that_captum_can_hook_and_is_used_once():
    called, operations = [], []

    class Count(TorchDispatchMode):
        def __torch_dispatch__(self, operation, types, args=(), kwargs=None):
            operations.append(str(operation))
            return operation(*args, **kwargs or {})

    network = made()
    for name, module in network.named_modules():
        if isinstance(module, nn.ReLU):
            module.register_forward_hook(lambda *_, name=name: called.append(name))
    with Count():
        network(normal(1, 1, 16, 16))
    assert called == ["relu1", "relu2", "relu3", "relu4"]
    rectified = [name for name in operations if any(word in name for word in ("relu", "clamp", "threshold", "maximum"))]
    assert len(rectified) == 4, rectified                   # and none that is not a module


# Without biases


@settings(deadline=None, max_examples=20)
@given(st.floats(.01, 100))
def test_contrast_scales_what_an_unbiased_network_sees(c):
    x, plain, biased = normal(1, 1, 16, 16), made(), made(bias=True)
    for name in CONVOLUTIONS:
        nn.init.constant_(getattr(biased, name).bias, .5)

    def departs(network):
        scaled, expected = network.conv3_responses(c * x), c * network.conv3_responses(x)
        return ((scaled - expected).abs().max() / expected.abs().max()).item()

    assert departs(plain) < 1e-5
    assert departs(biased) > 1e-3 or abs(c - 1) < .05


def test_no_contrast_no_response():
    assert made().conv3_responses(torch.zeros(1, 1, 16, 16)).abs().max() == 0


# First weights


@pytest.mark.parametrize("rule, expected", [
    ("fan-in", [1 / 5, 1 / 40, 1 / math.sqrt(3200), 1 / 32, 1 / math.sqrt(300)]),
    ("released", [1 / 5, 1 / 40, 1 / math.sqrt(3200), 1 / 256, 1 / math.sqrt(300)]),    # fc: 1024 inputs, 64 images
    ("paper", [1 / 25, 1 / 1600, 1 / 3200, 1 / 1024, 1 / 300]),
])
def test_each_rule_draws_what_it_states(rule, expected):
    network = made(rule, k=.7)
    for name, std in zip(LAYERS, expected, strict=True):
        weight = getattr(network, name).weight
        error = 5 * .7 * std / math.sqrt(weight.numel())    # five standard errors of the mean; of the std, seven
        assert abs(weight.mean().item()) < error and weight.std().item() == pytest.approx(.7 * std, abs=error), name


def test_biases_of_fc_are_one_and_all_others_zero():
    for bias in (False, True):
        network = made(bias=bias)
        biases = {name: p.unique().tolist() for name, p in network.named_parameters() if name.endswith("bias")}
        assert biases == {"fc.bias": [1], "output.bias": [0]} | {f"{c}.bias": [0] for c in CONVOLUTIONS if bias}


def test_rules_differ_by_a_scale_only_and_seeds_by_more():
    one, other, another = made("released"), made("paper", k=.3), made("released", seed=1)
    for name in LAYERS:
        a, b, c = (getattr(network, name).weight for network in (one, other, another))
        assert torch.allclose(a / a.std(), b / b.std(), atol=1e-5)
        assert np.corrcoef(a.detach().flatten(), c.detach().flatten())[0, 1] < .1
    assert all(torch.equal(p, q) for p, q in zip(one.parameters(), made("released").parameters(), strict=True))


def test_the_biased_twin_and_other_classes_start_from_the_same_weights():
    plain, biased, six = made(), made(bias=True), made(classes=6)
    for name in LAYERS:
        assert torch.equal(getattr(plain, name).weight, getattr(biased, name).weight)
        assert torch.equal(getattr(plain, name).weight, getattr(six, name).weight) == (name != "output")


def test_k_is_drawn_from_the_seed_and_scales_the_weights():
    network = ZeroBiasCNN()
    drawn = [initialise(network, seed=seed) for seed in range(60)]
    assert K_RANGE == (.2, 1.2) and .2 <= min(drawn) < .3 and 1.1 < max(drawn) <= 1.2 and len(set(drawn)) == 60
    by_k = made("released", k=drawn[-1], seed=59)
    assert all(torch.equal(p, q) for p, q in zip(network.parameters(), by_k.parameters(), strict=True))
    assert initialise(network, k=.5) == .5


# Dropout


def test_dropout_zeroes_half_of_what_enters_fc_and_only_in_training():
    network, x = made(dropout=.5), normal(4, 1, 16, 16)
    entered = []
    network.fc.register_forward_pre_hook(lambda _, inputs: entered.append(inputs[0]))
    network(x)
    network.train()
    network(x)
    whole, dropped = entered
    shown = whole > 0
    assert shown.sum() > 2000 and torch.equal(whole, network.pool3(network.conv3_responses(x)).flatten(1))
    assert (dropped[shown] == 0).float().mean() == pytest.approx(.5, abs=.05)
    assert torch.equal(dropped[dropped > 0], 2 * whole[dropped > 0])


# What is refused


def test_errors_say_what_is_possible():
    with pytest.raises(ValueError, match="at least 2 different classes, not 1"):
        ZeroBiasCNN(1)
    with pytest.raises(ValueError, match="no initialisation 'glorot', only fan-in, released, paper"):
        initialise(ZeroBiasCNN(), "glorot")


@pytest.mark.parametrize("shape", [(2, 3, 48, 48), (2, 1, 48, 40), (2, 1, 50, 50), (1, 48, 48)])
def test_faces_of_another_shape_are_an_error(shape):
    with pytest.raises(ValueError, match=r"\(N, 1, S, S\) with S a multiple of 8, not \(.*" + str(shape[-1])):
        ZeroBiasCNN()(torch.zeros(shape))


def test_a_network_with_first_weights_only():
    state = torch.random.get_rng_state()
    network = untrained(["a", "b"], "fan-in", k=1., seed=3, bias=True)
    assert torch.equal(torch.random.get_rng_state(), state), "the caller's random numbers are left alone"
    by_hand = ZeroBiasCNN(["a", "b"], bias=True)
    initialise(by_hand, "fan-in", k=1., seed=3)
    assert not network.training and network.class_names == ("a", "b")
    for one, other in zip(network.parameters(), by_hand.parameters(), strict=True):
        assert torch.equal(one, other)
