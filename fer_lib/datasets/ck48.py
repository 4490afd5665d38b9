"""CK+48, the widely used 48×48 crops of CK+: root is CK+48/, which holds <class>/S010_004_00000017.png.

The last three frames of the 327 labelled sequences; no neutral. Subject and sequence are read from the file
names. Action units come from elsewhere: a table, or CK+'s own FACS folder.
"""
from pathlib import Path

import pandas as pd

from ..paths import expand
from . import EXPRESSIONS, FaceDataset, Report, reading, subject_folds
from .reading import ALIASES, CK48_NAME

PARTS = ("labelled",)


def load(root: Path, *, part: str = "labelled", progress: bool = True, au_table: str | Path | None = None,
         facs: str | Path | None = None) -> FaceDataset:
    """CK+48 from `root`.

    au_table: CSV file with columns sequence, AU1, AU2, … and rows such as S010_004,1,0 (empty: not coded).
    facs: CK+'s folder FACS/. Pictures that cannot be read, are not 48×48 or whose name does not tell the
    sequence are left out and reported.
    """
    if au_table is not None and facs is not None:
        raise ValueError("give au_table= or facs=, not both")
    report, found = Report(), []                    # found: (file, expression, match of its name)
    for folder in reading.subfolders(root):
        if (expression := ALIASES.get(folder.name.lower())) is None:
            report.add("folder that is not named after an expression", folder.name)
            continue
        for path in reading.pictures(folder):
            if name := CK48_NAME.fullmatch(path.name):
                found.append((path, expression, name))
            else:
                report.add("file name without subject and sequence", path.relative_to(root).as_posix())
    files = [path for path, _, _ in found]
    images, kept = reading.read_pictures(files, root, reading.only_48, report, progress)
    paths, expressions, names = zip(*(found[i] for i in kept), strict=True)
    classes = tuple(name for name in EXPRESSIONS if name != "neutral" or name in expressions)
    subjects, sequences = [name[1] for name in names], [f"{name[1]}_{name[2]}" for name in names]
    tables = ()
    if au_table is not None:
        table = read_au_table(expand(au_table, "au_table"))
        tables, coded = (table.reindex(sequences).reset_index(drop=True),), table.index
    elif facs is not None:
        if not (coded := reading.read_facs(expand(facs, "facs"), report)):
            raise FileNotFoundError(f"{facs} holds no S010/004/S010_…_facs.txt or the like, as CK+ does.")
        tables = reading.action_unit_tables(coded, sequences)
    for sequence in sorted(set(sequences) - set(coded)) if tables else ():
        report.add("sequence without action units (kept, NaN)", sequence)
    everyone = sorted({name[1] for _, _, name in found})    # folds do not depend on what could be read
    return FaceDataset("ck48", images, [classes.index(name) for name in expressions], classes,
                       subjects, sequences, *tables, folds=subject_folds(subjects, everyone), report=report,
                       files=[path.relative_to(root).as_posix() for path in paths])


def read_au_table(path: Path) -> pd.DataFrame:
    """The table by sequence (S, A) float32 of 1, 0 and NaN; ValueError that names what is wrong in it."""
    try:
        table = pd.read_csv(path, skipinitialspace=True, dtype={"sequence": str}).set_index("sequence")
        table = table.astype("float32")
    except (KeyError, ValueError) as error:
        raise ValueError(f"{path} is not a table with columns sequence, AU1, AU2, …: {error}") from error
    wrong = table.columns[~table.columns.str.fullmatch(r"AU\d+")]
    if len(wrong) or table.empty:
        raise ValueError(f"{path}: its other columns must be AU1, AU2, …, not {', '.join(wrong) or 'none'}")
    bad = table.index[~(table.isin((0, 1)) | table.isna()).all(axis=1)]
    if len(bad):
        raise ValueError(f"{path}: {bad[0]} has a value not 1 (present), 0 (absent) or empty (not coded)")
    if table.index.has_duplicates:
        raise ValueError(f"{path}: {table.index[table.index.duplicated()][0]} occurs twice")
    return table
