"""Conflicts are impossible and minimal, and a way out does what it says: all by solving again."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from shifts.conftest import Make

from planner.errors import InfeasibleError
from planner.explanation import why_not
from planner.explanation.asking import NOTHING, Demands, least_missing_cover, least_missing_heads
from planner.explanation.budget import Budget
from planner.explanation.case import Case
from planner.explanation.conflict import Stretch, cover_conflicts, demands_of, heads_conflict, minimal
from planner.explanation.limits import limits_of, without
from planner.explanation.relaxations import moved, steps_of
from planner.explanation.result import Conflict, Limit, LimitKind
from planner.explanation.shortage import reasons, why_impossible
from planner.shifts import design_shifts

S = 60.0


def lacking(case: Case, demands: np.ndarray) -> float:
    found = least_missing_cover(case, Demands(demands), time_limit_s=S)
    assert found.proven is not None
    return found.proven


def conflict_of(case: Case) -> Conflict:
    need = np.nan_to_num(case.requirement.agents)
    forced = least_missing_cover(case, Demands(need), time_limit_s=S)
    assert forced.impossible
    (conflict,) = cover_conflicts(case, forced, Budget(S))
    return conflict


def table_from(case: Case, conflict: Conflict) -> np.ndarray:
    grid = case.requirement.grid
    return demands_of(
        case,
        [
            Stretch(d.queues, round(grid.position(d.start_utc)), round(grid.position(d.end_utc)))
            for d in conflict.demands
            if d.start_utc and d.end_utc
        ],
    ).least


def assert_minimal_cover(case: Case, conflict: Conflict) -> None:
    table, every = table_from(case, conflict), limits_of(case.account)
    only = without(case, [x for x in every if x not in conflict.limits])
    assert lacking(only, table) > NOTHING
    for left_out in conflict.limits:
        freer = without(case, [x for x in every if x not in conflict.limits or x == left_out])
        assert lacking(freer, table) <= NOTHING, left_out.id


def test_a_set_found_by_leaving_out_is_minimal() -> None:
    bad = [{2, 5}, {7}, {1, 3, 9}]

    def impossible(some: Any) -> bool:
        return any(b <= set(some) for b in bad)

    found = set(minimal(range(20), impossible))
    assert found in bad


@settings(max_examples=30, deadline=None)
@given(st.lists(st.sets(st.integers(0, 15), min_size=1, max_size=4), min_size=1, max_size=4))
def test_whatever_the_bad_sets_one_of_them_is_found(bad: list[set[int]]) -> None:
    found = set(minimal(range(16), lambda some: any(b <= set(some) for b in bad)))
    assert found in bad
    assert not any(b < found for b in bad)


def test_seats_are_to_blame_where_a_site_is_too_small() -> None:
    account = Make.account(
        sites=(Make.site(seats=3),), groups=(Make.group(max_heads=30),), rules=(Make.rule(breaks=((60, False, 60, 120),)),)
    )
    need = np.full(24, 1.0)
    need[10] = 5.0
    case = Case(account, Make.requirement(account, need))
    conflict = conflict_of(case)
    assert [x.id for x in conflict.limits] == ["seats:here"]
    assert len(conflict.demands) == 1
    assert conflict.demands[0].agents == 5.0
    assert conflict.missing.amount == pytest.approx(2.0)
    assert_minimal_cover(case, conflict)


def test_a_cap_and_its_language_are_to_blame_together() -> None:
    account = Make.account(
        languages=("en", "de"),
        groups=(Make.group("team_en"), Make.group("team_de", languages=("de",), max_heads=2)),
    )
    need = np.ones((2, 24))
    need[1, 12] = 4.0
    case = Case(account, Make.requirement(account, need))
    conflict = conflict_of(case)
    assert {x.id for x in conflict.limits} == {"max_heads:team_de", "skills:q_de"}
    assert_minimal_cover(case, conflict)


def test_starts_are_to_blame_where_nobody_can_be_there_yet() -> None:
    account = Make.account(rules=(Make.rule(first=600, last=840, step=60),))
    need = np.zeros(24)
    need[8:16] = 1.0
    case = Case(account, Make.requirement(account, need))
    conflict = conflict_of(case)
    assert [x.id for x in conflict.limits] == ["starts:four"]
    assert_minimal_cover(case, conflict)
    earlier = [s for s in steps_of(case, conflict.limits[0]) if "09:00" in s.sentence]
    assert len(earlier) == 1
    assert lacking(earlier[0].case, np.nan_to_num(case.requirement.agents)) == pytest.approx(1.0)


@settings(max_examples=8, deadline=None)
@given(
    seats=st.integers(1, 4),
    most=st.integers(1, 5),
    absence=st.sampled_from([0.0, 0.25]),
    peak=st.floats(1.0, 8.0),
    at=st.integers(0, 23),
)
def test_conflicts_of_small_accounts_are_impossible_and_minimal(
    seats: int, most: int, absence: float, peak: float, at: int
) -> None:
    account = Make.account(
        sites=(Make.site(seats=seats),),
        groups=(Make.group(max_heads=most, absence=absence, rules=("six",)),),
        rules=(Make.rule("six", length_min=360, first=240, last=960, step=240, breaks=((60, False, 120, 180),)),),
    )
    need = np.zeros(24)
    need[at] = peak
    case = Case(account, Make.requirement(account, need))
    forced = least_missing_cover(case, Demands(need[None]), time_limit_s=S)
    for conflict in cover_conflicts(case, forced, Budget(S)):
        assert_minimal_cover(case, conflict)


def crowded(seats: int = 3) -> Case:
    account = Make.account(
        sites=(Make.site(seats=seats), Make.site("there", seats=9)),
        groups=(
            Make.group("a", min_heads=4, rules=("long",)),
            Make.group("b", min_heads=3, rules=("long",)),
            Make.group("c", site="there", min_heads=2, rules=("long",)),
        ),
        rules=(Make.rule("long", length_min=480, first=480, last=480),),
        days=7,
    )
    return Case(account, Make.requirement(account, np.ones(24 * 7)))


def test_least_headcounts_that_no_seats_can_hold_are_named_with_them() -> None:
    case = crowded()
    conflict = heads_conflict(case, Budget(S))
    assert conflict is not None
    every = limits_of(case.account)
    members = [*(Limit(kind=LimitKind.LEAST, target=d.group) for d in conflict.demands), *conflict.limits]
    assert Limit(kind=LimitKind.SEATS, target="here") in members
    assert not any("there" in x.target or x.target == "c" for x in members)
    only = without(case, [x for x in every if x not in members])
    assert least_missing_heads(only, time_limit_s=S).impossible
    for left_out in members:
        freer = without(case, [x for x in every if x not in members or x == left_out])
        assert not least_missing_heads(freer, time_limit_s=S).impossible


def test_each_way_out_is_enough_and_one_step_less_is_not() -> None:
    case = crowded()
    with pytest.raises(InfeasibleError):
        design_shifts(case.requirement, case.account)
    answer = why_impossible(case, Budget(S))
    assert answer is not None
    conflict, ways = answer
    by_id = {w.limit.id: w for w in ways}
    assert "seats:here" in by_id
    for way in ways:
        if way.amount:
            enough, less = moved(case, way.limit, way.amount), moved(case, way.limit, way.amount - 1)
            assert enough is not None
            assert less is not None
            assert not least_missing_heads(enough.case, time_limit_s=S, whole=True).impossible
            assert least_missing_heads(less.case, time_limit_s=S, whole=True).impossible
    said = reasons(conflict, ways)
    assert "site here has 3 seats" in said[0]
    assert why_not(case.requirement, case.account) == tuple(said)


def test_whole_people_are_asked_for_where_fractions_would_do() -> None:
    """Two groups of one agent each, at one seat, three and four days of seven apart: fractions fit, people do not."""
    account = Make.account(
        sites=(Make.site(seats=1),),
        groups=(
            Make.group("a", min_heads=1, days_per_week=4, rules=("long",)),
            Make.group("b", min_heads=1, days_per_week=3, rules=("long",)),
        ),
        rules=(Make.rule("long", length_min=480, first=480, last=480),),
        days=7,
    )
    case = Case(account, Make.requirement(account, np.ones(24 * 7)))
    assert heads_conflict(case, Budget(S)) is None  # four days and three make a week
    tight = case.with_group("b", days_per_week=4)
    conflict = heads_conflict(tight, Budget(S))
    assert conflict is not None


def test_a_limit_left_out_never_makes_anything_harder() -> None:
    account = Make.account(
        sites=(Make.site(seats=2),),
        groups=(Make.group(max_heads=3, absence=0.2, rules=("six",), days_per_week=5),),
        rules=(Make.rule("six", length_min=360, first=240, last=960, step=240, breaks=((60, False, 120, 180),)),),
        days=7,
    )
    rng = np.random.default_rng(4)
    case = Case(account, Make.requirement(account, rng.uniform(0, 4, 24 * 7)))
    need = np.nan_to_num(case.requirement.agents)
    whole = lacking(case, need)
    for limit in limits_of(account):
        assert lacking(without(case, [limit]), need) <= whole + NOTHING, limit.id
    assert lacking(replace(case, any_start=frozenset({"team"})), need) <= whole + NOTHING
