"""What each layer of a network makes of an image."""
import pytest
import torch
from torch import nn

from fer_lib import ZeroBiasCNN
from fer_lib.analysis.layers import outputs, parameter_count


class Toy(nn.Module):
    """x ↦ max(0, 3x - 1)"""

    def __init__(self):
        super().__init__()
        self.line, self.relu = nn.Linear(1, 1), nn.ReLU()
        self.line.weight.data[:], self.line.bias.data[:] = 3., -1.

    def forward(self, x):
        return self.relu(self.line(x))


def test_each_layers_output_by_its_name_in_order():
    found = outputs(Toy(), torch.tensor([[0.], [2.]]))
    assert list(found) == ["input", "line", "relu"]
    assert [values.flatten().tolist() for values in found.values()] == [[0, 2], [-1, 5], [0, 5]]


def test_nothing_stays_on_the_network():
    network = Toy()
    outputs(network, torch.zeros(1, 1))
    with pytest.raises(RuntimeError):
        outputs(network, torch.zeros(1, 2))
    assert not any(layer._forward_hooks for layer in network.children())


def test_the_paper_s_network():
    network = ZeroBiasCNN(8).eval()
    with torch.no_grad():
        found = outputs(network, torch.rand(2, 1, 16, 16, generator=torch.Generator().manual_seed(0)))
        assert torch.equal(found["relu3"], network.conv3_responses(found["input"]))
        assert torch.equal(found["output"], network(found["input"]))


def test_parameters_are_counted():
    assert parameter_count(Toy()) == 2 and parameter_count(nn.ReLU()) == 0
    assert parameter_count(ZeroBiasCNN(8)) == 25 * (64 + 64 * 128 + 128 * 256) + 1025 * 300 + 301 * 8
