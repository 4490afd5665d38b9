"""The chapters as cards: each with the first picture that the chapter shows, made small.

A chapter is given as docutils has it. A figure is scaled to the card's width and cut off below; of rows of faces the
first two stand beside each other, of a sheet of them a corner is shown; a chapter without any picture shows its first
lines of code, or, without any code, what it explains or speaks of.
"""
import base64
import io
import re
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from typing import NamedTuple

import numpy as np
from docutils import nodes
from PIL import Image

from ..markup import escaped

SIZE = 320, 180                     # pixels of a picture
FACES = 2                           # of a row
ACROSS = 5                          # faces, of a sheet
GROUND = "white"                    # figures are drawn for it
AROUND = 255, 255, 255, 0           # what a picture does not fill: the page is seen there
LINES = 7                           # of code
INLINE = re.compile(r'<img src="data:image/(?:png|webp);base64,([^"]+)" alt="([^"]*)"')
SHEET = re.compile(r'"src": "data:image/webp;base64,([^"]+)", "size": (\d+)')        # as `pictures.sprites` says it


class Card(NamedTuple):
    name: str                       # of the chapter
    title: str
    picture: Image.Image | None     # of SIZE
    alt: str                        # what the picture shows
    on_white: bool                  # a chart, whose lightness is turned over in the dark
    code: str                       # or other lines, where there is no picture


def card_of(name: str, chapter: nodes.document, folder: Path) -> Card:
    """folder: what the paths of pictures are relative to."""
    title = next(iter(chapter.findall(nodes.title)), None)
    picture, alt = next(pictures(chapter, folder), (None, ""))
    lines = "" if picture else first_code(chapter) or first_subjects(chapter)
    return Card(name, title.astext() if title else name, picture, alt, bool(picture) and is_on_white(picture), lines)


def first_code(chapter: nodes.document) -> str:
    """Its first lines of code that are to be read, and not a notebook's cell or what that gave."""
    text = next((block.astext() for block in chapter.findall(nodes.literal_block) if not in_cell(block)), "")
    return "\n".join(text.splitlines()[:LINES])


def first_subjects(chapter: nodes.document) -> str:
    """Its first terms, or where it has none its headings and itself, a line each."""
    found = [node.astext() for kind in (nodes.term, nodes.title) for node in chapter.findall(kind)]
    return "\n".join(found[:LINES])


def in_cell(node: nodes.Node | None) -> bool:
    return node is not None and ("cell" in getattr(node, "attributes", {}).get("classes", ()) or in_cell(node.parent))


def pictures(chapter: nodes.document, folder: Path) -> Iterator[tuple[Image.Image, str]]:
    """Small ones of all that a chapter shows, in its order, with what they show."""
    for node in chapter.findall():
        if isinstance(node, nodes.image):
            path = folder / next(iter(node.get("candidates", {}).values()), node["uri"])
            if path.suffix in (".png", ".webp", ".jpg"):
                with Image.open(path) as image:
                    yield cut(image), node.get("alt", "")
        elif isinstance(node, nodes.raw) and (found := INLINE.findall(node.astext())):
            data, alts = zip(*found[:FACES], strict=True)
            yield side_by_side(list(map(read, data))), unescape(", ".join(alts))
        elif isinstance(node, nodes.raw) and (found := SHEET.search(node.astext())):
            width = ACROSS * int(found[2])
            yield cut(read(found[1]).crop((0, 0, width, width * SIZE[1] // SIZE[0]))), "Faces that the chapter shows"


def read(data: str) -> Image.Image:
    return Image.open(io.BytesIO(base64.b64decode(data)))


def cut(image: Image.Image) -> Image.Image:
    """Of a figure its upper part, as wide as the card."""
    width, height = SIZE
    below = max(1, round(image.height * width / image.width))
    scaled = on_ground(image).resize((width, below), Image.Resampling.LANCZOS)
    card = Image.new("RGBA", SIZE, AROUND)
    card.paste(scaled, (0, max(0, (height - below) // 2)))
    return card


def side_by_side(images: list[Image.Image]) -> Image.Image:
    """Square pictures in a row, or one that is as wide as a figure."""
    if images[0].width > 1.5 * images[0].height:
        return cut(images[0])
    width, height = SIZE
    edge = min(width // len(images), height)
    card = Image.new("RGBA", SIZE, AROUND)
    for i, image in enumerate(images):
        card.paste(on_ground(image).resize((edge, edge), Image.Resampling.LANCZOS),
                   ((width - edge * len(images)) // 2 + i * edge, (height - edge) // 2))
    return card


def on_ground(image: Image.Image) -> Image.Image:
    ground = Image.new("RGBA", image.size, GROUND)
    return Image.alpha_composite(ground, image.convert("RGBA")).convert("RGB")


def is_on_white(picture: Image.Image) -> bool:
    """Most of what it fills is ground, or bands that are nearly so, as of a chart."""
    pixels = np.asarray(picture.convert("RGBA")).reshape(-1, 4)
    return np.mean(pixels[pixels[:, 3] == 255, :3].min(axis=-1) > 230) > .5


def card_html(card: Card, address: str, picture: str) -> str:
    """address: of the chapter; picture: of its picture, where it has one."""
    kind = 'class="on-white" ' if card.on_white else ""
    shown = (f'<img {kind}src="{picture}" alt="{escaped(card.alt or card.title)}" width="{SIZE[0]}" height="{SIZE[1]}">'
             if card.picture else f'<code aria-hidden="true">{escaped_code(card.code)}</code>')
    return f'<li><a href="{address}">{shown}<span>{escaped(card.title)}</span></a></li>'


def escaped_code(code: str) -> str:
    return code.replace("&", "&amp;").replace("<", "&lt;")
