"""The chapter in a few lines."""
import pandas as pd
import torch

from ...analysis.layers import parameter_count
from ...network import ZeroBiasCNN
from ..markup import percent
from .biases import added_biases
from .normalised import AS_IT_IS
from .words import power


def summary(network: ZeroBiasCNN, field: int, error: torch.Tensor, departure: float, spread: pd.DataFrame,
            difference: float, signals: pd.DataFrame, own: float, others: float) -> str:
    """A list in Markdown. field: pixels that a conv3 unit sees; difference: by b and c of a change of intensity; own,
    others: |r| of filters with their own and with others' first weights, means; the rest as in the chapter's tables."""
    flat = (spread / spread.loc[AS_IT_IS]).loc["half the contrast"]
    reaches = {rule: power(signals.at["output", (rule, .3)]) for rule in ("fan-in", "released", "paper")}
    return "\n".join([
        f"- {parameter_count(network):,} parameters at {network.classes} classes; biases in the convolutions would be "
        f"{added_biases(network)} more",
        f"- a conv3 unit sees {field} pixels of the network's input, {percent(field / 96)} of the width of a face of "
        f"96 and {percent(field / 48)} of one of 48",
        "- without biases, half of the normalised face gives half of conv3's responses (largest difference: "
        f"{error.max().item():g}); with biases as PyTorch draws them they depart from it by {percent(departure)}",
        f"- on a face of half the contrast, the code's normalisation leaves {flat['subtractive']:.2f} of the "
        f"deviation, the described one {flat['full']:.2f}",
        f"- of \"pixel intensity\" only the exponent is left: b and c change a pixel by {power(difference)} at most",
        f"- at k = 0.3, before training, a signal of {reaches['fan-in']} reaches the output by the fan-in rule, "
        f"{reaches['released']} by the code's, {reaches['paper']} by the paper's",
        f"- stored: after training, conv1's filters correlate with their first weights by {own:.2f} (chance: "
        f"{others:.2f})"])
