"""Where people are shared, the simulated level is the one a promise is held to."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from planner.domain.arrays import Floats
from planner.domain.evaluation import Basis, DeferredWork, Evaluation, SlaResult
from planner.domain.simulation import SimulatedSla, SimulationReport, key_of
from planner.evaluation.split import RULE

ONLY_SIMULATION = "only a simulation could prove it"
"""What notes say of levels that no exact law tells."""
NOTE = (
    "Where people are shared or hold several contacts, levels and open work are those of the simulated floor with its routing; the split "
    "of their time says only what the shifts were planned for."
)
"""What is said instead."""


def judged(evaluation: Evaluation) -> Evaluation:
    """Return `evaluation` with the simulated level and chance in every row whose law is not exact over time, and with deferred work as
    it was simulated.

    Rows of queues with people of their own, one contact at a time, keep the transient law; rows that were not simulated keep what they
    have. The computed level stays beside it in the simulation's report; what a window is expected to owe is not told, for its chance is
    another one.
    """
    simulation = evaluation.simulation
    if simulation is None:
        return evaluation
    known = {key_of(row): row for row in simulation.sla}
    rows = tuple(_row(row, known.get(key_of(row))) for row in evaluation.sla)
    notes = tuple(note for note in evaluation.notes if note != RULE and ONLY_SIMULATION not in note)
    return replace(evaluation, sla=rows, deferred=_deferred(evaluation.deferred, simulation), overload=(), notes=(NOTE, *notes))


def _row(row: SlaResult, simulated: SimulatedSla | None) -> SlaResult:
    if simulated is None or row.basis is Basis.TRANSIENT or simulated.level is None:
        return row
    return replace(
        row,
        level=simulated.level,
        within=simulated.level * row.offered,
        met=simulated.met,
        probability=simulated.probability,
        basis=Basis.SIMULATED,
        expected_credit=None,
    )


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
