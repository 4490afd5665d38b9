"""What CK+ and CK+48 say by names: S005_001_00000011.png is frame 11, and S005_001_00000011_facs.txt codes that frame.

So a picture's label and action units follow from its number, never from which other files happen to lie beside it.
"""
import re
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd

from . import Report
from .reading import folders_in, listing, not_used, number, read_text

AS_DISTRIBUTED = re.compile(r"S\d{3}_\d{3}_\d{8}\.png", re.ASCII)
LAST = 3                                            # frames of a sequence that carry the labels of the coded one


class LabelFile(NamedTuple):
    path: Path
    frame: int                                      # the number of the frame that it codes


class Coding(dict):
    """FACS coding of a frame: {"AU9": 4.0}, intensity 1–5, NaN for the files' 0, "not given"."""

    def __init__(self, units: dict[str, float], frame: int):
        super().__init__(units)
        self.frame = frame


def one_file_each(files: dict[tuple, list[Path]], root: Path, report: Report) -> dict[tuple, Path]:
    """The one file of each frame. Of several (a.png beside a.jpg) that which is named as distributed; where that does
    not tell them apart the frame is left out. The others are reported."""
    chosen = {}
    for key, paths in files.items():
        named = [path for path in paths if AS_DISTRIBUTED.fullmatch(path.name)] if len(paths) > 1 else paths
        if len(named) == 1:
            chosen[key] = named[0]
        not_used([path for path in paths if named != [path]], root, report, "one of several files of a frame")
    return chosen


def numbered_frames(pictures: list[Path], sequence: str, root: Path, report: Report) -> dict[int, Path]:
    """Frame number, from 1 → picture of a sequence; pictures of another name are reported."""
    name, found = re.compile(rf"{re.escape(sequence)}_(\d{{1,8}})\.\w+", re.ASCII | re.IGNORECASE), {}
    for path in pictures:
        if (match := name.fullmatch(path.name)) and int(match[1]):
            found.setdefault(int(match[1]), []).append(path)
        else:
            not_used([path], root, report, "picture that is not named as a frame of its sequence")
    return one_file_each(found, root, report)


def label_files(folder: Path, kind: str, report: Report) -> dict[str, LabelFile | None]:
    """Sequence → its file in Emotion/ or FACS/ (S005/001/S005_001_00000011_facs.txt), None where its folder has none.

    kind: "emotion" or "FACS". ValueError for a sequence that has two.
    """
    found, above = {}, folder.parent
    for subject in folders_in(folder, above, report):
        if not re.match("S[0-9]", subject.name):
            not_used([subject], above, report, "folder that is not used")
            continue
        for place in folders_in(subject, above, report):
            sequence, inside = f"{subject.name}_{place.name}", listing(place)
            name = re.compile(rf"{re.escape(sequence)}_(\d{{1,8}})_{kind}\.txt", re.ASCII | re.IGNORECASE)
            files = [LabelFile(path, int(match[1])) for path in inside.files if (match := name.fullmatch(path.name))]
            if len(files) > 1:
                raise ValueError(f"{place} holds {len(files)} {kind} files; a sequence has one. Keep the right one.")
            found[sequence] = files[0] if files else None
            for path in inside.files:
                if not name.fullmatch(path.name):
                    misnamed = path.name.lower().endswith(f"_{kind.lower()}.txt")
                    not_used([path], above, report,
                             f"{kind} file that is not named after its sequence" if misnamed else "")
            not_used(inside.folders, above, report, "folder that is not used")
    return found


def read_facs(folder: Path, report: Report) -> dict[str, Coding]:
    """FACS files in CK+'s layout → coding of each sequence.

    An empty file is reported and its sequence counts as not coded. ValueError for a garbled one.
    """
    codings = {}
    for sequence, file in label_files(folder, "FACS", report).items():
        if file is None:
            continue
        units = {}
        for line_number, line in enumerate(read_text(file.path).splitlines(), 1):
            if not line.strip():
                continue
            try:
                unit, intensity = (number(value) for value in line.split())
                if not (unit in range(1, 100) and intensity in range(6)):
                    raise ValueError
            except ValueError:
                raise ValueError(f"{file.path}, line {line_number}: {line.strip()!r} is not an action unit and its "
                                 "intensity 0–5. Unpack the FACS labels again, or delete the file.") from None
            name = f"AU{unit:.0f}"
            if units.setdefault(name, intensity) != intensity:
                report.add("action unit with two intensities in one file (kept as not given)", f"{sequence} {name}")
                intensity = 0
            units[name] = intensity
        if units:
            codings[sequence] = Coding({name: level or np.nan for name, level in units.items()}, file.frame)
        else:
            report.add("FACS file empty", file.path.relative_to(folder).as_posix())
    return codings


def action_unit_tables(codings: dict[str, Coding], coded: Iterable[str]) -> list[pd.DataFrame]:
    """Presence and intensity (N, A) float32; `coded` names each image's sequence, "" if not coded.

    Columns are all units that occur in `codings`, whichever sequences are asked for.
    """
    present = {name: dict.fromkeys(coding, 1.) for name, coding in codings.items()}
    present = pd.DataFrame.from_dict(present, orient="index")
    present = present[sorted(present, key=lambda unit: int(unit[2:]))].fillna(0.)
    intensities = pd.DataFrame.from_dict(codings, orient="index")[list(present)].where(present == 1, 0.)
    tables = (table.astype("float32").reindex(list(coded)) for table in (present, intensities))
    return [table.reset_index(drop=True) for table in tables]
