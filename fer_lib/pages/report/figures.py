"""Figures of the report: SVG with real text, as wide as there is room, and tables whose cells are coloured."""
from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np

from ..markup import escaped
from ..numbers import typeset
from ..pictures import data_address

ROW, FOOT = 18, 34                  # CSS pixels: of a row, and of the axis below
SHAPES = {"yours": '<circle class="yours" r="5.5"', "fresh": '<circle class="fresh" r="4.5"',
          "paper": '<path class="paper" d="M0-6 5 0 0 6-5 0z"',
          "untrained": '<path class="untrained" d="M0-5 4 0 0 5-4 0z"'}


class Row(NamedTuple):
    label: str                      # which is always there
    name: str                       # which there is room for on a wide page
    marks: Mapping[str, float | Sequence[float] | None]     # by SHAPES; several of a kind are several marks
    chance: float | None = None     # up to where a bar reaches from ½


def dots(rows: Sequence[Row], legend: Mapping[str, str], axis: str, alt: str) -> str:
    """A row of marks for each row, on one axis of AUC. legend: what each mark is; and "chance", what the bar is."""
    values = [value for row in rows for own in row.marks.values() for value in several(own)]
    low = min(.4, np.floor(10 * min(values)) / 10)
    high, height = 1., ROW * len(rows)

    def x(value: float) -> str:
        return f"{100 * (value - low) / (high - low):.2f}%"

    ticks = np.arange(round(10 * low), 11) / 10
    lines = "".join(f'<line class="{"half" if tick == .5 else "tick"}" x1="{x(tick)}" x2="{x(tick)}" y1="0" '
                    f'y2="{height}"/><text class="scale" x="{x(tick)}" y="{height + 15}">{tick:.1f}</text>'
                    for tick in ticks)
    labels, marks = [], []
    for i, row in enumerate(rows):
        y = ROW * (i + .5)
        labels.append(f'<text y="{y + 4:g}">{escaped(row.label)}'
                      f'<tspan class="wide" dx="7">{escaped(row.name)}</tspan></text>')
        if row.chance is not None:
            marks.append(f'<rect class="chance" x="{x(.5)}" y="{y - 5:g}" height="10" '
                         f'width="{100 * max(row.chance - .5, 0) / (high - low):.2f}%"/>')
        for what in reversed(SHAPES):
            for value in several(row.marks.get(what)):
                marks.append(f'<svg x="{x(value)}" y="{y:g}" overflow="visible">{SHAPES[what]}>'
                             f"<title>{escaped(f'{row.label}, {legend[what]}: {value:.2f}')}</title>"
                             f"</{'circle' if 'circle' in SHAPES[what] else 'path'}></svg>")
    return (f'<ul class="legend">{"".join(key(what, text) for what, text in legend.items())}</ul>'
            f'<div class="dots" role="img" aria-label="{escaped(alt)}">'
            f'<svg class="labels" height="{height + FOOT}" aria-hidden="true">{"".join(labels)}</svg>'
            f'<svg class="marks" height="{height + FOOT}" aria-hidden="true">{lines}{"".join(marks)}'
            f'<text class="scale axis" x="50%" y="{height + 31}">{escaped(axis)}</text></svg></div>')


def several(values: float | Sequence[float] | None) -> Sequence[float]:
    return [] if values is None else values if isinstance(values, Sequence) else [values]


def key(what: str, text: str) -> str:
    shape = f"{SHAPES[what]}/>" if what in SHAPES else '<rect class="chance" x="-8" y="-5" width="16" height="10"/>'
    return f'<li><svg width="18" height="14" viewBox="-9 -7 18 14" aria-hidden="true">{shape}</svg>{escaped(text)}</li>'


def matrix(table: np.ndarray, units: Sequence[str], alt: str) -> str:
    """AUC of each unit's filter (rows) for each unit (columns) as squares: above ½ warm, below cold; its own framed."""
    n = len(units)
    cell, left, top = 14., 34., 16.
    found = []
    for i, unit in enumerate(units):
        number = escaped(unit.removeprefix("AU"))
        found.append(f'<text x="{left - 5:g}" y="{top + cell * (i + .75):g}" text-anchor="end">AU{number}</text>'
                     f'<text x="{left + cell * (i + .5):g}" y="{top - 5:g}" text-anchor="middle">{number}</text>')
        for j, other in enumerate(units):
            value = float(table[i, j])
            share = min(2 * abs(value - .5), 1.) if np.isfinite(value) else 0.
            found.append(f'<rect class="{"more" if value > .5 else "less"}{" own" * (i == j)}" '
                         f'x="{left + cell * j + .5:g}" y="{top + cell * i + .5:g}" width="{cell - 1:g}" '
                         f'height="{cell - 1:g}" fill-opacity="{share:.2f}"><title>{escaped(unit)}’s filter for '
                         f"{escaped(other)}: {value:.2f}</title></rect>")
    return (f'<svg class="matrix" viewBox="0 0 {left + cell * n + 1:g} {top + cell * n + 1:g}" role="img" '
            f'aria-label="{escaped(alt)}">{"".join(found)}</svg>')


def effects_table(rows: Sequence[Mapping], criteria: Mapping[str, Sequence[str]], most: float = 60.) -> str:
    """Units by expressions: points in coloured cells; framed where the unit is of the expression's criteria, bold
    where the effect counts."""
    names = list(dict.fromkeys(row["expression"] for row in rows))
    cells = {(row["unit"], row["expression"]): row for row in rows}
    body = []
    for unit in dict.fromkeys(row["unit"] for row in rows):
        line = []
        for name in names:
            own = cells[unit, name]
            value, points = own["mean"], typeset(own["mean"], "+.0f")
            classes = ("more" if value > 0 else "less") + " own" * (unit in criteria.get(name, ())) + (
                " counts" * own["counts"])
            line.append(f'<td class="{classes}" style="--share:{100 * min(abs(value) / most, 1):.0f}%">'
                        f"{'0' if points in ('+0', '−0') else points}</td>")
        body.append(f'<tr><th scope="row">{escaped(unit)}</th>{"".join(line)}</tr>')
    heads = "".join(f'<th scope="col"><span>{escaped(name)}</span></th>' for name in names)
    return f'<table class="effects"><thead><tr><td></td>{heads}</tr></thead><tbody>{"".join(body)}</tbody></table>'


def covered_face(face: np.ndarray, lost: Sequence[Sequence[float]], patch: int, step: int, alt: str) -> str:
    """A face (S, S) uint8; over it, where the patch's middle was, the more warmth the more it took."""
    size, first = face.shape[-1], (patch - step) / 2
    squares = "".join(f'<rect class="more" x="{first + step * column:g}" y="{first + step * row:g}" width="{step}" '
                      f'height="{step}" fill-opacity="{.8 * min(max(value or 0., 0.), 1.):.2f}"/>'
                      for row, line in enumerate(lost) for column, value in enumerate(line))
    return (f'<svg class="face" viewBox="0 0 {size} {size}" role="img" aria-label="{escaped(alt)}">'
            f'<image href="{data_address(face)}" width="{size}" height="{size}"/>{squares}</svg>')


def table(heads: Sequence[str], rows: Sequence[Sequence[str]], caption: str) -> str:
    """A table that scrolls by itself where it is wider than the page; the first cell of a row is its head."""
    body = "".join(f'<tr><th scope="row">{escaped(first)}</th>'
                   f"{''.join(f'<td>{escaped(cell)}</td>' for cell in rest)}</tr>" for first, *rest in rows)
    return (f'<div class="scroll" tabindex="0" role="region" aria-label="{escaped(caption)}"><table>'
            f"<thead><tr>{''.join(f'<th scope=col>{escaped(head)}</th>' for head in heads)}</tr></thead>"
            f"<tbody>{body}</tbody></table></div>")
