"""`make bench`: every program here that writes a part of results.md, one after the other.

Three quarters of an hour on 2 cores, after the book is built.
"""
import subprocess
import sys
from pathlib import Path

PROGRAMS = "limit", "faces", "training", "filters", "null", "explorer", "scaling", "book"

if __name__ == "__main__":
    failed = [name for name in PROGRAMS
              if subprocess.run([sys.executable, Path(__file__).with_name(f"{name}.py")]).returncode]
    if failed:
        sys.exit(f"these failed, and their parts of results.md are as they were: {', '.join(failed)}")
