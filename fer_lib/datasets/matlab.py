"""Arrays of numbers from a MATLAB file of versions 5 to 7, its kind "MAT-file level 5".

SciPy's reader takes the types that such a file claims for granted, so that one wrong byte can end the whole process
(a segmentation fault); here every tag is checked, and a damaged file is a ValueError. What is no plain array of real
numbers, as text or cells, is passed over where it is not asked for.
"""
import math
import os
import struct
import zlib
from collections.abc import Collection, Iterator
from pathlib import Path
from typing import BinaryIO

import numpy as np

TYPES = {1: "i1", 2: "u1", 3: "i2", 4: "u2", 5: "i4", 6: "u4", 7: "f4", 9: "f8", 12: "i8", 13: "u8"}
INT8, INT32, UINT32, MATRIX, COMPRESSED = 1, 5, 6, 14, 15
NUMBERS = range(6, 16)                              # classes of arrays, double to uint64
COMPLEX = 0x800
PIECE = 1 << 16                                     # bytes of compressed data


def read_arrays(path: Path, names: Collection[str]) -> dict[str, np.ndarray]:
    """Those of the named arrays that the file holds, each in its own shape and the type that it is stored in.

    ValueError names a file that is damaged or of another kind, or holds something else under a name; OSError.
    """
    with open(path, "rb") as file:
        head = file.read(128)
        order = {b"IM": "<", b"MI": ">"}.get(head[126:])
        version = struct.unpack(f"{order}H", head[124:126])[0] if order else 0
        if version == 0x200:
            raise ValueError(f"{path} is a MATLAB 7.3 (HDF5) file. Save it with save(…, '-v7').")
        try:
            if version != 0x100:
                raise ValueError("its header is that of no MATLAB file")
            found = {}
            for name, array in _matrices(file, order, names):
                if name in found:
                    raise ValueError(f"{name} is in it twice")
                found[name] = array
            return found
        except (ValueError, MemoryError, zlib.error) as error:
            raise ValueError(f"{path} cannot be read as a MATLAB file: {error}. Copy it anew.") from error


def _matrices(file: BinaryIO, order: str, names: Collection[str]) -> Iterator[tuple[str, np.ndarray]]:
    while tag := file.read(8):
        kind, size = struct.unpack(f"{order}II", _exactly(tag, 8))
        end = file.tell() + size
        if end > os.fstat(file.fileno()).st_size:
            raise ValueError("it ends too early")
        if kind == COMPRESSED:
            body = _Inflated(_exactly(file.read(size), size))
            kind, size = struct.unpack(f"{order}II", _exactly(body.read(8), 8))
        else:
            body = file
        if kind != MATRIX:
            raise ValueError(f"it holds an element of type {kind}")
        found = _matrix(_Bounded(body, size), order, names)
        if found:
            if body.read(1) if body is not file else file.tell() != end:
                raise ValueError(f"{found[0]} is longer than it says")
            yield found
        file.seek(end)


def _matrix(body: "_Bounded", order: str, names: Collection[str]) -> tuple[str, np.ndarray] | None:
    """Name and array, if it is one of `names`."""
    flags, shape, name = (_element(body, order, kind) for kind in (UINT32, INT32, INT8))
    name, shape = name.tobytes().decode("latin-1"), [int(length) for length in shape]
    if name not in names:
        return None
    if len(flags) != 2 or flags[0] & 0xff not in NUMBERS or flags[0] & COMPLEX:
        raise ValueError(f"{name} is no array of real numbers")
    values = _element(body, order)
    if len(shape) < 2 or min(shape) < 0 or math.prod(shape) != len(values):
        raise ValueError(f"{name} has {len(values)} values for the shape {tuple(shape)}")
    return name, values.reshape(shape, order="F")


def _element(body: "_Bounded", order: str, expected: int | None = None) -> np.ndarray:
    """The values of the next element, one-dimensional."""
    tag = body.read(8)
    kind, size = struct.unpack(f"{order}II", tag)
    if kind >> 16:                                  # four bytes at most, within the tag itself
        kind, size = kind & 0xffff, kind >> 16
        content = _exactly(tag[4:4 + size], size)
    else:
        content = body.read(size)
        body.read(-size % 8)
    if kind not in TYPES or expected not in (None, kind):
        raise ValueError(f"it holds values of type {kind}")
    type_ = np.dtype(order + TYPES[kind])
    if size % type_.itemsize:
        raise ValueError("a value is cut short")
    return np.frombuffer(content, type_)


class _Bounded:
    """Reads whole pieces of one element only."""

    def __init__(self, body: "BinaryIO | _Inflated", size: int):
        self.body, self.left = body, size

    def read(self, size: int) -> bytes:
        self.left -= size
        if self.left < 0:
            raise ValueError("an element is longer than what holds it")
        return _exactly(self.body.read(size), size)


class _Inflated:
    """Reads from compressed bytes, as many as are asked for and not more."""

    def __init__(self, content: bytes):
        self.stream, self.content, self.next, self.left = zlib.decompressobj(), content, 0, b""

    def read(self, size: int) -> bytes:
        pieces = []
        while size and not self.stream.eof:
            if not self.left:                       # fed by pieces, since what is left of one is copied
                self.left = self.content[self.next:self.next + PIECE]
                self.next += PIECE
            fed = bool(self.left)
            pieces.append(self.stream.decompress(self.left, size))
            self.left = self.stream.unconsumed_tail
            size -= len(pieces[-1])
            if not fed and not pieces[-1]:
                break
        return b"".join(pieces)


def _exactly(content: bytes, size: int) -> bytes:
    if len(content) != size:
        raise ValueError("it ends too early")
    return content
