"""All claims as rows: verdict, effects on one axis, how many networks, and the chapter behind it.

Effects are measured in points, AUC, ratios and pixels; each is drawn in units of its smallest effect that matters, so
that one axis serves all: 0 is no difference, ±1 the smallest that matters. Text is text, and positions are per cent of
the width that there is: the same row fits a desk and a telephone.
"""
from collections.abc import Callable, Mapping

from ...analysis.words import AHEAD, BEHIND, INCONCLUSIVE, NO_DIFFERENCE
from ..claims import STEPS, sides, verdict_label
from ..markup import escaped
from ..numbers import how_many, typeset
from .answer import Line
from .found import Compared, Found

# Of a comparison's dot, about its middle, in pixels: told apart by their shapes, and filled where it is decided
MARKS = {AHEAD: '<circle r="5"/>', BEHIND: '<path d="M0-6L6 0 0 6-6 0z"/>', NO_DIFFERENCE: '<path d="M-4-4H4V4H-4z"/>',
         INCONCLUSIVE: '<circle r="4.5" class="open"/>'}
Address = Callable[[str], str]      # of a chapter, by its name
REACH = 5.                          # the axis shows so many smallest effects to either side
ROOM = .94                          # share of the width that it takes, with some to either side for arrows
STEP, EDGE = 13, 9                  # pixels from one comparison to the next, and above the first
SHORT = {"biases": "No biases: faster and better", "variants": "Dropout and augmentation help, both most",
         "earlier": "Better than earlier methods", "parts": "Filters answer to parts, and pictures show it",
         "units": "Filters correspond to action units", "photographs": "So do filters that learned from photographs",
         "identity": "Expressions teach more of them than people do",
         "interventions": "The network uses units as in CK+’s criteria",
         "differences": "Text and code come to the same accuracy"}
MEASURED = {"accuracy": "points of accuracy", STEPS: "as many steps, which are read coarsely", "strays": "pixels",
            "gain": "in density",
            "likeness": "in rank correlation (below 0: more like untrained filters’ pictures than is allowed)",
            "share that keep their unit": "of all filters",
            "criteria": "points of probability"}        # in which units; all else is an AUC
SECTIONS = {("identity", "action_units"): "#learning-people"}   # that judges a claim, if not its chapter's head does
PAPER, BOOK = "the paper", "this book"
AXIS = "← behind", "no difference", "ahead →"
BAND = "in the band: too small to matter"


def answer_list(lines: list[Line], address: Address) -> str:
    """The answer, a line for each part of it; the first words lead to the chapter."""
    def line(one: Line) -> str:
        asked = f'<a href="{address(one.claim.chapter)}">{one.asked}</a>' if one.claim.chapter else one.asked
        return f"<li>{asked}: {verdict_label(one.claim.word, one.answer)} {escaped(one.why)}</li>"
    return f'<ul class="answer">{"".join(map(line, lines))}</ul>'


def scoreboard(claims: dict[str, Found], address: Address, in_book: Mapping[str, str] | None = None) -> str:
    """A list of the paper's claims, then of those that this book adds, below an axis. in_book: of other faces than the
    book's own, what the book finds of each claim, which stands beside."""
    parts = []
    for by, title in ((PAPER, "The paper’s claims"), (BOOK, "Asked by this book")):
        rows = "".join(row(name, claim, address, (in_book or {}).get(name)) for name, claim in claims.items()
                       if claim.rule.by == by)
        parts.append(f'<p class="whose">{title}</p><ul>{rows}</ul>')
    return f'<div class="scoreboard">{axis()}{"".join(parts)}</div>'


def row(name: str, claim: Found, address: Address, in_book: str | None = None) -> str:
    short = escaped(SHORT.get(name, claim.rule.claim))
    section = SECTIONS.get((name, claim.chapter), "")
    linked = f'<a href="{address(claim.chapter)}{section}">{short}</a>' if claim.chapter else short
    return (f'<li id="claim-{name}"><p class="claim">{linked}</p><p class="judged">{verdict_label(claim.word)}</p>'
            f'{chart(claim)}<p class="told">{told(claim)} {beside(in_book)}</p>{comparisons(claim)}</li>')


def beside(word: str | None) -> str:
    return f'<small class="in-book">the book: {verdict_label(word)}</small>' if word else ""


def told(claim: Found) -> str:
    """In words: the comparison that speaks least for the claim, and what a claim that is not testable lacks."""
    lacking = f"<span>{escaped(claim.lacks)}</span>" * bool(claim.lacks)
    if (least := claim.least) is None:
        return lacking
    name = f"{escaped(least.name)}: " * (len(claim.rule.comparisons) > 1)
    return f"<span>{name}<b>{escaped(least.display)}</b> {unit_of(least)}, {least.units}</span> {lacking}"


def comparisons(claim: Found) -> str:
    """The claim in full and each comparison by name, to be unfolded."""
    if not claim.compared:
        return ""
    rows = "".join(f'<tr><th scope="row">{escaped(one.name)}'
                   f"<small>{'essential; ' * one.comparison.essential}{escaped(sides(one.comparison))}</small></th>"
                   f"<td>{in_own_units(one)}</td><td>{one.units}</td><td>{escaped(one.word)}"
                   f"<small>p = {one.p:.2g}, corrected</small></td></tr>" for one in claim.compared.values())
    asked = len(claim.rule.comparisons)
    made = f"{len(claim.compared)} of " * (len(claim.compared) < asked) + how_many(asked, "comparison")
    return (f'<details><summary>{made}</summary><p>{escaped(claim.rule.claim)}</p>'
            f"<table>{rows}</table></details>")


def in_own_units(one: Compared) -> str:
    return f"{escaped(one.display)} {unit_of(one)}"


def unit_of(one: Compared) -> str:
    return MEASURED.get(one.comparison.of, "AUC")


def place(effect: float) -> float:
    """Of an effect, in units of the smallest that matters, on the axis: per cent of its width."""
    return 50 + 50 * ROOM * effect / REACH


def ground(height: int) -> str:
    """What every chart stands on: the band in which an effect does not matter, and the line of no difference."""
    low, high = place(-1), place(1)
    edges = "".join(f'<line class="edge" x1="{x:g}%" x2="{x:g}%" y1="0" y2="{height}"/>' for x in (low, high))
    return (f'<rect class="band" x="{low:g}%" width="{high - low:g}%" height="{height}"/>{edges}'
            f'<line class="zero" x1="50%" x2="50%" y1="0" y2="{height}"/>')


def chart(claim: Found) -> str:
    """A dot with its interval for each comparison, below each other; empty where none was made."""
    made = list(claim.compared.values())
    if not made:
        return '<div class="chart"></div>'
    height = 2 * EDGE + STEP * (len(made) - 1)
    dots = "".join(dot(one, EDGE + STEP * i) for i, one in enumerate(made))
    said = "; ".join(f"{one.name}: {typeset(one.in_smallest[0], '+.1f')}" for one in made)
    return (f'<svg class="chart" height="{height}" role="img" aria-label="Effects, in units of the smallest that '
            f'matters: {escaped(said)}">{ground(height)}{dots}</svg>')


def dot(one: Compared, y: int) -> str:
    """With its interval. What lies beyond the axis is drawn at its end, and an arrow says so."""
    difference, low, high = one.in_smallest
    left, middle, right = (place(min(max(effect, -REACH), REACH)) for effect in (low, difference, high))
    arrows = "".join(at(place(end * REACH), y, f'<path d="M{5 * end}-5L{12 * end} 0 {5 * end} 5z"/>')
                     for end, beyond in ((-1, low < -REACH), (1, high > REACH)) if beyond)
    return (f"<g><title>{escaped(one.name)}: {in_own_units(one)}, {escaped(one.word)}</title>"
            f'<line x1="{left:.2f}%" x2="{right:.2f}%" y1="{y}" y2="{y}"/>{arrows}{at(middle, y, MARKS[one.word])}</g>')


def at(x: float, y: int, shape: str) -> str:
    """A shape that is drawn about 0, at x per cent of the width."""
    return f'<svg x="{x:.2f}%" y="{y}" overflow="visible">{shape}</svg>'


def axis() -> str:
    """Above all rows: what left, middle and right mean, and from where on an effect matters."""
    words = "".join(f'<text x="{x}%" y="11" text-anchor="{anchor}">{escaped(text)}</text>'
                    for x, anchor, text in zip((0, 50, 100), ("start", "middle", "end"), AXIS, strict=True))
    return (f'<div class="axis"><svg class="whole" height="44" role="img" aria-label="{escaped(", ".join(AXIS))}; '
            f'{BAND}">{words}<text x="50%" y="25" text-anchor="middle">{BAND}</text>'
            f'<svg y="30" height="14">{ground(14)}</svg></svg></div>')
