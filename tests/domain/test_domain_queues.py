"""Opening hours on the market's clock, public holidays, and queues that check themselves."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from planner.domain.grid import TimeGrid
from planner.domain.queues import (
    Channel,
    HolidayPolicy,
    Market,
    OpeningHours,
    OpenSpan,
    Queue,
    Volume,
    VolumeSource,
    open_intervals,
)
from planner.domain.targets import DeferredTarget, LiveTarget

ALWAYS = OpeningHours(tuple(OpenSpan(d, 0, 1440) for d in range(7)))
OFFICE = OpeningHours((*tuple(OpenSpan(d, 480, 1200) for d in range(5)), OpenSpan(6, 600, 720)))


def market(zone: str = "Europe/Lisbon", opening: OpeningHours = ALWAYS, holidays: tuple[tuple[date, str], ...] = ()) -> Market:
    return Market(id="m", country="PT", zone=zone, language="pt", opening=opening, holidays=holidays)


def queue(opening: OpeningHours = ALWAYS, **changes: object) -> Queue:
    fields: dict[str, object] = {
        "id": "q",
        "market": "m",
        "language": "pt",
        "channel": Channel.VOICE,
        "aht_s": 240.0,
        "opening": opening,
        "target": LiveTarget(level=0.8, within_s=20),
    }
    return Queue(**(fields | changes))  # type: ignore[arg-type]


def mask(opening: OpeningHours, zone: str, start: date, days: int, holidays: frozenset[date] = frozenset()) -> np.ndarray:
    grid = TimeGrid.for_days(zone=zone, start=start, days=days, interval_s=900)
    return opening.mask(grid.clock(zone), holidays)


@pytest.mark.parametrize("zone", ["Europe/Lisbon", "America/New_York", "Australia/Sydney", "Asia/Kolkata", "Asia/Kathmandu"])
def test_office_hours_are_the_markets_own(zone: str) -> None:
    grid = TimeGrid.for_days(zone="UTC", start=date(2026, 6, 1), days=14, interval_s=900)
    inside = OFFICE.mask(grid.clock(zone), frozenset())
    for t, when in enumerate(grid.starts()):
        local = when.astimezone(__import__("zoneinfo").ZoneInfo(zone))
        minute = local.hour * 60 + local.minute
        expected = (480 <= minute < 1200) if local.weekday() < 5 else (600 <= minute < 720 if local.weekday() == 6 else False)
        assert inside[t] == expected


@pytest.mark.parametrize(
    ("zone", "sunday", "hours"),
    [
        ("Europe/Lisbon", date(2026, 3, 29), 23),
        ("Europe/Lisbon", date(2026, 10, 25), 25),
        ("Australia/Sydney", date(2026, 10, 4), 23),
        ("Australia/Sydney", date(2026, 4, 5), 25),
        ("America/New_York", date(2026, 11, 1), 25),
    ],
)
def test_around_the_clock_means_every_hour_of_a_clock_change_day(zone: str, sunday: date, hours: int) -> None:
    assert mask(ALWAYS, zone, sunday, 1).sum() == hours * 4


def test_an_overnight_span_covers_the_repeated_hour() -> None:
    night = OpeningHours((OpenSpan(5, 22 * 60, 1440), OpenSpan(6, 0, 6 * 60)))  # Saturday 22:00 to Sunday 06:00
    assert mask(night, "Europe/Lisbon", date(2026, 10, 24), 2).sum() == 9 * 4
    assert mask(night, "Europe/Lisbon", date(2026, 3, 28), 2).sum() == 7 * 4
    assert mask(night, "Europe/Lisbon", date(2026, 6, 6), 2).sum() == 8 * 4


def test_holiday_policies_leave_close_or_make_a_sunday_of_the_day() -> None:
    monday = date(2026, 6, 8)
    holidays = frozenset({monday})
    by_policy = {p: mask(OpeningHours(OFFICE.spans, p), "Europe/Lisbon", monday, 2, holidays) for p in HolidayPolicy}
    tuesday = 96
    assert by_policy[HolidayPolicy.OPEN][:tuesday].sum() == 12 * 4
    assert by_policy[HolidayPolicy.CLOSED][:tuesday].sum() == 0
    assert by_policy[HolidayPolicy.SUNDAY][:tuesday].sum() == 2 * 4
    for open_there in by_policy.values():
        assert open_there[tuesday:].sum() == 12 * 4


def test_a_holiday_is_a_day_of_the_markets_clock_not_of_utc() -> None:
    closed = OpeningHours(ALWAYS.spans, HolidayPolicy.CLOSED)
    grid = TimeGrid.for_days(zone="UTC", start=date(2026, 1, 25), days=3, interval_s=900)
    sydney = market("Australia/Sydney", closed, ((date(2026, 1, 26), "Australia Day"),))
    shut = np.flatnonzero(~open_intervals(queue(closed), sydney, grid))
    assert list(grid.starts())[shut[0]].hour == 13  # 00:00 in Sydney is 13:00 UTC of the day before
    assert len(shut) == 96


spans = st.lists(
    st.tuples(st.integers(0, 6), st.integers(0, 1439), st.integers(1, 1440))
    .filter(lambda s: s[1] < s[2])
    .map(lambda s: OpenSpan(*s)),
    max_size=8,
)


@settings(deadline=None)
@given(first=spans, second=spans)
def test_hours_written_together_are_the_union_of_hours_written_apart(first: list[OpenSpan], second: list[OpenSpan]) -> None:
    together = mask(OpeningHours((*first, *second)), "Asia/Kathmandu", date(2026, 2, 2), 7)
    apart = [mask(OpeningHours(tuple(s)), "Asia/Kathmandu", date(2026, 2, 2), 7) for s in (first, second)]
    assert (together == (apart[0] | apart[1])).all()


@settings(deadline=None)
@given(spans=spans, day=st.dates(min_value=date(2026, 1, 1), max_value=date(2026, 12, 20)))
def test_closing_on_holidays_only_ever_takes_hours_away(spans: list[OpenSpan], day: date) -> None:
    usual = mask(OpeningHours(tuple(spans)), "Europe/Lisbon", day, 7)
    closed = mask(OpeningHours(tuple(spans), HolidayPolicy.CLOSED), "Europe/Lisbon", day, 7, frozenset({day}))
    assert not (closed & ~usual).any()


@pytest.mark.parametrize("span", [(7, 0, 60), (-1, 0, 60), (0, 60, 60), (0, -5, 60), (0, 0, 1441)])
def test_a_span_outside_the_week_is_refused(span: tuple[int, int, int]) -> None:
    with pytest.raises(ValueError, match="opening span"):
        OpenSpan(*span)


def test_only_voice_and_chat_are_live() -> None:
    assert [c for c in Channel if c.live] == [Channel.VOICE, Channel.CHAT]


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"aht_s": 0.0}, "aht_s"),
        ({"aht_s": float("nan")}, "aht_s"),
        ({"aht_s": float("inf")}, "aht_s"),
        ({"patience_s": 0.0}, "nobody gives up"),
        ({"concurrency": 0}, "concurrency"),
        ({"concurrency": 2}, "only chat"),
        ({"channel": Channel.EMAIL}, "DeferredTarget"),
        ({"target": DeferredTarget(level=0.9, within_s=86400)}, "LiveTarget"),
    ],
)
def test_a_queue_refuses_what_it_cannot_be(changes: dict[str, object], says: str) -> None:
    with pytest.raises(ValueError, match=says):
        queue(**changes)


def test_chat_may_hold_several_contacts_at_once() -> None:
    assert queue(channel=Channel.CHAT, concurrency=3).concurrency == 3


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"scale": 0.0}, "scale"),
        ({"source": VolumeSource.DRIVER, "rate": 0.1}, "name the driver"),
        ({"source": VolumeSource.DRIVER, "driver": "orders"}, "rate"),
        ({"source": VolumeSource.DRIVER, "driver": "orders", "rate": 0.1, "delay_days": (0.5, 0.4)}, "sum to 1"),
        ({"source": VolumeSource.DRIVER, "driver": "orders", "rate": 0.1, "delay_days": (1.5, -0.5)}, "sum to 1"),
    ],
)
def test_a_volume_refuses_what_it_cannot_be(changes: dict[str, object], says: str) -> None:
    with pytest.raises(ValueError, match=says):
        Volume(**changes)  # type: ignore[arg-type]


def test_holiday_dates_are_the_days_without_their_names() -> None:
    assert market(holidays=((date(2026, 6, 10), "Portugal Day"),)).holiday_dates == frozenset({date(2026, 6, 10)})
