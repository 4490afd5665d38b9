"""Words that explain themselves: action units, filters of a chapter's example network, and what the page `terms` lists.

A page that has such words, or a chart with dots, gets static/tips.js and tips.css, what they say, as JSON, and the
faces that they show; other pages get nothing. Which words become a tip, the script decides; here is found what it may
need.

In the glossary of book/terms.md a definition's first paragraph is the tip; another may link to where it is explained.
"""
import hashlib
import json
import re
from functools import cached_property
from html.parser import HTMLParser
from pathlib import Path

from docutils import nodes
from myst_nb.ext.glue.crossref import read_glue_cache
from sphinx import addnodes

from fer_lib.pages.notebooks import FILTERS

TERMS = "terms"                     # the page
WORD = re.compile(r"\b(?:AU\d{1,2}[LR]?|conv3:\d{1,3})\b")
DOT = 'class="dot"'                # of a chart, which says what it is: see fer_lib/pages/figures.py
UNREAD = {"pre", "code", "script", "style", "svg", "button", "select", "textarea"}
DRAWN_BY = "fer_lib/faces/*.*", "fer_lib/pages/tips.py", "fer_lib/pages/pictures.py"    # the units' faces


class Words(HTMLParser):
    """The text of a page, without code and pictures."""

    def __init__(self, page: str):
        super().__init__()
        self.parts, self.within = [], []
        self.feed(page)
        self.text = " ".join(" ".join(self.parts).split())

    def handle_starttag(self, tag, attributes):
        if tag in UNREAD:
            self.within.append(tag)

    def handle_endtag(self, tag):
        if tag in self.within:
            while self.within.pop() != tag:
                pass

    def handle_data(self, data):
        if not self.within:
            self.parts.append(data)


class Tips:
    def __init__(self, app):
        self.app = app

    @cached_property
    def terms(self) -> list[dict]:
        """Of each term: its names, the tip, the place of its definition, and where it is explained."""
        if TERMS not in self.app.env.found_docs:
            return []
        page = self.app.env.get_and_resolve_doctree(TERMS, self.app.builder)
        return [term for glossary in page.findall(addnodes.glossary)
                for item in glossary.findall(nodes.definition_list_item) if (term := term_of(item))]

    @cached_property
    def units_file(self) -> tuple[Path, int, int]:
        """The sheet of all action units, with its columns and rows; drawn anew when what draws it has changed."""
        from fer_lib.pages import tips

        root, build = Path(self.app.srcdir).parent, Path(self.app.outdir).parent
        digest = hashlib.sha256()
        for path in (path for files in DRAWN_BY for path in sorted(root.glob(files))):
            digest.update(path.read_bytes())
        folder = build / f".tips/{digest.hexdigest()[:16]}"
        if not (found := list(folder.glob("units-*.webp"))):
            drawn = tips.draw_units()
            found = [write(folder / f"units-{drawn.columns}x{drawn.rows}.webp", drawn.file)]
        columns, rows = found[0].stem.removeprefix("units-").split("x")
        return found[0], int(columns), int(rows)

    def add(self, app, page, template, context, doctree):
        """What the words of this page need, where it has some."""
        if doctree is None or "body" not in context:
            return
        text = Words(context["body"]).text
        terms = [] if page == TERMS else [term for term in self.terms if pattern(term["names"]).search(text)]
        words = set(WORD.findall(text))
        tips, sheets = self.of_units(words)
        for found, own in self.of_filters(page, words):
            tips, sheets = tips | found, sheets | own
        if not (tips or terms or DOT in context["body"]):
            return
        from fer_lib.pages.interactive import as_json

        for sheet in sheets.values():
            sheet["src"] = context["pathto"](f"_static/tips/{sheet['src']}", resource=True)
        terms = [self.seen_from(page, term, context["pathto"]) for term in terms]
        app.add_js_file("tips.js", loading_method="defer")
        app.add_css_file("tips.css")
        data = as_json({"tips": tips, "sheets": sheets, "terms": terms})
        context["body"] += f'<script type="application/json" id="tips">{data}</script>'

    def seen_from(self, page: str, term: dict, pathto) -> dict:
        """With the addresses of its definition and of where it is explained, unless that is this very page."""
        file, place, title = term["link"] or (page, "", "")
        link = None if (file, place) == (page, "") else [("" if file == page else pathto(file)) + place, title]
        return term | {"href": pathto(TERMS) + term["href"], "link": link}

    def of_units(self, words: set[str]) -> tuple[dict, dict]:
        if not (units := sorted(word for word in words if word.startswith("AU"))):
            return {}, {}
        from fer_lib.pages.tips import unit_tip

        tips = {word: tip for word in units if (tip := unit_tip(word))}
        if not any("sheet" in tip for tip in tips.values()):
            return tips, {}
        file, columns, rows = self.units_file
        write(Path(self.app.outdir) / "_static/tips/units.webp", file.read_bytes())
        return tips, {"units": {"src": "units.webp", "columns": columns, "rows": rows}}

    def of_filters(self, page: str, words: set[str]):
        """Of the page's own example network, if it has one."""
        kept = read_glue_cache(self.app.env.mystnb_config.output_folder, page).get(FILTERS)
        if kept:
            from fer_lib.pages.tips import filter_tips

            tips, sheet = filter_tips(json.loads(kept["data"]["text/plain"]), words)
            name = f"{page.replace('/', '-')}.webp"
            if sheet:
                write(Path(self.app.outdir) / f"_static/tips/{name}", sheet.file)
            yield tips, {"filters": {"src": name, "columns": sheet.columns, "rows": sheet.rows}} if sheet else {}


def term_of(item: nodes.definition_list_item) -> dict | None:
    """A glossary's entry; None where it has no words of its own."""
    terms = list(item.findall(nodes.term))
    paragraphs = list(item.findall(nodes.paragraph))
    if not paragraphs:
        return None
    links = [link for part in paragraphs[1:] for link in part.findall(nodes.reference) if link.get("internal")]
    link = None
    if links and links[0].get("refuri"):
        file, _, place = links[0]["refuri"].partition("#")
        link = [file.removesuffix(".html"), place and f"#{place}", links[0].astext()]
    return {"names": [term.astext() for term in terms], "text": " ".join(paragraphs[0].astext().split()),
            "href": f"#{terms[0]['ids'][0]}", "link": link}


def pattern(names: list[str]) -> re.Pattern:
    """A term in a text, as static/tips.js finds it: either case, one or many, and with a hyphen for a space."""
    words = "|".join(r"[\s-]+".join(map(re.escape, re.split(r"[\s-]+", name))) for name in names)
    return re.compile(rf"(?<!\w)(?:{words})s?(?!\w)", re.IGNORECASE)


def write(path: Path, data: bytes) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    return path


def follow_terms(app, doctree):
    """Pages are written again when the words that they explain have changed."""
    if Path(app.env.doc2path(TERMS)).exists():
        app.env.note_dependency(app.env.doc2path(TERMS))


def setup(app):
    app.connect("doctree-read", follow_terms)
    app.connect("html-page-context", Tips(app).add, priority=600)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
