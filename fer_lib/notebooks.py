"""Numbers in prose: `glue` keeps a number under a name, for the page's text and for `results.json`.

    glue("images", len(faces.images), source="the twin, all frames")        # in a cell of a chapter
    The twin has {glue:}`images` images.                                    # in its text

The book's extension (book/_ext/fer_book.py) collects every glued number of every chapter.
"""
import math
import numbers

from IPython.display import display as show

RECORD = "fer_lib"          # key of the record in the output's metadata, which results.json is made from


def glue(name: str, value: float, *, source: str, n: int | None = None, display: str | None = None):
    """Keep a number for the text of this chapter, as {glue:}`name`, and for `results.json`.

    value: a real number, or a scalar of NumPy or torch. NaN and ±infinity are null in `results.json`.
    source: what it was computed from, such as "twin, fold 0, test images".
    n: the number of cases (images, subjects, filters) behind it, where there is one.
    display: how the text shows it; by default 1,308 for a whole number, else three significant digits.
    """
    value = value.item() if hasattr(value, "item") else value
    if not isinstance(value, numbers.Real):
        raise TypeError(f"glue({name!r}, …) keeps one real number, not {value!r}; pass a single value.")
    if not (isinstance(name, str) and name.isidentifier()):
        raise ValueError(f"glue({name!r}, …): a name consists of letters, digits and underscores.")
    if display is None:
        display = f"{value:,}" if isinstance(value, numbers.Integral) else f"{value:,.3g}"
    record = {"name": name, "value": value if math.isfinite(value) else None, "display": display,
              "n": n if n is None else int(n), "source": source}
    # `scrapbook` is where myst-nb looks for glued outputs; with the prefix, the cell itself shows nothing
    prefix = "application/papermill.record/"
    show({prefix + "text/plain": display}, raw=True,
         metadata={"scrapbook": {"name": name, "mime_prefix": prefix}, RECORD: record})
