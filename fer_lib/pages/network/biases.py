"""What becomes of a network's responses as the face fades, without biases and with them."""
import matplotlib.pyplot as plt
import pandas as pd
import torch
from matplotlib.figure import Figure

from ...analysis.homogeneity import DEPARTURE, PROBABILITY
from ...analysis.layers import parameter_count
from ...network import ZeroBiasCNN
from ..charts import VARIANTS
from ..markup import percent
from ..notebooks import glue

FACTORS = {1.: "1", 1 / 2: "½", 1 / 4: "¼", 1 / 8: "⅛"}
PANELS = {DEPARTURE: "how far responses are\nfrom c times those at c = 1",
          PROBABILITY: "probability of the name\ngiven at c = 1"}
INK = {"without biases": VARIANTS["CNN+AD"], "with biases": "#6f6f6f"}


def added_biases(network: ZeroBiasCNN) -> int:
    """How many biases the convolutions would have: one a channel."""
    return sum(layer.out_channels for layer in (network.conv1, network.conv2, network.conv3))


def fading_chart(without: pd.DataFrame, with_biases: pd.DataFrame) -> Figure:
    """Of two networks `homogeneity.fading`, a panel for each of PANELS, its columns, against the contrast, FACTORS."""
    figure, panels = plt.subplots(1, len(PANELS), figsize=(7., 2.7), sharex=True, layout="constrained")
    for axes, (column, title) in zip(panels, PANELS.items(), strict=True):
        for (name, colour), table, style in zip(INK.items(), (without, with_biases), ("o-", "s--"), strict=True):
            axes.plot(table.index, table[column], style, color=colour, markersize=4, label=name)
        axes.set_title(title, fontsize=9)
        axes.set_xscale("log", base=2)
        axes.set_xticks(list(FACTORS), FACTORS.values())
        axes.minorticks_off()
        axes.set_ylim(bottom=-.05)
        axes.tick_params(labelsize=8)
    figure.supxlabel("contrast of the face, c", fontsize=9)
    figure.legend(*panels[0].get_legend_handles_labels(), loc="outside upper center", ncols=2, fontsize=9)
    return figure


def glue_biases(network: ZeroBiasCNN, error: torch.Tensor, departure: float):
    """error: |f(x/2) - f(x)/2| of each neuron of conv3; departure: of the network with biases, for c = ½."""
    glue("network_halving_error", error.max(), n=error.numel(), source="conv3, |f(x/2) - f(x)/2|, largest")
    glue("network_halving_with_biases", departure, n=error.numel(), display=percent(departure),
         source="conv3, mean |f(x/2) - f(x)/2| by mean f(x)/2, biases as PyTorch draws them")
    glue("network_conv3_units", error.numel(), source="one face")
    added = added_biases(network)
    share = added / parameter_count(network)
    glue("network_biases", added, source="channels of conv1, conv2 and conv3")
    glue("network_biases_share", share, display=percent(share, 2), source="biases that are left out, of all parameters")
