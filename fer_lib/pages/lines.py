"""Lines of a figure's text: how wide they are, and where one is to end.

    fold(text, 1.5)             # in as few lines as fit into so many inches, of about one length

A text that fits stays as it is.
"""
import textwrap

from matplotlib.text import Text
from matplotlib.textpath import text_to_path


def line_width(line: str, text: Text) -> float:
    """Of a line as matplotlib lays it out in the letters of a text, points."""
    return text_to_path.get_text_width_height_descent(line, text.get_fontproperties(), ismath=False)[0]


def fits(lines: list[str], text: Text, inches: float) -> bool:
    return all(line_width(line, text) <= 72 * inches for line in lines)


def fold(text: Text, inches: float):
    """Words are not broken: one that is longer than a line stands out."""
    if fits(text.get_text().split("\n"), text, inches):
        return
    said = " ".join(text.get_text().split())
    ways = [textwrap.wrap(said, letters, break_long_words=False, break_on_hyphens=False)
            for letters in range(len(said), max(map(len, said.split())) - 1, -1)]
    fitting = [lines for lines in ways if fits(lines, text, inches)] or ways[-1:]
    text.set_text("\n".join([lines for lines in fitting if len(lines) == len(fitting[0])][-1]))
