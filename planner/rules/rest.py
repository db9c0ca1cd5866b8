"""Rest between working days and in every week, in hours that really pass: a clock change makes a night longer or shorter."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import pairwise

from planner.rules.book import Law
from planner.rules.finding import found, hours
from planner.rules.readings import RUN_DAYS, rest_after_a_run_of_days, rest_per_24_hours
from planner.rules.rule import Finding, LabourRule, Severity
from planner.rules.work import EPS_H, Day, Week, WorkDays, hours_between


def rest_between_days(work: WorkDays, rule: LabourRule, law: Law) -> Iterator[Finding]:
    """Yield every rest between two working days that is too short, and every day too long to leave that rest within 24 hours.

    A pause between two shifts of one date is no daily rest. The rest belongs to the day it follows.
    """
    need = rule.number
    for day, after in pairwise(work.days):
        rest_h = hours_between(day.end_utc, after.start_utc)
        if rule.in_force(day.date) and rest_h < need - EPS_H:
            what = f"rests {hours(max(0.0, rest_h))} from {work.clock(day.end_utc)} to {work.clock(after.start_utc)}"
            span = (min(day.end_utc, after.start_utc), after.start_utc)
            yield found(work, rule, span, day.date, measured=rest_h, what=what)
    if rest_per_24_hours(rule.country):
        for day in work.days:
            if rule.in_force(day.date) and day.span_h > 24 - need + EPS_H:
                what = f"is at work for {hours(day.span_h)} on {day.date}, which leaves {hours(24 - day.span_h)} of 24 for rest"
                yield found(work, rule, (day.start_utc, day.end_utc), day.date, measured=24 - day.span_h, what=what)


def weekly_rest(work: WorkDays, rule: LabourRule, law: Law) -> Iterator[Finding]:
    """Yield every week without the unbroken rest, and every run of more than six worked days where the law counts those.

    A rest over the border of two weeks counts, whole, in the week that holds the larger part of it. A week that the horizon cuts, or
    whose rest may go on beyond the horizon's edge, is left open.
    """
    need = rule.number + rule.on_top_h
    if rest_after_a_run_of_days(rule.country):
        yield from _runs(work, rule, need)
        return
    for week in work.weeks:
        if not (rule.in_force(week.date) and week.days):
            continue
        best, may_go_on = 0.0, False
        for start, end in work.rests:
            inside = hours_between(max(start, week.start_utc), min(end, week.end_utc))
            if inside <= 0:
                continue
            whole = hours_between(start, end)
            best = max(best, whole if inside >= whole / 2 else inside)
            at_the_edge = start == work.start_utc or end == work.end_utc
            may_go_on = may_go_on or (at_the_edge and inside >= need / 2)
        if best >= need - EPS_H:
            continue
        yield _without_rest(work, rule, week, best, need, cut=not week.whole or may_go_on)


def _without_rest(work: WorkDays, rule: LabourRule, week: Week, best: float, need: float, *, cut: bool) -> Finding:
    last = work.date_of(min(week.end_utc, work.end_utc) - timedelta(seconds=1))
    what = f"has {hours(best)} of unbroken rest at most from {week.date} to {last}"
    what += ", where the horizon ends or begins" if cut else ""
    span = (week.start_utc, min(week.end_utc, work.end_utc))
    severity = Severity.OPEN if cut else Severity.BREACH
    return found(work, rule, span, week.date, measured=best, limit=need, what=what, severity=severity)


def _runs(work: WorkDays, rule: LabourRule, need: float) -> Iterator[Finding]:
    run: list[Day] = []
    free_from: datetime | None = None
    for day in work.days:
        rested = free_from is not None and hours_between(free_from, day.start_utc) >= need - EPS_H
        run = [day] if rested else [*run, day]
        free_from = day.end_utc if free_from is None else max(free_from, day.end_utc)
        if len(run) == RUN_DAYS + 1 and rule.in_force(day.date):
            what = f"works {len(run)} days from {run[0].date} to {day.date} without a rest of {hours(need)}"
            best = max(hours_between(a.end_utc, b.start_utc) for a, b in pairwise(run))
            yield found(work, rule, (run[0].start_utc, day.end_utc), day.date, measured=max(0.0, best), limit=need, what=what)
