"""Faces on a page: rows of pictures that find their own line breaks, on a desk as on a telephone."""
import base64
import io
from collections.abc import Sequence

import numpy as np
import pandas as pd
from IPython.display import HTML
from PIL import Image

from .markup import escaped

CAPTION = "font-size:.8rem;line-height:1.25;margin:0;text-align:left;color:inherit"


def picture(image: np.ndarray, alt: str, style: str) -> str:
    """An <img> of (H, W) uint8 or floats in [0, 1], or of (H, W, 2) with opacity; `style` gives its width."""
    return f'<img src="{data_address(image)}" alt="{escaped(alt)}" style="{style};margin:0">'


def data_address(image: np.ndarray) -> str:
    """The picture itself as an address, PNG; see `picture`."""
    pixels = image if image.dtype == np.uint8 else np.clip(np.round(255 * image), 0, 255).astype(np.uint8)
    file = io.BytesIO()
    Image.fromarray(pixels).save(file, "PNG", optimize=True)
    return f"data:image/png;base64,{base64.b64encode(file.getvalue()).decode()}"


def face_grid(images: Sequence[np.ndarray], captions: Sequence[str], *, width: int = 96,
              alt: Sequence[str] | None = None) -> HTML:
    """Pictures with captions, side by side as far as the page is wide.

    images: each (H, W) uint8 or floats in [0, 1]. width: CSS pixels of each. alt: what a picture shows, for those who
    do not see it, where the caption does not say it.
    """
    shrinking = f"width:100%;max-width:{width}px"
    cells = "".join(
        f'<figure style="margin:0">{picture(image, text, shrinking)}'
        f'<figcaption style="{CAPTION}">{escaped(caption)}</figcaption></figure>'
        for image, caption, text in zip(images, captions, alt or captions, strict=True))
    tracks = f"repeat(auto-fill,minmax({width}px,1fr))"
    return HTML(f'<div style="display:grid;grid-template-columns:{tracks};gap:.7rem .5rem">{cells}</div>')


def face_table(rows: dict[str, Sequence[np.ndarray | None]], columns: Sequence[str], *, width: int = 72) -> HTML:
    """A table of pictures with a head for each row and column; None leaves a cell empty."""
    small = f"width:min({width}px,12vw);max-width:none"
    cells = {name: ["" if image is None else picture(image, f"{name}, {column}", small)
                    for image, column in zip(images, columns, strict=True)] for name, images in rows.items()}
    table = pd.DataFrame(list(cells.values()), list(map(escaped, cells)), list(map(escaped, columns)))
    return HTML(f'<div style="font-size:.75rem">{table.to_html(escape=False, border=0, justify="center")}</div>')


def sprites(images: np.ndarray, which: np.ndarray, width: int = 56, columns: int = 20) -> tuple[dict, np.ndarray]:
    """Those pictures of (N, S, S) uint8 that `which` names, any shape, each once, on one sheet for a script to cut up.

    → the sheet (`src`: a data address, `size` of a picture, `columns`, `rows`), and the place of each of `which` on it.
    """
    needed, place = np.unique(which, return_inverse=True)
    data = base64.b64encode(sheet(images[needed], width, columns)).decode()
    return ({"src": f"data:image/webp;base64,{data}", "size": width, "columns": columns,
             "rows": max(-(-len(needed) // columns), 1)}, place.reshape(which.shape))


def sheet(images: np.ndarray, width: int, columns: int, quality: int = 70) -> bytes:
    """A WebP file of (N, S, S) uint8, each `width` pixels wide, row by row. quality: 0–100; less is smaller."""
    rows = max(-(-len(images) // columns), 1)
    whole = Image.new("L", (columns * width, rows * width))
    for i, image in enumerate(images):
        whole.paste(Image.fromarray(image).resize((width, width), Image.Resampling.LANCZOS),
                    (i % columns * width, i // columns * width))
    whole.save(file := io.BytesIO(), "WEBP", quality=quality)
    return file.getvalue()


def cut(file: bytes, width: int, columns: int) -> np.ndarray:
    """The pictures of such a sheet (N, width, width) uint8, and the empty places behind the last."""
    with Image.open(io.BytesIO(file), formats=["WEBP"]) as picture:
        pixels = np.asarray(picture.convert("L"))
    return pixels.reshape(-1, width, columns, width).swapaxes(1, 2).reshape(-1, width, width)
