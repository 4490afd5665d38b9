"""What a page's looks need of its text, and no style sheet can do.

* A number stays on one line with its %, and so does a date; in a table's cells an interval, a spread, and the number
  of a name (ResNet-18).
* A fold that says what is in it still says so when it is open.

results.json, notebooks and the chapters' texts keep their plain spaces.
"""
import re

from docutils import nodes
from myst_nb.core.config import NbParserConfig
from sphinx.transforms.post_transforms import SphinxPostTransform

SPACE, JOINED = "\N{NO-BREAK SPACE}", "\N{WORD JOINER}"
DATE = re.compile(r"\b(\d{4})-(\d\d)-(\d\d)\b")
IN_CELLS = [(re.compile(r"(?<=\d) ± (?=\d)"), f"{SPACE}±{SPACE}"),
            (re.compile(r"(\[[+−-]?[\d.]+,) (?=[+−-]?[\d.]+\])"), rf"\1{SPACE}"),       # [84, 90]
            (re.compile(r"(?<=\d)–(?=\d)"), f"{JOINED}–{JOINED}"),                      # 73–90
            (re.compile(r"(?<=[A-Za-z]{2})-(?=\d{1,3}\b)"), f"-{JOINED}")]
CELL = re.compile(r"(?<=<t[dh])([^>]*>)(.*?)(?=</t[dh]>)", re.DOTALL)
WORDS = re.compile(r"<code.*?</code>|<[^>]*>|[^<]+", re.DOTALL)


class Unbroken(SphinxPostTransform):
    default_priority = 900                          # after myst-nb has put in what cells show, and glued numbers
    formats = ("html",)

    def run(self, **_):
        for text in list(self.document.findall(nodes.Text)):
            if not isinstance(text.parent, (nodes.literal, nodes.FixedTextElement, nodes.raw, nodes.math)):
                mended = unbroken(text, cell=within(text, nodes.entry))
                if mended != text:
                    text.parent.replace(text, nodes.Text(mended))
        for raw in self.document.findall(nodes.raw):
            text = raw.astext()
            if "<table" in text and "<script" not in text:
                raw.children = [nodes.Text(CELL.sub(lambda cell: cell[1] + mended_cell(cell[2]), text))]


def within(node: nodes.Node, kind: type) -> bool:
    while node := node.parent:
        if isinstance(node, kind):
            return True
    return False


def mended_cell(markup: str) -> str:
    return WORDS.sub(lambda part: part[0] if part[0][0] == "<" else unbroken(part[0], cell=True), markup)


def unbroken(text: str, cell: bool) -> str:
    """The same words; where a line must not end, with signs that say so. cell: they stand in a table."""
    text = re.sub(r"(?<=\d) (?=%)", SPACE, text)
    text = DATE.sub(rf"\1-{JOINED}\2-{JOINED}\3", text)
    for found, instead in IN_CELLS if cell else ():
        text = found.sub(instead, text)
    return text


def keep_labels(app, doctree):
    usual = NbParserConfig().code_prompt_show
    for cell in doctree.findall(nodes.container):
        if cell.get("prompt_show", usual) != usual:
            cell["prompt_hide"] = cell["prompt_show"]


def setup(app):
    app.add_post_transform(Unbroken)
    app.connect("doctree-read", keep_labels)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
