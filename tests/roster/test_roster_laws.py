"""Any plan that keeps the laws of shifts is shared out so that every person keeps the contract: several groups, any days a week, lead-in,
weeks cut short."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

import pytest
from factories import tiny_account
from hypothesis import given, settings
from hypothesis import strategies as st

from planner.domain.account import Account
from planner.domain.shifts import Shift, ShiftPlan, Tour
from planner.errors import InfeasibleError
from planner.roster import assign_tours

FIRST = date(2026, 11, 9)


@dataclass(frozen=True)
class Lives:
    """A plan that people can work, the account it belongs to, and the dates its blocks of seven are counted on."""

    account: Account
    plan: ShiftPlan
    days: int


@st.composite
def one_life(draw: st.DrawFn, days_per_week: int, days: int, lead_in: bool) -> list[int]:
    """Draw the dates one person works, counted from the horizon's first: exactly the contract in whole blocks, at least what the days
    off beyond the horizon cannot excuse in the last one, never more than the contract in any seven in a row."""
    worked: list[int] = [-1] if lead_in and draw(st.booleans()) else []
    for n in range(days):
        block = n % 7
        length = min(7, days - (n - block))
        done = sum(day >= n - block for day in worked)
        least = days_per_week - (7 - length)
        crowded = sum(day > n - 7 for day in worked) >= days_per_week or (length == 7 and done >= days_per_week)
        must = done + (length - block) <= least
        if must or (not crowded and draw(st.booleans())):
            worked.append(n)
    return worked


def keeps_the_law(worked: list[int], days_per_week: int, days: int) -> bool:
    windows = all(sum(first <= n < first + 7 for n in worked) <= days_per_week for first in range(-1, days))
    whole = all(sum(b <= n < b + 7 for n in worked) == days_per_week for b in range(0, days - 6, 7))
    cut = days % 7
    rest = sum(n >= days - cut for n in worked) >= days_per_week - (7 - cut) if cut else True
    return windows and whole and rest


@st.composite
def lives(draw: st.DrawFn) -> Lives:
    account = tiny_account()
    days = draw(st.integers(1, 16))
    shifts: list[Shift] = []
    tours: list[Tour] = []
    for g, group in enumerate(account.groups):
        days_per_week = draw(st.integers(1, 7))
        object.__setattr__(group, "days_per_week", days_per_week)
        for p in range(draw(st.integers(0, 2))):
            pattern, hour = f"full8-{8 + 2 * p:02d}00", 8 + 2 * p
            agents, heads = 0, Counter[int]()
            for _ in range(draw(st.integers(1, 6))):
                worked = draw(one_life(days_per_week, days, lead_in=p == 1))
                if keeps_the_law(worked, days_per_week, days):
                    agents += 1
                    heads.update(worked)
            if not agents:
                continue
            tours.append(Tour(group=group.id, pattern=pattern, agents=agents))
            for n, count in heads.items():
                start = datetime(FIRST.year, FIRST.month, FIRST.day, hour, tzinfo=UTC) + timedelta(days=n)
                cut = draw(st.integers(1, count))
                for row, size in enumerate(s for s in (cut, count - cut) if s):
                    shifts.append(
                        Shift(
                            id=f"{g}.{pattern}.{n}.{row}",
                            site=group.site,
                            group=group.id,
                            pattern=pattern,
                            date=FIRST + timedelta(days=n),
                            start_utc=start,
                            end_utc=start + timedelta(hours=8),
                            breaks=(),
                            heads=size,
                            lead_in=n < 0,
                        )
                    )
    order = draw(st.permutations(shifts))
    return Lives(account, ShiftPlan(grid=account.grid, shifts=tuple(order), tours=tuple(tours)), days)


@settings(max_examples=150, deadline=None)
@given(case=lives())
def test_every_head_is_one_person_who_keeps_the_contract(case: Lives) -> None:
    roster = assign_tours(case.plan, case.account)
    shifts = {shift.id: shift for shift in case.plan.shifts}
    agents = {agent.id: agent for agent in roster.agents}
    assert len(agents) == len(roster.agents) == case.plan.heads()
    assert Counter((a.group, a.pattern) for a in roster.agents) == {(t.group, t.pattern): t.agents for t in case.plan.tours}
    assert Counter(a.shift for a in roster.assignments) == {shift.id: shift.heads for shift in case.plan.shifts}
    worked: dict[str, list[int]] = defaultdict(list)
    for assignment in roster.assignments:
        agent, shift = agents[assignment.agent], shifts[assignment.shift]
        assert (agent.group, agent.pattern, agent.site) == (shift.group, shift.pattern, shift.site)
        worked[agent.id].append((shift.date - FIRST).days)
    for agent in roster.agents:
        mine = worked[agent.id]
        assert len(set(mine)) == len(mine), "two shifts on one date"
        assert keeps_the_law(mine, case.account.group(agent.group).days_per_week, case.days)


@settings(max_examples=60, deadline=None)
@given(case=lives())
def test_ids_are_pseudonyms_and_name_no_two_people(case: Lives) -> None:
    roster = assign_tours(case.plan, case.account)
    for group in case.account.groups:
        mine = [agent for agent in roster.agents if agent.group == group.id]
        assert [agent.id for agent in mine] == [f"{group.id}-{n:03d}" for n in range(1, len(mine) + 1)]
        assert {agent.site for agent in mine} <= {group.site}
    assert len({agent.id for agent in roster.agents}) == len(roster.agents)


@settings(max_examples=40, deadline=None)
@given(case=lives())
def test_the_same_plan_gives_the_same_people(case: Lives) -> None:
    assert assign_tours(case.plan, case.account) == assign_tours(case.plan, case.account)


def test_every_date_with_too_many_heads_is_named() -> None:
    account = tiny_account()
    group = account.groups[0]
    start = datetime(2026, 11, 9, 8, tzinfo=UTC)
    shifts = tuple(
        Shift(
            id=f"s{n}",
            site=group.site,
            group=group.id,
            pattern="full8-0800",
            date=FIRST + timedelta(days=n),
            start_utc=start + timedelta(days=n),
            end_utc=start + timedelta(days=n, hours=8),
            breaks=(),
            heads=heads,
        )
        for n, heads in enumerate((2, 1, 3))
    )
    plan = ShiftPlan(grid=account.grid, shifts=shifts, tours=(Tour(group=group.id, pattern="full8-0800", agents=1),))
    with pytest.raises(InfeasibleError) as caught:
        assign_tours(plan, account)
    assert len(caught.value.reasons) == 2
    assert "2 heads on 2026-11-09" in caught.value.reasons[0]
    assert "3 heads on 2026-11-11" in caught.value.reasons[1]
