"""How a network starts by each rule for its first weights: what of the faces comes through, and how fast it learns."""
import matplotlib.pyplot as plt
import pandas as pd
from matplotlib.figure import Figure
from pandas.io.formats.style import Styler

from ...analysis.layers import parameter_count
from ...network import INITIALISATIONS, K_RANGE, RELEASED_BATCH, ZeroBiasCNN
from ...training import Recipe
from ..notebooks import glue
from ..numbers import power, rounded, small_table

STAGES = {"face": "input", "conv1": "relu1", "conv2": "relu2", "conv3": "relu3", "pool3": "pool3", "fc": "relu4",
          "output": "output"}       # as a chart calls them, and the layer whose output that is
MARKS = {"fan-in": ("o", ".55"), "released": ("s", ".3"), "paper": ("^", "0")}       # marker and grey of each rule


def width_table(network: ZeroBiasCNN) -> Styler:
    """Standard deviation of each layer's first weights at k = 1 by each rule, and its number of inputs."""
    inputs = {name: layer.weight[0].numel() for name, layer in network.named_children() if parameter_count(layer)}
    widths = pd.DataFrame({rule: {name: width(1., count, name) for name, count in inputs.items()}
                           for rule, width in INITIALISATIONS.items()})
    return small_table(widths.assign(inputs=inputs), formatter={"inputs": "{:,}"}, precision=5)


def signal_chart(signals: pd.DataFrame) -> Figure:
    """signals: of each layer (rows) by rule and k (columns). Lines at the middle k, bands from the least to the
    greatest."""
    figure, axis = plt.subplots(figsize=(5, 4.6))
    for rule, (marker, grey) in MARKS.items():
        least, middle, most = (signals[rule, k] for k in sorted(signals[rule]))
        axis.fill_between(signals.index, least, most, color=grey, alpha=.15, linewidth=0)
        axis.plot(signals.index, middle, marker=marker, color=grey, label=rule)
    axis.set(yscale="log", ylabel="signal: deviation across images")
    axis.tick_params(axis="x", rotation=40)
    axis.legend(title="rule", loc="lower left")
    return figure


def start_table(signals: pd.DataFrame, gradients: dict, steps: dict, recipes: dict[str, Recipe], n: int,
                dataset: str) -> Styler:
    """Of n images a row for each rule and k. signals: see `signal_chart`; gradients: {(rule, k): {layer: norm}}; steps:
    {(rule, k): in which conv3 would move by its own size}; recipes: that use each rule. Glues signals and steps."""
    of_output = signals.loc["output"]
    glue("paper_and_code_batch", n, source=f"{dataset}, training images of fold 0")
    glue("paper_and_code_released_batch", RELEASED_BATCH, source="fer_lib/network.py")
    for word, value in zip(("low", "high"), K_RANGE, strict=True):
        glue(f"paper_and_code_k_{word}", value, source="fer_lib/network.py")
    for rule, k in steps:
        name, what = f"{rule.replace('-', '_')}_k_{10 * k:.0f}", f"{dataset}; rule {rule}, k = {k:g}"
        glue(f"paper_and_code_signal_{name}", of_output[rule, k], n=n, display=power(of_output[rule, k]),
             source=f"{what}: signal in the output")
        glue(f"paper_and_code_steps_{name}", steps[rule, k], n=n, display=rounded(steps[rule, k]),
             source=f"{what}, rate {recipes[rule].rate:g}: steps in which conv3 would move by its own size")
    table = pd.DataFrame({f"{rule}, k\xa0=\xa0{k:g}": {
        "signal, output": of_output[rule, k], "gradient, conv1": gradients[rule, k]["conv1"],
        "gradient, conv3": gradients[rule, k]["conv3"], "steps, conv3": steps[rule, k]} for rule, k in steps}).T
    return small_table(table, formatter=dict.fromkeys(table, power) | {"steps, conv3": rounded})
