"""What the user names: a function or a network in a file of Python, or an ONNX file.

    mine.py:features            a function: images (N, 1, S, S) uint8 → responses (N, F)
    resnet.py:network           with a layer: a torch module, or a function that makes one
    model.onnx                  with a tensor
"""
import importlib.util
import inspect
import sys
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from torch import nn

from ...system.paths import expand

FORMS = "a function in a file, as mine.py:features; a network in one, as resnet.py:network; or an ONNX file"
PICKLED = ".pt", ".pth", ".pkl", ".pickle", ".ckpt", ".bin", ".joblib", ".th", ".tar"
PICKLE, ZIP = b"\x80", b"PK\x03\x04"
OWN_FUNCTION = ("in a file of your own, make the network, load its state_dict or safetensors, and name the function "
                "that returns it: resnet.py:network --layer …")


def path_of(text: str) -> tuple[Path, str | None]:
    """A file, and the name in it, if it is of Python. ValueError for what is neither, or not there."""
    head, colon, name = text.rpartition(":")
    file, name = (head, name) if colon and head.endswith(".py") else (text, None)
    path = expand(file, "what is asked")
    if path.is_dir():
        raise ValueError(f"{path} is a folder; a report asks {FORMS}")
    if not path.exists():
        raise ValueError(f"{path} does not exist; a report asks {FORMS}")
    if path.suffix == ".py" and not name:
        raise ValueError(f"which name in {path.name}? A report asks {FORMS}")
    if path.suffix != ".py":
        refuse_weights(path)
    return path, name


def refuse_weights(path: Path):
    """ValueError for a file that is no ONNX file: a pickle runs what its maker wrote, and weights alone are no
    network."""
    if path.suffix == ".onnx":
        return
    with path.open("rb") as file:
        start = file.read(4)
    if path.suffix in PICKLED or start.startswith(PICKLE) or start == ZIP:
        raise ValueError(f"{path.name} is a pickled model, or may be one, and is not opened: a pickle runs whatever "
                         f"its maker wrote into it. Instead, {OWN_FUNCTION}")
    if path.suffix == ".safetensors":
        raise ValueError(f"{path.name} holds weights without a network. Instead, {OWN_FUNCTION}")
    raise ValueError(f"{path.name} holds no network that a report knows: it asks {FORMS}")


def from_file(path: Path, name: str) -> Any:
    """What a file of Python calls so, after it was run. ValueError, which says where, if it fails."""
    if f"{path.parent}" not in sys.path:
        sys.path.insert(0, f"{path.parent}")            # as `python mine.py` would
    spec = importlib.util.spec_from_file_location(f"asked_{path.stem}", path)
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    with users_code(path):
        spec.loader.exec_module(module)
    if not hasattr(module, name):
        there = [own for own, value in vars(module).items() if not own.startswith("_") and (
            callable(value) or isinstance(value, nn.Module)) and getattr(value, "__module__", spec.name) == spec.name]
        raise ValueError(f"{path.name} has no {name}" + (f"; it has {', '.join(there)}" if there else ""))
    return getattr(module, name)


def module_from(found: Any, what: str, path: Path | None = None) -> nn.Module:
    """A torch module: itself, or what a function, or a class, without arguments makes. ValueError otherwise."""
    if not isinstance(found, nn.Module) and callable(found):
        if not takes(found, 0):
            raise ValueError(f"{what} takes arguments; with a layer, a report asks a network, or a function without "
                             "arguments that makes one")
        with users_code(path or source_of(found), what):
            found = found()
    if not isinstance(found, nn.Module):
        raise ValueError(f"{what} is {type(found).__name__}, and no torch.nn.Module, which a layer can be looked up "
                         "in; without a layer, a function of images is asked")
    return found


@contextmanager
def users_code(path: Path | None, what: str = "") -> Iterator[None]:
    """In it an error is a ValueError that names the last line of the user's file that was on the way, and what it
    said."""
    try:
        yield
    except (Exception, SystemExit) as error:
        raise ValueError(f"{place(error, path) or what or 'the network'}: {kind_and_text(error)}") from error


def kind_and_text(error: BaseException) -> str:
    """IndexError: list index out of range"""
    said = " ".join(f"{error}".split())[:400]
    return f"{type(error).__name__}{': ' * bool(said)}{said}"


def place(error: BaseException, path: Path | None) -> str:
    """mine.py, line 12, in features"""
    if isinstance(error, SyntaxError) and error.filename:
        return f"{Path(error.filename).name}, line {error.lineno}"
    own = [frame for frame in traceback.extract_tb(error.__traceback__) if path and Path(frame.filename) == path]
    return f"{path.name}, line {own[-1].lineno}, in {own[-1].name}" if own else ""


def takes(function: Callable, count: int) -> bool:
    """Can it be called with so many arguments? True where that is not known."""
    try:
        inspect.signature(function).bind(*[None] * count)
    except TypeError:
        return False
    except ValueError:              # of what is built in
        return True
    return True


def source_of(thing: Callable | nn.Module) -> Path | None:
    """The file that a function or a network's class stands in; None of one without, as what is built in."""
    try:
        file = inspect.getsourcefile(thing if inspect.isroutine(thing) or inspect.isclass(thing) else type(thing))
    except (TypeError, OSError):
        return None
    return Path(file) if file else None
