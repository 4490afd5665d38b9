"""5×5 convolutions by way of Fourier transforms: the same numbers but for rounding, in less than half the time.

A training spends nearly all of its time in conv2 and conv3. Where the processor multiplies in bfloat16 they are fast;
elsewhere, in float32, 25 multiplications a weight and pixel are too many: transformed, a convolution is one complex
product a frequency (Mathieu, Henaff & LeCun 2014). Maps are so small that transforms are products with matrices, too,
and PyTorch differentiates all of it.

    with by_fourier(network):
        network(x).sum().backward()
"""
import math
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache, partial

import torch
from torch import nn
from torch.nn.functional import conv2d

FEWEST = 2048                       # places of all maps of a batch: below it transforming the weights takes longer


@contextmanager
def by_fourier(network) -> Iterator[None]:
    """Within it conv2 and conv3 of a ZeroBiasCNN compute by `convolve`."""
    layers = network.conv2, network.conv3
    for layer in layers:
        layer.forward = partial(_forward, layer)
    try:
        yield
    finally:
        for layer in layers:
            del layer.forward       # the class's own again


def _forward(layer: nn.Conv2d, x: torch.Tensor) -> torch.Tensor:
    if len(x) * x.shape[-1] ** 2 < FEWEST:
        return conv2d(x, layer.weight, layer.bias, padding=2)
    y = convolve(x, layer.weight)
    return y if layer.bias is None else y + layer.bias[:, None, None]


def convolve(x: torch.Tensor, weight: torch.Tensor) -> torch.Tensor:
    """(N, C, S, S) float32 with (O, C, 5, 5) → (N, O, S, S), as `conv2d(x, weight, padding=2)`; in channels_last.

    Every product below is of two arrays of real numbers; of complex ones the real and the imaginary part are apart. A
    transform goes around a circle of S + 2 places or more, so that what leaves the map on one side comes back in the
    padding. Of rows half of the frequencies do, since what is transformed is real.
    """
    images, channels, side, _ = x.shape
    filters = len(weight)
    rows, columns_r, columns_i, taps_r, taps_i, back_r, back_i, back = matrices(side)
    half, places = len(rows) // 2, len(columns_r)
    frequencies = half * places

    # pixels (row, column · image · channel) → frequencies (row · column, image, channel)
    x = (rows @ x.permute(2, 3, 0, 1).reshape(side, -1)).view(half, 2 * side, -1)
    xr, xi = ((columns @ x).view(frequencies, images, channels) for columns in (columns_r, columns_i))
    taps = weight.permute(2, 3, 1, 0).reshape(25, -1)
    wr, wi = ((matrix @ taps).view(frequencies, channels, filters) for matrix in (taps_r, taps_i))
    yr = torch.baddbmm(xr @ wr, xi, wi, alpha=-1).view(half, places, -1)
    yi = torch.baddbmm(xr @ wi, xi, wr).view(half, places, -1)
    y = back @ (back_r @ yr + back_i @ yi).view(2 * half, -1)
    return y.view(side, side, images, filters).permute(2, 3, 0, 1).contiguous(memory_format=torch.channels_last)


@cache
def matrices(side: int) -> tuple[torch.Tensor, ...]:
    """That transform a map of S×S and 5×5 weights, and back; computed in float64."""
    places = side + 2 + side % 2        # even, so that the highest frequency stands once, as the lowest does
    pixel, tap = torch.arange(side).double(), torch.arange(5).double() - 2
    turn = 2 * math.pi / places
    of_rows, of_columns = (turn * torch.arange(count).double() for count in (places // 2 + 1, places))

    def parts(angle: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        return angle.cos(), angle.sin()

    cos, sin = parts(of_rows[:, None] * pixel)
    rows = torch.stack([cos, -sin], 1).flatten(0, 1)                            # (2 · half, S)
    share = torch.full((len(of_rows), 1), 2.).double()      # the other half of the frequencies are these, conjugated
    share[[0, -1]] = 1
    back = (torch.stack([share * cos, -share * sin], 1) / places ** 2).flatten(0, 1).T
    cos, sin = parts(of_columns[:, None] * pixel)
    columns = torch.hstack([cos, sin]), torch.hstack([-sin, cos])               # (places, 2 · S), of real and imaginary
    of_taps = parts((of_rows[:, None, None, None] * tap[:, None] + of_columns[:, None, None] * tap).reshape(-1, 25))
    back_columns = torch.vstack([cos.T, sin.T]), torch.vstack([-sin.T, cos.T])  # (2 · S, places)
    return tuple(matrix.float().contiguous() for matrix in (rows, *columns, *of_taps, *back_columns, back))
