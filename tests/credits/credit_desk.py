"""A desk small enough to try every aim: one queue of callers, an hour's grid, daily service credits."""

from __future__ import annotations

from typing import Any

import numpy as np

from planner.domain.account import Account
from planner.domain.history import Series, Tables
from planner.io import account_from

FIRST_S, DAYS_KNOWN = 1_793_577_600 - 35 * 86_400, 35  # the five weeks before 2026-11-02


def credit_desk(*, calls: float = 60.0, days: int = 1, credits: tuple[float, ...] = (150, 400), **run: Any) -> Account:
    """Return the desk: about `calls` an hour from 8 to 20; a day below 80% owes the first of `credits`, one below 70% the second."""
    rng = np.random.default_rng(5)
    start_s = FIRST_S + 3600 * np.arange(DAYS_KNOWN * 24)
    hour = (start_s // 3600) % 24
    shape = np.where((hour >= 8) & (hour < 20), 0.7 + 0.6 * np.sin((hour - 8) / 12 * np.pi), 0.0)
    counts = rng.poisson(calls * shape * np.repeat(rng.gamma(60, 1 / 60, DAYS_KNOWN), 24)).astype(float)
    tiers = [{"below": below, "credit": credit} for below, credit in zip((0.8, 0.7), credits, strict=False)]
    clause = {"id": "daily", "queues": ["voice"], "level": 0.8, "window": "day", "tiers": tiers}
    target = {"level": 0.8, "within_s": 20, "window": "day"}
    raw: dict[str, Any] = {
        "account": {"name": "Desk", "currency": "EUR"},
        "horizon": {"zone": "UTC", "start": "2026-11-02", "days": days, "interval_min": 60},
        "run": {"seed": 1, "scenarios": 40, "gap": 0.001, "time_limit_s": 60.0, **run},
        "markets": [{"id": "gb", "country": "GB", "zone": "UTC", "language": "en", "open": ["Mon-Sun 08:00-20:00"]}],
        "queues": [{"id": "voice", "market": "gb", "channel": "voice", "aht_s": 300, "patience_s": 180, "target": target}],
        "sites": [{"id": "york", "country": "GB", "zone": "UTC", "seats": 60, "wage_per_h": 10}],
        "groups": [{"id": "york_en", "site": "york", "languages": ["en"], "channels": ["voice"], "shifts": ["six"]}],
        "shifts": [{"id": "six", "length_h": 6, "first_start": "08:00", "last_start": "14:00", "step_min": 60}],
        "contract": {"clauses": [clause]},
    }
    known = Series(id="voice", interval_s=3600, start_s=start_s, counts=counts, aht_s=np.full(len(start_s), np.nan))
    return account_from(raw, Tables(history=(known,)))
