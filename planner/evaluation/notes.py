"""What a reader of the evaluation must know, in plain sentences."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from planner.domain.account import Account
from planner.domain.capacity import Coverage
from planner.domain.evaluation import DeferredWork, SlaResult
from planner.domain.targets import Window
from planner.evaluation.split import RULE


def notes(
    account: Account, coverage: Coverage, deferred: DeferredWork, sla: Sequence[SlaResult], *, scenarios: int
) -> tuple[str, ...]:
    """Return the assumptions behind an evaluation that apply to it, one sentence or two each."""
    return tuple(_notes(account, coverage, deferred, sla, scenarios))


def _notes(
    account: Account, coverage: Coverage, deferred: DeferredWork, sla: Sequence[SlaResult], scenarios: int
) -> Iterator[str]:
    live = [queue for queue in account.queues if queue.channel.live]
    waiting = [queue for queue in account.queues if not queue.channel.live]
    if live:
        yield "Live service: the stationary law of each interval, nothing carried over between intervals."
    if ((coverage.on_seat > 0).sum(axis=1) > 1).any():
        yield RULE
    if any(queue.concurrency > 1 for queue in live):
        yield "Chat: an agent is several servers at full-concurrency handling time; occupancy is of servers."
    if waiting:
        pending = max(0.0, float(np.nansum(deferred.open[:, -1]) - np.nansum(deferred.overdue[:, -1])))
        yield (
            "Deferred work: a fluid, first due first, starting with nothing open; contacts open and not yet due at the end "
            f"({pending:,.0f}) count neither way."
        )
    yield from _window_notes(account, sla)
    if scenarios:
        yield f"P: share of {scenarios} demand scenarios whose expected level reaches the target with this staffing."


def _window_notes(account: Account, sla: Sequence[SlaResult]) -> Iterator[str]:
    promised = {(queue.id, queue.target.window) for queue in account.queues}
    promised |= {(clause.id, clause.window) for clause in account.contract.clauses}
    rows = [r for r in sla if (r.clause, r.window) in promised]
    if any(r.window is Window.CONTRACT for r in rows):
        yield "Promises over the whole contract are applied to the horizon alone."
    cut = sorted({r.window.value for r in rows if r.partial})
    if cut:
        yield f"A {_listed(cut)} cut by the horizon's edge is judged by its part inside and marked partial."
    own = [
        {account.queue(id).target.within_s for id in clause.queues}
        for clause in account.contract.clauses
        if clause.within_s is None
    ]
    if any(len(thresholds) > 1 for thresholds in own):
        yield "A clause without a threshold holds every queue to its own; the longest is shown."


def _listed(words: Sequence[str]) -> str:
    return ", ".join(words[:-1]) + " or " + words[-1] if len(words) > 1 else words[0]
