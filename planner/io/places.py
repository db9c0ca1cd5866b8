"""Where a problem is, as a person would point at it: ``account.toml: queues[2] "uk_chat" target``. Lists are counted from 1."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

FILE = "account.toml"


def table_place(path: Sequence[str | int], raw: Any, *, file: str = FILE) -> str:
    """Return the place of the table at `path` (keys and positions from 0) in the settings `raw`, with the ids met on the way."""
    text, here = "", raw
    for part in path:
        here = _step(here, part)
        if isinstance(part, int):
            label = here.get("id") if isinstance(here, Mapping) else None
            text += f"[{part + 1}]" + (f' "{label[:64]}"' if isinstance(label, str) and label.isprintable() else "")
        else:
            text += f" {part[:64]}" if text else part[:64]
    return f"{file}: {text}" if text else file


def _step(here: Any, part: str | int) -> Any:
    if isinstance(part, int):
        return here[part] if isinstance(here, list | tuple) and part < len(here) else None
    return here.get(part) if isinstance(here, Mapping) else None
