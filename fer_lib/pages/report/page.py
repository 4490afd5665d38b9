"""The report as one file of HTML, which loads nothing: the answer first, then a section for each question.

Every number on it is one of the report's `numbers` or `tables`, which stand beside it as JSON.
"""
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np

from ...analysis.chance import LEVEL
from ...analysis.effects import smallest_effect
from ...analysis.interventions import criteria
from ...analysis.networks import UNTRAINED
from ..markup import escaped, percent
from . import words
from .figures import Row, covered_face, dots, effects_table, matrix, table
from .numbers import FRESH, YOURS
from .occlusion import PATCH, STEP, Place
from .paper import KINDS, TRAINED

GENERATOR = '<meta name="generator" content="fer_lib report">'     # so a file is known as one that may be replaced
MARKS = {"yours": f"{YOURS}.AUC", "fresh": f"{FRESH}.draws", "paper": f"paper, {TRAINED}.AUC"}
HEADS = {"name": "", "yours.AUC": "AUC", "yours.line": "beyond chance from", "yours.p": "p", "yours.filter": "filter",
         "yours.all": "all filters", "fresh.AUC": "fresh weights: AUC", "fresh.p": "fresh weights: p",
         f"paper, {TRAINED}.AUC": TRAINED,
         f"paper, {UNTRAINED}.AUC": f"{TRAINED}, not trained"}


def page_of(found: Mapping, places: Sequence[Place]) -> str:
    """found: the report's JSON. places: the faces of its table `places`."""
    title = f"Does {found['title']} encode action units?"
    style = Path(__file__).with_name("page.css").read_text(encoding="utf-8")
    sections = [first_screen(found, title), expressions(found), keeping(found), special(found), used(found),
                where(found, places), cannot_say(found), how(found)]
    return ('<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
            f"{GENERATOR}"
            '<meta name="viewport" content="width=device-width, initial-scale=1"><link rel="icon" href="data:,">'
            f"<title>{escaped(title)}</title><style>{style}</style></head>\n<body><main>\n"
            + "\n".join(filter(None, sections)) + "\n</main></body></html>\n")


def first_screen(found: Mapping, title: str) -> str:
    rows = sorted(found["tables"]["units"]["rows"], key=lambda row: -row[f"{YOURS}.AUC"])
    legend = {"yours": found["title"]} | ({"fresh": "the same with fresh weights"} if MARKS["fresh"] in rows[0] else {})
    legend |= {"paper": f"{KINDS[TRAINED]}"} if MARKS["paper"] in rows[0] else {}
    marks = {what: column for what, column in MARKS.items() if what in legend}
    chart = dots([Row(row["unit"], row["name"], {what: row[column] for what, column in marks.items()},
                      row[f"{YOURS}.line"]) for row in rows], legend | {"chance": "within chance"},
                 "AUC of the unit’s best filter, on other people",
                 "A row for each action unit: AUC of the best filter of the network that was asked, of the same with "
                 "fresh weights, of the paper's network, and how far chance reaches; numbers in the table below")
    people, filters = found["numbers"][f"{YOURS}.best"]["n"], found["numbers"][f"{YOURS}.filters"]["value"]
    silent = found["numbers"][f"{YOURS}.silent"]["value"]
    silent = f"; {silent:,} answer the same to every face" if silent else ""
    asked = (f"{filters:,} filters ({found['network']}{silent}) were shown drawn faces, whose action units are known: "
             f"each of {len(rows)} units alone, beside the same person at rest. A unit’s filter is chosen on half of "
             f"{people} people and scored on the others.")
    return (f'<h1>{escaped(title)}</h1><p class="asked">{escaped(asked)}</p>'
            f'<div class="answer">{"".join(f"<p>{escaped(said)}</p>" for said in found["answer"])}</div>'
            f"<figure>{chart}<figcaption>½ is a guess. Beyond the grey bar: beyond chance, all {len(rows)} units "
            f"corrected together ({found['options']['shuffles']:,} shuffles within people). In brackets above: 95 %, "
            "for other people like these.</figcaption></figure>"
            f"{folded('All numbers of this figure', units_table(rows))}")


def units_table(rows: Sequence[Mapping]) -> str:
    columns = [name for name in HEADS if name in rows[0]]
    return table(["unit", *(HEADS[name] for name in columns)],
                 [[row["unit"], *(shown(name, row[name]) for name in columns)] for row in rows],
                 "AUC of the best filter for each action unit")


def shown(column: str, value) -> str:
    if value is None:
        return ""
    if column.endswith((".filter", "name")):
        return f"{value}"
    return f"{value:.2g}" if column.endswith(".p") else f"{value:.2f}"


def folded(summary: str, inside: str) -> str:
    return f"<details><summary>{escaped(summary)}</summary>{inside}</details>"


def section(head: str, said: str, *parts: str) -> str:
    return f"<section><h2>{escaped(head)}</h2><p>{escaped(said)}</p>{''.join(parts)}</section>"


def figure(inside: str, caption: str) -> str:
    return f"<figure>{inside}<figcaption>{escaped(caption)}</figcaption></figure>"


def expressions(found: Mapping) -> str:
    rows = found["tables"]["expressions"]["rows"]
    within = f"{YOURS}.within"
    shown_rows = sorted((row for row in rows if row.get(f"{within}.AUC") is not None),
                        key=lambda row: -row[f"{within}.AUC"])
    names = {row["unit"]: row["name"] for row in found["tables"]["units"]["rows"]}
    legend = {"yours": found["title"]} | (
        {"fresh": "the same with fresh weights"} if f"{FRESH}.within.AUC" in shown_rows[0] else {})
    chart = dots([Row(row["unit"], names[row["unit"]], {"yours": row[f"{within}.AUC"],
                                                        "fresh": row.get(f"{FRESH}.within.AUC")},
                      row[f"{within}.line"]) for row in shown_rows], legend | {"chance": "within chance"},
                 "AUC of the best filter, within expressions",
                 "A row for each unit that some sequences of an expression show and others do not: AUC of the best "
                 "filter within expressions, of the network and with fresh weights, and how far chance reaches")
    columns = [name for name in rows[0] if name != "unit" and not name.endswith("filter")]
    heads = [name.replace(f"{YOURS}.", "").replace(".", " ").replace("line", "chance to") for name in columns]
    return section("In expressions, and within one", words.expressions(found["numbers"]), figure(
        chart, f"{found['tables']['expressions']['n']} sequences of other drawn people, the last frame of each. A unit "
        "needs sequences with it and without in one expression."), folded("All numbers", table(
            ["unit", *heads], [[row["unit"], *(shown(name, row[name]) for name in columns)] for row in rows],
            "AUC of the best filter for each unit in expressions")))


def keeping(found: Mapping) -> str:
    rows = found["tables"]["crosstalk"]["rows"]
    units = [row["unit"] for row in rows]
    squares = matrix(np.array([[np.nan if row[unit] is None else row[unit] for unit in units] for row in rows]), units,
                     "Units by units: how well the best filter of the row's unit tells the column's unit from rest")
    return section("Does a filter know one unit, or any?", words.keeping(found["numbers"]), figure(
        squares, "A row: the best filter of a unit, asked of every unit (columns) on people who had no part in "
        "choosing it. Orange: it responds as it does to its own unit; violet: the other way. Framed: its own."))


def special(found: Mapping) -> str:
    numbers = found["numbers"]
    sides = {"yours": YOURS, "fresh": FRESH, "paper": f"paper, {TRAINED}", "untrained": f"paper, {UNTRAINED}"}
    legend = {"yours": found["title"], "fresh": "the same with fresh weights", "paper": KINDS[TRAINED],
              "untrained": KINDS[UNTRAINED]}
    there = {what: side for what, side in sides.items() if f"{side}.best" in numbers}
    rows = [Row(label, name, {what: numbers[f"{side}.{key}"]["value"] for what, side in there.items()})
            for key, label, name in (("best", "best", "filter of a unit"), ("rotated", "mixed", "best random mixture"),
                                     ("all", "all", "filters together"))]
    return section("Is a filter special?", words.special(numbers), figure(dots(
        rows, {what: legend[what] for what in there}, "mean AUC over units",
        "Mean AUC over units of the best filter, of the best random mixture of filters, and of all filters together, "
        "of the network, with fresh weights, and of the paper's network").replace('"dots"', '"dots short"'),
        "On people who had no part in choosing or fitting. A mixture is a random rotation of the filters"
        + (", of their maps, before positions are pooled." if "over positions" in found["asked"] else ".")))


def used(found: Mapping) -> str:
    if f"effects, {YOURS}" not in found["tables"]:
        return section("Does the network use it?", "Not asked: it gave no probabilities of expressions. A network "
                       "gives them where its classes have names (--classes).")
    own = found["tables"][f"effects, {YOURS}"]
    return section("Does the network use it?", words.used(found["numbers"]), figure(
        effects_table(own["rows"], criteria()), "Points of probability that an expression gains when a unit is added "
        f"to a resting face; mean of {own['n']} people. Framed: the units of CK+’s criteria for the expression. Bold: "
        f"it counts: {smallest_effect():g} points or more, beyond chance over people (false discovery rate {LEVEL:g}).")
        + (f'<p class="note">No expressions, and left out: {escaped(", ".join(found["left_out"]))}.</p>'
           if found["left_out"] else ""))


def where(found: Mapping, places: Sequence[Place]) -> str:
    rows = found["tables"]["places"]["rows"]
    if not rows:
        return section("Where on the face?", "Not asked: no unit has a filter beyond chance.")
    cells = "".join(
        "<figure>" + covered_face(place.with_unit, row["lost"], PATCH, STEP,
                                  f"A drawn face with {place.unit}, and where a patch takes most of the response")
        + f"<figcaption>{escaped(row['unit'])}, filter {row['filter']}: a patch takes at most "
        f"{percent(max(map(max, row['lost'])))}; {gain_in_words(row['gain'])}</figcaption></figure>"
        for row, place in zip(rows, places, strict=True))
    return section("Where on the face?", "Both faces, with the unit and at rest, are covered by a grey patch here and "
                   "there. The warmer a place, the more of the difference between the filter’s two responses a patch "
                   "there takes. Below each: how much lies on the pixels that the unit moves, by their share of the "
                   "face; 1 would be the same everywhere.",
                   f'<figure><div class="faces">{cells}</div><figcaption>{rows[0]["people"]} people who had no part in '
                   "choosing the filter, of whom one is shown; units that are told best, each in another place."
                   "</figcaption></figure>")


def gain_in_words(gain: float | None) -> str:
    return "nothing anywhere" if gain is None else f"{gain:.1f} times as much where the unit moves the face"


def cannot_say(found: Mapping) -> str:
    return ("<section><h2>What this cannot say</h2><ul>"
            + "".join(f"<li>{escaped(said)}</li>" for said in found["cannot_say"]) + "</ul></section>")


def how(found: Mapping) -> str:
    said = found["asked"] | found["made"]
    terms = "".join(f"<dt>{escaped(name)}</dt><dd>{escaped(value)}</dd>" for name, value in said.items())
    numbers = table(["number", "value", "n", "source"], [
        [name, "" if one["value"] is None else f"{one['value']:.4g}", f"{one['n']:,}", one["source"]]
        for name, one in found["numbers"].items()], "All numbers of this report, with n and source")
    return ("<footer>" + folded("How it was asked", f"<dl>{terms}</dl>")
            + folded("All numbers, with n and source", numbers)
            + '<p class="note">The same numbers stand beside this page as JSON. The drawn faces and the methods are '
            "those of the book “Do deep neural networks learn facial action units?” and its library, fer_lib.</p>"
            "</footer>")
