"""The stretches promises are measured over, cut anew on the market's clock with zoneinfo."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from acceptance.acceptance_files import PlanFiles, midnight


@dataclass(frozen=True)
class Piece:
    """A window as far as the horizon holds it: the intervals in it, its first instant there, and whether the horizon cuts it."""

    intervals: list[int]
    start_utc: datetime
    partial: bool


def windows(plan: PlanFiles, window: str, zone: str) -> dict[object, Piece]:
    """Return the pieces of `window` on the clock of `zone`, by a key that means the same local day, week or month in every zone."""
    if window == "contract":
        return {0: Piece(list(range(plan.size)), plan.horizon[0], False)}
    if window == "interval":
        return {t: Piece([t], start.to_pydatetime(), False) for t, start in enumerate(plan.starts)}
    found: dict[object, list[int]] = {}
    for t, local in enumerate(plan.starts.tz_convert(zone)):
        found.setdefault(_first_day(window, local.date()), []).append(t)
    out: dict[object, Piece] = {}
    for day, intervals in found.items():
        assert isinstance(day, date)
        begins, ends = midnight(day, zone), midnight(_first_day_after(window, day), zone)
        cut = begins < plan.horizon[0] or ends > plan.horizon[1]
        out[day] = Piece(intervals, plan.starts[intervals[0]].to_pydatetime(), cut)
    return out


def _first_day(window: str, day: date) -> date:
    return {"day": day, "week": day - timedelta(days=day.weekday()), "month": day.replace(day=1)}[window]


def _first_day_after(window: str, day: date) -> date:
    if window == "month":
        return (day + timedelta(days=31)).replace(day=1)
    return day + timedelta(days={"day": 1, "week": 7}[window])
