"""A made week of five languages: three sites, eight groups, three of them bilingual, about 530 agents.

``python -m benchmarks.roster.five_languages OUT.json [--seed 1] [--scale 1.0]`` writes it in the format of the call-centre weeks.
Everything in it is synthetic: smooth daily shapes on the customers' clocks, weekday factors, and noise from the seed.
"""

from __future__ import annotations

import argparse
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from planner.queueing import service_curve

PERIODS, MINUTES, DAY = 672, 15, 96
LEVEL, WITHIN_S = 0.8, 20
BY_WEEKDAY = np.array([1.12, 1.05, 1.0, 0.98, 0.96, 0.68, 0.58])


@dataclass(frozen=True)
class Market:
    """Customers of one language: their clock's lead on UTC in hours, AHT in seconds, calls a quarter-hour at the busiest time, the
    share of it that stays at night, and opening hours."""

    ahead_h: float
    aht_s: int
    peak: float
    night: float
    opens_h: int
    closes_h: int


MARKETS = {
    "EN": Market(0, 300, 252, 0.1, 0, 24),
    "ES": Market(-6, 320, 108, 0.1, 0, 24),
    "PT": Market(-3, 340, 48, 0.12, 0, 24),
    "DE": Market(1, 330, 70, 0.0, 7, 22),
    "FR": Market(1, 310, 38, 0.0, 7, 22),
}
GROUPS: list[dict[str, Any]] = [
    {"site": "MNL", "utc_offset_h": 8, "skills": ["EN"], "wage_per_hour": 6.5},
    {"site": "BOG", "utc_offset_h": -5, "skills": ["ES"], "wage_per_hour": 8.5},
    {"site": "BOG", "utc_offset_h": -5, "skills": ["PT"], "wage_per_hour": 9.5},
    {"site": "CAI", "utc_offset_h": 3, "skills": ["DE"], "wage_per_hour": 10.0},
    {"site": "CAI", "utc_offset_h": 3, "skills": ["FR"], "wage_per_hour": 8.0},
    {"site": "CAI", "utc_offset_h": 3, "skills": ["DE", "FR"], "wage_per_hour": 11.0, "heads": 12},
    {"site": "CAI", "utc_offset_h": 3, "skills": ["EN", "FR"], "wage_per_hour": 9.0, "heads": 8},
    {"site": "BOG", "utc_offset_h": -5, "skills": ["EN", "ES"], "wage_per_hour": 9.5, "heads": 25},
]
SHIFTS = {
    "4h": {"L": 16, "paid": 16, "br": [[1, 6, 9]]},
    "6h": {"L": 24, "paid": 22, "br": [[1, 4, 7], [2, 10, 13], [1, 17, 20]]},
    "8h": {"L": 32, "paid": 30, "br": [[1, 6, 9], [2, 12, 18], [1, 22, 26]]},
    "9h": {"L": 36, "paid": 32, "br": [[1, 7, 11], [4, 14, 19], [1, 24, 29]]},
}


def five_languages(*, seed: int = 1, scale: float = 1.0) -> dict[str, Any]:
    """Return the week; `scale` multiplies the calls and the bilinguals' heads."""
    rng = np.random.default_rng(seed)
    calls, required = {}, {}
    for language, market in MARKETS.items():
        rate = np.round(scale * _rate(market, rng), 3)
        calls[language] = rate.tolist()
        required[language] = _required(rate, market.aht_s).tolist()
    groups = [g | ({"heads": max(1, round(scale * g["heads"]))} if "heads" in g else {}) for g in GROUPS]
    return {
        "periods": PERIODS,
        "period_minutes": MINUTES,
        "cyclic_week": True,
        "time_axis": "UTC, period 0 = Monday 00:00 UTC",
        "languages": list(MARKETS),
        "calls_per_period": calls,
        "aht_seconds": {language: market.aht_s for language, market in MARKETS.items()},
        "service_target": {"level": LEVEL, "seconds": WITHIN_S, "model": "Erlang C"},
        "required": required,
        "groups": groups,
        "shift_types": SHIFTS,
        "start_step_minutes": 30,
        "under_cost_per_agent_period": 10.0,
        "over_cost_per_agent_period": 0.05,
        "night_premium": {"rate": 0.25, "local": "22:00-06:00"},
        "tour": "5 of 7 days, same start and length all week",
    }


def only(week: dict[str, Any], language: str) -> dict[str, Any]:
    """Return the part of `week` that speaks `language` alone."""
    found = dict(week)
    found["languages"] = [language]
    for key in ("calls_per_period", "aht_seconds", "required"):
        found[key] = {language: week[key][language]}
    found["groups"] = [group for group in week["groups"] if group["skills"] == [language]]
    return found


def _rate(market: Market, rng: np.random.Generator) -> np.ndarray:
    """Expected calls per period: a late-morning hump and an evening one on the customers' clock, weekdays, noise of a few per cent."""
    local = (np.arange(PERIODS) + round(4 * market.ahead_h)) % PERIODS
    hour, weekday = (local % DAY + 0.5) * MINUTES / 60, local // DAY
    shape = market.night + np.exp(-(((hour - 11) / 2.4) ** 2)) + 0.8 * np.exp(-(((hour - 17.5) / 2.8) ** 2))
    noise = np.exp(rng.normal(0, 0.03, PERIODS)) * np.exp(rng.normal(0, 0.03, 7))[weekday]
    is_open = (hour >= market.opens_h) & (hour < market.closes_h)
    rate: np.ndarray = np.where(is_open, market.peak * shape * BY_WEEKDAY[weekday] * noise, 0.0)
    return rate


def _required(rate: np.ndarray, aht_s: float) -> np.ndarray:
    """Fewest agents per period who answer the target's share in time; none without calls."""
    most = int(np.ceil(rate.max() * aht_s / 60 / MINUTES * 1.5)) + 20
    found = np.zeros(PERIODS, dtype=np.int64)
    some = rate > 0
    curves = service_curve(rate_per_h=rate[some] * 60 / MINUTES, aht_s=aht_s, threshold_s=WITHIN_S, max_agents=most)
    found[some] = np.argmax(curves >= LEVEL, axis=1)
    return found


def main() -> None:
    """Write the week."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.roster.five_languages", description="Make a five-language week."
    )
    parser.add_argument("out", type=Path)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--scale", type=float, default=1.0)
    asked = parser.parse_args()
    asked.out.write_text(json.dumps(five_languages(seed=asked.seed, scale=asked.scale)) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
