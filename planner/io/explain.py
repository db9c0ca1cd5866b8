"""What pydantic found wrong, in a planner's words: the place, what was expected and what came, and the remedy."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from planner.errors import Problem
from planner.io.names import did_you_mean, nearest, shown
from planner.io.places import FILE, table_place
from planner.io.settings.walk import field_at, is_list_of_tables, model_at, written_keys

_WANTED = {
    "float_type": "must be a number",
    "float_parsing": "must be a number",
    "finite_number": "must be a finite number",
    "int_type": "must be a whole number",
    "int_parsing": "must be a whole number",
    "int_from_float": "must be a whole number",
    "bool_type": "must be true or false",
    "bool_parsing": "must be true or false",
    "string_type": "must be text in quotes",
    "tuple_type": "must be a list in brackets",
    "list_type": "must be a list in brackets",
    "dict_type": "must be a table",
    "model_type": "must be a table",
    "model_attributes_type": "must be a table",
}

_PATTERNS = {
    "^[A-Z]{3}$": "must be a currency of three capital letters such as EUR",
    "^[a-z]{2,3}(-[A-Za-z0-9]{2,8}){0,2}$": "must be a language of two or three small letters such as en, or with a region, pt-BR",
}


def problems_of(error: ValidationError, raw: Mapping[str, Any], *, file: str = FILE) -> list[Problem]:
    """Return every error pydantic found in the settings `raw` as a Problem, in the order of the file."""
    return [_problem(detail, raw, file) for detail in error.errors(include_url=False)]


def as_problem(place: str, key: str, text: str) -> Problem:
    """Return a Problem from a message of the form "what is wrong; what to do" about `key` (which may be empty)."""
    message, _, remedy = text.partition("; ")
    return Problem(place, f"{key} {message}" if key else message, remedy)


def _problem(detail: ErrorDetails, raw: Mapping[str, Any], file: str) -> Problem:
    path = [part for part in detail["loc"] if part != "[key]"]
    kind = detail["type"]
    table, key = _split(path)
    place = table_place(table, raw, file=file)
    if kind == "missing":
        return _missing(path, place, key)
    if kind == "extra_forbidden":
        model = model_at(table)
        return Problem(
            place, f"unknown key {shown(key)[1:-1]}", did_you_mean(key, written_keys(model) if model else (), what="keys")
        )
    if kind == "value_error":
        return as_problem(place, key, str(detail["ctx"]["error"]))
    return as_problem(place, key, _sentence(detail, path))


def _split(path: Sequence[str | int]) -> tuple[list[str | int], str]:
    """Split a path into the table and the key in it; an item of a plain list becomes part of the key."""
    if path and isinstance(path[-1], int):
        if model_at(path) is not None:
            return list(path), ""
        return list(path[:-2]), f"{path[-2]}[{path[-1] + 1}]"
    return list(path[:-1]), str(path[-1]) if path else ""


def _missing(path: Sequence[str | int], place: str, key: str) -> Problem:
    field = field_at(path)
    if field is not None and is_list_of_tables(field):
        return Problem(place, f"there are no {key}", f"add at least one [[{key}]]")
    if field is not None and model_at(path) is not None:
        name = ".".join(str(p) for p in path if isinstance(p, str))
        return Problem(place, f"the table {key} is missing", f"add [{name}]")
    example = field.examples[0] if field is not None and field.examples else None
    return Problem(place, f"key {key} is missing", f"write for example {key} = {_toml(example)}" if example is not None else "")


def _toml(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str):
        return value if value.startswith("{") or value[:4].isdigit() else f'"{value}"'
    if isinstance(value, list):
        return "[" + ", ".join(_toml(v) for v in value) + "]"
    return f"{value:g}" if isinstance(value, float) else str(value)


def _sentence(detail: ErrorDetails, path: Sequence[str | int]) -> str:
    kind, value = detail["type"], detail["input"]
    if kind in ("enum", "literal_error"):
        expected = str(detail["ctx"]["expected"])
        words = [w.strip(" '") for w in expected.replace(" or ", ", ").split(",")]
        near = nearest(str(value), words)
        return f"must be one of {', '.join(words)}, got {shown(value)}" + (f"; did you mean {near}?" if near else "")
    if kind == "string_pattern_mismatch":
        return f"{_PATTERNS.get(detail['ctx']['pattern'], detail['msg'])}, got {shown(value)}"
    wanted = _WANTED.get(kind)
    if wanted is None:
        return f"{detail['msg'][:1].lower()}{detail['msg'][1:]}, got {shown(value)}"
    return f"{wanted}, got {_came(value)}{_hint(kind, value, path)}"


def _came(value: Any) -> str:
    if isinstance(value, str):
        return f"the text {shown(value)}"
    if isinstance(value, Mapping):
        return "a table"
    if isinstance(value, list | tuple):
        return "a list"
    return shown(value)[1:-1]


def _hint(kind: str, value: Any, path: Sequence[str | int]) -> str:
    name = ".".join(str(p) for p in path if isinstance(p, str))
    if kind in ("tuple_type", "list_type") and isinstance(value, Mapping):
        return f"; write [[{name}]] with double brackets"
    if kind in ("model_type", "model_attributes_type", "dict_type") and isinstance(value, list):
        return f"; write [{name}] with single brackets"
    if kind.startswith(("float", "int", "bool")) and isinstance(value, str):
        return "; remove the quotes" if value.replace(".", "", 1).isdigit() or value in ("true", "false") else ""
    return ""
