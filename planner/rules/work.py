"""One agent's work in time order on the site's clock: days, weeks, and the hours in them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property
from itertools import pairwise

from planner.domain.grid import to_utc, zone_info
from planner.domain.shifts import Shift

EPS_H = 1e-6
"""Differences of hours below this are rounding."""

CLOCK_CHANGE = timedelta(hours=2)
"""What a week may lack at the horizon's end and still be whole: horizon and site may change their clocks on different days."""

DAYS_A_WEEK = 7


@dataclass(frozen=True)
class Day:
    """The shifts of one site date, in order (a shift over midnight belongs to its start date, C1)."""

    date: date
    shifts: tuple[Shift, ...]

    @property
    def start_utc(self) -> datetime:
        """When the day's first shift starts."""
        return self.shifts[0].start_utc

    @property
    def end_utc(self) -> datetime:
        """When the last one to end does."""
        return max(shift.end_utc for shift in self.shifts)

    @property
    def hours(self) -> float:
        """Hours worked: elapsed time less unpaid breaks, paid breaks included."""
        return sum(shift.paid_h_per_head for shift in self.shifts)

    @property
    def span_h(self) -> float:
        """Hours from the first start to the last end."""
        return hours_between(self.start_utc, self.end_utc)


@dataclass(frozen=True)
class Week:
    """Seven days of the site's clock counted from the start of the horizon; `whole` unless the horizon ends inside."""

    start_utc: datetime
    end_utc: datetime
    date: date
    days: tuple[Day, ...]
    whole: bool

    @property
    def hours(self) -> float:
        """Hours worked in shifts that start in this week."""
        return sum(day.hours for day in self.days)


@dataclass(frozen=True, kw_only=True)
class WorkDays:
    """What agent `agent` works at a site in `zone`, known from `start_utc` to `end_utc` and not beyond; `shifts` in order of time.

    `voice` says whether the agent answers telephones. Weeks are seven days of the site's clock from `start_utc` on, so that a horizon of
    seven days is one week at every site.
    """

    agent: str
    site: str
    zone: str
    start_utc: datetime
    end_utc: datetime
    shifts: tuple[Shift, ...]
    voice: bool = True

    def __post_init__(self) -> None:
        if any(a.start_utc > b.start_utc for a, b in pairwise(self.shifts)):
            raise ValueError(f"the shifts of {self.agent} are not in order of time")

    @cached_property
    def days(self) -> tuple[Day, ...]:
        """The dates worked, in order."""
        by_date: dict[date, list[Shift]] = {}
        for shift in self.shifts:
            by_date.setdefault(shift.date, []).append(shift)
        return tuple(Day(day, tuple(by_date[day])) for day in sorted(by_date))

    @cached_property
    def weeks(self) -> tuple[Week, ...]:
        """Every week the horizon touches, worked or not; a shift belongs to the week it starts in, lead-ins to none."""
        first = self.start_utc.astimezone(zone_info(self.zone))
        minute = first.hour * 60 + first.minute
        weeks: list[Week] = []
        start, number = self.start_utc, 0
        while start < self.end_utc - CLOCK_CHANGE or not weeks:
            number += 1
            end = to_utc(self.zone, first.date() + timedelta(days=DAYS_A_WEEK * number), minute)
            days = tuple(day for day in self.days if start <= day.start_utc < end)
            weeks.append(Week(start, end, self.date_of(start), days, whole=end - CLOCK_CHANGE <= self.end_utc))
            start = end
        return tuple(weeks)

    def date_of(self, when: datetime) -> date:
        """Return the date of `when` on the site's clock."""
        return when.astimezone(zone_info(self.zone)).date()

    def clock(self, when: datetime) -> str:
        """Return `when` on the site's clock as a person reads it."""
        return when.astimezone(zone_info(self.zone)).strftime("%a %Y-%m-%d %H:%M")

    @cached_property
    def rests(self) -> tuple[tuple[datetime, datetime], ...]:
        """The stretches without a shift, in order, those that touch the horizon's edges included."""
        found = []
        free_from = self.start_utc
        for shift in self.shifts:
            if shift.start_utc > free_from:
                found.append((free_from, shift.start_utc))
            free_from = max(free_from, shift.end_utc)
        if free_from < self.end_utc:
            found.append((free_from, self.end_utc))
        return tuple(found)


def hours_between(start: datetime, end: datetime) -> float:
    """Return the hours that pass from `start` to `end`."""
    return (end - start).total_seconds() / 3600


def in_order(shifts: Iterable[Shift]) -> tuple[Shift, ...]:
    """Return `shifts` in order of time."""
    return tuple(sorted(shifts, key=lambda s: (s.start_utc, s.end_utc, s.id)))
