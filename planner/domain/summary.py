"""A plan in a page of plain text; every figure is read off the finished roster's evaluation and bill (C8)."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from planner.domain.plan import Plan


def summarise(plan: Plan) -> str:
    """Return the plan's headline figures with units and definitions, one fact a line."""
    raise NotImplementedError
