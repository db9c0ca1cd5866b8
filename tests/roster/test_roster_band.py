"""Starts within a band: dealt to anonymous people steadily, and free of cost to named ones."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from planner.domain.shifts import Shift
from planner.roster.places import hours_apart, hours_outside
from planner.shifts.turns import turns

DAY = date(2026, 3, 2)


def shift(day: int, start: int, heads: int) -> Shift:
    at = datetime(2026, 3, 2 + day, start, tzinfo=UTC)
    return Shift(
        id=f"{day}.{start}",
        site="here",
        group="team",
        pattern=f"four-{start:02d}00",
        date=DAY + timedelta(days=day),
        start_utc=at,
        end_utc=at + timedelta(hours=4),
        breaks=(),
        heads=heads,
        tour="four-0800+120",
    )


@given(heads=st.lists(st.tuples(*[st.integers(0, 2)] * 3), min_size=1, max_size=9), more=st.integers(0, 3))
def test_turns_are_as_even_with_starts_that_vary_and_earlier_starts_go_to_those_who_come_first(
    heads: list[tuple[int, int, int]], more: int
) -> None:
    rows = [shift(day, 8 + n, count) for day, own in enumerate(heads) for n, count in reversed(list(enumerate(own))) if count]
    agents = max(sum(own) for own in heads) + more
    if not agents:
        return
    taken, crowded = turns(agents, rows)
    plain, _ = turns(agents, [shift(day, 8, sum(own)) for day, own in enumerate(heads) if sum(own)])
    assert not crowded
    assert sorted((who, one.date) for who, one in taken) == sorted((who, one.date) for who, one in plain)
    for day, own in enumerate(heads):
        today = sorted((who, one.start_utc.hour) for who, one in taken if one.date == DAY + timedelta(days=day))
        assert [hour for _, hour in today] == sorted(hour for _, hour in today)
        assert len(today) == sum(own)


@given(home=st.integers(0, 1439), band=st.integers(0, 720), start=st.integers(0, 1439))
def test_hours_outside_a_band_are_none_inside_it_and_else_to_its_nearer_end(home: int, band: int, start: int) -> None:
    apart = hours_outside(home, band, start)
    assert hours_outside(home, 0, start) == hours_apart(home, start)
    assert (apart == 0) == ((start - home) % 1440 <= band)
    assert apart <= hours_apart(home, start)
    assert hours_outside(home, min(720, band + 60), start) <= apart
