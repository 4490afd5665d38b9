"""A training's state on disk, so that one that was killed goes on; see `training.State`."""
import hashlib
import json
import os
import warnings
from dataclasses import asdict, dataclass, field
from pathlib import Path

import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import save

from ..system.files import write_whole
from ..training import State
from .provenance import MACHINE, with_version

TENSORS = "weights", "momentum", "best"


@dataclass
class Checkpoint:
    """A state, and what it was made with; `moved`: what it had been made with before it went on elsewhere, oldest
    first."""
    state: State
    made_with: dict
    moved: list[dict] = field(default_factory=list)

    def fits(self, here: dict) -> bool:
        """Can a training go on from it with what there is here? On another machine it can."""
        return all(self.made_with.get(name) == value for name, value in here.items() if name not in MACHINE)


def write_checkpoint(path: Path, state: State, made_with: dict, moved: list[dict] = ()):
    """Written beside and renamed: a kill leaves this one or the one before. made_with: as from `surroundings`."""
    rest = asdict(state) | {"made_with": made_with, "moved": list(moved)}
    tensors = {"pending": rest.pop("pending")}
    for kind in TENSORS:
        tensors |= {f"{kind}:{name}": value.contiguous() for name, value in rest.pop(kind).items()}
    text = json.dumps(rest)
    write_whole(path, save(tensors, {"text": text, "digest": digest(tensors, text)}))


def read_checkpoint(path: Path) -> Checkpoint | None:
    """None where there is none. ValueError where it is damaged, or of a version whose states have other fields."""
    if not path.exists():
        return None
    try:
        with safe_open(path, "pt") as file:
            text, expected = file.metadata()["text"], file.metadata()["digest"]
            tensors = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118 (it is not a dict)
        if digest(tensors, text) != expected:
            raise ValueError("its contents do not match their digest")
        rest = json.loads(text)
        made_with, moved = with_version(rest.pop("made_with")), rest.pop("moved", [])
    except (SafetensorError, OSError, KeyError, TypeError, ValueError) as error:
        raise ValueError(f"the checkpoint {path} is damaged ({error})") from error
    parts = {kind: {name.removeprefix(f"{kind}:"): value for name, value in tensors.items()
                    if name.startswith(f"{kind}:")} for kind in TENSORS}
    try:
        return Checkpoint(State(**parts, **rest, pending=tensors["pending"]), made_with, moved)
    except (KeyError, TypeError) as error:
        raise ValueError(f"the checkpoint {path} is of another version of fer_lib ({error})") from error


def go_on_from(path: Path, here: dict, *, elsewhere: bool = True) -> Checkpoint | None:
    """The checkpoint that a training goes on from with what there is here; None where it starts anew.

    Made with other faces, libraries or another version of the training it would end as neither: it is put aside, and a
    warning names the file. With another number of threads it goes on with its own, to the same bits: `made_with` says
    so. Another machine changes the last bits only, and hours would be lost: it goes on, a warning says so, and what it
    was made with before is kept in `moved`. elsewhere=False: then, too, it is put aside.
    """
    try:
        found = read_checkpoint(path)
    except ValueError as error:
        warnings.warn(f"{error}: training starts anew, and it is kept as {put_aside(path)} until that ends",
                      stacklevel=3)
        return None
    if found is None:
        return None
    changed = [name for name in here if found.made_with.get(name) != here[name]]
    if not found.fits(here) or ((changed or found.moved) and not elsewhere):
        warnings.warn(f"the checkpoint {path} was made with another {', '.join(changed) or 'machine'}: training starts "
                      f"anew, and it is kept as {put_aside(path)} until that ends", stacklevel=3)
        return None
    if changed == ["threads"] and 0 < (found.made_with["threads"] or 0) <= (os.cpu_count() or 1):
        return found
    if changed:
        before = {name: found.made_with.get(name) for name in changed}
        warnings.warn(f"{path.parent.name} goes on from step {found.state.step:,}, which was made with "
                      + ", ".join(f"{name} {before[name]} (here {here[name]})" for name in changed)
                      + ": it will end as it would have but for the last bits, which training amplifies", stacklevel=3)
        return Checkpoint(found.state, here, [*found.moved, before | {"step": found.state.step}])
    return found


def put_aside(path: Path) -> Path:
    """Rename it to the first free name beside it."""
    number = 1
    while (aside := path.with_name(f"{path.stem}-{number}{path.suffix}.old")).exists():
        number += 1
    path.rename(aside)
    return aside


def digest(tensors: dict[str, torch.Tensor], text: str) -> str:
    sha = hashlib.sha256(text.encode())
    for name in sorted(tensors):
        sha.update(f"{name} {tensors[name].dtype} {tuple(tensors[name].shape)}".encode())
        sha.update(tensors[name].numpy())
    return sha.hexdigest()
