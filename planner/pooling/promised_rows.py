"""Which rows of an evaluation or a simulation are promises that must be kept."""

from __future__ import annotations

from planner.domain.account import Account
from planner.domain.evaluation import SlaResult
from planner.domain.simulation import SimulatedSla


def binds(row: SlaResult | SimulatedSla, account: Account) -> bool:
    """True when `row` is about a window that must be kept: a clause's own, or a queue's own where no clause covers the queue."""
    for clause in account.contract.clauses:
        if clause.id == row.clause:
            return row.window is clause.window
    covered = any(row.clause in clause.queues for clause in account.contract.clauses)
    return not covered and any(q.id == row.clause and q.target.window is row.window for q in account.queues)
