"""Whatever can be asked, as a `Network`: a function of the user's, a torch module's layer, an ONNX file's tensor.

    seen = Seen(layer="layer3", size=224, channels=3)
    source = found("resnet.py:network", seen)
    network = as_network(source, seen)
    fresh, said = fresh_network(source, None, seen, seed=0)
"""
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
import torch
from torch import nn

from .asking import POOLS, Network
from .drawn import some_faces
from .fresh import fresh_copy
from .modules import of_module, those_there
from .onnx_file import of_file
from .outputs import for_classes
from .target import from_file, module_from, path_of, source_of, takes, users_code
from .view import View


@dataclass(frozen=True)
class Seen:
    """What the user says of how a network is asked; None: as it is by itself. ValueError for what makes no sense."""
    layer: str | None = None
    pool: str | None = None
    size: int | None = None
    channels: int | None = None
    mean: tuple[float, ...] | None = None
    std: tuple[float, ...] | None = None
    classes: tuple[str, ...] = ()
    batch: int = 32

    def __post_init__(self):
        if self.pool not in (None, *POOLS):
            raise ValueError(f"pool must be {' or '.join(POOLS)}, not {self.pool!r}")
        if self.batch < 1:
            raise ValueError(f"batch must be 1 or more, not {self.batch}")
        if len({name.casefold() for name in self.classes}) < len(self.classes) or "" in self.classes:
            raise ValueError(f"classes must name each class once, not {', '.join(self.classes)}")

    @property
    def view(self) -> dict:
        """What is said of the fields of `View`."""
        said = {name: getattr(self, name) for name in ("size", "channels", "mean", "std")}
        return {name: value for name, value in said.items() if value is not None}


class Source(NamedTuple):
    """What is asked, before it is known how."""
    name: str
    thing: Any                      # a function, a torch module; None: an ONNX file
    path: Path | None = None        # the file that it stands in


def found(asked: Any, seen: Seen) -> Source:
    """asked: a function, a torch module, or the name of one as target.py has it. ValueError for what can't be asked."""
    if isinstance(asked, str | Path):
        path, name = path_of(f"{asked}")
        if name is None:
            return Source(path.name, None, path)
        thing, name = from_file(path, name), f"{path.name}:{name}"
    elif callable(asked):
        thing, name = asked, getattr(asked, "__name__", type(asked).__name__)
        path = source_of(asked)
    else:
        raise ValueError(f"a report asks a function, a torch module, or the name of one, not {type(asked).__name__}")
    wanted = seen.layer is not None or is_network(thing)
    return Source(name, module_from(thing, name, path) if wanted else thing, path)


def as_network(source: Source, seen: Seen) -> Network:
    """ValueError where it cannot be asked, ImportError where what it needs is not installed."""
    if source.thing is None:
        return of_file(source.path, seen.layer, seen.view, classes=seen.classes, pool=seen.pool or "max",
                       batch=seen.batch)
    return of_layer(source, seen) if is_network(source.thing) else of_function(source, seen)


def fresh_network(source: Source, fresh: Any, seen: Seen, seed: int) -> tuple[Network | None, str]:
    """What is asked, before it learned anything: `fresh`, if the user names it, else a torch module with its weights
    drawn anew, and what of it was kept, if anything; or None, and why not."""
    if fresh is not None:
        return as_network(found(fresh, seen), seen), ""
    if not is_network(source.thing):
        what = "an ONNX file" if source.thing is None else "a function"
        return None, f"{what} does not say how its weights were drawn; --fresh can name another"
    copy, said = fresh_copy(source.thing, seed)
    if copy is None:
        return None, f"{said}; --fresh can name a function that makes one"
    return of_layer(source._replace(thing=copy), seen), said


def is_network(thing: Any) -> bool:
    return isinstance(thing, nn.Module) or (isinstance(thing, type) and issubclass(thing, nn.Module))


def of_layer(source: Source, seen: Seen) -> Network:
    """Of a torch module. ValueError where no layer is named."""
    module, name = source.thing, source.name
    if seen.layer is None:
        names = [own for own, _ in module.named_modules() if own]
        raise ValueError(f"{name} is a network: which of its layers is asked? Name it with --layer. "
                         f"{those_there('', names)}")
    return of_module(module, seen.layer, View(**seen.view), name=name, classes=seen.classes, pool=seen.pool or "max",
                     batch=seen.batch, guarded=partial(users_code, source.path, name))


def of_function(source: Source, seen: Seen) -> Network:
    """Of a function: images (n, 1, size, size) uint8 → responses (n, F), or these and probabilities: (n, C), or by the
    name of each class."""
    function, name, path = source.thing, source.name, source.path
    if told := [option for option in ("channels", "mean", "std", "pool") if getattr(seen, option) is not None]:
        raise ValueError(f"{name} is a function, which sees grey images (N, 1, S, S) uint8 and does with them what it "
                         f"will: {', '.join(told)} {'is' if len(told) == 1 else 'are'} for layers and ONNX files")
    if not callable(function):
        raise ValueError(f"{name} is {type(function).__name__}; a report asks a function of images, or a network")
    if not takes(function, 1):
        raise ValueError(f"{name} does not take one array of images. If it makes a network, name the layer that is "
                         "asked with --layer")
    size = View(seen.size or 96).size
    names, order = list(seen.classes), []           # order: of classes that the function names

    def maps(images: np.ndarray):
        with users_code(path, name):
            given = function(images)
        responses, probabilities = given if isinstance(given, tuple) and len(given) == 2 else (given, None)
        with users_code(path, name):
            responses = as_array(responses)
        if responses.ndim != 2 or len(responses) != len(images) or responses.dtype.kind not in "biuf":
            raise ValueError(f"{name} must give numbers (N, F), a row of F responses for each of N images; for "
                             f"{len(images)} images it gave {described(given, responses)}")
        if isinstance(probabilities, Mapping | pd.DataFrame):
            probabilities = by_class(probabilities)
        if probabilities is not None and names:
            probabilities = for_classes(name, as_array(probabilities), len(images), tuple(names))
        return torch.from_numpy(responses.astype(np.float32))[:, :, None], probabilities if names else None

    def by_class(named: Mapping | pd.DataFrame) -> np.ndarray:
        """(n, C), in the order of the first time, since the likeliest may come first."""
        with users_code(path, name):
            columns = {f"{own}": as_array(named[own]) for own in named}
        if not order:
            order[:] = names[:] = columns
        if set(columns) != set(order):
            raise ValueError(f"{name} must name the same classes for all images; it names {', '.join(columns)}, and "
                             f"before it named {', '.join(order)}")
        with users_code(path, name):
            return np.stack([columns[own] for own in order], axis=1)

    maps(some_faces(2, size))       # says at once what is wrong, and how classes are called
    return Network(name, maps, size, tuple(names), batch=seen.batch, about={
        "function": name, "it sees": f"{size}×{size} pixels, grey, 0 to 255"})


def as_array(values: Any) -> np.ndarray:
    if isinstance(values, torch.Tensor):
        values = values.detach().cpu()
        return (values.float() if values.dtype == torch.bfloat16 else values).numpy()       # which NumPy does not know
    return np.asarray(values)


def described(given: Any, responses: np.ndarray) -> str:
    if given is None:
        return "nothing (None): does it return its responses?"
    if is_network(given):
        return f"a network ({type(given).__name__}): to ask one of its layers, name it with --layer"
    if responses.dtype.kind not in "biuf":
        return f"{type(given).__name__} of {responses.dtype}"
    return f"{responses.shape}" + ": take the maximum, or the mean, over positions" * (responses.ndim > 2)
