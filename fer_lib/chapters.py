"""papermill runs the book's `.md` chapters, and refuses what it would otherwise only warn about.

    papermill book/data.md out.ipynb -p dataset fer2013 -p data_root ~/fer2013
    papermill.execute_notebook("book/data.md", "out.ipynb", {"dataset": "fer2013"})

papermill loads this module by itself (entry point `papermill.engine` in pyproject.toml), and nothing else
imports it. Errors are: a parameter that the chapter does not have and a chapter without a cell tagged
`parameters`, both before anything runs; and a cell that calls `sys.exit`, whatever the status.
"""
import ast

import click
import jupytext
import nbformat
from papermill.engines import NBClientEngine, papermill_engines
from papermill.iorw import papermill_io

BY_PAPERMILL = {"PAPERMILL_INPUT_PATH", "PAPERMILL_OUTPUT_PATH"}       # of its option --inject-paths


class ChapterError(click.ClickException):
    """A chapter cannot be run as asked. The command line prints it as a sentence and exits with 1."""


class ChapterReader:
    """papermill's way to a `.md` file: a MyST notebook, handed on as JSON."""

    def read(self, path: str) -> str:
        notebook = jupytext.read(path)
        if parameters_cell(notebook) is None:
            raise ChapterError(f"{path} has no cell tagged `parameters`; add `:tags: [parameters]` to "
                               "the code cell that holds the chapter's defaults.")
        notebook.metadata.setdefault("kernelspec", {}).setdefault("language", "python")
        return nbformat.writes(notebook)

    def write(self, content: str, path: str):
        raise ChapterError(f"The run would be written over a chapter's text, {path}; name the output .ipynb.")

    def pretty_path(self, path: str) -> str:
        return path


class ChapterEngine(NBClientEngine):
    """papermill's own engine for a Python notebook, made strict."""

    @classmethod
    def execute_managed_notebook(cls, nb_man, kernel_name, **options):
        chapter = options.get("input_path") or "the notebook"
        check_parameters(nb_man.nb, chapter)
        super().execute_managed_notebook(nb_man, kernel_name, **options)
        for cell in nb_man.nb.cells:
            for output in cell.get("outputs", []):
                if output.output_type == "error" and output.ename == "SystemExit":
                    raise ChapterError(f"{chapter}: a cell ended the run by SystemExit({output.evalue}), and "
                                       f"those after it never ran. The cell:\n{cell.source}")


def parameters_cell(notebook: nbformat.NotebookNode) -> nbformat.NotebookNode | None:
    return next((cell for cell in notebook.cells if "parameters" in cell.metadata.get("tags", [])), None)


def check_parameters(notebook: nbformat.NotebookNode, chapter: str):
    """ChapterError where a parameter was given that the cell tagged `parameters` does not assign."""
    given = set(notebook.metadata.papermill.get("parameters", {})) - BY_PAPERMILL
    cell = parameters_cell(notebook)
    # parsed rather than inferred by papermill, whose patterns miss annotations such as `int | None`
    known = {node.id for node in ast.walk(ast.parse(cell.source if cell else ""))
             if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)}
    if unknown := sorted(given - known):
        raise ChapterError(f"{chapter} has no parameter {', '.join(unknown)}; it has "
                           f"{', '.join(sorted(known)) or 'none'}.")


# papermill finds a reader by how a path begins, a chapter is known by how it ends, wherever it lies
_reader, _other_readers = ChapterReader(), papermill_io.get_handler
papermill_io.get_handler = lambda path, extensions=None: (
    _reader if isinstance(path, str) and path.endswith(".md") else _other_readers(path, extensions))
for name in (None, "nbclient"):             # None: the engine of a run that names none
    papermill_engines.register(name, ChapterEngine)
