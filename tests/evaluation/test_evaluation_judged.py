"""Shared people are held to the simulated level; the exact law stays where it holds; deferred work is what was simulated."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import numpy as np
import pytest
from factories import tiny_plan

from planner.domain.account import Clause
from planner.domain.evaluation import Basis
from planner.domain.plan import Plan
from planner.domain.targets import Window
from planner.domain.tiers import Tier
from planner.evaluation import evaluate
from planner.evaluation.by_simulation import simulate
from planner.evaluation.judged import judged
from planner.evaluation.judged_notes import BUSY, NOTE
from planner.evaluation.split import RULE


def test_rows_without_an_exact_law_take_the_simulated_level() -> None:
    plan = tiny_plan()
    evaluation = replace(plan.evaluation, simulation=simulate(plan, replications=5, seed=1), notes=(RULE, "kept"))
    first = evaluation.sla[0]
    mixed = replace(
        evaluation,
        sla=(replace(first, basis=Basis.TRANSIENT), *(replace(r, basis=Basis.STATIONARY) for r in evaluation.sla[1:])),
    )
    found = judged(mixed, plan.account)
    assert found.sla[0] == mixed.sla[0]
    assert mixed.simulation is not None
    beside = {(r.clause, r.window, r.window_start_utc): r for r in mixed.simulation.sla}
    for before, row in zip(mixed.sla[1:], found.sla[1:], strict=True):
        simulated = beside[row.clause, row.window, row.window_start_utc]
        if simulated.level is None:
            assert row == (replace(before, basis=Basis.SIMULATED) if before.level is None else before)
        else:
            assert (row.level, row.met, row.probability, row.basis) == (
                simulated.level,
                simulated.met,
                simulated.probability,
                Basis.SIMULATED,
            )
    assert {NOTE, BUSY, "kept"} <= set(found.notes)
    assert RULE not in found.notes


def test_deferred_work_is_neither_lost_nor_made() -> None:
    plan = tiny_plan()
    found = judged(replace(plan.evaluation, simulation=simulate(plan, replications=20, seed=2)), plan.account)
    work = found.deferred
    deferred = np.array([not queue.channel.live for queue in plan.account.queues])
    assert np.isnan(work.open[~deferred]).all()
    arrived, done, still = (np.nansum(v[deferred], axis=1) for v in (work.arrived, work.done, work.open[:, -1:]))
    assert np.allclose(arrived, done + still)
    assert (work.overdue[deferred] <= work.open[deferred] + 1e-9).all()


def test_without_a_simulation_nothing_changes() -> None:
    plan = tiny_plan()
    assert judged(replace(plan.evaluation, simulation=None), plan.account) == replace(plan.evaluation, simulation=None)


def test_intervals_of_held_queues_are_those_of_the_simulated_floor() -> None:
    plan = tiny_plan()
    simulation = simulate(plan, replications=20, seed=3)
    found = judged(replace(plan.evaluation, simulation=simulation), plan.account)
    held = {row.clause for row in found.sla if row.basis is Basis.SIMULATED}
    assert held & {queue.id for queue in plan.account.queues}
    for q, queue in enumerate(plan.account.queues):
        if queue.id not in held:
            assert np.array_equal(found.level[q], plan.evaluation.level[q], equal_nan=True)
            continue
        told = ~np.isnan(plan.evaluation.level[q])
        assert np.isnan(found.level[q][~told]).all()
        assert np.array_equal(found.level[q][told], simulation.level[q][told], equal_nan=True)
        assert np.array_equal(found.mean_wait_s[q][told], simulation.mean_wait_s[q][told], equal_nan=True)
        mine = plan.account.serves()[:, q]
        at = ~np.isnan(found.occupancy[q])
        most = np.nanmax(np.where(mine[:, None], simulation.occupancy, np.nan)[:, at], axis=0)
        assert (found.occupancy[q][at] <= most + 1e-9).all()
    assert found.coverage == plan.evaluation.coverage


def test_credits_of_held_clauses_are_what_simulated_futures_owe() -> None:
    tiers = tuple(Tier(below=below, credit=Decimal(credit)) for below, credit in ((0.95, 500), (0.6, 2000)))
    plan = with_clause(tiny_plan(), tiers)
    report = simulate(plan, replications=40, seed=4)
    rows = [row for row in report.sla if row.clause == "both" and row.probability is not None]
    assert {row.expected_credit for row in report.sla if row.clause != "both"} == {None}
    below = {
        row.window_date: row.probability for row in simulate(with_clause(plan, tiers, level=0.6), replications=40, seed=4).sla
    }
    for row, inside in zip(rows, INSIDE, strict=True):
        owed = 500 * (1 - row.probability) + 1500 * (1 - below[row.window_date])
        assert float(row.expected_credit) == pytest.approx(inside * owed, abs=0.01)
    held = judged(replace(plan.evaluation, simulation=report), plan.account)
    told = {row.window_date: row for row in held.sla if row.clause == "both"}
    assert all(told[row.window_date].expected_credit == row.expected_credit for row in rows)
    assert all(told[row.window_date].basis is Basis.SIMULATED for row in rows)


INSIDE = (1.0, 1.0)


def with_clause(plan: Plan, tiers: tuple[Tier, ...], level: float = 0.95) -> Plan:
    clause = Clause(id="both", queues=("gb_voice", "gb_chat"), level=level, window=Window.DAY, within_s=20, tiers=tiers)
    account = replace(plan.account, contract=replace(plan.account.contract, clauses=(clause,)))
    evaluation = evaluate(plan.shifts, plan.demand, plan.requirement, account)
    return replace(plan, account=account, evaluation=evaluation)
