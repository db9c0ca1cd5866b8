"""What happened: contacts per queue and interval as recorded. A gap is a gap, never a zero (C3)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from planner.domain.arrays import ArrayEq, Floats, Ints, frozen_floats, frozen_ints
from planner.domain.waiting import RecordedWaits


@dataclass(frozen=True, kw_only=True, eq=False)
class Series(ArrayEq):
    """Counts of one queue (or driver) by interval, sorted by time; intervals without a record are simply not there.

    `start_s` ``[N]`` POSIX seconds of interval starts, multiples of `interval_s`; `counts` ``[N]`` contacts offered (or orders);
    `aht_s` ``[N]`` mean handling time of the interval, NaN where unknown.
    """

    id: str
    interval_s: int
    start_s: Ints
    counts: Floats
    aht_s: Floats

    def __post_init__(self) -> None:
        n = len(self.start_s)
        object.__setattr__(self, "start_s", frozen_ints(self.start_s, (n,), "start_s"))
        object.__setattr__(self, "counts", frozen_floats(self.counts, (n,), "counts"))
        object.__setattr__(self, "aht_s", frozen_floats(self.aht_s, (n,), "aht_s"))
        if n and (np.diff(self.start_s) <= 0).any():
            raise ValueError(f"intervals of {self.id} must be in time order, each once")
        if n and not (np.isfinite(self.counts).all() and (self.counts >= 0).all()):
            raise ValueError(f"counts of {self.id} must be finite and zero or more")


@dataclass(frozen=True, kw_only=True)
class Row:
    """One row of a table of people, as written: the cells by column, where they stand in which file."""

    file: str
    row: int
    cells: tuple[tuple[str, str], ...]

    def get(self, column: str) -> str:
        """Return the cell of a column, empty where there is none."""
        return dict(self.cells).get(column, "")


@dataclass(frozen=True, kw_only=True, eq=False)
class Tables(ArrayEq):
    """The big tables of an account: contact history per queue and drivers (orders, visits) per name; people as written; waits."""

    history: tuple[Series, ...] = ()
    drivers: tuple[Series, ...] = ()
    agents: tuple[Row, ...] = ()
    time_off: tuple[Row, ...] = ()
    preferences: tuple[Row, ...] = ()
    locks: tuple[Row, ...] = ()
    waits: tuple[RecordedWaits, ...] = ()

    def history_of(self, queue: str) -> Series | None:
        """Return the recorded series of `queue`, or None when it has no history."""
        return next((s for s in self.history if s.id == queue), None)

    def driver(self, name: str) -> Series | None:
        """Return the driver series called `name`, or None."""
        return next((s for s in self.drivers if s.id == name), None)
