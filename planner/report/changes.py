"""The changes of a re-planned roster as files: changes.csv, and what summary.json says of them."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from planner.domain.codec import encode
from planner.domain.plan import Plan
from planner.domain.replanned import Replanned
from planner.io.plan_files import CHANGE_COLUMNS
from planner.report.csv_text import csv_text, number_cell, text_cells


def changes_table(replanned: Replanned, currency: str) -> str:
    """Return changes.csv: a line for each agent's changed date, by date and agent."""
    changes = replanned.changes
    cells = [
        [c.date.isoformat() for c in changes],
        text_cells(c.agent for c in changes),
        [c.kind.value for c in changes],
        text_cells(c.was for c in changes),
        text_cells(c.now for c in changes),
        text_cells(c.was_shift for c in changes),
        text_cells(c.is_shift for c in changes),
        [number_cell(c.price) for c in changes],
        [currency] * len(changes),
        text_cells(c.reason for c in changes),
    ]
    return csv_text(CHANGE_COLUMNS, cells)


def replanned_summary(plan: Plan) -> dict[str, Any]:
    """Return what summary.json says of a re-plan beside changes.csv; nothing for a plan that is none."""
    if plan.replanned is None:
        return {}
    return {"replanned": encode(replace(plan.replanned, changes=()))}
