"""Every known rule by its id: what kind of value it has, its unit and sensible range, what it is used for, and what it says."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from planner.rules.values import RuleValue, parse_pauses, parse_window


class Kind(StrEnum):
    """What a rule's value is."""

    NUMBER = "number"
    WINDOW = "window"
    PAUSES = "pauses"
    WORDS = "words"


class Use(StrEnum):
    """What the product does with a rule."""

    CHECKED = "checked"  # a roster is held to it
    READ = "read"  # other rules need it: the night window, the averaging period
    PAY = "pay"  # a premium or a threshold of pay
    SHOWN = "shown"  # told to the user only


@dataclass(frozen=True, kw_only=True)
class RuleSpec:
    """One known rule. A number lies between `low` and `high`; `higher_is_stricter` tells a least from a most.

    `says` is its sentence, with ``{value}`` where the value stands.
    """

    id: str
    kind: Kind
    unit: str
    low: float
    high: float
    higher_is_stricter: bool
    use: Use
    says: str

    @property
    def may_be_set(self) -> bool:
        """True when an account may set it to a number."""
        return self.kind is Kind.NUMBER and self.use in (Use.CHECKED, Use.READ)

    @property
    def may_be_off(self) -> bool:
        """True when an account may switch it off."""
        return self.use is Use.CHECKED

    def parse(self, text: str) -> RuleValue | None:
        """Return the value written as `text`, None for an empty one; raise ValueError when it is of another kind or out of range."""
        if not text:
            return None
        match self.kind:
            case Kind.WINDOW:
                return parse_window(text)
            case Kind.PAUSES:
                return parse_pauses(text)
            case Kind.WORDS:
                return text
            case Kind.NUMBER:
                return self.checked(float(text))

    def checked(self, value: float) -> float:
        """Return `value` if it lies in the rule's range; raise ValueError, naming the range, otherwise."""
        if not self.low <= value <= self.high:
            raise ValueError(f"{self.id} must lie between {self.low:g} and {self.high:g} {self.unit}, got {value:g}")
        return value


def _at_least(id: str, unit: str, low: float, high: float, says: str, use: Use = Use.CHECKED) -> RuleSpec:
    return RuleSpec(id=id, kind=Kind.NUMBER, unit=unit, low=low, high=high, higher_is_stricter=True, use=use, says=says)


def _at_most(id: str, unit: str, low: float, high: float, says: str, use: Use = Use.CHECKED) -> RuleSpec:
    return RuleSpec(id=id, kind=Kind.NUMBER, unit=unit, low=low, high=high, higher_is_stricter=False, use=use, says=says)


def _other(id: str, kind: Kind, use: Use, says: str, unit: str = "") -> RuleSpec:
    return RuleSpec(id=id, kind=kind, unit=unit, low=0, high=0, higher_is_stricter=True, use=use, says=says)


def _pay(id: str, says: str) -> RuleSpec:
    return _at_least(id, "%", 0, 500, says, Use.PAY)


_SPECS = (
    # rest
    _at_least("daily_rest_h", "h", 0, 20, "at least {value} of rest between one working day and the next"),
    _at_least("weekly_rest_h", "h", 0, 144, "at least {value} of unbroken rest in seven days"),
    _at_least("weekly_rest_shift_h", "h", 0, 144, "at least {value} of unbroken rest in seven days for shift workers"),
    _at_least(
        "weekly_rest_summarised_h", "h", 0, 144, "at least {value} of unbroken rest in seven days, however hours are counted"
    ),
    _at_least("weekly_rest_days", "days", 0, 6, "at least {value} free in any seven"),
    _at_most("max_consecutive_days", "days", 1, 31, "at most {value} worked in a row"),
    _other("sunday_work_allowed", Kind.WORDS, Use.CHECKED, "work on Sundays: {value}"),
    # hours
    _at_most("max_daily_normal_h", "h", 1, 24, "at most {value} of ordinary work a day"),
    _at_most("max_daily_mixed_h", "h", 1, 24, "at most {value} of ordinary work in a day that is partly night"),
    _at_most("max_daily_night_h", "h", 1, 24, "at most {value} of ordinary work at night"),
    _at_most("max_daily_total_h", "h", 1, 24, "at most {value} of work a day, overtime included"),
    _at_most("max_shift_summarised_h", "h", 1, 24, "at most {value} of work in a shift, however hours are counted"),
    _at_most("max_weekly_normal_h", "h", 1, 168, "at most {value} of ordinary work a week"),
    _at_most("max_weekly_night_h", "h", 1, 168, "at most {value} of ordinary work in a week of nights"),
    _at_most("max_weekly_total_h", "h", 1, 168, "at most {value} of work a week, overtime included"),
    _at_most("max_two_week_total_h", "h", 1, 336, "at most {value} of work in two weeks"),
    _at_most("averaging_reference_max_weeks", "weeks", 1, 104, "weekly hours are averaged over {value}", Use.READ),
    _at_most("spread_over_h", "h", 1, 24, "at most {value} from the start to the end of a working day"),
    _at_most("max_presence_h", "h", 1, 24, "at most {value} at the place of work a day"),
    _at_least("min_shift_h", "h", 0, 24, "at least {value} of paid work in a shift"),
    # overtime
    _at_most("ot_cap_day_h", "h", 0, 24, "at most {value} of overtime a day"),
    _at_most("ot_cap_week_h", "h", 0, 168, "at most {value} of overtime a week"),
    _at_most("ot_cap_month_h", "h", 0, 744, "at most {value} of overtime a month"),
    _at_most("ot_cap_h", "h", 0, 2208, "at most {value} of overtime a quarter"),
    _at_most("ot_cap_year_h", "h", 0, 8784, "at most {value} of overtime a year"),
    _at_most("ot_daily_threshold_h", "h", 1, 24, "hours beyond {value} a day are overtime"),
    _at_most("ot_weekly_threshold_h", "h", 1, 168, "hours beyond {value} a week are overtime"),
    # nights
    _other("night_window", Kind.WINDOW, Use.READ, "night is {value}", "local time"),
    _other("day_window", Kind.WINDOW, Use.SHOWN, "day is {value}", "local time"),
    _at_most("mixed_becomes_night_after_h", "h", 0, 24, "a shift with {value} of night is a night shift", Use.READ),
    _at_most("max_night_shift_h", "h", 1, 24, "at most {value} of work in a night shift"),
    _at_most("max_night_shift_avg_h", "h", 1, 24, "night workers work at most {value} in 24 hours on average"),
    # breaks
    _at_most("break_required_after_h", "h", 1, 24, "a break in a working day longer than {value}"),
    _at_least("break_min", "min", 0, 240, "a break of at least {value}"),
    _at_least("break_min_over_8h", "min", 0, 240, "breaks of at least {value} in a working day longer than 8 h"),
    _at_least("break_min_over_9h", "min", 0, 240, "breaks of at least {value} in a working day longer than 9 h"),
    _at_most("max_continuous_work_h", "h", 1, 24, "at most {value} of work without a break"),
    _at_least("paid_rest_per_4h_min", "min", 0, 60, "a paid pause of {value} for every four hours or the larger part of them"),
    _other("break_paid", Kind.WORDS, Use.CHECKED, "the break counts as working time: {value}"),
    _other("short_breaks_paid", Kind.WORDS, Use.CHECKED, "breaks of up to 20 minutes count as working time: {value}"),
    # six-hour desks
    _at_most("call_centre_max_daily_h", "h", 1, 24, "at most {value} a day on the telephone, paid pauses included"),
    _at_most("call_centre_max_weekly_h", "h", 1, 168, "at most {value} a week on the telephone, paid pauses included"),
    _other(
        "call_centre_paid_breaks", Kind.PAUSES, Use.CHECKED, "{value}, paid, neither in the first nor in the last hour", "min"
    ),
    _at_least("call_centre_meal_break_min", "min", 0, 240, "a meal break of at least {value}"),
    _other("call_centre_break_after_abuse", Kind.WORDS, Use.SHOWN, "a pause at once after threats or abuse: {value}"),
    # told, not checked
    _at_least("annual_leave_min_weeks", "weeks", 0, 52, "at least {value} of paid leave a year", Use.SHOWN),
    _at_least("ramadan_daily_reduction_h", "h", 0, 12, "{value} less work a day in Ramadan", Use.SHOWN),
    _other("women_night_work", Kind.WORDS, Use.SHOWN, "night work of women: {value}"),
    _other("approval_systems", Kind.WORDS, Use.SHOWN, "other systems of hours need approval: {value}"),
    _other("not_researched", Kind.WORDS, Use.SHOWN, "nobody has looked this country's rules up"),
    # pay
    _pay("night_premium_pct", "{value} on top for night hours"),
    _at_most("night_hour_min", "min", 1, 60, "{value} of night count as one hour", Use.PAY),
    _pay("sunday_pct", "{value} on top for Sunday hours"),
    _pay("sunday_holiday_pct", "{value} on top for Sunday and holiday hours"),
    _pay("holiday_pct", "{value} on top for holiday hours"),
    _pay("regular_holiday_pct", "{value} on top for hours on a regular holiday"),
    _pay("special_holiday_pct", "{value} on top for hours on a special holiday"),
    _pay("restday_work_pct", "{value} on top for hours on a rest day"),
    _pay("ot_weekday_pct", "{value} on top for overtime"),
    _pay("ot_first_8h_pct", "{value} on top for the first eight hours of overtime in a week"),
    _pay("ot_beyond_pct", "{value} on top for overtime beyond the first band"),
    _pay("ot_first_band_pct", "{value} on top for the first band of overtime"),
    _pay("ot_second_band_pct", "{value} on top for overtime beyond the first band"),
    _pay("ot_night_pct", "{value} on top for overtime at night"),
    _pay("ot_restday_pct", "{value} on top for overtime on a rest day"),
    _pay("ot_holiday_pct", "{value} on top for overtime on a holiday"),
    _pay("ot_sunday_holiday_pct", "{value} on top for overtime on Sundays and holidays"),
    _pay("ot_night_sunday_holiday_pct", "{value} on top for overtime at night, on Sundays and holidays"),
    _pay("ot_restday_holiday_extra_pct", "{value} of the rest-day or holiday rate on top for overtime on such days"),
    _at_most("ot_first_band_h_week", "h", 0, 168, "the first band of overtime ends at {value} a week", Use.PAY),
    _at_most("ot_daily_double_threshold_h", "h", 1, 24, "hours beyond {value} a day are paid double", Use.PAY),
)

CATALOGUE: Mapping[str, RuleSpec] = MappingProxyType({spec.id: spec for spec in _SPECS})
"""The known rules by id, in the order of their families."""


def settable_rules() -> tuple[str, ...]:
    """Return the ids that an account may set to a number or switch off."""
    return tuple(id for id, spec in CATALOGUE.items() if spec.may_be_set or spec.may_be_off)
