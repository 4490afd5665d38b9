"""Chapters run by papermill, from its command line and from Python."""

import contextlib
import fcntl
import os
import pty
import re
import struct
import subprocess
import sys
import termios
from pathlib import Path

import jupytext
import nbformat
import numpy as np
import papermill
import pytest
from forked import completed

from fer_lib.pages.chapters import ChapterError

pytestmark = pytest.mark.usefixtures("forked_kernels")

CELL = """
from pathlib import Path
Path("ran").touch()
print(f"size {size} of {name}")
"""


@pytest.fixture
def chapter(tmp_path, monkeypatch):
    """chapter(cell, …): writes a chapter under a path with a space, from where papermill runs; its path."""
    folder = tmp_path / "a book"
    folder.mkdir()
    monkeypatch.chdir(folder)

    def write(
        cell=CELL, parameters="size = 3\nname = 'twin'", tags="parameters", header="file_format: mystnb\n"
    ):
        text = (
            f"---\n{header}kernelspec: {{name: python3, language: python, display_name: Python}}\n---\n"
            f"# A chapter\n\n```{{code-cell}} python\n:tags: [{tags}]\n{parameters}\n```\n\n"
            f"```{{code-cell}} python\n{cell}\n```\n"
        )
        (folder / "chapter.md").write_text(text, encoding="utf-8")
        return folder / "chapter.md"

    return write


def command(*arguments):
    program = Path(sys.executable).with_name("papermill")
    return completed(program, "chapter.md", *arguments, cwd=Path.cwd())


def in_terminal(*arguments):
    """What the command writes to a terminal of 100 columns."""
    ours, its = pty.openpty()
    fcntl.ioctl(its, termios.TIOCSWINSZ, struct.pack("HHHH", 30, 100, 0, 0))
    program = Path(sys.executable).with_name("papermill")
    process = subprocess.Popen([program, "chapter.md", *arguments], stdin=subprocess.DEVNULL, stdout=its, stderr=its)
    os.close(its)
    shown = b""
    with contextlib.suppress(OSError):  # its end is closed
        while some := os.read(ours, 65536):
            shown += some
    os.close(ours)
    assert process.wait() == 0
    return shown.decode()


def outputs(path="out.ipynb"):
    cells = nbformat.read(path, as_version=4).cells
    return [output for cell in cells for output in cell.get("outputs", []) if output.output_type == "stream"]


def printed(path="out.ipynb"):
    return "".join(output.text for output in outputs(path) if output.name == "stdout")


# What works


def test_defaults_and_parameters_on_the_command_line(chapter):
    chapter()
    result = command("out.ipynb")
    assert result.returncode == 0 and printed() == "size 3 of twin\n", result.stderr
    result = command("out.ipynb", "-p", "size", "13", "-p", "name", "CK+")
    assert result.returncode == 0 and printed() == "size 13 of CK+\n", result.stderr


def test_parameters_from_a_file(chapter):
    chapter()
    Path("ck_plus.yml").write_text("name: CK+\nsize: 48\n", encoding="utf-8")
    result = command("out.ipynb", "-f", "ck_plus.yml", "-p", "size", "96")
    assert result.returncode == 0 and printed() == "size 96 of CK+\n", result.stderr


def test_from_python(chapter):
    papermill.execute_notebook(str(chapter()), "out.ipynb", {"size": 5}, progress_bar=False)
    assert printed() == "size 5 of twin\n"


def test_another_header_of_myst_notebooks(chapter):
    header = "jupytext: {text_representation: {extension: .md, format_name: myst}}\n"
    papermill.execute_notebook(str(chapter(header=header)), "out.ipynb", {"size": 5}, progress_bar=False)
    assert printed() == "size 5 of twin\n"


@pytest.mark.parametrize("parameters", ["size: int | None = 3\nname: str = 'twin'", "size, name = 3, 'twin'"])
def test_annotated_and_unpacked_parameters_are_parameters(chapter, parameters):
    path = str(chapter(parameters=parameters))
    papermill.execute_notebook(path, "out.ipynb", {"size": 5}, progress_bar=False)
    assert printed() == "size 5 of twin\n"


def test_a_notebook_file_is_still_read(chapter):
    jupytext.write(jupytext.read(chapter()), "chapter.ipynb")
    papermill.execute_notebook("chapter.ipynb", "out.ipynb", {"size": 5}, progress_bar=False)
    assert printed() == "size 5 of twin\n"
    with pytest.raises(ChapterError, match=r"chapter.ipynb has no parameter sise"):
        papermill.execute_notebook("chapter.ipynb", "out.ipynb", {"sise": 5}, progress_bar=False)


def test_the_paths_that_papermill_adds_are_no_mistake(chapter):
    chapter()
    assert command("out.ipynb", "--inject-paths", "-p", "size", "5").returncode == 0


TYPED = """from typing import Literal
size: Literal[96, 48] = 96
name: str | None = None
show_faces: bool | None = None
folds = [0]
k: float | None = None"""
SHOW = "print([size, name, show_faces, folds, k])"


@pytest.mark.parametrize(
    "arguments, shown",
    [
        ("-p show_faces false -p name 007 -p folds 0 -p size 48.0 -p k 1", [48, "007", False, [0], 1.0]),
        *(pytest.param(*case, marks=pytest.mark.slow) for case in (     # what is brought to what: test_parameters.py
            ("-p show_faces YES -p name None -p folds [1,2] -p k none", [96, None, True, [1, 2], None]),
            ("-p name 1e5 -p k 1e-3 -r folds 3 -r show_faces no", [96, "1e5", False, [3], 0.001]),
            ("-r name none -r show_faces none", [96, "none", None, [0], None]))),
        ("-y {name:\u00a02013,show_faces:\u00a0no,folds:\u00a01}", [96, "2013", False, [1], None]),
        ("-f given.yml -p folds 2", [48, "0123", False, [2], None]),
        ("-b bmFtZTogMDA3Cg==", [96, "007", None, [0], None]),  # name: 007
    ],
)
def test_what_is_typed_is_brought_to_the_parameter_s_type(chapter, arguments, shown):
    chapter(SHOW, parameters=TYPED)
    Path("given.yml").write_text("name: 0123\nshow_faces: 'no'\nsize: 48.0\n", encoding="utf-8")
    result = command("out.ipynb", *(argument.replace("\u00a0", " ") for argument in arguments.split(" ")))
    assert result.returncode == 0 and printed() == f"{shown}\n", result.stderr
    assert "unknown parameter" not in result.stderr and "Unable to parse" not in result.stderr


def test_what_python_gives_is_brought_to_the_parameter_s_type(chapter):
    given = {"show_faces": "false", "name": Path("/a"), "folds": (0, np.int64(1)), "size": "48", "k": np.float32(2)}
    path = str(chapter(SHOW, parameters=TYPED))
    notebook = papermill.execute_notebook(path, "out.ipynb", given, progress_bar=False)
    values = {"show_faces": False, "name": "/a", "folds": [0, 1], "size": 48, "k": 2.0}
    assert printed() == "[48, '/a', False, [0, 1], 2.0]\n" and notebook.metadata.papermill.parameters == values


def test_help_lists_types_defaults_and_comments(chapter):
    cell = "size: int | None = 3  # in a = b pixels\nname, seed = 'twin', 0\ntable = {\n  'a': 1}  # of x\nfolds = [0]"
    chapter(parameters=cell)
    said = command("--help-notebook").stdout
    assert re.search(r"size: int \| None \(default 3\)\s+in a = b pixels\n", said)
    assert re.search(r"table: dict \(default {'a': 1}\)\s+of x\n", said) and "folds: list[int] (default [0])" in said
    assert "  name: " in said and "  seed: " in said


BARS = """import sys, time, warnings
from tqdm import tqdm
for i in tqdm(range(3), "training", postfix={"loss": "1.234"}):
    print("a", file=sys.stderr) if i == 1 else None
warnings.warn("few faces")"""


def test_progress_is_shown_as_lines_and_not_kept(chapter):
    chapter(BARS)
    result = command("out.ipynb")
    assert result.returncode == 0, result.stderr
    lines = result.stderr.splitlines()
    assert "encryption" not in result.stderr, "the kernel's messages are encrypted"
    assert re.search(r"^training: +\d+%\|.*\| \d/3 \[00:00<.*loss=1.234\]$", result.stderr, re.MULTILINE)
    assert lines[-1].startswith("Executing: 100%") and "\r" not in result.stderr
    kept = "".join(output.text for output in outputs() if output.name == "stderr")
    assert kept.startswith("a\n") and "UserWarning: few faces" in kept and "%|" not in kept and "\r" not in kept


def test_progress_in_a_terminal_is_a_line_below_that_of_the_cells(chapter):
    chapter(BARS)
    shown = in_terminal("out.ipynb")
    assert re.search(r"Executing:.*\n\rtraining:[^\r\n]*\d/3 [^\r\n]*loss=1.234\]\x1b\[A", shown, re.DOTALL)
    assert "Executing: 100%" in shown.splitlines()[-1]


@pytest.mark.parametrize("arguments, shown", [(["--no-progress-bar"], False), (["--log-output"], True)])
def test_progress_is_shown_where_papermill_is_not_asked_to_be_quiet(chapter, arguments, shown):
    chapter(BARS)
    result = command("out.ipynb", *arguments)
    assert result.returncode == 0 and ("training:" in result.stderr) == shown


# What is an error


def test_values_of_another_type(chapter):
    chapter(parameters=TYPED)
    given = ["-p", "show_faces", "maybe", "-p", "size", "47", "-p", "folds", "1.5", "-p", "name", ""]
    result = command("out.ipynb", *given, "-y", "{k: .nan}")
    assert result.returncode == 1 and not Path("ran").exists() and not Path("out.ipynb").exists()
    for said in (
        "show_faces must be True, False or None, not 'maybe'; write -p show_faces False.",
        "size must be 96 or 48, not 47; write -p size 96.",
        "folds must be a list, each a whole number, not 1.5; write -y '{folds: [0]}'.",
        "name must be a text or None, not ''; write -r name TEXT.",
        "k must be a number or None, not nan; write -p k 0.5.",
    ):
        assert f"chapter.md: {said}\n" in result.stderr


def test_a_misspelt_parameter(chapter):
    chapter()
    result = command("out.ipynb", "-p", "sise", "13", "-p", "size", "5")
    assert result.returncode == 1 and not Path("ran").exists()
    assert "Error: chapter.md has no parameter sise; it has name, size." in result.stderr


def test_a_misspelt_parameter_in_a_file(chapter):
    chapter()
    Path("wrong.yml").write_text("sise: 13\nnmae: CK+\n", encoding="utf-8")
    result = command("out.ipynb", "-f", "wrong.yml")
    assert result.returncode == 1 and "chapter.md has no parameter nmae, sise" in result.stderr


def test_a_name_that_the_parameters_cell_only_reads(chapter):
    path = str(chapter(parameters="import os\nsize, name = len(os.sep), 'twin'"))
    with pytest.raises(ChapterError, match=r"has no parameter len; it has name, size"):
        papermill.execute_notebook(path, "out.ipynb", {"len": 5}, progress_bar=False)


def test_a_chapter_without_the_tag(chapter):
    chapter(tags="parameter")
    for arguments in ((), ("-p", "size", "5")):
        result = command("out.ipynb", *arguments)
        assert result.returncode == 1 and not Path("ran").exists()
        assert "Error: chapter.md has no cell tagged `parameters`; add `:tags: [parameters]`" in result.stderr


@pytest.mark.parametrize("status", ["0", pytest.param("", marks=pytest.mark.slow), "3"])
def test_sys_exit(chapter, status):
    chapter(f"import sys\nsys.exit({status})")
    result = command("out.ipynb")
    assert result.returncode != 0 and "SystemExit" in result.stderr
    if status != "3":  # which papermill itself takes for an error
        assert "Error: chapter.md: a cell ended the run by SystemExit" in result.stderr
        assert result.stderr.rstrip().endswith(f"sys.exit({status})")


def test_a_failing_cell(chapter):
    chapter("1 / 0")
    result = command("out.ipynb")
    assert result.returncode != 0 and "ZeroDivisionError" in result.stderr
    with pytest.raises(papermill.PapermillExecutionError, match="ZeroDivisionError"):
        papermill.execute_notebook("chapter.md", "out.ipynb", progress_bar=False)


def test_a_chapter_is_not_written_over(chapter):
    text = chapter().read_text(encoding="utf-8")
    for output in ("chapter.md", "out.md"):
        result = command(output)
        assert result.returncode == 1 and f"over a chapter's text, {output}; name the output" in result.stderr
    assert Path("chapter.md").read_text(encoding="utf-8") == text and not Path("out.md").exists()


def test_a_chapter_that_is_not_there(chapter):
    chapter().unlink()
    result = command("out.ipynb")
    assert result.returncode != 0 and "chapter.md" in result.stderr
