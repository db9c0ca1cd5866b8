"""Which rows of an evaluation or a simulation are promises that must be kept."""

from __future__ import annotations

from collections.abc import Iterable
from math import ceil

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


def enough(rows: Iterable[SlaResult], account: Account, *, contacts: float, least: int, most: int) -> int:
    """Return the replications in which the promise of fewest contacts that must be kept sees as many as `contacts`, within `least` and
    `most`."""
    smallest = min((row.offered for row in rows if row.offered > 0 and binds(row, account)), default=1.0)
    return min(max(ceil(contacts / smallest), least), most)
