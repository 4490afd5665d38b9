"""What happens to files on people's disks: one random change of a tree, from a seed.

    changed = damage(root, np.random.default_rng(7))        # names, below root, of what is not as it was
"""
import os
import shutil
from pathlib import Path

import numpy as np

# Beginnings of files of other kinds, under whose names pictures have been found
OTHERS = {
    "empty": b"", "html": b"<!DOCTYPE html><html><body>404 Not Found</body></html>\n",
    "zip": b"PK\x03\x04" + b"\0" * 60,
    "postscript": b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 48 48\n(x) show\nshowpage\n",
    "gif": b"GIF89a\x01\0\x01\0\x80\0\0\xff\xff\xff\0\0\0!\xf9\x04\1\0\0\0\0,\0\0\0\0\1\0\1\0\0\2\2D\1\0;",
    "webp": b"RIFF\x1a\0\0\0WEBPVP8L\x0d\0\0\0/\0\0\0\x10\x07\x10\x11\x11\x88\x88\xfe\x07\0",
    "huge png": b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\x7f\xff\xff\xff\x7f\xff\xff\xff\x08\0\0\0\0" + b"\0" * 40,
    "huge bmp": b"BM\xff\xff\0\0\0\0\0\x006\0\0\0(\0\0\0\xff\xff\xff\x7f\xff\xff\xff\x7f\1\0\x08\0" + b"\0" * 40,
    "lfs": b"version https://git-lfs.github.com/spec/v1\noid sha256:" + b"0" * 64 + b"\nsize 1234\n",
    "noise": bytes(range(256)) * 3,
}
NAMES = ("copy of {}", "{} (1)", "._{}", ".{}", "{}.bak", "{}~", "Copy {}", "{}\u0301", "{} ", "x{}", "{}-1")
STRAY = "Thumbs.db", ".DS_Store", "notes.txt", "desktop.ini", "README", "index.html", "a.gif", "b.webp", "c.mp4"


def damage(root: Path, rng: np.random.Generator) -> set[str]:
    """Change one thing below root → names of files, relative to root, that are no longer, or not yet, as they were."""
    entries = sorted(path for path in root.rglob("*") if not path.is_symlink())
    files, folders = [path for path in entries if path.is_file()], [path for path in entries if path.is_dir()]
    before = contents(root)
    kind = KINDS[rng.integers(len(KINDS))]
    kind = delete if kind is delete_folder and not folders else kind
    kind(files[rng.integers(len(files))], folders[rng.integers(len(folders))] if folders else root, rng)
    after = contents(root)
    return {name for name in before.keys() | after.keys() if before.get(name) != after.get(name)}


def contents(root: Path) -> dict[str, bytes]:
    found = {}
    for folder, _, names in os.walk(root):              # does not follow links
        for name in names:
            path = Path(folder, name)
            found[path.relative_to(root).as_posix()] = (
                os.readlink(path).encode() if path.is_symlink() else path.read_bytes())
    return found


def delete(file, folder, rng):
    file.unlink()


def delete_folder(file, folder, rng):
    shutil.rmtree(folder)


def truncate(file, folder, rng):
    whole = file.read_bytes()
    file.write_bytes(whole[:rng.integers(len(whole) + 1)])


def flip(file, folder, rng):
    whole = bytearray(file.read_bytes())
    for place in rng.integers(len(whole), size=rng.integers(1, 4)) if whole else ():
        whole[place] ^= int(rng.integers(1, 256))
    file.write_bytes(whole)


def insert(file, folder, rng):
    whole, place = file.read_bytes(), rng.integers(len(file.read_bytes()) + 1)
    file.write_bytes(whole[:place] + rng.bytes(rng.integers(1, 9)) + whole[place:])


def become(file, folder, rng):
    file.write_bytes(OTHERS[sorted(OTHERS)[rng.integers(len(OTHERS))]])


def copy_beside(file, folder, rng):
    shutil.copy(file, file.with_stem(NAMES[rng.integers(len(NAMES))].format(file.stem)))


def copy_elsewhere(file, folder, rng):
    if not (folder / file.name).exists():
        shutil.copy(file, folder / file.name)


def rename(file, folder, rng):
    file.rename(file.with_stem(NAMES[rng.integers(len(NAMES))].format(file.stem)))


def other_suffix(file, folder, rng):
    suffixes = ".png", ".PNG", ".jpg", ".JPEG", ".tiff", ".bmp", ".gif", ".webp", ".txt", ""
    file.rename(file.with_suffix(suffixes[rng.integers(len(suffixes))]))


def renumber(file, folder, rng):
    """Another number in the name, of a frame, a sequence or a person."""
    digits = [i for i, letter in enumerate(file.name) if letter.isdigit()]
    if digits:
        i = digits[rng.integers(len(digits))]
        new = file.with_name(f"{file.name[:i]}{rng.integers(10)}{file.name[i + 1:]}")
        if not new.exists():
            file.rename(new)


def become_a_folder(file, folder, rng):
    file.unlink()
    file.mkdir()


def become_a_link(file, folder, rng):
    file.unlink()
    file.symlink_to(("nowhere", file.name, "..", "/dev/null")[rng.integers(4)])


def stray(file, folder, rng):
    name = STRAY[rng.integers(len(STRAY))]
    (folder / name).write_bytes(OTHERS[sorted(OTHERS)[rng.integers(len(OTHERS))]])


def text(file, folder, rng):
    """What editors and systems do to text."""
    whole = file.read_bytes()
    file.write_bytes((b"\xef\xbb\xbf" + whole, whole.replace(b"\n", b"\r\n"), whole.decode("latin-1").encode("utf-16"),
                      whole.replace(b"0", b",", 1), whole + b"\0", whole * 2, whole.replace(b".", b",", 1),
                      whole.upper(), b"\n\n" + whole)[rng.integers(9)])


KINDS = (delete, delete_folder, truncate, flip, insert, become, copy_beside, copy_elsewhere, rename, other_suffix,
         renumber, become_a_folder, become_a_link, stray, text)
