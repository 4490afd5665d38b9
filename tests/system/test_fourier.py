"""Convolutions by Fourier transform against PyTorch's own: two routes that must agree."""
import pytest
import torch
from torch.nn.functional import conv2d

from fer_lib import ZeroBiasCNN
from fer_lib.network import initialise
from fer_lib.system.fourier import FEWEST, by_fourier, convolve


def close(found: torch.Tensor, expected: torch.Tensor) -> bool:
    return (found - expected).abs().max() <= 2e-5 * expected.abs().max()


@pytest.mark.parametrize(("side", "images", "channels", "filters"), [
    (12, 5, 3, 4), (24, 2, 4, 3), (2, 1, 1, 1), (1, 3, 2, 2), (7, 2, 2, 5), (48, 1, 2, 2)])
def test_the_convolution_and_its_gradients(side, images, channels, filters):
    generator = torch.Generator().manual_seed(side)
    x = torch.randn(images, channels, side, side, generator=generator).requires_grad_()
    weight = torch.randn(filters, channels, 5, 5, generator=generator).requires_grad_()
    above = torch.randn(images, filters, side, side, generator=generator)
    expected, found = conv2d(x, weight, padding=2), convolve(x, weight)
    assert close(found, expected)
    assert found.is_contiguous(memory_format=torch.channels_last)
    for one, other in zip(torch.autograd.grad(found, (x, weight), above),
                          torch.autograd.grad(expected, (x, weight), above), strict=True):
        assert close(one, other)


def test_one_weight_moves_a_pixel():
    x, weight = torch.zeros(1, 1, 8, 8), torch.zeros(1, 1, 5, 5)
    x[0, 0, 3, 4], weight[0, 0, 0, 1] = 2., 3.
    expected = torch.zeros(8, 8)
    expected[5, 5] = 6.             # two rows down, one column right
    torch.testing.assert_close(convolve(x, weight)[0, 0], expected, atol=1e-5, rtol=0)
    x.zero_()[0, 0, 7, 7] = 1.
    assert convolve(x, weight).abs().max() < 1e-5, "what leaves the picture does not come back on the other side"


@pytest.mark.parametrize("bias", [False, True])
def test_a_network_within_and_without(bias):
    network = ZeroBiasCNN(8, bias=bias)
    initialise(network, "fan-in", k=1.)
    if bias:
        torch.nn.init.normal_(network.conv3.bias)
    x = torch.randn(FEWEST // 36 + 1, 1, 24, 24)            # conv3 sees 6×6 places of each
    usual = network(x)
    asked = []
    network.conv3.register_forward_hook(lambda layer, *_: asked.append("forward" in vars(layer)))
    with by_fourier(network):
        assert close(network(x), usual)
    assert torch.equal(network(x), usual) and asked == [True, False], "afterwards all is as it was"
    with by_fourier(network):
        assert torch.equal(network(x[:1]), network(x[:1])), "of few images"


def test_a_network_is_as_it_was_after_an_error():
    network = ZeroBiasCNN(8)
    with pytest.raises(RuntimeError), by_fourier(network):
        raise RuntimeError
    assert "forward" not in vars(network.conv2) and "forward" not in vars(network.conv3)
