"""Clocks as an account writes them: presets and their changes, rolling windows, and every mistake told at once."""

from datetime import date
from typing import Any

import numpy as np
import pytest
from small_accounts import _series, small_settings

from planner.domain.clocks import DayRule, HolidayMode, HourRule
from planner.domain.history import Tables
from planner.domain.targets import DeferredTarget, Window
from planner.errors import DataError
from planner.io import account_from
from planner.io.merge import merged


def settings_with(target: dict[str, Any], **queue: Any) -> tuple[dict[str, Any], Any]:
    raw, _ = small_settings(5)
    start = date(2026, 12, 20)
    raw["horizon"] = {"zone": "Europe/Berlin", "start": start, "days": 7, "interval_min": 30}
    raw["markets"] = [{"id": "de", "country": "DE", "zone": "Europe/Berlin", "language": "de", "open": "24/7"}]
    raw["queues"] = [
        {"id": "mail", "market": "de", "channel": "email", "aht_s": 300.0, "target": target, **queue},
    ]
    raw["queues"][0]["volume"] = {"source": "driver", "driver": "orders", "rate": 0.2}
    raw["groups"] = [{"id": "g", "site": raw["sites"][0]["id"], "languages": ["de"], "channels": ["email"]}]
    raw["contract"] = {}
    raw.pop("events", None)
    orders = _series(np.random.default_rng(1), "orders", "Europe/Berlin", start, peak_per_h=30.0)
    return raw, Tables(history=(), drivers=(orders,))


def target_of(target: dict[str, Any], **queue: Any) -> DeferredTarget:
    found = account_from(*settings_with(target, **queue)).queues[0].target
    assert isinstance(found, DeferredTarget)
    return found


def problems_of(target: dict[str, Any], **queue: Any) -> list[str]:
    with pytest.raises(DataError) as caught:
        account_from(*settings_with(target, **queue))
    return [f"{p.message}; {p.remedy}" for p in caught.value.problems]


def test_plain_hours_have_no_clock_of_their_own() -> None:
    found = target_of({"level": 0.9, "within_h": 24})
    assert found == DeferredTarget(level=0.9, within_s=86_400.0)


def test_a_preset_brings_its_clock_share_and_window_along() -> None:
    found = target_of({"clock": "amazon_24h"})
    assert found.clock is not None
    assert (found.level, found.window, found.rolling_days, found.within_s) == (0.9, Window.ROLLING, 30, 86_400.0)
    assert (found.clock.preset, found.clock.edited, found.clock.verified) == ("amazon_24h", False, True)
    weekly = target_of({"clock": "amazon_24h", "level": 0.95, "window": "week"})
    assert (weekly.level, weekly.window, weekly.rolling_days) == (0.95, Window.WEEK, None)


def test_a_preset_is_changed_by_keys_beside_it() -> None:
    found = target_of({"clock": {"preset": "mercado_libre_8h", "hours": 6, "counted": "Mon-Fri 09:00-18:00"}, "level": 0.9})
    assert found.clock is not None
    assert isinstance(found.clock.rule, HourRule)
    assert (found.clock.rule.hours, len(found.clock.rule.spans), found.clock.edited) == (6.0, 5, True)


def test_days_with_cut_off_and_holiday_mode() -> None:
    found = target_of(
        {
            "level": 0.9,
            "clock": {"days": 1, "cut_off": "14:00", "due_by": "17:00", "counted_days": "Mon-Sat", "auto_reply_stops": True},
            "auto_reply_share": 0.3,
            "holiday_mode": [{"from": date(2026, 12, 24), "to": date(2026, 12, 26)}],
        }
    )
    assert found.clock is not None
    assert found.clock.rule == DayRule(days=1, cut_off_min=840, due_min=1020, weekdays=(0, 1, 2, 3, 4, 5))
    assert found.clock.holiday_mode is HolidayMode.STOPS
    assert found.answered_at_once == 0.3


def test_rolling_windows_take_what_was_measured_before() -> None:
    rows = [{"from": date(2026, 11, 20), "to": date(2026, 12, 19), "counted": 412, "within": 398}]
    found = target_of({"level": 0.9, "within_h": 24, "window": "rolling", "rolling_days": 30, "to_date": rows})
    assert found.rolling_days == 30
    assert found.to_date[0].within == 398


@pytest.mark.parametrize(
    ("target", "queue", "said"),
    [
        ({"clock": "amazn_24h"}, {}, 'preset "amazn_24h" is not known; did you mean amazon_24h'),
        ({"clock": "ebay_message_24h"}, {}, "level is missing"),
        ({"level": 0.9, "within_h": 12, "clock": "amazon_24h"}, {}, "within_h and clock are both given"),
        ({"level": 0.9, "clock": {}}, {}, "says neither hours nor days nor a preset"),
        ({"level": 0.9, "clock": {"hours": 2, "days": 1}}, {}, "keep one kind"),
        ({"level": 0.9, "clock": {"preset": "amazon_24h", "days": 1}}, {}, "preset amazon_24h counts hours"),
        ({"level": 0.9, "clock": {"hours": 8, "counted": []}}, {}, "is empty: no hour counts"),
        ({"level": 0.9, "clock": {"days": 2, "counted_days": ""}}, {}, "days must be Mon, Tue"),
        ({"level": 0.9, "clock": {"days": 0, "cut_off": "19:00", "due_by": "18:00"}}, {}, "comes before cut_off"),
        ({"level": 0.9, "clock": "lazada_same_day"}, {"open": "Mon-Sun 08:00-17:00"}, "the queue is closed between"),
        ({"level": 0.9, "clock": {"days": 2, "cut_off": "20:00"}}, {"open": "Mon-Fri 08:00-17:00"}, "outside the queue's opening hours"),
        ({"level": 0.9, "within_h": 24, "auto_reply_share": 1.2}, {}, "auto_reply_share"),
        ({"level": 0.9, "within_h": 24, "window": "rolling"}, {}, "rolling_days is not given"),
        ({"level": 0.9, "within_h": 24, "window": "week", "rolling_days": 7}, {}, "rolling_days is given, but the window is"),
        (
            {"clock": "amazon_24h", "holiday_mode": [{"from": date(2026, 12, 24), "to": date(2026, 12, 26)}]},
            {},
            "runs on in holiday mode",
        ),
        (
            {"level": 0.9, "within_h": 24, "holiday_mode": [{"from": date(2026, 12, 20), "to": date(2090, 12, 26)}]},
            {},
            "never runs out",
        ),
        (
            {"clock": "amazon_24h", "to_date": [{"from": date(2026, 12, 1), "to": date(2026, 12, 21), "counted": 5, "within": 5}]},
            {},
            "into the horizon",
        ),
        (
            {"clock": "amazon_24h", "to_date": [{"from": date(2026, 12, 1), "counted": 5, "within": 6}]},
            {},
            "6 contacts within of 5 counted",
        ),
    ],
)  # fmt: skip
def test_every_mistake_is_told_with_its_remedy(target, queue, said) -> None:
    found = problems_of(target, **queue)
    assert any(said in text for text in found), found


def test_several_mistakes_of_one_target_are_told_at_once() -> None:
    found = problems_of(
        {
            "clock": {"days": 0, "cut_off": "19:00", "due_by": "18:00"},
            "to_date": [{"from": date(2026, 12, 1), "counted": 5, "within": 6}],
            "holiday_mode": [{"from": date(2026, 12, 26), "to": date(2026, 12, 24)}],
        }
    )
    assert len(found) == 3


def test_live_queues_and_clauses_take_no_clock_and_no_rolling_window() -> None:
    raw, tables = settings_with({"level": 0.9, "within_s": 20, "clock": "amazon_24h", "window": "rolling"}, channel="voice")
    raw["groups"][0]["channels"] = ["voice"]
    with pytest.raises(DataError, match="for work that can wait only"):
        account_from(raw, tables)


def test_an_override_changes_a_preset_or_replaces_it() -> None:
    base = {"target": {"clock": "amazon_24h"}}
    assert merged(base, {"target": {"clock": {"hours": 12}}})["target"]["clock"] == {"preset": "amazon_24h", "hours": 12}
    assert merged(base, {"target": {"within_h": 12}})["target"] == {"within_h": 12}
    changed = {"target": {"clock": {"preset": "amazon_24h", "hours": 12}}}
    assert merged(changed, {"target": {"clock": {"preset": "walmart_48h"}}})["target"]["clock"] == {"preset": "walmart_48h"}
