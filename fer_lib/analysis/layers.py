"""A network taken apart: what each layer makes of an image, and how many of its numbers are learned.

    outputs(network, see(images))["relu3"]          # (N, 256, S/4, S/4)
"""
import torch
from torch import nn


def outputs(network: nn.Module, x: torch.Tensor) -> dict[str, torch.Tensor]:
    """{name of a layer: what it puts out (N, …)}, in the order in which it is computed, after "input", x itself."""
    found = {"input": x}
    hooks = [layer.register_forward_hook(lambda layer, _, out, name=name: found.update({name: out}))
             for name, layer in network.named_children()]
    try:
        network(x)
    finally:
        for hook in hooks:
            hook.remove()
    return found


def parameter_count(layer: nn.Module) -> int:
    """How many numbers of a layer, or of a whole network, are learned."""
    return sum(weights.numel() for weights in layer.parameters())
