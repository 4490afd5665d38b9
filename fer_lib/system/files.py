"""Files that are whole or absent, also where the disk is full, the process is killed or the power fails."""
import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO


@contextmanager
def written_whole(path: Path) -> Iterator[BinaryIO]:
    """A file to write to, which gets its name only when it is complete and on the disk.

    OSError names the path, and says what to do where the disk is full; then what was there before is there still.
    """
    new = path.with_name(f"{path.name}.new")
    try:
        with new.open("wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())         # or the name could reach the disk before the data
        os.replace(new, path)
        sync_folder(path.parent)
    except OSError as error:
        raise about(error, path) from error
    finally:
        new.unlink(missing_ok=True)


def write_whole(path: Path, data: bytes | str):
    """The same for what is in memory; text as UTF-8."""
    with written_whole(path) as file:
        file.write(data.encode() if isinstance(data, str) else data)


def nearest(place: Path) -> Path:
    """The place itself, or of the folders above it the first that is there."""
    return next(there for there in (place, *place.parents) if os.path.exists(there))    # Path's own may be forbidden


def check_writable(folder: Path, option: str):
    """OSError where nothing could be written into a folder, there or to be made, so that nobody works for hours first.
    It looks and makes nothing. option: which names another folder, as "--output"."""
    there = nearest(folder)
    if not there.is_dir():
        raise NotADirectoryError(f"{there} is a file, so nothing can be written below it; name another place with "
                                 f"{option}")
    if not os.access(there, os.W_OK | os.X_OK):
        raise PermissionError(f"you may not write into {there}; name another place with {option}")


def sync_folder(folder: Path):
    """The names in a folder reach the disk, where the system can do that (Windows can't open a folder)."""
    try:
        opened = os.open(folder, os.O_RDONLY)
    except OSError:
        return
    try:
        os.fsync(opened)
    except OSError:                         # some network disks
        pass
    finally:
        os.close(opened)


def about(error: OSError, path: Path) -> OSError:
    """The same error with the path, which that of a write lacks."""
    if error.filename:
        return error
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return OSError(error.errno, f"{error.strerror}: free some space, or keep it elsewhere (FER_LIB_CACHE or store= "
                       "can name another folder); the same command goes on", str(path))
    return OSError(error.errno, error.strerror or str(error), str(path))
