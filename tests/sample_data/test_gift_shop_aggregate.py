"""The aggregate of the real shop: its estimators on data with known answers, and the committed figures in themselves."""

from __future__ import annotations

import json
from pathlib import Path
from types import ModuleType

import numpy as np
import pandas as pd
import pytest

DAYS = 600


@pytest.fixture(scope="module")
def known() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Orders ``[day, slot]`` of a shop whose busy days (CV 0.25) and half hours (alpha 0.05) are known, with weekday and month."""
    rng = np.random.default_rng(7)
    weekday, month = np.arange(DAYS) % 7, np.arange(DAYS) // 30
    level = (1 + 0.3 * np.sin(month)) * np.array([1.0, 1.1, 1.1, 1.3, 1.0, 0.6, 0.7])[weekday]
    busy = rng.gamma(1 / 0.25**2, 0.25**2, DAYS)
    profile = np.where((np.arange(48) >= 16) & (np.arange(48) < 40), 1 / 24, 0)
    mean = 300 * (level * busy)[:, None] * profile
    return rng.poisson(mean * rng.gamma(1 / 0.05, 0.05, mean.shape)).astype(float), weekday, month


def test_busy_days_are_measured_without_counting_noise(make_aggregate: ModuleType, known: tuple[np.ndarray, ...]) -> None:
    orders, weekday, month = known
    assert make_aggregate.busy_day_cv(orders.sum(axis=1), weekday, month) == pytest.approx(0.25, abs=0.025)
    steady = np.random.default_rng(1).poisson(200, DAYS).astype(float)
    assert make_aggregate.busy_day_cv(steady, weekday, month) < 0.03


def test_half_hours_are_measured_around_their_days_total(make_aggregate: ModuleType, known: tuple[np.ndarray, ...]) -> None:
    orders, weekday, _ = known
    assert make_aggregate.half_hour_dispersion(orders, weekday) == pytest.approx(0.05, abs=0.01)
    poisson = np.random.default_rng(2).poisson(12, orders.shape).astype(float)
    assert make_aggregate.half_hour_dispersion(poisson, weekday) < 0.005


def test_shares_follow_the_shops_clock_and_trading_days(make_aggregate: ModuleType, tmp_path: Path) -> None:
    rows = [  # two Mondays and a Thursday of summer time: 08:00 UTC is 09:00, slot 18
        ("2011-07-04T08:00:00+00:00", "United Kingdom", "en", 12, 3),
        ("2011-07-11T08:00:00+00:00", "Belgium", "", 18, 0),
        ("2011-07-14T09:30:00+01:00", "United Kingdom", "en", 30, 0),
        ("2011-07-15T09:30:00+01:00", "United Kingdom", "en", 0, 6),  # returns only: not a trading day
        ("2011-07-14T10:00:00+01:00", "Malta", "en", 5, 0),
    ]
    path = tmp_path / "counts.csv"
    pd.DataFrame(rows, columns=["interval_start", "country", "language", "orders", "returns"]).to_csv(path, index=False)
    made = make_aggregate.aggregate(make_aggregate.read_counts(path))
    week = made["half_hour_of_week_share"]
    assert made["span"] == {"first_day": "2011-07-04", "last_day": "2011-07-14", "trading_days": 3}
    assert week["monday"][18] == pytest.approx(15 / 50)
    assert week["thursday"][19] == pytest.approx(30 / 50)
    assert sum(week["friday"]) == 0
    assert made["orders_per_trading_day_by_month"] == {"2011-07": pytest.approx(65 / 3, abs=0.01)}
    assert made["country_share"] == {"United Kingdom": 0.64615, "Belgium": 0.27692, "others": 0.07692}
    assert made["language_share"]["several"] == 0.27692
    assert made["returns_per_order"] == pytest.approx(9 / 65, abs=1e-4)


def test_committed_figures_fit_together(samples: Path, make_aggregate: ModuleType) -> None:
    text = (samples / "gift_shop" / "orders_aggregate.json").read_text(encoding="utf-8")
    made = json.loads(text)
    assert make_aggregate.as_text(made) == text
    assert "CC BY 4.0" in made["about"]["licence"]
    assert "10.24432/C5BW33" in made["about"]["source"]
    week = np.array([made["half_hour_of_week_share"][d] for d in make_aggregate.WEEKDAYS])
    assert week.shape == (7, 48)
    assert week.sum() == pytest.approx(1, abs=1e-4)
    assert week[5].sum() == 0  # the shop never traded on a Saturday
    for shares in ("month_share", "country_share", "language_share"):
        assert sum(made[shares].values()) == pytest.approx(1, abs=1e-3)
    assert made["orders"] == 14190
    assert made["country_share"]["United Kingdom"] == pytest.approx(0.907, abs=1e-3)
