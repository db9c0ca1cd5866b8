"""The keys of account.toml as a page of documentation and as a JSON schema, made from the settings themselves."""

from __future__ import annotations

import re
from decimal import Decimal
from enum import Enum
from typing import Any

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from planner.io.settings import AccountFile
from planner.io.settings.base import CLOCK
from planner.io.settings.clock_times import clock_text
from planner.io.settings.walk import inner_model, is_list_of_tables, written_keys


def settings_schema() -> dict[str, Any]:
    """Return the JSON schema of account.toml (for editors that complete and check keys)."""
    return AccountFile.model_json_schema(by_alias=True)


def describe_fields() -> str:
    """Return a Markdown page: every table of account.toml, every key with its default and meaning."""
    lines = [
        "# account.toml",
        "",
        "Every table and key an account may hold. A key without default must be written. An unknown key is an error.",
        "Tables in double brackets are lists: write one for each. Places in messages count them from 1.",
    ]
    _describe(AccountFile, "", lines)
    return "\n".join(lines) + "\n"


def _describe(model: type[BaseModel], path: str, lines: list[str]) -> None:
    keys = written_keys(model)
    plain = {key: field for key, field in keys.items() if inner_model(field.annotation) is None}
    if plain and path:
        lines += ["", "| key | default | meaning |", "|---|---|---|"]
        lines += [f"| `{key}` | {_default(field)} | {_one_line(field.description)} |" for key, field in plain.items()]
    for key, field in keys.items():
        inner = inner_model(field.annotation)
        if inner is None and path:
            continue
        name = f"{path}.{key}" if path else key
        brackets = f"[[{name}]]" if inner is not None and is_list_of_tables(field) else f"[{name}]"
        meaning = inner.__doc__ if inner is not None else field.description
        lines += ["", f"## `{brackets}`", "", _one_line(meaning)]
        if inner is not None:
            _describe(inner, name, lines)


def _default(field: FieldInfo) -> str:
    if field.is_required():
        example = f", e.g. `{_written(field.examples[0])}`" if field.examples else ""
        return f"required{example}"
    value = field.get_default(call_default_factory=True)
    if CLOCK in field.metadata and isinstance(value, int):
        value = clock_text(value)
    return "–" if value is None else f"`{_written(value)}`"


def _written(value: Any) -> str:
    if isinstance(value, Enum):
        value = value.value
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str):
        return value if value.startswith("{") or value[:4].isdigit() else f'"{value}"'
    if isinstance(value, list | tuple):
        return "[" + ", ".join(_written(v) for v in value) + "]"
    return format(value, "f") if isinstance(value, Decimal) else f"{value:g}" if isinstance(value, float) else str(value)


def _one_line(text: str | None) -> str:
    return re.sub(r"\s+", " ", text or "").strip().replace("|", "\\|")
