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


@dataclass(frozen=True)
class RowSpec(TableSpec):
    """The columns of a table of rows without counts: `needed` and `optional` ones, all of them text."""

    needed: tuple[str, ...] = ()

    @property
    def required(self) -> tuple[str, ...]:
        """Columns that must be there."""
        return self.needed

    @property
    def numbers(self) -> tuple[str, ...]:
        """None: every cell is read as text."""
        return ()


AGENTS = RowSpec(
    "agents",
    "agent",
    "",
    (
        "group",
        "site",
        "languages",
        "channels",
        "days_per_week",
        "least_days",
        "hours_per_week",
        "shifts",
        "availability",
        "earliest_start",
        "latest_start",
        "nights",
        "scores",
        "valid_from",
        "valid_to",
        "nights_before",
        "weekend_days_before",
        "least_hours",
        "last_shift_end",
        "days_in_a_row_before",
        "hours_before",
    ),
    needed=("agent",),
)
TIME_OFF = RowSpec("time_off", "agent", "", (), needed=("agent", "from", "to"))
PREFERENCES = RowSpec("preferences", "agent", "", ("weekday", "date", "from", "to", "weight"), needed=("agent", "wish"))
LOCKS = RowSpec("locks", "agent", "", ("start",), needed=("agent", "date", "shift"))
WAITS = RowSpec("waits", "queue", "", (), needed=("queue", "wait_s", "gave_up"))
HISTORY = TableSpec("history", "queue", "offered", ("interval_s", "handled", "abandoned", "aht_s"))
DRIVERS = TableSpec("drivers", "driver", "count", ("interval_s",))
