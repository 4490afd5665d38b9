"""What the loaders share: which layout a folder has, pictures into grey, FACS files into tables."""
import re
from collections.abc import Callable, Iterable
from pathlib import Path

import numpy as np
import pandas as pd
from PIL import Image

from ..console import progress_bar
from ..paths import expand
from . import EXPRESSIONS, Report

# As found on disks besides our own names of the expressions.
ALIASES = {name: name for name in EXPRESSIONS} | {
    "angry": "anger", "sad": "sadness", "happiness": "happy", "disgusted": "disgust", "fearful": "fear",
    "surprised": "surprise"}
CK48_NAME = re.compile(r"(S\d+)_(\d+)_\d+\.\w+")
CK_PLUS_IMAGES = ("cohn-kanade-images", "extended-cohn-kanade-images/cohn-kanade-images")    # unpacked as it comes
FER2013_TABLES = ("fer2013.csv", "icml_face_data.csv")
FER2013_FOLDERS = ("train", "training", "publictest", "validation", "valid", "val", "privatetest", "test")


def subfolders(folder: Path) -> list[Path]:
    return sorted(folder.glob("[!.]*/"))


def pictures(folder: Path) -> list[Path]:
    """Image files of a folder in order of their names, without what macOS hides there."""
    return sorted(path for path in folder.glob("[!.]*")
                  if path.suffix.lower() in (".png", ".jpg", ".jpeg", ".tif", ".tiff", ".bmp"))


def _is_ck48(path: Path) -> bool:
    return any(CK48_NAME.fullmatch(file.name) for folder in subfolders(path) if folder.name.lower() in ALIASES
               for file in folder.iterdir())


def _is_fer2013(path: Path) -> bool:
    return path.suffix == ".csv" or any((path / name).is_file() for name in FER2013_TABLES) or any(
        place.name.lower() in ALIASES for folder in subfolders(path) if folder.name.lower() in FER2013_FOLDERS
        for place in subfolders(folder))


# loader → (does this path have its layout?, what it wants)
LAYOUTS: dict[str, tuple[Callable[[Path], bool], str]] = {
    "ck_plus": (lambda path: any((path / name).is_dir() for name in CK_PLUS_IMAGES),
                "the folder that holds cohn-kanade-images/ and Emotion/"),
    "ck48": (_is_ck48, "the folder CK+48/, which holds anger/S010_004_00000017.png and so on"),
    "tfd": (lambda path: path.suffix == ".mat" or any(path.glob("TFD_*x*.mat")),
            "TFD_96x96.mat or TFD_48x48.mat, or the folder that holds them"),
    "fer2013": (_is_fer2013, "fer2013.csv, or the folder that holds it, or train/<class>/ and test/<class>/"),
}
# loader → files that hold the whole set, the first that is there
ONE_FILE = {"tfd": ("TFD_96x96.mat", "TFD_48x48.mat"), "fer2013": FER2013_TABLES}


def locate(name: str, root: str | Path | None) -> Path | None:
    """The path at `root`, or one level below, laid out for `name`; of a set in one file that file, which then is all
    that the set is known by; None for a set without a layout.

    ValueError for no root or several such places; FileNotFoundError for none, with the loader that fits.
    """
    if name not in LAYOUTS:
        return None if root is None else expand(root, "root")
    fits, wants = LAYOUTS[name]
    if root is None:
        raise ValueError(f"{name} needs root=…: {wants}.")
    root = expand(root, "root")
    if not root.exists():
        raise FileNotFoundError(f"{root} does not exist. {name} needs {wants}.")
    found = [root] if fits(root) else [path for path in subfolders(root) if fits(path)]
    if len(found) == 1:
        return next((found[0] / file for file in ONE_FILE.get(name, ()) if (found[0] / file).is_file()), found[0])
    if found:
        raise ValueError(f"{root} holds {name} more than once: {', '.join(path.name for path in found)}.")
    hint = f" Its parent is: root={str(root.resolve().parent)!r}." if fits(root.resolve().parent) else ""
    for other, (fits_other, _) in LAYOUTS.items():
        if place := next((path for path in (root, *subfolders(root)) if fits_other(path)), None):
            hint = f" It looks like {other}: load_dataset({other!r}, root={str(place)!r})."
    raise FileNotFoundError(f"{root} is not laid out as {name}, which needs {wants}.{hint}")


def read_grey(path: Path) -> np.ndarray:
    """A picture as (H, W) uint8: colour by ITU-R 601 luma, 16 bits scaled to 8, transparency on white.

    ValueError for what is no picture or is cut short: Pillow, since OpenCV fills up a truncated file and says
    nothing. OSError for a file that the system does not hand out, as without permission.
    """
    try:
        with Image.open(path) as image:
            image.load()
            if image.mode.startswith("I;16"):
                return ((np.asarray(image).astype(np.uint32) * 255 + 32767) // 65535).astype(np.uint8)
            if image.mode in ("I", "F"):
                raise ValueError(f"pixels of mode {image.mode}")
            if image.has_transparency_data:
                white = Image.new("RGBA", image.size, "white")
                return np.asarray(Image.alpha_composite(white, image.convert("RGBA")).convert("L"))
            return np.asarray(image.convert("L"))
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError) as error:
        if getattr(error, "errno", None) is not None:       # the system's; Pillow's own have no number
            raise OSError(error.errno, error.strerror, str(path)) from error
        raise ValueError(f"{path}: {error}") from error


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


def read_facs(folder: Path, report: Report) -> dict[str, dict[str, float]]:
    """FACS files in CK+'s layout → {"S005_001": {"AU9": 4.0}}: intensity 1–5, NaN for their 0, "not given".

    An empty file is reported and its sequence counts as not coded. ValueError for a garbled one.
    """
    codings = {}
    for path in sorted(folder.glob("S*/*/[!.]*_facs.txt")):
        coding = {}
        for number, line in enumerate(path.read_text(errors="replace").splitlines(), 1):
            if not line.strip():
                continue
            try:
                unit, intensity = (float(value) for value in line.split())
                if not (unit in range(1, 100) and intensity in range(6)):
                    raise ValueError
            except ValueError:
                raise ValueError(f"{path}, line {number}: {line.strip()!r} is not an action unit and its "
                                 "intensity 0–5. Unpack the FACS labels again, or delete the file.") from None
            coding[f"AU{unit:.0f}"] = intensity or np.nan
        sequence = f"{path.parts[-3]}_{path.parts[-2]}"
        if sequence in codings:
            raise ValueError(f"{path.parent} holds more than one FACS file. Keep the right one.")
        if coding:
            codings[sequence] = coding
        else:
            report.add("FACS file empty", path.relative_to(folder).as_posix())
    return codings


def action_unit_tables(codings: dict[str, dict[str, float]], coded: Iterable[str]) -> list[pd.DataFrame]:
    """Presence and intensity (N, A) float32; `coded` names each image's sequence, "" if not coded.

    Columns are all units that occur in `codings`, whichever sequences are asked for.
    """
    present = {name: dict.fromkeys(coding, 1.) for name, coding in codings.items()}
    present = pd.DataFrame.from_dict(present, orient="index")
    present = present[sorted(present, key=lambda unit: int(unit[2:]))].fillna(0.)
    intensities = pd.DataFrame.from_dict(codings, orient="index")[list(present)].where(present == 1, 0.)
    tables = (table.astype("float32").reindex(list(coded)) for table in (present, intensities))
    return [table.reset_index(drop=True) for table in tables]
