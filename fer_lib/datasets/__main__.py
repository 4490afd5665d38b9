"""Write a data set to one file, to be read where neither the set nor its reader is, as on a bare GPU node."""
import argparse
from pathlib import Path

from ..system.console import argument, command, folder_argument, path_argument, sentence
from ..system.paths import expand
from . import LOADERS, whole
from .cache import write


@argument
def npz(text: str) -> Path:
    """A file that can be written there, as far as names tell."""
    file = expand(text)
    if file.suffix != ".npz":
        raise ValueError(f"{file} must end in .npz")
    if file.is_dir():
        raise ValueError(f"{file} is a folder; a file is needed")
    folder_argument(f"{file.parent}")
    return file


@command
def main(arguments: list[str] | None = None):
    parser = argparse.ArgumentParser(prog="python -m fer_lib.datasets", description=__doc__)
    parser.add_argument("name", choices=LOADERS)
    parser.add_argument("--root", type=path_argument, help="where the set lies; none for synthetic")
    parser.add_argument("--to", metavar="FILE", type=npz, required=True, help="such as twin.npz")
    given = parser.parse_args(arguments)
    faces = whole(given.name, given.root)
    try:
        given.to.parent.mkdir(parents=True, exist_ok=True)
        write(given.to, faces)
    except OSError as error:                            # a full disk does not say whose
        raise OSError(f"{given.to} was not written: {sentence(error)}") from error
    print(f"{given.to}: {faces!r}")


if __name__ == "__main__":
    main()
