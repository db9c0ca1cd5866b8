"""Where people are shared, the simulated level is the one a promise is held to."""

from __future__ import annotations

from dataclasses import replace

from planner.domain.evaluation import Basis, Evaluation, SlaResult
from planner.domain.simulation import SimulatedSla


def judged(evaluation: Evaluation) -> Evaluation:
    """Return `evaluation` with the simulated level and chance in every row whose law is not exact over time.

    Rows of queues with people of their own, one contact at a time, keep the transient law; rows that were not simulated keep what they
    have. The computed level stays beside it in the simulation's report.
    """
    if evaluation.simulation is None:
        return evaluation
    known = {(row.clause, row.window, row.window_start_utc): row for row in evaluation.simulation.sla}
    rows = tuple(_row(row, known.get((row.clause, row.window, row.window_start_utc))) for row in evaluation.sla)
    return replace(evaluation, sla=rows)


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
    )
