"""What was worked before the horizon, locks and hours owed bind the roster, or are told where they cannot."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from staff_cases import FIRST, desk, person, plan_of

from planner.domain.grid import to_utc
from planner.domain.settled import broken_locks, settled_notes
from planner.domain.staff import Lock
from planner.roster import assign

EXACT = {"gap": 0.0, "rounds": 10}
ACCOUNT = desk()
LISBON = "Europe/Lisbon"
EVERY_DAY = {"E": [1] * 7}


def worked(roster, plan):
    days = {shift.id: ((shift.date - FIRST).days, shift.pattern[0]) for shift in plan.shifts}
    return sorted((a.agent, *days[a.shift]) for a in roster.assignments if not a.agent.startswith("hire-"))


def ended(hour, days_before=1):
    return to_utc(LISBON, FIRST - timedelta(days=days_before), 60 * hour)


def assigned(work, *people, locks=()):
    account = desk(*people, locks=locks)
    plan = plan_of(account, work)
    roster, info = assign(plan, people, account=account, **EXACT)
    return worked(roster, plan), info


def test_nobody_starts_before_the_rest_after_the_last_shift_is_over():
    late = person(ACCOUNT, "a", last_end_utc=ended(23))
    assert assigned({"E": [1, 1, 0, 0, 0, 0, 0]}, late)[0] == [("a", 1, "E")]
    rested = person(ACCOUNT, "a", last_end_utc=ended(18))
    assert assigned({"E": [1, 1, 0, 0, 0, 0, 0]}, rested)[0] == [("a", 0, "E"), ("a", 1, "E")]


def test_a_night_that_ends_on_the_first_morning_belongs_to_the_day_before():
    night = person(ACCOUNT, "a", last_end_utc=ended(6, days_before=0), days_in_a_row_before=1)
    assert assigned({"E": [1, 1, 0, 0, 0, 0, 0], "N": [1, 0, 0, 0, 0, 0, 0]}, night)[0] in (
        [("a", 0, "N")], [("a", 1, "E")],
    )  # fmt: skip


@pytest.mark.parametrize(("before", "days"), [(0, 4), (1, 4), (2, 4), (3, 3), (5, 3), (6, 3), (9, 3)])
def test_no_more_than_six_days_in_a_row_are_worked_across_the_start(before, days):
    last = ended(15) if before else None
    who = person(ACCOUNT, "a", most_days=6, least_days=0, last_end_utc=last, days_in_a_row_before=before)
    found = [day for _, day, _ in assigned({"E": [1, 1, 1, 1, 0, 0, 0]}, who)[0]]
    assert len(found) == days
    first_off = min(day for day in range(5) if day not in found)
    assert first_off == 0 if before >= 6 else before + first_off <= 6


def test_hours_spent_before_count_towards_the_first_week():
    who = person(ACCOUNT, "a", most_hours=40.0, hours_before=24.0)  # 8 paid hours a shift: two are left
    assert len(assigned(EVERY_DAY, who)[0]) == 2


def test_hours_owed_go_before_those_who_are_owed_none():
    owed = person(ACCOUNT, "owed", most_days=5, least_days=0, least_hours=40.0, most_hours=40.0)
    free = person(ACCOUNT, "free", most_days=5, least_days=0)
    found, _ = assigned({"E": [1, 1, 1, 1, 1, 0, 0]}, owed, free)
    assert found == [("owed", day, "E") for day in range(5)]


def test_locks_hold_somebody_on_a_shift_or_off():
    people = [person(ACCOUNT, id, most_days=7, least_days=0) for id in ("a", "b")]
    locks = (
        Lock(agent="a", day=FIRST, off=True),
        Lock(agent="a", day=FIRST + timedelta(days=1), rule="L-14"),
        Lock(agent="b", day=FIRST + timedelta(days=2)),
    )
    account = desk(*people, locks=locks)
    rule = replace(account.shift_rules[0], id="L-14")
    group = replace(account.groups[0], shift_rules=(*account.groups[0].shift_rules, "L-14"))
    account = replace(account, shift_rules=(*account.shift_rules, rule), groups=(group, *account.groups[1:]))
    plan = plan_of(account, {"E": [1, 1, 1, 0, 0, 0, 0], "L": [0, 1, 0, 0, 0, 0, 0]})
    roster, info = assign(plan, people, account=account, **EXACT)
    assert worked(roster, plan) == [("a", 1, "L"), ("b", 0, "E"), ("b", 1, "E"), ("b", 2, "E")]
    assert "not kept" not in info.note
    assert broken_locks(roster, plan, account) == ()


def test_locks_the_plan_has_no_head_for_are_told_and_bind_nobody_else():
    people = [person(ACCOUNT, id) for id in ("a", "b")]
    locks = [Lock(agent=id, day=day) for id, day in (("a", FIRST), ("b", FIRST), ("b", FIRST + timedelta(days=6)))]
    found, info = assigned({"E": [1, 1, 0, 0, 0, 0, 0]}, *people, locks=locks)
    assert len([day for _, day, _ in found if day == 0]) == 1
    assert len(found) == 2
    assert "locks not kept" in info.note
    account = desk(*people, locks=locks)
    plan = plan_of(account, {"E": [1, 1, 0, 0, 0, 0, 0]})
    roster, _ = assign(plan, people, account=account, **EXACT)
    assert broken_locks(roster, plan, account) == tuple(locks[1:])
    assert f"b on {FIRST}" in settled_notes(roster, plan, account)[0]
    assert f"b on {FIRST}, b on {FIRST + timedelta(days=6)}" in info.note


def test_locks_that_clash_with_rest_give_way_and_are_told():
    who = person(ACCOUNT, "a", last_end_utc=ended(23))
    found, info = assigned({"E": [1, 1, 0, 0, 0, 0, 0]}, who, locks=(Lock(agent="a", day=FIRST),))
    assert found == [("a", 1, "E")]
    assert f"a on {FIRST}" in info.note
