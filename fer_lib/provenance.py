"""What a run's numbers follow from besides its configuration: faces, code, versions, machine."""
import ast
import hashlib
import platform
from dataclasses import replace
from functools import cache
from pathlib import Path

import numpy as np
import torch

from .datasets import ABOUT_UNITS, FaceDataset

DECIDING = "network.py", "preprocessing.py", "training.py", "evaluation.py"
MACHINE = "device", "precision", "layout", "processor", "threads"   # another one changes the last bits only


def surroundings(faces: FaceDataset, device: str, precision: str) -> dict[str, str | int | None]:
    """As it is here and now, in JSON's types; the names in MACHINE are the machine's."""
    cpu = torch.device(device).type == "cpu"
    processor = torch.cpu.get_capabilities().get("cpu_name") if cpu else torch.cuda.get_device_name(device)
    return {"faces": seen(faces), "code": code_digest(), "torch": torch.__version__.split("+")[0],
            "numpy": np.__version__, "device": device, "precision": precision, "layout": "channels_last",
            "processor": processor or platform.machine(), "threads": torch.get_num_threads() if cpu else None}


def seen(faces: FaceDataset) -> str:
    """The faces' fingerprint, without action units that were brought along with an option: no training sees them."""
    if any(faces.parameters.get(option) is not None for option in ABOUT_UNITS):
        faces = replace(faces, action_units=None, intensities=None)
    return faces.fingerprint


@cache
def code_digest() -> str:
    """SHA-256 of the code that decides the numbers, as Python parses it: comments and docstrings may change."""
    sha = hashlib.sha256()
    for name in DECIDING:
        tree = ast.parse((Path(__file__).parent / name).read_text(encoding="utf-8"))
        for node in ast.walk(tree):
            if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef) and ast.get_docstring(node):
                del node.body[0]
        sha.update(outline(tree).encode())
    return sha.hexdigest()


def outline(node: object) -> str:
    """A syntax tree as text, without empty fields: the text of ast.dump is another in each version of Python."""
    if isinstance(node, list):
        return f"[{','.join(map(outline, node))}]"
    if not isinstance(node, ast.AST):
        return repr(node)
    fields = ",".join(f"{name}={outline(value)}" for name, value in ast.iter_fields(node) if value not in (None, []))
    return f"{type(node).__name__}({fields})"
