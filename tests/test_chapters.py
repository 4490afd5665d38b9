"""Chapters run by papermill, from its command line and from Python."""

import subprocess
import sys
from pathlib import Path

import jupytext
import nbformat
import papermill
import pytest

from fer_lib.chapters import ChapterError

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
        (folder / "chapter.md").write_text(text)
        return folder / "chapter.md"

    return write


def command(*arguments):
    program = Path(sys.executable).with_name("papermill")
    return subprocess.run([program, "chapter.md", *arguments], capture_output=True, text=True)


def printed(path="out.ipynb"):
    cells = nbformat.read(path, as_version=4).cells
    return "".join(
        output.text
        for cell in cells
        for output in cell.get("outputs", [])
        if output.output_type == "stream" and output.name == "stdout"
    )


# What works


def test_defaults_and_parameters_on_the_command_line(chapter):
    chapter()
    result = command("out.ipynb")
    assert result.returncode == 0 and printed() == "size 3 of twin\n", result.stderr
    result = command("out.ipynb", "-p", "size", "13", "-p", "name", "CK+")
    assert result.returncode == 0 and printed() == "size 13 of CK+\n", result.stderr


def test_parameters_from_a_file(chapter):
    chapter()
    Path("ck_plus.yml").write_text("name: CK+\nsize: 48\n")
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


# What is an error


def test_a_misspelt_parameter(chapter):
    chapter()
    result = command("out.ipynb", "-p", "sise", "13", "-p", "size", "5")
    assert result.returncode == 1 and not Path("ran").exists()
    assert "Error: chapter.md has no parameter sise; it has name, size." in result.stderr


def test_a_misspelt_parameter_in_a_file(chapter):
    chapter()
    Path("wrong.yml").write_text("sise: 13\nnmae: CK+\n")
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


@pytest.mark.parametrize("status", ["0", "", "3"])
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
    text = chapter().read_text()
    for output in ("chapter.md", "out.md"):
        result = command(output)
        assert result.returncode == 1 and f"over a chapter's text, {output}; name the output" in result.stderr
    assert Path("chapter.md").read_text() == text and not Path("out.md").exists()


def test_a_chapter_that_is_not_there(chapter):
    chapter().unlink()
    result = command("out.ipynb")
    assert result.returncode != 0 and "chapter.md" in result.stderr
