"""A tiny book in a temporary folder, with the configuration, extension and scripts of the real one."""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

from forked import completed

ROOT = Path(__file__).parents[2]
ASCII = {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}         # where Python takes text for ASCII


def chapter(*cells, text="", tags="parameters", title="A chapter"):
    """The text of a chapter: a cell tagged `parameters`, these cells, this text."""
    parts = [
        "---\nkernelspec: {name: python3, language: python, display_name: Python}\nfile_format: mystnb\n---"
    ]
    parts += [f"# {title}", f"```{{code-cell}} python\n:tags: [{tags}]\nsize = 3\n```"]
    parts += [f"```{{code-cell}} python\n{cell}\n```" for cell in cells]
    return "\n\n".join([*parts, text]) + "\n"


def counted(name):
    """A cell that leaves a mark each time it runs."""
    return f'with open("../runs-{name}", "a") as file:\n    print("ran", file=file)'


class TinyBook:
    """Chapters `one` and `two` under a path with a space, each counting its runs; in a repository without an address,
    whatever the real one has."""

    def __init__(self, root: Path):
        self.root, self.html, self.kept = root, root / "_build/html", root.with_name(f"{root.name}, as built")
        (root / "book").mkdir(parents=True)
        for name in ("_config.yml", "book/_toc.yml", "book/_ext"):
            source = ROOT / name
            if source.is_dir():
                shutil.copytree(source, root / name, ignore=shutil.ignore_patterns("__pycache__"))
            else:
                shutil.copy(source, root / name)
        self.write("_config.yml", re.sub("(?m)^  url: .*", '  url: ""', (root / "_config.yml").read_text("utf-8")))
        (root / "book/_vendor").symlink_to(ROOT / "book/_vendor")
        glue = "from fer_lib.pages.notebooks import glue\n"
        self.write("_toc.yml", "format: jb-book\nroot: index\nchapters:\n- file: one\n- file: two\n")
        self.write("requirements.lock", "torch==2\n")
        self.write("fer_lib/network.py", "layers = 3\n")
        self.write("book/results/run/metrics.json", '{"accuracy": 0.9}\n')
        self.write("book/references.bib", "")
        self.write("book/index.md", "# Tiny\n\nThere are {glue:text}`one.md::images:s` images.\n")
        self.write(
            "book/one.md",
            chapter(
                counted("one"),
                glue + 'glue("images", 1308, source="twin, all frames")',
                text="It has {glue:}`images` images.",
            ),
        )
        self.write(
            "book/two.md",
            chapter(
                counted("two"),
                glue + 'glue("accuracy", 0.91234, n=130, source="fold 0, test", display="91 %")\n'
                'glue("undefined", float("nan"), source="no image")',
                text="It is right in {glue:}`accuracy` of {glue:text}`one.md::images:s` images.",
            ),
        )
        self.texts = {path: path.read_text(encoding="utf-8") for path in root.rglob("*.*")
                      if path.is_file() and path.suffix != ".ico"}

    def write(self, name: str, text: str):
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")

    def replace(self, name: str, old: str, new: str):
        text = (self.root / name).read_text(encoding="utf-8")
        assert old in text
        self.write(name, text.replace(old, new))

    def keep(self):
        """What was built, all but the theme's files, which no build changes: for `restore`."""
        shutil.copytree(self.root / "_build", self.kept, ignore=shutil.ignore_patterns("_static"), symlinks=True)
        self.counts = {path.name: path.read_text(encoding="utf-8") for path in self.root.glob("runs-*")}

    def restore(self):
        """Put texts and pages back, where a text had changed or was added."""
        changed = [path for path, text in self.texts.items() if path.read_text(encoding="utf-8") != text]
        added = [path for path in (self.root / "book").glob("*.md") if path not in self.texts]
        if not changed and not added:
            return
        for path in added:
            path.unlink()
        for path in changed:
            path.write_text(self.texts[path], encoding="utf-8")
        for path in (self.root / "_build").rglob("*"):
            if "_static" not in path.parts and not path.is_dir():
                path.unlink()
        shutil.copytree(self.kept, self.root / "_build", symlinks=True, dirs_exist_ok=True)
        for name, text in self.counts.items():
            self.write(name, text)

    def build(self, *options: str, source: str = "book/", **environment: str) -> subprocess.CompletedProcess:
        command = Path(sys.executable).with_name("jupyter-book")
        if environment:
            result = subprocess.run([command, "build", *options, source], cwd=self.root, capture_output=True,
                                    encoding="utf-8", env=os.environ | environment)
        else:
            result = completed(command, "build", *options, source, cwd=self.root)
        sys.stderr.write(result.stderr)                 # pytest shows it where a test fails
        return result

    def runs(self) -> tuple[int, ...]:
        files = [self.root / f"runs-{name}" for name in ("one", "two")]
        return tuple(len(path.read_text(encoding="utf-8").splitlines()) if path.exists() else 0 for path in files)

    def page(self, name: str) -> str:
        return (self.html / f"{name}.html").read_text(encoding="utf-8")

    def written(self) -> dict[str, int]:
        """When each page was written."""
        return {name: (self.html / f"{name}.html").stat().st_mtime_ns for name in ("index", "one", "two")}

    def results(self) -> dict:
        def refuse(constant):
            raise ValueError(f"{constant} is not JSON")

        return json.loads((self.html / "results.json").read_text(encoding="utf-8"), parse_constant=refuse)
