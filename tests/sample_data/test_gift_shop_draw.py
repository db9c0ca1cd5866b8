"""The gift shop's drawn tables: the same to the byte, shaped as measured, related as assumed."""

from __future__ import annotations

import copy
import gzip
import io
import json
import tomllib
from pathlib import Path
from types import ModuleType
from typing import Any

import holidays
import numpy as np
import pandas as pd
import pytest

COUNTRIES = {
    "uk": ("GB", "ENG"),
    "us": ("US", None),
    "de": ("DE", None),
    "fr": ("FR", None),
    "es": ("ES", None),
    "nl": ("NL", None),
}


@pytest.fixture(scope="module")
def settings(samples: Path) -> dict[str, Any]:
    return tomllib.loads((samples / "gift_shop" / "draw.toml").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def account(samples: Path) -> dict[str, Any]:
    return tomllib.loads((samples / "gift_shop" / "account.toml").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def aggregate(samples: Path) -> dict[str, Any]:
    return json.loads((samples / "gift_shop" / "orders_aggregate.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def drawn(draw_history: ModuleType, aggregate: dict[str, Any], settings: dict[str, Any]) -> tuple[list[str], list[str]]:
    return draw_history.draw(aggregate, settings)


def _table(lines: list[str]) -> pd.DataFrame:
    """The lines as a table with local `day`, `weekday` and `slot` of each row's market."""
    rows = pd.read_csv(io.StringIO("\n".join(lines)), header=0, names=["start", "id", "count"])
    rows["day"], rows["slot"] = rows["start"].str[:10], rows["start"].str[11:16]
    rows["weekday"] = pd.to_datetime(rows["day"]).dt.day_of_week
    return rows


@pytest.fixture(scope="module")
def history(drawn: tuple[list[str], list[str]]) -> pd.DataFrame:
    return _table(drawn[0])


@pytest.fixture(scope="module")
def orders(drawn: tuple[list[str], list[str]]) -> pd.DataFrame:
    return _table(drawn[1])


def test_drawing_again_gives_the_committed_tables_to_the_byte(samples: Path, drawn: tuple[list[str], list[str]]) -> None:
    for name, lines in zip(("history.csv.gz", "drivers.csv.gz"), drawn, strict=True):
        stored = (samples / "gift_shop" / name).read_bytes()
        assert gzip.decompress(stored) == ("\n".join(lines) + "\n").encode()
        assert stored[4:8] == b"\0\0\0\0"  # gzip's time stamp: none
        assert len(stored) < 750_000


def test_another_seed_gives_other_counts(
    draw_history: ModuleType, aggregate: dict[str, Any], settings: dict[str, Any], drawn: tuple[list[str], list[str]]
) -> None:
    other = copy.deepcopy(settings) | {"seed": settings["seed"] + 1}
    other["markets"] = other["markets"][:1]
    history, _ = draw_history.draw(aggregate, other)
    assert len(history) > 1000
    assert history != drawn[0][: len(history)]


def test_orders_keep_scale_and_the_measured_week(
    draw_history: ModuleType, aggregate: dict[str, Any], settings: dict[str, Any], orders: pd.DataFrame
) -> None:
    shape = draw_history.week_shape(aggregate, settings["orders"])
    assert shape.sum() == pytest.approx(1)
    for market in settings["markets"]:
        own = orders[orders["id"] == f"orders_{market['id']}"]
        assert own["count"].sum() == pytest.approx(market["orders_a_year"] / 2, rel=0.10)
        by_weekday = own.groupby("weekday")["count"].sum() / own["count"].sum()
        np.testing.assert_allclose(by_weekday, shape.sum(axis=1), atol=0.02)


def test_noon_keeps_the_measured_share_of_the_day_and_saturday_lies_between_its_neighbours(
    draw_history: ModuleType, aggregate: dict[str, Any], settings: dict[str, Any]
) -> None:
    rules, noon = settings["orders"], 24
    shape = draw_history.week_shape(aggregate, rules)
    for weekday, name in enumerate(draw_history.WEEKDAYS):
        if name != "saturday":
            measured = np.array(aggregate["half_hour_of_week_share"][name])
            at_noon = rules["measured_share"] * measured[noon] / measured.sum() + rules["night_share"] / 48
            assert shape[weekday, noon] / shape[weekday].sum() == pytest.approx(at_noon, rel=1e-5), name
    assert shape[5].sum() == pytest.approx((shape[4].sum() + shape[6].sum()) / 2)
    assert shape[:, 41].argmax() == shape.sum(axis=1).argmax()  # evenings grow with their day
    assert (shape > 0).all()  # around the clock


def test_days_scatter_as_the_real_shops_do(aggregate: dict[str, Any], settings: dict[str, Any], orders: pd.DataFrame) -> None:
    uk = orders[orders["id"] == "orders_uk"].groupby(["day", "weekday"])["count"].sum().reset_index()
    smooth = uk["count"] / uk.groupby("weekday")["count"].transform("mean")
    around = smooth / smooth.rolling(29, center=True, min_periods=10).mean()
    assert around.std() == pytest.approx(aggregate["busy_day_cv"], rel=0.25)


def test_contacts_follow_orders_at_the_stated_rate(
    settings: dict[str, Any], history: pd.DataFrame, orders: pd.DataFrame
) -> None:
    """Deferred queues take contacts at any hour, so their sums are rate times orders (the delay shifts a little at the edges)."""
    for market in settings["markets"]:
        ordered = orders.loc[orders["id"] == f"orders_{market['id']}", "count"].sum()
        for channel, share in market["contacts"].items():
            if channel in ("voice", "chat"):
                continue
            came = history.loc[history["id"] == f"{market['id']}_{channel}", "count"].sum()
            assert came == pytest.approx(ordered * settings["contacts"]["per_order"] * share, rel=0.04), (market["id"], channel)


def test_every_reason_is_a_share_and_every_delay_sums_to_one(draw_history: ModuleType, settings: dict[str, Any]) -> None:
    reasons = settings["contacts"]["reasons"]
    assert sum(r["share"] for r in reasons) == pytest.approx(1)
    assert all(sum(r["delay_days"]) == pytest.approx(1) for r in reasons)
    assert draw_history.delay_curve(reasons).sum() == pytest.approx(1)
    orders = settings["orders"]
    assert orders["measured_share"] + orders["evening_share"] + orders["night_share"] == pytest.approx(1)
    assert all(sum(m["contacts"].values()) == pytest.approx(0.82 if m["id"] == "nl" else 1) for m in settings["markets"])


def test_the_new_marketplace_has_no_history_and_the_shops_delay(
    draw_history: ModuleType, settings: dict[str, Any], account: dict[str, Any], history: pd.DataFrame, orders: pd.DataFrame
) -> None:
    new = next(q for q in account["queues"] if q["id"] == "nl_marketplace")
    assert "nl_marketplace" not in set(history["id"])
    assert new["volume"]["driver"] in set(orders["id"])
    dutch = next(m for m in settings["markets"] if m["id"] == "nl")
    rest = 1 - sum(dutch["contacts"].values())
    assert new["volume"]["rate"] == pytest.approx(settings["contacts"]["per_order"] * rest)
    assert new["volume"]["delay_days"] == pytest.approx(draw_history.delay_curve(settings["contacts"]["reasons"]), abs=1e-9)


def test_every_other_queue_of_the_account_has_its_own_26_weeks(account: dict[str, Any], history: pd.DataFrame) -> None:
    queues = {q["id"] for q in account["queues"]} - {"nl_marketplace"}
    assert set(history["id"]) == queues
    by_queue = history.groupby("id")["day"]
    assert set(by_queue.min()) == {"2026-05-04"}
    assert set(by_queue.max()) == {"2026-11-01"}
    assert set(by_queue.nunique()) == {182}


def test_draw_and_account_tell_the_same_clocks_and_hours(settings: dict[str, Any], account: dict[str, Any]) -> None:
    markets = {m["id"]: m for m in account["markets"]}
    assert [m["id"] for m in settings["markets"]] == list(markets)
    for market in settings["markets"]:
        assert market["zone"] == markets[market["id"]]["zone"]
        assert market.get("live", "24/7") == markets[market["id"]]["open"]


def test_public_holidays_are_those_of_each_country(settings: dict[str, Any], history: pd.DataFrame) -> None:
    first, last = history["day"].min(), history["day"].max()
    for market in settings["markets"]:
        country, region = COUNTRIES[market["id"]]
        known = sorted(d for d in holidays.country_holidays(country, subdiv=region, years=2026) if first <= str(d) <= last)
        assert market["public_holidays"] == known, market["id"]


def test_live_lines_ring_only_in_opening_hours_and_keep_sunday_hours_on_holidays(history: pd.DataFrame) -> None:
    french = history[history["id"] == "fr_voice"]
    assert set(french.loc[french["day"] == "2026-07-14", "slot"]) == {
        f"{h:02d}:{m}" for h in range(10, 18) for m in ("00", "30")
    }
    assert french.loc[french["day"] == "2026-07-15", "slot"].agg(["min", "max", "size"]).tolist() == ["08:00", "19:30", 24]
    assert (history[history["id"] == "uk_voice"].groupby("day").size().drop("2026-10-25") == 48).all()


def test_the_night_of_the_clock_change_has_fifty_half_hours(history: pd.DataFrame) -> None:
    night = history[(history["id"] == "uk_voice") & (history["day"] == "2026-10-25")]
    assert len(night) == 50
    assert night["start"].is_unique
    assert sorted(night.loc[night["slot"] == "01:00", "start"].str[19:]) == ["+00:00", "+01:00"]
