"""A training's state on disk, so that one that was killed goes on; see `training.State`."""
import hashlib
import json
import os
import warnings
from dataclasses import asdict
from pathlib import Path

import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import save_file

from .provenance import with_version
from .training import State

TENSORS = "weights", "momentum", "best"


def write_checkpoint(path: Path, state: State, made_with: dict):
    """Written beside and renamed: a kill leaves this one or the one before. made_with: what has to be the same for
    going on, in JSON's types."""
    rest = asdict(state) | {"made_with": made_with}
    tensors = {"pending": rest.pop("pending")}
    for kind in TENSORS:
        tensors |= {f"{kind}:{name}": value.contiguous() for name, value in rest.pop(kind).items()}
    text, new = json.dumps(rest), path.with_suffix(".new")
    save_file(tensors, new, {"text": text, "digest": digest(tensors, text)})
    os.replace(new, path)


def read_checkpoint(path: Path, made_with: dict) -> State | None:
    """None where there is none, or, with a warning, where it is damaged, was made with something else, or by a version
    whose states have other fields."""
    if not path.exists():
        return None
    try:
        with safe_open(path, "pt") as file:
            text, expected = file.metadata()["text"], file.metadata()["digest"]
            tensors = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118 (it is not a dict)
        if digest(tensors, text) != expected:
            raise ValueError("its contents do not match their digest")
    except (SafetensorError, OSError, KeyError, TypeError, ValueError) as error:
        warnings.warn(f"the checkpoint {path} is damaged ({error}): training starts anew", stacklevel=2)
        return None
    rest = json.loads(text)
    before = with_version(rest.pop("made_with"))
    if other := [name for name in made_with if before.get(name) != made_with[name]]:
        warnings.warn(f"the checkpoint {path} was made with another {', '.join(other)}: training starts anew",
                      stacklevel=2)
        return None
    parts = {kind: {name.removeprefix(f"{kind}:"): value for name, value in tensors.items()
                    if name.startswith(f"{kind}:")} for kind in TENSORS}
    try:
        return State(**parts, **rest, pending=tensors["pending"])
    except (KeyError, TypeError) as error:
        warnings.warn(f"the checkpoint {path} is of another version of fer_lib ({error}): training starts anew",
                      stacklevel=2)
        return None


def digest(tensors: dict[str, torch.Tensor], text: str) -> str:
    sha = hashlib.sha256(text.encode())
    for name in sorted(tensors):
        sha.update(f"{name} {tensors[name].dtype} {tuple(tensors[name].shape)}".encode())
        sha.update(tensors[name].numpy())
    return sha.hexdigest()
