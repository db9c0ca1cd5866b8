"""The UTC grid and the wall clocks along it: days of 23, 24 and 25 hours, half-hour and 45-minute zones (C1)."""

from __future__ import annotations

import itertools
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from planner.domain.grid import INTERVALS_S, TimeGrid, local_clock, offsets_s, to_utc, utc_seconds, zone_info

ZONES = (
    "Europe/Lisbon",
    "America/New_York",
    "Australia/Sydney",
    "Asia/Kolkata",
    "Asia/Kathmandu",
    "Australia/Lord_Howe",
    "Pacific/Chatham",
    "America/Bogota",
    "Asia/Manila",
    "Africa/Cairo",
    "UTC",
)
days = st.dates(min_value=date(2002, 1, 1), max_value=date(2032, 12, 31))

CLOCK_CHANGES = [
    ("Europe/Lisbon", date(2026, 3, 29), 23),
    ("Europe/Lisbon", date(2026, 10, 25), 25),
    ("America/New_York", date(2026, 3, 8), 23),
    ("America/New_York", date(2026, 11, 1), 25),
    ("Australia/Sydney", date(2026, 10, 4), 23),
    ("Australia/Sydney", date(2026, 4, 5), 25),
    ("Asia/Kolkata", date(2026, 3, 29), 24),
    ("Asia/Kathmandu", date(2026, 10, 25), 24),
]


@pytest.mark.parametrize(("zone", "day", "hours"), CLOCK_CHANGES)
@pytest.mark.parametrize("interval_s", INTERVALS_S)
def test_a_local_day_has_as_many_hours_as_its_clock_says(zone: str, day: date, hours: int, interval_s: int) -> None:
    grid = TimeGrid.for_days(zone=zone, start=day, days=1, interval_s=interval_s)
    assert grid.size * interval_s == hours * 3600
    assert set(grid.clock(zone).dates()) == {day}


@pytest.mark.parametrize(("zone", "day", "hours"), CLOCK_CHANGES)
def test_the_week_of_a_clock_change_is_an_hour_longer_or_shorter(zone: str, day: date, hours: int) -> None:
    grid = TimeGrid.for_days(zone=zone, start=day - timedelta(days=3), days=7, interval_s=900)
    assert grid.size == (6 * 24 + hours) * 4
    per_day = np.unique(grid.clock(zone).day, return_counts=True)[1]
    assert per_day.tolist() == [96, 96, 96, hours * 4, 96, 96, 96]


def test_the_skipped_hour_is_on_no_clock_and_the_repeated_one_twice() -> None:
    spring = TimeGrid.for_days(zone="Europe/Lisbon", start=date(2026, 3, 29), days=1, interval_s=900)
    minutes = spring.clock("Europe/Lisbon").minute
    assert not ((minutes >= 60) & (minutes < 120)).any()
    autumn = TimeGrid.for_days(zone="Australia/Sydney", start=date(2026, 4, 5), days=1, interval_s=900)
    minutes = autumn.clock("Australia/Sydney").minute
    assert (minutes == 150).sum() == 2
    assert (minutes == 210).sum() == 1


def test_one_grid_carries_the_clocks_of_both_hemispheres_at_once() -> None:
    grid = TimeGrid.for_days(zone="Europe/London", start=date(2026, 10, 25), days=1, interval_s=3600)
    assert grid.size == 25
    sydney = grid.clock("Australia/Sydney")
    assert sydney.minute[0] == 10 * 60  # UTC+11 in their summer, while London still stands at UTC+1
    assert grid.clock("Asia/Kolkata").minute[0] == 4 * 60 + 30
    assert grid.clock("Asia/Kathmandu").minute[0] == 4 * 60 + 45


@pytest.mark.parametrize(("zone", "minutes"), [("Asia/Kolkata", 330), ("Asia/Kathmandu", 345), ("America/Bogota", -300)])
def test_zones_off_the_hour_keep_their_offset(zone: str, minutes: int) -> None:
    grid = TimeGrid.for_days(zone=zone, start=date(2026, 6, 1), days=2, interval_s=900)
    assert (offsets_s(zone, grid.epoch_s) == minutes * 60).all()
    assert grid.clock(zone).minute[0] == 0
    assert grid.start_utc == datetime(2026, 6, 1, tzinfo=UTC) - timedelta(minutes=minutes)


@settings(deadline=None)
@given(zone=st.sampled_from(ZONES), day=days, interval_s=st.sampled_from(INTERVALS_S))
def test_wall_clocks_agree_with_the_standard_library(zone: str, day: date, interval_s: int) -> None:
    grid = TimeGrid.for_days(zone="UTC", start=day, days=1, interval_s=interval_s)
    clock = grid.clock(zone)
    for t in range(0, grid.size, 7):
        local = (grid.start_utc + timedelta(seconds=t * interval_s)).astimezone(ZoneInfo(zone))
        assert date(1970, 1, 1) + timedelta(days=int(clock.day[t])) == local.date()
        assert (clock.weekday[t], clock.minute[t]) == (local.weekday(), local.hour * 60 + local.minute)


@settings(deadline=None)
@given(zone=st.sampled_from(ZONES), day=days, count=st.integers(1, 9))
def test_days_laid_end_to_end_make_the_whole(zone: str, day: date, count: int) -> None:
    whole = TimeGrid.for_days(zone=zone, start=day, days=count, interval_s=900)
    parts = [TimeGrid.for_days(zone=zone, start=day + timedelta(days=n), days=1, interval_s=900) for n in range(count)]
    assert whole.size == sum(p.size for p in parts)
    assert whole.end_utc == parts[-1].end_utc
    assert all(a.end_utc == b.start_utc for a, b in itertools.pairwise(parts))


@settings(deadline=None)
@given(zone=st.sampled_from(ZONES), day=days, minute=st.integers(0, 1439))
def test_a_wall_time_comes_back_from_utc_unless_it_was_skipped(zone: str, day: date, minute: int) -> None:
    found = to_utc(zone, day, minute)
    wall = datetime(day.year, day.month, day.day) + timedelta(minutes=minute)
    back = found.astimezone(ZoneInfo(zone)).replace(tzinfo=None)
    assert back == wall or back - wall in (timedelta(minutes=30), timedelta(hours=1))


def test_a_skipped_wall_time_moves_forward_and_a_repeated_one_means_the_first() -> None:
    assert to_utc("America/New_York", date(2026, 3, 8), 150) == datetime(2026, 3, 8, 7, 30, tzinfo=UTC)  # 02:30 -> 03:30 EDT
    assert to_utc("America/New_York", date(2026, 11, 1), 90) == datetime(2026, 11, 1, 5, 30, tzinfo=UTC)  # 01:30 EDT, not EST


def test_minutes_beyond_midnight_run_on_the_wall_clock_of_the_next_day() -> None:
    # 22:00 to 06:00 over the night the clocks go back in Lisbon lasts nine hours, in spring seven
    autumn = to_utc("Europe/Lisbon", date(2026, 10, 24), 30 * 60) - to_utc("Europe/Lisbon", date(2026, 10, 24), 22 * 60)
    spring = to_utc("Europe/Lisbon", date(2026, 3, 28), 30 * 60) - to_utc("Europe/Lisbon", date(2026, 3, 28), 22 * 60)
    assert (autumn, spring) == (timedelta(hours=9), timedelta(hours=7))


def test_position_and_starts_are_each_others_inverse() -> None:
    grid = TimeGrid.for_days(zone="Asia/Kathmandu", start=date(2026, 2, 1), days=1, interval_s=1800)
    starts = list(grid.starts())
    assert [grid.position(s) for s in starts] == list(range(grid.size))
    assert [utc_seconds(s) for s in starts] == grid.epoch_s.tolist()
    assert grid.position(grid.end_utc) == grid.size
    assert grid.position(starts[0] + timedelta(minutes=15)) == 0.5


def test_local_clock_of_instants_before_1970_counts_days_downwards() -> None:
    clock = local_clock("UTC", np.array([-1, 0], dtype=np.int64))
    assert clock.day.tolist() == [-1, 0]
    assert clock.weekday.tolist() == [2, 3]  # 1970-01-01 was a Thursday
    assert clock.minute.tolist() == [1439, 0]


@pytest.mark.parametrize("name", ["Europe/Lisboa", "", "../etc/passwd", "GMT+25", "Mars/Base"])
def test_an_unknown_zone_is_refused_by_name(name: str) -> None:
    with pytest.raises(ValueError, match="unknown time zone"):
        zone_info(name)


def test_a_grid_refuses_what_it_cannot_be() -> None:
    start = datetime(2026, 1, 1, tzinfo=UTC)
    with pytest.raises(ValueError, match="UTC"):
        TimeGrid(start_utc=datetime(2026, 1, 1), interval_s=900, size=4, zone="UTC")
    with pytest.raises(ValueError, match="UTC"):
        TimeGrid(start_utc=start.astimezone(ZoneInfo("Asia/Kolkata")), interval_s=900, size=4, zone="UTC")
    with pytest.raises(ValueError, match="5, 10, 15, 20, 30, 60"):
        TimeGrid(start_utc=start, interval_s=420, size=4, zone="UTC")
    with pytest.raises(ValueError, match="at least one"):
        TimeGrid(start_utc=start, interval_s=900, size=0, zone="UTC")
    with pytest.raises(ValueError, match="no UTC offset"):
        utc_seconds(datetime(2026, 1, 1))


def test_days_that_are_no_whole_number_of_intervals_are_refused() -> None:
    # Lord Howe moves its clocks by half an hour
    day = {"zone": "Australia/Lord_Howe", "start": date(2026, 10, 4), "days": 1}
    assert TimeGrid.for_days(**day, interval_s=1800).size == 47
    with pytest.raises(ValueError, match="no whole number of intervals of 60 minutes"):
        TimeGrid.for_days(**day, interval_s=3600)
