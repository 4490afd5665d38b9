"""What a chapter defines, without running it: the science stands in the chapters, and tests want to call it."""
import ast

import jupytext
from tiny_book import ROOT


def definitions(chapter: str, **given) -> dict:
    """Functions and classes of a chapter by name, and what it imports; given: other names that they use."""
    path = ROOT / f"book/{chapter}.md"
    cells = [cell.source for cell in jupytext.read(path).cells if cell.cell_type == "code"]
    kept = [node for node in ast.parse("\n".join(cells)).body
            if isinstance(node, ast.Import | ast.ImportFrom | ast.FunctionDef | ast.ClassDef)]
    names = dict(given)
    exec(compile(ast.Module(kept, []), path, "exec"), names)
    return names
