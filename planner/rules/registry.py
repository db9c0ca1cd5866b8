"""Which function holds a roster to which rule: the one list that checker and models share."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType

from planner.rules import breaks, days, desks, hours, nights, overtime, rest
from planner.rules.book import Law
from planner.rules.rule import Finding, LabourRule
from planner.rules.work import WorkDays

Check = Callable[[WorkDays, LabourRule, Law], Iterator[Finding]]
"""Holds one agent's work to one rule; the law says what the rule refers to (the night, the break's length) on each date."""

CHECKS: Mapping[str, Check] = MappingProxyType(
    {
        "daily_rest_h": rest.rest_between_days,
        "weekly_rest_h": rest.weekly_rest,
        "weekly_rest_shift_h": rest.weekly_rest,
        "weekly_rest_summarised_h": rest.weekly_rest,
        "weekly_rest_days": days.days_off_in_seven,
        "max_consecutive_days": days.days_in_a_row,
        "sunday_work_allowed": days.sunday_work,
        "max_daily_normal_h": hours.ordinary_hours_of_a_day,
        "max_daily_mixed_h": hours.ordinary_hours_of_a_mixed_day,
        "max_daily_night_h": hours.ordinary_hours_of_a_night,
        "max_daily_total_h": hours.all_hours_of_a_day,
        "max_shift_summarised_h": hours.all_hours_of_a_day,
        "max_weekly_normal_h": hours.ordinary_hours_of_a_week,
        "max_weekly_night_h": hours.ordinary_hours_of_a_week_of_nights,
        "max_weekly_total_h": hours.all_hours_of_a_week,
        "max_two_week_total_h": hours.all_hours_of_two_weeks,
        "spread_over_h": hours.length_of_a_day,
        "max_presence_h": hours.length_of_a_day,
        "min_shift_h": hours.length_of_a_shift,
        "ot_daily_threshold_h": hours.ordinary_hours_of_a_day,
        "ot_weekly_threshold_h": hours.ordinary_hours_of_a_week,
        "ot_cap_day_h": overtime.overtime_of_a_day,
        "ot_cap_week_h": overtime.overtime_of_a_week,
        "ot_cap_month_h": overtime.overtime_of_a_month,
        "ot_cap_h": overtime.overtime_of_a_quarter,
        "ot_cap_year_h": overtime.overtime_of_a_year,
        "max_night_shift_h": nights.length_of_a_night_shift,
        "max_night_shift_avg_h": nights.average_of_night_workers,
        "break_required_after_h": breaks.a_break_in_a_long_day,
        "break_min": breaks.a_break_of_enough_minutes,
        "break_min_over_8h": breaks.breaks_of_a_day_over_8_hours,
        "break_min_over_9h": breaks.breaks_of_a_day_over_9_hours,
        "max_continuous_work_h": breaks.no_long_stretch,
        "paid_rest_per_4h_min": breaks.paid_pauses_for_every_four_hours,
        "break_paid": breaks.the_break_is_paid,
        "short_breaks_paid": breaks.short_breaks_are_paid,
        "call_centre_max_daily_h": desks.hours_of_a_desk_day,
        "call_centre_max_weekly_h": desks.hours_of_a_desk_week,
        "call_centre_paid_breaks": desks.paid_pauses_of_a_desk,
        "call_centre_meal_break_min": desks.meal_break_of_a_desk,
    }
)
"""The function of every rule that is checked, by id."""

_DESK_HOURS = ("call_centre_max_daily_h", "call_centre_max_weekly_h")

BREAK_RULES = frozenset(
    id for id, check in CHECKS.items() if check.__module__ in (breaks.__name__, desks.__name__) and id not in _DESK_HOURS
)
"""Rules that depend on where breaks lie and not on when the shift starts."""


WEEK_RULES = frozenset(
    {
        "weekly_rest_h",
        "weekly_rest_shift_h",
        "weekly_rest_summarised_h",
        "weekly_rest_days",
        "max_consecutive_days",
        "max_weekly_normal_h",
        "max_weekly_night_h",
        "max_weekly_total_h",
        "max_two_week_total_h",
        "max_night_shift_avg_h",
        "ot_weekly_threshold_h",
        "ot_cap_week_h",
        "call_centre_max_weekly_h",
    }
)
"""Rules that judge a week, or days together, by the version in force on their first day."""

DAYS_OFF_RULES = frozenset(
    {"weekly_rest_h", "weekly_rest_shift_h", "weekly_rest_summarised_h", "weekly_rest_days", "max_consecutive_days"}
)
"""Rules that depend on which days of a week are free."""

PERIOD_RULES = frozenset({"ot_cap_month_h", "ot_cap_h", "ot_cap_year_h"})
"""Rules that judge months and more."""


def break_findings(work: WorkDays, law: Law) -> Iterator[Finding]:
    """Yield what the rules of `law` on breaks find against `work`; `law` must be the same on all dates."""
    for id in law.versions:
        if id in BREAK_RULES:
            yield from CHECKS[id](work, law.versions[id][0], law)


def findings_of(work: WorkDays, law: Law) -> Iterator[Finding]:
    """Yield what every rule of `law` in force between the first and the last day of `work` finds against it."""
    if not work.shifts:
        return
    first = min(work.date_of(work.start_utc), work.shifts[0].date)
    last = max(work.date_of(work.end_utc), work.date_of(work.shifts[-1].end_utc))
    for rule in law.between(first, last):
        check = CHECKS.get(rule.id)
        if check is not None:
            yield from check(work, rule, law)
