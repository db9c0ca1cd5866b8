"""What an account cannot ask for where shared people are planned for simulated levels, each just kept on expectation."""

from __future__ import annotations

from planner.domain.targets import Formula
from planner.io.resolved import Resolved

_APART = 'or write skills = "apart"'
_ASKED = 'skills = "simulated" keeps each promise on expectation as simulated'
_VIRTUAL = (
    'skills = "simulated", but formula = "virtual": what those who gave up would have waited is not simulated',
    f'write another formula, such as "offered", {_APART}',
)


def check_judged_by_simulation(done: Resolved) -> None:
    """Record, with `run.skills` "simulated", every setting and promise that simulation does not judge: a chance, money or no simulation in
    `run`, and virtual waits."""
    run = done.draft.run
    if run is None or run.skills != "simulated":
        return
    if run.certainty is not None:
        done.problem(
            ("run",),
            f"{_ASKED}, but certainty = {run.certainty:g} asks for a chance",
            f"leave certainty out and promise a higher level where you want to be surer, {_APART}",
        )
    if run.promises == "paid":
        done.problem(
            ("run",),
            f'{_ASKED}, but promises = "paid" weighs them in money',
            f'write promises = "kept", and read the expected credits of the plan, {_APART}',
        )
    if run.simulations == 0:
        done.problem(("run",), f"{_ASKED}, but simulations = 0 simulates no finished plan", f"leave simulations out, {_APART}")
    _promises(done)


def _promises(done: Resolved) -> None:
    # those that must be kept: clauses, and targets of queues that no clause covers
    clauses = done.draft.contract.clauses if done.draft.contract else ()
    covered = {id for clause in clauses for id in clause.queues}
    for i, queue in done.draft.queues.items():
        if queue.id in covered:
            continue
        path = ("queues", i, "target")
        if queue.channel.live and queue.target.formula is Formula.VIRTUAL:
            done.problem(path, *_VIRTUAL)
    for i, clause in enumerate(clauses):
        if clause.formula is Formula.VIRTUAL:
            done.problem(("contract", "clauses", i), *_VIRTUAL)
