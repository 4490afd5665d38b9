"""Accuracies that others have printed (book/paper.csv, book/earlier.csv), and how this book knows each of them.

    numbers = read_printed(BOOK / "paper.csv")
    numbers["shown"]                            # 95.1‡
    as_printed(read_printed(BOOK / "earlier.csv"), numbers)     # earlier methods beside the paper's network

No number is shown without the mark of how it is known. None was compared with the publication that it is from.
"""
import csv
from pathlib import Path

import pandas as pd

MARKS = {"recalled": "†",       # from memory, and compared with nothing
         "second hand": "‡",    # as another publication prints it, whose key in references.bib stands in `printed_in`
         "not known": ""}
COLUMNS = "dataset", "classes", "accuracy", "known", "printed_in", "source"


def read_printed(path: Path) -> pd.DataFrame:
    """The rows of a file, with accuracy as a share (NaN where it is not known) and `shown`: per cent, with as many
    digits as were printed, and the mark; empty where it is not known.

    ValueError: a column is missing, or rows are wrong; all mistakes are listed, by their row.
    """
    with path.open(encoding="utf-8-sig", newline="") as file:
        reader = csv.DictReader(file)
        names, rows = list(reader.fieldnames or ()), list(reader)
    if missing := [name for name in COLUMNS if name not in names]:
        raise ValueError(f"{path} has no column {', '.join(missing)}.")
    if wrong := [f"{path}, row {i}: {what}." for i, row in enumerate(rows, start=1) for what in mistakes(row)]:
        raise ValueError("\n".join(wrong))
    table = pd.DataFrame(rows, columns=names)
    return table.assign(classes=table["classes"].astype(int), accuracy=pd.to_numeric(table["accuracy"]), shown=[
        percent(share) + MARKS[known] for share, known in zip(table["accuracy"], table["known"], strict=True)])


def percent(share: str) -> str:
    """Per cent, to the digits that a share has: 0.850 → 85.0, 0.65 → 65, and nothing of nothing."""
    return f"{100 * float(share):.{max(0, len(share.partition('.')[2]) - 2)}f}" if share else ""


def mistakes(row: dict[str, str]) -> list[str]:
    """What is wrong with a row, in words."""
    if None in row or None in row.values():
        return ["it has more or fewer cells than there are columns; words with a comma stand in quotes"]
    found, known, share = [], row["known"], row["accuracy"]
    if known not in MARKS:
        found.append(f"known is {known!r}, not one of {', '.join(MARKS)}")
    if bool(share) == (known == "not known"):
        found.append("an accuracy that is not known is left empty, and no other")
    if share and not is_share(share):
        found.append(f"accuracy is {share!r}, not a share from 0 to 1 such as 0.951")
    if bool(row["printed_in"]) != (known == "second hand"):
        found.append("printed_in names the publication of what is known at second hand, and of nothing else")
    if not row["classes"].isdecimal():
        found.append(f"classes is {row['classes']!r}, not their number")
    if not row["source"]:
        found.append("source is empty")
    return found


def is_share(text: str) -> bool:
    """Plain digits, so that it can be seen how many were printed."""
    return text.replace(".", "", 1).isdecimal() and float(text) <= 1


def of_variant(printed: pd.DataFrame, variant: str) -> str:
    """What the paper's versions print of a variant of its network: 95.1‡ in v3, 96.4† in 2015 (v1)"""
    known = printed[printed["variant"] == variant].dropna(subset="accuracy")
    return ", ".join(f"{row.shown} in {row.version}" for row in known.itertuples())


def as_printed(earlier: pd.DataFrame, printed: pd.DataFrame) -> pd.DataFrame:
    """A row for each set: what was printed of earlier methods and of the paper's CNN+AD, and how many of the former are
    below its corrected number, that of version 3; n/a where one is not known."""
    rows = []
    for (name, classes), methods in earlier.groupby(["dataset", "classes"], sort=False):
        own = printed[(printed["dataset"] == name) & (printed["classes"] == classes)]
        corrected = own.loc[(own["variant"] == "CNN+AD") & (own["version"] == "v3"), "accuracy"].dropna()
        below = f"{(methods['accuracy'] < corrected.item()).sum()} of {len(methods)}" if len(corrected) else "n/a"
        rows.append({"set": f"{name}, {classes} classes",
                     "earlier methods": ", ".join(methods["method"] + " " + methods["shown"]),
                     "the paper's CNN+AD": of_variant(own, "CNN+AD") or "n/a", "below its v3": below})
    return pd.DataFrame(rows)
