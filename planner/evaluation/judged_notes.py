"""What a reader must know of a plan that is judged by simulation, in place of what is said of formulas."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from planner.domain.account import Account
from planner.domain.evaluation import Basis, Evaluation
from planner.evaluation.notes import CHANCE, CHAT, FLUID, ONLY_SIMULATION
from planner.evaluation.split import RULE

NOTE = (
    "Where people are shared or hold several contacts, levels, waits and open work are those of the simulated floor with its routing; "
    "need, coverage and what is short of it say only what the shifts were designed for, people divided between queues."
)
"""What is said instead of how formulas divide people."""
BUSY = "Occupancy of such a queue is that of the people on seat who may take it, with all that they do."
"""How busy people are whom several queues share."""


def judged_notes(evaluation: Evaluation, account: Account) -> tuple[str, ...]:
    """Return the notes of `evaluation`, rows of which take the simulated level, without what no longer holds of them and with what does."""
    held = {row.clause for row in evaluation.sla if row.basis is Basis.SIMULATED}
    chats = [queue for queue in account.queues if queue.channel.live and queue.concurrency > 1]
    gone = [FLUID]
    if all(queue.id in held for queue in chats):
        gone.append(CHAT)
    promised = [row for row in evaluation.sla if row.probability is not None]
    exact = [row for row in promised if row.basis is not Basis.SIMULATED]
    if not exact:
        gone.append(CHANCE)
    kept = [note for note in evaluation.notes if note != RULE and ONLY_SIMULATION not in note]
    kept = [note for note in kept if not note.startswith(tuple(gone))]
    return (NOTE, BUSY, *_deferred(evaluation, account), *kept, *_chance(evaluation, mixed=bool(exact)))


def _deferred(evaluation: Evaluation, account: Account) -> Iterator[str]:
    if all(queue.channel.live for queue in account.queues):
        return
    work = evaluation.deferred
    pending = max(0.0, float(np.nansum(work.open[:, -1]) - np.nansum(work.overdue[:, -1])))
    start = sum(row.contacts for queue in account.queues for row in queue.backlog)
    there = f"{start:,.0f} contacts" if start else "nothing"
    yield (
        f"Work that can wait: as simulated, starting with {there} open; contacts open and not yet due at the end ({pending:,.0f} on "
        "average) count neither way."
    )


def _chance(evaluation: Evaluation, *, mixed: bool) -> Iterator[str]:
    simulation = evaluation.simulation
    if simulation is None or not simulation.futures:
        return
    where = "P of simulated levels" if mixed else "P"
    yield (
        f"{where}: the share of {simulation.futures} simulated futures, drawn from the demand scenarios with absences and the luck of the "
        "draw, in which the window reaches the target."
    )
