"""Pages on which a filter or a unit can be followed (`data-follows`, see fer_lib/pages/interactive) get the script that
keeps it in the address and marks it in pictures, tables and charts: static/choice.js. With it, which other chapters are
about the same network, so that a filter can be followed there, too.
"""
import json

from fer_book import pages_of
from myst_nb.ext.glue.crossref import read_glue_cache

from fer_lib.pages.notebooks import FILTERS


def setup(app):
    app.connect("html-page-context", add, priority=600)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}


def add(app, page, template, context, doctree):
    if not doctree or "data-follows=" not in context.get("body", ""):
        return
    app.add_js_file("choice.js", loading_method="defer")
    if own := network_of(app, page):
        others = [context["pathto"](name) for name in pages_of(app) if name != page and network_of(app, name) == own]
        context["body"] += f'<script type="application/json" id="same-network">{json.dumps(others)}</script>'


def network_of(app, page: str) -> str | None:
    """The folder of the run whose filters a chapter explains; see `example_network.glue_filters`."""
    kept = read_glue_cache(app.env.mystnb_config.output_folder, page).get(FILTERS)
    return json.loads(kept["data"]["text/plain"]).get("network") if kept else None
