"""A set in one file, taken to where neither the set nor its reader is."""
import sys

import numpy as np
import pandas as pd
import pytest
from forked import completed

from fer_lib.datasets import FaceDataset, load_dataset, load_file
from fer_lib.datasets import __main__ as command
from fer_lib.datasets.cache import write

TINY = {"subjects": 4, "sequences": 12, "progress": False}


@pytest.fixture
def made(tmp_path):
    """made(name, images, …): a file of a set of noise, and the set."""
    def make(name="synthetic", size=96, **parameters):
        rng = np.random.default_rng(0)
        classes = "neutral", "anger", "contempt", "disgust", "fear", "happy", "sadness", "surprise"
        faces = FaceDataset(name, rng.integers(0, 256, (40, 1, size, size), dtype=np.uint8), np.arange(40) % 8, classes,
                            subjects=[f"s{i // 4}" for i in range(40)],
                            action_units=pd.DataFrame({"AU1": np.arange(40) % 2}, dtype="float32"),
                            parameters={"seed": 0, "part": "labelled", **parameters}).versioned("7")
        write(path := tmp_path / f"{name}.npz", faces)
        return path, faces
    return make


@pytest.fixture(scope="module")
def drawn_once(tmp_path_factory):
    """A cache for what the generator draws."""
    return tmp_path_factory.mktemp("cache")


@pytest.mark.parametrize("options", [{}, {"size": 48}, {"classes": 6}, {"size": 48, "classes": 8}])
def test_the_twin_from_a_file_is_the_twin(tmp_path, options, monkeypatch, drawn_once):
    monkeypatch.setenv("FER_LIB_CACHE", str(drawn_once))
    whole = command.whole
    monkeypatch.setattr(command, "whole", lambda name, root: whole(name, root, **TINY))
    monkeypatch.setattr(sys, "argv", ["datasets", "synthetic", "--to", str(tmp_path / "new/twin.npz")])
    command.main()
    brought = load_file(tmp_path / "new/twin.npz", "synthetic", **options)
    drawn = load_dataset("synthetic", **TINY, **options)
    assert brought.fingerprint == drawn.fingerprint and brought.parameters == drawn.parameters
    assert (brought.classes, brought.version, brought.name) == (drawn.classes, drawn.version, drawn.name)
    assert [path.name for path in (tmp_path / "new").iterdir()] == ["twin.npz"]


def test_a_set_of_48_pixels_keeps_its_own(made):
    path, faces = made("fer2013", 48)
    assert load_file(path, "fer2013", size=48).images.tobytes() == faces.images.tobytes()
    assert load_file(path, "fer2013").images.shape == (40, 1, 96, 96)


@pytest.mark.parametrize("options, message", [
    ({"seed": 1}, "holds synthetic with seed=0, not 1$"), ({"part": "probe"}, "part='labelled', not 'probe'"),
    ({"furrows": 0}, "furrows=None, not 0"), ({"size": 64}, "size must be 96 or 48, not 64"),
    ({"classes": 7}, "classes must be 6, 8 or None"), ({"name": "tfd"}, "holds synthetic, not tfd$"),
])
def test_what_the_file_does_not_hold_is_refused(made, options, message):
    path, _ = made()
    with pytest.raises(ValueError, match=message):
        load_file(path, **{"name": "synthetic"} | options)


@pytest.mark.parametrize("harm", [
    lambda path: path.write_bytes(b""), lambda path: path.write_bytes(path.read_bytes()[:-400]),
    lambda path: path.write_bytes(path.read_bytes()[:5000] + b"\0" + path.read_bytes()[5001:]),
    lambda path: np.savez(path.open("wb"), images=np.zeros(3)), lambda path: path.write_text("no archive", "utf-8"),
])
def test_a_damaged_file_is_an_error_that_names_it(made, harm):
    path, _ = made()
    harm(path)
    with pytest.raises(ValueError, match=f"{path} is damaged, or no file of"):
        load_file(path, "synthetic")
    path.unlink()
    with pytest.raises(FileNotFoundError, match=str(path)):
        load_file(path, "synthetic")


@pytest.mark.parametrize("arguments, message", [
    (["synthetik", "--to", "a.npz"], "invalid choice: 'synthetik'"),
    (["synthetic", "--to", "a.csv"], "must end in .npz"),
    (["tfd", "--to", "a.npz"], "tfd"), (["synthetic", "--root", "here", "--to", "a.npz"], "leave out root"),
    (["synthetic"], "required: --to"),
])
def test_mistakes_of_the_command(arguments, message, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(SystemExit) as ended:
        command.main(arguments)
    assert ended.value.code and message in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


def test_the_module_is_the_command(tmp_path):
    result = completed("fer_lib.datasets", "synthetic", cwd=tmp_path)
    assert result.returncode == 2 and "required: --to" in result.stderr and "Traceback" not in result.stderr


def test_a_file_that_may_not_be_read_is_not_called_damaged(made, tmp_path, monkeypatch):
    path, _ = made()
    (tmp_path / "folder.npz").mkdir()
    with pytest.raises(IsADirectoryError, match="folder.npz"):
        load_file(tmp_path / "folder.npz", "synthetic")

    def refuse(*_, **__):
        raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr(np, "load", refuse)
    with pytest.raises(PermissionError, match=str(path)):
        load_file(path, "synthetic")
