"""What must hold of every re-plan, whatever happened: nothing for nothing, less freedom never cheaper, locks and law kept."""

from collections import Counter
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from replan_cases import MONDAY, STARTS, monday, small_account, small_plan

from planner.domain.changes import (
    NO_PRICES,
    Away,
    Changes,
    Effort,
    Fixed,
    Joining,
    Leaving,
    Lock,
    Overtime,
    Prices,
    VolumeChange,
)
from planner.domain.plan import Plan
from planner.domain.replanned import ChangeKind
from planner.domain.solve import Progress, Status
from planner.errors import InfeasibleError
from planner.replan import replan
from planner.rules import Severity, check

EXACT = Effort(everywhere=True, gap=0.0)
HELD = ((8, 8, None), (12, None, 12), (None, 16, 16), (8, 12, None))
SICK = Away(agent="pt-001", start_utc=monday(0), end_utc=monday(23))
BUSY = VolumeChange(queues=(), start_utc=monday(12), end_utc=monday(20) + timedelta(days=1), factor=1.7)


def three_days(**account: object) -> Plan:
    return small_plan(small_account(days=3, **account), HELD)  # type: ignore[arg-type]


def is_sound(before: Plan, after: Plan, changes: Changes) -> None:
    """An own look at the tables: nobody twice, nobody away at work, heads are people, locks and history stay, the law is kept."""
    shifts = {s.id: s for s in after.shifts.shifts}
    heads = Counter(a.shift for a in after.roster.assignments)
    assert heads == {s.id: s.heads for s in after.shifts.shifts}
    dates = [(a.agent, shifts[a.shift].date) for a in after.roster.assignments]
    assert len(dates) == len(set(dates))
    now = changes.now_utc or before.shifts.grid.start_utc
    work = {(a.agent, shifts[a.shift].date): shifts[a.shift] for a in after.roster.assignments}
    old = {s.id: s for s in before.shifts.shifts}
    was = {(a.agent, old[a.shift].date): old[a.shift] for a in before.roster.assignments}
    forced = {a.agent for a in changes.away} | {leaving.agent for leaving in changes.leaving}
    for (agent, _), shift in work.items():
        for away in changes.away:
            assert away.agent != agent or shift.end_utc <= away.start_utc or away.end_utc <= shift.start_utc
        for leaving in changes.leaving:
            assert leaving.agent != agent or shift.start_utc < leaving.start_utc
    for agent in before.roster.agents:
        for n in range(before.account.horizon.days):
            key = (agent.id, MONDAY + timedelta(days=n))
            published, current = was.get(key), work.get(key)
            locked = any(
                (not k.agents or agent.id in k.agents)
                and (not k.dates or key[1] in k.dates)
                and (not k.shifts or (published is not None and published.id in k.shifts))
                for k in changes.locks
            )
            begun = published is not None and published.start_utc < now
            if (locked or begun) and agent.id not in forced:
                assert (published is None) == (current is None)
                if published is not None and current is not None:
                    assert (published.start_utc, published.end_utc, published.breaks) == (
                        current.start_utc, current.end_utc, current.breaks,
                    )  # fmt: skip
            if current is not None and current != published and (published is None or current.id != published.id):
                assert current.start_utc >= now or agent.id in forced
    paid = bool(changes.overtime)
    findings = check(after.roster, after.shifts, after.account)
    assert not [f for f in findings if f.severity is Severity.BREACH or (f.severity is Severity.OVERTIME and not paid)]
    told = after.replanned
    assert told is not None
    differing = {key for key in {*was, *work} if _hours(was.get(key)) != _hours(work.get(key))}
    assert differing == {(c.agent, c.date) for c in told.changes if c.kind is not ChangeKind.OVERTIME}


def _hours(shift: object) -> object:
    return None if shift is None else (shift.start_utc, shift.end_utc, tuple(sorted(shift.breaks)))  # type: ignore[attr-defined]


def objective(plan: Plan, changes: Changes) -> float:
    info = replan(plan, replace(changes, effort=EXACT)).solves[0]
    assert info.status is Status.OPTIMAL
    assert info.objective is not None
    return info.objective


def test_no_changes_give_the_same_roster_and_nobody_to_tell() -> None:
    plan = three_days()
    same = replan(plan, Changes())
    assert same.roster == plan.roster
    assert same.shifts == plan.shifts
    assert same.bill == plan.bill
    assert same.evaluation == plan.evaluation
    assert same.replanned is not None
    assert same.replanned.changes == ()
    assert same.replanned.headline() == "no changes, nobody to tell"
    assert same.replanned.published == same.replanned.untouched == same.replanned.replanned


def test_fewer_locks_never_cost_more() -> None:
    plan = three_days()
    locks = (Lock(agents=("pt-002",)), Lock(agents=("pt-003",)), Lock(dates=(MONDAY + timedelta(days=1),)))
    costs = [objective(plan, Changes(away=(SICK,), volume=(BUSY,), locks=locks[:n], prices=NO_PRICES)) for n in (3, 2, 1, 0)]
    assert costs == sorted(costs, reverse=True)
    assert costs[0] > costs[-1]


def test_dearer_changes_never_cost_less_and_never_move_more_money_into_changes_than_they_save() -> None:
    plan = three_days()
    found = []
    for scale in (0.0, 0.2, 1.0, 5.0, 1000.0):
        prices = Prices(
            moved_start=scale, moved_per_h=scale, cancelled=scale, called_in=scale, swapped=scale, added=scale, notice=()
        )
        found.append(objective(plan, Changes(away=(SICK,), volume=(BUSY,), prices=prices)))
    assert found == sorted(found)


def test_changes_that_cost_nothing_are_free_reoptimisation() -> None:
    """A price in the objective only reorders rosters: at price 0 the pay and shortfall reached are the least any prices reach."""
    plan = three_days()

    def without_prices(prices: Prices) -> float:
        result = replan(plan, Changes(away=(SICK,), volume=(BUSY,), prices=prices, effort=EXACT))
        assert result.replanned is not None
        objective = result.solves[0].objective
        assert objective is not None
        return objective - result.replanned.price

    free = without_prices(NO_PRICES)
    assert all(free <= without_prices(p) + 1e-6 for p in (Prices(), Prices(in_money=True), Prices(called_in=0.0, notice=())))


def test_at_a_very_high_price_only_what_illness_forces_changes() -> None:
    plan = three_days()
    dear = Prices(breaks_moved=1e6, moved_start=1e6, cancelled=1e6, called_in=1e6, added=1e6, swapped=1e6)
    result = replan(plan, Changes(away=(SICK,), volume=(BUSY,), prices=dear, effort=EXACT))
    assert result.replanned is not None
    assert [(c.agent, c.kind) for c in result.replanned.changes] == [("pt-001", ChangeKind.ABSENT)]
    assert result.replanned.chosen == ()
    assert result.replanned.price == 0.0


def test_money_scales() -> None:
    plan = three_days()
    changes = Changes(away=(SICK,), volume=(BUSY,))
    double = replace(
        plan.account,
        sites=tuple(replace(s, wage_per_h=2 * s.wage_per_h) for s in plan.account.sites),
        settings=replace(plan.account.settings, shortfall_price_per_h=120.0),
    )
    assert objective(replace(plan, account=double), changes) == pytest.approx(2 * objective(plan, changes), rel=1e-6)


def test_the_same_input_gives_the_same_replan() -> None:
    plan = three_days(breaks=True)
    changes = Changes(away=(SICK,), volume=(BUSY,))
    first, second = replan(plan, changes), replan(plan, changes)
    assert first.roster == second.roster
    assert first.shifts == second.shifts
    assert first.replanned == second.replanned
    assert first.provenance == second.provenance
    assert first.provenance.repeatable


class Stopped:
    def is_set(self) -> bool:
        return True


def test_stopped_at_once_it_keeps_a_sound_roster() -> None:
    plan = three_days()
    changes = Changes(away=(SICK,), volume=(BUSY,), prices=NO_PRICES)
    result = replan(plan, changes, stop=Stopped())
    is_sound(plan, result, changes)
    assert result.solves[0].status is Status.CANCELLED
    assert not result.provenance.repeatable


def test_progress_is_told() -> None:
    seen: list[Progress] = []
    replan(three_days(), Changes(away=(SICK,)), report=seen.append)
    assert {"requirement", "replan", "evaluation"} <= {p.stage for p in seen}


def test_a_running_shift_ends_where_illness_begins() -> None:
    plan = three_days(breaks=True)
    ill = Away(agent="pt-001", start_utc=monday(10), end_utc=monday(23))
    result = replan(plan, Changes(now_utc=monday(10), away=(ill,)))
    shift = next(s for s in result.shifts.shifts if ".until" in s.id)
    assert (shift.start_utc, shift.end_utc, shift.heads) == (monday(8), monday(10), 1)
    assert result.replanned is not None
    (change,) = result.replanned.forced
    assert change.kind is ChangeKind.CUT_SHORT
    before, after = float(plan.bill.total_cost().amount), result.replanned.untouched.cost
    assert after == pytest.approx(before, abs=0.02)  # the hours lost are paid as absence


def test_who_leaves_works_no_more_and_who_joins_works_at_the_earliest_then() -> None:
    plan = three_days(price=300.0)
    changes = Changes(
        leaving=(Leaving(agent="pt-002", start_utc=monday(0)),),
        joining=(Joining(agent="new", group="pt", start_utc=monday(0) + timedelta(days=1), pattern="s4-1200"),),
        volume=(BUSY,),
        effort=EXACT,
    )
    result = replan(plan, changes)
    is_sound(plan, result, changes)
    ids = [a.id for a in result.roster.agents]
    assert "pt-002" not in ids
    assert "new" in ids
    assert sum(t.agents for t in result.shifts.tours) == len(ids)
    shifts = {s.id: s for s in result.shifts.shifts}
    mine = [shifts[a.shift].date for a in result.roster.assignments if a.agent == "new"]
    assert mine
    assert min(mine) >= MONDAY + timedelta(days=1)


def test_a_swap_agreed_by_hand_is_made_and_costs_nothing() -> None:
    plan = three_days()
    tuesday = {s.pattern: s.id for s in plan.shifts.shifts if s.date == MONDAY + timedelta(days=1)}
    swap = (Fixed(agent="pt-001", shift=tuesday["s4-1200"]), Fixed(agent="pt-004", shift=tuesday["s4-0800"]))
    result = replan(plan, Changes(fixed=swap, prices=Prices(moved_start=1e6, called_in=1e6, cancelled=1e6)))
    assert result.replanned is not None
    assert {(c.agent, c.kind, c.price) for c in result.replanned.changes} == {
        ("pt-001", ChangeKind.MOVED, 0.0),
        ("pt-004", ChangeKind.MOVED, 0.0),
    }
    assert [(s.id, s.heads) for s in result.shifts.shifts] == [(s.id, s.heads) for s in plan.shifts.shifts]


def test_agreed_shifts_that_break_a_rule_leave_no_roster_and_say_why() -> None:
    account = small_account(days=3, days_per_week=3)
    site = replace(account.sites[0], labour=(("daily_rest_h", 20.0),))
    plan = small_plan(replace(account, sites=(site,)), ((16, None, 16), (8, 8, None)))
    tuesday = next(s.id for s in plan.shifts.shifts if s.date == MONDAY + timedelta(days=1))
    changes = Changes(fixed=(Fixed(agent="pt-001", shift=tuesday),), locks=(Lock(agents=("pt-001",), dates=(MONDAY,)),))
    with pytest.raises(InfeasibleError) as caught:
        replan(plan, changes)
    assert any("pt-001" in reason and "daily_rest_h" in reason for reason in caught.value.reasons)


def test_overtime_is_paid_with_its_premium_and_listed() -> None:
    plan = three_days(price=500.0)
    offer = Overtime(hours_per_week=4.0, premium_share=0.5, start_utc=monday(0), end_utc=monday(23))
    changes = Changes(volume=(replace(BUSY, factor=3.0),), overtime=(offer,), effort=EXACT)
    result = replan(plan, changes)
    assert result.replanned is not None
    worked = [c for c in result.replanned.changes if c.kind is ChangeKind.OVERTIME]
    lines = {line.item: line for line in result.bill.cost}
    assert worked
    assert float(lines["overtime premium"].hours) == pytest.approx(4.0 * len(worked))
    assert float(lines["overtime premium"].rate) == pytest.approx(10 * 0.5)


starts = st.sampled_from([None, *STARTS])


@settings(max_examples=25, deadline=None)
@given(
    held=st.lists(st.tuples(starts, starts, starts), min_size=2, max_size=4).filter(
        lambda h: any(s is not None for r in h for s in r)
    ),
    sick=st.lists(st.tuples(st.integers(0, 3), st.integers(0, 60), st.integers(1, 40)), max_size=2),
    factor=st.sampled_from([0.0, 0.4, 1.0, 2.0]),
    now=st.sampled_from([0, 9, 13, 30]),
    lock=st.sampled_from([None, Lock(agents=("pt-002",)), Lock(dates=(MONDAY + timedelta(days=1),))]),
    breaks=st.booleans(),
    everywhere=st.booleans(),
)
def test_every_replan_is_sound(
    held: list, sick: list, factor: float, now: int, lock: Lock | None, breaks: bool, everywhere: bool
) -> None:
    plan = small_plan(small_account(days=3, breaks=breaks), held)
    ids = [agent.id for agent in plan.roster.agents]
    away = tuple(
        Away(agent=ids[n % len(ids)], start_utc=monday(0) + timedelta(hours=a), end_utc=monday(0) + timedelta(hours=a + h))
        for n, a, h in sick
    )
    locks = (lock,) if lock is not None and not (set(lock.agents) & {a.agent for a in away}) else ()
    changes = Changes(
        now_utc=monday(0) + timedelta(hours=now),
        away=away,
        volume=(replace(BUSY, factor=factor),),
        locks=locks,
        effort=Effort(everywhere=everywhere, move_breaks=breaks),
    )
    result = replan(plan, changes)
    is_sound(plan, result, changes)
    assert result.replanned is not None
    assert (
        result.solves[0].bound is None
        or result.solves[0].objective is None
        or (result.solves[0].bound <= result.solves[0].objective + 1e-6)
    )
