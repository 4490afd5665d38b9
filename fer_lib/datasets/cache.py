"""A decoded copy of a data set in the user's cache folder, so that the second load is instant.

The copy is found by a digest of what it was made from, written whole or not at all, made by one process while
others wait, and made anew where it is damaged. FER_LIB_CACHE names another folder; deleting the folder is
always safe.
"""
import hashlib
import json
import os
import warnings
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack
from pathlib import Path

import numpy as np
import pandas as pd
from filelock import FileLock
from platformdirs import user_cache_path

from ..system.files import written_whole
from ..system.paths import expand
from . import FaceDataset, Report

ARRAYS = ("images", "labels", "subjects", "sequences", "files", "folds")
TABLES = ("action_units", "intensities")


def cached(name: str, key: dict, build: Callable[[], FaceDataset], enabled: bool = True) -> FaceDataset:
    """What `build()` returns, from the cache where it is already there.

    `key`: all that decides the outcome, in JSON's types or paths. A folder that cannot be written only warns.
    """
    if not enabled:
        return build()
    found_by = hashlib.sha256(json.dumps([name, key], sort_keys=True, default=str).encode()).hexdigest()[:24]
    folder = cache_folder()
    path = folder / f"{name}-{found_by}.npz"
    not_kept = f"no copy of {name} is kept in {folder} (FER_LIB_CACHE can name another folder): "
    with ExitStack() as stack:
        try:
            folder.mkdir(parents=True, exist_ok=True)
            stack.enter_context(FileLock(path.with_suffix(".lock")))
        except (OSError, NotImplementedError) as error:     # read-only, or a network disk without locks
            warnings.warn(f"{not_kept}{error}", stacklevel=4)
            return build()
        if path.exists():
            try:
                return read(path)
            except Exception as error:                      # whatever zipfile, json or NumPy say of damage
                warnings.warn(f"the copy {path} is damaged ({error}); it is made anew", stacklevel=4)
        faces = build()
        try:
            write(path, faces)
        except OSError as error:                            # the disk is full
            warnings.warn(f"{not_kept}{error}", stacklevel=4)
        return faces


def cache_folder() -> Path:
    """Where what was decoded or trained is kept: FER_LIB_CACHE, or the user's own."""
    return expand(os.environ.get("FER_LIB_CACHE") or user_cache_path("fer_lib"), "FER_LIB_CACHE")


def digest(paths: Iterable[Path], contents: bool = False) -> str:
    """SHA-256 of files and of all files in folders: names, sizes and times (ns), or with `contents` the bytes.

    Not of what is hidden in a folder, which no loader reads and a look into the folder may change (.DS_Store).
    Names count from the given path on, so that a set that was moved with its times is the same set. What may not be
    read counts as such, so that no copy stands in for it.
    """
    sha = hashlib.sha256()
    for path in paths:
        below = list(_below(path, set())) if path.is_dir() else []
        for file in sorted(below) or [path]:
            try:
                stat = file.stat()
                refused = not os.access(file, os.R_OK, effective_ids=os.access in os.supports_effective_ids)
            except OSError as error:                        # a link that leads nowhere, a folder without permission
                stat, refused = None, error.errno
            entry = f"|{stat.st_size}|{stat.st_mtime_ns}\n" if stat and not refused else f"|not read: {refused}\n"
            sha.update(file.read_bytes() if contents else os.fsencode(file.relative_to(path)) + entry.encode())
        sha.update(b"/")
    return sha.hexdigest()


def _below(folder: Path, seen: set[tuple[int, int]]) -> Iterator[Path]:
    """The files below a folder that are not hidden, and folders that may not be read. A folder that was seen before, as
    by a link in a circle, counts as a file."""
    seen.add(_identity(folder))
    try:
        inside = sorted(path for path in folder.iterdir() if not path.name.startswith("."))
    except OSError:
        yield folder
        return
    for path in inside:
        if os.path.isdir(path) and _identity(path) not in seen:
            yield from _below(path, seen)
        else:
            yield path


def _identity(path: Path) -> tuple[int, int]:
    stat = path.stat()
    return stat.st_dev, stat.st_ino


def write(path: Path, faces: FaceDataset):
    arrays = {name: getattr(faces, name) for name in ARRAYS if getattr(faces, name) is not None}
    tables = {name: getattr(faces, name) for name in TABLES if getattr(faces, name) is not None}
    text = {name: getattr(faces, name) for name in ("name", "classes", "report", "parameters", "version")}
    text["columns"] = {name: list(table) for name, table in tables.items()}
    arrays |= {name: table.to_numpy(np.float32) for name, table in tables.items()}
    with written_whole(path) as file:                       # the lock is held: nobody else writes it
        np.savez(file, text=np.array(json.dumps(text)), **arrays)


def read(path: Path) -> FaceDataset:
    """The copy in `path`; raises where a byte of it has changed (a zip archive keeps a checksum of each
    array)."""
    with np.load(path, allow_pickle=False) as file:
        text = json.loads(str(file["text"]))
        columns, version = text.pop("columns"), text.pop("version")
        tables = {name: pd.DataFrame(file[name], columns=columns[name]) for name in TABLES if name in file}
        arrays = {name: file[name] for name in ARRAYS if name in file}
    return FaceDataset(**text | {"report": Report(text["report"])}, **arrays, **tables).versioned(version)
