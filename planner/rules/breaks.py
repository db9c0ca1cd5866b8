"""Breaks inside a shift: when one is due, how long, how long work may go on without one, and which of them are paid."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from math import ceil

from planner.domain.shifts import PlacedBreak, Shift
from planner.rules.book import Law
from planner.rules.finding import found, hours
from planner.rules.readings import (
    ASSUMED_BREAK_AFTER_H,
    break_after_h,
    break_from_threshold,
    breaks_are_summed,
    shortest_block_min,
    threshold_is_continuous_work,
)
from planner.rules.rule import Finding, LabourRule
from planner.rules.work import EPS_H, WorkDays, hours_between

SHORT_BREAK_MIN = 20.0
"""Breaks of up to twenty minutes are short ones (note of the Philippine row)."""

NO_PAUSE_BELOW_H = 3.5
"""California asks for no paid pause in a working day shorter than this (boulter-law.com, rest periods)."""


def a_break_in_a_long_day(work: WorkDays, rule: LabourRule, law: Law) -> Iterator[Finding]:
    """Yield every shift that is long enough to need a break and has none; where the law counts work without a break, every such
    stretch that is too long."""
    if threshold_is_continuous_work(rule.country):
        yield from no_long_stretch(work, rule, law)
        return
    for shift in work.shifts:
        worked = shift.paid_h_per_head
        if rule.in_force(shift.date) and not shift.rests and _long_enough(worked, rule.number, rule.country):
            what = f"works {hours(worked)} on {shift.date} without a break"
            yield found(work, rule, (shift.start_utc, shift.end_utc), shift.date, measured=worked, what=what)


def a_break_of_enough_minutes(work: WorkDays, rule: LabourRule, law: Law) -> Iterator[Finding]:
    """Yield every shift, long enough to need a break, whose break is too short; shorter ones add up where the law says so.

    A shift without any break belongs to the rule that asks for one, where there is such a rule.
    """
    for shift in work.shifts:
        worked = shift.paid_h_per_head
        due = law.at("break_required_after_h", shift.date)
        if not shift.rests and due is not None and _long_enough(worked, due.number, due.country):
            continue
        if _long_enough(worked, _due_after_h(rule, law, shift), rule.country):
            yield from _too_short(work, rule, shift)


def breaks_of_a_day_over_8_hours(work: WorkDays, rule: LabourRule, law: Law) -> Iterator[Finding]:
    """Yield every shift of more than eight hours whose breaks are too short."""
    for shift in work.shifts:
        if shift.paid_h_per_head > 8 + EPS_H:
            yield from _too_short(work, rule, shift)


def breaks_of_a_day_over_9_hours(work: WorkDays, rule: LabourRule, law: Law) -> Iterator[Finding]:
    """Yield every shift of more than nine hours whose breaks are too short."""
    for shift in work.shifts:
        if shift.paid_h_per_head > 9 + EPS_H:
            yield from _too_short(work, rule, shift)


def no_long_stretch(work: WorkDays, rule: LabourRule, law: Law) -> Iterator[Finding]:
    """Yield every stretch of work without a proper break that lasts too long. Proper is a break of the length the law asks for, or
    any block of it where breaks may be taken in blocks."""
    for shift in work.shifts:
        if not rule.in_force(shift.date):
            continue
        proper = law.number("break_min", shift.date) or 1.0
        if breaks_are_summed(rule.country):
            proper = shortest_block_min(rule.country)
        for start, end in stretches(shift, proper):
            length = hours_between(start, end)
            if length > rule.number + EPS_H:
                what = f"works {hours(length)} from {work.clock(start)} without a break of {proper:g} min"
                yield found(work, rule, (start, end), shift.date, measured=length, what=what)


def the_break_is_paid(work: WorkDays, rule: LabourRule, law: Law) -> Iterator[Finding]:
    """Yield every shift, long enough to need a break, that does not pay one of the length asked for."""
    if rule.value != "yes":
        return
    for shift in work.shifts:
        need = law.number("break_min", shift.date)
        if need is None or not rule.in_force(shift.date):
            continue
        paid = max((_minutes(b) for b in shift.rests if b.paid), default=0.0)
        if paid < need - EPS_H and _long_enough(shift.paid_h_per_head, _due_after_h(rule, law, shift), rule.country):
            what = f"has a paid break of {paid:g} min on {shift.date}"
            span = (shift.start_utc, shift.end_utc)
            yield found(work, rule, span, shift.date, measured=paid, limit=need, unit="min", what=what)


def short_breaks_are_paid(work: WorkDays, rule: LabourRule, law: Law) -> Iterator[Finding]:
    """Yield every short break that is not paid."""
    if rule.value != "yes":
        return
    for shift in work.shifts:
        for b in shift.rests:
            if rule.in_force(shift.date) and not b.paid and _minutes(b) <= SHORT_BREAK_MIN + EPS_H:
                what = f"has an unpaid break of {_minutes(b):g} min at {work.clock(b.start_utc)}"
                span = (b.start_utc, b.end_utc)
                limit = SHORT_BREAK_MIN
                yield found(work, rule, span, shift.date, measured=_minutes(b), limit=limit, unit="min", what=what)


def paid_pauses_for_every_four_hours(work: WorkDays, rule: LabourRule, law: Law) -> Iterator[Finding]:
    """Yield every shift whose paid breaks together are shorter than its number of four-hour parts asks for."""
    for shift in work.shifts:
        worked = shift.paid_h_per_head
        if not rule.in_force(shift.date) or worked < NO_PAUSE_BELOW_H - EPS_H:
            continue
        need = rule.number * max(1, ceil((worked - 2) / 4 - EPS_H))
        paid = sum(_minutes(b) for b in shift.rests if b.paid)
        if paid < need - EPS_H:
            what = f"has {paid:g} min of paid pauses in {hours(worked)} on {shift.date}"
            span = (shift.start_utc, shift.end_utc)
            yield found(work, rule, span, shift.date, measured=paid, limit=need, unit="min", what=what)


def stretches(shift: Shift, proper_min: float) -> list[tuple[datetime, datetime]]:
    """Return the stretches of `shift` between breaks of at least `proper_min` minutes, from its start to its end."""
    edges = [(b.start_utc, b.end_utc) for b in shift.rests if _minutes(b) >= proper_min - EPS_H]
    starts = [shift.start_utc, *(end for _, end in edges)]
    ends = [*(start for start, _ in edges), shift.end_utc]
    return list(zip(starts, ends, strict=True))


def _too_short(work: WorkDays, rule: LabourRule, shift: Shift) -> Iterator[Finding]:
    lengths = [_minutes(b) for b in shift.rests]
    if breaks_are_summed(rule.country):
        has = sum(x for x in lengths if x >= shortest_block_min(rule.country) - EPS_H)
    else:
        has = max(lengths, default=0.0)
    if rule.in_force(shift.date) and has < rule.number - EPS_H:
        worked = hours(shift.paid_h_per_head)
        what = (
            f"works {worked} on {shift.date} with a break of {has:g} min" if has else f"works {worked} on {shift.date} without"
        )
        yield found(work, rule, (shift.start_utc, shift.end_utc), shift.date, measured=has, unit="min", what=what)


def _due_after_h(rule: LabourRule, law: Law, shift: Shift) -> float:
    """From what length of day a break is due: the least of the law's own row, what a note says and work without a break; six hours
    are assumed where none of them is known."""
    stated = [law.number(id, shift.date) for id in ("break_required_after_h", "max_continuous_work_h")]
    return min((x for x in (*stated, break_after_h(rule.country)) if x is not None), default=ASSUMED_BREAK_AFTER_H)


def _long_enough(worked: float, threshold: float, country: str) -> bool:
    return worked >= threshold - EPS_H if break_from_threshold(country) else worked > threshold + EPS_H


def _minutes(b: PlacedBreak) -> float:
    return (b.end_utc - b.start_utc).total_seconds() / 60
