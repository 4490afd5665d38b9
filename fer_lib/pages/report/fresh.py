"""The same network with fresh weights: what its architecture tells of a face before it has learned anything.

    copy, said = fresh_copy(network, seed=0)
"""
from collections.abc import Callable, Sequence
from copy import deepcopy

import torch
from torch import nn

from .outputs import tensors_in
from .target import kind_and_text

WHOLE = {torch.uint8, torch.int8, torch.int16, torch.int32, torch.int64, torch.bool}


def fresh_copy(module: nn.Module, seed: int = 0) -> tuple[nn.Module | None, str]:
    """A copy whose every layer was initialised anew, as its `reset_parameters` does it, and what else it keeps, if
    anything; or None, and why not.

    Parts first, then the whole, since a layer may set its parts' weights. It is fresh only if every weight is another,
    or constant, as the biases of many layers are at the start. A buffer may hold weights, too, as those of a frozen
    normalisation do: it is kept only where its part has parameters, or says by itself what is drawn.
    """
    try:
        copy = deepcopy(module)
    except Exception as error:      # whatever a network may hold
        return None, f"it cannot be copied ({kind_and_text(error)})"
    try:
        initialise_anew(copy, seed)
        if not all(may_stay(copy, name) for name in compared(module, copy)[0]):
            initialise_anew(copy, seed + 1)             # a network that nobody trained may be what this seed draws
    except ValueError as error:
        return None, f"{error}"
    kept, drawn = compared(module, copy)
    if stuck := [name for name in kept if not may_stay(copy, name)]:
        learned = any(name in dict(copy.named_parameters(remove_duplicate=False)) for name in stuck)
        return None, (f"{some(stuck)} cannot be initialised anew: no reset_parameters() draws it"
                      + " (the part that has it needs one; if it has learned nothing, an empty one)" * (not learned))
    if not drawn:
        return None, "no weight of it was drawn anew"
    return copy, f"kept as it was, since it is no parameter: {some(kept)}" if kept else ""


def initialise_anew(module: nn.Module, seed: int):
    """ValueError where a part fails to."""
    with torch.random.fork_rng([]), torch.no_grad():
        torch.manual_seed(seed)
        for name, part in reversed(list(module.named_modules())):
            try:
                if reset := reset_of(part):
                    reset()
            except Exception as error:                  # it may want arguments, or know no half precision
                raise ValueError(f"reset_parameters() of {name or 'the network'} fails "
                                 f"({kind_and_text(error)})") from error


def reset_of(part: nn.Module) -> Callable | None:
    reset = getattr(part, "reset_parameters", None) or getattr(part, "_reset_parameters", None)
    return reset if callable(reset) else None


def compared(module: nn.Module, copy: nn.Module) -> tuple[list[str], list[str]]:
    """Names of the copy's tensors that are still the module's, and of those that are others; none of one value only."""
    before, kept, drawn = tensors_of(module), [], []
    for name, tensors in tensors_of(copy).items():
        for old, new in zip(before[name], tensors, strict=True):
            if new.numel() > 1 and bool((new != new.flatten()[0]).any()):
                (kept if torch.equal(old, new) else drawn).append(name)
    return kept, drawn


def tensors_of(module: nn.Module) -> dict[str, list[torch.Tensor]]:
    """By name, whatever may have been learned: parameters, and what a file of weights would hold beside them, but for
    whole numbers, which count and point. Weights of quantised layers are in the file only."""
    beside = {name: [values.dequantize() if values.is_quantized else values for values in tensors_in(state)
                     if values.dtype not in WHOLE] for name, state in nn.Module.state_dict(module).items()}
    return beside | {name: [weight] for name, weight in module.named_parameters()}


def may_stay(module: nn.Module, name: str) -> bool:
    """Is it no parameter, and in a part that has some, or that says by itself what is drawn?"""
    part = dict(module.named_modules()).get(name.rpartition(".")[0])
    return name not in dict(module.named_parameters(remove_duplicate=False)) and part is not None and (
        reset_of(part) is not None or next(part.parameters(), None) is not None)


def some(names: Sequence[str]) -> str:
    return f"{', '.join(names[:3])}{' and more' * (len(names) > 3)}"
