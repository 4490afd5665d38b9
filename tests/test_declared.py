"""What the library and the book import is declared in pyproject.toml, and not only brought along by something else."""
import ast
import re
import sys
import tomllib
from importlib.metadata import metadata, packages_distributions
from pathlib import Path

import jupytext
from packaging.specifiers import SpecifierSet

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
    extensions = {path.stem for path in ROOT.glob("book/_ext/*.py")}
    brought, own = packages_distributions(), {"fer_lib", *extensions, *sys.stdlib_module_names}
    missing = {name: path.relative_to(ROOT).as_posix() for name, path in imported().items()
               if name not in own | OF_JUPYTER_BOOK | declared and not declared & {
                   distribution.lower().replace("_", "-") for distribution in brought.get(name, [])}}
    assert missing == {}


def pins(name: str) -> dict[str, str]:
    return dict(re.findall(r"^([\w.-]+)==(\S+)$", (ROOT / name).read_text(encoding="utf-8"), re.MULTILINE))


def test_what_is_locked_installs_on_the_oldest_python_that_is_promised():
    """A lock file is written on one Python: pip refuses what it holds on an older one."""
    promised = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["requires-python"]
    oldest = f"{promised.removeprefix('>=')}.0"
    needs = {name: metadata(name).get("Requires-Python") or "" for name in pins("requirements.lock")}
    assert {name: need for name, need in needs.items() if oldest not in SpecifierSet(need)} == {}


def test_both_lock_files_agree_and_name_no_index():
    book, lab = pins("requirements.lock"), pins("requirements-lab.lock")
    shared = book.keys() & lab.keys()
    assert len(shared) > 80 and {name: (book[name], lab[name]) for name in shared if book[name] != lab[name]} == {}
    assert "jupyterlab" in lab and "jupyterlab" not in book, "to build the book takes no JupyterLab"
    for name in ("requirements.lock", "requirements-lab.lock"):
        text = (ROOT / name).read_text(encoding="utf-8")
        assert "://" not in text and "--index-url" not in text and "+cpu" not in text
