"""Shifts for shared people that keep every promise on the simulated floor, with what was tried on the way."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace

import numpy as np

from planner.domain.account import Account
from planner.domain.demand import Demand
from planner.domain.evaluation import Evaluation
from planner.domain.requirement import Requirement
from planner.domain.shifts import ShiftPlan
from planner.domain.solve import NeverStop, Report, SolveInfo, Status, StopFlag, no_report
from planner.economics import bill
from planner.evaluation import evaluate
from planner.pooling.exchange import Exchanged, exchange
from planner.pooling.search import Search, Step, Try
from planner.pooling.trim import Trimmed, trim

CHECKED = 200
"""Replications, of customers that no design has met, by which the finished shifts are checked."""
_TRIM_SHARE = _EXCHANGE_SHARE = 0.2
"""Of the account's time limit, what taking spare people off may take, and exchanging people after it."""


@dataclass(frozen=True, kw_only=True)
class SharedPlan:
    """Shifts of shared people with what they deliver; `requirement` is the one they were designed to, `steps` the designs tried."""

    requirement: Requirement
    shifts: ShiftPlan
    evaluation: Evaluation
    solves: tuple[SolveInfo, ...]
    steps: tuple[Step, ...]


def keep_shared(
    requirement: Requirement, demand: Demand, account: Account, *, report: Report = no_report, stop: StopFlag | None = None
) -> SharedPlan:
    """Return the cheapest shifts found that keep the account's promises when people who can do several things do them as routing says.

    Designs follow a requirement whose reserves are those of queues apart, times a share of each promise's own (`pooled`); after each
    design the floor is simulated, and the share of each promise raised where it is short and lowered where it is not, by the slope its
    last two designs show (a cut of the service that simulation found, valid near the plan it was found at; see M. T. Cezik and P.
    L'Ecuyer, "Staffing multiskill call centers via linear programming and simulation", Management Science 54, 2008). Then people are taken
    off one by one where the floor still keeps its promises without them. Nothing is proven of the cost: the bound is None.
    Raises as `design_shifts` does.
    """
    stop = stop or NeverStop()
    began = time.perf_counter()
    search = Search(requirement, demand, account, report=report, stop=stop)
    found = search.run()
    limit = account.settings.time_limit_s
    trimmed = trim(found.shifts, account, search.simulated, seconds=_TRIM_SHARE * limit, stop=stop)
    finished = exchange(trimmed.shifts, account, search.simulated, seconds=_EXCHANGE_SHARE * limit, stop=stop)
    planned = found.design.planned()
    meant = found.requirement
    if planned is not None:
        meant = replace(meant, planned=np.where(meant.open, planned, np.nan))
    meant = replace(meant, methods=tuple(_method(m, bool(s)) for m, s in zip(meant.methods, search.shared, strict=True)))
    checked = search.rows_of(finished.shifts, replications=CHECKED, seed=account.settings.seed + 1_000_003)
    info = _info(
        found,
        trimmed,
        finished,
        account,
        tuple(search.steps),
        [r for r in checked if r.met is False],
        time.perf_counter() - began,
    )
    return SharedPlan(
        requirement=meant,
        shifts=finished.shifts,
        evaluation=evaluate(finished.shifts, demand, meant, account),
        solves=(info, *found.design.solves[1:]),
        steps=tuple(search.steps),
    )


def _method(said: str, shared: bool) -> str:
    return f"{said}; beyond its load as much as the simulated floor of shared people takes" if shared else said


def _info(
    found: Try,
    trimmed: Trimmed,
    finished: Exchanged,
    account: Account,
    steps: tuple[Step, ...],
    missed: list[object],
    seconds: float,
) -> SolveInfo:
    whole = found.design.solves[0]
    cost = float(sum(line.amount for line in bill(finished.shifts, account).cost))
    tried = "; ".join(f"{step.objective:,.0f} ({step.missed} missed)" for step in steps)
    spared = f", then {len(trimmed.taken)} people taken off who were spare" if trimmed.taken else ""
    changed = ", ".join(f"{step.source} for {step.to}" for step in finished.steps)
    spared += f", people exchanged ({changed}) until others were spare" if changed else ""
    kept = f"{len(missed)} missed" if missed else "all kept"
    return replace(
        whole,
        status=Status.ROUNDS_DONE if whole.status.repeatable else whole.status,
        objective=cost,
        bound=None,
        seconds=seconds,
        note=f"shared people, judged by simulation: designs of {tried}{spared}; promises in {CHECKED} further simulated horizons: {kept}; "
        "no bound: what shared people can do is known from simulation alone",
    )
