"""Every preset has a rule, a source or the mark that it is believed, and words; the facts are those of their pages."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import numpy as np
import pytest

from planner.domain.clock_words import origin, rule_in_full
from planner.domain.clocks import Calendar, HolidayMode
from planner.reference import clock_preset, clock_presets, describe_clocks


def test_every_preset_is_dated_and_sourced_or_marked_as_unverified() -> None:
    presets = clock_presets()
    assert len({preset.id for preset in presets}) == len(presets)
    for preset in presets:
        assert preset.read == "2026"
        assert preset.source.startswith("https://") or not preset.verified, preset.id
        assert preset.source_type or not preset.verified
        assert preset.level is None or 0 < preset.level < 1
        assert ("UNVERIFIED" in origin(preset.clock())) is not preset.verified
        assert preset.id in describe_clocks()


def test_every_platform_asked_for_has_a_preset() -> None:
    named = {preset.platform for preset in clock_presets()}
    assert named >= {
        "Amazon",
        "Walmart",
        "eBay",
        "Shopee",
        "Lazada",
        "TikTok Shop",
        "Mercado Libre",
        "AliExpress",
        "Shopify",
        "own site",
    }


@pytest.mark.parametrize(
    ("id", "zone", "arrival", "expected"),
    [
        ("amazon_24h", "Europe/Berlin", "2026-12-24 18:00", "2026-12-25 18:00"),
        ("walmart_48h", "America/Chicago", "2026-10-31 18:00", "2026-11-02 17:00"),
        ("ebay_case_3_business_days", "Europe/London", "2026-12-23 12:00", "2026-12-31 00:00"),
        ("lazada_mall_same_day", "Asia/Manila", "2026-11-10 18:01", "2026-11-11 19:00"),
        ("tiktok_weekend_12h", "Asia/Bangkok", "2026-11-14 09:00", "2026-11-16 12:00"),
        ("mercado_libre_8h", "America/Argentina/Buenos_Aires", "2026-11-10 19:00", "2026-11-11 14:00"),
    ],
)
def test_presets_tell_the_due_time_their_source_means(id, zone, arrival, expected) -> None:
    calendar = Calendar(zone=zone, holidays=frozenset({date(2026, 12, 25), date(2026, 12, 28)}))
    at = datetime.fromisoformat(arrival).replace(tzinfo=ZoneInfo(zone))
    (due,) = clock_preset(id).clock().due_utc_s(np.array([int(at.timestamp())]), calendar).tolist()
    assert datetime.fromtimestamp(due, UTC).astimezone(ZoneInfo(zone)).strftime("%Y-%m-%d %H:%M") == expected


def test_amazon_has_no_holiday_mode_and_tiktok_leaves_it_out_of_the_measure() -> None:
    assert clock_preset("amazon_24h").holiday_mode is HolidayMode.RUNS
    assert clock_preset("tiktok_12h").holiday_mode is HolidayMode.NOT_COUNTED
    assert not any(preset.auto_reply_stops for preset in clock_presets())


def test_rules_are_told_in_words() -> None:
    assert rule_in_full(clock_preset("amazon_24h").rule) == "24 h on the wall clock"
    assert rule_in_full(clock_preset("mercado_libre_8h").rule) == "8 h counted Mon-Sun 08:00-21:00"
    assert rule_in_full(clock_preset("ebay_case_3_business_days").rule) == (
        "end of the 3rd counted day after arrival (Mon-Fri, no public holidays)"
    )
    assert rule_in_full(clock_preset("lazada_same_day").rule) == (
        "in by 18:00, due at 19:00 the same day (Mon-Sun, no public holidays)"
    )
