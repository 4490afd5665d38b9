"""Pages about other faces than the book's own say so, and say nothing that was not computed for them.

* Tags for the directive `only`: `drawn`, `codes`, `people` and `runs` for the book as it is; else `own`, the set by its
  name, what is known of it (`codes`, `people`), whether networks were trained by the stopping rule (`runs`), what the
  pages are (`trial`, `show_faces`), and claims that are not testable there (`no_differences`).
* Below every title stands which set the page is about, and which of its claims are not testable there, and why.
* A role, {set}`the twin`: what it says in the book as it is; elsewhere the set's name.
* A sentence with a number that no cell has computed here is left out.
"""
import re
import zlib
from collections.abc import Iterator
from pathlib import Path

from docutils import nodes
from myst_nb.ext.glue.crossref import read_glue_cache
from myst_nb.ext.glue.utils import PendingGlueReference
from own_values import given, said
from sphinx.transforms.post_transforms import SphinxPostTransform

from fer_lib.pages.about import NOT_TO_BE_PUBLISHED, OF_DRAWN_FACES, TRIAL, shows_photographs

END = re.compile(r"(?<=[.?!])\s+(?=[A-Z†‡]|$)")         # of a sentence


def setup(app):
    app.connect("config-inited", put_tags, priority=60)         # after own_values has read what the build is about
    app.connect("doctree-read", put_line)
    app.add_role("set", the_set)
    app.add_post_transform(LeaveOut)
    return {"parallel_read_safe": True, "parallel_write_safe": True,
            "env_version": zlib.crc32(Path(__file__).read_bytes())}


def put_tags(app, config):
    for tag in said[0].tags if said else OF_DRAWN_FACES:
        app.tags.add(tag)
    if said:
        config.html_title = f"{config.html_title} {said[0].title}"


def the_set(name, rawtext, text, lineno, inliner, options=None, content=None):
    return [nodes.Text(said[0].called if said else text)], []


def put_line(app, doctree):
    """Below the title: a banner where one is due, the set, and claims that are not testable."""
    title = next(iter(doctree.findall(nodes.title)), None)
    if title is None:
        return
    about = said[0] if said else None
    shows = shows_photographs(given) or (about is not None and about.show_faces)     # of one chapter alone, too
    banners = [text for due, text in ((about and about.trial, TRIAL), (shows, NOT_TO_BE_PUBLISHED)) if due]
    below = [nodes.warning("", nodes.paragraph("", text)) for text in banners]
    if about:
        below.append(nodes.paragraph("", "", nodes.emphasis("", about.line(app.env.docname)), classes=["about-set"]))
        below += [nodes.paragraph("", "", nodes.Text(f"{claim} "), nodes.strong("", "Not testable here: "),
                                  nodes.Text(why)) for claim, why in about.not_testable(app.env.docname)]
    place = title.parent.index(title) + 1
    title.parent[place:place] = below


class LeaveOut(SphinxPostTransform):
    """Sentences of which a number is missing; before myst-nb puts numbers in (its priority is 4)."""
    default_priority = 3

    def run(self, **_):
        if not said:
            return
        for node in list(self.document.findall(PendingGlueReference)):
            if not self.is_known(node) and stands(node):
                leave_out(node)

    def is_known(self, node: PendingGlueReference) -> bool:
        return node.key in read_glue_cache(self.env.mystnb_config.output_folder, node.refdoc)


def stands(node: nodes.Node) -> bool:
    """Is it in its document still? It knows its parent after it has gone with another number of its sentence."""
    while node.parent is not None:
        if not any(child is node for child in node.parent.children):
            return False
        node = node.parent
    return isinstance(node, nodes.document)


def leave_out(node: nodes.Node):
    """The sentence that a node stands in; where it is all that there is, what holds it goes, too."""
    holder = node.parent
    if not isinstance(holder, nodes.TextElement):
        holder.remove(node)
        return
    kept = [part for sentence in sentences(holder) if not any(one is node or node in one.findall() for one in sentence)
            for part in sentence]
    holder.children = []
    holder.extend(kept)
    if not holder.astext().strip() and holder.parent is not None:
        outer = holder.parent
        outer.remove(holder)
        if isinstance(outer, nodes.paragraph) and not outer.astext().strip() and outer.parent is not None:
            outer.parent.remove(outer)


def sentences(holder: nodes.TextElement) -> Iterator[list[nodes.Node]]:
    """The children of a text, cut where sentences end."""
    sentence: list[nodes.Node] = []
    for child in holder.children:
        if not isinstance(child, nodes.Text):
            sentence.append(child)
            continue
        first, *others = END.split(child.astext())
        sentence.append(nodes.Text(first))
        for text in others:
            sentence[-1] = nodes.Text(f"{sentence[-1].astext()} ")
            yield sentence
            sentence = [nodes.Text(text)]
    yield sentence
