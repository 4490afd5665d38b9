"""A layer of a torch module as what a report asks: a forward hook keeps what the layer puts out.

    network = of_module(ResNet18(), "layer3", View(224, 3))
"""
import difflib
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from typing import Any

import numpy as np
import torch
from torch import nn

from .asking import Network
from .drawn import some_faces
from .effects import as_expressions
from .outputs import TRIED, as_maps, first_tensor, for_classes, images_axis, of_classes, tensors_in, warn_of_doubt
from .view import View

LISTED = 80                         # names, at most, in a sentence about one that there is not


def of_module(module: nn.Module, layer: str, view: View, *, name: str, classes: Sequence[str] = (), pool: str = "max",
              batch: int = 32, guarded: Callable[[], AbstractContextManager]) -> Network:
    """layer: as `named_modules` calls it. classes: of the module's output, by name; none: see `its_classes`. guarded:
    makes the context in which the module is run, which says where it failed. ValueError where the layer is not there,
    or is not run."""
    layers = dict(module.named_modules())
    if layer not in layers or not layer:
        raise ValueError(f"{name} has no layer {layer!r}. {those_there(layer, [own for own in layers if own])}")
    kept = Kept(module, layers[layer], view, guarded)
    trials = [kept(some_faces(n, view.size)) for n in TRIED]
    if trials[0][0] is None:
        raise ValueError(f"{name} has a layer {layer}, but it is not run, or puts out no tensor, when the network is")
    classes = tuple(classes) or its_classes(module, trials[0][1])
    axis, last = images_axis(f"layer {layer}", [tuple(out.shape) for out, _ in trials]), filters_last(layers[layer])

    def maps(images: np.ndarray):
        out, whole = kept(images)
        named = of_classes(whole, len(images), classes)
        return as_maps(f"layer {layer}", out, axis, last), for_classes(name, named, len(images), classes)

    about = {"network": type(module).__name__, "layer": layer,
             "it puts out for two images": f"{tuple(trials[0][0].shape)}", "it sees": f"{view}"}
    if last is None:
        about |= warn_of_doubt(f"layer {layer}", tuple(trials[0][0].shape), axis)
    if kept.calls > 1:
        about["the layer is run"] = f"{kept.calls} times for each image; the last time is looked at"
    return Network(f"{name} · {layer}", maps, view.size, classes, pool, batch, about)


def filters_last(layer: nn.Module) -> bool | None:
    """Do its filters come last in maps? None of a layer whose kind does not say it."""
    if isinstance(layer, nn.Linear):
        return True
    first = nn.Conv2d, nn.ConvTranspose2d, nn.BatchNorm2d, nn.MaxPool2d, nn.AvgPool2d
    return False if isinstance(layer, first) else None


def its_classes(module: nn.Module, output: Any) -> tuple[str, ...]:
    """Its `class_names`, if they are of expressions, as a detector's of units are not, and one of its outputs for
    TRIED[0] images has a column for each; else none."""
    names = getattr(module, "class_names", None)
    if not isinstance(names, list | tuple) or not all(isinstance(name, str) for name in names):
        return ()
    try:
        as_expressions(names)
    except ValueError:              # none is one, or two are the same
        return ()
    fit = any(tuple(found.shape) == (TRIED[0], len(names)) for found in tensors_in(output))
    return tuple(names) if fit and len(set(names)) == len(names) else ()


class Kept:
    """A module that is run as it is when it is used, not trained; and then is as it was."""

    def __init__(self, module: nn.Module, layer: nn.Module, view: View, guarded: Callable[[], AbstractContextManager]):
        self.module, self.layer, self.view, self.guarded = module, layer, view, guarded
        self.calls, self.output = 0, None           # of the layer, at the last time

    @torch.no_grad()                # a module may keep what it made; with gradients it could not be copied any more
    def __call__(self, images: np.ndarray) -> tuple[torch.Tensor | None, Any]:
        """The first tensor that the layer puts out, and whatever the module does."""
        self.calls, self.output, training = 0, None, [part for part in self.module.modules() if part.training]
        like = next((weight for weight in self.module.parameters() if weight.is_floating_point()), torch.empty(0))
        with self.guarded():        # TorchScript's modules take no hooks
            hook = self.layer.register_forward_hook(self.keep)
            try:
                self.module.eval()
                whole = self.module(self.view(images).to(like))
            finally:
                hook.remove()
                for part in training:
                    part.training = True
        output, self.output = self.output, None
        return output, whole

    def keep(self, layer: nn.Module, inputs: Any, output: Any):
        """A copy of what the layer puts out, since what follows may write over it, as ReLU(inplace=True) does."""
        tensor = first_tensor(output)
        self.calls, self.output = self.calls + 1, None if tensor is None else tensor.detach().clone()


def those_there(wanted: str, names: Sequence[str]) -> str:
    """Which names there are, the likeliest first where one is alike."""
    alike = difflib.get_close_matches(wanted, names, 3, .5)
    shown = list(names)[:LISTED]
    return (f"Did you mean {' or '.join(alike)}? " * bool(alike) + f"There are: {', '.join(shown)}"
            + f" … and {len(names) - LISTED:,} more" * (len(names) > LISTED))
