"""When a contact that may wait is due: the clock of a promise as data (C7), on the market's own calendar (C1).

Two rules carry every clock met so far. Hours that run: all hours, or those of a weekly window (nights, weekends and public holidays
left out). Days that count: due at an hour of the N-th counted day after the day of arrival, arrivals after a cut-off hour belonging
to the next counted day; with N = 0 it is a daily cycle, in by the cut-off and due the same day.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

import numpy as np

from planner.domain.arrays import Ints
from planner.domain.grid import offsets_s, to_utc, utc_seconds, zone_info
from planner.domain.spans import MINUTES_A_DAY, OpenSpan

_EPOCH = date(1970, 1, 1)
_MOST_DAYS = 30 * 366
"""Days a clock is followed ahead: one that has not run out by then never does."""


class HolidayMode(StrEnum):
    """What the holiday mode of a shop, between dates its owner sets, does to the clock."""

    STOPS = "stops"  # the clock stands still meanwhile
    NOT_COUNTED = "not_counted"  # it stands still, and what arrives meanwhile is not measured
    RUNS = "runs"  # the platform has none, or it changes nothing


@dataclass(frozen=True, order=True)
class DateSpan:
    """Local dates from `first` to `last`, both included."""

    first: date
    last: date

    def __post_init__(self) -> None:
        if self.first > self.last:
            raise ValueError(f"ends on {self.last}, before it starts on {self.first}")

    def days(self) -> frozenset[date]:
        """Return every date of the span."""
        return frozenset(self.first + timedelta(days=n) for n in range((self.last - self.first).days + 1))


@dataclass(frozen=True, kw_only=True)
class Calendar:
    """The calendar a clock is read on: a zone, its public holidays, and the dates on which the shop is in holiday mode."""

    zone: str
    holidays: frozenset[date] = frozenset()
    paused: frozenset[date] = frozenset()

    def __post_init__(self) -> None:
        zone_info(self.zone)


@dataclass(frozen=True, kw_only=True)
class HourRule:
    """Due when `hours` have run since the arrival. They run within the weekly `spans` (none: at all hours) and, with
    `public_holidays`, on public holidays too."""

    hours: float
    spans: tuple[OpenSpan, ...] = ()
    public_holidays: bool = True

    def __post_init__(self) -> None:
        if not 0 < self.hours < float("inf"):
            raise ValueError(f"hours must be above 0, got {self.hours:g}")

    @property
    def nominal_s(self) -> float:
        """The seconds that run until the contact is due."""
        return self.hours * 3600.0

    def due_utc_s(self, arrival_s: Ints, calendar: Calendar) -> Ints:
        """Return the POSIX second ``[N]`` at which contacts that arrive at `arrival_s` ``[N]`` are due.

        Raises ValueError where the hours never run out (nothing but holidays, say).
        """
        arrived = np.asarray(arrival_s, dtype=np.int64)
        wanted = round(self.nominal_s)
        if not self.spans and not calendar.paused and (self.public_holidays or not calendar.holidays):
            return arrived + wanted
        if not arrived.size:
            return arrived.copy()
        start, end = self._running(int(arrived.min()), int(arrived.max()), wanted, calendar)
        before = np.concatenate(([0], np.cumsum(end - start)))  # seconds run when each stretch starts
        now = np.searchsorted(end, arrived, side="right")
        ran = before[now] + np.maximum(arrived - start[np.minimum(now, len(start) - 1)], 0)
        at = np.searchsorted(before[1:], ran + wanted, side="left")
        due: Ints = start[at] + ran + wanted - before[at]
        return due

    def _running(self, first_s: int, last_s: int, wanted: int, calendar: Calendar) -> tuple[Ints, Ints]:
        """Stretches of UTC in which the clock runs, from before `first_s` until `wanted` seconds have run after `last_s`."""
        off = calendar.paused if self.public_holidays else calendar.paused | calendar.holidays
        stretches: list[tuple[int, int]] = []
        left = wanted
        for day in _days_from(_local_date(first_s, calendar.zone) - timedelta(days=1)):
            if day in off:
                continue
            for from_min, to_min in self._minutes(day.weekday()):
                start, end = (utc_seconds(to_utc(calendar.zone, day, m)) for m in (from_min, to_min))
                if stretches:
                    start = max(start, stretches[-1][1])
                if start < end:
                    stretches.append((start, end))
                    left -= max(0, end - max(start, last_s))
            if left <= 0 and stretches and stretches[-1][1] > last_s:
                break
        else:
            raise ValueError(f"the clock of {self.hours:g} h never runs out: no hours count on its calendar")
        found = np.array(stretches, dtype=np.int64)
        return found[:, 0], found[:, 1]

    def _minutes(self, weekday: int) -> list[tuple[int, int]]:
        if not self.spans:
            return [(0, MINUTES_A_DAY)]
        return [(span.from_min, span.to_min) for span in self.spans if span.weekday == weekday]


@dataclass(frozen=True, kw_only=True)
class DayRule:
    """Due at minute `due_min` of the `days`-th counted day after the day of arrival.

    Counted are `weekdays` (0 = Monday) that are no public holiday (with `public_holidays`, those too). What arrives at or after
    minute `cut_off_min` of a counted day, or on a day that does not count, belongs to the next counted day.
    """

    days: int
    cut_off_min: int = MINUTES_A_DAY
    due_min: int = MINUTES_A_DAY
    weekdays: tuple[int, ...] = (0, 1, 2, 3, 4)
    public_holidays: bool = False

    def __post_init__(self) -> None:
        if self.days < 0:
            raise ValueError(f"days must be 0 or more, got {self.days}")
        for name in ("cut_off_min", "due_min"):
            if not 0 < getattr(self, name) <= MINUTES_A_DAY:
                raise ValueError(f"{name} must lie in (0, 1440] minutes after midnight, got {getattr(self, name)}")
        if self.days == 0 and self.due_min < self.cut_off_min:
            raise ValueError("what is due the same day must be due at the cut-off or later")
        if not self.weekdays or not set(self.weekdays) <= set(range(7)):
            raise ValueError(f"no day of the week counts, or one is not 0-6, got {self.weekdays}")

    @property
    def nominal_s(self) -> float:
        """The length of the clock as people say it, in seconds: its days, at least one."""
        return 86_400.0 * max(self.days, 1)

    def due_utc_s(self, arrival_s: Ints, calendar: Calendar) -> Ints:
        """Return the POSIX second ``[N]`` at which contacts that arrive at `arrival_s` ``[N]`` are due.

        Raises ValueError where no day ever counts.
        """
        arrived = np.asarray(arrival_s, dtype=np.int64)
        if not arrived.size:
            return arrived.copy()
        counted = self._counted(int(arrived.min()), int(arrived.max()), calendar)
        cut_off, due = (
            np.array([utc_seconds(to_utc(calendar.zone, day, minute)) for day in counted], dtype=np.int64)
            for minute in (self.cut_off_min, self.due_min)
        )
        found: Ints = due[np.searchsorted(cut_off, arrived, side="right") + self.days]
        return found

    def _counted(self, first_s: int, last_s: int, calendar: Calendar) -> list[date]:
        """Counted days from the one before `first_s` to `days` + 1 beyond `last_s`."""
        off = calendar.paused if self.public_holidays else calendar.paused | calendar.holidays
        last = _local_date(last_s, calendar.zone)
        found: list[date] = []
        beyond = 0
        for day in _days_from(_local_date(first_s, calendar.zone) - timedelta(days=1)):
            if day.weekday() in self.weekdays and day not in off:
                found.append(day)
                beyond += day > last
                if beyond > self.days + 1:
                    return found
        raise ValueError(f"the clock of {self.days} days never runs out: no day counts on its calendar")


Rule = HourRule | DayRule


@dataclass(frozen=True, kw_only=True)
class Clock:
    """The clock of a promise: a `rule`, what an automatic reply and holiday mode do to it, and where it comes from.

    `auto_reply_stops`: an automatic reply counts as the answer. `preset` is the id of the rule it was taken from, "" for none, with
    its `source` and whether that was `verified`; `edited` where the account overrides part of it.
    """

    rule: Rule
    auto_reply_stops: bool = False
    holiday_mode: HolidayMode = HolidayMode.STOPS
    preset: str = ""
    source: str = ""
    verified: bool = True
    edited: bool = False

    def due_utc_s(self, arrival_s: Ints, calendar: Calendar) -> Ints:
        """Return the POSIX second ``[N]`` at which contacts that arrive at `arrival_s` ``[N]`` are due, never before they arrive.

        Raises ValueError where the clock never runs out.
        """
        return self.rule.due_utc_s(arrival_s, self.on(calendar))

    def on(self, calendar: Calendar) -> Calendar:
        """Return `calendar` as this clock reads it: without holiday mode where that changes nothing."""
        if self.holiday_mode is HolidayMode.RUNS and calendar.paused:
            return Calendar(zone=calendar.zone, holidays=calendar.holidays)
        return calendar

    def is_plain(self, calendar: Calendar) -> bool:
        """True where due times are a constant number of seconds after arrivals."""
        rule = self.rule
        if isinstance(rule, DayRule) or rule.spans:
            return False
        return not self.on(calendar).paused and (rule.public_holidays or not calendar.holidays)


def _local_date(epoch_s: int, zone: str) -> date:
    at = np.array([epoch_s], dtype=np.int64)
    return _EPOCH + timedelta(days=int((at + offsets_s(zone, at))[0]) // 86_400)


def _days_from(first: date) -> Iterator[date]:
    for n in range(min(_MOST_DAYS, (date.max - first).days)):
        yield first + timedelta(days=n)
