"""Limits that hold on average over several weeks."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from planner.rules.book import Law
from planner.rules.finding import found, hours
from planner.rules.readings import average_weeks
from planner.rules.rule import Finding, LabourRule, Severity
from planner.rules.work import EPS_H, Week, WorkDays


def weeks_of_average(rule: LabourRule, law: Law) -> int | None:
    """Return over how many weeks `rule` is averaged, None where every one must keep it; the user's own period goes first."""
    weeks = average_weeks(rule.country, rule.id)
    if weeks is None:
        return None
    own = next((r for r in law.versions.get("averaging_reference_max_weeks", ()) if r.set_by_user), None)
    return weeks if own is None else int(own.number)


def above_average(
    work: WorkDays,
    rule: LabourRule,
    *,
    weeks: int,
    limit_h: float,
    hours_of: Callable[[Week], float],
    severity: Severity = Severity.BREACH,
    of: str = "of work",
) -> Iterator[Finding]:
    """Yield every stretch of `weeks` weeks with more than `limit_h` hours a week on average, none overlapping another.

    A horizon shorter than that is a breach only if its hours alone exceed the whole stretch; a week above the limit in it is left open.
    """
    amounts = [hours_of(week) for week in work.weeks]
    if len(amounts) < weeks:
        yield from _short(work, rule, amounts, weeks, limit_h, severity, of)
        return
    first = 0
    while first + weeks <= len(amounts):
        total = sum(amounts[first : first + weeks])
        start, last = work.weeks[first], work.weeks[first + weeks - 1]
        if rule.in_force(start.date) and total > weeks * limit_h + EPS_H:
            mean = total / weeks
            what = f"has {hours(mean)} {of} a week on average over {weeks} weeks from {start.date}"
            span = (start.start_utc, last.end_utc)
            yield found(work, rule, span, start.date, measured=mean, limit=limit_h, what=what, severity=severity)
            first += weeks
        else:
            first += 1


def _short(
    work: WorkDays, rule: LabourRule, amounts: list[float], weeks: int, limit_h: float, severity: Severity, of: str
) -> Iterator[Finding]:
    if not work.weeks or not rule.in_force(work.weeks[0].date):
        return
    span = (work.start_utc, work.end_utc)
    total = sum(amounts)
    if total > weeks * limit_h + EPS_H:
        what = f"has {hours(total)} {of} in {len(amounts)} weeks, more than {weeks} weeks may hold"
        day = work.weeks[0].date
        yield found(work, rule, span, day, measured=total / weeks, limit=limit_h, what=what, severity=severity)
        return
    heaviest = max(range(len(amounts)), key=lambda i: amounts[i])
    if amounts[heaviest] > limit_h + EPS_H:
        week = work.weeks[heaviest]
        what = f"has {hours(amounts[heaviest])} {of} in the week from {week.date}, to be evened out over {weeks} weeks"
        span = (week.start_utc, week.end_utc)
        yield found(work, rule, span, week.date, measured=amounts[heaviest], limit=limit_h, what=what, severity=Severity.OPEN)
