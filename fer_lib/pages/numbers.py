"""Numbers as texts and tables show them."""
import pandas as pd
from pandas.io.formats.style import Styler

from .markup import styled

SUPERSCRIPTS = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


def power(value: float) -> str:
    """1.4·10⁻⁵"""
    digits, exponent = f"{value:.1e}".split("e")
    return f"{digits}·10{str(int(exponent)).translate(SUPERSCRIPTS)}"


def rounded(value: float) -> str:
    """26,000: two digits that count"""
    return f"{float(f'{value:.1e}'):,.0f}"


def small_table(table: pd.DataFrame, **how) -> Styler:
    """In small letters; how: as in `Styler.format`."""
    return styled(table).format(**how).set_table_attributes('class="dataframe" style="font-size:.8rem"')
