"""Memory that one batch has freed is kept for the next.

glibc asks the system for each block above 32 MB, page by page, and gives it back when it is freed. The maps of a batch
are such blocks at 96 pixels (conv1's are 75 MB in bfloat16), and a fifth of a training step went into that. No number
changes.
"""
import ctypes
from collections.abc import Callable, Iterator
from contextlib import contextmanager

M_TRIM_THRESHOLD, M_MMAP_THRESHOLD = -1, -3         # malloc.h
MB = 2 ** 20


@contextmanager
def kept_memory() -> Iterator[Callable[[], object]]:
    """Within it, blocks of up to 1 GB that are freed stay with the process; at its end they go back to the system.

    What it gives, called now and then, gives back at once what is free: blocks of many sizes leave holes between those
    that stay, and a long training grew by 4 MB a step. Not where the C library has no `mallopt` (macOS, Windows, musl):
    there nothing happens.
    """
    try:
        libc = ctypes.CDLL(None)
        libc.mallopt, libc.malloc_trim              # noqa: B018, an AttributeError where there are none
    except (AttributeError, TypeError, OSError):
        yield int                   # does nothing
        return
    libc.mallopt(M_MMAP_THRESHOLD, 1024 * MB)
    libc.mallopt(M_TRIM_THRESHOLD, 2047 * MB)       # an int is the most that it takes
    try:
        yield lambda: libc.malloc_trim(0)
    finally:
        libc.mallopt(M_MMAP_THRESHOLD, 32 * MB)     # where glibc's own, which moves, ends at the most
        libc.mallopt(M_TRIM_THRESHOLD, 64 * MB)
        libc.malloc_trim(0)
