"""A number's entry in results.json, on a page, as the file has it.

    ```{entry} au_verdict
    :doc: action_units.md
    ```
"""
import json
import zlib
from pathlib import Path
from typing import ClassVar

from docutils import nodes
from docutils.parsers.rst import directives
from myst_nb.ext.glue.crossref import read_glue_cache
from sphinx.util import logging
from sphinx.util.docutils import SphinxDirective

from fer_lib.pages.notebooks import RECORD

logger = logging.getLogger(__name__)


class PendingEntry(nodes.General, nodes.Element):
    """Until all chapters have run: of what number (`key`) of which page (`chapter`)."""


class Entry(SphinxDirective):
    required_arguments = 1
    option_spec: ClassVar = {"doc": directives.unchanged_required}

    def run(self) -> list[nodes.Node]:
        _, path = self.env.relfn2path(self.options["doc"])
        self.env.note_dependency(path)              # another run of that chapter is another entry
        found = PendingEntry(key=self.arguments[0], chapter=self.env.path2doc(path))
        self.set_source_info(found)
        return [found]


def show_entries(app, doctree, page):
    for pending in list(doctree.findall(PendingEntry)):
        glued = read_glue_cache(app.env.mystnb_config.output_folder, pending["chapter"] or "")
        if (output := glued.get(pending["key"])) is None or RECORD not in output["metadata"]:
            logger.warning("no number %r is glued in %s", pending["key"], pending["chapter"], location=pending)
            pending.replace_self([])
            continue
        record = output["metadata"][RECORD] | {"chapter": pending["chapter"]}
        text = json.dumps(record, indent=1, ensure_ascii=False)
        pending.replace_self(nodes.literal_block(text, text, language="json", classes=["entry"]))


def setup(app):
    app.add_node(PendingEntry)
    app.add_directive("entry", Entry)
    app.connect("doctree-resolved", show_entries)
    return {"parallel_read_safe": True, "parallel_write_safe": True,
            "env_version": zlib.crc32(Path(__file__).read_bytes())}
