"""Hours that earn a pay premium, on the site's clock to the second: the one place both the shift model and the bill read (C1)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache

from planner.domain.grid import to_utc, zone_info
from planner.domain.people import Premium, PremiumKind, Site

Span = tuple[datetime, datetime]
"""A stretch of paid time: start and end, both in UTC."""


def hours_by_premium(site: Site, spans: Iterable[Span], *, days_per_week: int = 5) -> tuple[float, ...]:
    """Return the hours of `spans` each premium of `site` applies to, in the order of ``site.premiums``.

    Windows are wall-clock times of the site: a night of 22:00 to 06:00 has nine hours when clocks go back and seven when they go
    forward. A night belongs to no date: the window before midnight and the one after are the same night. Premiums of different
    kinds may apply to the same hour. Unpaid breaks must not be part of `spans`. All spans must belong to one shift: what they last together
    beyond a premium's `after_min` is overtime of the day, beyond its weekly limit spread over `days_per_week` days that of the week.
    """
    pieces = list(spans)
    paid_s = sum((end - start).total_seconds() for start, end in pieces)
    return tuple(
        max(0.0, paid_s - 60 * premium.after_min_of(days_per_week)) / 3600
        if premium.kind is PremiumKind.OVERTIME
        else sum(_overlap_s(site, premium, start, end) for start, end in pieces) / 3600
        for premium in site.premiums
    )


def premium_hours(site: Site, spans: Iterable[Span], *, days_per_week: int = 5) -> dict[PremiumKind, float]:
    """Return the hours of `spans` by kind of premium; kinds the site does not pay are absent.

    Where a site has several premiums of one kind (an evening and a night share, say) their hours add up here; to price them use
    :func:`hours_by_premium`.
    """
    total: dict[PremiumKind, float] = {}
    for premium, hours in zip(site.premiums, hours_by_premium(site, spans, days_per_week=days_per_week), strict=True):
        total[premium.kind] = total.get(premium.kind, 0.0) + hours
    return total


def _overlap_s(site: Site, premium: Premium, start: datetime, end: datetime) -> float:
    zone = zone_info(site.zone)
    day = start.astimezone(zone).date() - timedelta(days=1)
    last = end.astimezone(zone).date()
    seconds = 0.0
    while day <= last:
        window = _window(site.zone, premium, day, premium.kind is PremiumKind.HOLIDAY and day in site.holiday_dates)
        if window is not None:
            seconds += max(0.0, (min(end, window[1]) - max(start, window[0])).total_seconds())
        day += timedelta(days=1)
    return seconds


@lru_cache(maxsize=4096)
def _window(zone: str, premium: Premium, day: date, on_holiday: bool) -> Span | None:
    """The UTC stretch of `day` (for a night: begun on `day`) that earns `premium`, or None."""
    match premium.kind:
        case PremiumKind.NIGHT:
            if premium.from_min == premium.to_min:
                return None
            to_min = premium.to_min if premium.to_min > premium.from_min else premium.to_min + 1440
            return to_utc(zone, day, premium.from_min), to_utc(zone, day, to_min)
        case PremiumKind.SUNDAY:
            return _day(zone, day) if day.weekday() == 6 else None
        case PremiumKind.HOLIDAY:
            return _day(zone, day) if on_holiday else None
        case PremiumKind.OVERTIME:
            return None  # no stretch of the clock: see `hours_by_premium`


def _day(zone: str, day: date) -> Span:
    return to_utc(zone, day, 0), to_utc(zone, day, 1440)


def paid_spans(start_utc: datetime, end_utc: datetime, unpaid: Iterable[Span] = ()) -> tuple[Span, ...]:
    """Return what is left of a shift's hours when its unpaid breaks are cut out, in order of time."""
    spans: list[Span] = []
    at = start_utc.astimezone(UTC)
    for break_start, break_end in sorted(unpaid):
        if break_start > at:
            spans.append((at, break_start))
        at = max(at, break_end)
    if at < end_utc:
        spans.append((at, end_utc))
    return tuple(spans)
