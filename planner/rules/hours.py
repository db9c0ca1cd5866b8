"""Hours of work a day, a week and in an averaging period, and how long a day may last.

Hours are elapsed time less unpaid breaks. Hours above *ordinary* ones are overtime: lawful only when agreed and paid, which is another
finding than a breach. A day counts by its start date (C1).
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from planner.rules.averages import above_average, weeks_of_average
from planner.rules.book import Law
from planner.rules.finding import found, hours
from planner.rules.nights import DayKind, kind_of_day, week_of_nights
from planner.rules.readings import WORKING_DAYS_OF_A_WEEK
from planner.rules.rule import Finding, LabourRule, Severity
from planner.rules.work import EPS_H, Day, WorkDays


def ordinary_hours_of_a_day(work: WorkDays, rule: LabourRule, law: Law) -> Iterator[Finding]:
    """Yield every day with more than the ordinary hours; averaged where the law averages it over the working days of weeks."""
    weeks = weeks_of_average(rule, law)
    if weeks is not None:
        limit = rule.number * WORKING_DAYS_OF_A_WEEK
        yield from above_average(work, rule, weeks=weeks, limit_h=limit, hours_of=lambda w: w.hours, severity=Severity.OVERTIME)
        return
    yield from _days_above(work, rule, Severity.OVERTIME)


def ordinary_hours_of_a_mixed_day(work: WorkDays, rule: LabourRule, law: Law) -> Iterator[Finding]:
    """Yield every day, part of it at night but too little to make it a night one, with more than its ordinary hours."""
    yield from _days_above(work, rule, Severity.OVERTIME, kind=DayKind.MIXED, law=law)


def ordinary_hours_of_a_night(work: WorkDays, rule: LabourRule, law: Law) -> Iterator[Finding]:
    """Yield every day that counts as night with more than its ordinary hours; enough night hours make a mixed day one."""
    yield from _days_above(work, rule, Severity.OVERTIME, kind=DayKind.NIGHT, law=law)


def all_hours_of_a_day(work: WorkDays, rule: LabourRule, law: Law) -> Iterator[Finding]:
    """Yield every day with more hours than even overtime allows."""
    yield from _days_above(work, rule, Severity.BREACH)


def ordinary_hours_of_a_week(work: WorkDays, rule: LabourRule, law: Law) -> Iterator[Finding]:
    """Yield every week with more than the ordinary hours, on average where the law averages; weeks of nights may have a rule of their
    own."""
    weeks = weeks_of_average(rule, law)
    if weeks is not None:
        yield from above_average(
            work, rule, weeks=weeks, limit_h=rule.number, hours_of=lambda w: w.hours, severity=Severity.OVERTIME
        )
        return
    yield from _weeks_above(work, rule, law, Severity.OVERTIME, nights=False)


def ordinary_hours_of_a_week_of_nights(work: WorkDays, rule: LabourRule, law: Law) -> Iterator[Finding]:
    """Yield every week, most of whose days are nights, with more than the ordinary hours of such a week."""
    yield from _weeks_above(work, rule, law, Severity.OVERTIME, nights=True)


def all_hours_of_a_week(work: WorkDays, rule: LabourRule, law: Law) -> Iterator[Finding]:
    """Yield every week, or averaging period, with more hours than even overtime allows."""
    weeks = weeks_of_average(rule, law)
    if weeks is not None:
        yield from above_average(work, rule, weeks=weeks, limit_h=rule.number, hours_of=lambda w: w.hours)
        return
    for week in work.weeks:
        if rule.in_force(week.date) and week.hours > rule.number + EPS_H:
            what = f"works {hours(week.hours)} in the week from {week.date}"
            yield found(work, rule, (week.start_utc, week.end_utc), week.date, measured=week.hours, what=what)


def all_hours_of_two_weeks(work: WorkDays, rule: LabourRule, law: Law) -> Iterator[Finding]:
    """Yield every two weeks, one after the other, with more hours than allowed; a horizon of one week is judged by that week."""
    pairs = list(pairwise(work.weeks)) or [(work.weeks[0], work.weeks[0])]
    for first, second in pairs:
        total = first.hours + (second.hours if second is not first else 0.0)
        if rule.in_force(first.date) and total > rule.number + EPS_H:
            what = f"works {hours(total)} in the two weeks from {first.date}"
            yield found(work, rule, (first.start_utc, second.end_utc), first.date, measured=total, what=what)


def length_of_a_day(work: WorkDays, rule: LabourRule, law: Law) -> Iterator[Finding]:
    """Yield every day that lasts longer from its first start to its last end, breaks included, than allowed."""
    for day in work.days:
        if rule.in_force(day.date) and day.span_h > rule.number + EPS_H:
            what = f"is at work from {work.clock(day.start_utc)} to {work.clock(day.end_utc)}, {hours(day.span_h)}"
            yield found(work, rule, (day.start_utc, day.end_utc), day.date, measured=day.span_h, what=what)


def length_of_a_shift(work: WorkDays, rule: LabourRule, law: Law) -> Iterator[Finding]:
    """Yield every shift with less paid work than the account asks for (part-time shifts too short to be offered)."""
    for shift in work.shifts:
        if rule.in_force(shift.date) and shift.paid_h_per_head < rule.number - EPS_H:
            what = f"works {hours(shift.paid_h_per_head)} in the shift of {shift.date}"
            yield found(work, rule, (shift.start_utc, shift.end_utc), shift.date, measured=shift.paid_h_per_head, what=what)


def _days_above(
    work: WorkDays, rule: LabourRule, severity: Severity, *, kind: DayKind | None = None, law: Law | None = None
) -> Iterator[Finding]:
    for day in work.days:
        if not rule.in_force(day.date) or day.hours <= rule.number + EPS_H:
            continue
        if kind is not None and law is not None and kind_of_day(work, day, law) is not kind:
            continue
        yield found(
            work, rule, (day.start_utc, day.end_utc), day.date, measured=day.hours, what=_worked(day), severity=severity
        )


def _weeks_above(work: WorkDays, rule: LabourRule, law: Law, severity: Severity, *, nights: bool) -> Iterator[Finding]:
    apart = nights or "max_weekly_night_h" in law.versions
    for week in work.weeks:
        if not rule.in_force(week.date) or week.hours <= rule.number + EPS_H:
            continue
        if apart and week_of_nights(work, week, law, rule.country) is not nights:
            continue
        what = f"works {hours(week.hours)} in the week from {week.date}"
        span = (week.start_utc, week.end_utc)
        yield found(work, rule, span, week.date, measured=week.hours, what=what, severity=severity)


def _worked(day: Day) -> str:
    return f"works {hours(day.hours)} on {day.date}"
