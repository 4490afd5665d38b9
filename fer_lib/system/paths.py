"""Paths as people write them, made whole in one place.

    expand("~/runs"), expand("$SCRATCH/runs"), expand(Path("runs"))     # all absolute

Every path from outside comes through `expand`: arguments of functions, parameters of chapters, lists of runs, the
command line, FER_LIB_CACHE. Neither pathlib nor papermill expands `~`, and runs would lie in a folder of that name.
"""
import os
import re
from pathlib import Path

OF_A_RUN = "config.json", "metrics.json", "provenance.json", "history.csv", "weights.safetensors"
VARIABLE = re.compile(r"\$(?:(\w+)|\{(\w+)\})")


def expand(path: str | os.PathLike[str], what: str = "a path") -> Path:
    """The absolute path, with `~`, `~user`, `$NAME` and `${NAME}` expanded; the same if it is expanded again.

    A text that begins with ./ has no home folder to expand, and one that is there as it is written no variable.
    ValueError, which calls it `what`, for what is no path of this machine: an empty text or none, an address, a user or
    a variable that there is not.
    """
    try:
        text = os.fspath(path)
    except TypeError:
        text = None
    if not isinstance(text, str):
        raise ValueError(f"{what} must be a text, not {path!r}")
    if not text.strip():
        raise ValueError(f"{what} must not be empty: leave it out, or name a file or folder (. is the one you are in)")
    if "\0" in text:
        raise ValueError(f"{what} must not hold a NUL character, as {text!r} does")
    if re.match(r"\w[\w+.-]+:/", text):             # of which pathlib makes the folder file:, s3: and so on
        raise ValueError(f"{what} must lie on this machine, as ~/faces does; {text} is an address")
    if text.startswith("~"):
        user, slash, rest = text.partition("/")
        home = os.path.expanduser(user)
        if home == user:
            raise ValueError(f"{text}: there is no user {user[1:]!r}, whose home folder {user} would be; what is "
                             f"really called so is ./{text}")
        text = home + slash + rest
    if "$" in text and not os.path.lexists(text):
        text = VARIABLE.sub(lambda name: _value(name[1] or name[2], text), text)
    return Path(text).absolute()


def _value(name: str, path: str) -> str:
    if name not in os.environ:
        raise ValueError(f"{path}: there is no environment variable {name}")
    return os.environ[name]


def run_folder(path: str | os.PathLike[str]) -> Path:
    """The expanded path of a folder that holds a run, or what is left of one: two of its files, at least.

    FileNotFoundError where there is none, NotADirectoryError for a file, ValueError for a folder of something else,
    which nobody is told to delete: a store of runs, of which one is meant, or another program's.
    """
    folder = expand(path, "the folder of a run")
    if not folder.exists():
        raise FileNotFoundError(f"{folder} does not exist; a run is a folder, which holds {', '.join(OF_A_RUN)}")
    if not folder.is_dir():
        whole = f" Name its folder, {folder.parent}." * (folder.name in OF_A_RUN)
        raise NotADirectoryError(f"{folder} is a file; a run is a folder, which holds {', '.join(OF_A_RUN)}.{whole}")
    if len(there := [name for name in OF_A_RUN if (folder / name).exists()]) < 2:
        if runs := sorted(folder.glob("*/config.json")):
            raise ValueError(f"{folder} is a store of {len(runs)} runs; name one of them, such as {runs[0].parent}")
        raise ValueError(f"{folder} holds no run: of {', '.join(OF_A_RUN)} it has {''.join(there) or 'none'}")
    return folder
