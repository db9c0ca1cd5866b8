"""What a re-planned plan says of its changes, read back."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

from planner.domain.codec import decode
from planner.domain.replanned import ChangeKind, Replanned, RosterChange
from planner.io.plan_files import CHANGE_COLUMNS, CHANGES, SUMMARY
from planner.io.plan_tables import Problems, read_table


def read_replanned(said: Any, folder: Path, problems: Problems) -> Replanned | None:
    """Return how a plan came from a published one, from the part of summary.json and changes.csv; None for a plan that did not."""
    if said is None:
        return None
    table = read_table(folder / CHANGES, CHANGE_COLUMNS, problems)
    try:
        head = decode(Replanned, said)
    except (ValueError, TypeError) as error:
        problems.add(SUMMARY, "", f"replanned: {error}")
        return None
    if table is None:
        return None
    columns = zip(
        table.each("date", date.fromisoformat, date(1970, 1, 1)),
        table.texts("agent"),
        table.each("kind", ChangeKind, ChangeKind.MOVED),
        table.texts("was"),
        table.texts("now"),
        table.texts("was_shift"),
        table.texts("is_shift"),
        table.each("price", float, 0.0),
        table.texts("reason"),
        strict=True,
    )
    return replace(
        head,
        changes=tuple(
            RosterChange(
                date=day, agent=agent, kind=kind, was=was, now=now, was_shift=before, is_shift=after, price=price, reason=reason
            )
            for day, agent, kind, was, now, before, after, price, reason in columns
        ),
    )
