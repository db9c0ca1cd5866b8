"""What language levels and soft skills of those who answer do, as sources state it: rows of quality_effects.csv."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files

from planner.domain.quality import Effect, Measure


@dataclass(frozen=True, kw_only=True)
class QualityRow:
    """One row: `kind` "language_level" or "soft_skill", the default effect, the range stated (empty: none), who wrote the source, a
    note."""

    kind: str
    effect: Effect
    low: str
    high: str
    source_type: str
    note: str


@lru_cache(maxsize=1)
def quality_rows() -> tuple[QualityRow, ...]:
    """Return every row of the table, in its order."""
    text = files(__package__).joinpath("quality_effects.csv").read_text(encoding="utf-8")
    return tuple(
        QualityRow(
            kind=row["kind"],
            effect=Effect(
                on=row["on"],
                measure=Measure(row["measure"]),
                value=float(row["value"]),
                source=f"{row['source']}, {row['source_type']}" if row["source"] else row["source_type"],
                verified=row["verified"] == "yes",
            ),
            low=row["low"],
            high=row["high"],
            source_type=row["source_type"],
            note=row["note"],
        )
        for row in csv.DictReader(text.splitlines())
    )
