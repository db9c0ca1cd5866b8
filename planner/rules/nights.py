"""Night: its hours on the site's clock, the days that count as nights, and how long those may be."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from enum import StrEnum

from planner.domain.grid import to_utc
from planner.domain.premium_hours import paid_spans
from planner.domain.shifts import Shift
from planner.rules.averages import above_average, weeks_of_average
from planner.rules.book import Law
from planner.rules.finding import found, hours
from planner.rules.readings import (
    LEAST_NIGHT,
    NIGHT_WORKER_H,
    WORKING_DAYS_OF_A_WEEK,
    night_shift_is_mostly_night,
)
from planner.rules.rule import Finding, LabourRule
from planner.rules.values import ClockWindow
from planner.rules.work import EPS_H, Day, Week, WorkDays, hours_between


class DayKind(StrEnum):
    """Where a day's work lies."""

    DAY = "day"
    MIXED = "mixed"
    NIGHT = "night"


def night_window(law: Law, day: date) -> ClockWindow:
    """Return the night that begins on `day`: the country's, or midnight to 05:00 where no row has it."""
    rule = law.at("night_window", day)
    return rule.value if rule is not None and isinstance(rule.value, ClockWindow) else ClockWindow(*LEAST_NIGHT)


def night_h(work: WorkDays, shift: Shift, law: Law) -> float:
    """Return the hours of `shift`, unpaid breaks left out, that lie in the night.

    The night is a stretch of the wall clock: 22:00 to 06:00 has nine hours when clocks go back and seven when they go forward.
    """
    unpaid = [(b.start_utc, b.end_utc) for b in shift.breaks if not b.paid]
    spans = paid_spans(shift.start_utc, shift.end_utc, unpaid)
    day, last = work.date_of(shift.start_utc) - timedelta(days=1), work.date_of(shift.end_utc)
    total = 0.0
    while day <= last:
        window = night_window(law, day)
        start, end = to_utc(work.zone, day, window.from_min), to_utc(work.zone, day, window.end_min)
        total += sum(_overlap_h(start, end, *span) for span in spans)
        day += timedelta(days=1)
    return total


def kind_of_day(work: WorkDays, day: Day, law: Law) -> DayKind:
    """Return whether the work of `day` is by day, at night, or mixed.

    Where a law lets some hours of night turn a mixed day into a night, so many or more do; else a night has nothing but night in it.
    """
    night = sum(night_h(work, shift, law) for shift in day.shifts)
    if night <= EPS_H:
        return DayKind.DAY
    turns = law.number("mixed_becomes_night_after_h", day.date)
    enough = day.hours if turns is None else turns
    return DayKind.NIGHT if night >= enough - EPS_H else DayKind.MIXED


def is_night_shift(work: WorkDays, shift: Shift, law: Law, country: str) -> bool:
    """True when `shift` is one of night work: three hours of it at night, or more than half, as the law of `country` counts."""
    night = night_h(work, shift, law)
    if night_shift_is_mostly_night(country):
        return night > shift.paid_h_per_head / 2 + EPS_H
    return night >= NIGHT_WORKER_H - EPS_H


def week_of_nights(work: WorkDays, week: Week, law: Law, country: str) -> bool:
    """True when more than half of the shifts of `week` are night shifts."""
    shifts = [shift for day in week.days for shift in day.shifts]
    return 2 * sum(is_night_shift(work, shift, law, country) for shift in shifts) > len(shifts)


def length_of_a_night_shift(work: WorkDays, rule: LabourRule, law: Law) -> Iterator[Finding]:
    """Yield every night shift with more hours of work than allowed."""
    for shift in work.shifts:
        worked = shift.paid_h_per_head
        if rule.in_force(shift.date) and worked > rule.number + EPS_H and is_night_shift(work, shift, law, rule.country):
            what = f"works {hours(worked)} in the night shift of {shift.date}"
            yield found(work, rule, (shift.start_utc, shift.end_utc), shift.date, measured=worked, what=what)


def average_of_night_workers(work: WorkDays, rule: LabourRule, law: Law) -> Iterator[Finding]:
    """Yield every period in which somebody who works nights has more hours in 24 on average than allowed.

    Who works nights is somebody with more than half of the shifts at night. The weekly rest day does not count as a day, so that the
    limit of a week is six times the daily one.
    """
    nights = sum(is_night_shift(work, shift, law, rule.country) for shift in work.shifts)
    if 2 * nights <= len(work.shifts):
        return
    weeks = weeks_of_average(rule, law) or 1
    limit = rule.number * WORKING_DAYS_OF_A_WEEK
    yield from above_average(work, rule, weeks=weeks, limit_h=limit, hours_of=lambda week: week.hours, of="of night work")


def _overlap_h(start: datetime, end: datetime, other_start: datetime, other_end: datetime) -> float:
    return max(0.0, hours_between(max(start, other_start), min(end, other_end)))
