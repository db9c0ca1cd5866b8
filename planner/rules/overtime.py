"""Caps on overtime: hours above the ordinary ones of the day, and of the week."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import date

from planner.rules.averages import weeks_of_average
from planner.rules.book import Law
from planner.rules.finding import found, hours
from planner.rules.rule import Finding, LabourRule
from planner.rules.work import EPS_H, Day, WorkDays

_OF_A_DAY = ("max_daily_normal_h", "ot_daily_threshold_h")
_OF_A_WEEK = ("max_weekly_normal_h", "ot_weekly_threshold_h")


def overtime_h(work: WorkDays, law: Law) -> tuple[float, ...]:
    """Return the overtime of each of ``work.days``: its hours above the day's ordinary ones, and those that pass the week's.

    An hour counts once. Limits that a law averages over weeks make no overtime here. Days before the horizon belong to no week.
    """
    of_day = {day.date: _above(day, law) for day in work.days}
    for week in work.weeks:
        limit = _limit(law, week.date, *_OF_A_WEEK)
        if limit is None:
            continue
        before = 0.0
        for day in week.days:
            after = before + day.hours - of_day[day.date]
            of_day[day.date] += max(0.0, after - limit) - max(0.0, before - limit)
            before = after
    return tuple(of_day[day.date] for day in work.days)


def overtime_of_a_day(work: WorkDays, rule: LabourRule, law: Law) -> Iterator[Finding]:
    """Yield every day with more overtime than allowed: hours above the day's ordinary ones; where a law has none, those above the
    week's. A day worked wholly beyond the week's hours is no longer day for it."""
    extra = []
    for day, of_all in zip(work.days, overtime_h(work, law), strict=True):
        ordinary = _limit(law, day.date, *_OF_A_DAY)
        extra.append(of_all if ordinary is None else max(0.0, day.hours - ordinary))
    yield from _above_cap(work, rule, extra, lambda day: str(day), "on")


def overtime_of_a_week(work: WorkDays, rule: LabourRule, law: Law) -> Iterator[Finding]:
    """Yield every week with more overtime than allowed."""
    starts = [(week.date, {day.date for day in week.days}) for week in work.weeks]

    def week_of(day: date) -> str:
        return next((str(start) for start, days in starts if day in days), "")

    yield from _above_cap(work, rule, overtime_h(work, law), week_of, "in the week from")


def overtime_of_a_month(work: WorkDays, rule: LabourRule, law: Law) -> Iterator[Finding]:
    """Yield every calendar month with more overtime than allowed, as far as the horizon holds it."""
    yield from _above_cap(work, rule, overtime_h(work, law), lambda day: f"{day:%Y-%m}", "in the month of")


def overtime_of_a_quarter(work: WorkDays, rule: LabourRule, law: Law) -> Iterator[Finding]:
    """Yield every calendar quarter with more overtime than allowed, as far as the horizon holds it."""
    yield from _above_cap(work, rule, overtime_h(work, law), lambda day: f"{day.year} Q{(day.month + 2) // 3}", "in")


def overtime_of_a_year(work: WorkDays, rule: LabourRule, law: Law) -> Iterator[Finding]:
    """Yield every calendar year with more overtime than allowed, as far as the horizon holds it."""
    yield from _above_cap(work, rule, overtime_h(work, law), lambda day: str(day.year), "in the year")


def _above_cap(
    work: WorkDays, rule: LabourRule, overtime: Sequence[float], period: Callable[[date], str], when: str
) -> Iterator[Finding]:
    sums: dict[str, float] = {}
    days: dict[str, list[Day]] = {}
    for day, extra in zip(work.days, overtime, strict=True):
        name = period(day.date)
        if name and rule.in_force(day.date):
            sums[name] = sums.get(name, 0.0) + extra
            days.setdefault(name, []).append(day)
    for name, total in sums.items():
        if total > rule.number + EPS_H:
            first, last = days[name][0], days[name][-1]
            span = (first.start_utc, last.end_utc)
            what = f"has {hours(total)} of overtime {when} {name}"
            yield found(work, rule, span, first.date, measured=total, what=what)


def _above(day: Day, law: Law) -> float:
    limit = _limit(law, day.date, *_OF_A_DAY)
    return 0.0 if limit is None else max(0.0, day.hours - limit)


def _limit(law: Law, day: date, *ids: str) -> float | None:
    rules = [law.at(id, day) for id in ids]
    return next((r.number for r in rules if r is not None and weeks_of_average(r, law) is None), None)
