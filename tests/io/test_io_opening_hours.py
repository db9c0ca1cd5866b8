"""Opening hours as people write them."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from planner.domain.queues import OpenSpan
from planner.io.settings.clock_times import DAYS, clock_text, minute_of_day, opening_spans


@pytest.mark.parametrize(
    ("rules", "spans"),
    [
        (["Mon 08:00-20:00"], [(0, 480, 1200)]),
        (["Fri 22:00-02:00"], [(4, 1320, 1440), (5, 0, 120)]),
        (["Sun 22:00-06:00"], [(0, 0, 360), (6, 1320, 1440)]),
        (["Sat,Sun 9:00-17:00"], [(5, 540, 1020), (6, 540, 1020)]),
        (["Sat-Mon 10:00-11:00"], [(0, 600, 660), (5, 600, 660), (6, 600, 660)]),
        (["mon 00:00-24:00"], [(0, 0, 1440)]),
        (["Mon 22:00-00:00"], [(0, 1320, 1440)]),
        (["Mon 08:00-12:00", "Mon 12:00-16:00", "Mon 15:00-17:00"], [(0, 480, 1020)]),
        (["Mon 08:00-12:00", "Mon 13:00-16:00"], [(0, 480, 720), (0, 780, 960)]),
        (["24/7"], [(d, 0, 1440) for d in range(7)]),
        (["24/7", "Mon 08:00-12:00"], [(d, 0, 1440) for d in range(7)]),
    ],
)
def test_rules_are_read_as_weekly_spans(rules: list[str], spans: list[tuple[int, int, int]]) -> None:
    assert opening_spans(rules) == tuple(OpenSpan(*s) for s in spans)


@pytest.mark.parametrize(
    ("rules", "message"),
    [
        ([], "is closed all week"),
        (["weekdays 08:00-20:00"], 'days must be Mon, Tue, Wed, Thu, Fri, Sat, Sun, got "weekdays"'),
        (["Mon-Fri 8-20"], 'must be a time of day "HH:MM"'),
        (["Mon-Fri 08:00-25:00"], '00:00 to 24:00, got "25:00"'),
        (["Mon-Fri 24:00-08:00"], '00:00 to 23:59, got "24:00"'),
        (["Mon-Fri 08:60-20:00"], 'got "08:60"'),
        (["Mon-Fri"], 'cannot be read: "Mon-Fri"'),
        (["Mon 08:00-08:00"], "ends when it starts; a whole day is 00:00-24:00"),
        (["Mon 08:00 - 20:00"], "cannot be read"),
    ],
)
def test_rules_that_cannot_be_read_are_named(rules: list[str], message: str) -> None:
    with pytest.raises(ValueError, match=re.escape(message)):
        opening_spans(rules)


@given(day=st.integers(0, 6), start=st.integers(0, 1439), length=st.integers(1, 1439))
def test_a_rule_is_open_for_exactly_its_minutes(day: int, start: int, length: int) -> None:
    end = (start + length) % 1440
    spans = opening_spans([f"{DAYS[day]} {clock_text(start)}-{clock_text(end)}"])
    minutes = {(s.weekday * 1440 + m) % 10_080 for s in spans for m in range(s.from_min, s.to_min)}
    assert minutes == {(day * 1440 + start + m) % 10_080 for m in range(length)}


@given(minute=st.integers(0, 1439))
def test_a_time_of_day_is_read_back(minute: int) -> None:
    assert minute_of_day(clock_text(minute)) == minute
