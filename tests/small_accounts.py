"""Small valid accounts drawn at random, to hold the whole line to laws: odd zones, clock changes, odd hours, odd people.

Everything is drawn from one seed. What comes out is settings as account.toml would hold them, and tables; a few of them are refused
with a DataError (nobody on duty, a group without work), which is an answer too.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np

from planner.domain.account import Account
from planner.domain.grid import local_clock
from planner.domain.history import Series, Tables
from planner.io import account_from
from planner.rules import CATALOGUE

MARKETS = (
    ("gb", "GB", "Europe/London", "en"),
    ("us", "US", "America/New_York", "en"),
    ("in", "IN", "Asia/Kolkata", "en"),
    ("ca", "CA", "America/St_Johns", "en"),
    ("au", "AU", "Australia/Sydney", "en"),
    ("nz", "NZ", "Pacific/Chatham", "en"),
    ("de", "DE", "Europe/Berlin", "de"),
    ("cl", "CL", "America/Santiago", "es"),
    ("eg", "EG", "Africa/Cairo", "de"),
)
SITES = (
    ("manila", "PH", "Asia/Manila"),
    ("kathmandu", "NP", "Asia/Kathmandu"),
    ("lisbon", "PT", "Europe/Lisbon"),
    ("bogota", "CO", "America/Bogota"),
    ("adelaide", "AU", "Australia/Adelaide"),
    ("santiago", "CL", "America/Santiago"),
    ("halifax", "CA", "America/Halifax"),
)
STARTS = (
    "2026-03-28",  # clocks go forward in Europe on the 29th
    "2026-10-24",  # and back on the 25th
    "2026-03-07",  # forward in North America on the 8th
    "2026-10-31",  # and back on 1 November
    "2026-04-04",  # back in Australia, New Zealand and Chile
    "2026-09-05",  # forward in Chile, at midnight
    "2026-10-03",  # forward in Australia
    "2026-04-23",  # forward in Egypt, at midnight
    "2026-12-24",
    "2026-11-09",
)
OPEN = (
    "24/7",
    ["Mon-Sun 08:00-20:00"],
    ["Mon-Fri 09:00-17:00", "Sat,Sun 10:00-14:00"],
    ["Mon-Sun 18:00-03:00"],
    ["Mon-Sun 00:00-24:00"],
    ["Mon-Thu 22:00-06:00", "Fri-Sun 12:00-16:00"],
)
FORMULAS = ("offered", "answered", "excluding_short_abandons", "crediting_short_abandons", "virtual")
WINDOWS = ("interval", "day", "week", "month", "contract")
HISTORY_DAYS = 30


def small_account(seed: int, **changes: Any) -> Account:
    """Return the account of `seed`, top-level settings replaced by `changes`; raises DataError where its parts do not fit together."""
    raw, tables = small_settings(seed)
    return account_from({**raw, **changes}, tables)


def small_settings(seed: int) -> tuple[dict[str, Any], Tables]:
    """Return settings and tables of the account of `seed`."""
    rng = np.random.default_rng(seed)
    interval_min = int(rng.choice([5, 10, 15, 20, 30, 60], p=[0.04, 0.04, 0.22, 0.1, 0.35, 0.25]))
    days = int(rng.choice([1, 2, 3, 8], p=[0.4, 0.3, 0.2, 0.1]))
    markets = [MARKETS[i] for i in rng.choice(len(MARKETS), size=int(rng.integers(1, 3)), replace=False)]
    sites = [SITES[i] for i in rng.choice(len(SITES), size=int(rng.integers(1, 4)), replace=False)]
    start = date.fromisoformat(str(rng.choice(STARTS))) + timedelta(days=int(rng.integers(0, 2)))
    horizon_zone = str(rng.choice([*(m[2] for m in markets), "Europe/London", "Asia/Kathmandu"]))
    if not _aligned(start, interval_min, [horizon_zone, *(m[2] for m in markets)]):
        interval_min = 15
    queues = [_queue(rng, number, markets) for number in range(int(rng.integers(1, 5)))]
    history, drivers = _tables(rng, queues, start, {m[0]: m[2] for m in markets})
    languages = sorted({_language(q, markets) for q in queues})
    shifts = [_shift(rng, number, interval_min) for number in range(int(rng.integers(1, 3)))]
    raw: dict[str, Any] = {
        "account": {"name": f"Small {seed}", "currency": "EUR"},
        "horizon": {"zone": horizon_zone, "start": start, "days": days, "interval_min": interval_min},
        "run": {"seed": seed, "scenarios": int(rng.choice([1, 8, 40])), "gap": 0.05, "time_limit_s": 20.0},
        "fx": {"USD": "0.9"},
        "markets": [_market(rng, *m) for m in markets],
        "queues": queues,
        "sites": [_site(rng, *s) for s in sites],
        "groups": _groups(rng, sites, languages, queues),
        "shifts": shifts,
        "contract": {"margin_share": float(rng.choice([0.0, 0.2]))},
    }
    if rng.random() < 0.3:
        raw["run"]["plan_for"] = 0.8
    if rng.random() < 0.4:
        raw["events"] = [_event(rng, start, days, queues)]
    live = [q for q in queues if q["channel"] in ("voice", "chat")]
    if len(live) > 1 and rng.random() < 0.5:
        clause = {"id": "together", "queues": [q["id"] for q in live], "level": 0.75, "window": str(rng.choice(WINDOWS))}
        raw["contract"]["clauses"] = [clause]
    return raw, Tables(history=history, drivers=drivers)


def _aligned(start: date, interval_min: int, zones: list[str]) -> bool:
    """True when every full hour of every one of `zones` begins an interval of the first."""
    noon = datetime(start.year, start.month, start.day, 12, tzinfo=UTC)
    offsets = [noon.astimezone(ZoneInfo(zone)).utcoffset() for zone in zones]
    return all((offset - offsets[0]) % timedelta(minutes=interval_min) == timedelta(0) for offset in offsets)


def _language(queue: dict[str, Any], markets: list[tuple[str, str, str, str]]) -> str:
    return next(language for id, _, _, language in markets if id == queue["market"])


def _market(rng: np.random.Generator, id: str, country: str, zone: str, language: str) -> dict[str, Any]:
    hours = OPEN[int(rng.integers(len(OPEN)))]
    policy = str(rng.choice(["open", "closed", "sunday"]))
    return {"id": id, "country": country, "zone": zone, "language": language, "open": hours, "holidays": policy}


def _queue(rng: np.random.Generator, number: int, markets: list[tuple[str, str, str, str]]) -> dict[str, Any]:
    channel = str(rng.choice(["voice", "voice", "chat", "email", "marketplace"]))
    live = channel in ("voice", "chat")
    queue: dict[str, Any] = {
        "id": f"q{number}",
        "market": markets[int(rng.integers(len(markets)))][0],
        "channel": channel,
        "aht_s": float(rng.choice([45, 180, 400, 1500])),
    }
    target: dict[str, Any] = {"level": float(rng.choice([0.5, 0.8, 0.95])), "window": str(rng.choice(WINDOWS))}
    if live:
        target["within_s"] = float(rng.choice([0, 20, 120]))
        target["formula"] = str(rng.choice(FORMULAS))
        if rng.random() < 0.6:
            queue["patience_s"] = float(rng.choice([5, 90, 600]))
    else:
        target["within_h"] = float(rng.choice([0.1, 2, 24, 100]))
    if rng.random() < 0.3:
        target["max_occupancy"] = 0.8
    if channel == "chat":
        queue["concurrency"] = int(rng.integers(1, 4))
    if rng.random() < 0.3:
        queue["open"] = OPEN[int(rng.integers(len(OPEN)))]
    if rng.random() < 0.25:
        queue["volume"] = {"source": "driver", "driver": "orders", "rate": 0.2}
        if rng.random() < 0.6:
            queue["volume"]["delay_days"] = [0.5, 0.3, 0.2]
    elif rng.random() < 0.3:
        queue["volume"] = {"scale": 0.5}
    return {**queue, "target": target}


def _tables(
    rng: np.random.Generator, queues: list[dict[str, Any]], start: date, zones: dict[str, str]
) -> tuple[tuple[Series, ...], tuple[Series, ...]]:
    history = []
    for queue in queues:
        if "driver" not in queue.get("volume", {}):
            peak = float(rng.choice([0.0, 0.3, 3.0, 12.0], p=[0.1, 0.2, 0.4, 0.3]))
            history.append(_series(rng, queue["id"], zones[queue["market"]], start, peak_per_h=peak))
    driven = any("driver" in queue.get("volume", {}) for queue in queues)
    return tuple(history), (_series(rng, "orders", "Europe/London", start, peak_per_h=30.0),) if driven else ()


def _series(rng: np.random.Generator, id: str, zone: str, start: date, *, peak_per_h: float) -> Series:
    """A month of counts that are busiest at 14:00 on the wall clock, some records missing."""
    length = int(rng.choice([900, 1800, 3600]))
    end = int(datetime(start.year, start.month, start.day, tzinfo=UTC).timestamp()) - 86_400 * int(rng.integers(1, 5))
    stamps = np.arange(end - HISTORY_DAYS * 86_400, end, length, dtype=np.int64)
    minute = local_clock(zone, stamps).minute
    rate = peak_per_h * length / 3600 * (0.55 + 0.45 * np.cos(2 * np.pi * (minute - 840) / 1440))
    kept = rng.random(len(stamps)) > float(rng.choice([0.0, 0.05]))
    counts = rng.poisson(rate).astype(np.float64)[kept]
    aht_s = np.full(len(counts), 300.0 if rng.random() < 0.3 else np.nan)
    return Series(id=id, interval_s=length, start_s=stamps[kept], counts=counts, aht_s=aht_s)


def _site(rng: np.random.Generator, id: str, country: str, zone: str) -> dict[str, Any]:
    site: dict[str, Any] = {
        "id": id,
        "country": country,
        "zone": zone,
        "seats": int(rng.choice([2, 10, 60])),
        "wage_per_h": float(rng.choice([3.2, 9.8, 14.0])),
        "currency": str(rng.choice(["EUR", "USD"])),
        "oncost_share": float(rng.choice([0.0, 0.45])),
        "labour": {id: "off" for id, spec in CATALOGUE.items() if spec.may_be_off},  # any shift and any week may be drawn
    }
    premiums = [{"kind": "night", "share": 0.25}, {"kind": "sunday", "share": 0.5}, {"kind": "holiday", "share": 1.0}]
    if rng.random() < 0.3:
        premiums[0] |= {"from": "00:00", "to": "05:30"}
    site["premiums"] = [p for p in premiums if rng.random() < 0.5]
    return site


def _groups(
    rng: np.random.Generator,
    sites: list[tuple[str, str, str]],
    languages: list[str],
    queues: list[dict[str, Any]],
) -> list[dict[str, Any]]:
    channels = sorted({q["channel"] for q in queues})
    groups = []
    for number in range(int(rng.integers(1, 4))):
        whole = number == 0 or rng.random() < 0.4
        spoken = languages if whole else [str(rng.choice(languages))]
        worked = channels if whole else sorted({str(rng.choice(channels)), str(rng.choice(channels))})
        group: dict[str, Any] = {
            "id": f"g{number}",
            "site": sites[number % len(sites)][0],
            "languages": spoken,
            "channels": worked,
            "absence": float(rng.choice([0.0, 0.1, 0.5])),
            "in_shift_loss": float(rng.choice([0.0, 0.08])),
            "wage_factor": float(rng.choice([1.0, 1.15])),
            "days_per_week": int(rng.integers(1, 8)),
        }
        if rng.random() < 0.3:
            group["min_heads"] = int(rng.integers(1, 4))
        if rng.random() < 0.3:
            group["max_heads"] = 5
        groups.append(group)
    return groups


def _shift(rng: np.random.Generator, number: int, interval_min: int) -> dict[str, Any]:
    length_h = float(rng.choice([4, 6.5, 8, 10]))
    shift: dict[str, Any] = {"id": f"s{number}", "length_h": length_h, "step_min": int(rng.choice([60, 120, 240]))}
    if rng.random() < 0.3:
        shift["first_start"] = "02:30"
    breaks = [{"minutes": int(rng.choice([20, 30])), "paid": bool(rng.random() < 0.3), "earliest_min": 90, "latest_min": 150}]
    if length_h >= 8:
        breaks.append({"minutes": 15, "paid": True, "earliest_min": 300, "latest_min": 330 + interval_min})
    if rng.random() < 0.7:
        shift["breaks"] = breaks
    return shift


def _event(rng: np.random.Generator, start: date, days: int, queues: list[dict[str, Any]]) -> dict[str, Any]:
    begin = datetime(start.year, start.month, start.day) + timedelta(hours=int(rng.integers(-40, 24 * days)))
    event: dict[str, Any] = {
        "id": "sale",
        "from": begin,
        "to": begin + timedelta(hours=int(rng.choice([1, 7, 48]))),
        "factor": float(rng.choice([0.0, 0.5, 2.0])),
    }
    if rng.random() < 0.5:
        event["queues"] = [queues[0]["id"]]
    return event
