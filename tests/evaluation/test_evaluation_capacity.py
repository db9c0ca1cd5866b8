"""Heads counted from shift rows alone: exact parts of intervals, breaks out, shrinkage once (C5, C12)."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from planner.domain.account import Account, Horizon
from planner.domain.grid import TimeGrid
from planner.domain.people import Group
from planner.domain.queues import Channel
from planner.domain.shifts import PlacedBreak, Shift, ShiftPlan
from planner.evaluation.capacity import capacity, heads_outside_breaks

START = datetime(2026, 11, 9, tzinfo=UTC)
GRID = TimeGrid(start_utc=START, interval_s=900, size=8, zone="UTC")


def at(minute: float) -> datetime:
    return START + timedelta(minutes=minute)


def shift(start: float, end: float, *breaks: tuple[float, float], heads: int = 1, group: str = "g", id: str = "s") -> Shift:
    placed = tuple(PlacedBreak(start_utc=at(a), end_utc=at(b), paid=False) for a, b in breaks)
    return Shift(
        id=id,
        site="x",
        group=group,
        pattern="p",
        date=START.date(),
        start_utc=at(start),
        end_utc=at(end),
        breaks=placed,
        heads=heads,
    )


def account(**changes: object) -> Account:
    group = Group(
        id="g", site="x", languages=("en",), channels=(Channel.VOICE,), shift_rules=("r",), absence=0.10, in_shift_loss=0.05
    )
    fields: dict[str, object] = {
        "name": "a",
        "currency": "EUR",
        "horizon": Horizon(zone="UTC", start=date(2026, 11, 9), days=1),
        "markets": (),
        "queues": (),
        "sites": (),
        "groups": (group, replace(group, id="h", absence=0.0, in_shift_loss=0.0)),
        "shift_rules": (),
    }
    return Account(**(fields | changes))  # type: ignore[arg-type]


def test_a_shift_counts_from_its_start_to_its_end() -> None:
    heads = heads_outside_breaks([shift(15, 60, heads=3)], ("g",), GRID)
    assert heads.tolist() == [[0, 3, 3, 3, 0, 0, 0, 0]]


def test_starts_and_breaks_inside_an_interval_count_for_their_part_of_it() -> None:
    heads = heads_outside_breaks([shift(5, 100, (40, 50), heads=3)], ("g",), GRID)
    assert heads.tolist() == [[2, 3, 2, 2, 3, 3, 2, 0]]


def test_tails_before_and_after_the_grid_are_cut_at_its_edges() -> None:
    heads = heads_outside_breaks(
        [shift(-300, 10, heads=3), shift(110, 700, heads=2), shift(-90, -30), shift(130, 190)], ("g",), GRID
    )
    assert heads.tolist() == [[2, 0, 0, 0, 0, 0, 0, 2 / 3 * 2]]


def test_paid_and_unpaid_breaks_both_take_people_off_their_seats() -> None:
    unpaid = shift(0, 120, (30, 60))
    paid = replace(unpaid, breaks=tuple(replace(b, paid=True) for b in unpaid.breaks))
    assert (heads_outside_breaks([unpaid], ("g",), GRID) == heads_outside_breaks([paid], ("g",), GRID)).all()


minutes = st.integers(-60, 180)


@settings(deadline=None)
@given(rows=st.lists(st.tuples(minutes, minutes, minutes, minutes, st.integers(1, 9), st.sampled_from("gh")), max_size=6))
def test_head_hours_are_kept_to_the_second(rows: list[tuple[int, int, int, int, int, str]]) -> None:
    shifts, seconds = [], {"g": np.zeros(8 * 900), "h": np.zeros(8 * 900)}
    for a, b, c, d, heads, group in rows:
        start, end = sorted((a, b))
        pause = sorted((c, d))
        if start == end:
            continue
        inside = [tuple(pause)] if start <= pause[0] < pause[1] <= end else []
        shifts.append(shift(start, end, *inside, heads=heads, group=group))
        line = seconds[group]
        line[max(0, start * 60) : max(0, end * 60)] += heads
        for x, y in inside:
            line[max(0, x * 60) : max(0, y * 60)] -= heads
    found = heads_outside_breaks(shifts, ("g", "h"), GRID)
    assert found.tolist() == [seconds[g].reshape(8, 900).mean(axis=1).tolist() for g in "gh"]


def test_absence_and_losses_each_enter_once() -> None:
    plan = ShiftPlan(grid=GRID, shifts=(shift(0, 120, heads=20), shift(0, 120, heads=7, group="h", id="t")), tours=())
    found = capacity(plan, account())
    assert found.scheduled[:, 0].tolist() == [20, 7]
    assert found.present[:, 0] == pytest.approx([18, 7])
    assert found.on_seat[:, 0] == pytest.approx([17.1, 7])


def test_shifts_carried_in_are_there_but_only_once() -> None:
    late = shift(-240, 30, heads=4, id="late")
    plan = ShiftPlan(grid=GRID, shifts=(), tours=())
    alone = capacity(plan, account(carry_in=(late,)))
    both = capacity(replace(plan, shifts=(late,)), account(carry_in=(late,)))
    assert alone.scheduled[0].tolist() == [4, 4, 0, 0, 0, 0, 0, 0]
    assert alone == both


def test_a_shift_of_an_unknown_group_is_refused() -> None:
    with pytest.raises(ValueError, match="which is not one of g, h"):
        capacity(ShiftPlan(grid=GRID, shifts=(shift(0, 60, group="z"),), tours=()), account())
