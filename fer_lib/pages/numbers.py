"""Numbers as texts and tables show them."""
import re
from collections import Counter
from collections.abc import Iterable, Sequence

import pandas as pd
from pandas.io.formats.style import Styler

from .markup import styled

SUPERSCRIPTS = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


def power(value: float) -> str:
    """1.4·10⁻⁵"""
    digits, exponent = f"{value:.1e}".split("e")
    return f"{digits}·10{str(int(exponent)).translate(SUPERSCRIPTS)}"


def typeset(value: float, form: str) -> str:
    """As format() writes it, with a minus sign that is one: −.31 and not -.31. What is rounded to zero has no sign.
    Of a table's column: `styled(table).format(partial(typeset, form=".2f"), subset=[column])`."""
    said = format(value, form)
    return said.replace("-", "−") if re.search("[1-9a-z]", said) else said.lstrip("+-")     # nan, inf


def how_many(number: int, name: str) -> str:
    """1 seed; 1,250 seeds"""
    return f"{number:,} {name}{'' if number == 1 else 's'}"


def span(numbers: Sequence[int]) -> str:
    """0, 2, 3; 0–9"""
    if len(numbers) > 2 and list(numbers) == list(range(numbers[0], numbers[-1] + 1)):
        return f"{numbers[0]}–{numbers[-1]}"
    return ", ".join(map(str, numbers))


def as_often(words: Iterable[str]) -> str:
    """150 (×3), not reached"""
    return ", ".join(word + f" (×{times})" * (times > 1) for word, times in Counter(words).items())


def rounded(value: float) -> str:
    """26,000: two digits that count"""
    return f"{float(f'{value:.1e}'):,.0f}"


def small_table(table: pd.DataFrame, **how) -> Styler:
    """In small letters; how: as in `Styler.format`."""
    return styled(table).format(**how).set_table_attributes('class="dataframe" style="font-size:.8rem"')
