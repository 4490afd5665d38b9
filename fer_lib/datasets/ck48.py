"""CK+48, the widely used crops of CK+: root is CK+48/, which holds <class>/S010_004_00000017.png of 48×48 pixels.

The last three frames of the 327 labelled sequences; no neutral. Subject and sequence are read from the file names. Action
units come from elsewhere: a table, or CK+'s own FACS folder.
"""
from pathlib import Path

import pandas as pd

from . import EXPRESSIONS, FaceDataset, Report, subject_folds
from .reading import ALIASES, CK48_NAME, action_unit_tables, locate, pictures, read_facs, read_pictures, subfolders

PARTS = ("labelled",)


def sources(root: Path, *, au_table=None, facs=None) -> list[Path]:
    extra = [Path(path).expanduser() for path in (au_table, facs) if path is not None]
    for path in extra:
        if not path.exists():
            raise FileNotFoundError(f"{path} does not exist; au_table= is a CSV file, facs= the folder FACS/ of CK+.")
    return [locate(root, "ck48"), *extra]


def load(root: Path, *, part: str = "labelled", progress: bool = True, au_table: str | Path | None = None,
         facs: str | Path | None = None) -> FaceDataset:
    """CK+48 from `root`, or from the one folder in it that has the layout.

    au_table: CSV file with columns sequence, AU1, AU2, … and rows such as S010_004, 1, 0 (empty: not coded). facs: CK+'s folder
    FACS/. Pictures that cannot be read, are not 48×48 or whose name does not tell the sequence are left out and reported.
    """
    if au_table is not None and facs is not None:
        raise ValueError("give au_table= or facs=, not both")
    root, report = locate(root, "ck48"), Report()
    paths = []
    for folder in subfolders(root):
        if folder.name.lower() not in ALIASES:
            report.add("folder that is not named after an expression", folder.name)
            continue
        for path in pictures(folder):
            if CK48_NAME.fullmatch(path.name):
                paths.append(path)
            else:
                report.add("file name without subject and sequence", path.relative_to(root).as_posix())
    images, kept = read_pictures(paths, root, lambda image: image if image.shape == (48, 48) else "not 48×48 pixels", report, progress)
    classes = tuple(name for name in EXPRESSIONS if name != "neutral" or any(ALIASES[path.parent.name.lower()] == name for path in paths))
    everyone = sorted({CK48_NAME.fullmatch(path.name)[1] for path in paths})       # folds do not depend on what could be read
    paths = [paths[i] for i in kept]
    names = [CK48_NAME.fullmatch(path.name) for path in paths]
    sequences = [f"{name[1]}_{name[2]}" for name in names]
    action_units = intensities = None
    if au_table is not None:
        action_units = read_au_table(Path(au_table).expanduser(), sequences, report)
    elif facs is not None:
        if not (codings := read_facs(Path(facs).expanduser(), report)):
            raise FileNotFoundError(f"{facs} holds no S010/004/S010_004_00000019_facs.txt or the like; facs= is the folder FACS/ of CK+.")
        action_units, intensities = action_unit_tables(codings, sequences)
        _report_uncoded(set(sequences) - codings.keys(), report)
    subjects = [name[1] for name in names]
    return FaceDataset("ck48", images, [classes.index(ALIASES[path.parent.name.lower()]) for path in paths], classes, subjects, sequences,
                       action_units, intensities, files=[path.relative_to(root).as_posix() for path in paths],
                       folds=subject_folds(subjects, everyone), report=report)


def read_au_table(path: Path, sequences: list[str], report: Report) -> pd.DataFrame:
    """Rows of the table for each image (N, A), NaN for a sequence that the table does not have."""
    try:
        table = pd.read_csv(path, skipinitialspace=True, dtype={"sequence": str}).set_index("sequence")
        table = table.astype("float32")
    except (KeyError, ValueError) as error:
        raise ValueError(f"{path} is not a table of action units, with columns sequence, AU1, AU2, …: {error}") from error
    wrong = [column for column in table if not pd.Series(column).str.fullmatch(r"AU\d+").all()]
    if wrong or table.empty:
        raise ValueError(f"{path}: columns after sequence must be AU1, AU2, …, not {', '.join(wrong) or 'none'}")
    bad = table.index[(~(table.isin((0, 1)) | table.isna())).any(axis=1)]
    if len(bad):
        raise ValueError(f"{path}: sequence {bad[0]} has a value other than 1 (present), 0 (absent) or empty (not coded)")
    if table.index.has_duplicates:
        raise ValueError(f"{path}: sequence {table.index[table.index.duplicated()][0]} occurs twice")
    _report_uncoded(set(sequences) - set(table.index), report)
    return table.reindex(sequences).reset_index(drop=True)


def _report_uncoded(sequences: set[str], report: Report):
    for sequence in sorted(sequences):
        report.add("sequence without action units (kept, NaN)", sequence)
