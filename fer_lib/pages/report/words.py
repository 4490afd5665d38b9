"""The answer in sentences, and what they do not say. Each takes the numbers of `numbers.numbers_of`."""
from collections.abc import Sequence

from ...analysis.chance import LEVEL
from ...analysis.rules import stated
from ..markup import percent
from ..numbers import typeset
from .numbers import FRESH, YOURS
from .paper import TRAINED

SMALLEST = stated()["smallest"]["AUC"]         # difference that matters, by the rules
CANNOT_SAY = (
    "The faces are drawn. A unit looks as it was drawn here, and a person who moves one also moves what no drawing "
    "has. A network may answer to the drawing; of what it does on photographs this report says nothing.",
    "A unit is there because it was drawn: occurrence by construction, at intensities from a half to full. No coder "
    "has seen these faces, and no face has a unit that is in doubt.",
    "What was not found may be there: of so few people no AUC below the line is told from chance, and no other layer "
    "was asked.",
    "This is one training of one network. Trained again with another seed it has other filters; the book compares "
    "networks, by seeds.",
    "A filter that knows a unit is not yet used by the network, and a unit that a mixture of filters knows may be used "
    "without any filter of its own.",
    "The faces are published. Of a network that was trained on them nothing here is of strangers.",
)


def answer(numbers: dict, units: Sequence[dict], why_not_fresh: str) -> tuple[str, str]:
    """Which units have a filter, and how sure that is; what is to be thought of it beside fresh weights."""
    return which_units(numbers, units), beside(numbers, why_not_fresh)


def which_units(numbers: dict, units: Sequence[dict]) -> str:
    beyond, people = numbers[f"{YOURS}.beyond"], numbers[f"{YOURS}.best"]["n"]
    told = [row["unit"] for row in units if row[f"{YOURS}.p"] <= LEVEL]
    sure = (f"family-wise p ≤ {LEVEL:g} over all {beyond['n']}, on {people} drawn people who had no part in choosing "
            "the filter")
    filters, silent = (numbers[f"{YOURS}.{name}"]["value"] for name in ("filters", "silent"))
    if silent == filters:
        return (f"No: each of the {filters:,} filters answers the same to every face. Is the network shown what it "
                "expects (size, channels, mean, std)?")
    if not told:
        least = sorted(row[f"{YOURS}.line"] for row in units)[len(units) // 2]
        return (f"No: for none of {beyond['n']} action units is there a filter that tells it from the same face at "
                f"rest better than chance ({sure}); an AUC above {least:.2f} would have been told.")
    missing = [row["unit"] for row in units if row["unit"] not in told]
    least_p = min(row[f"{YOURS}.p"] for row in units)
    rest = f" Not found: {listed(missing)}." if 0 < len(missing) <= 6 else ""
    return (f"For {beyond['value']} of {beyond['n']} action units there is a filter that tells the unit from the same "
            f"face at rest beyond chance ({sure}; the smallest p is {least_p:.2g}).{rest}")


def beside(numbers: dict, why_not_fresh: str) -> str:
    best = f"The best filters have a mean AUC of {with_interval(numbers[f'{YOURS}.best'])}"
    paper = numbers.get(f"paper, {TRAINED}.best")
    paper = (f"; the paper’s network, trained on drawn faces, has {paper['value']:.2f} (mean of {paper['n']} trainings)"
             if paper else "")
    if f"{FRESH}.best" not in numbers:
        return f"{best}{paper}. Beside fresh weights it was not asked: {why_not_fresh}."
    fresh, units, more = (numbers[name] for name in (f"{FRESH}, all draws.best", f"{FRESH}.beyond", "difference"))
    fresh = f"{best}; with fresh weights {with_interval(fresh)} ({units['value']} of {units['n']} units)"
    if more["from"] is None or more["from"] <= 0 <= more["to"]:
        return f"{fresh}: no more than may be there before training{paper}."
    changed = "added" if more["value"] > 0 else "taken"
    little = " little," * (abs(more["value"]) < SMALLEST)
    return f"{fresh}, so training has {changed}{little} {with_interval(absolute(more))}{paper}."


def absolute(number: dict) -> dict:
    """Of one whose interval is on one side of zero."""
    ends = sorted(abs(number[end]) for end in ("from", "to"))
    return {"value": abs(number["value"]), "from": ends[0], "to": ends[1]}


def with_interval(number: dict) -> str:
    """0.91 [0.88, 0.94]"""
    ends = [f"{number[end]:.2f}" for end in ("from", "to") if number.get(end) is not None]
    return f"{number['value']:.2f}" + f" [{', '.join(ends)}]" * bool(ends)


def signed(value: float) -> str:
    """+16.3, −2.0, 0.0"""
    return "0.0" if abs(value) < .05 else typeset(value, "+.1f")


def listed(names: Sequence[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


def expressions(numbers: dict) -> str:
    anywhere, within = (numbers[f"{YOURS}.{name}_beyond"] for name in ("anywhere", "within"))
    fresh = [f" (with fresh weights {numbers[name]['value']})" if name in numbers else ""
             for name in (f"{FRESH}.anywhere_beyond", f"{FRESH}.within_beyond")]
    return (f"In expressions, where units come in bundles, {anywhere['value']} of {anywhere['n']} units have a filter "
            f"beyond chance on people who had no part in choosing it{fresh[0]}. Within one expression, where a filter "
            f"that knows the expression and nothing more is a guess, {within['value']} of {within['n']}{fresh[1]}.")


def keeping(numbers: dict) -> str:
    kept = numbers.get(f"{YOURS}.kept")
    if kept is None:
        return "No filter got a unit on expressions that could be looked at one by one."
    chance, p = (numbers[f"{YOURS}.{name}"]["value"] for name in ("kept_by_chance", "kept_p"))
    said = (f"Expressions give each filter a unit. Where units come one by one, {percent(kept['value'])} of "
            f"{kept['n']:,} filters tell that unit best; by chance it would be {percent(chance)} (p = {p:.2g})")
    others = [f"{name} {percent(number['value'])}" for name, number in (
        ("with fresh weights", numbers.get(f"{FRESH}.kept")),
        ("the paper’s network", numbers.get(f"paper, {TRAINED}.kept"))) if number]
    own, rest = numbers[f"{YOURS}.own_first"], numbers[f"{YOURS}.others"]
    return (f"{said}{'; ' * bool(others)}{', '.join(others)}. Of the units' best filters, {own['value']} of {own['n']} "
            f"tell no other unit better; for other units, in the direction of their own, their mean AUC is "
            f"{rest['value']:.2f}.")


def special(numbers: dict) -> str:
    best, rotated, most, together = (numbers[f"{YOURS}.{name}"]["value"] for name in (
        "best", "rotated", "rotated_most", "all"))
    than = "more than in any" if best > most else "no more than in the best"
    return (f"The best filter tells a unit with a mean AUC of {best:.2f}; the best of as many random mixtures of the "
            f"filters with {rotated:.2f}; a logistic regression on all filters together with {together:.2f}. The "
            f"filters themselves tell {than} of {numbers[f'{YOURS}.rotated']['n']} random rotations of them.")


def used(numbers: dict) -> str:
    criteria, counts = numbers[f"{YOURS}.criteria"], numbers[f"{YOURS}.effects"]
    said = f"Of {counts['n']} pairs of a unit and an expression {counts['value']} count."
    if criteria["value"] is None:
        return said
    others = "; ".join(f"{name} {signed(number['value'])}" for name, number in (
        ("with fresh weights", numbers.get(f"{FRESH}.criteria")),
        ("the paper’s network", numbers.get(f"paper, {TRAINED}.criteria"))) if number and number["value"] is not None)
    return (f"{said} By the units of CK+’s criteria an expression gains {signed(criteria['value'])} points more "
            f"than by other units{f' ({others})' * bool(others)}.")
