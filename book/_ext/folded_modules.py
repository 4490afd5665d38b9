"""The page of the library, to be looked through: a module's name, what it is about, and what it has; the rest folds.

A page with such modules gets static/folded_modules.js, which unfolds what an address names, and folded_modules.css.
"""
from docutils import nodes
from sphinx import addnodes
from sphinx.ext.autodoc.directive import AutodocDirective

CALLED = "function", "method"


class Fold(nodes.General, nodes.Element):
    """What is seen is its first child, a `Seen`."""


class Seen(nodes.General, nodes.Element):
    pass


class FoldedModule(AutodocDirective):
    """automodule, whose classes and functions fold, with all that its docstring says but for the first paragraph."""

    def run(self) -> list[nodes.Node]:
        found = super().run()
        first = next((place for place, node in enumerate(found) if isinstance(node, nodes.paragraph)), None)
        if first is None:
            return found
        name = nodes.literal(text=self.arguments[0])
        head = [*found[:first], nodes.paragraph("", "", name, classes=["module-name"]), found[first]]
        rest = found[first + 1:]
        names = [name for node in rest if isinstance(node, addnodes.desc) for name in names_of(node)]
        return [*head, Fold("", Seen("", *separated(names)), *rest)] if names else [*head, *rest]


def names_of(described: addnodes.desc) -> list[nodes.literal]:
    call = "()" if described["objtype"] in CALLED else ""
    return [nodes.literal(text=sign["fullname"] + call) for sign in described.findall(addnodes.desc_signature)
            if sign.parent is described]


def separated(names: list[nodes.Node]) -> list[nodes.Node]:
    return [part for name in names for part in (nodes.Text(" "), name)][1:]


def setup(app):
    for node, before, after in ((Fold, '<details class="module">', "</details>\n"),
                                (Seen, "<summary>", "</summary>\n")):
        app.add_node(node, html=(lambda self, _, text=before: self.body.append(text),
                                 lambda self, _, text=after: self.body.append(text)))
    app.setup_extension("sphinx.ext.autodoc")
    app.add_directive("automodule", FoldedModule, override=True)
    app.connect("html-page-context", add)
    return {"version": "1", "env_version": 1, "parallel_read_safe": True, "parallel_write_safe": True}


def add(app, page, template, context, doctree):
    if '<details class="module">' in context.get("body", ""):
        app.add_js_file("folded_modules.js", loading_method="defer")
        app.add_css_file("folded_modules.css")
