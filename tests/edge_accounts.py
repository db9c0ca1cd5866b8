"""One desk at the edge of what an account may say: clock changes, nobody to serve, one seat, tiny patience, long horizons."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import numpy as np

from planner.domain.account import Account
from planner.domain.grid import local_clock, to_utc
from planner.domain.history import Series, Tables
from planner.domain.queues import Channel
from planner.domain.shifts import Shift
from planner.domain.targets import DeferredTarget
from planner.io import account_from
from planner.io.merge import merged

LUNCH = {"minutes": 30, "paid": False, "earliest_min": 180, "latest_min": 240}
LATE = {"minutes": 15, "paid": True, "earliest_min": 420, "latest_min": 465}
MONDAY = date(2026, 11, 9)


def desk(
    changes: Mapping[str, Any] | None = None, *, per_h: float = 8.0, start: date = MONDAY, zone: str = "Europe/London"
) -> Account:
    """Return an account of one queue, site, group and shift rule, open around the clock, with `per_h` contacts an hour at its busiest.

    `changes` are laid over its settings as an override would be; the ids are ``m``, ``q``, ``s``, ``g`` and ``f``.
    """
    raw: dict[str, Any] = {
        "account": {"name": "Edge", "currency": "EUR"},
        "horizon": {"zone": zone, "start": start, "days": 2, "interval_min": 30},
        "run": {"scenarios": 10, "time_limit_s": 10.0, "shortfall_price_per_h": 60.0},
        "markets": [{"id": "m", "country": "GB", "zone": zone, "language": "en"}],
        "queues": [{"id": "q", "market": "m", "channel": "voice", "aht_s": 300.0, "target": {"level": 0.8, "within_s": 20.0}}],
        "sites": [
            {
                "id": "s",
                "country": "GB",
                "zone": zone,
                "seats": 50,
                "wage_per_h": 10.0,
                # eight hours in one piece, on as many days as a case asks for
                "labour": {"break_required_after_h": "off", "break_min": "off", "weekly_rest_h": "off"},
            }
        ],
        "groups": [{"id": "g", "site": "s", "languages": ["en"], "channels": ["voice", "chat", "email"]}],
        "shifts": [{"id": "f", "length_h": 8.0, "step_min": 120}],
    }
    return account_from(merged(raw, changes or {}), Tables(history=(_steps(start, zone, per_h),)))


def _steps(start: date, zone: str, per_h: float) -> Series:
    """A month of half-hours, busiest in the afternoon."""
    end = int(datetime(start.year, start.month, start.day, tzinfo=UTC).timestamp()) - 86_400
    stamps = np.arange(end - 30 * 86_400, end, 1800, dtype=np.int64)
    counts = np.round(per_h / 2 * np.where(local_clock(zone, stamps).minute // 60 // 6 == 2, 1.0, 0.6))
    return Series(id="q", interval_s=1800, start_s=stamps, counts=counts, aht_s=np.full(len(stamps), np.nan))


def _group(**changes: Any) -> Account:
    return desk({"groups": [{"id": "g", **changes}]})


def _queue(**changes: Any) -> Account:
    return desk({"queues": [{"id": "q", **changes}]})


def _with_shift_under_way() -> Account:
    account = desk()
    evening = date(2026, 11, 8)
    shift = Shift(
        id="carried",
        site="s",
        group="g",
        pattern="f-2200",
        date=evening,
        start_utc=to_utc("Europe/London", evening, 22 * 60),
        end_utc=to_utc("Europe/London", evening, 30 * 60),
        breaks=(),
        heads=2,
    )
    return replace(account, carry_in=(shift,))


def _breaks(start: date, zone: str = "Europe/London") -> Account:
    return desk({"shifts": [{"id": "f", "breaks": [LUNCH, LATE]}]}, start=start, zone=zone)


def _days(days: int) -> Account:
    return desk({"horizon": {"days": days, "interval_min": 60}, "shifts": [{"id": "f", "step_min": 480}]}, per_h=4.0)


def _closed_by_event() -> Account:
    midnight = datetime(MONDAY.year, MONDAY.month, MONDAY.day)
    return desk({"events": [{"id": "outage", "from": midnight, "to": midnight + timedelta(days=2), "factor": 0.0}]})


def _due_at_once() -> Account:
    account = desk()
    email = replace(account.queues[0], channel=Channel.EMAIL, target=DeferredTarget(level=0.9, within_s=36.0))
    return replace(account, queues=(email,))


EDGES: dict[str, Callable[[], Account]] = {
    "a late break when clocks go forward": lambda: _breaks(date(2026, 3, 28)),
    "a late break when clocks go back": lambda: _breaks(date(2026, 10, 24)),
    "clocks that move by half an hour": lambda: desk(start=date(2026, 10, 3), zone="Australia/Lord_Howe"),
    "no midnight when clocks go forward": lambda: desk(start=date(2026, 4, 24), zone="Africa/Cairo"),
    "a day of 23 hours alone": lambda: desk({"horizon": {"days": 1}}, start=date(2026, 3, 29)),
    "a 45-minute zone": lambda: desk(zone="Asia/Kathmandu"),
    "five minutes": lambda: desk({"horizon": {"days": 1, "interval_min": 5}}),
    "an hour": lambda: desk({"horizon": {"interval_min": 60}}),
    "eight weeks": lambda: _days(56),
    "no contacts at all": lambda: desk(per_h=0.0),
    "an outage all through": _closed_by_event,
    "a contact or two a day": lambda: desk(per_h=1.1),
    "shifts under way": _with_shift_under_way,
    "one seat": lambda: desk({"sites": [{"id": "s", "seats": 1}]}),
    "nobody may be hired": lambda: _group(max_heads=0),
    "more people than work": lambda: _group(min_heads=9),
    "nearly everybody is away": lambda: _group(absence=0.99),
    "one day a week": lambda: _group(days_per_week=1),
    "seven days a week": lambda: _group(days_per_week=7),
    "hardly any patience": lambda: _queue(patience_s=1.0),
    "patience of a millisecond": lambda: _queue(patience_s=0.001),
    "at once or not at all": lambda: _queue(target={"level": 0.99, "within_s": 0.0}),
    "twenty chats at once": lambda: _queue(channel="chat", concurrency=20),
    "work due at once": _due_at_once,
}
