"""What comes through first weights: the loss's gradient by hand, and what float32 would round away."""
import pytest
import torch

from fer_lib.analysis.first_pass import first_pass
from fer_lib.network import untrained

FACES = torch.randn(4, 1, 16, 16, generator=torch.Generator().manual_seed(0))
LABELS = torch.tensor([0, 1, 2, 2])


def test_the_gradient_of_the_output_is_what_it_says_minus_what_is_so():
    network = untrained(3, "fan-in", k=1.)
    found, gradients = first_pass(network, FACES, LABELS)
    wrong = found["output"].softmax(1) - torch.eye(3)[LABELS]
    by_hand = wrong.T @ found["relu4"] / len(FACES)
    assert gradients["output"] == pytest.approx(by_hand.norm().item(), rel=1e-5)
    assert list(gradients) == ["conv1", "conv2", "conv3", "fc", "output"] and min(gradients.values()) > 0


def test_every_layer_is_the_network_s_own():
    network = untrained(3, "fan-in", k=1.)
    found, _ = first_pass(network, FACES, LABELS)
    with torch.no_grad():
        torch.testing.assert_close(found["output"].float(), network(FACES))
        assert torch.equal(found["relu3"], network.conv3_responses(FACES))
    assert not any(values.requires_grad for values in found.values())
    assert network.fc.weight.dtype == torch.float32


def test_a_signal_beside_fc_s_bias_is_not_rounded_away():
    network = untrained(3, "fan-in", k=1.)
    network.fc.weight.data.mul_(1e-9)
    found, _ = first_pass(network, FACES, LABELS)
    with torch.no_grad():
        assert (network.fc(found["flatten"]) == 1).all()                # in float32 every face gives the same
    expected = found["flatten"].double() @ network.fc.weight.double().T
    torch.testing.assert_close(found["fc"] - 1, expected.detach(), rtol=1e-6, atol=1e-13)
    assert found["output"].std(0).min() > 0
