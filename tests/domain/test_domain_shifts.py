"""Shifts over midnight and clock changes, paid time, solves told honestly."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from planner.domain.grid import to_utc
from planner.domain.shifts import BreakRule, PlacedBreak, Shift, ShiftPlan, ShiftRule, Tour
from planner.domain.solve import NeverStop, Progress, SolveInfo, Status, no_report


def shift(start: datetime, end: datetime, *breaks: PlacedBreak, heads: int = 1) -> Shift:
    return Shift(
        id="s", site="x", group="g", pattern="p", date=start.date(), start_utc=start, end_utc=end, breaks=breaks, heads=heads
    )


@pytest.mark.parametrize(
    ("zone", "day", "hours"),
    [
        ("Europe/Lisbon", date(2026, 3, 28), 7),
        ("Europe/Lisbon", date(2026, 10, 24), 9),
        ("Australia/Sydney", date(2026, 10, 3), 7),
        ("Australia/Sydney", date(2026, 4, 4), 9),
        ("Asia/Kathmandu", date(2026, 4, 4), 8),
    ],
)
def test_a_night_shift_is_paid_for_the_hours_that_passed(zone: str, day: date, hours: int) -> None:
    night = shift(to_utc(zone, day, 22 * 60), to_utc(zone, day, 30 * 60))
    assert night.paid_h_per_head == hours


@settings(deadline=None)
@given(
    length_min=st.integers(60, 960),
    placed=st.lists(st.tuples(st.integers(1, 30), st.booleans()), max_size=3),
    heads=st.integers(1, 50),
)
def test_only_unpaid_breaks_shorten_paid_time(length_min: int, placed: list[tuple[int, bool]], heads: int) -> None:
    start = to_utc("Asia/Kolkata", date(2026, 5, 1), 21 * 60 + 30)
    at, breaks = start, []
    for minutes, paid in placed:
        end = at + timedelta(minutes=minutes)
        if end > start + timedelta(minutes=length_min):
            break
        breaks.append(PlacedBreak(start_utc=at, end_utc=end, paid=paid))
        at = end
    one = shift(start, start + timedelta(minutes=length_min), *breaks, heads=heads)
    unpaid = sum((b.end_utc - b.start_utc).total_seconds() / 60 for b in breaks if not b.paid)
    assert one.paid_h_per_head == pytest.approx((length_min - unpaid) / 60)


def test_a_shift_refuses_nobody_backwards_hours_and_breaks_outside() -> None:
    start = to_utc("Europe/Lisbon", date(2026, 5, 1), 480)
    end = start + timedelta(hours=8)
    with pytest.raises(ValueError, match="at least one head"):
        shift(start, end, heads=0)
    with pytest.raises(ValueError, match="ends before"):
        shift(end, start)
    with pytest.raises(ValueError, match="break outside"):
        shift(start, end, PlacedBreak(start_utc=end - timedelta(minutes=10), end_utc=end + timedelta(minutes=5), paid=True))
    with pytest.raises(ValueError, match="break outside"):
        shift(start, end, PlacedBreak(start_utc=start, end_utc=start, paid=True))


def test_paid_minutes_of_a_rule_leave_out_unpaid_breaks_only() -> None:
    breaks = (
        BreakRule(minutes=15, paid=True, earliest_min=90, latest_min=120),
        BreakRule(minutes=45, paid=False, earliest_min=200, latest_min=260),
    )
    assert ShiftRule(id="r", length_min=540, breaks=breaks).paid_min == 495


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"length_min": 30}, "1 to 16 hours"),
        ({"length_min": 17 * 60}, "1 to 16 hours"),
        ({"first_start_min": 600, "last_start_min": 500}, "first <= last"),
        ({"last_start_min": 1440}, "24:00"),
        ({"step_min": 1}, "step"),
    ],
)
def test_a_shift_rule_refuses_what_it_cannot_be(changes: dict[str, int], says: str) -> None:
    with pytest.raises(ValueError, match=says):
        ShiftRule(**({"id": "r", "length_min": 480} | changes))  # type: ignore[arg-type]


def test_breaks_of_a_rule_keep_their_order_and_fit_inside() -> None:
    first = BreakRule(minutes=30, paid=False, earliest_min=180, latest_min=240)
    with pytest.raises(ValueError, match="overlap"):
        ShiftRule(id="r", length_min=480, breaks=(first, replace(first, earliest_min=260, latest_min=300)))
    with pytest.raises(ValueError, match="after its end"):
        ShiftRule(id="r", length_min=265, breaks=(first,))
    with pytest.raises(ValueError, match="a break needs"):
        BreakRule(minutes=0, paid=True, earliest_min=60, latest_min=90)


def test_the_payroll_is_the_sum_of_tours() -> None:
    from planner.domain.grid import TimeGrid

    grid = TimeGrid.for_days(zone="UTC", start=date(2026, 1, 5), days=1, interval_s=3600)
    tours = (Tour(group="g", pattern="a", agents=3), Tour(group="h", pattern="b", agents=4))
    assert ShiftPlan(grid=grid, shifts=(), tours=tours).heads() == 7


def solve(objective: float | None, bound: float | None) -> SolveInfo:
    return SolveInfo(name="x", status=Status.GAP_REACHED, objective=objective, bound=bound, seconds=1, solver="highs")


@pytest.mark.parametrize(
    ("objective", "bound", "gap"),
    [
        (100.0, 95.0, 0.05),
        (100.0, 101.0, 0.0),
        (None, 95.0, None),
        (100.0, None, None),
        (100.0, float("-inf"), None),
        (100.0, float("nan"), None),
        (0.0, 0.0, 0.0),
        (0.0, -1.0, None),
    ],
)
def test_a_gap_is_said_only_where_it_is_proven(objective: float | None, bound: float | None, gap: float | None) -> None:
    assert solve(objective, bound).gap == (None if gap is None else pytest.approx(gap))


def test_only_the_clock_and_people_make_a_solve_unrepeatable() -> None:
    assert {s for s in Status if not s.repeatable} == {Status.TIME_LIMIT, Status.CANCELLED}


def test_nobody_is_told_and_nothing_is_stopped_by_default() -> None:
    assert no_report(Progress(stage="shifts")) is None
    assert NeverStop().is_set() is False
