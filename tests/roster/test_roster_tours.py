"""Taking turns gives everybody the contract's days."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from factories import tiny_account
from hypothesis import given
from hypothesis import strategies as st

from planner.domain.shifts import Shift, ShiftPlan, Tour
from planner.errors import InfeasibleError
from planner.roster import assign_tours


def plan_of(heads, agents):
    """A plan of one tour with `heads` per date, split over two rows where there are two or more."""
    account = tiny_account()
    group = account.groups[0]
    shifts = []
    for n, count in enumerate(heads):
        day = date(2026, 3, 2) + timedelta(days=n)
        start = datetime(2026, 3, 2, 8, tzinfo=UTC) + timedelta(days=n)
        for part, size in enumerate((count // 2, count - count // 2)):
            if size:
                shifts.append(
                    Shift(
                        id=f"s{n}.{part}",
                        site=group.site,
                        group=group.id,
                        pattern="p",
                        date=day,
                        start_utc=start,
                        end_utc=start + timedelta(hours=8),
                        breaks=(),
                        heads=size,
                    )
                )
    tours = (Tour(group=group.id, pattern="p", agents=agents),)
    return ShiftPlan(grid=account.grid, shifts=tuple(shifts), tours=tours), account


@st.composite
def lawful(draw):
    """Agents who each work five of seven dates for two weeks, never more than five in any seven: by adding up legal lives."""
    agents = draw(st.integers(1, 12))
    heads = [0] * 14
    for _ in range(agents):
        off = sorted(draw(st.sets(st.integers(0, 6), min_size=2, max_size=2)))
        for n in range(14):
            heads[n] += (n % 7) not in off
    return heads, agents


@given(lawful())
def test_every_agent_works_five_of_any_seven_dates_and_none_twice(case):
    heads, agents = case
    plan, account = plan_of(heads, agents)
    roster = assign_tours(plan, account)
    shifts = {shift.id: shift for shift in plan.shifts}
    dates = {agent.id: [] for agent in roster.agents}
    for assignment in roster.assignments:
        dates[assignment.agent].append((shifts[assignment.shift].date - date(2026, 3, 2)).days)
    assert len(dates) == agents
    for worked in dates.values():
        assert len(set(worked)) == len(worked)
        assert sum(n < 7 for n in worked) == 5
        assert sum(n >= 7 for n in worked) == 5
        assert max(sum(first <= n < first + 7 for n in worked) for first in range(8)) <= 5
    filled = [assignment.shift for assignment in roster.assignments]
    assert all(filled.count(shift.id) == shift.heads for shift in plan.shifts)


def test_ids_are_pseudonyms_counted_within_the_group():
    plan, account = plan_of([2, 2, 2, 2, 2, 0, 0], 2)
    roster = assign_tours(plan, account)
    group = account.groups[0]
    assert [a.id for a in roster.agents] == [f"{group.id}-001", f"{group.id}-002"]
    assert {a.pattern for a in roster.agents} == {"p"}
    assert {a.site for a in roster.agents} == {group.site}


def test_more_heads_than_agents_is_said():
    plan, account = plan_of([3], 2)
    with pytest.raises(InfeasibleError, match="3 heads on 2026-03-02 but 2 agents"):
        assign_tours(plan, account)


def test_shifts_without_a_tour_are_refused():
    plan, account = plan_of([1], 1)
    with pytest.raises(ValueError, match="belong to no tour"):
        assign_tours(replace(plan, tours=()), account)
