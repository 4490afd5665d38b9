"""Lists of runs as people write them: YAML into plain items, and what is wrong with an item, in sentences.

What an item may hold is a JSON Schema. The recipe, the loaders and the command check for themselves, too, but one by
one and later; here all mistakes of a list are found at once, on machines without the sets or what reads them.
"""
import difflib
import json
import math
import re
import reprlib
from collections import Counter
from collections.abc import Iterator
from functools import cache
from numbers import Integral, Real
from pathlib import Path

import yaml
from jsonschema import Draft202012Validator, FormatChecker, ValidationError
from jsonschema.validators import extend

from ..datasets import FOLDS, LOADERS
from ..network import INITIALISATIONS
from ..preprocessing import NORMALISATIONS
from ..system.paths import expand
from ..training import SELECTIONS

RECIPES = "released", "paper", "quick"
GROUPS = "runs", "controls", "photographs", "differences"    # what runs are evidence for; see analysis/rules.yml
WITHOUT_PEOPLE = "fer2013",
FOLDS_OF = dict.fromkeys(LOADERS, FOLDS) | {"tfd": 5, "fer2013": 1}     # the official ones
MOST = 10 ** 9                  # steps or images: far above what anybody trains, below what no array can hold
LARGEST_SEED = 2 ** 53 - 1      # what every reader of JSON keeps: the seed is in a run's config.json
NODES = 10_000                  # of a list with its aliases written out; the book's longest has 300


# The schema. Each description ends the sentence "… must be".


def one_of(*values) -> dict:
    names = ("null" if value is None else f"{value}" for value in values)
    kinds = {"type": ["integer", "null"]} if not isinstance(values[0], str) else {}     # 48.0 would name another run
    return kinds | {"enum": list(values), "description": f"one of {', '.join(names)}"}


def number(description: str, *, null: str = "", **limits) -> dict:
    return {"type": ["number", "null"] if null else "number", "description": description + null, **limits}


def whole(least: int = 1, most: int = MOST, null: bool = False) -> dict:
    return {"type": ["integer", "null"] if null else "integer", "minimum": least, "maximum": most,
            "description": f"a whole number from {least} to {most:,}" + ", or null" * null}


def many(most: int, also: tuple[str, ...] = ()) -> dict:
    """Whole numbers from 0, each once; or one of the types in `also`."""
    numbers = f"whole numbers from 0 to {most:,}, each once" if most else "0, as this set has one"
    either = "".join(f"{'true or false' if kind == 'boolean' else kind}, or " for kind in also)
    return {"type": ["array", *also], "minItems": 0 if also else 1, "uniqueItems": True,
            "description": f"{either}a list of {numbers}", "items": {
                "type": "integer", "minimum": 0, "maximum": most, "description": numbers}}


def of_weights(folds: int) -> dict:
    numbers = many(folds, ("boolean",))
    return numbers | {"type": [*numbers["type"], "object"], "additionalProperties": False, "minProperties": 1,
                      "description": numbers["description"] + ", or {folds: […], seeds: […]}, or one of these",
                      "properties": {"folds": many(folds), "seeds": many(LARGEST_SEED)}}


SWITCH = {"type": "boolean", "description": "true or false"}
FILE = {"type": ["string", "null"], "format": "path", "description": "a path, or null"}
CHANGES = {
    "augment": SWITCH, "dropout": SWITCH, "bias": SWITCH, "steps": whole(), "batch": whole(), "every": whole(),
    "rate": number("a number above 0", exclusiveMinimum=0),
    "momentum": number("a number, 0 or above and below 1", minimum=0, exclusiveMaximum=1),
    "decay": number("a number, 0 or above", minimum=0),
    "k": number("a number above 0", null=", or null to draw it", exclusiveMinimum=0),
    "initialisation": one_of(*INITIALISATIONS), "normalisation": one_of(*NORMALISATIONS),
    "selection": one_of(*SELECTIONS), "patience": whole(null=True),
    "rescale": SWITCH, "decay_biases": SWITCH, "replacement": SWITCH}
COMMON = {"name": one_of(*LOADERS), "size": one_of(96, 48), "classes": one_of(None, 6, 8), "part": one_of("labelled")}
OPTIONS = {                     # of the loaders
    "synthetic": {"subjects": whole(null=True), "sequences": whole(null=True), "seed": whole(0, LARGEST_SEED),
                  "furrows": number("a number, 0 or above", minimum=0)},
    "ck_plus": {"detect": SWITCH, "padding": number("a number, 0 or above", minimum=0)},
    "ck48": {"au_table": FILE, "facs": FILE}, "tfd": {"identities": SWITCH}, "fer2013": {}}
DEFAULTS = {"size": 96, "classes": None, "part": "labelled"}        # what is meant where they are left out
OWN_DEFAULTS = {"synthetic": {"subjects": None, "sequences": None, "seed": 0, "furrows": 1.},
                "ck_plus": {"detect": True, "padding": 0.}, "ck48": {"au_table": None, "facs": None},
                "tfd": {"identities": True}, "fer2013": {}}


@cache
def schema(name: str | None) -> dict:
    """Of an item whose faces are this set; None: of an unknown one, of which no option can be known."""
    folds = FOLDS_OF.get(name, FOLDS) - 1
    return {
        "type": "object", "description": "an item such as {faces: {name: synthetic}, seeds: [1]}",
        "required": ["faces"], "additionalProperties": False, "properties": {
            "faces": {"type": "object", "description": "a set by its name, such as {name: synthetic}",
                      "required": ["name"], "properties": COMMON | OPTIONS.get(name, {}),
                      "additionalProperties": name is None},
            "recipe": one_of(*RECIPES),
            "changes": {"type": ["object", "null"], "properties": CHANGES, "additionalProperties": False,
                        "description": "fields of the recipe and their values, such as {dropout: true}"},
            "folds": many(folds), "seeds": many(LARGEST_SEED), "shuffled": SWITCH,
            "trial": whole(null=True), "weights": of_weights(folds),
            "identity": SWITCH if name not in WITHOUT_PEOPLE else {
                "enum": [False], "description": f"false, as {name} does not say who its images show"},
            "group": one_of(*GROUPS, None)}}


def _whole(_, value) -> bool:
    return isinstance(value, Integral) and not isinstance(value, bool)


def _finite(_, value) -> bool:
    try:
        return isinstance(value, Real) and not isinstance(value, bool) and math.isfinite(value)
    except OverflowError:                       # a whole number that no float holds
        return False


# JSON Schema takes 2.0 for a whole number; here it would be another one than 2, and another run
Checker = extend(Draft202012Validator, type_checker=Draft202012Validator.TYPE_CHECKER.redefine_many(
    {"integer": _whole, "number": _finite}))
FORMATS = FormatChecker(())
FORMATS.checks("path", ValueError)(lambda value: value is None or bool(expand(value)))


def check(item: dict):
    """ValueError where an item cannot be: a line for each mistake, with the field, what it must be and what it is."""
    faces = item.get("faces") if isinstance(item, dict) else None
    name = faces.get("name") if isinstance(faces, dict) else None
    checker = Checker(schema(name if isinstance(name, str) and name in LOADERS else None), format_checker=FORMATS)
    first = {}                                  # of a value: what has a wrong type is not one of those allowed, either
    for error in checker.iter_errors(item):
        about = error.validator if error.validator in ("additionalProperties", "required") else ""
        first.setdefault((*error.absolute_path, about), error)
    if found := [line for error in first.values() for line in sentences(error)]:
        raise ValueError("\n".join(found))


def tidy(faces: dict) -> dict:
    """Checked arguments of `load_dataset` as they are kept: paths expanded, and numbers as floats, since a run with
    furrows of 1 would be another one than with 1.0."""
    def kept(value, kind: dict):
        if value is None or kind.get("format") != "path":
            return float(value) if kind.get("type") == "number" else value
        return f"{expand(value)}"

    return {name: kept(value, OPTIONS[faces["name"]].get(name, {})) for name, value in faces.items()}


def sentences(error: ValidationError) -> Iterator[str]:
    field = ".".join(part for part in error.absolute_path if isinstance(part, str)) or "it"
    value, description = error.instance, error.schema.get("description")
    if error.validator == "additionalProperties":
        known = list(error.schema["properties"])
        for key in value:
            if key not in known:
                close = difflib.get_close_matches(str(key), known, 1)
                yield (f"{field} has no {short(key)}" + "".join(f" (is {name} meant?)" for name in close)
                       + f", only {', '.join(known)}")
    elif error.validator == "required":
        missing = next(name for name in error.validator_value if name not in value)
        yield f"{field} must have {missing}: {error.schema['properties'][missing]['description']}"
    elif error.validator == "format":
        yield f"{field}: {error.cause}"
    else:
        yield f"{field} must be {description}, not {short(value)}{advice(value, error)}"


def short(value) -> str:
    """As in YAML, and no longer than a line."""
    if value is None or isinstance(value, bool | str):
        text = json.dumps(value, ensure_ascii=False)
        text = text if text.isprintable() else json.dumps(value)        # a line separator stays in its line
    else:
        text = reprlib.repr(value)
    return text if len(text) <= 60 else f"{text[:57]}…"


def advice(value, error: ValidationError) -> str:
    """How to write what YAML reads as a text."""
    if not isinstance(value, str) or error.validator != "type":
        return ""
    if "boolean" in error.validator_value and value.lower() in ("no", "off", "false", "yes", "on", "true"):
        return f", which is a text; write {'false' if value.lower() in ('no', 'off', 'false') else 'true'}"
    try:
        meant = float(value)
    except ValueError:
        return ""
    return f", which is a text; write {meant:.15g}" if math.isfinite(meant) else ""


# YAML


def read_items(path: Path) -> list[dict]:
    """What a list holds, in plain types. OSError where it cannot be read, ValueError, with the line, where it is no
    list in YAML."""
    data = path.read_bytes()
    try:
        items = yaml.load(data, Plain)
    except yaml.MarkedYAMLError as error:
        line = (error.problem_mark or error.context_mark).line + 1
        refused = isinstance(error, yaml.constructor.ConstructorError)
        raise ValueError(f"{path}{'' if refused else ' is not YAML'}, line {line}: {error.problem}") from error
    except Exception as error:                  # what PyYAML lets through: of its own, and of text, dates and numbers
        raise ValueError(f"{path} is not YAML ({type(error).__name__}: {' '.join(str(error).split())})") from error
    if not isinstance(items, list) or not items:
        raise ValueError(f"{path} must be a list of items, as book/parameters/paper.yml is, not {short(items)}")
    return items


class Plain(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):     # libyaml's, which ends a deep nesting at once
    """Plain data, of which nothing is read otherwise than it is written."""

    def get_single_node(self) -> yaml.Node | None:
        node = super().get_single_node()
        if node is not None:
            look_through(node, {}, ())
        return node


def look_through(node: yaml.Node, sizes: dict[int, int], within: tuple[int, ...]) -> int:
    """How many nodes it has with its aliases written out. An error of YAML for too many, a key that is there twice, of
    which YAML would take the last, and numbers that it reads in base 8, 16 or 60."""
    def refuse(problem: str):
        raise yaml.constructor.ConstructorError(None, None, problem, node.start_mark)

    if id(node) in within:
        refuse("an alias stands within what it stands for")
    if id(node) in sizes:
        return sizes[id(node)]
    if isinstance(node, yaml.ScalarNode):
        if node.tag.endswith((":int", ":float")) and re.match(r"[-+]?0[\d_xb]|.*:", node.value):
            refuse(f"{node.value} is not a decimal number")
        return 1
    parts = node.value
    if isinstance(node, yaml.MappingNode):
        keys = Counter(key.value for key, _ in node.value if isinstance(key, yaml.ScalarNode))
        for key in (key for key, times in keys.items() if times > 1):
            refuse(f"{key!r} is there twice")
        parts = [part for pair in node.value for part in pair]
    sizes[id(node)] = size = 1 + sum(look_through(part, sizes, (*within, id(node))) for part in parts)
    if size > NODES:
        refuse(f"a list of more than {NODES:,} parts")
    return size
