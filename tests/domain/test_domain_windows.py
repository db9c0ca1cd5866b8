"""Windows on the market's clock: Mondays, months, days of 23 and 25 hours, edges said to be partial (C13)."""

from __future__ import annotations

import itertools
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from planner.domain.grid import TimeGrid
from planner.domain.targets import Window
from planner.domain.windows import labels, share_inside, stretches

ZONES = ["Europe/Lisbon", "America/New_York", "Australia/Sydney", "Asia/Kolkata", "Asia/Kathmandu"]


def grid(zone: str, start: date, days: int, interval_s: int = 900) -> TimeGrid:
    return TimeGrid.for_days(zone=zone, start=start, days=days, interval_s=interval_s)


@settings(deadline=None)
@given(
    zone=st.sampled_from(ZONES),
    home=st.sampled_from(ZONES),
    start=st.dates(date(2026, 1, 1), date(2026, 12, 20)),
    days=st.integers(1, 40),
)
def test_intervals_share_a_window_exactly_when_they_share_its_local_date(zone: str, home: str, start: date, days: int) -> None:
    g = grid(home, start, days, 3600)
    local = [when.astimezone(ZoneInfo(zone)) for when in g.starts()]
    keys = {
        Window.DAY: [x.date() for x in local],
        Window.WEEK: [x.isocalendar()[:2] for x in local],
        Window.MONTH: [(x.year, x.month) for x in local],
        Window.CONTRACT: [0 for _ in local],
        Window.INTERVAL: list(range(g.size)),
    }
    for window, expected in keys.items():
        found = labels(window, zone, g).tolist()
        assert found == sorted(found)
        changes = [a != b for a, b in itertools.pairwise(found)]
        assert changes == [a != b for a, b in itertools.pairwise(expected)]


def test_the_same_local_week_carries_the_same_number_everywhere() -> None:
    g = grid("UTC", date(2026, 11, 9), 7)
    for zone in ZONES:
        monday = np.flatnonzero(
            (g.clock(zone).weekday == 0) & (g.clock(zone).day == (date(2026, 11, 9) - date(1970, 1, 1)).days)
        )
        assert set(labels(Window.WEEK, zone, g)[monday]) == {(date(2026, 11, 9) - date(1970, 1, 5)).days // 7 + 1}


@pytest.mark.parametrize(
    ("zone", "start", "hours"),
    [
        ("Europe/Lisbon", date(2026, 10, 25), 25),
        ("Australia/Sydney", date(2026, 10, 4), 23),
        ("America/New_York", date(2026, 3, 8), 23),
    ],
)
def test_the_day_of_a_clock_change_is_one_whole_window(zone: str, start: date, hours: int) -> None:
    g = grid(zone, start, 1)
    (day,) = stretches(Window.DAY, zone, g)
    assert not day.partial
    assert (labels(Window.DAY, zone, g) == day.label).sum() == hours * 4


def test_days_cut_by_another_zones_horizon_are_partial() -> None:
    g = grid("Europe/Lisbon", date(2026, 11, 9), 2)
    found = list(stretches(Window.DAY, "Asia/Kathmandu", g))
    assert [s.partial for s in found] == [True, False, True]
    assert found[1].start_utc == datetime(2026, 11, 9, 18, 15, tzinfo=UTC)
    assert [s.partial for s in stretches(Window.DAY, "Europe/Lisbon", g)] == [False, False]


def test_a_week_is_whole_from_monday_to_sunday_only() -> None:
    assert [s.partial for s in stretches(Window.WEEK, "Europe/Lisbon", grid("Europe/Lisbon", date(2026, 11, 9), 7))] == [False]
    assert [s.partial for s in stretches(Window.WEEK, "Europe/Lisbon", grid("Europe/Lisbon", date(2026, 11, 10), 14))] == [
        True,
        False,
        True,
    ]
    assert [s.partial for s in stretches(Window.WEEK, "Europe/Lisbon", grid("Europe/Lisbon", date(2026, 11, 9), 1))] == [True]


def test_months_are_whole_from_the_first_to_the_last() -> None:
    g = grid("Asia/Kolkata", date(2026, 1, 31), 30)
    found = list(stretches(Window.MONTH, "Asia/Kolkata", g))
    assert [s.partial for s in found] == [True, False, True]
    assert found[1].start_utc == datetime(2026, 1, 31, 18, 30, tzinfo=UTC)


def test_contract_and_intervals_are_never_called_partial() -> None:
    g = grid("Europe/Lisbon", date(2026, 11, 11), 1)
    assert [s.partial for s in stretches(Window.CONTRACT, "Asia/Kolkata", g)] == [False]
    assert len(list(stretches(Window.INTERVAL, "Asia/Kolkata", g))) == 96


def test_shares_of_a_window_inside_horizons_one_after_another_add_up_to_one() -> None:
    zones = ("Europe/London", "America/New_York")  # clocks go back on 25 October there, on 1 November here
    grids = [
        TimeGrid.for_days(zone="Europe/London", start=date(2026, 10, 19) + timedelta(days=4 * n), days=4, interval_s=3600)
        for n in range(8)
    ]
    for window in (Window.DAY, Window.WEEK):
        (label,) = {int(n) for n in labels(window, "Europe/London", grids[2])[:1]}
        found = [share_inside(window, label, zones, grid) for grid in grids]
        assert sum(found) == pytest.approx(1)
        assert all(0 <= share <= 1 for share in found)
    assert share_inside(Window.CONTRACT, 0, zones, grids[0]) == 1
