"""What stands for a page elsewhere: its icon in a browser's tab, and its card where somebody shares a link.

A card's picture is found by its whole address, so there is one only where _config.yml says where the site is
(`html: baseurl`). It is drawn by the build, of drawn faces, as `_static/card.png`.
"""
import html
import re
import zlib
from pathlib import Path

import matplotlib
from PIL import Image, ImageDraw, ImageFont

SIZE, FACE, GAP = (1200, 630), 176, 16              # pixels
UNITS = {"at rest": {}, "AU1": {"AU1": 1.}, "AU4": {"AU4": 1.}, "AU9": {"AU9": 1.}, "AU12": {"AU12": 1.},
         "AU26": {"AU26": 1.}}
PERSON = 3                          # of the people whom the generator draws
PAPER, INK, GREY = "#fbfaf8", "#222222", "#666666"
ALT = "Drawn faces of one person: at rest, and with one facial action unit each"


def card(title: str, line: str) -> Image.Image:
    """1200×630: the title, faces of one person, and a line."""
    from fer_lib.faces import render, subjects  # only where a card is drawn: it takes a second

    picture = Image.new("RGB", SIZE, PAPER)
    draw, left = ImageDraw.Draw(picture), (SIZE[0] - len(UNITS) * (FACE + GAP) + GAP) // 2
    draw.multiline_text((left, 60), in_lines(title, 30), fill=INK, font=font("DejaVuSans-Bold", 54), spacing=16)
    somebody = subjects(PERSON + 1)[PERSON]
    for i, (name, units) in enumerate(UNITS.items()):
        x, y = left + i * (FACE + GAP), 270
        picture.paste(Image.fromarray(render(somebody, units, size=FACE)), (x, y))
        draw.text((x + FACE / 2, y + FACE + 26), name, fill=INK, font=font("DejaVuSans", 26), anchor="mm")
    draw.text((left, 552), line, fill=GREY, font=font("DejaVuSans", 26))
    return picture


def font(name: str, size: int) -> ImageFont.FreeTypeFont:
    """One that comes with matplotlib, and so is on every machine."""
    return ImageFont.truetype(Path(matplotlib.get_data_path()) / f"fonts/ttf/{name}.ttf", size)


def in_lines(text: str, longest: int) -> str:
    """In as few lines as can be, of about the same length."""
    words, rows = text.split(), -(-len(text) // longest)
    lines = [""]
    for word in words:
        if len(lines[-1]) + len(word) > len(text) / rows + 2 and len(lines) < rows:
            lines.append("")
        lines[-1] = f"{lines[-1]} {word}".strip()
    return "\n".join(lines)


def describe_for_sharing(app, page, template, context, doctree):
    """og: and twitter: metadata; the description is that of search engines."""
    title = re.sub(r"<[^>]*>", "", context.get("title", ""))        # escaped already
    description = re.search('<meta name="description" content="([^"]*)"', context.get("metatags", ""))
    about = {"og:type": "article", "og:site_name": html.escape(app.config.html_title), "og:title": title,
             "og:description": description and description[1]}
    if base := app.config.html_baseurl.rstrip("/"):
        about |= {"og:url": f"{base}/{page}.html", "og:image": f"{base}/_static/card.png", "og:image:alt": ALT,
                  "og:image:width": SIZE[0], "og:image:height": SIZE[1], "twitter:card": "summary_large_image"}
    icon = context["pathto"]("_static/favicon.ico", resource=True)
    lines = [f'<meta property="{name}" content="{value}">\n' for name, value in about.items() if value]
    lines.append(f'<link rel="icon" sizes="32x32" href="{icon}">\n')
    context["metatags"] = "".join([context.get("metatags", ""), *lines])


def draw_card(app, error):
    if error or app.builder.format != "html" or not app.config.html_baseurl:
        return
    line = "Khorrami, Paine & Huang (2015), repeated and questioned on drawn faces"
    card(app.config.html_title, line).save(Path(app.outdir) / "_static/card.png", optimize=True)


def setup(app):
    app.connect("html-page-context", describe_for_sharing, priority=600)        # after fer_book's description
    app.connect("build-finished", draw_card)
    return {"parallel_read_safe": True, "parallel_write_safe": True,
            "env_version": zlib.crc32(Path(__file__).read_bytes())}
