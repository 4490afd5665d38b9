"""Which layout a folder has: where a set lies below the path that was given, and which loader fits."""
import re
from collections.abc import Callable, Iterable
from pathlib import Path

from ..system.paths import expand
from . import EXPRESSIONS
from .reading import listing, subfolders

# As found on disks besides our own names of the expressions.
ALIASES = {name: name for name in EXPRESSIONS} | {
    "angry": "anger", "sad": "sadness", "happiness": "happy", "disgusted": "disgust", "fearful": "fear",
    "surprised": "surprise"}
CK48_NAME = re.compile(r"(S\d+)_(\d+)_(\d{1,8})\.\w+", re.ASCII)                            # subject, sequence, frame
CK_PLUS_IMAGES = ("cohn-kanade-images", "extended-cohn-kanade-images/cohn-kanade-images")    # unpacked as it comes
FER2013_TABLES = ("fer2013.csv", "icml_face_data.csv")
FER2013_FOLDERS = ("train", "training", "publictest", "validation", "valid", "val", "privatetest", "test")
TFD_NAME = re.compile(r"TFD_.*x.*\.mat", re.IGNORECASE)


def _one_file(name: str, path: Path) -> Path | None:
    """The first of its ONE_FILE in a folder, in small letters or capitals."""
    inside = {file.name.lower(): file for file in sorted(path.iterdir())} if path.is_dir() else {}
    there = (inside.get(file.lower()) for file in ONE_FILE.get(name, ()))
    return next((file for file in there if file and file.is_file()), None)


def _is_ck48(path: Path) -> bool:
    return any(CK48_NAME.fullmatch(file.name) for folder in subfolders(path) if folder.name.lower() in ALIASES
               for file in listing(folder).files)


def _is_tfd(path: Path) -> bool:
    inside = path.iterdir() if path.is_dir() else ()
    return path.suffix.lower() == ".mat" or any(TFD_NAME.fullmatch(file.name) for file in inside)


def _is_fer2013(path: Path) -> bool:
    return path.suffix.lower() == ".csv" or bool(_one_file("fer2013", path)) or any(
        place.name.lower() in ALIASES for folder in subfolders(path) if folder.name.lower() in FER2013_FOLDERS
        for place in subfolders(folder))


# loader → (does this path have its layout?, what it wants)
LAYOUTS: dict[str, tuple[Callable[[Path], bool], str]] = {
    "ck_plus": (lambda path: any((path / name).is_dir() for name in CK_PLUS_IMAGES),
                "the folder that holds cohn-kanade-images/ and Emotion/"),
    "ck48": (_is_ck48, "the folder CK+48/, which holds anger/S010_004_00000017.png and so on"),
    "tfd": (_is_tfd, "TFD_96x96.mat or TFD_48x48.mat, or the folder that holds them"),
    "fer2013": (_is_fer2013, "fer2013.csv, or the folder that holds it, or train/<class>/ and test/<class>/"),
}
# loader → files that hold the whole set, the first that is there
ONE_FILE = {"tfd": ("TFD_96x96.mat", "TFD_48x48.mat"), "fer2013": FER2013_TABLES}


def locate(name: str, root: str | Path | None) -> Path | None:
    """The path at `root`, or one level below, laid out for `name`; of a set in one file that file, which then is all
    that the set is known by; None for a set without a layout.

    ValueError for no root or several such places; FileNotFoundError for none, with the loader that fits; OSError
    where none was found and one may not be looked into.
    """
    if name not in LAYOUTS:
        return None if root is None else expand(root, "root")
    fits, wants = LAYOUTS[name]
    if root is None or not str(root):               # Path("") would be the folder that one happens to be in
        raise ValueError(f"{name} needs root=…: {wants}.")
    root = expand(root, "root")
    if not root.exists():
        raise FileNotFoundError(f"{root} does not exist. {name} needs {wants}.")
    found, refused = ([root], []) if fits(root) else _fitting(fits, subfolders(root))
    if len(found) == 1:
        return _one_file(name, found[0]) or found[0]
    if found:
        raise ValueError(f"{root} holds {name} more than once: {', '.join(path.name for path in found)}. "
                         "Name one of them, or bring together what belongs together.")
    if refused:
        raise refused[0]
    parent = root.resolve().parent
    hint = f" Its parent is: root={str(parent)!r}." if _fitting(fits, [parent])[0] else ""
    for other, (fits_other, _) in LAYOUTS.items():
        if places := _fitting(fits_other, [root, *subfolders(root)])[0]:
            hint = f" It looks like {other}: load_dataset({other!r}, root={str(places[0])!r})."
    raise FileNotFoundError(f"{root} is not laid out as {name}, which needs {wants}.{hint}")


def _fitting(fits: Callable[[Path], bool], places: Iterable[Path]) -> tuple[list[Path], list[OSError]]:
    """Those of the places that fit, and the errors of those that cannot be looked into, a neighbour's perhaps."""
    found, refused = [], []
    for place in places:
        try:
            found += [place] * fits(place)
        except OSError as error:
            refused.append(error)
    return found, refused
