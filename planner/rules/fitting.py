"""What the models need of the law: its limits as plain numbers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from planner.rules.averages import weeks_of_average
from planner.rules.book import Law
from planner.rules.readings import rest_per_24_hours
from planner.rules.rule import LabourRule
from planner.rules.work import DAYS_A_WEEK


@dataclass(frozen=True, kw_only=True)
class Limits:
    """The strictest limits of a period as plain numbers, minutes and days; None where the law sets none.

    `paid_day_min` and `paid_week_min` are ordinary hours that every day and week must keep; limits on average are not among them.
    `span_min` bounds a day from start to end, breaks included. `rules` are those the numbers come from.
    """

    rest_min: float | None
    weekly_rest_min: float | None
    span_min: float | None
    paid_day_min: float | None
    paid_week_min: float | None
    days_of_seven: int
    rules: tuple[LabourRule, ...]


def limits_of(law: Law, first: date, last: date, *, voice: bool = True) -> Limits:
    """Return the limits that bind all of `first` to `last`; `voice` adds those of telephone desks."""
    rules = law.between(first, last)
    used: list[LabourRule] = []

    def most(*ids: str) -> float | None:
        return _extreme(rules, ids, used, law, highest=False)

    def least(*ids: str) -> float | None:
        return _extreme(rules, ids, used, law, highest=True)

    desk_day, desk_week = ("call_centre_max_daily_h",) * voice, ("call_centre_max_weekly_h",) * voice
    rest = least("daily_rest_h")
    per_24 = [24 - r.number for r in rules if r.id == "daily_rest_h" and rest_per_24_hours(r.country)]
    spans = [x for x in (most("spread_over_h", "max_presence_h"), *per_24) if x is not None]
    weekly = least("weekly_rest_h", "weekly_rest_shift_h", "weekly_rest_summarised_h")
    free = least("weekly_rest_days")
    return Limits(
        rest_min=_minutes(rest),
        weekly_rest_min=_minutes(weekly),
        span_min=_minutes(min(spans, default=None)),
        paid_day_min=_minutes(
            most("max_daily_normal_h", "max_daily_total_h", "max_shift_summarised_h", "ot_daily_threshold_h", *desk_day)
        ),
        paid_week_min=_minutes(most("max_weekly_normal_h", "max_weekly_total_h", "ot_weekly_threshold_h", *desk_week)),
        days_of_seven=int(DAYS_A_WEEK - (free or 0)),
        rules=tuple(used),
    )


def _extreme(
    rules: tuple[LabourRule, ...], ids: tuple[str, ...], used: list[LabourRule], law: Law, *, highest: bool
) -> float | None:
    found = [r for r in rules if r.id in ids and weeks_of_average(r, law) is None]
    if not found:
        return None
    best = sorted(found, key=lambda r: r.number + r.on_top_h)[-1 if highest else 0]
    used.append(best)
    return best.number + best.on_top_h


def _minutes(hours: float | None) -> float | None:
    return None if hours is None else hours * 60
