"""What commands share: paths that they are told, bars or lines while they work, and how they end.

On a terminal, and in a notebook, long work shows a bar, and what is said meanwhile stands above it. Where nobody can
overwrite a line, in a file or a pipe, the bar is a line now and then, so that a log shows that the work goes on.
"""
import argparse
import os
import sys
import time
from collections.abc import Callable, Iterable
from functools import wraps
from itertools import takewhile
from pathlib import Path
from typing import ClassVar

from tqdm import tqdm

from .paths import expand

EVERY = 30.                     # seconds between lines
one_of_many = False             # is this one of several processes that write to the same terminal? Set where they begin
LINE = "{desc}: {n_fmt} of {total_fmt} {unit}, {elapsed} so far, {remaining} left{postfix}"


class Lines(tqdm):
    """A bar that is said in whole lines, the first after EVERY seconds: of short work there is none. Each begins with
    how far the work is, that this one is a part of: which network of how many."""
    under_way: ClassVar[list["Lines"]] = []

    def __init__(self, *args, **options):
        self.printed_at = time.monotonic()
        super().__init__(*args, **options | {"gui": True, "mininterval": EVERY, "maxinterval": EVERY, "miniters": 1,
                                             "delay": 0, "bar_format": LINE})       # EVERY is the delay
        Lines.under_way.append(self)

    def display(self, msg: str | None = None, pos: int | None = None):
        if (now := time.monotonic()) - self.printed_at < EVERY:
            return
        self.printed_at = now
        outer = takewhile(lambda bar: bar is not self, Lines.under_way)
        around = (f"{bar.desc.removesuffix(': ')}: {bar.n} of {bar.total} done; " for bar in outer)
        print(" ".join(f"{''.join(around)}{self}".split()), file=self.fp, flush=True)

    def close(self):
        Lines.under_way = [bar for bar in Lines.under_way if bar is not self]       # to tqdm, two bars are equal
        super().close()

    def clear(self, nolock: bool = False):
        """Nothing has to make room for what is said meanwhile."""


def progress_bar(iterable: Iterable | None = None, desc: str | None = None, *, progress: bool = True,
                 **options) -> tqdm:
    """tqdm's bar, on stderr, or its lines; nothing where `progress` is False. options: tqdm's."""
    kind = tqdm if not progress or overwrites(sys.stderr) else Lines
    return kind(iterable, desc, disable=not progress, **options)


def overwrites(stream) -> bool:
    """Can a line be written over there: is it a terminal, or a notebook's output?"""
    return not one_of_many and (type(stream).__module__.startswith("ipykernel") or bool(stream and stream.isatty()))


def say(text: str):
    """Print a line, at once, above the bars if there are any."""
    with tqdm.external_write_mode(file=sys.stdout):
        print(text, flush=True)


def command(main: Callable[[list[str] | None], None]) -> Callable[[list[str] | None], None]:
    """A command's `main`, made to end as commands do: 0, done; 1, with a sentence for each error of the kinds that this
    library documents; 130, interrupted. (2, for arguments that make no sense, is argparse's.)"""
    @wraps(main)
    def ending(arguments: list[str] | None = None):
        for stream in (sys.stdout, sys.stderr):
            if hasattr(stream, "reconfigure"):          # a locale without "…", a file name that is no text
                stream.reconfigure(errors="backslashreplace")
        try:
            main(arguments)
        except KeyboardInterrupt:
            print("\nStopped.", file=sys.stderr)
            sys.exit(130)
        except BrokenPipeError:                         # of `… | head`, which has seen enough
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            sys.exit(1)
        except (OSError, ValueError, ImportError) as error:
            print(sentence(error), file=sys.stderr)
            sys.exit(1)
    return ending


def sentence(error: Exception) -> str:
    """An error for readers: the system's without its number."""
    if isinstance(error, OSError) and error.strerror:
        return f"{error.filename}: {error.strerror}" if error.filename else error.strerror
    return str(error)


def argument(convert: Callable) -> Callable:
    """A `type` for argparse, which shows a ValueError's sentence only where it is an error of its own."""
    @wraps(convert)
    def checked(text: str):
        try:
            return convert(text)
        except ValueError as error:
            raise argparse.ArgumentTypeError(str(error)) from error
    return checked


path_argument = argument(expand)


@argument
def folder_argument(text: str) -> Path:
    """A folder, there or to be made."""
    found = expand(text)
    for place in (found, *found.parents):
        if place.exists() and not place.is_dir():
            raise ValueError(f"{place} is a file; a folder is needed")
    return found
