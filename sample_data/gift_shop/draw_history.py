"""Draw `history.csv.gz` and `drivers.csv.gz`: 26 weeks of orders by country and of contacts by queue, every half hour.

The shape of the week and the year, and how much days and half hours scatter, are those of a real shop (`orders_aggregate.json`);
scale, countries, contact rates and delays are the assumptions of `draw.toml`. Same numbers and seed, same files, byte for byte.

How a draw goes, per market:
1. expected orders of a half hour = orders a day x month level x weekday x time of day, all on the market's own clock;
2. a day is busier or quieter by a gamma factor, partly shared by all markets, and half hours scatter as a negative binomial;
3. a day's expected contacts = contacts per order x the orders of this and earlier days weighted by the delay, spread over the day
   as orders are, times a gamma factor of the queue's own; half hours scatter as a negative binomial again.

    python sample_data/gift_shop/draw_history.py
"""

from __future__ import annotations

import argparse
import gzip
import json
import os
import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np

HERE = Path(__file__).parent
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
SUNDAY = 6
LIVE = ("voice", "chat")
HALF_HOUR = timedelta(minutes=30)
WEEKS_A_YEAR = 365.25 / 7
HISTORY_HEADER = "interval_start,queue,offered"
DRIVERS_HEADER = "interval_start,driver,count"


@dataclass(frozen=True)
class Clock:
    """A market's half hours ``[T]``: local `stamps`, running `day` number, `kind` of day (0 Monday to 6 Sunday) and `slot` of 48."""

    stamps: tuple[datetime, ...]
    day: np.ndarray
    kind: np.ndarray
    slot: np.ndarray


def local_clock(market: dict[str, Any], first: date, days: int) -> Clock:
    """Return every half hour of `days` local days from `first`; clock changes give days of 46 or 50, holidays count as Sundays."""
    zone = ZoneInfo(market["zone"])
    start, end = (datetime(d.year, d.month, d.day, tzinfo=zone).astimezone(UTC) for d in (first, first + timedelta(days=days)))
    stamps = tuple((start + n * HALF_HOUR).astimezone(zone) for n in range((end - start) // HALF_HOUR))
    holidays = set(market["public_holidays"])
    return Clock(
        stamps=stamps,
        day=np.array([(s.date() - first).days for s in stamps]),
        kind=np.array([SUNDAY if s.date() in holidays else s.weekday() for s in stamps]),
        slot=np.array([s.hour * 2 + s.minute // 30 for s in stamps]),
    )


def week_shape(aggregate: dict[str, Any], rules: dict[str, Any]) -> np.ndarray:
    """Return shares of a week's orders ``[7, 48]``, summing to 1: the measured day mixed with evenings and nights, Saturday filled."""
    week = {d: np.array(aggregate["half_hour_of_week_share"][d]) for d in WEEKDAYS}
    week["saturday"] = np.mean([week[d] for d in rules["saturday_from"]], axis=0)
    middle = (np.arange(48) + 0.5) * 30
    evening = np.exp(-0.5 * ((middle - rules["evening_peak_min"]) / rules["evening_spread_min"]) ** 2)
    parts = (
        rules["measured_share"] * np.array([day / day.sum() for day in week.values()]),
        rules["evening_share"] * evening / evening.sum(),
        rules["night_share"] / 48,
    )
    shape = sum(parts) * np.array([[day.sum()] for day in week.values()])
    return np.asarray(shape / shape.sum())


def month_levels(days: list[date], aggregate: dict[str, Any], rules: dict[str, Any]) -> np.ndarray:
    """Return each day's level against the mean of May to September: straight lines between the middles of months."""
    measured = {int(m[5:]): v for m, v in aggregate["orders_per_trading_day_by_month"].items()}
    mean = float(np.mean([measured[m] for m in range(5, 10)]))
    level = {m: v / mean for m, v in measured.items()} | {int(m): float(v) for m, v in rules["month_level"].items()}
    months = sorted({(d.year, d.month) for d in days})
    middles = [date(year, month, 15).toordinal() for year, month in months]
    return np.asarray(np.interp([d.toordinal() for d in days], middles, [level[month] for _, month in months]))


def delay_curve(reasons: list[dict[str, Any]]) -> np.ndarray:
    """Return the share of contacts that come 0, 1, 2 … days after their order: the reasons' curves, weighted."""
    curve = np.zeros(max(len(r["delay_days"]) for r in reasons))
    for reason in reasons:
        curve[: len(reason["delay_days"])] += reason["share"] * np.array(reason["delay_days"])
    return curve


def scatter(rng: np.random.Generator, mean: np.ndarray, alpha: float) -> np.ndarray:
    """Return whole counts with that mean and variance ``mean + alpha mean^2`` (a Poisson whose rate is gamma)."""
    return rng.poisson(mean * rng.gamma(1 / alpha, alpha, size=mean.shape))


def busy(rng: np.random.Generator, days: int, variance: float) -> np.ndarray:
    """Return factors of mean 1 and that variance, one a day."""
    return rng.gamma(1 / variance, variance, size=days)


def open_slots(live: list[str], clock: Clock) -> np.ndarray:
    """Return ``[T]``, True where voice and chat are open: spans such as ``Mon-Fri 08:00-20:00``; none means always."""
    inside = np.full(clock.slot.shape, not live)
    short = [d[:3].title() for d in WEEKDAYS]
    for span in live:
        first, last, *times = re.fullmatch(r"(\w{3})(?:-(\w{3}))? (\d\d):(\d\d)-(\d\d):(\d\d)", span).groups()  # type: ignore[union-attr]
        start, end = (int(h) * 2 + int(m) // 30 for h, m in (times[:2], times[2:]))
        kinds = range(short.index(first), short.index(last or first) + 1)
        inside |= np.isin(clock.kind, kinds) & (clock.slot >= start) & (clock.slot < end)
    return inside


def draw(aggregate: dict[str, Any], settings: dict[str, Any]) -> tuple[list[str], list[str]]:
    """Return the lines of the history and of the drivers, headers first."""
    rng = np.random.default_rng(settings["seed"])
    orders_rules, contacts = settings["orders"], settings["contacts"]
    shape, alpha = week_shape(aggregate, orders_rules), aggregate["half_hour_dispersion"]
    delay = delay_curve(contacts["reasons"])
    lead = len(delay)  # days drawn before the first one written, whose orders still cause contacts
    first, days = settings["first_day"] - timedelta(days=lead), settings["days"] + lead
    level = month_levels([first + timedelta(days=n) for n in range(days)], aggregate, orders_rules)
    variance, shared = aggregate["busy_day_cv"] ** 2, orders_rules["shared_busy_share"]
    everywhere = busy(rng, days, variance * shared)

    history, drivers = [HISTORY_HEADER], [DRIVERS_HEADER]
    for market in settings["markets"]:
        clock = local_clock(market, first, days)
        factor = level * everywhere * busy(rng, days, variance * (1 - shared))
        expected = market["orders_a_year"] / WEEKS_A_YEAR * shape[clock.kind, clock.slot] * factor[clock.day]
        orders = scatter(rng, expected, alpha)
        written = clock.day >= lead
        drivers += _lines(f"orders_{market['id']}", clock, orders, written)

        per_day = np.bincount(clock.day, weights=orders, minlength=days)
        caused = np.convolve(per_day, delay)[:days] * contacts["per_order"]
        of_day = shape[clock.kind, clock.slot] / np.bincount(clock.day, weights=shape[clock.kind, clock.slot])[clock.day]
        for channel, share in market["contacts"].items():
            own = busy(rng, days, contacts["busy_day_cv"] ** 2)
            offered = scatter(rng, (caused * own)[clock.day] * of_day * share, alpha)
            at_hours = open_slots(market.get("live", []), clock) if channel in LIVE else True
            history += _lines(f"{market['id']}_{channel}", clock, offered, written & at_hours)
    return history, drivers


def _lines(name: str, clock: Clock, counts: np.ndarray, written: np.ndarray) -> Iterator[str]:
    return (f"{clock.stamps[n].isoformat()},{name},{counts[n]}" for n in np.flatnonzero(written))


def packed(lines: list[str]) -> bytes:
    """Return the lines as gzip without a date: the same lines give the same bytes (with the same zlib)."""
    return gzip.compress(("\n".join(lines) + "\n").encode(), compresslevel=9, mtime=0)


def main() -> None:
    """Draw both tables and write them beside this script, or into the folder named by --out."""
    parser = argparse.ArgumentParser(description="Draw the gift shop's orders and contacts from the aggregate and draw.toml.")
    parser.add_argument("--out", type=Path, default=HERE)
    folder: Path = parser.parse_args().out
    aggregate = json.loads((HERE / "orders_aggregate.json").read_text(encoding="utf-8"))
    settings = tomllib.loads((HERE / "draw.toml").read_text(encoding="utf-8"))
    for name, lines in zip(("history.csv.gz", "drivers.csv.gz"), draw(aggregate, settings), strict=True):
        content = packed(lines)
        part = folder / f"{name}.{os.getpid()}.part"
        try:
            part.write_bytes(content)
            os.replace(part, folder / name)
        finally:
            part.unlink(missing_ok=True)
        print(f"wrote {folder / name}: {len(lines) - 1:,} rows, {len(content):,} bytes")


if __name__ == "__main__":
    main()
