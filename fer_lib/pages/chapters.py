"""papermill runs the book's `.md` chapters, and refuses what it would otherwise only warn about.

    papermill book/data.md out.ipynb -p dataset fer2013 -p data_root ~/fer2013
    papermill.execute_notebook("book/data.md", "out.ipynb", {"dataset": "fer2013"})

papermill loads this module by itself (entry point `papermill.engine` in pyproject.toml), and nothing else
imports it. Errors are: a parameter that the chapter does not have, a value that is not of its type (parameters.py), and
a chapter without a cell tagged `parameters`, all before anything runs; and a cell that calls `sys.exit`, whatever the
status.
"""
import ast
import base64
import sys
import tokenize
from io import StringIO
from pathlib import Path

import click
import jupytext
import nbformat
import yaml
from papermill import engines
from papermill.clientwrap import PapermillNotebookClient
from papermill.engines import NBClientEngine, papermill_engines
from papermill.iorw import papermill_io
from papermill.models import Parameter
from papermill.translators import PythonTranslator, papermill_translators

from .kernels import ChapterClient, Lines
from .parameters import ParameterError, coerced, parameters

BY_PAPERMILL = {"PAPERMILL_INPUT_PATH", "PAPERMILL_OUTPUT_PATH"}       # of its option --inject-paths


class ChapterError(click.ClickException):
    """A chapter cannot be run as asked. The command line prints it as a sentence and exits with 1."""


class ChapterReader:
    """papermill's way to a `.md` file: a MyST notebook, handed on as JSON."""

    def read(self, path: str) -> str:
        notebook = jupytext.read(path, fmt="md:myst")
        if tagged(notebook, "parameters") is None:
            raise ChapterError(f"{path} has no cell tagged `parameters`; add `:tags: [parameters]` to "
                               "the code cell that holds the chapter's defaults.")
        notebook.metadata.setdefault("kernelspec", {}).setdefault("language", "python")
        return nbformat.writes(notebook)

    def write(self, content: str, path: str):
        raise ChapterError(f"The run would be written over a chapter's text, {path}; name the output .ipynb.")

    def pretty_path(self, path: str) -> str:
        return path


class ChapterTranslator(PythonTranslator):
    """papermill's own way to write Python, which takes annotations such as `int | None` for no parameters."""

    @classmethod
    def inspect(cls, parameters_cell: nbformat.NotebookNode) -> list[Parameter]:
        """What `papermill --help-notebook` lists: each parameter's type, default and comment."""
        source = parameters_cell.source
        try:
            known = parameters(source)
        except SyntaxError:                         # told where values are given
            return []
        comments = {token.start[0]: token.string.lstrip("# ") for token in
                    tokenize.generate_tokens(StringIO(source).readline) if token.type == tokenize.COMMENT}
        found = {}
        for node in ast.parse(source).body:
            for target in getattr(node, "targets", [getattr(node, "target", None)]):
                if isinstance(target, ast.Name) and getattr(node, "value", None):
                    kind = known[target.id].kind
                    words = kind.__name__ if isinstance(kind, type) else str(kind).replace("typing.", "")
                    found[target.id] = Parameter(target.id, words, ast.unparse(node.value),
                                                 comments.get(node.end_lineno, ""))
        return [found.get(name) or Parameter(name, "None", "", "") for name in known]


class PapermillChapterClient(ChapterClient, PapermillNotebookClient):
    """The client of `ChapterEngine`; it shows progress where papermill shows its own, or prints what cells print."""

    def __init__(self, nb_man, **options):
        super().__init__(nb_man, **options)
        if nb_man.pbar is None and not self.log_output:
            self.console = None


class ChapterEngine(NBClientEngine):
    """papermill's own engine for a Python notebook, made strict."""

    @classmethod
    def execute_notebook(cls, nb, kernel_name, output_path=None, progress_bar=True, **options):
        path = options.get("input_path")
        chapter = path if isinstance(path, str) else "the notebook"
        bring_parameters(nb, kernel_name, chapter)
        if progress_bar is True and not sys.stderr.isatty():
            progress_bar = {"file": Lines()}
        done = super().execute_notebook(nb, kernel_name, output_path, progress_bar, **options)
        for cell in nb.cells:
            for output in cell.get("outputs", []):
                if output.output_type == "error" and output.ename == "SystemExit":
                    raise ChapterError(f"{chapter}: a cell ended the run by SystemExit({output.evalue}), and "
                                       f"those after it never ran. The cell:\n{cell.source}")
        return done


def tagged(notebook: nbformat.NotebookNode, tag: str) -> nbformat.NotebookNode | None:
    return next((cell for cell in notebook.cells if tag in cell.metadata.get("tags", [])), None)


def bring_parameters(notebook: nbformat.NotebookNode, kernel_name: str, chapter: str):
    """The given parameters as the cell tagged `parameters` says, in the cell that papermill has added after it."""
    given = notebook.metadata.papermill.get("parameters", {})
    chosen = {name: value for name, value in given.items() if name not in BY_PAPERMILL}
    language = notebook.metadata.get("kernelspec", {}).get("language", "python")
    if not chosen or language != "python":
        return
    cell = tagged(notebook, "parameters")
    try:
        typed, verbatim = typed_parameters()
        values = coerced(cell.source if cell else "", chosen, chapter=chapter, typed=typed, verbatim=verbatim)
    except ParameterError as error:
        raise ChapterError(str(error)) from error
    notebook.metadata.papermill["parameters"] = values = given | values
    if (injected := tagged(notebook, "injected-parameters")) is not None:
        translator = papermill_translators.find_translator(kernel_name, language)
        injected.source = translator.codify(values, "Parameters")


def typed_parameters() -> tuple[dict, set[str]]:
    """Values as they were typed on papermill's command line, by name, before it took some texts for numbers; and the
    names of those that are to be taken as typed (-r). Nothing where Python called it."""
    context, program = click.get_current_context(silent=True), sys.modules.get("papermill.cli")
    if context is None or program is None or context.command is not program.papermill:
        return {}, set()
    given = context.params                          # in the order in which papermill takes them
    texts = [base64.b64decode(text) for text in given["parameters_base64"]]
    texts += [Path(path).read_bytes() for path in given["parameters_file"] if Path(path).is_file()]
    typed = {}
    for text in [*texts, *given["parameters_yaml"]]:
        typed |= yaml.load(text, yaml.BaseLoader) or {}
    verbatim = dict(given["parameters_raw"])
    return typed | dict(given["parameters"]) | verbatim, set(verbatim)


# papermill finds a reader by how a path begins, a chapter is known by how it ends, wherever it lies
_reader, _other_readers = ChapterReader(), papermill_io.get_handler
papermill_io.get_handler = lambda path, extensions=None: (
    _reader if isinstance(path, str) and path.endswith(".md") else _other_readers(path, extensions))
papermill_translators.register("python", ChapterTranslator)
engines.PapermillNotebookClient = PapermillChapterClient        # which its engine makes
for name in (None, "nbclient"):             # None: the engine of a run that names none
    papermill_engines.register(name, ChapterEngine)
