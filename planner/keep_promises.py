"""Shifts that keep promises as they are delivered: design, evaluate, aim higher where the contract is not met, until it is."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from datetime import date

import numpy as np
from scipy.special import ndtri

from planner.domain.account import Account
from planner.domain.arrays import Floats
from planner.domain.demand import Demand
from planner.domain.evaluation import Evaluation, SlaResult
from planner.domain.promised import Promised
from planner.domain.requirement import Requirement
from planner.domain.shifts import ShiftPlan
from planner.domain.solve import NeverStop, Report, SolveInfo, StopFlag, no_report
from planner.evaluation import evaluate
from planner.shifts import Design, design_from, redesign

CORRECTIONS = 4
"""Times at most that windows are aimed higher."""
_SHARE = 0.3
"""Of the account's time limit, what all corrections may take."""


@dataclass(frozen=True)
class Kept:
    """Shifts and what they deliver; `requirement` says what they mean for each queue."""

    requirement: Requirement
    shifts: ShiftPlan
    evaluation: Evaluation
    solves: tuple[SolveInfo, ...]


def keep_promises(
    requirement: Requirement, demand: Demand, account: Account, *, report: Report = no_report, stop: StopFlag | None = None
) -> Kept:
    """Return the cheapest shifts found that keep the account's promises when evaluated.

    The shift model judges service by each interval's balance; the evaluator may know better, and counts chance. Where a window that
    the model holds comes out below its level, or its probability below ``Settings.certainty``, the model aims it higher by the contacts
    that lack, a few times over. Raises as `design_shifts` does.
    """
    stop = stop or NeverStop()
    found = _evaluated(design_from(requirement, account, report=report, stop=stop), requirement, demand, account)
    promised = requirement.promised
    if promised is None or not promised.windows:
        return found[1]
    deadline = time.perf_counter() + _SHARE * account.settings.time_limit_s
    margin = np.zeros(len(promised.windows))
    best, best_lack = found, lacking(found[1].evaluation, promised, account)
    for _ in range(CORRECTIONS):
        left = deadline - time.perf_counter()
        if not best_lack.any() or stop.is_set() or left <= 0:
            break
        margin += lacking(found[1].evaluation, promised, account)
        found = _evaluated(redesign(found[0], margin, seconds=left, report=report, stop=stop), requirement, demand, account)
        lack = lacking(found[1].evaluation, promised, account)
        if (np.count_nonzero(lack), float(lack.sum())) < (np.count_nonzero(best_lack), float(best_lack.sum())):
            best, best_lack = found, lack
    return best[1]


def _evaluated(design: Design, requirement: Requirement, demand: Demand, account: Account) -> tuple[Design, Kept]:
    shifts = design.shifts()
    planned = design.planned()
    meant = requirement if planned is None else replace(requirement, planned=np.where(requirement.open, planned, np.nan))
    return design, Kept(meant, shifts, evaluate(shifts, demand, meant, account), design.solves)


def lacking(evaluation: Evaluation, promised: Promised, account: Account) -> Floats:
    """Return the contacts each promised window lacks ``[W]``: to its level, or to the chance asked for; zero where it is kept."""
    results: dict[tuple[str, date], SlaResult] = {}
    kinds = {clause.id: clause.window for clause in account.contract.clauses}
    kinds |= {queue.id: queue.target.window for queue in account.queues}
    for result in evaluation.sla:
        if result.window is kinds.get(result.clause):
            results[result.clause, result.window_date] = result
    found = np.zeros(len(promised.windows))
    for w, window in enumerate(promised.windows):
        held = results.get((window.clause, window.first_date))
        if held is not None and held.level is not None:
            found[w] = _lack(held, account.settings.certainty)
    return found


def _lack(result: SlaResult, certainty: float | None) -> float:
    assert result.level is not None
    ahead = (result.level - result.target) * result.offered
    lack = 0.0 if result.met else 1.05 * max(-ahead, 1e-3 * result.offered)
    if certainty is None or result.probability is None or result.probability >= certainty:
        return lack
    # the spread of the count, read off the chance where that tells it, else taken as that of the contacts alone
    seen = float(ndtri(np.clip(result.probability, 0.005, 0.995)))
    alone = float(np.sqrt(max(result.offered, 1.0) * result.target * (1 - result.target)))
    spread = (
        float(np.clip(ahead / seen, alone, 0.25 * result.offered + alone)) if abs(seen) > 0.1 and ahead * seen > 0 else alone
    )
    return max(lack, 1.05 * (float(ndtri(certainty)) * spread - ahead))
