"""In a real JupyterLab, by clicks: a chapter opens as a notebook, and what is clicked in a widget a cell reads."""
import json
import os
import re
import shutil
import socket
import subprocess
import time
from pathlib import Path

import pytest
from browser import needed

pytestmark = pytest.mark.slow
ROOT = Path(__file__).parents[3]
LAB = ROOT / ".venv-lab/bin/jupyter-lab"
CELLS = {
    "filters": """\
import numpy as np
from fer_lib import load_dataset
from fer_lib.pages.lab import FilterExplorer, RunBrowser
from fer_lib.runs.store import stored_run
faces = load_dataset("synthetic", size=48, progress=False)
explorer = FilterExplorer(stored_run(size=48), faces.select(np.arange(0, len(faces), 3)), shuffles=60)
explorer""",
    "read": 'explorer.wait()\nprint("reads", explorer.filter, explorer.unit, f"{explorer.divergence:.3f}")',
    "set": 'explorer.filter = "conv3:42"\nexplorer.wait()\nprint("has set")',
    "runs": "browser = RunBrowser().wait()\nbrowser",
    "left": 'print("left is", browser.left)',
}


@pytest.fixture(scope="module")
def lab(tmp_path_factory):
    """The address of a JupyterLab, in a folder with a chapter and a notebook in MyST Markdown."""
    needed(LAB.exists(), "JupyterLab is not installed: make .venv-lab/.installed")
    folder = tmp_path_factory.mktemp("lab")
    for name in ("book/explore.md", "pyproject.toml"):     # this says how a chapter is saved
        shutil.copy(ROOT / name, folder)
    head = "---\nfile_format: mystnb\nkernelspec: {name: python3, display_name: Python 3, language: python}\n---\n\n"
    cells = "\n\n".join(f"```{{code-cell}} ipython3\n{cell}\n```" for cell in CELLS.values())
    (folder / "try.md").write_text(f"{head}# Try\n\n{cells}\n", encoding="utf-8")
    with socket.socket() as free:
        free.bind(("localhost", 0))
        port = free.getsockname()[1]
    environment = {name: value for name, value in os.environ.items() if name not in ("VIRTUAL_ENV", "PYTHONHOME")}
    settings = tmp_path_factory.mktemp("own")           # neither the user's settings nor what they had open
    own = ("JUPYTER_CONFIG_DIR", "JUPYTERLAB_SETTINGS_DIR", "JUPYTERLAB_WORKSPACES_DIR", "JUPYTER_RUNTIME_DIR",
           "IPYTHONDIR")
    environment |= {name: str(settings / name) for name in own}
    with (folder / "log").open("w", encoding="utf-8") as log:
        server = subprocess.Popen(
            [LAB, "--no-browser", "--allow-root", f"--port={port}", "--ip=localhost", "--IdentityProvider.token=secret",
             f"--notebook-dir={folder}"], cwd=folder, env=environment | {"PYTHONPATH": str(ROOT)}, stdout=log,
            stderr=subprocess.STDOUT)
        try:
            for _ in range(240):
                if f"localhost:{port}/lab" in (folder / "log").read_text(encoding="utf-8"):
                    break
                assert server.poll() is None, (folder / "log").read_text(encoding="utf-8")
                time.sleep(.5)
            yield folder, f"http://localhost:{port}/lab"
        finally:
            server.terminate()
            server.wait(30)


@pytest.fixture
def notebook(lab, chromium):
    """notebook(name): the page on which that file was opened by a double click, as a reader does."""
    _, address = lab
    context = chromium.new_context(viewport={"width": 1280, "height": 900})
    context.set_default_timeout(60_000)
    page = context.new_page()

    def opened(name: str):
        page.goto(f"{address}?reset&token=secret")
        page.locator(".jp-DirListing-item", has_text=name).dblclick()
        page.wait_for_selector(".jp-NotebookPanel .jp-CodeCell")
        return page

    yield opened
    context.close()


def run_cell(page, i: int):
    """Run the i-th cell of code, by the keyboard."""
    cell = page.locator(".jp-CodeCell").nth(i)
    cell.locator(".jp-InputArea-editor").click()
    page.keyboard.press("Control+Enter")
    page.wait_for_function("""(i) => /\\[\\d+\\]/.test(
        document.querySelectorAll('.jp-CodeCell')[i].querySelector('.jp-InputArea-prompt').textContent)""", arg=i)
    return cell


def test_a_chapter_is_a_notebook(notebook, lab):
    page = notebook("explore.md")
    assert "Move a face, ask a filter" in page.locator(".jp-MarkdownCell h1").first.inner_text()
    page.wait_for_function("document.querySelectorAll('.jp-CodeCell').length >= 6")      # it makes them one by one
    folder, _ = lab
    page.keyboard.press("Control+s")
    page.wait_for_timeout(1500)
    chapter = (folder / "explore.md").read_text(encoding="utf-8")
    assert "file_format: mystnb" in chapter and "## What to try" in chapter, "it is still the book's chapter"


def test_widgets_are_clicked_and_read(notebook):
    page = notebook("try.md")
    cell = run_cell(page, 0)
    address = cell.locator("input[type=text]").first
    address.wait_for()
    assert address.input_value() == "conv3:0"
    cell.locator("button", has_text="›").click()
    page.wait_for_function("document.querySelector('.jp-CodeCell input[type=text]').value === 'conv3:1'")
    cell.locator("select").first.select_option("AU12")
    said = run_cell(page, 1).locator(".jp-OutputArea-output pre").last.inner_text()
    number = re.fullmatch(r"reads conv3:1 AU12 (\d\.\d{3})\s*", said)[1]
    assert f"= {number} nats" in cell.inner_text(), "what a cell reads is what is shown"
    assert cell.locator(".lab-pictures figure").count() == 6 and cell.locator("svg.lab-chart").count() == 2

    run_cell(page, 2)
    page.wait_for_function("document.querySelector('.jp-CodeCell input[type=text]').value === 'conv3:42'")
    assert "conv3:42 and AU12 alone" in cell.inner_text()

    runs = run_cell(page, 3)
    left = runs.locator("select").first
    left.wait_for()
    name = left.locator("option").nth(3).inner_text()
    left.select_option(name)
    runs.locator(".lab-run .name", has_text=name).wait_for()
    assert runs.locator(".lab-run svg").count() == 2 and "They differ in" in runs.inner_text()
    assert name in run_cell(page, 4).locator(".jp-OutputArea-output pre").last.inner_text()


def test_chapters_are_saved_only_by_their_reader():
    said = json.loads((ROOT / "fer_lib/pages/lab/jupyterlab.json").read_text(encoding="utf-8"))
    assert said["@jupyterlab/docmanager-extension:plugin"] == {
        "autosave": False, "defaultViewers": {"markdown": "Jupytext Notebook"}}
