"""The chapter in a few lines."""
import torch

from ...analysis.layers import parameter_count
from ...network import ZeroBiasCNN
from ..markup import percent
from .biases import added_biases


def summary(network: ZeroBiasCNN, field: int, error: torch.Tensor, departure: float, own: float, others: float) -> str:
    """A list in Markdown. field: pixels that a conv3 unit sees; own, others: |r| of filters with their own and with
    others' first weights, means; the rest as in the chapter's tables."""
    return "\n".join([
        f"- {parameter_count(network):,} parameters at {network.classes} classes; biases in the convolutions would be "
        f"{added_biases(network)} more",
        f"- a conv3 unit sees {field} pixels of the network's input, {percent(field / 96)} of the width of a face of "
        f"96 and {percent(field / 48)} of one of 48",
        "- without biases, half of the normalised face gives half of conv3's responses (largest difference: "
        f"{error.max().item():g}); with biases as PyTorch draws them they depart from it by {percent(departure)}",
        f"- stored: after training, conv1's filters correlate with their first weights by {own:.2f} (chance: "
        f"{others:.2f})"])
