"""From a neuron back to the pixels: by hand on four by four pixels, and against other implementations."""
import subprocess
import sys

import numpy as np
import pytest
import torch
from captum.attr import NeuronDeconvolution, NeuronGradient, NeuronGuidedBackprop
from torch import nn

from fer_lib import ZeroBiasCNN
from fer_lib.analysis.attribution import crop, guided, to_pixels
from fer_lib.network import initialise


class TwoLayers(nn.Module):
    """x and -x after a ReLU, then 2×2 weights on each."""

    def __init__(self):
        super().__init__()
        self.conv1, self.relu1, self.conv3 = nn.Conv2d(1, 2, 1, bias=False), nn.ReLU(), nn.Conv2d(2, 1, 2, bias=False)
        self.conv1.weight.data[:, 0, 0, 0] = torch.tensor([1., -1.])
        self.conv3.weight.data[0] = torch.tensor([[[1., -2.], [3., 4.]], [[-1., 1.], [2., -1.]]])

    def forward(self, x):
        return self.conv3(self.relu1(self.conv1(x)))


@pytest.mark.parametrize(("method", "middle"), [
    # x = [[5, -1], [2, -3]] below the neuron: where x > 0 the first channel is on, elsewhere the second
    (NeuronGradient, [[1., -1.], [3., 1.]]),                    # -1 times 1, and -1 times -1
    (NeuronGuidedBackprop, [[1., -1.], [3., 0.]]),              # without the weight of -1
    (NeuronDeconvolution, [[1., -1.], [1., 4.]])])              # positive weights of both channels, on or off
def test_a_picture_of_four_by_four_pixels_worked_out_by_hand(method, middle):
    x = torch.full((1, 1, 4, 4), 7.)
    x[0, 0, 1:3, 1:3] = torch.tensor([[5., -1.], [2., -3.]])
    expected = np.zeros((1, 4, 4))
    expected[0, 1:3, 1:3] = middle
    np.testing.assert_array_equal(to_pixels(method, TwoLayers(), x, [0], [1], [1]), expected)
    if method is NeuronGuidedBackprop:
        np.testing.assert_array_equal(guided(TwoLayers(), x, [0], [1], [1]), expected)


@pytest.fixture(scope="module")
def network():
    made = ZeroBiasCNN(8).eval()
    initialise(made, "fan-in", k=1., seed=1)
    return made


class GuidedReLU(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        ctx.save_for_backward(x)
        return x.clamp(min=0)

    @staticmethod
    def backward(ctx, gradient):
        (x,) = ctx.saved_tensors
        return gradient * (gradient > 0) * (x > 0)


def guided_by_hand(network, x):
    """The maps of conv3, with a ReLU that is written out."""
    maps = network.pool1(GuidedReLU.apply(network.conv1(x)))
    return network.conv3(network.pool2(GuidedReLU.apply(network.conv2(maps))))


def guided_by_hooks(network, x):
    """The same with the network's own ReLUs, and hooks on them."""
    def positive(maps):
        maps.register_hook(lambda gradient: gradient.clamp(min=0))      # of the ReLU's output
        return maps

    maps = network.pool1(positive(network.relu1(network.conv1(x))))
    return network.conv3(network.pool2(positive(network.relu2(network.conv2(maps)))))


def forty(size: int = 48):
    """Images, more than a batch, and a neuron of each."""
    x, rng = torch.randn(40, 1, size, size, generator=torch.Generator().manual_seed(0)), np.random.default_rng(0)
    return x, rng.integers(256, size=40), rng.integers(size // 4, size=40), rng.integers(size // 4, size=40)


@pytest.mark.parametrize("conv3", [guided_by_hand, guided_by_hooks])
def test_captum_goes_back_as_another_implementation_does(network, conv3):
    x, filters, rows, columns = forty()
    found = guided(network, x, filters, rows, columns)

    leaf = x.clone().requires_grad_()
    conv3(network, leaf)[torch.arange(40), filters, rows, columns].sum().backward()
    np.testing.assert_allclose(found, leaf.grad[:, 0].numpy(), atol=1e-6)
    assert np.abs(found).max() > 1e-3 and not np.allclose(
        found, to_pixels(NeuronGradient, network, x, filters, rows, columns), atol=1e-4)


@pytest.mark.filterwarnings("ignore:Setting backward hooks")
def test_many_are_answered_as_captum_answers_each(network):
    x, *neurons = forty()
    found, captum = guided(network, x, *neurons), NeuronGuidedBackprop(network, network.conv3)
    for i in (0, 31, 32, 39):
        one = captum.attribute(x[i:i + 1].clone().requires_grad_(), tuple(int(of[i]) for of in neurons))
        np.testing.assert_allclose(found[i], one[0, 0].detach(), atol=1e-6)


def test_of_no_image_there_is_no_picture(network):
    assert guided(network, torch.zeros(0, 1, 48, 48), [], [], []).shape == (0, 48, 48)


@pytest.mark.parametrize("neurons", [([0, 1, 2], [0, 0], [0, 0]), ([0], [0], [0]), (0, 0, 0), ([[0, 1]],) * 3])
def test_each_image_needs_one_neuron(network, neurons):
    with pytest.raises(ValueError, match="each of 2 images needs one neuron"):
        guided(network, torch.zeros(2, 1, 16, 16), *neurons)


def hooks(network) -> int:
    return sum(len(getattr(module, kind)) for module in network.modules()
               for kind in ("_forward_hooks", "_forward_pre_hooks", "_backward_hooks", "_backward_pre_hooks"))


@pytest.mark.parametrize("method", [NeuronGradient, NeuronGuidedBackprop, NeuronDeconvolution])
def test_its_hooks_are_gone_also_after_an_error(network, method):
    x = torch.zeros(2, 1, 16, 16)
    to_pixels(method, network, x, [0, 1], [0, 0], [0, 0])
    assert not hooks(network)
    with pytest.raises(IndexError):
        to_pixels(method, network, x, [0, 1], [0, 99], [0, 0])
    assert not hooks(network)


def test_neither_network_nor_image_is_changed(network):
    network.zero_grad()
    x = torch.rand(2, 1, 16, 16)
    before = x.clone(), {name: value.clone() for name, value in network.state_dict().items()}
    guided(network, x, [0, 1], [0, 0], [0, 0])
    assert torch.equal(x, before[0]) and not x.requires_grad
    assert all(torch.equal(value, before[1][name]) for name, value in network.state_dict().items())
    assert all(weights.grad is None for weights in network.parameters())


def test_a_crop_is_what_the_neuron_sees(network):
    x = torch.rand(1, 1, 48, 48, generator=torch.Generator().manual_seed(1))
    for row, column in ((6, 5), (0, 11)):
        seen = to_pixels(NeuronGradient, network, x, [3], [row], [column])[0]
        rows, columns = (np.flatnonzero(np.abs(seen).sum(axis)) for axis in (1, 0))
        place = [crop(pixels, row, column) for pixels in np.indices((48, 48))]
        assert place[0].shape == (32, 32)
        assert (np.nanmin(place[0]), np.nanmax(place[0])) == (rows.min(), rows.max())
        assert (np.nanmin(place[1]), np.nanmax(place[1])) == (columns.min(), columns.max())
        assert np.isclose(np.nansum(np.abs(crop(seen, row, column))), np.abs(seen).sum())
    beyond = np.isnan(crop(np.zeros((48, 48)), 0, 0))
    assert beyond[:14].all() and beyond[:, :14].all() and not beyond[14:, 14:].any()


def test_who_only_trains_needs_no_captum():
    """Nor does who looks at the book's faces."""
    modules = ("fer_lib.runs", "fer_lib.runs.grid", "fer_lib.analysis", "fer_lib.analysis.places",
               "fer_lib.pages.explore")
    text = f"import sys; sys.modules['captum'] = None; import {', '.join(modules)}; import fer_lib.analysis.attribution"
    done = subprocess.run([sys.executable, "-c", text], capture_output=True, text=True,
                           encoding="utf-8")
    assert "No module named 'captum" in done.stderr and "analysis/attribution.py" in done.stderr, "that one only"
