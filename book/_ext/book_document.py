"""The whole book as one HTML document, to be printed: cover, contents, and the articles of the built pages.

    whole_book(root, chapters, pages_of(pdf))           # in HTML; pages_of: of the same, as it was printed before
    with_bookmarks(pdf, chapters, author)
"""
import base64
import html
import io
from pathlib import Path
from typing import NamedTuple

import yaml
from citation import version_of
from pypdf import PdfReader, PdfWriter
from pypdf.generic import Fit

STYLE = Path(__file__).parent / "print/print.css"
RUNNING = ("@page chapter-{name} {{ @top-right {{ content: {title}; font: 8.5pt sans-serif; color: #666; }} }} "
           "#{name} {{ page: chapter-{name}; }}\n")


class Chapter(NamedTuple):
    """A page, as print/gather.js gives it."""
    name: str
    title: str
    sections: list[tuple[str, str]]     # anchor and title
    html: str
    head: list[str]                     # elements that its style and mathematics come from
    site: str                           # its address; "" where the book has none


def pages_in_order(root: Path) -> list[str]:
    toc = yaml.safe_load((root / "_toc.yml").read_text("utf-8"))
    return [toc["root"], *(chapter["file"] for chapter in toc["chapters"])]


def config_of(root: Path) -> dict:
    return yaml.safe_load((root / "_config.yml").read_text("utf-8"))


def whole_book(root: Path, chapters: list[Chapter], pages: dict[str, int]) -> str:
    """pages: on which page each anchor is, as far as that is known."""
    config = config_of(root)
    head = "\n".join(dict.fromkeys(element for chapter in chapters for element in chapter.head))
    running = "".join(RUNNING.format(name=one.name, title=css_string(one.title)) for one in chapters)
    articles = "".join(f'<article class="bd-article" id="{one.name}">{one.html}</article>' for one in chapters)
    return (f'<!doctype html><html lang="en" data-theme="light" data-content_root="./"><head><meta charset="utf-8">'
            f'<title>{html.escape(config["title"])}</title>{head}<style>{STYLE.read_text("utf-8")}{running}</style>'
            f'</head><body>{cover(root, config, chapters)}{contents(chapters, pages)}'
            f'<div class="bd-content">{articles}</div></body></html>')


def cover(root: Path, config: dict, chapters: list[Chapter]) -> str:
    site = next((one.site for one in chapters if one.site), "")
    at = f' at <a href="{html.escape(site)}">{html.escape(site)}</a>' if site else ""
    faces = base64.b64encode((root / "book/images/expressions.png").read_bytes()).decode()
    return (f'<div class="cover"><h1>{html.escape(config["title"])}</h1>'
            f'<p>An executable book by {html.escape(config["author"])}. Version {version_of(root)}.</p>'
            f'<img src="data:image/png;base64,{faces}" alt="Drawn faces of three people, neutral and with expressions">'
            f'<p>Printed from the pages{at}. What is folded there is left out: parameters, code that only prepares, '
            'long tables. What moves there stands still here. Contents and references are links.</p></div>')


def contents(chapters: list[Chapter], pages: dict[str, int]) -> str:
    lines = "".join(line(one.name, one.title, pages, "chapter")
                    + "".join(line(*section, pages, "section") for section in one.sections) for one in chapters)
    return f'<nav class="book-contents"><h1>Contents</h1><ol>{lines}</ol></nav>'


def line(anchor: str, title: str, pages: dict[str, int], kind: str) -> str:
    return (f'<li class="{kind}"><a href="#{anchor}"><span>{html.escape(title)}</span>'
            f'<span class="page">{pages.get(anchor, "")}</span></a></li>')


def css_string(text: str) -> str:
    """A text for CSS in a <style>."""
    return '"' + "".join(f"\\{ord(letter):06x}" if letter in '"\\<\n' else letter for letter in text) + '"'


def pages_of(pdf: bytes) -> dict[str, int]:
    """On which page, from 1, each anchor is that something links to."""
    reader = PdfReader(io.BytesIO(pdf))
    return {name.removeprefix("/"): reader.get_destination_page_number(place) + 1
            for name, place in reader.named_destinations.items()}


def with_bookmarks(pdf: bytes, chapters: list[Chapter], author: str) -> bytes:
    """With a bookmark for each chapter, and below it for its sections. Chromium's own lose spaces, and come twice."""
    reader = PdfReader(io.BytesIO(pdf))
    writer, places = PdfWriter(clone_from=reader), reader.named_destinations

    def mark(anchor: str, title: str, above=None):
        place = places[f"/{anchor}"]
        return writer.add_outline_item(title=title, page_number=reader.get_destination_page_number(place), parent=above,
                                       fit=Fit.xyz(left=0, top=place.top))

    for one in chapters:
        chapter = mark(one.name, one.title)
        for section in one.sections:
            mark(*section, chapter)
    writer.add_metadata({"/Author": author})
    writer.write(file := io.BytesIO())
    return file.getvalue()
