"""What chapters hand on: numbers, to prose and to results.json (`glue`).

    glue("images", len(faces.images), source="the twin, all frames")        # in a cell of a chapter
    The twin has {glue:}`images` images.                                    # in its text
    The twin has {glue:text}`data.md::images:s` images.                     # in the text of another chapter

The book's extension (book/_ext/fer_book.py) collects every glued number of every chapter.
"""
import datetime
import json
import math
import numbers
from pathlib import Path

from IPython.display import display as show

BOOK = Path(__file__).parents[2] / "book"
RESULTS = BOOK / "results"  # stored runs and measurements, with their provenance
RECORD = "fer_lib"          # key of the record in the output's metadata, which results.json is made from
FILTERS = "example_filters"     # what `example_network.glue_filters` keeps
# `scrapbook` in the metadata is where myst-nb looks for glued outputs; with this prefix, the cell itself shows nothing.
PREFIX = "application/papermill.record/"


def glue(name: str, value: float, *, source: str, n: int | None = None, display: str | None = None,
         more: dict | None = None):
    """Keep a number for the text of this chapter, as {glue:}`name`, and for `results.json`.

    value: a real number, or a scalar of NumPy or torch. NaN and ±infinity are null in `results.json`.
    source: what it was computed from, such as "twin, fold 0, test images".
    n: the number of cases (images, subjects, filters) behind it, where there is one.
    display: how the text shows it; by default 1,308 where it is whole or above 100, else 0.123, three digits.
    more: what else its record says, such as an interval, for other pages and `results.json`; finite, in JSON.
    """
    value = value.item() if hasattr(value, "item") else value
    if not isinstance(value, numbers.Real):
        raise TypeError(f"glue({name!r}, …) keeps one real number, not {value!r}; pass a single value.")
    if not (isinstance(name, str) and name.isidentifier()):
        raise ValueError(f"glue({name!r}, …): a name consists of letters, digits and underscores.")
    value = int(value) if isinstance(value, numbers.Integral) else float(value)
    if display is None:
        display = f"{value:.3g}" if abs(value) < 100 and value % 1 else f"{value:,.0f}"
    record = {"name": name, "value": value if math.isfinite(value) else None, "display": display,
              "n": n if n is None else int(n), "source": source,
              "computed": datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds")}
    record |= more or {}
    # Quoted, and unquoted by each role: {glue:text} would take 1,308 for a tuple.
    show({PREFIX + "text/plain": repr(display)}, raw=True,
         metadata={"scrapbook": {"name": name, "mime_prefix": PREFIX}, "strip_text_quotes": True,
                   RECORD: record})


def keep(name: str, data: dict):
    """Keep what JSON can hold for the page of this chapter, as a text; neither shown nor in `results.json`."""
    show({PREFIX + "text/plain": json.dumps(data, allow_nan=False)}, raw=True,
         metadata={"scrapbook": {"name": name, "mime_prefix": PREFIX}})


def glue_verdict(name: str, word: str, *, source: str, n: int | None = None, more: dict | None = None):
    """Keep what became of a claim, a word of `analysis.words`, for the page that lists all claims; see `glue`.

    n: the units of its test (folds, seeds, people), which the source names. more: see `glue`.
    """
    from ..analysis.words import VERDICTS  # it loads torch, which the book's extension can do without
    if word not in VERDICTS:
        raise ValueError(f"glue_verdict({name!r}, {word!r}, …): a verdict is one of {', '.join(VERDICTS)}")
    glue(name, VERDICTS[word], source=source, n=n, display=word, more=more)
