"""What loaders read: folders, pictures, text and tables. What may not be read is an error that names it, and what is
there but not used is reported by its kind; only hidden files (.DS_Store, ._x.png) are passed over without a word.
"""
import csv
import errno
import os
import re
import warnings
from collections.abc import Callable, Iterable, Iterator
from io import BytesIO
from pathlib import Path
from typing import NamedTuple

import numpy as np
from PIL import Image

from ..system.console import progress_bar
from . import Report

SUFFIXES = ".png", ".jpg", ".jpeg", ".tif", ".tiff", ".bmp"
FORMATS = "PNG", "JPEG", "TIFF", "BMP"      # Pillow goes by content, and has decoders that start other programs
MOST_BYTES, MOST_PIXELS = 64 << 20, 4096 ** 2       # of a picture, well above any frame of these sets
NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?", re.ASCII)


class Listing(NamedTuple):
    """What is in a folder and not hidden, each in the order of its names."""
    folders: list[Path]
    files: list[Path]


def listing(folder: Path) -> Listing:
    """OSError names a folder that may not be read, or a link that leads nowhere or in a circle (Path.glob passes over
    them all)."""
    found = Listing([], [])
    with os.scandir(folder) as entries:
        for entry in entries:
            if entry.name.startswith("."):
                continue
            if entry.is_dir():
                found.folders.append(Path(entry.path))
            elif entry.is_file():
                found.files.append(Path(entry.path))
            else:
                os.stat(entry.path)                 # raises for a link that leads nowhere
                raise OSError(errno.EINVAL, "Neither a file nor a folder", entry.path)      # a pipe would block
    return Listing(sorted(found.folders), sorted(found.files))


def subfolders(path: Path) -> list[Path]:
    """Folders in a folder that may be anybody's, so that a dead link in it is no error; none in a file."""
    if not path.is_dir():
        return []
    with os.scandir(path) as entries:
        return sorted(Path(entry.path) for entry in entries if entry.name[0] != "." and os.path.isdir(entry.path))


def folders_in(folder: Path, root: Path, report: Report) -> list[Path]:
    """The folders of a folder that should hold nothing else; files there are reported."""
    found = listing(folder)
    not_used(found.files, root, report)
    return found.folders


def pictures_in(folder: Path, root: Path, report: Report) -> list[Path]:
    """The picture files of a folder that should hold nothing else; other files and folders there are reported."""
    found = listing(folder)
    not_used([path for path in found.files if path.suffix.lower() not in SUFFIXES], root, report)
    not_used(found.folders, root, report, "folder that is not used")
    return [path for path in found.files if path.suffix.lower() in SUFFIXES]


def not_used(paths: Iterable[Path], root: Path, report: Report, reason: str = ""):
    """Report paths below `root` by a reason, or files by the kind that their suffix says."""
    for path in paths:
        kind = f"files that are not used, {path.suffix.lower() or 'no suffix'}"
        report.add(reason or kind, path.relative_to(root).as_posix())


def refused_by_system(error: Exception) -> bool:
    """Whether the operating system refused, rather than a decoder the content: a decoder's own OSError has no number,
    but damage can make it seek to a place that cannot be (EINVAL)."""
    return isinstance(error, OSError) and error.errno not in (None, errno.EINVAL)


def read_grey(path: Path) -> np.ndarray:
    """A picture as (H, W) uint8: colour by ITU-R 601 luma, 16 bits scaled to 8, transparency on white.

    ValueError for what is no picture of FORMATS, cut short or larger than any of these sets: Pillow, since OpenCV fills
    up a truncated file and says nothing. OSError for a file that the system does not hand out, as without permission.
    """
    try:
        with open(path, "rb") as file:
            if os.fstat(file.fileno()).st_size > MOST_BYTES:
                raise ValueError(f"more than {MOST_BYTES:,} bytes")
            content = file.read()
        return _decode(content)
    except Exception as error:                      # whatever a decoder says of damage
        if refused_by_system(error):
            raise OSError(error.errno, error.strerror, str(path)) from error
        raise ValueError(f"{path}: {error}") from error


def _decode(content: bytes) -> np.ndarray:
    with warnings.catch_warnings(action="ignore"), Image.open(BytesIO(content), formats=FORMATS) as image:
        if image.width * image.height > MOST_PIXELS:        # as claimed: nothing of that size is in memory yet
            raise ValueError(f"{image.width}×{image.height} pixels")
        image.load()
        if image.mode.startswith("I;16"):
            return ((np.asarray(image).astype(np.uint32) * 255 + 32767) // 65535).astype(np.uint8)
        if image.mode in ("I", "F"):
            raise ValueError(f"pixels of mode {image.mode}")
        if image.has_transparency_data:
            white = Image.new("RGBA", image.size, "white")
            return np.asarray(Image.alpha_composite(white, image.convert("RGBA")).convert("L"))
        return np.asarray(image.convert("L"))


def read_pictures(paths: list[Path], root: Path, convert: Callable[[np.ndarray], np.ndarray | str],
                  report: Report, progress: bool) -> tuple[np.ndarray, list[int]]:
    """Read pictures and `convert` each to (S, S) uint8, or a str, why not → (M, 1, S, S), their positions.

    The others go to `report`; ValueError if none is left. OSError for one that may be a good picture but cannot be
    read now: the set would be smaller without it, and be kept so. One thread: most of the time is Python's, and two
    are slower.
    """
    images, kept = [], []
    for i, path in enumerate(progress_bar(paths, root.name, unit=" images", progress=progress, delay=1)):
        try:
            image = convert(read_grey(path))
        except ValueError:
            image = "unreadable image"
        if isinstance(image, str):
            report.add(image, path.relative_to(root).as_posix())
        else:
            images.append(image)
            kept.append(i)
    if not images:
        raise ValueError(f"{root}: none of {len(paths)} images could be used.\n{report}")
    return np.stack(images)[:, None], kept


def only_48(image: np.ndarray) -> np.ndarray | str:
    return image if image.shape == (48, 48) else "not 48×48 pixels"


def number(text: str) -> float:
    """A decimal number, written as such: float() also takes 1_0, nan and the digits of any script. ValueError."""
    if not NUMBER.fullmatch(text):
        raise ValueError(f"{text!r} is not a number")
    return float(text)


def read_text(path: Path) -> str:
    """The text of a small file, with or without a byte order mark; what is not UTF-8 becomes a replacement sign, which
    no number or name has."""
    with open(path, encoding="utf-8-sig", errors="replace") as file:
        return file.read()


def read_rows(path: Path) -> Iterator[tuple[int, list[str]]]:
    """Line number and fields of each row of a CSV file, its header first, without empty lines.

    ValueError names the file and the line that is no row of it: pandas takes a field too many for a row's name, and
    moves all others by one.
    """
    header = None
    with open(path, encoding="utf-8-sig", newline="") as file:
        rows = csv.reader(file, skipinitialspace=True, strict=True)
        try:
            for row in rows:
                row = [field.strip() for field in row]
                if row in ([], [""]):
                    continue
                if header is None:
                    header = row
                if len(row) != len(header):
                    raise ValueError(f"{len(row)} fields, where the header has {len(header)}")
                yield rows.line_num, row
        except UnicodeDecodeError as error:         # of a piece that may be ahead of the line
            raise ValueError(f"{path} cannot be read as a table: it is not UTF-8: {error}; "
                             "save it as CSV in UTF-8 (a workbook is no such table)") from error
        except (ValueError, csv.Error) as error:
            raise ValueError(f"{path} cannot be read as a table: line {rows.line_num}: {error}") from error
    if header is None:
        raise ValueError(f"{path} cannot be read as a table: it is empty")
