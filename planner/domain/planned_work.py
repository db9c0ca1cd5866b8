"""Work that is planned, not received: batches of follow-ups, surveys and notices that fall due for doing at a time of day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

from planner.domain.arrays import Floats
from planner.domain.grid import TimeGrid, to_utc
from planner.domain.spans import MINUTES_A_DAY


@dataclass(frozen=True, kw_only=True)
class Batch:
    """`contacts` to be made on `day`, or on each of `weekdays` (0 = Monday): they can be begun from minute `from_min`, all at once, or come
    evenly until minute `to_min`."""

    contacts: float
    day: date | None = None
    weekdays: tuple[int, ...] = ()
    from_min: int = 0
    to_min: int | None = None

    def __post_init__(self) -> None:
        if not 0 < self.contacts < float("inf"):
            raise ValueError(f"contacts must be above 0, got {self.contacts:g}")
        if (self.day is None) == (not self.weekdays):
            raise ValueError("a batch is for a date or for days of the week, one of them")
        if not set(self.weekdays) <= set(range(7)):
            raise ValueError(f"weekdays must be 0-6, got {self.weekdays}")
        if not 0 <= self.from_min < MINUTES_A_DAY:
            raise ValueError(f"from_min must lie in [0, 1440) minutes after midnight, got {self.from_min}")
        if self.to_min is not None and not self.from_min < self.to_min <= MINUTES_A_DAY:
            raise ValueError(f"to_min must lie after from_min and at most at 1440, got {self.to_min}")

    def falls_on(self, day: date) -> bool:
        """True where there are contacts on local date `day`."""
        return day == self.day or day.weekday() in self.weekdays


def batch_contacts(batches: tuple[Batch, ...], zone: str, grid: TimeGrid) -> Floats:
    """Return ``[T]`` the contacts of `batches` that can be begun in each interval of `grid`, times of day on the clock of `zone`."""
    found = np.zeros(grid.size)
    first = grid.clock(zone).dates()[0] - timedelta(days=1)
    days = [first + timedelta(days=n) for n in range(len(grid.clock(zone).dates()) + 2)]
    edges = np.arange(grid.size, dtype=np.float64)
    for batch in batches:
        for day in days:
            if not batch.falls_on(day):
                continue
            start = grid.position(to_utc(zone, day, batch.from_min))
            if batch.to_min is None:
                if 0 <= start < grid.size:
                    found[int(start)] += batch.contacts
                continue
            end = max(grid.position(to_utc(zone, day, batch.to_min)), start + 1e-9)
            inside = np.clip(np.minimum(edges + 1, end) - np.maximum(edges, start), 0.0, None)
            found += batch.contacts * inside / (end - start)
    return found
