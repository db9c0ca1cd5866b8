"""One line of reasoning: a formula, the same with numbers, and what it comes to."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from planner.cli.erlang_words import WIDTH, wrapped


@dataclass(frozen=True, kw_only=True)
class Step:
    """A step from the input to a figure; `words` is the whole of it, `value` the unrounded figure (None where it has none)."""

    key: str
    label: str
    words: str
    value: float | None = None

    def as_json(self) -> dict[str, Any]:
        """Return the step as plain data."""
        return {"step": self.key, "words": self.words, "value": self.value}


def digits(value: float) -> str:
    """Return a number to six digits, for a formula."""
    if math.isinf(value):
        return "endless"
    return f"{value:.6g}"


def steps_text(steps: Sequence[Step]) -> list[str]:
    """Return the lines that show the steps; none for none."""
    if not steps:
        return []
    lines = ["", "How these figures come about", "-" * 28]
    for step in steps:
        lines += wrapped(step.label, step.words, width=15)
    assert all(len(line) <= WIDTH or " " not in line.strip() for line in lines)
    return lines
