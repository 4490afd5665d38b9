"""What becomes of a network's responses as the face fades, without biases and with them."""
import pandas as pd
import torch
from pandas.io.formats.style import Styler

from ...analysis.homogeneity import AS_BEFORE, DEPARTURE, PROBABILITY
from ...analysis.layers import parameter_count
from ...network import ZeroBiasCNN
from ..markup import percent
from ..notebooks import glue
from ..numbers import small_table

FACTORS = {1.: "1", 1 / 2: "½", 1 / 4: "¼", 1 / 8: "⅛"}
HEADS = {DEPARTURE: "depart", AS_BEFORE: "as before", PROBABILITY: "p"}


def added_biases(network: ZeroBiasCNN) -> int:
    """How many biases the convolutions would have: one a channel."""
    return sum(layer.out_channels for layer in (network.conv1, network.conv2, network.conv3))


def fading_table(without: pd.DataFrame, with_biases: pd.DataFrame) -> Styler:
    """Of two networks `homogeneity.fading`, with a row for each of FACTORS, side by side."""
    table = pd.concat({"without biases": without, "with biases": with_biases}, axis=1)
    return small_table(table.rename(index=FACTORS, columns=HEADS), precision=2)


def glue_biases(network: ZeroBiasCNN, error: torch.Tensor, departure: float):
    """error: |f(x/2) - f(x)/2| of each unit of conv3; departure: of the network with biases, for c = ½."""
    glue("network_halving_error", error.max(), n=error.numel(), source="conv3, |f(x/2) - f(x)/2|, largest")
    glue("network_halving_with_biases", departure, n=error.numel(), display=percent(departure),
         source="conv3, mean |f(x/2) - f(x)/2| by mean f(x)/2, biases as PyTorch draws them")
    glue("network_conv3_units", error.numel(), source="one face")
    added = added_biases(network)
    share = added / parameter_count(network)
    glue("network_biases", added, source="channels of conv1, conv2 and conv3")
    glue("network_biases_share", share, display=percent(share, 2), source="biases that are left out, of all parameters")
