"""Where people are shared, the simulated level is the one a promise is held to."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from planner.domain.account import Account
from planner.domain.arrays import Floats
from planner.domain.evaluation import Basis, DeferredWork, Evaluation, SlaResult
from planner.domain.simulation import SimulatedSla, SimulationReport, key_of
from planner.evaluation.judged_notes import judged_notes


def judged(evaluation: Evaluation, account: Account) -> Evaluation:
    """Return `evaluation` with the simulated level, chance and expected credit in every row whose law is not exact over time, with those
    queues interval by interval and deferred work as they were simulated.

    Rows of queues with people of their own, one contact at a time, keep the transient law; rows that were not simulated keep what they
    have. The computed level stays beside it in the simulation's report. Occupancy of such a queue is that of the people on seat who may
    take it, whatever they are at. Coverage and shortfall stay those of what the shifts were designed for.
    """
    simulation = evaluation.simulation
    if simulation is None:
        return evaluation
    known = {key_of(row): row for row in simulation.sla}
    rows = tuple(_row(row, known.get(key_of(row))) for row in evaluation.sla)
    held = {row.clause for row in rows if row.basis is Basis.SIMULATED}
    over = np.array([queue.id in held for queue in account.queues])[:, None]
    found = replace(
        evaluation,
        sla=rows,
        level=np.where(over, _told_as(evaluation.level, simulation.level), evaluation.level),
        abandonment=np.where(over, _told_as(evaluation.abandonment, _gave_up(simulation)), evaluation.abandonment),
        mean_wait_s=np.where(over, _told_as(evaluation.mean_wait_s, simulation.mean_wait_s), evaluation.mean_wait_s),
        occupancy=np.where(over, _busy(evaluation, simulation, account), evaluation.occupancy),
        deferred=_deferred(evaluation.deferred, simulation),
        overload=(),
    )
    return replace(found, notes=judged_notes(found, account))


def _row(row: SlaResult, simulated: SimulatedSla | None) -> SlaResult:
    if simulated is None or row.basis is Basis.TRANSIENT:
        return row
    if simulated.level is None:  # nothing came: by no law is there a level (C3)
        return replace(row, basis=Basis.SIMULATED) if row.level is None else row
    return replace(
        row,
        level=simulated.level,
        within=simulated.level * row.offered,
        met=simulated.met,
        probability=simulated.probability,
        basis=Basis.SIMULATED,
        expected_credit=simulated.expected_credit,
    )


def _told_as(computed: Floats, simulated: Floats) -> Floats:
    """`simulated` where there is something to tell by formulas too (C3)."""
    found: Floats = np.where(np.isnan(computed), np.nan, simulated)
    return found


def _gave_up(simulation: SimulationReport) -> Floats:
    ended = simulation.answered + simulation.abandoned
    share: Floats = np.divide(simulation.abandoned, ended, out=np.full(ended.shape, np.nan), where=ended > 0)
    return share


def _busy(evaluation: Evaluation, simulation: SimulationReport, account: Account) -> Floats:
    """Occupancy ``[Q, T]`` of the people on seat who may take the queue; NaN where nobody is, or nothing is expected."""
    serves = account.serves().astype(np.float64).T
    seats = np.where(np.isnan(simulation.occupancy), 0.0, evaluation.capacity.on_seat)
    there, busy = serves @ seats, serves @ (seats * np.nan_to_num(simulation.occupancy))
    found: Floats = np.divide(busy, there, out=np.full(there.shape, np.nan), where=there > 0)
    live = np.array([queue.channel.live for queue in account.queues])[:, None]
    return np.where(live & np.isnan(evaluation.level), np.nan, found)


def _deferred(work: DeferredWork, simulation: SimulationReport) -> DeferredWork:
    # deferred queues over time as simulated; what was open at the start is done or open like the rest
    told = ~np.isnan(work.open)
    still = simulation.open
    before = np.concatenate([_first(work, still), still[:, :-1]], axis=1)
    done = np.maximum(simulation.offered - (still - before), 0.0)
    return DeferredWork(
        arrived=_where(told, simulation.offered),
        done=_where(told, done),
        open=_where(told, still),
        overdue=_where(told, simulation.overdue),
        oldest_s=_where(told, simulation.oldest_s),
    )


def _first(work: DeferredWork, still: Floats) -> Floats:
    # what is open at the start, as the evaluation had it: open and done at the end of the first interval less what arrived in it
    start: Floats = np.nan_to_num(work.open[:, :1] + work.done[:, :1] - work.arrived[:, :1], nan=0.0)
    return start if still.shape[1] else still


def _where(told: np.ndarray, values: Floats) -> Floats:
    found: Floats = np.where(told, values, np.nan)
    return found
