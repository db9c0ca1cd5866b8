"""Rules that contradict each other: values an account sets that no roster could keep, each told with both sides and the remedy."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from planner.domain.shifts import ShiftRule
from planner.errors import Problem
from planner.rules.book import RuleBook
from planner.rules.rule import LabourRule

_NO_MORE_THAN = (
    ("max_daily_normal_h", "max_daily_total_h"),
    ("max_daily_mixed_h", "max_daily_normal_h"),
    ("max_daily_night_h", "max_daily_normal_h"),
    ("max_weekly_normal_h", "max_weekly_total_h"),
    ("max_daily_normal_h", "max_weekly_normal_h"),
    ("max_daily_total_h", "max_weekly_total_h"),
    ("max_daily_normal_h", "spread_over_h"),
    ("max_daily_normal_h", "max_presence_h"),
    ("call_centre_max_daily_h", "call_centre_max_weekly_h"),
    ("daily_rest_h", "weekly_rest_h"),
    ("ot_cap_day_h", "ot_cap_week_h"),
    ("ot_cap_week_h", "ot_cap_month_h"),
    ("ot_cap_month_h", "ot_cap_h"),
    ("ot_cap_month_h", "ot_cap_year_h"),
    ("break_min", "break_min_over_8h"),
    ("break_min", "break_min_over_9h"),
    ("min_shift_h", "max_daily_normal_h"),
    ("min_shift_h", "max_daily_total_h"),
)
"""Pairs of which the first may not exceed the second."""

_FILLS_THE_DAY = ("max_daily_normal_h", "max_daily_total_h", "max_presence_h", "spread_over_h")
"""What must leave room for the daily rest where the account sets one of the two: sixteen hours of work and eleven of rest do not fit."""


def contradictions(
    book: RuleBook, *, shift_rules: Iterable[ShiftRule] = (), shifts_a_day: int = 1, place: str, only_set: bool = False
) -> tuple[Problem, ...]:
    """Return every pair of rules in `book` that cannot both be kept, and every shift that leaves no room for the daily rest.

    `shifts_a_day` of one length and the daily rest must fit into 24 hours: two shifts of eight hours leave eight, not eleven.
    With `only_set` True pairs of which the account sets neither are left out. Places of problems are `place`.
    """
    return tuple(_found(book, tuple(shift_rules), shifts_a_day, place, only_set))


def _found(
    book: RuleBook, shift_rules: tuple[ShiftRule, ...], shifts_a_day: int, place: str, only_set: bool
) -> Iterator[Problem]:
    for lower, upper in _NO_MORE_THAN:
        a, b = book.get(lower), book.get(upper)
        if a is None or b is None or (only_set and not (a.set_by_user or b.set_by_user)):
            continue
        if a.number > b.number + b.on_top_h:
            yield Problem(place, f"{_said(a)} is more than {_said(b)}", "change one of the two")
    days, run = book.get("weekly_rest_days"), book.get("max_consecutive_days")
    if days and run and days.set_by_user and run.set_by_user and days.number == 0 and run.number < 7:
        yield Problem(place, f"{_said(days)} allows seven days of seven, {_said(run)} does not", "change one of the two")
    rest = book.get("daily_rest_h")
    if rest is None:
        return
    for rule in shift_rules if rest.set_by_user or not only_set else ():
        length = rule.span_min / 60
        if shifts_a_day * length + rest.number > 24:
            many, leave = (f"{shifts_a_day} shifts", "leave") if shifts_a_day > 1 else ("a shift", "leaves")
            message = f"{many} of {length:g} h a day ({rule.id}) {leave} {max(0.0, 24 - shifts_a_day * length):g} h, not {_said(rest)}"
            yield Problem(place, message, "shorten the shift or the rest")
    for id in _FILLS_THE_DAY:
        span = book.get(id)
        if span is not None and (span.set_by_user or rest.set_by_user) and span.number + rest.number > 24:
            yield Problem(place, f"{_said(span)} and {_said(rest)} do not fit into a day", "change one of the two")


def _said(rule: LabourRule) -> str:
    return f"{rule.id} of {rule.number + rule.on_top_h:g} {rule.unit.split(' ')[0]}"
