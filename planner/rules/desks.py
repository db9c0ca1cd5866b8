"""Six-hour desks: telephone service in Brazil (NR-17 Annex II). They bind whoever answers telephones, nobody else."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from planner.domain.shifts import Shift
from planner.rules.book import Law
from planner.rules.finding import found, hours
from planner.rules.rule import Finding, LabourRule
from planner.rules.values import Pauses
from planner.rules.work import EPS_H, WorkDays

EDGE = timedelta(minutes=60)
"""Pauses lie after the first and before the last sixty minutes."""

SHORT_DAY_H = 4.0
"""Believed of NR-17 Annex II, not seen in a source: up to four hours a day one pause is enough and no meal break is due."""


def hours_of_a_desk_day(work: WorkDays, rule: LabourRule, law: Law) -> Iterator[Finding]:
    """Yield every day on the telephone with more hours than allowed."""
    for day in work.days if work.voice else ():
        if rule.in_force(day.date) and day.hours > rule.number + EPS_H:
            what = f"works {hours(day.hours)} on {day.date}"
            yield found(work, rule, (day.start_utc, day.end_utc), day.date, measured=day.hours, what=what)


def hours_of_a_desk_week(work: WorkDays, rule: LabourRule, law: Law) -> Iterator[Finding]:
    """Yield every week on the telephone with more hours than allowed."""
    for week in work.weeks if work.voice else ():
        if rule.in_force(week.date) and week.hours > rule.number + EPS_H:
            what = f"works {hours(week.hours)} in the week from {week.date}"
            yield found(work, rule, (week.start_utc, week.end_utc), week.date, measured=week.hours, what=what)


def paid_pauses_of_a_desk(work: WorkDays, rule: LabourRule, law: Law) -> Iterator[Finding]:
    """Yield every shift on the telephone with too few paid pauses away from its first and last hour."""
    if not isinstance(rule.value, Pauses):
        return
    for shift in work.shifts if work.voice else ():
        need = rule.value.count if shift.paid_h_per_head > SHORT_DAY_H + EPS_H else 1
        proper = _proper_pauses(shift, rule.value.minutes)
        if rule.in_force(shift.date) and proper < need:
            what = f"has {proper} paid pauses of {rule.value.minutes} min outside the first and the last hour on {shift.date}"
            span = (shift.start_utc, shift.end_utc)
            yield found(work, rule, span, shift.date, measured=proper, limit=need, unit="pauses", what=what)


def meal_break_of_a_desk(work: WorkDays, rule: LabourRule, law: Law) -> Iterator[Finding]:
    """Yield every shift of more than four hours on the telephone without an unpaid meal break of enough minutes."""
    for shift in work.shifts if work.voice else ():
        meal = max((_minutes(b.end_utc - b.start_utc) for b in shift.rests if not b.paid), default=0.0)
        long = shift.paid_h_per_head > SHORT_DAY_H + EPS_H
        if rule.in_force(shift.date) and long and meal < rule.number - EPS_H:
            what = f"has a meal break of {meal:g} min on {shift.date}"
            yield found(work, rule, (shift.start_utc, shift.end_utc), shift.date, measured=meal, unit="min", what=what)


def _proper_pauses(shift: Shift, minutes: int) -> int:
    first, last = shift.start_utc + EDGE, shift.end_utc - EDGE
    return sum(
        b.paid and _minutes(b.end_utc - b.start_utc) >= minutes - EPS_H and first <= b.start_utc and b.end_utc <= last
        for b in shift.rests
    )


def _minutes(length: timedelta) -> float:
    return length.total_seconds() / 60
