"""What the first page shows of the other chapters, once all of them have been read: three directives without options.

    ```{answer}```          the book's question, answered by the verdicts
    ```{scoreboard}```      all claims
    ```{chapters}```        all chapters as cards with a picture

Verdicts and effects are those that the chapters glued. Nothing is judged here: so this page and a chapter cannot
disagree, and a claim that no chapter judges is not testable here.
"""
import zlib
from collections.abc import Callable
from pathlib import Path

from docutils import nodes
from fer_book import pages_of, records
from own_values import said
from sphinx.util.docutils import SphinxDirective

PICTURES = "_images/cards"
MADE_HERE = "first-page"


class Shown(nodes.General, nodes.Element):
    """What is put in its place when all pages are known: `part`, one of PARTS."""


class Directive(SphinxDirective):
    def run(self):
        return [Shown(part=self.name)]


def setup(app):
    app.add_node(Shown)
    for name in PARTS:
        app.add_directive(name, Directive)
    app.connect("doctree-read", follow_chapters)
    app.connect("doctree-resolved", put_in_place)
    app.connect("html-page-context", style)
    return {"parallel_read_safe": True, "parallel_write_safe": True,
            "env_version": zlib.crc32(Path(__file__).read_bytes())}


def follow_chapters(app, doctree):
    """A page that shows all chapters is written again when any of them changes."""
    if any(doctree.findall(Shown)):
        for name in pages_of(app):
            app.env.note_dependency(app.env.doc2path(name))


def put_in_place(app, doctree, page: str):
    for node in list(doctree.findall(Shown)):
        text = PARTS[node["part"]](app, lambda name: app.builder.get_relative_uri(page, name))
        node.replace_self(nodes.raw("", text, format="html", classes=[MADE_HERE]))


def style(app, page, template, context, doctree):
    if doctree and any(MADE_HERE in node["classes"] for node in doctree.findall(nodes.raw)):
        app.add_css_file("first_page.css")              # to this page only


def answer(app, address: Callable[[str], str]) -> str:
    from fer_lib.pages.first_page.answer import answer as lines_of  # only now: importing PyTorch takes seconds
    from fer_lib.pages.first_page.found import found
    from fer_lib.pages.first_page.scoreboard import answer_list

    claims = found(records(app), cannot())
    return answer_list(lines_of(claims, said[0].called) if said else lines_of(claims), address)


def board(app, address: Callable[[str], str]) -> str:
    from fer_lib.pages.first_page.found import found
    from fer_lib.pages.first_page.scoreboard import scoreboard

    if not said:
        return scoreboard(found(records(app)), address)
    from fer_lib.pages.own_book.in_book import verdicts_of_book

    return scoreboard(found(records(app), cannot()), address, verdicts_of_book())


def cannot() -> dict[str, str]:
    """Of claims that the faces of this build cannot answer, why."""
    return dict(said[0].cannot) if said else {}


def chapters(app, address: Callable[[str], str]) -> str:
    from fer_lib.pages.first_page.cards import card_html, card_of

    folder, cards = Path(app.outdir) / PICTURES, []
    folder.mkdir(parents=True, exist_ok=True)
    for name in pages_of(app)[1:]:                      # the first is this page
        card = card_of(name, app.env.get_doctree(name), Path(app.srcdir))
        file = f"{name.replace('/', '-')}.webp"
        if card.picture:
            card.picture.save(folder / file, quality=70)
        cards.append(card_html(card, address(name), f"{PICTURES}/{file}"))
    return f'<ul class="chapters">{"".join(cards)}</ul>'


PARTS = {"answer": answer, "scoreboard": board, "chapters": chapters}
