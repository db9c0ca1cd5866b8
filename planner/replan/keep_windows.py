"""Promises over windows as they are delivered: search, evaluate, aim higher where a window came out below what the model saw."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from planner.domain.arrays import Floats
from planner.domain.plan import Plan
from planner.domain.solve import Report, SolveInfo, Status, StopFlag
from planner.keep_promises import lacking
from planner.replan.cover import MISSED
from planner.replan.decision import Decision
from planner.replan.problem import Problem
from planner.replan.search import search
from planner.replan.worth import worth_of

CORRECTIONS = 2
"""Times at most that windows are aimed higher."""
_SHARE = 0.4
"""Of the time limit, what each of them may take."""

Delivered = Callable[[Decision, Problem], Plan]
"""What a decision delivers when it is evaluated: a whole plan."""


@dataclass(frozen=True, kw_only=True)
class Kept:
    """A decision, the `plan` it makes, how the search for it ended, rounds of labour rules, and how often windows were aimed higher."""

    decision: Decision
    plan: Plan
    info: SolveInfo
    rounds: int
    aimed: int


def keep_windows(problem: Problem, delivered: Delivered, *, report: Report, stop: StopFlag) -> Kept:
    """Return the cheapest lawful decision found that keeps promises over windows when evaluated.

    The model judges service by each interval's balance. Where a window that it keeps comes out below its level, or below the chance
    asked for, the window is aimed higher by the contacts that lack, and the search goes on from there. Objective, bound and gap are
    always those of `problem` as it was given. Raises as `search` does.
    """
    first = search(problem, report=report, stop=stop)
    found = Kept(
        decision=first.decision, plan=delivered(first.decision, problem), info=first.info, rounds=first.rounds, aimed=0
    )
    if problem.held is None:
        return found
    aim, lack = problem, _lack(problem, found)
    for n in range(1, CORRECTIONS + 1):
        if not lack.any() or stop.is_set():
            break
        assert aim.held is not None
        aim = replace(aim, held=aim.held.with_margin(aim.held.margin + lack))
        began = time.perf_counter()
        limit = _SHARE * problem.facts.changes.effort.time_limit_s
        answer = search(aim, report=report, stop=stop, start=found.decision, seconds=limit)
        plan = delivered(answer.decision, aim)
        status = first.info.status if answer.info.status.repeatable else answer.info.status
        info = replace(
            first.info,
            status=Status.GAP_REACHED if status is Status.OPTIMAL else status,
            objective=worth_of(problem, answer.decision)[0].total,
            seconds=found.info.seconds + time.perf_counter() - began,
        )
        trial = Kept(decision=answer.decision, plan=plan, info=info, rounds=first.rounds + answer.rounds, aimed=n)
        after = _lack(aim, trial)
        if (np.count_nonzero(after), after.sum()) < (np.count_nonzero(lack), lack.sum()):
            found, lack = trial, after
        else:
            lack = after
    return found


def _lack(problem: Problem, found: Kept) -> Floats:
    """Contacts that each window lacks when evaluated though the model keeps it ``[W]``; what the model misses is missed by choice."""
    assert problem.held is not None
    lack = lacking(found.plan.evaluation, problem.held.promised, problem.account)
    if not lack.any():
        return lack
    missed = worth_of(problem, found.decision)[1].contacts
    return np.where(missed <= MISSED, lack, 0.0)
