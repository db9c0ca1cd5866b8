"""A marketplace desk over the weekend on which clocks go forward: clocks, rolling window, start backlog, people shared by all queues."""

from __future__ import annotations

from datetime import UTC, date, datetime
from functools import lru_cache
from typing import Any

import numpy as np

import planner
from planner.domain.account import Account
from planner.domain.grid import local_clock
from planner.domain.history import Series, Tables
from planner.domain.plan import Plan
from planner.io import account_from

START = date(2026, 3, 27)


def desk_settings() -> dict[str, Any]:
    """Return the settings of the desk."""
    to_date = [{"from": date(2026, 2, 25), "to": date(2026, 3, 26), "counted": 900, "within": 800}]
    return {
        "account": {"name": "Marketplace desk", "currency": "EUR"},
        "horizon": {"zone": "Europe/Berlin", "start": START, "days": 5, "interval_min": 30},
        "run": {"seed": 1, "scenarios": 8, "gap": 0.2, "time_limit_s": 20.0},
        "markets": [
            {
                "id": "de",
                "country": "DE",
                "zone": "Europe/Berlin",
                "language": "de",
                "open": ["Mon-Fri 08:00-20:00", "Sat 09:00-19:30"],
            }
        ],
        "queues": [
            {
                "id": "amazon",
                "market": "de",
                "channel": "marketplace",
                "aht_s": 300.0,
                "target": {"clock": "amazon_24h", "to_date": to_date},
                "backlog": [{"age_h": 5, "contacts": 20}, {"age_h": 30, "contacts": 6}],
            },
            {
                "id": "cases",
                "market": "de",
                "channel": "marketplace",
                "aht_s": 600.0,
                "target": {"level": 0.95, "clock": "ebay_case_3_business_days"},
            },
            {
                "id": "lazada",
                "market": "de",
                "channel": "marketplace",
                "aht_s": 240.0,
                "target": {"clock": "lazada_mall_same_day", "window": "day"},
            },
        ],
        "sites": [
            {"id": "leipzig", "country": "DE", "zone": "Europe/Berlin", "seats": 9, "wage_per_h": 14.0, "currency": "EUR"}
        ],
        "groups": [{"id": "desk", "site": "leipzig", "languages": ["de"], "channels": ["marketplace"]}],
        "shifts": [
            {"id": "day", "length_h": 6, "first_start": "08:00", "last_start": "13:00", "step_min": 60},
            {"id": "short", "length_h": 4, "first_start": "08:00", "last_start": "16:00", "step_min": 60},
        ],
        "contract": {},
    }


def desk_tables() -> Tables:
    """Return two months of history, busiest by day."""
    rng = np.random.default_rng(7)
    end = int(datetime(2026, 3, 26, 23, tzinfo=UTC).timestamp())
    stamps = np.arange(end - 60 * 86_400, end, 3600, dtype=np.int64)
    minute = local_clock("Europe/Berlin", stamps).minute
    rate = np.where((minute >= 480) & (minute < 1320), 3.0, 0.5)
    none = np.full(len(stamps), np.nan)
    return Tables(
        history=tuple(
            Series(id=id, interval_s=3600, start_s=stamps, counts=rng.poisson(rate * times).astype(np.float64), aht_s=none)
            for id, times in (("amazon", 1.0), ("cases", 0.3), ("lazada", 0.7))
        ),
        drivers=(),
    )


@lru_cache(maxsize=1)
def desk_account() -> Account:
    """Return the desk."""
    return account_from(desk_settings(), desk_tables())


@lru_cache(maxsize=1)
def desk_plan() -> Plan:
    """Return its plan."""
    return planner.plan(desk_account())
