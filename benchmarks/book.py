"""How long does the book take to build?

    python benchmarks/book.py           # a quarter of an hour on 2 cores

In a clone of this repository, in a path with a space, with an empty cache (the faces are drawn, the live networks
trained), then again with nothing changed. Without the installation: the environment is this one. What is not committed
is not built.
"""
import argparse
import os
import re
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from report import machine, markdown, peak_memory, report

ROOT = Path(__file__).parents[1]


def build(clone: Path, environment: dict) -> tuple[float, str]:
    began = time.monotonic()
    command = [Path(sys.executable).with_name("jupyter-book"), "build", "-W", "--keep-going", "book/"]
    result = subprocess.run(command, cwd=clone, env=environment, capture_output=True, encoding="utf-8")
    if result.returncode:
        sys.exit(f"the book does not build:\n{result.stdout[-3000:]}{result.stderr[-3000:]}")
    return time.monotonic() - began, result.stdout + result.stderr


def main():
    argparse.ArgumentParser(description=__doc__.splitlines()[0]).parse_args()
    with tempfile.TemporaryDirectory(prefix="a book ") as folder:
        clone = Path(folder) / "clone"
        subprocess.run(["git", "clone", "--quiet", ROOT, clone], check=True)
        environment = os.environ | {"FER_LIB_CACHE": str(Path(folder) / "cache"), "PYTHONPATH": str(clone)}
        cold, said = build(clone, environment)
        memory = peak_memory(resource.RUSAGE_CHILDREN)
        warm, _ = build(clone, environment)
    chapters = re.findall(r"(\w+)\.md: Executed notebook in ([\d.]+) seconds", said)
    rows = [["cold", cold, cold / warm], ["again, nothing changed", warm, 1]]
    split = ", ".join(f"{name} {float(seconds):.0f}" for name, seconds in chapters)
    report("book", f"*{machine()}; without the installation, largest process {memory:,.0f} MB.*\n\n"
           f"{markdown(('build', 'seconds', 'times a warm one'), rows)}\n\nSeconds of the chapters, cold: {split}.")


if __name__ == "__main__":
    main()
