"""What the library and the book import is declared in pyproject.toml, and not only brought along by something else."""
import ast
import re
import sys
import tomllib
from importlib.metadata import packages_distributions
from pathlib import Path

import jupytext

ROOT = Path(__file__).parents[1]
OF_JUPYTER_BOOK = {"sphinx", "docutils"}            # in the versions that it is pinned with, and no others


def python_of(path: Path) -> str:
    text = path.read_text(encoding="utf-8")
    if path.suffix == ".py":
        return text
    return "\n".join(cell.source for cell in jupytext.reads(text, "md:myst").cells if cell.cell_type == "code")


def imported() -> dict[str, Path]:
    """Names that are imported, each with a file that does."""
    found = {}
    for path in [*ROOT.glob("fer_lib/**/*.py"), *ROOT.glob("book/_ext/*.py"), *ROOT.glob("book/*.md")]:
        for node in ast.walk(ast.parse(python_of(path))):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            names += [node.module] if isinstance(node, ast.ImportFrom) and not node.level else []
            found |= {name.split(".")[0]: path for name in names}
    return found


def test_every_import_is_declared():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    declared = {re.match(r"[\w-]+", one)[0] for extra in (project["dependencies"], *project[
        "optional-dependencies"].values()) for one in extra}
    extension = {path.stem for path in ROOT.glob("book/_ext/*.py")}
    brought, own = packages_distributions(), {"fer_lib", *extension, *sys.stdlib_module_names}
    missing = {name: path.relative_to(ROOT).as_posix() for name, path in imported().items()
               if name not in own | OF_JUPYTER_BOOK | declared and not declared & {
                   distribution.lower().replace("_", "-") for distribution in brought.get(name, [])}}
    assert missing == {}
