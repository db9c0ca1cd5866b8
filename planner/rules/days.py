"""Days worked: how many in seven, how many in a row, and Sundays. A day counts as worked when a shift starts on it (C1)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from planner.domain.grid import to_utc
from planner.rules.book import Law
from planner.rules.finding import found
from planner.rules.rule import Finding, LabourRule, Severity
from planner.rules.work import DAYS_A_WEEK, Day, WorkDays

SUNDAY = 6
FREELY = "yes"
"""Value of `sunday_work_allowed` that leaves nothing to ask."""


def days_off_in_seven(work: WorkDays, rule: LabourRule, law: Law) -> Iterator[Finding]:
    """Yield every seven days in a row, none overlapping another, with too many worked; those of a horizon cut short count as they are."""
    limit = DAYS_A_WEEK - rule.number
    told_to = None
    for i, first in enumerate(work.days):
        if told_to is not None and first.date <= told_to:
            continue
        last = first.date + timedelta(days=DAYS_A_WEEK - 1)
        worked = [day for day in work.days[i : i + DAYS_A_WEEK] if day.date <= last]
        if rule.in_force(first.date) and len(worked) > limit:
            told_to = last
            what = f"works on {len(worked)} of the seven days from {first.date}"
            span = (first.start_utc, worked[-1].end_utc)
            yield found(work, rule, span, first.date, measured=len(worked), limit=limit, unit="days", what=what)


def days_in_a_row(work: WorkDays, rule: LabourRule, law: Law) -> Iterator[Finding]:
    """Yield every run of worked days that is too long."""
    run: list[Day] = []
    for day in (*work.days, None):
        if run and (day is None or day.date != run[-1].date + timedelta(days=1)):
            if rule.in_force(run[0].date) and len(run) > rule.number:
                what = f"works {len(run)} days in a row from {run[0].date}"
                span = (run[0].start_utc, run[-1].end_utc)
                yield found(work, rule, span, run[0].date, measured=len(run), unit="days", what=what)
            run = []
        if day is not None:
            run.append(day)


def sunday_work(work: WorkDays, rule: LabourRule, law: Law) -> Iterator[Finding]:
    """Yield, left open, every shift that reaches into a Sunday where work on Sundays needs an exception."""
    if rule.value == FREELY:
        return
    for shift in work.shifts:
        day = shift.date
        while day <= work.date_of(shift.end_utc):
            start, end = to_utc(work.zone, day, 0), to_utc(work.zone, day, 1440)
            if day.weekday() == SUNDAY and rule.in_force(day) and shift.start_utc < end and start < shift.end_utc:
                span = (max(start, shift.start_utc), min(end, shift.end_utc))
                length = (span[1] - span[0]).total_seconds() / 3600
                what = f"works on Sunday {day}, for which an exception is needed"
                yield found(work, rule, span, day, measured=length, limit=0.0, what=what, severity=Severity.OPEN)
            day += timedelta(days=1)
