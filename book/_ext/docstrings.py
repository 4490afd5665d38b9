"""Docstrings as autodoc reads them: an indented example, which is plain text in the file, is code on the page, and so
two columns, names and what they are, are a list. A named tuple's field has the comment that it has in the file.

And signatures as Sphinx can read them: of one that it cannot, it shows the types with the marks of its own syntax.
"""
import ast
import inspect
import re
import sys
import textwrap
from itertools import pairwise

NO_PYTHON = re.compile(r"<[^<>]*>")         # as Python shows a default that is made anew: <factory>
ROW = re.compile(r"(?P<names>[\w.]+(?:, [\w.]+)*) {2,}(?P<text>\S.*)")
INDENT = "    "


def examples_are_code(app, what, name, obj, options, lines: list[str]):
    """Mark each indented block that follows a blank line as reStructuredText's literal block, or list."""
    if all_is_example(obj):
        lines[1:] = [INDENT + line if line.strip() else line for line in lines[1:]]
    found, block = [], []
    for line, before in zip([*lines, "."], ["", *lines], strict=True):
        begins = line.startswith(INDENT) and found and not before.strip()
        goes_on = block and (line.startswith(INDENT) or not line.strip())
        if begins or goes_on:
            block.append(line)
            continue
        if block:
            found += definitions(block) or ["::", "", *block]
            block = []
        found.append(line)
    lines[:] = found[:-1]


def all_is_example(obj) -> bool:
    """Is all that follows a docstring's first line indented? What all lines share Sphinx takes off, and Python 3.13,
    too; so the file is read."""
    try:
        source = ast.parse(textwrap.dedent(inspect.getsource(getattr(obj, "fget", obj))))
        found = source if inspect.ismodule(obj) else source.body[0]
        written = ast.get_docstring(found, clean=False) or ""
    except (OSError, TypeError, SyntaxError, IndexError):       # built in, or no object that has a source
        return False
    own = "" if found is source else " " * found.body[0].col_offset
    rest = [line for line in written.splitlines()[1:] if line.strip()]
    return bool(rest) and all(line.startswith(own + INDENT) for line in rest)


def definitions(block: list[str]) -> list[str]:
    """Rows of names and, two spaces or more to their right, what they are, with or without headings over them, as
    reStructuredText's definition list; [] if it is something else, or one row only."""
    found, rows, deep = [], 0, None
    block = [line for line in textwrap.dedent("\n".join(block)).splitlines() if line.strip()]
    for line, after in pairwise([*block, ""]):
        text = line.lstrip()
        pad = line[:-len(text)]
        if row := ROW.fullmatch(text):
            names = ", ".join(f"`{one}`" for one in row["names"].split(", "))
            found += [pad + names, pad + INDENT + row["text"]]
            rows, deep = rows + 1, pad
        elif deep is not None and len(pad) > len(deep):             # the row before goes on
            found.append(deep + INDENT + text)
        elif after.startswith(pad + " "):
            found.append(line)
            deep = None
        else:
            return []
    return [*found, ""] if rows > 1 else []


def fields_have_their_comments(app, what, name, obj, options, lines: list[str]):
    """In place of "Alias for field number 0"."""
    if lines and lines[0].startswith("Alias for field number"):
        module, _, found = name.rpartition(".")[0].rpartition(".")
        lines[:] = [comment_of(getattr(sys.modules[module], found), name.rpartition(".")[2])]


def comment_of(tuple_type: type, field: str) -> str:
    """What stands beside a field, or above it; "" where there is nothing."""
    for above, line in pairwise(["", *inspect.getsource(tuple_type).splitlines()]):
        if re.match(rf"\s+{field}\s*:", line):
            beside = line.partition("#")[2].strip()
            return beside or (above.strip().lstrip("# ") if above.strip().startswith("#") else "")
    return ""


def defaults_are_python(app, what, name, obj, options, signature: str | None, returns: str | None):
    return signature and NO_PYTHON.sub("...", signature), returns


def setup(app):
    app.connect("autodoc-process-docstring", fields_have_their_comments)
    app.connect("autodoc-process-docstring", examples_are_code)
    app.connect("autodoc-process-signature", defaults_are_python)
    return {"version": "2", "parallel_read_safe": True, "parallel_write_safe": True}
