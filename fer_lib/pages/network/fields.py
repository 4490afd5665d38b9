"""How much of a face a neuron of conv3 sees: its width in pixels, and a frame on the face."""
import numpy as np
from IPython.display import HTML

from ...datasets import resize
from ..markup import percent
from ..notebooks import glue
from ..pictures import face_grid

NAMES = {"network's input": "network_field", "face, subtractive": "network_field_subtractive",
         "face, full": "network_field_full"}


def glue_fields(fields: dict[str, tuple[int, int]], n: int):
    """Widths, and what share of a face they are. fields: pixels of the network's input, and of the face before either
    normalisation, by arithmetic and by the gradient on n images of noise."""
    for what, (by_arithmetic, by_gradient) in fields.items():
        glue(NAMES[what], by_arithmetic, source=f"kernels and strides up to conv3; {what}")
        glue(f"{NAMES[what]}_by_gradient", by_gradient, n=n, source=f"gradient of a neuron of conv3, on noise; {what}")
    width = fields["network's input"][0]
    for size in (96, 48):
        glue(f"network_field_of_{size}", width / size, display=percent(width / size),
             source=f"width of a conv3 neuron's receptive field, of {size} pixels")


def framed_faces(pixels: np.ndarray, ends: dict[int, tuple[int, int]]) -> HTML:
    """The face (1, 1, S, S) uint8 in each size, framed from the first to the last pixel, alike in rows and columns."""
    return face_grid([framed(resize(pixels, size)[0, 0], *own) for size, own in ends.items()],
                     [f"{size} pixels: {last - first + 1} of {size}" for size, (first, last) in ends.items()],
                     width=160, alt=[f"A face of {size} pixels; the frame around what one neuron of conv3 sees of it"
                                     for size in ends])


def framed(image: np.ndarray, first: int, last: int) -> np.ndarray:
    """The image (S, S), four or more times as large, with a frame around columns and rows first … last."""
    times = 384 // len(image)
    large = np.kron(image, np.ones((times, times), np.uint8))
    for start, stop, grey in ((0, 3, 0), (3, 6, 255)):      # black outside, white inside
        low, high = first * times + start, (last + 1) * times - start
        ring = np.ones((high - low,) * 2, bool)
        ring[stop - start:start - stop, stop - start:start - stop] = False
        large[low:high, low:high][ring] = grey
    return large
