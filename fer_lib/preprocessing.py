"""What the network is shown (section 3.1 of the paper, and the released code): whole batches, where they are.

    x = see(images, "subtractive")                   # what a network is shown; or, step by step:
    x = scale(images)                                # (N, 1, S, S) uint8 → float32 in [0, 2]
    x = augment(x, generator)                        # in training only
    x = local_contrast_normalise(x, mode="full")     # or "subtractive"
"""
import math

import numpy as np
import torch
from torch.nn.functional import affine_grid, avg_pool2d, grid_sample

NORMALISATIONS = "subtractive", "full"
FLOOR = 0.01                    # of the local standard deviation, in grey levels of [0, 2]: a flat patch stays flat


def see(images: np.ndarray | torch.Tensor, normalisation: str = "subtractive") -> torch.Tensor:
    """Images as a network sees them: (N, 1, S, S) uint8, or floats in [0, 2] → the same shape, float32."""
    return local_contrast_normalise(scale(torch.as_tensor(images)), normalisation)


def scale(images: torch.Tensor) -> torch.Tensor:
    """(N, 1, S, S) uint8 → float32 in [0, 2], the released code's range; floats, in [0, 2] already, are checked."""
    if images.dtype == torch.uint8:
        return images.float() / 127.5
    finite = images.isfinite().flatten(1).all(1)
    if not finite.all():
        raise ValueError(f"image {finite.int().argmin().item()} of {len(images)} holds NaN or infinity")
    if len(images) and (images.amin() < 0 or images.amax() > 2):
        raise ValueError(f"images must be uint8, or floats in [0, 2], not from {images.amin():.3g} to "
                         f"{images.amax():.3g}")
    return images.float()


def local_contrast_normalise(x: torch.Tensor, mode: str = "subtractive") -> torch.Tensor:
    """(N, 1, H, W) float32 in [0, 2] → the same shape: what differs from the 5×5 pixels around.

    mode="subtractive": d = x - mean over 5×5, zeros beyond the border. That is what the released code computes; it
    means to divide by the local standard deviation as well, but raises it to the power 1/2, which Python 2 takes
    for 0. mode="full": d / max(√(mean over 5×5 of d²), FLOOR), as the paper describes it; the floor is ours, since
    a flat patch has no contrast to divide by.
    """
    if mode not in NORMALISATIONS:
        raise ValueError(f"there is no normalisation {mode!r}, only {', '.join(NORMALISATIONS)}")
    if mode == "subtractive":
        return x - avg_pool2d(x, 5, stride=1, padding=2)
    difference = x.double() - avg_pool2d(x.double(), 5, stride=1, padding=2)    # division enlarges float32's error
    variance = avg_pool2d(difference.square(), 5, stride=1, padding=2)
    return (difference / variance.clamp(min=FLOOR ** 2).sqrt()).to(x.dtype)     # √ after the floor: it has a gradient


def augment(x: torch.Tensor, generator: torch.Generator | None = None) -> torch.Tensor:
    """Another view of each face, (N, 1, S, S) float32 in [0, 2] → the same: moved by `warp`, then `change_intensity`.

    The ranges are the released code's: rotation by ±5°; a window 0.7 to 1.4 times as wide as the image, shifted as
    far as one of the two still holds the other; mirrored or not; a, b, c of `change_intensity` from [0.25, 4],
    [0.7, 1.4], [-0.1, 0.1]. All numbers are drawn on the CPU, so that a seed means the same on every device.
    """
    return augment_by(x, draw_views(len(x), generator).to(x.device))


def draw_views(n: int, generator: torch.Generator | None = None) -> torch.Tensor:
    """What `augment` draws for n images, (8, n) from U(0, 1), on the CPU."""
    return torch.rand(8, n, generator=generator)


def augment_by(x: torch.Tensor, u: torch.Tensor, *, rescale: bool = True) -> torch.Tensor:
    """`augment` with numbers that are drawn already, (8, N) and where x is; rescale=False: b and c are not undone."""
    width = .7 + .7 * u[1]
    shift = (1 - width) * (2 * u[2:4] - 1)
    x = warp(x, math.radians(5) * (2 * u[0] - 1), width, shift, u[4] < .5)
    change = change_intensity if rescale else change_intensity_within_range
    return change(x, .25 + 3.75 * u[5], .7 + .7 * u[6], -.1 + .2 * u[7])


def warp(x: torch.Tensor, angle: torch.Tensor, width: torch.Tensor, shift: torch.Tensor,
         mirrored: torch.Tensor) -> torch.Tensor:
    """Look at each image of (N, 1, S, S) through a window: bilinear, zeros beyond the border.

    angle: (N,) radians. width: (N,) of the window, in widths of the image, so that below 1 the face grows. shift:
    (2, N), of the window's centre to the right and down, in half widths of the image. mirrored: (N,) bool.
    """
    side = torch.where(mirrored, -1., 1.)
    cos, sin = width * angle.cos(), width * angle.sin()
    rows = torch.stack([side * cos, -side * sin, side * shift[0]]), torch.stack([sin, cos, shift[1]])
    grid = affine_grid(torch.stack(rows).permute(2, 0, 1), x.shape, align_corners=False)
    return grid_sample(x, grid, align_corners=False)


def change_intensity(x: torch.Tensor, a: torch.Tensor, b: torch.Tensor, c: torch.Tensor) -> torch.Tensor:
    """v ↦ v^a·b + c for each image of (N, 1, S, S), then stretched to [0, 2]; a, b, c: (N,).

    As in the released code, where the stretching undoes b and c, and gives every training image, but no test image,
    the full range. What remains is the curve that a bends. A flat image becomes 0. `change_intensity_within_range` is
    without it.
    """
    a, b, c = (value.view(-1, 1, 1, 1) for value in (a, b, c))
    x = x.pow(a) * b + c
    low, high = x.amin((1, 2, 3), keepdim=True), x.amax((1, 2, 3), keepdim=True)
    return 2 * (x - low) / (high - low).clamp(min=torch.finfo(x.dtype).tiny)


def change_intensity_within_range(x: torch.Tensor, a: torch.Tensor, b: torch.Tensor, c: torch.Tensor) -> torch.Tensor:
    """v ↦ v^a·b + c as the released code seems to have meant it: without the stretching, which undoes b and c.

    v = x/2, since the ranges of a, b and c fit grey levels in [0, 1]: there a keeps black and white, while on [0, 2]
    a = 4 would make 16 of white. (What `change_intensity` gives is the same for both.) What leaves [0, 1] is clipped,
    as a camera does. (N, 1, S, S) in [0, 2] → the same.
    """
    a, b, c = (value.view(-1, 1, 1, 1) for value in (a, b, c))
    return 2 * ((x / 2).pow(a) * b + c).clamp(0, 1)
