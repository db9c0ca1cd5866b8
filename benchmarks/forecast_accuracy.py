"""Forecast accuracy on real contact histories: error by method, of the chosen one, and how wide the intervals should have been.

Two weeks ahead from rolling origins a week apart over the last fifth of each series; at every origin the choice sees only earlier days.
Files that are absent are skipped; the environment variable THIRD_RING_DATA names their folder.
"""

from __future__ import annotations

import os
import platform
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import holidays as public_holidays
import numpy as np
import pandas as pd

from forecasts import MODELS, DayMatrix, Fitted, forecast_series, negative_binomial_quantiles

HORIZON_DAYS = 14
EPOCH = pd.Timestamp("1970-01-01")


@dataclass(frozen=True)
class Source:
    """A file of counts: its country for holidays, the columns of series and count, and whether absent rows of a recorded day are zeros."""

    name: str
    file: str
    country: str
    series: str = "queue"
    count: str = "offered"
    sparse: bool = False
    least_mean: float = 0.0


SOURCES = (
    Source("bank, US 2003", "bank_us_2003_30min.csv.gz", "US"),
    Source("bank, US 2003, 5 min", "bank_us_2003_5min.csv.gz", "US"),
    Source("bank, IL 1999", "bank_il_1999_30min.csv.gz", "IL"),
    Source("assistance, FR 2011-13", "axa_fr_2011_2013_30min.csv.gz", "FR", least_mean=0.4),
    Source("shop orders, GB 2011", "online_retail_orders_30min.csv.gz", "GB", "country", "orders", sparse=True, least_mean=0.4),
)


def data_folder() -> Path:
    """Return where the data sets lie, whether or not they are there."""
    given = os.environ.get("THIRD_RING_DATA")
    return Path(given) if given else Path(__file__).resolve().parents[2] / "shared" / "data"


def load(source: Source, folder: Path) -> dict[str, DayMatrix]:
    """Return the series of a file by name, on the wall clock its stamps are written in."""
    table = pd.read_csv(folder / source.file)
    wall = pd.to_datetime(table["interval_start"].str.slice(0, 19))
    table["day"] = (wall.dt.normalize() - EPOCH).dt.days
    length = int(table["interval_s"].iloc[0])
    table["slot"] = (wall.dt.hour * 3600 + wall.dt.minute * 60) // length
    years = range(int(wall.dt.year.min()), int(wall.dt.year.max()) + 1)
    off = [(pd.Timestamp(day) - EPOCH).days for day in public_holidays.country_holidays(source.country, years=years)]
    recorded = table.groupby("day")["slot"].agg(["min", "max"])
    found: dict[str, DayMatrix] = {}
    for name, rows in table.groupby(source.series):
        day, slot, count = rows["day"], rows["slot"], rows[source.count]
        if source.sparse:  # a day with any order in the shop has zeros where a country has none
            spans = [np.arange(low, high + 1) for low, high in recorded.to_numpy()]
            every = pd.MultiIndex.from_arrays([np.repeat(recorded.index, [len(s) for s in spans]), np.concatenate(spans)])
            filled = rows.groupby(["day", "slot"])[source.count].sum().reindex(every, fill_value=0)
            day, slot, count = every.get_level_values(0), every.get_level_values(1), filled
        matrix = DayMatrix.from_records(day=day, slot=slot, counts=count, slots=86_400 // length, holidays=off)
        if float(np.nanmean(matrix.values)) >= source.least_mean:
            found[str(name)] = matrix
    return found


def origins(history: DayMatrix) -> Iterator[int]:
    """Yield the last training days: a week apart, horizons within the last fifth of the series."""
    first = history.last_day - len(history.values) // 5
    yield from range(history.last_day - HORIZON_DAYS, first - 1, -7)


@dataclass
class Score:
    """Sums over origins and series."""

    error: dict[str, float]
    came: float = 0.0
    inside: int = 0
    judged: int = 0
    cpu_s: float = 0.0
    series: int = 0

    def wape(self, name: str) -> float:
        """Return sum |error| / sum actual."""
        return self.error[name] / self.came

    @property
    def coverage(self) -> float:
        """Share of actuals within the 80% interval, over intervals with at least half a contact expected."""
        return self.inside / self.judged


def score(series: dict[str, DayMatrix]) -> Score:
    """Return the errors of every method, of the chosen one, and the coverage of its 80% interval."""
    total = Score(dict.fromkeys((*MODELS, "chosen"), 0.0), series=len(series))
    for history in series.values():
        for origin in origins(history):
            days = np.arange(origin + 1, origin + 1 + HORIZON_DAYS)
            rows = days - history.first_day
            actual, holidays = history.values[rows], history.holidays[rows]
            there = ~np.isnan(actual)
            if not there.any():
                continue
            past = history.until(origin)
            began = time.process_time()
            ahead = forecast_series(past, days=days, holidays=holidays, wanted=there)
            total.cpu_s += time.process_time() - began
            fitted = Fitted(history.until(origin, at_most=730))
            for name, model in MODELS.items():
                total.error[name] += float(np.abs(model(fitted, days, holidays) - actual)[there].sum())
            total.error["chosen"] += float(np.abs(ahead.means - actual)[there].sum())
            total.came += float(actual[there].sum())
            judged = there & (ahead.means > 0.5)
            low, high = negative_binomial_quantiles(ahead.means[judged], ahead.spread.noise_and_day, (0.1, 0.9))
            total.inside += int(((actual[judged] >= low) & (actual[judged] <= high)).sum())
            total.judged += int(judged.sum())
    return total


def main() -> None:
    """Print one line per data set found."""
    folder = data_folder()
    print(f"{HORIZON_DAYS} days ahead, rolling origins; Python {platform.python_version()}, {platform.machine()}")
    print(
        f"{'data set':<24}{'series':>7}"
        + "".join(f"{name:>19}" for name in (*MODELS, "chosen"))
        + f"{'80% covers':>12}{'CPU s':>8}"
    )
    for source in SOURCES:
        if not (folder / source.file).exists():
            print(f"{source.name:<24} skipped: no {source.file} in {folder}")
            continue
        found = score(load(source, folder))
        errors = "".join(f"{found.wape(name):>19.4f}" for name in found.error)
        print(f"{source.name:<24}{found.series:>7}{errors}{found.coverage:>12.3f}{found.cpu_s:>8.1f}")


if __name__ == "__main__":
    main()
