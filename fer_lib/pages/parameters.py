"""A chapter's parameters: what the cell tagged `parameters` says of each, and given values brought to that.

    coerced("folds: list[int] = [0]\\nrun: str | None = None", {"folds": "3"})          # {"folds": [3]}

papermill hands on what was typed as it guesses: `false` is a text, which is true; a folder named 2013 is a number;
a list's only member is no list. Here a value becomes what the parameter's annotation says, or where it has none what
its default is; what cannot is an error that says how to write it. Nothing of the cell runs.
Into a chapter they are put by `chapters`, for papermill, and by `values`, for a whole book.
"""
import ast
import json
import math
import os
import shlex
import typing
from collections.abc import Collection, Mapping
from contextlib import suppress
from types import NoneType, UnionType
from typing import Any, Literal, NamedTuple, Union, get_args, get_origin

import yaml

COMPUTED = object()                 # a default that the cell works out
BOOLEANS = {"true": True, "yes": True, "on": True, "false": False, "no": False, "off": False}
NONE = "none", "null"
WRONG = ValueError, TypeError, KeyError, OverflowError, yaml.YAMLError
NAMES = {bool: ["True", "False"], int: ["a whole number"], float: ["a number"], str: ["a text"], dict: ["a table"],
         NoneType: ["None"]}
EXAMPLES = {bool: False, int: 1, float: .5, str: "TEXT", dict: {"seed": 1}}


class ParameterError(ValueError):
    """Parameters that the chapter does not have, or values that they cannot take: a line for each."""


class Parameter(NamedTuple):
    kind: Any               # a type as `typing` writes it; Any where the cell does not say
    default: Any            # COMPUTED where it is not written out


def parameters(source: str) -> dict[str, Parameter]:
    """Every name that a cell assigns, with its type and default. SyntaxError where it is not plain Python."""
    tree = ast.parse(source)
    found = {node.id: Parameter(Any, COMPUTED) for node in ast.walk(tree)
             if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)}
    for node in ast.walk(tree):
        if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
            found[node.target.id] = Parameter(annotated(node.annotation), written(node.value))
        for target in node.targets if isinstance(node, ast.Assign) else ():
            is_unpacked = isinstance(target, ast.Tuple) and isinstance(node.value, ast.Tuple)
            pairs = zip(target.elts, node.value.elts, strict=False) if is_unpacked else [(target, node.value)]
            for name, value in pairs:
                if isinstance(name, ast.Name):
                    found[name.id] = Parameter(kind_of(written(value)), written(value))
    return found


def annotated(node: ast.expr) -> Any:
    """The type that an annotation names, quoted or not; Any for one that is neither built in nor of `typing`."""
    try:
        kind = eval(ast.unparse(node), vars(typing).copy())
        return eval(kind, vars(typing).copy()) if isinstance(kind, str) else kind
    except Exception:
        return Any


def written(node: ast.expr | None) -> Any:
    try:
        return ast.literal_eval(node)
    except (ValueError, TypeError, SyntaxError):
        return COMPUTED


def kind_of(default: Any) -> Any:
    """The type that a default stands for; whole and other numbers together are numbers."""
    if isinstance(default, list | tuple):
        members = {kind_of(member) for member in default}
        return list[members.pop() if len(members) == 1 else float if members == {int, float} else Any]
    return type(default) if isinstance(default, bool | int | float | str | dict | None) else Any


def coerced(source: str, given: Mapping[str, Any], *, chapter: str = "the chapter",
            typed: Mapping[str, Any] | None = None, verbatim: Collection[str] = ()) -> dict[str, Any]:
    """`given`, every value brought to the type of its parameter; plain Python values.

    source: of the cell tagged `parameters`. typed: for some of `given` the text as it was typed, or a list of texts;
    a parameter that is a text gets it back. verbatim: those whose text means itself, so that "none" is not None.
    ParameterError for all that is wrong.
    """
    try:
        known = parameters(source)
    except SyntaxError as error:
        raise ParameterError(f"{chapter}: the cell tagged `parameters` must be plain Python, which its line "
                             f"{error.lineno} is not: {error.msg}.") from error
    if unknown := sorted(given.keys() - known.keys()):
        raise ParameterError(f"{chapter} has no parameter {', '.join(unknown)}; it has "
                             f"{', '.join(sorted(known)) or 'none'}.")
    values, wrong = {}, []
    for name, value in given.items():
        kind, default = known[name]
        try:
            if isinstance(value, str) and not value.strip() and default != value:
                raise ValueError(value)
            if kind is NoneType and not is_none(value):
                wrong.append(f"{chapter}: {name} is None, and its cell does not say what else it may be, so {value!r} "
                             f"cannot be taken; annotate it there, as `{name}: str | None = None`.")
            elif name in verbatim and str in (kind, *get_args(kind)):
                values[name] = value
            else:
                values[name] = brought(value, kind, (typed or {}).get(name))
        except WRONG:
            wrong.append(f"{chapter}: {name} must be {in_words(kind)}, not {value!r}; write "
                         f"{example(name, kind, default)}.")
    if wrong:
        raise ParameterError("\n".join(wrong))
    return values


def brought(value: Any, kind: Any, typed: Any = None) -> Any:
    """`value` as a `kind`, else one of WRONG. typed: its text as it was typed, where that is known."""
    if hasattr(value, "tolist"):                    # NumPy's and torch's
        value = value.tolist()
    kind, members = get_origin(kind) or kind, get_args(kind)
    if kind in (Union, UnionType):
        if NoneType in members and is_none(value):
            return None
        for member in sorted(members, key=lambda member: (get_origin(member) or member) is not type(value)):
            with suppress(*WRONG):
                return brought(value, member, typed)
        raise ValueError(value)
    if kind is Literal:
        for option in members:
            with suppress(*WRONG):
                if brought(value, type(option), typed) == option:
                    return option
        raise ValueError(value)
    how = {NoneType: as_none, bool: as_bool, int: as_int, float: as_float, str: as_text, list: as_list, dict: as_table}
    return how[kind](value, members, typed) if kind in how else plain(value)


def is_none(value: Any) -> bool:
    return value is None or (isinstance(value, str) and value.strip().lower() in NONE)


def as_none(value, members, typed) -> None:
    if not is_none(value):
        raise ValueError(value)


def as_bool(value, members, typed) -> bool:
    if isinstance(value, str):
        return BOOLEANS[value.strip().lower()]
    if value not in (0, 1) or isinstance(value, float):
        raise ValueError(value)
    return bool(value)


def as_int(value, members, typed) -> int:
    if isinstance(value, str):
        with suppress(ValueError):
            return int(value)
    number = value if isinstance(value, int) else as_float(value, members, typed)
    if isinstance(value, bool) or number != int(number):
        raise ValueError(value)
    return int(number)


def as_float(value, members, typed) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float | str) or not math.isfinite(float(value)):
        raise ValueError(value)
    return float(value)


def as_text(value, members, typed) -> str:
    if isinstance(value, str | os.PathLike):
        return os.fspath(value)
    if value is not None and isinstance(typed, str):
        return typed
    if isinstance(value, bool) or not isinstance(value, int):      # nobody knows how True, 1e5 or None was written
        raise ValueError(value)
    return str(value)


def as_list(value, members, typed) -> list:
    member, = members or (Any,)
    if isinstance(value, str) and value.strip().startswith("["):
        return as_list(yaml.safe_load(value), members, yaml.load(value, yaml.BaseLoader))
    if not isinstance(value, list | tuple | range | set | frozenset):
        if value is None or isinstance(value, dict):
            raise ValueError(value)
        return [brought(value, member, typed)]
    texts = typed if isinstance(typed, list) and len(typed) == len(value) else [None] * len(value)
    return [brought(item, member, text) for item, text in zip(value, texts, strict=True)]


def as_table(value, members, typed) -> dict:
    if isinstance(value, str) and value.strip().startswith("{"):
        value = yaml.safe_load(value)
    if not isinstance(value, Mapping):
        raise ValueError(value)
    return {brought(name, str): brought(item, members[1] if members else Any) for name, item in value.items()}


def plain(value: Any) -> Any:
    """The value in types that a cell can hold; ValueError for others, and for NaN."""
    if hasattr(value, "tolist"):
        value = value.tolist()
    if isinstance(value, list | tuple):
        return [plain(member) for member in value]
    if isinstance(value, Mapping):
        return {brought(name, str): plain(member) for name, member in value.items()}
    if isinstance(value, os.PathLike):
        return os.fspath(value)
    if not isinstance(value, bool | int | float | str | None) or value != value:
        raise ValueError(value)
    return value


def in_words(kind: Any) -> str:
    *words, last = alternatives(kind)
    return ", ".join(words) + " or " * bool(words) + last


def alternatives(kind: Any) -> list[str]:
    kind, members = get_origin(kind) or kind, get_args(kind)
    if kind in (Union, UnionType):
        return [word for member in members for word in alternatives(member)]
    if kind is Literal:
        return [repr(member) for member in members]
    if kind is list:
        return ["a list" + (f", each {in_words(members[0])}" if members and members[0] is not Any else "")]
    return NAMES.get(kind, ["what can be written down"])


def example(name: str, kind: Any, default: Any) -> str:
    """How a value is written on papermill's command line: the default, where it is one to write."""
    value = example_of(kind) if default in (None, COMPUTED, "", [], {}) else default
    if isinstance(value, list | tuple | dict):
        return f"-y '{{{name}: {json.dumps(value, ensure_ascii=False)}}}'"
    return f"-{'r' if value == EXAMPLES[str] else 'p'} {name} {shlex.quote(str(value))}"


def example_of(kind: Any) -> Any:
    kind, members = get_origin(kind) or kind, get_args(kind)
    if kind in (Union, UnionType):
        return example_of(next((member for member in members if member is not NoneType), NoneType))
    if kind is Literal:
        return members[0]
    return [example_of(member) for member in members] if kind is list else EXAMPLES.get(kind)
