"""What comes through a network with its first weights, before any training: forwards of the faces, backwards of the
loss."""
import torch
from torch.nn.functional import cross_entropy, linear

from ..network import ZeroBiasCNN
from .layers import outputs


def first_pass(network: ZeroBiasCNN, x: torch.Tensor,
               labels: torch.Tensor) -> tuple[dict[str, torch.Tensor], dict[str, float]]:
    """Of normalised faces (N, 1, S, S) and their labels (N,) what each layer makes of them, see `outputs`, and the norm
    of the loss's gradient in each layer's weights. The gradients stay in the network.

    fc, its ReLU and the output are computed in float64: beside fc's bias of 1, float32 rounds small signals away.
    """
    found = outputs(network, x)
    cross_entropy(found["output"], labels).backward()
    gradients = {name: layer.weight.grad.norm().item() for name, layer in network.named_children()
                 if hasattr(layer, "weight")}
    found = {name: values.detach() for name, values in found.items()}
    with torch.no_grad():
        found["fc"] = linear(found["flatten"].double(), network.fc.weight.double(), network.fc.bias.double())
        found["relu4"] = network.relu4(found["fc"])
        found["output"] = linear(found["relu4"], network.output.weight.double(), network.output.bias.double())
    return found, gradients
