"""Labour rules by country, as their sources state them: rows of labour_rules.csv, text turned into dates and nothing else."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from importlib.resources import files

NOT_RESEARCHED = "not_researched"
"""Rule id of the one row of a country whose law nobody has looked up."""


@dataclass(frozen=True, kw_only=True)
class LabourRow:
    """One row: `value` and `unit` as written. It holds from `effective_from` to the day before `effective_until`; None is no end."""

    country: str
    law: str
    rule: str
    value: str
    unit: str
    effective_from: date | None
    effective_until: date | None
    source: str
    source_type: str
    verified: bool
    note: str


@lru_cache(maxsize=1)
def labour_rows() -> tuple[LabourRow, ...]:
    """Return every row of the table, in its order."""
    text = files(__package__).joinpath("labour_rules.csv").read_text(encoding="utf-8")
    return tuple(
        LabourRow(
            country=row["iso2"],
            law=row["country"],
            rule=row["rule"],
            value=row["value"],
            unit=row["unit"],
            effective_from=_day(row["effective_from"]),
            effective_until=_day_after(row["effective_to"]),
            source=row["source"],
            source_type=row["source_type"],
            verified=row["verified"] == "yes",
            note=row["note"],
        )
        for row in csv.DictReader(text.splitlines())
    )


def labour_countries() -> tuple[str, ...]:
    """Return the codes of countries (and of states, such as US-CA) with at least one researched row, in order; EU is the floor."""
    return tuple(sorted({row.country for row in labour_rows() if row.rule != NOT_RESEARCHED}))


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None


def _day_after(text: str) -> date | None:
    day = _day(text)  # the table names the last day on which a row holds
    return None if day is None else day + timedelta(days=1)
