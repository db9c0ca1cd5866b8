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
        named = f"{rule.id}, starting at {start // 60:02d}:{start % 60:02d},"
        return _found(site, law, shift, [(d, start) for d in _worked(off)], named, first, days, answers_voice)

    together = found(_off_together(days))
    if not any(f.rule in DAYS_OFF_RULES for f in together):
        return together
    for off in combinations(range(DAYS_A_WEEK), DAYS_A_WEEK - days):
        other = found(off)
        if not any(f.rule in DAYS_OFF_RULES for f in other):
            return other
    return together


def starts_worked(
    site: Site, law: Law, rule: ShiftRule, kinds: tuple[Parts, Parts], first: date, days: int, answers_voice: bool
) -> list[Finding]:
    """Return what is found against somebody who works two kinds of `rule`, an earlier and a later start, in turn: by days, and the later
    one before days off; days off together, and where there are two or more of them apart. Rules on breaks are not asked."""
    early, late = (kind[0] for kind in kinds)
    _, first_min, gap_min = kinds[0]
    bare = replace(outline_of(rule, first_min, gap_min), breaks=(), waits_s=())
    shift = bare.with_breaks_at(())
    named = f"{rule.id}, starting at {early // 60:02d}:{early % 60:02d} to {late // 60:02d}:{late % 60:02d},"
    offs = {_off_together(days), tuple(n * DAYS_A_WEEK // max(1, DAYS_A_WEEK - days) for n in range(DAYS_A_WEEK - days))}
    findings: list[Finding] = []
    for off in sorted(offs):
        worked = _worked(off)
        turns = [[early if (n + late_first) % 2 else late for n in range(len(worked))] for late_first in range(2)]
        turns.append([early if d + 1 in worked else late for d in worked])
        constant = {
            f.rule
            for at in (early, late)
            for f in _found(site, law, shift, [(d, at) for d in worked], named, first, days, answers_voice)
        }
        for starts in turns:
            found = _found(site, law, shift, list(zip(worked, starts, strict=True)), named, first, days, answers_voice)
            findings += [f for f in found if f.rule not in constant]
    return findings


def _off_together(days: int) -> tuple[int, ...]:
    """Days off one after the other in the middle of the week."""
    before = (days + 1) // 2
    return tuple(range(before, before + DAYS_A_WEEK - days))


def _worked(off: tuple[int, ...]) -> list[int]:
    """Days of the fortnight worked."""
    return [d for d in range(WEEKS * DAYS_A_WEEK) if d % DAYS_A_WEEK not in off]


def _found(
    site: Site,
    law: Law,
    shift: Shift,
    worked: list[tuple[int, int]],
    named: str,
    first: date,
    days: int,
    answers_voice: bool,
) -> list[Finding]:
    """What is found against somebody who works `shift` on days of the fortnight from `first` on, each from a start of its own; rules on
    breaks and on long periods left out, and what the site pays as overtime."""
    begin = to_utc(site.zone, first, min(start for _, start in worked))
    dates = [(first + timedelta(days=d), start) for d, start in worked]
    work = WorkDays(
        agent=named,
        site=site.id,
        zone=site.zone,
        start_utc=begin,
        end_utc=begin + timedelta(days=WEEKS * DAYS_A_WEEK),
        shifts=tuple(_moved(shift, to_utc(site.zone, day, start), day) for day, start in dates),
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
