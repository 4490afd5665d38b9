"""Words that were found, such as the name of a folder or what a run's file says, as words on a page.

    HTML(f"<b>{escaped(name)}</b>")         Markdown(f"**{escaped(name)}**")         styled(table).format(precision=2)

What a script is to have goes through `interactive.as_json`, and in JavaScript through `safe` of interactive/common.js.
"""
import html
import re

import pandas as pd
from IPython.display import HTML
from pandas.io.formats.style import Styler

MEANT = re.compile(r"""[&<>"'`\\*_\[\]{}|~$#!^]""")         # by HTML, or by Markdown and its mathematics


def escaped(words) -> str:
    """Such that HTML, between tags or quotes, and Markdown show them as they are, on one line. Not for `code`."""
    line = " ".join(encodable(str(words)).split())
    return MEANT.sub(lambda sign: html.escape(sign[0]) if sign[0] in "&<>\"'" else f"&#{ord(sign[0])};", line)


def encodable(words: str) -> str:
    """A page is UTF-8 and has no zeros; the name of a file need not be, and what a file says may have some."""
    return re.sub("[\0\ud800-\udfff]", "\ufffd", words)


def styled(table: pd.DataFrame) -> Styler:
    """`table.style`, in which the words of cells, rows, columns and their names are escaped: pandas writes them as they
    are. What a format makes of a cell is not, nor are labels plain that hold &, <, > or quotes: name these by place."""
    def words(value):
        return html.escape(encodable(value)) if isinstance(value, str) else value

    def labels(index: pd.Index) -> pd.Index:
        if index.empty:
            return index
        plain = index.map(lambda own: tuple(map(words, own)) if isinstance(own, tuple) else words(own))
        return plain.set_names([words(name) for name in index.names])

    plain = pd.DataFrame({i: column.map(words) if column.dtype.kind not in "biufc" else column
                          for i, (_, column) in enumerate(table.items())}, index=table.index)
    return plain.set_axis(labels(table.index), axis=0).set_axis(labels(table.columns), axis=1).style


def folded(summary: str, table: Styler, kind: str = "") -> HTML:
    """A table that is for looking up, one click away. kind: "compared" for one that is printed, too: the PDF leaves
    out what is folded."""
    opened = f' class="{kind}"' if kind else ""
    return HTML(f"<details{opened}><summary>{escaped(summary)}</summary>{table.to_html()}</details>")


def percent(share: float, digits: int = 0) -> str:
    """12 %, with a space, as every page has it."""
    return f"{100 * share:.{digits}f} %"
