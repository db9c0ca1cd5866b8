"""Shifts, weeks and whole rosters written down in a line, for tests of labour rules."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta

from planner.domain.grid import to_utc, zone_info
from planner.domain.shifts import PlacedBreak, Shift
from planner.rules import WorkDays, in_order

ZONES = {
    "EU": "Europe/Amsterdam", "GB": "Europe/London", "PL": "Europe/Warsaw", "PT": "Europe/Lisbon", "ES": "Europe/Madrid",
    "DE": "Europe/Berlin", "FR": "Europe/Paris", "RO": "Europe/Bucharest", "BG": "Europe/Sofia", "TR": "Europe/Istanbul",
    "PH": "Asia/Manila", "MX": "America/Mexico_City", "CO": "America/Bogota", "BR": "America/Sao_Paulo",
    "ZA": "Africa/Johannesburg", "EG": "Africa/Cairo", "MY": "Asia/Kuala_Lumpur", "CN": "Asia/Shanghai", "US": "America/New_York",
    "US-CA": "America/Los_Angeles", "IN": "Asia/Kolkata", "MA": "Africa/Casablanca", "TN": "Africa/Tunis",
    "KE": "Africa/Nairobi", "DO": "America/Santo_Domingo", "CR": "America/Costa_Rica", "VN": "Asia/Ho_Chi_Minh",
    "JP": "Asia/Tokyo", "AE": "Asia/Dubai",
}  # fmt: skip

Break = tuple[float, float, bool]
"""A break: minutes after the shift's start, minutes long, paid."""


def shift(zone: str, day: date, start_h: float, paid_h: float, breaks: Sequence[Break] = ()) -> Shift:
    """A shift from `start_h` on the clock of `day` with `paid_h` hours of paid time; unpaid breaks make it longer."""
    start = to_utc(zone, day, start_h * 60)
    unpaid = sum(minutes for _, minutes, paid in breaks if not paid)
    return between(zone, start, start + timedelta(hours=paid_h, minutes=unpaid), breaks)


def between(zone: str, start: datetime, end: datetime, breaks: Sequence[Break] = ()) -> Shift:
    """A shift from one instant to another; it belongs to the date it starts on."""
    placed = tuple(
        PlacedBreak(start_utc=start + timedelta(minutes=at), end_utc=start + timedelta(minutes=at + minutes), paid=paid)
        for at, minutes, paid in breaks
    )
    return Shift(
        id=start.isoformat(),
        site="site",
        group="group",
        pattern="",
        date=start.astimezone(zone_info(zone)).date(),
        start_utc=start,
        end_utc=end,
        breaks=placed,
        heads=1,
    )


def work(zone: str, shifts: Iterable[Shift], first: date, days: int = 7, voice: bool = True) -> WorkDays:
    """One agent's `shifts` in a horizon of `days` days of the site's own clock."""
    return WorkDays(
        agent="ana",
        site="site",
        zone=zone,
        start_utc=to_utc(zone, first, 0),
        end_utc=to_utc(zone, first + timedelta(days=days), 0),
        shifts=in_order(shifts),
        voice=voice,
    )


def daily(
    zone: str, first: date, days: Iterable[int], start_h: float, paid_h: float, breaks: Sequence[Break] = ()
) -> list[Shift]:
    """The same shift on the days numbered from `first`."""
    return [shift(zone, first + timedelta(days=n), start_h, paid_h, breaks) for n in days]
