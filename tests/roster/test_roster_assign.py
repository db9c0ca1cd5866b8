"""Named people on shifts: optimal against every roster there is, lawful by an independent check, honest about what stays open."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise, product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from staff_cases import FIRST, desk, group_of, person, plan_of

from planner.domain.roster import Assignment
from planner.domain.solve import Status
from planner.domain.staff import Nights, Preference, TimeOff, Wish
from planner.roster import Weights, assign, staff_shifts
from planner.roster.lawful import OF_A_ROSTER
from planner.rules import Severity, check
from planner.rules.staff_check import CONTRACT_RULES

EXACT = {"gap": 0.0, "rounds": 30}
ACCOUNT = desk()


def broken(roster, plan, account):
    """Everything but what the horizon is too short to judge."""
    return [f.sentence for f in check(roster, plan, account) if f.severity is not Severity.OPEN]


def open_heads(roster):
    return sum(line.heads for line in roster.open_shifts)


def named_days(roster, plan):
    dates = {shift.id: shift.date for shift in plan.shifts}
    found = {agent.id: [] for agent in roster.agents if agent.named}
    for a in roster.assignments:
        if a.agent in found:
            found[a.agent].append((dates[a.shift] - plan.shifts[0].date).days)
    return {id: sorted(days) for id, days in found.items()}


def test_every_roster_listed_none_costs_less():
    account = desk()
    people = (person(account, "a", most_days=2, least_days=2), person(account, "b", most_days=2, least_days=1))
    plan = plan_of(account, {"E": [1, 1, 0], "L": [0, 1, 1]})
    wishes = (Preference(agent="a", wish=Wish.OFF, day=FIRST, weight=2), Preference(agent="b", wish=Wish.AVOID, from_min=800))
    account = replace(account, people=people, preferences=wishes)
    weights = Weights()
    roster, info = assign(plan, people, account=account, **EXACT)
    assert broken(roster, plan, account) == []

    def cost(rows):
        """Points of two rows of E, L or "." over three days, from the words of the weights; None where a rule is broken."""
        total, starts = 0, {"E": 7, "L": 14}
        for row, who in zip(rows, people, strict=True):
            days = [d for d, s in enumerate(row) if s != "."]
            if len(days) > who.most_days or any(x + y == "LE" for x, y in pairwise(row)):
                return None  # L ends at 23:00, E begins at 07:00: 8 hours of rest
            total += weights.missing_day * max(0, who.least_days - len(days)) ** 2
            total += weights.lone_day_off * (row[0] != "." and row[1] == "." and row[2] != ".")
            worked = [starts[row[d]] for d in days]
            total += min((sum(weights.away_h * abs(s - home) for s in worked) for home in (7, 14)), default=0)
        total += weights.wish * (2 * (rows[0][0] != ".") + rows[1].count("L"))
        for d, (early, late) in enumerate([(1, 0), (1, 1), (0, 1)]):
            had = [row[d] for row in rows]
            if had.count("E") > early or had.count("L") > late:
                return None
            total += weights.uncovered * (early + late - had.count("E") - had.count("L"))
        return total

    every = [c for rows in product(product("EL.", repeat=3), repeat=2) if (c := cost(["".join(r) for r in rows])) is not None]
    # the horizon of a week cut to three days of work still asks for the contract's days
    assert info.status is Status.OPTIMAL
    assert (info.objective, info.bound) == (min(every), min(every))


def test_a_tour_of_the_plan_is_worked_by_one_person_who_keeps_the_start_and_the_days_off_together():
    account = desk()
    people = tuple(person(account, id) for id in ("a", "b"))
    plan = plan_of(account, {"E": [1, 1, 1, 1, 1, 0, 0], "L": [0, 0, 1, 1, 1, 1, 1]})
    roster, info = assign(plan, people, account=replace(account, people=people), **EXACT)
    assert info.objective == info.bound == 0
    assert open_heads(roster) == 0
    assert sorted(named_days(roster, plan).values()) == [[0, 1, 2, 3, 4], [2, 3, 4, 5, 6]]
    assert {agent.pattern for agent in roster.agents} == {"E-0700", "L-1400"}


def test_time_off_is_free_and_what_nobody_can_take_is_to_hire():
    account = desk()
    people = (person(account, "a"),)
    account = replace(account, people=people, time_off=(TimeOff(agent="a", first=FIRST, last=FIRST + timedelta(days=1)),))
    plan = plan_of(account, {"E": [1, 1, 1, 1, 1, 0, 0]})
    roster, _ = assign(plan, people, account=account, **EXACT)
    assert named_days(roster, plan) == {"a": [2, 3, 4]}
    assert [(line.shift, line.heads, line.overtime, line.filled) for line in roster.open_shifts] == [
        ("E.0", 1, (), True), ("E.1", 1, (), True),
    ]  # fmt: skip
    hired = [agent for agent in roster.agents if not agent.named]
    assert [(agent.id, agent.pattern) for agent in hired] == [(f"hire-{group_of(account)}-001", "E-0700")]
    assert broken(roster, plan, account) == []


def test_a_week_of_leave_is_not_made_up_for_at_its_weekend():
    account = desk()
    people = (person(account, "a"),)
    account = replace(account, people=people, time_off=(TimeOff(agent="a", first=FIRST, last=FIRST + timedelta(days=4)),))
    plan = plan_of(account, {"E": [0, 0, 0, 0, 0, 1, 1]})
    roster, _ = assign(plan, people, account=account, **EXACT)
    assert named_days(roster, plan) == {"a": []}
    assert [line.overtime for line in roster.open_shifts] == [("a",), ("a",)]


def test_without_hires_the_shifts_worked_are_those_of_the_people_there_are():
    account = desk()
    people = (person(account, "a", most_days=3, least_days=3),)
    account = replace(account, people=people, settings=replace(account.settings, fill="none"))
    plan = plan_of(account, {"E": [2, 1, 1, 1, 1, 0, 0]})
    worked, roster, (info,) = staff_shifts(plan, account)
    assert sum(shift.heads for shift in worked.shifts) == 3 == len(roster.assignments)
    assert open_heads(roster) == 3
    assert {agent.id for agent in roster.agents} == {"a"}
    assert info.name == "named roster"
    assert broken(roster, worked, account) == []


def test_too_many_people_share_the_days_and_nobody_is_left_out():
    account = desk()
    people = tuple(person(account, id) for id in "abcde")
    plan = plan_of(account, {"E": [1, 1, 1, 1, 1, 1, 1]})
    roster, _ = assign(plan, people, account=replace(account, people=people), **EXACT)
    assert sorted(map(len, named_days(roster, plan).values())) == [1, 1, 1, 2, 2]


def test_nights_go_to_those_who_may_work_them_and_have_worked_fewest():
    account = desk()
    people = (
        person(account, "never", nights=Nights.NEVER),
        person(account, "often", nights_before=9),
        person(account, "seldom", nights_before=1),
    )
    plan = plan_of(account, {"N": [1, 1, 1, 0, 0, 0, 0]})
    roster, _ = assign(plan, people, account=replace(account, people=people), **EXACT)
    assert named_days(roster, plan) == {"never": [], "often": [], "seldom": [0, 1, 2]}


@pytest.mark.parametrize("first_pause", [240, 360])
@pytest.mark.parametrize("nights", [Nights.NEVER, Nights.ONLY])
def test_where_only_some_heads_of_a_pattern_work_a_night_contracts_about_nights_are_kept(nights, first_pause):
    # 16:00 to 01:00: three hours of night with a pause at 20:00, two with one at 22:00
    account = desk()
    plan = plan_of(account, {"E": [1, 0, 0, 0, 0, 0, 0]}, {"E": (960, 540)})
    (one,) = plan.shifts
    rows = []
    for n, pause in enumerate((first_pause, 600 - first_pause)):
        start = one.start_utc + timedelta(minutes=pause)
        rows.append(
            replace(one, id=f"E.{n}", breaks=(replace(one.breaks[0], start_utc=start, end_utc=start + timedelta(hours=1)),))
        )
    plan = replace(plan, shifts=tuple(rows), tours=(replace(plan.tours[0], agents=2),))
    people = (person(account, "bound", nights=nights, least_days=1), person(account, "free", least_days=1))
    account = replace(account, people=people)
    roster, _ = assign(plan, people, account=account, **EXACT)
    assert not [f for f in check(roster, plan, account) if f.rule == "contract_nights"]
    assert named_days(roster, plan) == {"bound": [0], "free": [0]}
    assert open_heads(roster) == 0


def test_weeks_rotate_forward_and_remember_the_week_before():
    people = tuple(person(ACCOUNT, id) for id in ("a", "b"))
    account = desk(*people, days=14)
    week = [1, 1, 1, 1, 1, 0, 0]
    plan = plan_of(account, {"E": week + week, "L": week + week})
    roster, info = assign(plan, people, account=account, **EXACT)
    assert open_heads(roster) == 0
    assert info.objective == 0  # each keeps the start of the week before
    assert broken(roster, plan, account) == []


def test_the_end_of_one_week_binds_the_start_of_the_next():
    people = (person(ACCOUNT, "a", most_days=7, least_days=0), person(ACCOUNT, "b", most_days=7, least_days=0))
    account = desk(*people, days=14)
    plan = plan_of(account, {"L": [0] * 6 + [2] + [0] * 7, "E": [0] * 7 + [2] + [0] * 6})
    roster, _ = assign(plan, people, account=account, **EXACT)
    assert open_heads(roster) == 2  # after 23:00 on Sunday nobody starts at 07:00 on Monday
    assert broken(roster, plan, account) == []


@pytest.mark.parametrize("start", [date(2026, 3, 23), date(2026, 10, 19)])
def test_rest_is_counted_in_hours_that_pass_when_clocks_change(start):
    people = (person(ACCOUNT, "a", most_days=7, least_days=0),)
    account = desk(*people, days=7, start=start)
    hours = {"L": (840, 540), "E": (600, 480)}  # 23:00 to 10:00: eleven hours but on the night of the change
    plan = plan_of(account, {"L": [0, 0, 0, 0, 0, 1, 0], "E": [0, 0, 0, 0, 0, 0, 1]}, hours)
    roster, _ = assign(plan, people, account=account, **EXACT)
    assert open_heads(roster) == (1 if start.month == 3 else 0)
    assert broken(roster, plan, account) == []


CASES = st.fixed_dictionaries(
    {
        "people": st.integers(1, 4),
        "days": st.sampled_from([7, 10, 14]),
        "most": st.lists(st.integers(2, 6), min_size=4, max_size=4),
        "heads": st.lists(st.integers(0, 2), min_size=42, max_size=42),
        "off": st.lists(st.tuples(st.integers(0, 3), st.integers(0, 13), st.integers(0, 3)), max_size=3),
        "never": st.integers(0, 3),
        "start": st.sampled_from([FIRST, date(2026, 10, 19), date(2027, 3, 22)]),
    }
)


def case(drawn):
    ids = "abcd"[: drawn["people"]]
    people = tuple(
        person(
            ACCOUNT, id, most_days=drawn["most"][n], least_days=2, nights=Nights.NEVER if n == drawn["never"] else Nights.ANY
        )
        for n, id in enumerate(ids)
    )
    off = tuple(
        TimeOff(agent=ids[who], first=(first := drawn["start"] + timedelta(days=n)), last=first + timedelta(days=length))
        for who, n, length in drawn["off"]
        if who < len(ids)
    )
    account = desk(*people, days=drawn["days"], start=drawn["start"], time_off=off)
    heads = drawn["heads"]
    work = {name: heads[14 * k : 14 * k + drawn["days"]] for k, name in enumerate("ELN")}
    return account, plan_of(account, work)


@given(drawn=CASES)
@settings(max_examples=25, deadline=None)
def test_whatever_is_assigned_the_checker_passes_and_every_head_is_accounted_for(drawn):
    account, plan = case(drawn)
    if not plan.shifts:
        return
    roster, info = assign(plan, account.people, account=account, rounds=2)
    judged = [f for f in check(roster, plan, account) if f.severity is not Severity.OPEN and not f.agent.startswith("hire-")]
    # a single shift that its own length makes unlawful (a day of 25 hours) is the plan's fault, whoever works it
    assert [f.sentence for f in judged if f.rule in OF_A_ROSTER or f.rule in CONTRACT_RULES] == []
    held = Counter(a.shift for a in roster.assignments)
    assert all(held[shift.id] == shift.heads for shift in plan.shifts)
    assert info.bound is None or info.bound <= info.objective + 1e-6
    again, _ = assign(plan, account.people, account=account, rounds=2)
    assert again == roster


@given(drawn=CASES)
@settings(max_examples=12, deadline=None)
def test_more_people_and_fewer_rules_never_leave_more_open(drawn):
    account, plan = case(drawn | {"days": 7})
    if not plan.shifts:
        return
    roster, info = assign(plan, account.people, account=account, **EXACT)
    more = (*account.people, person(account, "z"))
    with_one, better = assign(plan, more, account=replace(account, people=more), **EXACT)
    freed, freer = assign(plan, account.people, {"daily_rest_h": None}, account=account, **EXACT)
    if info.status is better.status is freer.status is Status.OPTIMAL:
        assert open_heads(with_one) <= open_heads(roster)
        assert open_heads(freed) <= open_heads(roster)
        assert freer.objective <= info.objective


@pytest.mark.parametrize(
    ("rule", "change"),
    [
        ("time_off", {"time_off": (TimeOff(agent="a", first=FIRST, last=FIRST),)}),
        ("contract_days", {"most_days": 1, "least_days": 0}),
        ("contract_hours", {"most_hours": 10.0}),
        ("contract_dates", {"valid_from": FIRST + timedelta(days=1)}),
        ("availability", {"earliest_start_min": 480}),
        ("contract_nights", {"nights": Nights.ONLY}),
        ("skills", {"languages": (("fr", "C1"),)}),
        ("availability", {"shift_rules": ("L",)}),
    ],
)
def test_the_checker_finds_what_an_edited_roster_breaks(rule, change):
    a = person(ACCOUNT, "a")
    plan = plan_of(ACCOUNT, {"E": [1, 1, 0, 0, 0, 0, 0]})
    legal, _ = assign(plan, (a,), account=desk(a), **EXACT)
    assert broken(legal, plan, desk(a)) == []
    account = desk(a, **change) if "time_off" in change else desk(replace(a, **change))
    assert rule in {f.rule for f in check(legal, plan, account)}


def test_the_checker_counts_heads_and_shifts_of_a_date():
    a = person(ACCOUNT, "a")
    account = desk(a)
    plan = plan_of(account, {"E": [1, 0, 0, 0, 0, 0, 0], "L": [1, 0, 0, 0, 0, 0, 0]})
    legal, _ = assign(plan, (a,), account=account, **EXACT)
    twice = replace(legal, assignments=tuple(Assignment(agent="a", shift=id) for id in ("E.0", "L.0")), open_shifts=())
    assert "one_shift_a_date" in {f.rule for f in check(twice, plan, account)}
    nobody = replace(legal, assignments=(), open_shifts=())
    assert {f.rule for f in check(nobody, plan, account) if f.severity is Severity.BREACH} == {"heads"}
