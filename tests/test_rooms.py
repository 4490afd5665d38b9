"""Rooms of the library: arrows between them run one way, as pyproject.toml says, and a file is one idea."""
from pathlib import Path

import pytest
from importlinter.cli import lint_imports

ROOT = Path(__file__).parents[1]
ROOMS = "fer_lib", "book/_ext", "benchmarks", "tests"
FILES = sorted(path for room in ROOMS for path in ROOT.glob(f"{room}/**/*.py"))
LONGEST = 300


def broken(config: Path, capsys) -> str:
    """What import-linter says against the contracts in a file; "" if they hold."""
    status = lint_imports(f"{config}", no_cache=True, no_logo=True)
    return capsys.readouterr().out if status else ""


def test_arrows_between_rooms_run_one_way(monkeypatch, capsys):
    monkeypatch.chdir(ROOT)
    assert not broken(ROOT / "pyproject.toml", capsys)


@pytest.mark.parametrize("where", ["", "def later():\n    "])
def test_an_arrow_the_other_way_is_noticed(tmp_path, monkeypatch, capsys, where):
    package = f"rooms_{len(where)}"                             # imported, and so under a name of its own
    for name, text in {"below": f"{where}from .above import x\n", "above": "x = 1\n", "__init__": ""}.items():
        path = tmp_path / f"{package}/{name}.py"
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
    config = tmp_path / "setup.toml"
    config.write_text(f'[tool.importlinter]\nroot_package = "{package}"\n[[tool.importlinter.contracts]]\nname = "x"\n'
                      f'type = "layers"\ncontainers = ["{package}"]\nlayers = ["above", "below"]\n', encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend(tmp_path)
    assert f"{package}.below -> {package}.above" in broken(config, capsys)


def test_a_file_is_one_idea():
    lengths = {path.relative_to(ROOT).as_posix(): len(path.read_text(encoding="utf-8").splitlines()) for path in FILES}
    assert len(FILES) > 200 and not {name: length for name, length in lengths.items() if length > LONGEST}
