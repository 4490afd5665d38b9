"""CK+48, the widely used 48×48 crops of CK+: root is CK+48/, which holds <class>/S010_004_00000017.png.

The last three frames of the 327 labelled sequences; no neutral. Subject, sequence and frame are read from the file
names. Action units come from elsewhere: a table, or CK+'s own FACS folder. They are those of a sequence's last frames:
others that a tree may hold, as first frames in neutral/, are not coded.
"""
import re
from pathlib import Path
from typing import NamedTuple

import pandas as pd

from ..system.paths import expand
from . import EXPRESSIONS, FaceDataset, Report, reading, subject_folds
from .ck_files import LAST, Coding, action_unit_tables, one_file_each, read_facs
from .layouts import ALIASES, CK48_NAME

PARTS = ("labelled",)
ABSENT_OR_PRESENT = {"true": 1., "false": 0.}       # as a table of True and False is written
UNIT = re.compile(r"AU0*([1-9]\d?)", re.ASCII | re.IGNORECASE)
INTENSITY = re.compile(r"[2-5](\.0*)?|[a-e]", re.IGNORECASE)       # FACS's, as numbers or letters
INTENSITIES = ("; write 1 for any intensity, 0 for absent. (In CK+'s own FACS files 0 is not absent: it is present, of "
               "an intensity not given. Name that folder instead, facs: …, and it is read so.)")
WITHOUT_UNITS = "sequence without action units (kept, NaN)"
WITHOUT_IMAGES = "action units without images"
MISNAMED = "folder that is not named after an expression"
NOT_CODED = "", "na", "n/a", "nan", "null", "none"


class Frame(NamedTuple):
    path: Path
    expression: str
    subject: str
    sequence: str                                   # with its subject: S010_004
    number: int


def load(root: Path, *, part: str = "labelled", progress: bool = True, au_table: str | Path | None = None,
         facs: str | Path | None = None) -> FaceDataset:
    """CK+48 from `root`.

    au_table: CSV file with columns sequence, AU1, AU2, … and rows such as S010_004,1,0 (empty: not coded).
    facs: CK+'s folder FACS/. Pictures that cannot be read, are not 48×48, whose name does not tell the
    sequence or whose place contradicts another's are left out and reported.
    """
    if au_table is not None and facs is not None:
        raise ValueError("give au_table= or facs=, not both")
    report = Report()
    found = _frames(root, report)
    frames = _without_contradictions(found, root, report)
    images, kept = reading.read_pictures([frame.path for frame in frames], root, reading.only_48, report, progress)
    shown = [frames[i] for i in kept]
    neutral = any(frame.expression == "neutral" for frame in shown)
    classes = tuple(name for name in EXPRESSIONS if name != "neutral" or neutral)
    tables = ()
    if au_table is not None:
        table = read_au_table(expand(au_table, "au_table"))
        coded = _coded(frames, dict.fromkeys(table.index), report)
        names = [frame.sequence if frame in coded else "" for frame in shown]
        tables = (table.reindex(names).reset_index(drop=True),)
    elif facs is not None:
        if not (codings := read_facs(expand(facs, "facs"), report)):
            raise FileNotFoundError(f"{facs} holds no S010/004/S010_…_facs.txt or the like, as CK+ does.")
        coded = _coded(frames, codings, report)
        tables = action_unit_tables(codings, [frame.sequence if frame in coded else "" for frame in shown])
    everyone = sorted({frame.subject for frame in found})   # folds do not depend on what could be read
    subjects = [frame.subject for frame in shown]
    return FaceDataset("ck48", images, [classes.index(frame.expression) for frame in shown], classes,
                       subjects, [frame.sequence for frame in shown], *tables,
                       folds=subject_folds(subjects, everyone), report=report,
                       files=[frame.path.relative_to(root).as_posix() for frame in shown])


def _frames(root: Path, report: Report) -> list[Frame]:
    found = []
    for folder in reading.folders_in(root, root, report):
        if (expression := ALIASES.get(folder.name.lower())) is None:
            report.add(MISNAMED, folder.name)
            continue
        for path in reading.pictures_in(folder, root, report):
            if name := CK48_NAME.fullmatch(path.name):
                found.append(Frame(path, expression, name[1], f"{name[1]}_{name[2]}", int(name[3])))
            else:
                report.add("file name without subject and sequence", path.relative_to(root).as_posix())
    return found


def _without_contradictions(frames: list[Frame], root: Path, report: Report) -> list[Frame]:
    """A sequence shows one emotion, and a frame is one file: what lies in two class folders has no label."""
    emotions, same, files = {}, {}, {}
    for frame in frames:
        if frame.expression != "neutral":
            emotions.setdefault(frame.sequence, set()).add(frame.expression)
    for frame in frames:
        if frame.expression != "neutral" and len(emotions[frame.sequence]) > 1:
            reading.not_used([frame.path], root, report, "sequence in several class folders")
        else:
            same.setdefault((frame.sequence, frame.number), []).append(frame)
    for key, several in same.items():
        paths = [frame.path for frame in several]
        if len({frame.expression for frame in several}) > 1:
            reading.not_used(paths, root, report, "frame in several class folders")
        else:
            files[key] = paths
    chosen = set(one_file_each(files, root, report).values())
    return [frame for frame in frames if frame.path in chosen]


def _coded(frames: list[Frame], codings: dict[str, Coding | None], report: Report) -> set[Frame]:
    """Those of `frames` that carry the action units of their sequence: the last three, up to the coded one where the
    coding says which that is. Others are reported, as are sequences and codings without the other."""
    numbers, coded = {}, set()
    for frame in frames:
        if frame.expression != "neutral":
            numbers.setdefault(frame.sequence, []).append(frame.number)
    last = {sequence: _last(sequence, own, codings[sequence], report)
            for sequence, own in numbers.items() if sequence in codings}
    for frame in frames:
        if frame.expression != "neutral" and frame.number in last.get(frame.sequence, ()):
            coded.add(frame)
        elif frame.sequence in codings:
            report.add("frame that is not coded, as not among its sequence's last (kept, NaN)", frame.path.name)
    for sequence in sorted({frame.sequence for frame in frames} - codings.keys()):
        report.add(WITHOUT_UNITS, sequence)
    for sequence in sorted(codings.keys() - {frame.sequence for frame in frames}):
        report.add(WITHOUT_IMAGES, sequence)
    return coded


def _last(sequence: str, numbers: list[int], coding: Coding | None, report: Report) -> range:
    """Numbers of the frames that carry the coding, three at most."""
    highest = range(max(numbers) - LAST + 1, max(numbers) + 1)
    if coding is None:                              # a table does not say which frame it codes
        return highest
    by_name = range(coding.frame - LAST + 1, coding.frame + 1)
    if sorted(numbers) == list(highest) and not set(numbers) & set(by_name):
        # Three frames in a row are the distribution's three, counted otherwise.
        report.add("frames numbered otherwise than their FACS file (action units kept)", sequence)
        return highest
    return by_name


def read_au_table(path: Path) -> pd.DataFrame:
    """The table by sequence (S, A) float32 of 1, 0 and NaN; ValueError that names what is wrong in it.

    Columns may be written AU01 or au1 for AU1, and Sequence.
    """
    lines = reading.read_rows(path)
    _, written = next(lines)
    columns = [_column(name) for name in written]
    if columns.count("sequence") != 1 or len(set(columns)) < len(columns):
        raise ValueError(f"{path} is not a table with columns sequence, AU1, AU2, …, each once, separated by commas; "
                         f"the first column is called sequence. Its columns are: {', '.join(written)}")
    units = [name for name in columns if name != "sequence"]
    wrong = [name for name in units if not UNIT.fullmatch(name)]
    if wrong or not units:
        named = ", ".join(name or "one without a name" for name in wrong) or "none"
        raise ValueError(f"{path}: its other columns must be AU1, AU2, …, not {named}; one for each unit, whichever "
                         "side of the face shows it, and none besides (pandas writes its index unless index=False)")
    table = {}
    for line, row in lines:
        values = dict(zip(columns, row, strict=True))
        sequence = values.pop("sequence")
        if not sequence or sequence in table:
            raise ValueError(f"{path}, line {line}: {sequence} occurs twice" if sequence else
                             f"{path}, line {line}: the row names no sequence")
        table[sequence] = [_presence(values[unit], f"{path}, line {line}: {sequence}") for unit in units]
    if not table:
        raise ValueError(f"{path}: below its columns there is no row")
    return pd.DataFrame.from_dict(table, orient="index", columns=units, dtype="float32")


def _column(written: str) -> str:
    """As units and sequences are called everywhere; any other name as it is written."""
    if unit := UNIT.fullmatch(written):
        return f"AU{int(unit[1])}"
    return "sequence" if written.lower() == "sequence" else written


def _presence(text: str, place: str) -> float:
    if text.lower() in NOT_CODED:
        return float("nan")
    try:
        value = ABSENT_OR_PRESENT.get(text.lower())
        value = reading.number(text) if value is None else value
    except ValueError:
        value = None
    if value not in (0, 1):
        fix = INTENSITIES if INTENSITY.fullmatch(text) else ""
        raise ValueError(f"{place} has a value not 1 (present), 0 (absent) or empty (not coded): {text!r}{fix}")
    return value
