"""What a layer or a tensor puts out, as maps: which axis counts images, which filters, and which positions.

    (N, F)              one position                    (N, F, H, W)        maps of a convolution
    (N, T, F)           T tokens of a transformer       (N, H, W, F)        the same, filters last
"""
import warnings
from collections.abc import Mapping

import numpy as np
import torch

TRIED = 2, 3                        # images that a network is shown to find the axis that counts them
ROUNDED = .05                       # how far probabilities' sum may be from 1: of ten, rounded to two decimals


def tensors_in(output) -> list[torch.Tensor]:
    """All of whatever a layer returns: itself, or those in a tuple, a list, a dictionary, and in these."""
    if isinstance(output, torch.Tensor):
        return [output]
    parts = output.values() if isinstance(output, Mapping) else output if isinstance(output, tuple | list) else ()
    return [found for part in parts for found in tensors_in(part)]


def first_tensor(output) -> torch.Tensor | None:
    """Of `tensors_in`; None where there is none."""
    return next(iter(tensors_in(output)), None)


def of_classes(output, n: int, classes: tuple[str, ...]) -> torch.Tensor | None:
    """Of several outputs the first that has a column for each class, as a network with several heads gives them; else
    the first there is."""
    return next((found for found in tensors_in(output) if tuple(found.shape) == (n, len(classes))),
                first_tensor(output))


def images_axis(name: str, shapes: list[tuple[int, ...]]) -> int:
    """Which axis counts images, of the shapes for as many images as TRIED says. ValueError where none does."""
    few, more = shapes
    axes = [axis for axis, sizes in enumerate(zip(few, more, strict=False)) if sizes == TRIED]
    if len(few) != len(more) or len(axes) != 1:
        raise ValueError(f"{name} puts out {few} for {TRIED[0]} images and {more} for {TRIED[1]}: no axis counts "
                         "the images")
    return axes[0]


def warn_of_doubt(name: str, shape: tuple[int, ...], axis: int) -> dict[str, str]:
    """A warning where nothing says which axis of maps is filters, and the same for the report; else nothing."""
    sizes = shape[:axis] + shape[axis + 1:]
    if len(sizes) != 3 or len(set(sizes)) > 1:
        return {}
    taken = ("taken to come first, as a convolution's do, though that axis is as long as those of rows and columns; "
             "images of another size may tell them apart")
    warnings.warn(f"{name} puts out {shape}, and its filters are {taken}", stacklevel=3)
    return {"its filters": taken}


def as_maps(name: str, output: torch.Tensor, axis: int = 0, last: bool | None = None) -> torch.Tensor:
    """An output whose `axis` counts images → (N, F, P) float32 on the CPU. last: do filters come last in maps? None:
    as the axes' sizes say it. ValueError for one of another form."""
    output = output.detach().movedim(axis, 0).float().cpu()
    if output.ndim == 1:
        return output[:, None, None]
    if output.ndim == 2:
        return output[:, :, None]
    if output.ndim == 3:
        return output.transpose(1, 2)
    if output.ndim == 4 and (output.shape[1] == output.shape[2] != output.shape[3] if last is None else last):
        output = output.movedim(3, 1)
    if output.ndim > 5:
        raise ValueError(f"{name} puts out {tuple(output.shape)}, which is neither (N, F), nor tokens (N, T, F), nor "
                         "maps (N, F, H, W)")
    return output.flatten(2)


def for_classes(name: str, output: torch.Tensor | np.ndarray | None, n: int,
                classes: tuple[str, ...]) -> np.ndarray | None:
    """What a network puts out for each class, a copy (n, C); None where none is named. ValueError for another shape."""
    if not classes:
        return None
    if output is None or tuple(output.shape) != (n, len(classes)):
        shape = "no such output" if output is None else f"{tuple(output.shape)}"
        raise ValueError(f"{name} names {len(classes)} classes ({', '.join(classes)}), so for {n} images its output "
                         f"must be ({n}, {len(classes)}); it is {shape}")
    return torch.as_tensor(output).detach().double().cpu().numpy().copy()         # a user may use an array again


def as_points(values: np.ndarray) -> tuple[np.ndarray, str]:
    """What a network puts out for each class, to all images (N, C) → the probability of each in points, 0 to 100; and
    as what it was taken: all of it, since a few images' may look like probabilities."""
    sums = values.sum(1, keepdims=True)
    for whole, taken_as in ((1, "probabilities"), (100, "probabilities in per cent")):
        if (values >= 0).all() and (np.abs(sums - whole) <= ROUNDED * whole).all():
            return 100 * values / sums, taken_as
    return 100 * torch.softmax(torch.from_numpy(values), 1).numpy(), "logits, of which a softmax is taken"
