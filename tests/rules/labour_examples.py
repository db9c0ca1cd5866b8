"""For every rule that is checked, work that just keeps it and work that just breaks it, whatever its number is."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

from labour_shifts import ZONES, Break, between, daily, shift, work

from planner.domain.grid import to_utc
from planner.domain.shifts import Shift
from planner.rules import LabourRule, Law, WorkDays
from planner.rules.averages import weeks_of_average
from planner.rules.nights import night_window

HALF = 0.5
LONG_DAY_H = 7.5
MONDAY = date(2026, 11, 2)

Example = Callable[[LabourRule, Law, bool], WorkDays]


def monday_in_force(rule: LabourRule) -> date:
    """The first Monday from November 2026 on that lies a while inside the rule's validity."""
    day = MONDAY
    if rule.effective_from is not None and rule.effective_from > day:
        day = rule.effective_from
    if rule.effective_until is not None and rule.effective_until < day + timedelta(days=21):
        day = rule.effective_until - timedelta(days=28)
    return day + timedelta(days=-day.weekday() % 7)


def zone_of(rule: LabourRule) -> str:
    return ZONES[rule.country]


def more(legal: bool, by: float = HALF) -> float:
    return 0.0 if legal else by


def rest_between_days(rule: LabourRule, law: Law, legal: bool) -> WorkDays:
    zone, monday = zone_of(rule), monday_in_force(rule)
    evening = between(zone, to_utc(zone, monday, 18 * 60), to_utc(zone, monday, 22 * 60))
    start = evening.end_utc + timedelta(hours=rule.number - more(legal))
    return work(zone, [evening, between(zone, start, start + timedelta(hours=4))], monday)


def weekly_rest(rule: LabourRule, law: Law, legal: bool) -> WorkDays:
    """A week packed with shifts of eight hours, four apart, and one long rest in the middle."""
    zone, monday = zone_of(rule), monday_in_force(rule)
    need = timedelta(hours=rule.number + rule.on_top_h - more(legal, 1))
    if rule.country in ("PH", "EG"):
        six = daily(zone, monday, range(6), 8, 8)
        start = six[-1].end_utc + need
        return work(zone, [*six, between(zone, start, start + timedelta(hours=8))], monday, 9)
    at, end = to_utc(zone, monday, 0), to_utc(zone, monday + timedelta(days=7), 0)
    shifts: list[Shift] = []
    while at < end:
        shifts.append(between(zone, at, at + timedelta(hours=8)))
        at += timedelta(hours=8) + (need if len(shifts) == 4 else timedelta(hours=4))
    shifts[-1] = between(zone, shifts[-1].start_utc, end)
    return work(zone, shifts, monday)


def days_off(rule: LabourRule, law: Law, legal: bool) -> WorkDays:
    monday = monday_in_force(rule)
    days = 7 - int(rule.number) + (not legal)
    return work(zone_of(rule), daily(zone_of(rule), monday, range(days), 9, 6), monday)


def days_in_a_row(rule: LabourRule, law: Law, legal: bool) -> WorkDays:
    monday = monday_in_force(rule)
    return work(zone_of(rule), daily(zone_of(rule), monday, range(int(rule.number) + (not legal)), 9, 4), monday, 14)


def sunday(rule: LabourRule, law: Law, legal: bool) -> WorkDays:
    monday = monday_in_force(rule)
    return work(zone_of(rule), daily(zone_of(rule), monday, [5 if legal else 6], 9, 6), monday)


def hours_of_a_day(rule: LabourRule, law: Law, legal: bool) -> WorkDays:
    monday, weeks = monday_in_force(rule), weeks_of_average(rule, law) or 1
    days = [7 * week + day for week in range(weeks) for day in range(6 if weeks > 1 else 1)]
    shifts = daily(zone_of(rule), monday, days, 6, rule.number + more(legal))
    return work(zone_of(rule), shifts, monday, 7 * weeks)


def mixed_day(rule: LabourRule, law: Law, legal: bool) -> WorkDays:
    """It ends one hour into the night."""
    monday, length = monday_in_force(rule), rule.number + more(legal)
    end_h = night_window(law, monday).from_min / 60 + 1
    return work(zone_of(rule), [shift(zone_of(rule), monday, end_h - length, length)], monday)


def night(rule: LabourRule, law: Law, legal: bool) -> WorkDays:
    monday = monday_in_force(rule)
    start_h = night_window(law, monday).from_min / 60
    return work(zone_of(rule), [shift(zone_of(rule), monday, start_h, rule.number + more(legal))], monday)


def night_average(rule: LabourRule, law: Law, legal: bool) -> WorkDays:
    monday, weeks = monday_in_force(rule), weeks_of_average(rule, law) or 1
    days = [7 * week + day for week in range(weeks) for day in range(6)]
    return work(zone_of(rule), daily(zone_of(rule), monday, days, 22, rule.number + more(legal)), monday, 7 * weeks)


def hours_of_a_week(rule: LabourRule, law: Law, legal: bool) -> WorkDays:
    weeks = weeks_of_average(rule, law) or 1
    return _six_a_week(rule, weeks, rule.number / 6 + more(legal), start_h=6)


def nights_of_a_week(rule: LabourRule, law: Law, legal: bool) -> WorkDays:
    return _six_a_week(rule, 1, rule.number / 6 + more(legal), start_h=22)


def hours_of_two_weeks(rule: LabourRule, law: Law, legal: bool) -> WorkDays:
    return _six_a_week(rule, 2, rule.number / 12 + more(legal), start_h=6)


def _six_a_week(rule: LabourRule, weeks: int, length: float, *, start_h: float) -> WorkDays:
    monday = monday_in_force(rule)
    days = [7 * week + day for week in range(weeks) for day in range(6)]
    return work(zone_of(rule), daily(zone_of(rule), monday, days, start_h, length), monday, 7 * weeks)


def length_of_a_day(rule: LabourRule, law: Law, legal: bool) -> WorkDays:
    monday = monday_in_force(rule)
    length = rule.number + more(legal)
    return work(zone_of(rule), [shift(zone_of(rule), monday, 7, length - 1, [(180, 60, False)])], monday)


def length_of_a_shift(rule: LabourRule, law: Law, legal: bool) -> WorkDays:
    monday = monday_in_force(rule)
    return work(zone_of(rule), [shift(zone_of(rule), monday, 7, rule.number - more(legal))], monday)


def overtime(weeks: int, days_a_week: int = 5) -> Example:
    def example(rule: LabourRule, law: Law, legal: bool) -> WorkDays:
        """Ordinary days, each with an equal part of the overtime."""
        monday = date(2027, 1, 4) if weeks > 1 else monday_in_force(rule)
        days = [7 * week + day for week in range(weeks) for day in range(days_a_week)]
        extra = (rule.number + more(legal)) / len(days)
        zone = zone_of(rule)
        ordinary = law.number("max_daily_normal_h", monday)
        if ordinary is None and days_a_week == 1:
            ordinary = (law.number("max_weekly_normal_h", monday) or 0) / 5  # the week's fifth day carries it
            shifts = [*daily(zone, monday, range(4), 6, ordinary), *daily(zone, monday, [4], 6, ordinary + extra)]
        else:
            ordinary = ordinary or (law.number("max_weekly_normal_h", monday) or 0) / 5
            shifts = daily(zone, monday, days, 6, ordinary + extra)
        return work(zone, shifts, monday, 7 * weeks)

    return example


def no_break(rule: LabourRule, law: Law, legal: bool) -> WorkDays:
    monday = monday_in_force(rule)
    length = rule.number - HALF if legal and rule.country == "PL" else rule.number + more(legal)
    return work(zone_of(rule), [shift(zone_of(rule), monday, 8, length)], monday)


def a_break(paid_h: float) -> Example:
    def example(rule: LabourRule, law: Law, legal: bool) -> WorkDays:
        return _with_breaks(rule, paid_h, [(200, rule.number - more(legal, 5), False)])

    return example


def stretch(rule: LabourRule, law: Law, legal: bool) -> WorkDays:
    first = rule.number + more(legal)
    return _with_breaks(rule, first + rule.number, [(first * 60, 60, False)])


def with_breaks(kept: list[Break], broken: list[Break], paid_h: float) -> Example:
    return lambda rule, law, legal: _with_breaks(rule, paid_h, kept if legal else broken)


def _with_breaks(rule: LabourRule, paid_h: float, breaks: list[Break]) -> WorkDays:
    monday = monday_in_force(rule)
    return work(zone_of(rule), [shift(zone_of(rule), monday, 8, paid_h, breaks)], monday)


EXAMPLES: dict[str, Example] = {
    "daily_rest_h": rest_between_days,
    "weekly_rest_h": weekly_rest,
    "weekly_rest_shift_h": weekly_rest,
    "weekly_rest_summarised_h": weekly_rest,
    "weekly_rest_days": days_off,
    "max_consecutive_days": days_in_a_row,
    "sunday_work_allowed": sunday,
    "max_daily_normal_h": hours_of_a_day,
    "max_daily_mixed_h": mixed_day,
    "max_daily_night_h": night,
    "max_daily_total_h": hours_of_a_day,
    "max_shift_summarised_h": hours_of_a_day,
    "max_weekly_normal_h": hours_of_a_week,
    "max_weekly_night_h": nights_of_a_week,
    "max_weekly_total_h": hours_of_a_week,
    "max_two_week_total_h": hours_of_two_weeks,
    "spread_over_h": length_of_a_day,
    "max_presence_h": length_of_a_day,
    "min_shift_h": length_of_a_shift,
    "ot_daily_threshold_h": hours_of_a_day,
    "ot_weekly_threshold_h": hours_of_a_week,
    "ot_cap_day_h": overtime(1, 1),
    "ot_cap_week_h": overtime(1),
    "ot_cap_month_h": overtime(3),
    "ot_cap_h": overtime(12),
    "ot_cap_year_h": overtime(50),
    "max_night_shift_h": night,
    "max_night_shift_avg_h": night_average,
    "break_required_after_h": no_break,
    "break_min": a_break(LONG_DAY_H),
    "break_min_over_8h": a_break(8.5),
    "break_min_over_9h": a_break(9.5),
    "max_continuous_work_h": stretch,
    "paid_rest_per_4h_min": with_breaks([(100, 10, True), (300, 10, True)], [(100, 10, True)], 8),
    "break_paid": with_breaks([(200, 15, True)], [(200, 15, False)], 8),
    "short_breaks_paid": with_breaks([(200, 15, True)], [(200, 15, False)], 8),
    "call_centre_max_daily_h": hours_of_a_day,
    "call_centre_max_weekly_h": hours_of_a_week,
    "call_centre_paid_breaks": with_breaks([(60, 10, True), (290, 10, True)], [(50, 10, True), (290, 10, True)], 6),
    "call_centre_meal_break_min": with_breaks([(180, 20, False)], [(180, 15, False)], 6),
}
