"""One kind of shift tried: worked as a contract has it over an ordinary fortnight, and its breaks over the windows they have."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from itertools import combinations

from planner.domain.grid import to_utc
from planner.domain.people import Site
from planner.domain.shifts import Shift, ShiftRule
from planner.rules.book import Law
from planner.rules.overtime_pay import site_pays
from planner.rules.placements import Outline
from planner.rules.registry import BREAK_RULES, DAYS_OFF_RULES, PERIOD_RULES, findings_of
from planner.rules.rule import Finding, Severity
from planner.rules.work import DAYS_A_WEEK, WorkDays

WINDOW_STEP_MIN = 15
"""Break windows are tried at their ends and every quarter-hour between."""

WEEKS = 2

Parts = tuple[int, int, int]
"""A kind of a shift rule: minutes of its start after midnight, of the first part of a split shift and of its gap (0 and 0 in one piece)."""


def kind_worked(
    site: Site, law: Law, rule: ShiftRule, kind: Parts, middle: tuple[int, ...], first: date, days: int, answers_voice: bool
) -> list[Finding]:
    """Return what is found against somebody who works `kind` `days` days of seven from `first` on, breaks in the middle of their windows:
    days off together, and where that breaks a rule on days off, the first others that do not."""
    start, first_min, gap_min = kind
    outline = outline_of(rule, first_min, gap_min)
    placed = [
        60 * (at if at + b.minutes <= first_min or not gap_min else max(at, first_min) + gap_min)
        for at, b in zip(middle, rule.breaks, strict=True)
    ]
    shift = outline.with_breaks_at(placed)

    def found(off: tuple[int, ...]) -> list[Finding]:
        dates = [first + timedelta(days=d) for d in range(WEEKS * DAYS_A_WEEK) if d % DAYS_A_WEEK not in off]
        begin = to_utc(site.zone, first, start)
        work = WorkDays(
            agent=f"{rule.id}, starting at {start // 60:02d}:{start % 60:02d},",
            site=site.id,
            zone=site.zone,
            start_utc=begin,
            end_utc=begin + timedelta(days=WEEKS * DAYS_A_WEEK),
            shifts=tuple(_moved(shift, to_utc(site.zone, day, start), day) for day in dates),
            voice=answers_voice,
        )
        return [
            f
            for f in findings_of(work, law)
            if f.severity is not Severity.OPEN
            and f.rule not in BREAK_RULES
            and f.rule not in PERIOD_RULES
            and not site_pays(site, days, f, work)
        ]

    before = (days + 1) // 2
    together = found(tuple(range(before, before + DAYS_A_WEEK - days)))
    if not any(f.rule in DAYS_OFF_RULES for f in together):
        return together
    for off in combinations(range(DAYS_A_WEEK), DAYS_A_WEEK - days):
        other = found(off)
        if not any(f.rule in DAYS_OFF_RULES for f in other):
            return other
    return together


def outline_of(rule: ShiftRule, first_min: int, gap_min: int) -> Outline:
    """Return the outline of a kind of `rule` on a day without a clock change."""
    return Outline(
        length_s=60 * (rule.length_min + gap_min),
        breaks=tuple((b.minutes, b.paid) for b in rule.breaks),
        waits_s=tuple(60 * wait for wait in rule.waits_min) if rule.min_gap_min is not None else (),
        gap_s=(60 * first_min, 60 * (first_min + gap_min)) if gap_min else None,
    )


def windows(rule: ShiftRule, first_min: int, gap_min: int) -> tuple[tuple[int, ...], ...]:
    """Return starts of each break in seconds after the shift's, gap included."""
    options = []
    for b in rule.breaks:
        at = sorted({*range(b.earliest_min, b.latest_min + 1, WINDOW_STEP_MIN), b.earliest_min, b.latest_min})
        if gap_min:
            at = sorted({s if s + b.minutes <= first_min else s + gap_min for s in at if not s < first_min < s + b.minutes})
        options.append(tuple(60 * s for s in at))
    return tuple(options)


def middle_of(rule: ShiftRule) -> tuple[int, ...]:
    """Return breaks in the middle of their windows, later ones put off where they would come too close; minutes at work after the start."""
    at: list[int] = []
    latest = [b.latest_min for b in rule.breaks]
    for n in range(len(latest) - 2, -1, -1):
        latest[n] = min(latest[n], latest[n + 1] - rule.waits_min[n])
    for n, b in enumerate(rule.breaks):
        middle = min((b.earliest_min + b.latest_min) // 2, latest[n])
        at.append(max(middle, at[-1] + rule.waits_min[n - 1]) if at and rule.min_gap_min is not None else middle)
    return tuple(at)


def quiet_fortnight(zone: str, first: date) -> date:
    """Return the first day, from `first` on in steps of a week, with no clock change over the fortnight and what it may run into."""
    length = timedelta(days=WEEKS * DAYS_A_WEEK + 2)
    for weeks in range(12):
        day = first + timedelta(days=DAYS_A_WEEK * weeks)
        if to_utc(zone, day + length, 0) - to_utc(zone, day, 0) == length:
            return day
    return first


def _moved(shift: Shift, start: datetime, day: date) -> Shift:
    by = start - shift.start_utc
    return replace(
        shift,
        date=day,
        start_utc=start,
        end_utc=shift.end_utc + by,
        breaks=tuple(replace(b, start_utc=b.start_utc + by, end_utc=b.end_utc + by) for b in shift.breaks),
    )
