"""What the benchmarks share: the machine in words, a process's memory, tables, and results.md."""
import os
import platform
import re
import resource
import sys
from datetime import date
from pathlib import Path

import torch

RESULTS = Path(__file__).with_name("results.md")
# In this order
PARTS = "faces", "step", "rate", "limit", "accuracy", "filters", "null", "explorer", "book", "scaling"
HEAD = """# What was measured

Made by `make bench`, or by one of the programs in this folder, each of which replaces its own parts. Numbers are from
the machine that each part names; another has others. What counts are the ratios, which are taken within one run. In
`rate`, a share above 100 % is one of the library's matrix product, not of the processor. What a processor can do stands
in `limit`; where the two parts are from two machines, it is not the limit of the other.
"""


def machine() -> str:
    """As it stands above a table."""
    return (f"{torch.cpu.get_capabilities().get('cpu_name') or platform.machine()}, {os.cpu_count()} cores, "
            f"torch {torch.__version__}, {date.today()}")


def peak_memory(of: int = resource.RUSAGE_SELF) -> float:
    """MB, resident set: of this process, or RUSAGE_CHILDREN: of the largest that has ended."""
    return resource.getrusage(of).ru_maxrss / (1e6 if sys.platform == "darwin" else 1e3)


def markdown(header: tuple[str, ...], rows: list[list[str | float]]) -> str:
    """A table, numbers to three digits."""
    cells = [[cell if isinstance(cell, str) else f"{cell:.3g}" if abs(cell) < 1000 else f"{cell:,.0f}" for cell in row]
             for row in rows]
    return "\n".join(f"| {' | '.join(row)} |" for row in (header, ["---"] * len(header), *cells))


def report(part: str, text: str, path: Path = RESULTS):
    """Print a part, and put it into the file, where the other parts stay as they are."""
    print(f"## {part}\n\n{text}\n", flush=True)
    before = path.read_text(encoding="utf-8") if path.exists() else ""
    parts = dict(re.findall(r"^## (\w+)\n+(.*?)\s*(?=^## |\Z)", before, re.DOTALL | re.MULTILINE)) | {part: text}
    path.write_text("\n".join([HEAD, *(f"## {name}\n\n{parts.get(name, 'Not measured yet.')}\n" for name in PARTS)]),
                    encoding="utf-8")
