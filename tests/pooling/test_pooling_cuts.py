"""Cuts of simulated service: the program hires the cheapest people that hold every cut."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from planner.domain.shifts import Shift
from planner.domain.simulation import WindowKey
from planner.domain.targets import Window
from planner.pooling.cuts import MOST_ALIKE, Cut, cheapest
from planner.pooling.hires import Hire


def hire(group: str, cost: float) -> Hire:
    start = datetime(2026, 3, 4, 8, tzinfo=UTC)
    shift = Shift(
        id=f"{group}.day-0900.20260304.1",
        site="lisbon",
        group=group,
        pattern="day-0900",
        date=date(2026, 3, 4),
        start_utc=start,
        end_utc=start + timedelta(hours=4),
        breaks=(),
        heads=1,
    )
    return Hire(group=group, pattern="day-0900", work=(shift,), cost=cost)


def promise(name: str) -> WindowKey:
    return name, Window.DAY, date(2026, 3, 4), datetime(2026, 3, 4, tzinfo=UTC)


CHEAP, DEAR = hire("de", 40.0), hire("de_fr", 44.0)


def test_one_person_who_helps_two_promises_is_cheaper_than_two_who_help_one() -> None:
    french = hire("fr", 40.0)
    cuts = [
        Cut(promise=promise("german"), lack=0.02, at={}, gains={CHEAP: 0.03, DEAR: 0.025, french: 0.0}),
        Cut(promise=promise("french"), lack=0.02, at={}, gains={CHEAP: 0.0, DEAR: 0.025, french: 0.03}),
    ]
    assert cheapest(cuts) == {DEAR: 1}


def test_a_later_cut_counts_from_the_plan_it_was_seen_at() -> None:
    # two seemed enough; with two hired 0.01 is still short and one more brings 0.012
    cuts = [
        Cut(promise=promise("german"), lack=0.06, at={}, gains={CHEAP: 0.03}),
        Cut(promise=promise("german"), lack=0.01, at={CHEAP: 2}, gains={CHEAP: 0.012}),
    ]
    assert cheapest(cuts[:1]) == {CHEAP: 2}
    assert cheapest(cuts) == {CHEAP: 3}


def test_people_who_bring_nothing_are_not_hired_and_what_cannot_be_held_is_still_helped() -> None:
    assert cheapest([Cut(promise=promise("german"), lack=0.02, at={}, gains={CHEAP: 0.0, DEAR: -0.001})]) == {}
    assert cheapest([Cut(promise=promise("german"), lack=0.9, at={}, gains={CHEAP: 0.02})]) == {CHEAP: MOST_ALIKE}
    assert cheapest([]) == {}


def test_a_hire_first_tried_later_counts_in_earlier_cuts_of_its_promise() -> None:
    cuts = [
        Cut(promise=promise("german"), lack=0.06, at={}, gains={CHEAP: 0.03}),
        Cut(promise=promise("german"), lack=0.01, at={CHEAP: 2}, gains={CHEAP: 0.004, DEAR: 0.03}),
    ]
    assert cheapest(cuts) == {CHEAP: 1, DEAR: 1}


@given(
    costs=st.lists(st.integers(30, 60), min_size=3, max_size=3, unique=True),
    gains=st.lists(st.lists(st.integers(0, 30), min_size=3, max_size=3), min_size=2, max_size=2),
    lacks=st.lists(st.integers(1, 60), min_size=2, max_size=2),
)
def test_it_is_as_cheap_as_trying_every_number_of_people(costs: list[int], gains: list[list[int]], lacks: list[int]) -> None:
    hires = [hire(f"g{n}", float(cost)) for n, cost in enumerate(costs)]
    cuts = [
        Cut(promise=promise(f"p{k}"), lack=lack / 1000, at={}, gains={h: g / 1000 for h, g in zip(hires, row, strict=True)})
        for k, (row, lack) in enumerate(zip(gains, lacks, strict=True))
    ]

    def holds(people: tuple[int, ...]) -> bool:
        brought = (sum(g * n for g, n in zip(row, people, strict=True)) for row in gains)
        return all(points >= lack for points, lack in zip(brought, lacks, strict=True))

    held = [people for people in product(range(MOST_ALIKE + 1), repeat=3) if holds(people)]
    found = cheapest(cuts)
    if held:
        least = min(sum(c * m for c, m in zip(costs, n, strict=True)) for n in held)
        assert sum(h.cost * m for h, m in found.items()) == pytest.approx(least)
