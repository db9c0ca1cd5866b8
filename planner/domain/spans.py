"""Stretches of the week on a wall clock: opening hours, and the hours in which a clock of a promise runs."""

from __future__ import annotations

from dataclasses import dataclass

MINUTES_A_DAY = 1440


@dataclass(frozen=True, order=True)
class OpenSpan:
    """Open on `weekday` (0 = Monday) from minute `from_min` to `to_min` of that day, 0 <= from < to <= 1440."""

    weekday: int
    from_min: int
    to_min: int

    def __post_init__(self) -> None:
        if not (0 <= self.weekday <= 6 and 0 <= self.from_min < self.to_min <= MINUTES_A_DAY):
            raise ValueError(f"an opening span needs weekday 0-6 and 0 <= from < to <= 1440 minutes, got {self}")
