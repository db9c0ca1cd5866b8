"""Plans judged by simulation: the floor is the plan's, the rows are the evaluation's, and where an exact law holds both agree."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from factories import make_account, make_plan, tiny_plan

from planner.domain.account import Clause
from planner.domain.evaluation import Basis
from planner.domain.grid import utc_seconds
from planner.domain.queues import Channel
from planner.domain.simulation import key_of
from planner.domain.targets import Formula, Window
from planner.errors import DataError
from planner.evaluation import evaluate
from planner.evaluation.by_simulation import simulate, simulate_shifts, simulated_rows
from planner.pooling.late import late
from planner.simulation import floor_of, simulate_floor


def test_agents_are_on_seat_whenever_their_shift_says_so() -> None:
    plan = tiny_plan()
    floor = floor_of(plan.account, plan.demand, plan.shifts)
    seconds = np.nansum(floor.hours.ends - floor.hours.starts)
    wanted = 0.0
    for shift in plan.shifts.shifts:
        away = sum((pause.end_utc - pause.start_utc).total_seconds() for pause in shift.breaks)
        inside = (shift.end_utc - max(shift.start_utc, plan.shifts.grid.start_utc)).total_seconds()
        wanted += shift.heads * (inside - away)
    assert seconds == pytest.approx(wanted)
    assert (floor.hours.starts[~np.isnan(floor.hours.starts)] >= 0).all()


def test_every_promise_over_every_window_has_its_simulated_row() -> None:
    plan = tiny_plan()
    found = simulate(plan, replications=4, seed=1)
    rows = {(r.clause, r.window, r.window_start_utc) for r in plan.evaluation.sla}
    assert {(r.clause, r.window, r.window_start_utc) for r in found.sla} == rows
    by_key = {(r.clause, r.window, r.window_start_utc): r for r in plan.evaluation.sla}
    for row in found.sla:
        assert row.computed == by_key[row.clause, row.window, row.window_start_utc].level
        if row.level is not None:
            assert row.low is not None
            assert row.high is not None
            assert 0 <= row.low <= row.level <= row.high <= 1
            assert row.probability is not None
            assert 0 <= row.probability <= 1


def test_contacts_are_offered_as_expected_and_none_is_lost() -> None:
    plan = tiny_plan()
    found = simulate(plan, replications=60, seed=2)
    expected = np.nansum(plan.demand.contacts, axis=1)
    assert np.nansum(found.offered, axis=1) == pytest.approx(expected, rel=0.05)
    assert (found.answered + found.abandoned <= found.offered + 1e-9)[~np.isnan(found.offered)].all()
    assert (found.within <= found.offered + 1e-9)[~np.isnan(found.offered)].all()
    assert (np.nan_to_num(found.offered[~plan.demand.expected]) == 0).all()


def test_levels_of_queues_with_their_own_people_agree_with_the_exact_law_over_time() -> None:
    plan = make_plan(make_account(languages=1, channels=(Channel.VOICE,), days=2, interval_s=3600), heads=4, scenarios=0)
    everybody = tuple(replace(group, absence=0.0, in_shift_loss=0.0) for group in plan.account.groups)
    account = replace(plan.account, groups=everybody)
    # no breaks: the law over time knows but the mean number of agents of an interval, here all of them leave for half of it
    shifts = replace(plan.shifts, shifts=tuple(replace(shift, breaks=(), heads=1) for shift in plan.shifts.shifts))
    evaluation = evaluate(shifts, plan.demand, plan.requirement, account)
    exact = [r for r in evaluation.sla if r.basis is Basis.TRANSIENT and r.window is Window.CONTRACT and r.level is not None]
    assert exact
    found = simulate_shifts(account, plan.demand, shifts, evaluation.sla, replications=200, seed=3)
    beside = {(r.clause, r.window, r.window_start_utc): r for r in found.sla}
    for row in exact:
        simulated = beside[row.clause, row.window, row.window_start_utc]
        assert simulated.low is not None
        assert simulated.high is not None
        assert row.level is not None
        spread = simulated.high - simulated.low
        assert simulated.low - 0.5 * spread <= row.level <= simulated.high + 0.5 * spread


def test_shifts_carried_in_work_from_the_start() -> None:
    plan = tiny_plan()
    first = min(plan.shifts.shifts, key=lambda s: s.start_utc)
    early = replace(first, id="carried", start_utc=plan.shifts.grid.start_utc.replace(year=2020), breaks=())
    account = replace(plan.account, carry_in=(early,))
    more, less = (floor_of(a, plan.demand, plan.shifts).hours for a in (account, plan.account))
    assert len(more.pool) == len(less.pool) + early.heads
    assert more.starts[-1, 0] == 0.0
    assert more.ends[-1, 0] == (utc_seconds(early.end_utc) - utc_seconds(plan.shifts.grid.start_utc))


def test_no_replications_are_refused() -> None:
    with pytest.raises(DataError, match="replications"):
        simulate(tiny_plan(), replications=0)


def test_a_stop_keeps_what_is_done_and_tells_no_chances() -> None:
    asked = []

    class Stop:
        def is_set(self) -> bool:
            asked.append(1)
            return len(asked) > 3

    found = simulate(tiny_plan(), replications=100, seed=1, stop=Stop())
    assert 1 <= found.replications < 100
    assert found.futures == 0
    assert all(r.probability is None for r in found.sla)
    assert any(r.level is not None for r in found.sla)


def test_closed_intervals_have_nothing_to_tell() -> None:
    plan = tiny_plan()
    found = simulate(plan, replications=3, seed=1)
    closed = ~plan.requirement.open & ~plan.demand.expected
    assert closed.any()
    assert np.isnan(found.offered[closed & (np.nan_to_num(found.offered) == 0)]).all()
    assert not np.isnan(found.offered[plan.demand.expected]).any()


def test_windows_of_markets_in_several_zones_that_start_together_stay_apart() -> None:
    account = make_account(languages=2, channels=(Channel.VOICE,), days=1, interval_s=3600)
    west = replace(account.markets[1], zone="America/New_York")
    clause = Clause(id="all", queues=tuple(q.id for q in account.queues), level=0.8, window=Window.DAY)
    account = replace(account, markets=(account.markets[0], west), contract=replace(account.contract, clauses=(clause,)))
    plan = make_plan(account, heads=3, scenarios=2)
    evaluation = evaluate(plan.shifts, plan.demand, plan.requirement, account)
    rows = [r for r in evaluation.sla if r.clause == "all"]
    assert len({r.window_start_utc for r in rows}) < len(rows)
    found = simulate_shifts(account, plan.demand, plan.shifts, evaluation.sla, replications=2, seed=1)
    assert [key_of(r) for r in found.sla] == [key_of(r) for r in evaluation.sla]


def test_a_clause_within_no_seconds_counts_those_who_found_somebody_free() -> None:
    account = make_account(languages=1, channels=(Channel.VOICE,), days=1, interval_s=3600)
    at_once = Clause(id="at_once", queues=(account.queues[0].id,), level=0.5, window=Window.CONTRACT, within_s=0.0)
    plan = make_plan(replace(account, contract=replace(account.contract, clauses=(at_once,))), heads=2, scenarios=0)
    computed = evaluate(plan.shifts, plan.demand, plan.requirement, plan.account).sla
    ran = simulate_floor(floor_of(plan.account, plan.demand, plan.shifts), replications=6, seed=1, workers=1)
    (row,) = (r for r in simulated_rows(plan.account, plan.demand, computed, ran) if r.clause == "at_once")
    within, counted = ran.counted(account.queues[0].id, Formula.OFFERED, 0.0)
    assert row.level == pytest.approx(within.sum() / counted.sum())
    own = ran.counted(account.queues[0].id, Formula.OFFERED)[0]
    assert within.sum() < own.sum()
    missed = np.minimum((counted - within).mean(axis=0), 3600.0 / account.queues[0].aht_s)
    assert late(plan.account, row, ran)[0] == pytest.approx(missed)
