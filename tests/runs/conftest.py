"""A list of runs on a toy set, and the arguments of the command that trains it."""
import pytest
from training_faces import toy_file

from fer_lib.runs import __main__ as command

LIST = """
- faces: {name: synthetic, size: 48}
  recipe: quick
  changes: {steps: 8, every: 4, batch: 4, dropout: true}
  folds: [0, 1]
- faces: {name: fer2013, size: 48}
  seeds: [1, 2, 3]
"""


@pytest.fixture
def given(tmp_path):
    """given(text): the arguments for a list, with the toy set as a file and a store of its own; given.list: a text."""
    data = toy_file(tmp_path)

    def arguments(text=LIST, *more):
        (tmp_path / "list.yml").write_text(text, encoding="utf-8")
        return [str(tmp_path / "list.yml"), "--store", str(tmp_path / "store"), "--data", str(data), *more]

    arguments.list = LIST
    return arguments


@pytest.fixture
def untimed(monkeypatch):
    """To time steps takes seconds."""
    monkeypatch.setattr(command, "seconds_a_step", lambda *_: .1)
