"""Text files are UTF-8 whatever the locale: no line here reads or writes one without saying so, and chapters, lists,
runs and pages are the same where the locale has ASCII only."""

import ast
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from test_declared import ROOT, python_of

PLACES = ("fer_lib/**/*.py", "book/_ext/*.py", "book/_vendor/*.py", "book/*.md", "benchmarks/*.py", "tests/**/*.py")
ASCII = {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}         # where Python takes text for ASCII
PROCESSES = {"run", "Popen", "call", "check_call", "check_output"}
BINARY = {"Image", "tarfile", "gzip", "zipfile", "os"}          # whose `open` is not of text, unless told so
# How many arguments come before the encoding, and which of them is the mode
ARGUMENTS = {"open": (3, 1), "path.open": (2, 0), "fdopen": (3, 1), "NamedTemporaryFile": (2, 0),
             "read_text": (0, None), "write_text": (1, None), "TextIOWrapper": (1, None), "FileHandler": (2, None)}


def in_locale(call: ast.Call) -> bool:
    """Whether a call reads or writes text in the encoding of the locale."""
    owner, name = getattr(call.func, "value", None), getattr(call.func, "attr", getattr(call.func, "id", ""))
    given = {keyword.arg: keyword.value for keyword in call.keywords}
    if "encoding" in given or None in given:                    # **options may hold it
        return False
    if name in PROCESSES:
        return "text" in given or "universal_newlines" in given
    if name == "open" and owner is not None:
        if ast.unparse(owner) in BINARY:
            return False
        name = "open" if ast.unparse(owner) in ("io", "codecs") else "path.open"
    if name not in ARGUMENTS or len(call.args) > ARGUMENTS[name][0]:
        return False
    _, place = ARGUMENTS[name]
    if place is None:
        return True
    mode = given.get("mode") or next(iter(call.args[place:]), None)
    if mode is None:
        return name != "NamedTemporaryFile"             # which is binary
    return "b" not in ast.unparse(mode)


def undeclared(code: str) -> list[ast.Call]:
    return [node for node in ast.walk(ast.parse(code)) if isinstance(node, ast.Call) and in_locale(node)]


def test_every_text_file_has_its_encoding():
    paths = [path for place in PLACES for path in sorted(ROOT.glob(place))]
    assert len(paths) > 80
    found = [f"{path.relative_to(ROOT)}: {ast.unparse(call)}" for path in paths for call in undeclared(python_of(path))]
    assert found == []


@pytest.mark.parametrize(
    "code, count",
    [
        ("open(x); open(x, 'w'); open(x, mode='a'); io.open(x)", 4),
        ("path.open(); path.open('w'); path.read_text(); path.write_text(x)", 4),
        ("subprocess.run(x, text=True); Popen(x, universal_newlines=True); os.fdopen(x, 'w')", 3),
        ("NamedTemporaryFile('w'); io.TextIOWrapper(x); logging.FileHandler(x)", 3),
        ("open(x, 'rb'); path.open('wb'); open(x, encoding='utf-8'); open(x, 'r', 1, 'utf-8')", 0),
        ("Image.open(x); tarfile.open(x); gzip.open(x); path.read_bytes(); path.read_text('utf-8')", 0),
        ("run(x, encoding='utf-8'); run(x); NamedTemporaryFile(); chapter(text='a'); open(x, **given)", 0),
    ],
)
def test_what_is_taken_for_text_in_the_locale_s_encoding(code, count):
    assert len(undeclared(code)) == count


# Where the locale has ASCII only


LIST = """# für zwei Kerne – “klein”
- faces: {name: fer2013, size: 48}
  recipe: quick
  changes: {steps: 1, every: 1}
"""
READS = """# Liest „list.yml“, and trains
from pathlib import Path
from fer_lib.runs.grid import read_jobs
from fer_lib.runs import load_or_train, read_run
from fer_lib.training import Recipe
from training_faces import QUICK, toy

assert read_jobs(Path("list.yml"))[0].faces["name"] == "fer2013"
faces = toy(parameters={"size": 16, "of": "für 16×16"})
run = load_or_train(faces, Recipe.quick(**QUICK), store="runs", progress=False)
assert read_run(run.folder).config["dataset"]["parameters"]["of"] == "für 16×16"
"""
CHAPTER = """---
file_format: mystnb
kernelspec: {name: python3, language: python, display_name: Python}
---
# Für wahr

```{code-cell} python
:tags: [parameters]
name: str = "für"   # – “und”
```

```{code-cell} python
print(f"{name}: 96×96")
```
"""


@pytest.fixture
def in_ascii(tmp_path):
    """in_ascii(program, argument, …): what a program of the environment gives and says, in a folder of its own."""

    def run(program, *arguments):
        environment = os.environ | ASCII | {"PYTHONPATH": os.pathsep.join([str(ROOT), str(ROOT / "tests")])}
        command = [Path(sys.executable).with_name(program), *map(str, arguments)]
        result = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, encoding="utf-8")
        assert result.returncode == 0, result.stderr
        return result.stdout

    return run


def test_a_list_and_a_run(in_ascii, tmp_path):
    (tmp_path / "list.yml").write_text(LIST, encoding="utf-8")
    (tmp_path / "reads.py").write_text(READS, encoding="utf-8")
    in_ascii("python", "reads.py")


def test_a_set(in_ascii, tmp_path):
    pixels = " ".join(["7"] * 2304)
    rows = [f"{label},{pixels},{part}" for label in range(7) for part in ("Training", "PublicTest", "PrivateTest")]
    (tmp_path / "fer2013.csv").write_text("\n".join(["emotion,pixels,Usage", *rows]), encoding="utf-8")
    said = in_ascii("python", "-m", "fer_lib.datasets", "fer2013", "--root", tmp_path, "--to", "faces.npz")
    assert r"fer2013: 21 images of 48\xd748" in said


def test_a_chapter(in_ascii, tmp_path):
    (tmp_path / "chapter.md").write_text(CHAPTER, encoding="utf-8")
    in_ascii("papermill", "chapter.md", "out.ipynb", "-r", "name", "wahr")
    cells = json.loads((tmp_path / "out.ipynb").read_text(encoding="utf-8"))["cells"]
    assert cells[0]["source"] == ["# Für wahr"] and cells[-1]["outputs"][0]["text"] == ["wahr: 96×96\n"]
