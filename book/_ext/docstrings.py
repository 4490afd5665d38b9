"""Docstrings as autodoc reads them: an indented example, which is plain text in the file, is code on the page.

And signatures as Sphinx can read them: of one that it cannot, it shows the types with the marks of its own syntax.
"""
import re

NO_PYTHON = re.compile(r"<[^<>]*>")         # as Python shows a default that is made anew: <factory>


def examples_are_code(app, what, name, obj, options, lines: list[str]):
    """Mark each indented block that follows a blank line as reStructuredText's literal block."""
    found, literal = [], False
    for line, before in zip(lines, ["", *lines], strict=False):
        indented = line.startswith("    ")
        if indented and not before.strip() and not literal and found:
            found += ["::", ""]
            literal = True
        elif line.strip() and not indented:
            literal = False
        found.append(line)
    lines[:] = found


def defaults_are_python(app, what, name, obj, options, signature: str | None, returns: str | None):
    return signature and NO_PYTHON.sub("...", signature), returns


def setup(app):
    app.connect("autodoc-process-docstring", examples_are_code)
    app.connect("autodoc-process-signature", defaults_are_python)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
