"""The network drawn by itself, and a table of its layers."""
import numpy as np
import pandas as pd
import torch
from IPython.display import HTML
from pandas.io.formats.style import Styler
from torch import nn

from ...analysis.layers import outputs, parameter_count
from ...network import QuadrantPool, ZeroBiasCNN
from ...runs import Run
from ..markup import escaped, percent
from ..notebooks import glue
from ..numbers import small_table
from ..pictures import picture

# A layer, and whose output is drawn for it
DRAWN = {"input": "input", "conv1": "relu1", "pool1": "pool1", "conv2": "relu2", "pool2": "pool2", "conv3": "relu3",
         "pool3": "pool3", "fc": "relu4", "output": "output"}
SIZES = 96, 48
WIDTH, HEIGHT, SIDE = 102, 92, 52   # CSS pixels, of a layer, of which three fit a telephone side by side, and of a map


def drawn(network: ZeroBiasCNN, found: dict[str, torch.Tensor], normalisation: str) -> HTML:
    """Each layer in its place, to be read along the lines: what it makes of the first face (see `layers.outputs`), its
    shape, kind and parameters."""
    layers, cells = dict(network.named_children()), ""
    for name, shown in DRAWN.items():
        values = found[shown][0]
        shape = "×".join(map(str, values.shape))
        count = parameter_count(layers[name]) if name in layers else 0
        kind = about(layers[name]) if name in layers else f"the face, {escaped(normalisation)} normalisation"
        cells += (f'<div>{sheets(values, f"{name}, {shape}")}<div style="font-size:.78rem;line-height:1.3">'
                  + "→ " * bool(cells) + f"<b>{name}</b> {shape}<br>{kind}" + ", ReLU" * shown.startswith("relu")
                  + f"<br>{count:,} parameters" * bool(count) + "</div></div>")
    return HTML('<div style="display:grid;grid-template-columns:repeat(auto-fill,minmax(min(124px,30%),1fr));'
                f'gap:1rem .75rem;padding:1px">{cells}</div>')


def about(layer: nn.Module) -> str:
    match layer:
        case nn.Conv2d(kernel_size=(side, _), bias=bias):
            return f"{side}×{side} convolution, {'no ' * (bias is None)}biases"
        case nn.MaxPool2d(kernel_size=side):
            return f"maximum of {side}×{side}"
        case QuadrantPool():
            return "maximum of each quadrant"
        case nn.Linear():
            return "fully connected, with biases"
    raise ValueError(f"nothing is known of {layer}")


def sheets(values: torch.Tensor, label: str) -> str:
    """Of (C, H, W) the maps with the highest mean, of (C,) the values, as pictures that lie on each other."""
    flat = values.ndim == 1
    maps = values[None, None] if flat else values
    if len(maps) == 1 and not flat:
        shown = around_grey(maps)
    else:
        maps = maps - maps.amin((1, 2), keepdim=True)
        maps = maps[maps.mean((1, 2)).argsort()[-max(1, int(np.log2(len(maps))) - 2):]]
        ink = maps / maps.flatten(1).quantile(.99, 1)[:, None, None].clamp(min=1e-9)
        shown = 1 - ink.clamp(0, 1).sqrt()
    style = (f"width:{WIDTH}px;height:16px" if flat else f"width:{SIDE}px;height:{SIDE}px") + (
        ";position:absolute;image-rendering:pixelated;outline:1px solid #777;max-width:none;padding:0;border-radius:0")
    pictures = "".join(picture(sheet.numpy(), label, f"{style};left:{10 * i}px;top:{7 * i}px")
                       for i, sheet in enumerate(shown))
    height = 16 if flat else SIDE + 7 * (len(shown) - 1)
    return (f'<div style="height:{HEIGHT}px;display:flex;align-items:end"><div role="img" aria-label="{label}" '
            f'style="position:relative;width:{WIDTH}px;height:{height}px">{pictures}</div></div>')


def around_grey(values: torch.Tensor) -> torch.Tensor:
    """What has a sign, as shades: grey is zero, and but for the 3 % that are largest nothing is black or white."""
    return .5 + values / (2 * values.abs().flatten().quantile(.97))


def shapes(network: ZeroBiasCNN, size: int) -> dict[str, str]:
    """{layer: 64×96×96, …} for one face of so many pixels."""
    with torch.no_grad():
        found = outputs(network, torch.zeros(1, 1, size, size))
    return {name: "×".join(map(str, out.shape[1:])) for name, out in found.items()}


def layer_table(run: Run) -> Styler:
    """A row for each layer that changes a shape: shapes at both sizes, parameters, their share of all. Glues totals."""
    network = run.network
    layers = {name: layer for name, layer in network.named_children()
              if not isinstance(layer, nn.ReLU | nn.Flatten | nn.Dropout)}
    total, conv3_share = parameter_count(network), parameter_count(network.conv3) / parameter_count(network)
    glue("network_parameters", total, source=f"ZeroBiasCNN, {network.classes} classes")
    glue("network_classes", network.classes, source=run.folder.name)
    glue("network_conv3_share", conv3_share, display=percent(conv3_share), source="parameters of conv3, of all")
    table = pd.DataFrame({f"at {size}": shapes(network, size) for size in SIZES}).loc[list(layers)]
    table["parameters"] = [parameter_count(layer) for layer in layers.values()]
    table.loc["all"] = "", "", table["parameters"].sum()
    table["share"] = table["parameters"] / total
    return small_table(table, formatter={"parameters": lambda number: f"{number:,}" if number else "",
                                         "share": lambda share: percent(share, 1) if share else ""})
