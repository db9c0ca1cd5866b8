"""Shared people are held to the simulated level; the exact law stays where it holds; deferred work is what was simulated."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from factories import tiny_plan

from planner.domain.evaluation import Basis
from planner.evaluation.by_simulation import simulate
from planner.evaluation.judged import NOTE, judged
from planner.evaluation.split import RULE


def test_rows_without_an_exact_law_take_the_simulated_level() -> None:
    plan = tiny_plan()
    evaluation = replace(plan.evaluation, simulation=simulate(plan, replications=5, seed=1), notes=(RULE, "kept"))
    first = evaluation.sla[0]
    mixed = replace(
        evaluation,
        sla=(replace(first, basis=Basis.TRANSIENT), *(replace(r, basis=Basis.STATIONARY) for r in evaluation.sla[1:])),
    )
    found = judged(mixed)
    assert found.sla[0] == mixed.sla[0]
    assert mixed.simulation is not None
    beside = {(r.clause, r.window, r.window_start_utc): r for r in mixed.simulation.sla}
    for before, row in zip(mixed.sla[1:], found.sla[1:], strict=True):
        simulated = beside[row.clause, row.window, row.window_start_utc]
        if simulated.level is None:
            assert row == before
        else:
            assert (row.level, row.met, row.probability, row.basis) == (
                simulated.level,
                simulated.met,
                simulated.probability,
                Basis.SIMULATED,
            )
    assert found.notes == (NOTE, "kept")


def test_deferred_work_is_neither_lost_nor_made() -> None:
    plan = tiny_plan()
    found = judged(replace(plan.evaluation, simulation=simulate(plan, replications=20, seed=2)))
    work = found.deferred
    deferred = np.array([not queue.channel.live for queue in plan.account.queues])
    assert np.isnan(work.open[~deferred]).all()
    arrived, done, still = (np.nansum(v[deferred], axis=1) for v in (work.arrived, work.done, work.open[:, -1:]))
    assert np.allclose(arrived, done + still)
    assert (work.overdue[deferred] <= work.open[deferred] + 1e-9).all()


def test_without_a_simulation_nothing_changes() -> None:
    plan = tiny_plan()
    assert judged(replace(plan.evaluation, simulation=None)) == replace(plan.evaluation, simulation=None)
