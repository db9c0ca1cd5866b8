"""What a table must look like: its columns, which of them name a thing, and which count."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class TableSpec:
    """The columns of a table: `interval_start` and `key` (text), `count` (required number), `optional` numbers."""

    name: str
    key: str
    count: str
    optional: tuple[str, ...]

    @property
    def required(self) -> tuple[str, ...]:
        """Columns that must be there."""
        return ("interval_start", self.key, self.count)

    @property
    def numbers(self) -> tuple[str, ...]:
        """Columns of numbers."""
        return (self.count, *self.optional)

    @property
    def columns(self) -> tuple[str, ...]:
        """Every column with a meaning."""
        return (*self.required, *self.optional)


HISTORY = TableSpec("history", "queue", "offered", ("interval_s", "handled", "abandoned", "aht_s"))
DRIVERS = TableSpec("drivers", "driver", "count", ("interval_s",))
