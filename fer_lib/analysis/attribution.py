"""From a neuron of conv3 back to the pixels: guided backpropagation (Springenberg et al. 2015), by Captum.

Guided backpropagation is the gradient of one neuron's response with respect to the pixels, but that on the way back
every ReLU passes only what is positive, as well as only where it was on. Captum sets it up by hooks on the ReLU
modules, and takes them away again.

    back = guided(network, x, filters, rows, columns)           # (N, S, S)

Nobody who only trains has Captum, so that no module that a training imports may import this one.
"""
import warnings
from functools import partial

import numpy as np
import torch
from captum.attr import NeuronGuidedBackprop

from ..network import ZeroBiasCNN

# A neuron in row i of conv3's map sees rows 4i − 14 to 4i + 17 of what the network is shown: conv3 reaches 2 steps of 4
# pixels to either side, conv2 2 of 2, conv1 2 of 1, and each pooling takes in one more of what lies below it.
FIELD = -14, 18                     # first pixel, and the one after the last
SIDE = FIELD[1] - FIELD[0]
AT_ONCE = 8 * 96 ** 2               # pixels of a batch: larger maps the C library would not keep for the next


def to_pixels(method, network: ZeroBiasCNN, x: torch.Tensor, filters, rows, columns) -> np.ndarray:
    """By one of Captum's methods for neurons: of each normalised image (N, 1, S, S) from one neuron of conv3, given by
    its filter and its place on the map (N,), to the pixels (N, S, S) float32.

    The neuron is taken before its own ReLU, so that it has a picture also where it is off, as in a network that was not
    trained; where it is on, both are the same. ValueError unless each image has one neuron, IndexError for a neuron
    that is not there.
    """
    def chosen(places: tuple[torch.Tensor, ...], maps: torch.Tensor) -> torch.Tensor:
        return maps[places]

    neurons = [torch.as_tensor(np.asarray(indices), dtype=torch.long) for indices in (filters, rows, columns)]
    if any(indices.shape != (len(x),) for indices in neurons):
        raise ValueError(f"each of {len(x)} images needs one neuron, not filters, rows and columns of shapes "
                         f"{', '.join(str(tuple(indices.shape)) for indices in neurons)}")
    found, each = [torch.empty(0, *x.shape[1:])], torch.arange(len(x))
    for batch in each.split(max(1, AT_ONCE // x.shape[-1] ** 2)) if len(x) else ():
        places = torch.arange(len(batch)), *(indices[batch] for indices in neurons)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")                     # Captum announces its hooks
            found.append(method(network, network.conv3).attribute(
                x[batch].clone().requires_grad_(), partial(chosen, places)).detach())
    return torch.cat(found)[:, 0].numpy()


def guided(network: ZeroBiasCNN, x: torch.Tensor, filters, rows, columns) -> np.ndarray:
    """Guided backpropagation, see `to_pixels`."""
    return to_pixels(NeuronGuidedBackprop, network, x, filters, rows, columns)


def fields(pictures: np.ndarray, rows: np.ndarray, columns: np.ndarray) -> list[np.ndarray]:
    """`crop` of each of N pictures."""
    return [crop(picture, row, column) for picture, row, column in zip(pictures, rows, columns, strict=True)]


def crop(picture: np.ndarray, row: int, column: int) -> np.ndarray:
    """The field of the neuron at a row and column of conv3's map, in a picture (S, S) → (32, 32) float32; what lies
    beyond the border is NaN."""
    margin = FIELD[1]
    padded = np.pad(picture.astype(np.float32), margin, constant_values=np.nan)
    top, left = (4 * int(place) + FIELD[0] + margin for place in (row, column))
    return padded[top:top + SIDE, left:left + SIDE]
