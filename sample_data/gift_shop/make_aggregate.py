"""Make `orders_aggregate.json`: how orders of a real web shop spread over the week, the year and countries.

Source: "Online Retail", UCI Machine Learning Repository (Chen, 2015), https://doi.org/10.24432/C5BW33, licence CC BY 4.0: every
invoice line of a UK gift shop from December 2010 to December 2011. Only sums and ratios over the shop's first ten months are kept.

Input: those invoices counted per half hour and country, a CSV (gzip or plain) with the columns `interval_start` (ISO 8601 with
offset), `country`, `language` (ISO 639-1, empty where a country has several), `orders` (distinct customer and minute) and
`returns` (cancellation documents). The counts are not part of this repository; the aggregate is.

    python sample_data/gift_shop/make_aggregate.py COUNTS.csv.gz
"""

from __future__ import annotations

import argparse
import json
import os
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd

SHOP_CLOCK = ZoneInfo("Europe/London")
RARE = 10  # a country or language with fewer orders is counted among the others
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
SLOTS = 48
ABOUT = {
    "what": "Aggregate of the orders of a UK web shop for gifts: shares and ratios; no order, customer or single day is kept.",
    "source": "Chen, D. (2015). Online Retail [Dataset]. UCI Machine Learning Repository. https://doi.org/10.24432/C5BW33",
    "licence": "CC BY 4.0, https://creativecommons.org/licenses/by/4.0/",
    "changes": "Invoices were counted per half hour and country, then summed and divided as make_aggregate.py says.",
}


def read_counts(path: Path) -> pd.DataFrame:
    """Return the counts with their local `date`, `weekday` (0 = Monday) and half-hour `slot` of the day on the shop's clock."""
    table = pd.read_csv(path, keep_default_na=False)
    local = pd.to_datetime(table["interval_start"], utc=True).dt.tz_convert(SHOP_CLOCK)
    return table.assign(date=local.dt.date, weekday=local.dt.day_of_week, slot=local.dt.hour * 2 + local.dt.minute // 30)


def aggregate(counts: pd.DataFrame) -> dict[str, Any]:
    """Return the shop's shape as plain numbers; a trading day is a date with at least one order."""
    by_slot = counts.groupby(["date", "slot"])["orders"].sum().unstack(fill_value=0).reindex(columns=range(SLOTS), fill_value=0)
    by_slot = by_slot[by_slot.sum(axis=1) > 0]
    dates = pd.to_datetime(by_slot.index)
    weekday, month = dates.day_of_week.to_numpy(), dates.strftime("%Y-%m").to_numpy()
    per_slot = by_slot.to_numpy(dtype=float)
    per_day = per_slot.sum(axis=1)

    week = np.array([per_slot[weekday == d].mean(axis=0) if (weekday == d).any() else np.zeros(SLOTS) for d in range(7)])
    months = {m: per_day[month == m] for m in sorted(set(month))}
    orders = float(counts["orders"].sum())
    return {
        "about": ABOUT,
        "span": {"first_day": str(dates[0].date()), "last_day": str(dates[-1].date()), "trading_days": len(per_day)},
        "orders": int(orders),
        "half_hour_of_week_share": {d: _rounded(week[n] / week.sum(), 6) for n, d in enumerate(WEEKDAYS)},
        "orders_per_trading_day_by_month": {m: round(float(days.mean()), 2) for m, days in months.items()},
        "month_share": {m: round(float(days.sum()) / orders, 4) for m, days in months.items()},
        "country_share": _shares(counts, "country", orders),
        "language_share": _shares(counts, "language", orders),
        "returns_per_order": round(float(counts["returns"].sum()) / orders, 4),
        "busy_day_cv": round(busy_day_cv(per_day, weekday, month), 4),
        "half_hour_dispersion": round(half_hour_dispersion(per_slot, weekday), 4),
    }


def busy_day_cv(per_day: np.ndarray, weekday: np.ndarray, month: np.ndarray) -> float:
    """Return the coefficient of variation of days around month level times weekday factor, counting noise taken out.

    Method of moments: the mean of ``(orders - mean)^2 - mean`` over the mean of ``mean^2``, the alpha of a negative binomial.
    """
    level, factor = np.ones_like(per_day), np.ones_like(per_day)
    for _ in range(50):  # alternating means: the least-squares fit of a product of two factors converges in a handful of rounds
        level = _means_of(per_day / factor, month)
        factor = _means_of(per_day / level, weekday)
    mean = level * factor
    return float(np.sqrt(max(0.0, ((per_day - mean) ** 2 - mean).sum() / (mean**2).sum())))


def half_hour_dispersion(per_slot: np.ndarray, weekday: np.ndarray) -> float:
    """Return alpha of ``variance = mean + alpha mean^2`` of half hours around the weekday's profile times the day's total."""
    profile = np.zeros_like(per_slot)
    for d in np.unique(weekday):
        rows = weekday == d
        profile[rows] = per_slot[rows].sum(axis=0) / per_slot[rows].sum()
    mean = profile * per_slot.sum(axis=1, keepdims=True)
    return float(max(0.0, ((per_slot - mean) ** 2 - mean).sum() / (mean**2).sum()))


def _means_of(values: np.ndarray, label: np.ndarray) -> np.ndarray:
    return np.asarray(pd.Series(values).groupby(label).transform("mean"))


def _shares(counts: pd.DataFrame, column: str, orders: float) -> dict[str, float]:
    found = counts.groupby(column)["orders"].sum().sort_values(ascending=False, kind="stable")
    shares = {str(key) or "several": round(float(value) / orders, 5) for key, value in found.items() if value >= RARE}
    return shares | {"others": round(float(found[found < RARE].sum()) / orders, 5)}


def _rounded(values: np.ndarray, digits: int) -> list[float]:
    return [round(float(v), digits) for v in values]


def as_text(values: dict[str, Any]) -> str:
    """Return the aggregate as JSON a person can read: one line a figure, one line a weekday."""
    week = "half_hour_of_week_share"
    days = ",\n".join(f"    {json.dumps(d)}: {json.dumps(shares)}" for d, shares in values[week].items())
    lines = [
        f'  "{key}": {{\n{days}\n  }}' if key == week else f'  "{key}": {json.dumps(value, ensure_ascii=False)}'
        for key, value in values.items()
    ]
    return "{\n" + ",\n".join(lines) + "\n}\n"


def main() -> None:
    """Read the counts named on the command line and write the aggregate beside this script."""
    parser = argparse.ArgumentParser(description="Aggregate half-hourly order counts into orders_aggregate.json.")
    parser.add_argument("counts", type=Path, help="CSV of orders per half hour and country")
    parser.add_argument("--out", type=Path, default=Path(__file__).with_name("orders_aggregate.json"))
    options = parser.parse_args()
    part = options.out.with_name(options.out.name + ".part")
    part.write_text(as_text(aggregate(read_counts(options.counts))), encoding="utf-8")
    os.replace(part, options.out)
    print(f"wrote {options.out}")


if __name__ == "__main__":
    main()
