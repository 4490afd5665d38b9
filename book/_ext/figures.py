"""Figures that a chapter hands on as SVG (fer_lib/pages/figures.py) stand in the page itself: their text is the page's
text, and their lines have its colours. Each has a name, from the cell's `alt`, and ids of its own.
"""
import html
import re
from pathlib import Path

from docutils import nodes
from sphinx.transforms.post_transforms import SphinxPostTransform

from fer_lib.pages.widths import apart

IDS = re.compile(r'(\bid="|href="#|url\(#)(i[0-9a-f]+\b)')


class InPage(SphinxPostTransform):
    default_priority = 5                            # after myst-nb has taken one of a figure's kinds
    formats = ("html",)

    def run(self, **_):
        place = 0
        for node in list(self.document.findall(nodes.image)):
            path = Path(self.env.srcdir) / node["uri"]
            if path.suffix != ".svg" or not (text := path.read_text(encoding="utf-8")).startswith('<svg class="chart"'):
                continue
            wide, narrow = apart(text)
            both = {"wide" if narrow else "": wide, "narrow": narrow}       # pages.css shows one of them
            shown = [named(IDS.sub(rf"\g<1>{self.env.docname.replace('/', '-')}-{place}{kind[:1]}-\g<2>", svg), kind,
                           node.get("alt", "")) for kind, svg in both.items() if svg]
            node.replace_self(nodes.raw("", "".join(shown), format="html"))
            place += 1


def named(svg: str, kind: str, alt: str) -> str:
    of_kind = svg.replace('class="chart"', f'class="chart {kind}"', 1) if kind else svg
    return of_kind.replace("<svg ", f'<svg role="img" aria-label="{html.escape(alt)}" ', 1)


def setup(app):
    app.add_post_transform(InPage)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
