"""The same network with fresh weights: what its architecture tells of a face before it has learned anything.

    copy, kept = fresh_copy(network, seed=0)
"""
from copy import deepcopy

import torch
from torch import nn


def fresh_copy(module: nn.Module, seed: int = 0) -> tuple[nn.Module | None, str]:
    """A copy whose every layer was initialised anew, as its `reset_parameters` does it; or None, and why not.

    Parts first, then the whole, since a layer may set its parts' weights. It is fresh only if every weight is another,
    or constant, as the biases of many layers are at the start.
    """
    try:
        copy = deepcopy(module)
    except Exception as error:      # whatever a network may hold
        return None, f"it cannot be copied ({type(error).__name__})"
    initialise_anew(copy, seed)
    if as_they_were(module, copy):              # a network that nobody trained may be what this seed draws
        initialise_anew(copy, seed + 1)
    if kept := as_they_were(module, copy):
        return None, (f"{', '.join(kept[:3])}{' and more' * (len(kept) > 3)} cannot be initialised anew: the part that "
                      "has it has no reset_parameters()")
    return copy, ""


def initialise_anew(module: nn.Module, seed: int):
    with torch.random.fork_rng([]), torch.no_grad():
        torch.manual_seed(seed)
        for part in reversed(list(module.modules())):
            reset = getattr(part, "reset_parameters", None) or getattr(part, "_reset_parameters", None)
            if callable(reset):
                reset()


def as_they_were(module: nn.Module, copy: nn.Module) -> list[str]:
    """Names of the copy's weights that are still the module's, and not all of one value."""
    before = dict(module.named_parameters())
    return [name for name, weight in copy.named_parameters()
            if weight.numel() > 1 and torch.equal(weight, before[name]) and bool((weight != weight.flatten()[0]).any())]
