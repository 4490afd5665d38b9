"""Whatever is wrong with what the user names: one sentence on stderr, status 2, and no traceback."""
import io
import pickle
import zipfile

import numpy as np
import pytest
import torch
from made_networks import Small

from fer_lib.pages import report
from fer_lib.pages.__main__ import main

MINE = """import numpy as np
import torch
from torch import nn

def features(images):
    return np.zeros((len(images), 3))

def inside(images):
    rows = [1, 2]
    return rows[len(images)]

def not_a_number(images):
    out = np.zeros((len(images), 4))
    out[0, 2] = np.nan
    return out

def maps(images):
    return np.zeros((len(images), 3, 5, 5))

def nothing(images):
    images += 1

def words(images):
    return np.array([["a", "b"]] * len(images))

def one(images):
    return np.zeros((len(images), 1))

def many(images):
    return np.zeros((len(images), 4097))

def leaves(images):
    raise SystemExit(3)

def fewer(images):
    return np.zeros((1, 3))

def unlike(images):
    return np.zeros((len(images), 3)), np.ones((len(images), 2))

class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv, self.idle = nn.Conv2d(3, 4, 3), nn.Conv2d(3, 4, 3)
        self.block = nn.Sequential(nn.ReLU(), nn.Conv2d(4, 4, 3))

    def forward(self, x):
        return self.block(self.conv(x))

def network():
    return Net()

class Broken(Net):
    def forward(self, x):
        return self.conv(x) + self.missing

number = 7
"""


def line_of(code: str) -> int:
    return [code in line for line in MINE.splitlines()].index(True) + 1


INSIDE, LEAVES, MISSING = map(line_of, ("return rows[", "raise SystemExit", "self.missing"))


def refused(capsys, *arguments) -> str:
    """What the command says before it ends with status 2."""
    with pytest.raises(SystemExit) as exit:
        main(["report", *map(str, arguments)])
    said = capsys.readouterr().err
    assert exit.value.code == 2 and "Traceback" not in said
    assert said.startswith("usage:") or said.count("\n") == 1, "one sentence, but for argparse's own"
    return said


@pytest.fixture
def mine(tmp_path, monkeypatch):
    """A folder with mine.py, where the user is."""
    (tmp_path / "mine.py").write_text(MINE, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize("what, message", [
    ("mine.py:inside", f"mine.py, line {INSIDE}, in inside: IndexError: list index out of range"),
    ("mine.py:leaves", f"mine.py, line {LEAVES}, in leaves: SystemExit: 3"),
    ("mine.py:not_a_number", "mine.py:not_a_number answers NaN (filter 2, image 0)"),
    ("mine.py:maps", "for 2 images it gave (2, 3, 5, 5): take the maximum, or the mean, over positions"),
    ("mine.py:nothing", "it gave nothing (None): does it return its responses?"),
    ("mine.py:words", "for 2 images it gave ndarray of <U1"),
    ("mine.py:one", "mine.py:one has 1 filter; a report needs 2 to 4,096: the best is chosen among them"),
    ("mine.py:many", "has 4,097 filters; a report needs 2 to 4,096, so take"),
    ("mine.py:fewer", "for 2 images it gave (1, 3)"),
    ("mine.py:network", "mine.py:network does not take one array of images. If it makes a network, name the layer"),
    ("mine.py:Net", "mine.py:Net is a network: which of its layers is asked? Name it with --layer. There are: conv, "
                    "idle, block, block.0, block.1"),
    ("mine.py:missing", "mine.py has no missing; it has features, inside"),
    ("mine.py:number", "mine.py:number is int; a report asks a function of images, or a network"),
    ("mine.py", "which name in mine.py?"),
    ("nowhere.py:features", "does not exist; a report asks a function in a file"),
    (".", "is a folder; a report asks"),
    ("https://example.org/model.onnx", "is an address")])
def test_what_is_asked(mine, capsys, what, message):
    assert message in refused(capsys, what)


@pytest.mark.parametrize("arguments, message", [
    ("mine.py:network --layer block.2 --channels 3", "mine.py:network has no layer 'block.2'. Did you mean block.1"),
    ("mine.py:network --layer idle --channels 3", "a layer idle, but it is not run"),
    ("mine.py:network --layer conv", "RuntimeError: Given groups=1, weight of size [4, 3, 3, 3], expected input"),
    ("mine.py:Broken --layer conv --channels 3", f"mine.py, line {MISSING}, in forward: AttributeError"),
    ("mine.py:features --layer conv", "mine.py:features takes arguments; with a layer, a report asks a network"),
    ("mine.py:features --channels 3 --std .5", "channels, std are for layers and ONNX files"),
    ("mine.py:network --layer conv --channels 3 --mean .1,.2", "mean has 2 numbers for 3 channels"),
    ("mine.py:network --layer conv --channels 3 --std 0", "std not 0"),
    ("mine.py:features --size 4", "size must be 8 to 1024 pixels, not 4"),
    ("mine.py:features --batch 0", "batch must be 1 or more"),
    ("mine.py:features --shuffles 5", "shuffles must be 19 or more, not 5"),
    ("mine.py:features --classes happy,happy", "classes must name each class once"),
    ("mine.py:unlike --classes happy,sad,anger", "mine.py:unlike names 3 classes (happy, sad, anger)"),
    ("mine.py:unlike --classes cat,dog", "none of the classes cat, dog is an expression"),
    ("mine.py:unlike --classes sad,SADNESS", "are one expression: sadness"),
    ("mine.py:features --fresh mine.py:inside", f"mine.py, line {INSIDE}, in inside: IndexError"),
    ("mine.py:features --out there", "must end in .html"),
    ("mine.py:features --mean x", "'x' must be one number, or one for each channel")])
def test_how_it_is_asked(mine, capsys, arguments, message):
    assert message in refused(capsys, *arguments.split())


@pytest.mark.parametrize("name", ["model.pt", "model.pth", "model.bin", "no_suffix"])
def test_a_pickle_is_never_opened(mine, capsys, name):
    class Evil:
        def __reduce__(self):
            return (open, (f"{mine}/was_opened", "w"))

    torch.save({"state": Evil()}, mine / name) if name == "model.pt" else (mine / name).write_bytes(
        pickle.dumps(Evil()))
    said = refused(capsys, name)
    assert "is not opened" in said and "state_dict or safetensors" in said and not (mine / "was_opened").exists()


def test_files_that_are_no_network(mine, capsys):
    (mine / "weights.safetensors").write_bytes(b"\x08\0\0\0\0\0\0\0{}")
    (mine / "notes.txt").write_text("a network", encoding="utf-8")
    (mine / "model.onnx").write_text("a network", encoding="utf-8")
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as file:
        file.writestr("x", "y")
    (mine / "zipped").write_bytes(buffer.getvalue())
    assert "holds weights without a network" in refused(capsys, "weights.safetensors")
    assert "notes.txt holds no network that a report knows" in refused(capsys, "notes.txt")
    assert "holds no ONNX network" in refused(capsys, "model.onnx", "--layer", "x")
    assert "is not opened" in refused(capsys, "zipped")


def test_a_file_of_python_that_does_not_run(mine, capsys):
    (mine / "broken.py").write_text("x = 1\ndef features(images)\n", encoding="utf-8")
    (mine / "wanting.py").write_text("\nimport not_there_at_all\n", encoding="utf-8")
    assert "broken.py, line 2: SyntaxError: expected ':'" in refused(capsys, "broken.py:features")
    said = refused(capsys, "wanting.py:features")
    assert "wanting.py, line 2, in <module>: ModuleNotFoundError: No module named 'not_there_at_all'" in said


def test_a_file_that_is_not_a_report_s_is_kept(mine, capsys):
    (mine / "package.json").write_text('{"name": "mine"}', encoding="utf-8")
    assert "is there already and is no report's" in refused(capsys, "mine.py:features", "--out", "package.html")
    assert (mine / "package.json").read_text(encoding="utf-8") == '{"name": "mine"}'


def test_another_program_s_page_is_kept(mine, capsys):
    theirs = "<!doctype html><title>pytest: 3 passed</title>"
    (mine / "report.html").write_text(theirs, encoding="utf-8")
    for beside in (None, '{"report": 1}'):          # also where it has taken the place of a report's own
        if beside:
            (mine / "report.json").write_text(beside, encoding="utf-8")
        said = refused(capsys, "mine.py:features")
        assert "report.html, where the page would go, is there already and is no report's" in said and "--out" in said
        assert (mine / "report.html").read_text(encoding="utf-8") == theirs


@pytest.mark.parametrize("out, message", [("notes.txt/new/x.html", "notes.txt is a file, so nothing can be written"),
                                          ("closed/new/x.html", "you may not write into")])
def test_a_place_that_cannot_be_written_is_found_before_the_network_is_asked(tmp_path, monkeypatch, out, message):
    def never_asked(images):
        raise AssertionError("asked")

    (tmp_path / "notes.txt").touch()
    (tmp_path / "closed").mkdir()
    monkeypatch.setattr("os.access", lambda path, _: path != tmp_path / "closed")     # to root, all are open
    with pytest.raises(OSError, match=f"{message}.*name another place with --out"):
        report(never_asked, out=tmp_path / out, progress=False)


def test_helpers_beside_the_user_s_file_are_found(mine, capsys):
    (mine / "helper_of_mine.py").write_text("def answers(images):\n    return 1 / 0\n", encoding="utf-8")
    (mine / "asking.py").write_text("import helper_of_mine\ndef features(images):\n    return helper_of_mine.answers("
                                    "images)\n", encoding="utf-8")
    said = refused(capsys, "asking.py:features")
    assert "asking.py, line 3, in features: ZeroDivisionError: division by zero" in said


def test_an_error_that_comes_late_says_which_image():
    def late(images):
        late.seen += len(images)
        return np.full((len(images), 3), np.inf if late.seen > 100 else 0.)

    late.seen = 0
    with pytest.raises(ValueError, match=r"late answers infinity \(filter 0, image 96\)"):
        report(late, progress=False)


def test_errors_in_python_are_the_same_sentences():
    with pytest.raises(ValueError, match="a report asks a function, a torch module, or the name of one, not int"):
        report(7)
    with pytest.raises(ValueError, match="Small has no layer 'third'"):
        report(Small(), layer="third")
    with pytest.raises(ValueError, match="mean must be one number, or one for each channel"):
        report(Small(), layer="first", mean="much")
    with pytest.raises(ValueError, match=r"Small · first answers NaN \(filter 0, image 0\)"):
        network = Small()
        network.first.weight.data.fill_(float("nan"))
        report(network, layer="first", progress=False)
