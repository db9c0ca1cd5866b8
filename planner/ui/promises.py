"""Every promise of a plan with its results over its own windows: each queue's target and each clause of the contract."""

from __future__ import annotations

from planner.domain.evaluation import SlaResult
from planner.domain.plan import Plan


def own_windows(plan: Plan) -> dict[str, tuple[SlaResult, ...]]:
    """Return per promise (a queue's id for its own target, or a clause's) its results over the window it names, all of them.

    A queue that clauses cover is held to these alone.
    """
    clauses = plan.account.contract.clauses
    covered = {queue for clause in clauses for queue in clause.queues}
    named = {q.id: q.target.window for q in plan.account.queues if q.id not in covered} | {c.id: c.window for c in clauses}
    return {id: tuple(r for r in plan.evaluation.sla if r.clause == id and r.window is window) for id, window in named.items()}
