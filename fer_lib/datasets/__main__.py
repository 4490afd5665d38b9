"""Write a data set to one file, to be read where neither the set nor its reader is, as on a bare GPU node."""
import argparse
import sys
from pathlib import Path

from . import LOADERS, whole
from .cache import write


def main():
    parser = argparse.ArgumentParser(prog="python -m fer_lib.datasets", description=__doc__)
    parser.add_argument("name", choices=LOADERS)
    parser.add_argument("--root", help="where the set lies; none for synthetic")
    parser.add_argument("--to", metavar="FILE", type=Path, required=True, help="such as twin.npz")
    given = parser.parse_args()
    if given.to.suffix != ".npz":
        parser.error(f"{given.to} must end in .npz")
    try:
        faces = whole(given.name, given.root)
        given.to.expanduser().parent.mkdir(parents=True, exist_ok=True)
        write(given.to.expanduser(), faces)
    except (ValueError, OSError, ImportError) as error:
        parser.exit(1, f"{error}\n")
    print(f"{given.to}: {faces!r}")


if __name__ == "__main__":
    sys.stdout.reconfigure(errors="replace")        # where the console has ASCII only
    main()
