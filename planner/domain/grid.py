"""One clock: the UTC grid of equal intervals on which everything inside is counted (C1, C2)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import numpy as np

from planner.domain.arrays import Ints

INTERVALS_S: tuple[int, ...] = (300, 600, 900, 1200, 1800, 3600)
"""Interval lengths a grid may have, in seconds."""


def zone_info(name: str) -> ZoneInfo:
    """Return the IANA zone called `name`; raise ValueError when there is none."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise ValueError(f"unknown time zone {name!r}; write an IANA name such as Europe/Lisbon") from error


def to_utc(zone: str, day: date, minute: float) -> datetime:
    """Return the UTC instant of `minute` minutes on the wall clock of `day` in `zone`; 1440 and beyond run into later days.

    A wall time skipped by a clock change moves forward by the change; one that happens twice means the first.
    """
    wall = datetime(day.year, day.month, day.day) + timedelta(minutes=minute)
    return wall.replace(tzinfo=zone_info(zone)).astimezone(UTC)


def utc_seconds(when: datetime) -> int:
    """Return the POSIX seconds of an aware datetime; raise ValueError for a naive one."""
    if when.tzinfo is None:
        raise ValueError(f"{when.isoformat()} has no UTC offset")
    return int(when.timestamp())


def offsets_s(zone: str, epoch_s: Ints) -> Ints:
    """Return the UTC offset in seconds of `zone` at each POSIX second in `epoch_s` (same shape).

    Offsets are looked up once per quarter-hour touched: no zone changes its clock off a quarter-hour of UTC.
    """
    info = zone_info(zone)
    quarters, inverse = np.unique(np.asarray(epoch_s, dtype=np.int64) // 900, return_inverse=True)
    found = [_offset_s(info, int(q) * 900) for q in quarters]
    return np.asarray(found, dtype=np.int64)[inverse].reshape(np.shape(epoch_s))


def _offset_s(info: ZoneInfo, epoch: int) -> int:
    offset = datetime.fromtimestamp(epoch, info).utcoffset()
    assert offset is not None
    return int(offset.total_seconds())


@dataclass(frozen=True)
class LocalClock:
    """The wall clock of one zone along a grid: for each interval start the local day, weekday and minute of day.

    `day` counts days since 1970-01-01 on the local calendar; `weekday` is 0 for Monday; `minute` is 0 to 1439. Shapes ``[T]``.
    """

    zone: str
    day: Ints
    weekday: Ints
    minute: Ints

    def dates(self) -> tuple[date, ...]:
        """Return the local dates the grid touches, in order, each once."""
        return tuple(date(1970, 1, 1) + timedelta(days=int(d)) for d in np.unique(self.day))


def local_clock(zone: str, epoch_s: Ints) -> LocalClock:
    """Return the wall clock of `zone` at POSIX seconds `epoch_s` ``[T]``."""
    local = np.asarray(epoch_s, dtype=np.int64) + offsets_s(zone, epoch_s)
    day, second = np.divmod(local, 86_400)
    return LocalClock(zone=zone, day=day, weekday=(day + 3) % 7, minute=second // 60)


@dataclass(frozen=True)
class TimeGrid:
    """Equal intervals of UTC from `start_utc` on: `size` of them, `interval_s` seconds each; `zone` is the horizon's own (C13)."""

    start_utc: datetime
    interval_s: int
    size: int
    zone: str

    def __post_init__(self) -> None:
        if self.start_utc.tzinfo is None or self.start_utc.utcoffset() != timedelta(0):
            raise ValueError(f"start_utc must be in UTC, got {self.start_utc!r}")
        if self.interval_s not in INTERVALS_S:
            allowed = ", ".join(str(s // 60) for s in INTERVALS_S)
            raise ValueError(f"interval must be one of {allowed} minutes, got {self.interval_s / 60:g}")
        if self.size < 1:
            raise ValueError(f"a grid needs at least one interval, got {self.size}")
        zone_info(self.zone)

    @classmethod
    def for_days(cls, *, zone: str, start: date, days: int, interval_s: int) -> TimeGrid:
        """Return the grid of `days` local days of `zone` from its midnight on `start`; a day of a clock change has 23 or 25 hours.

        Raises ValueError where they are no whole number of intervals (clocks that change by half an hour).
        """
        first = to_utc(zone, start, 0)
        last = to_utc(zone, start + timedelta(days=days), 0)
        size, left = divmod(int((last - first).total_seconds()), interval_s)
        if left:
            raise ValueError(
                f"{days} days from {start} in {zone} are no whole number of intervals of {interval_s // 60} minutes"
            )
        return cls(start_utc=first, interval_s=interval_s, size=size, zone=zone)

    @property
    def end_utc(self) -> datetime:
        """The instant after the last interval."""
        return self.start_utc + timedelta(seconds=self.interval_s * self.size)

    @property
    def interval_h(self) -> float:
        """Length of an interval in hours."""
        return self.interval_s / 3600

    @property
    def epoch_s(self) -> Ints:
        """POSIX seconds of every interval start, ``[T]``."""
        return utc_seconds(self.start_utc) + self.interval_s * np.arange(self.size, dtype=np.int64)

    def starts(self) -> Iterator[datetime]:
        """Yield every interval start in UTC."""
        return (self.start_utc + timedelta(seconds=self.interval_s * t) for t in range(self.size))

    def position(self, when: datetime) -> float:
        """Return where `when` lies in units of intervals; negative before the grid, above `size` after it."""
        return (when - self.start_utc).total_seconds() / self.interval_s

    def clock(self, zone: str) -> LocalClock:
        """Return the wall clock of `zone` along this grid."""
        return _clock(self, zone)


@lru_cache(maxsize=64)
def _clock(grid: TimeGrid, zone: str) -> LocalClock:
    return local_clock(zone, grid.epoch_s)
