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
from planner.evaluation import evaluate
from planner.pooling.exchange import Exchanged, exchange
from planner.pooling.pay import cost_of
from planner.pooling.search import Search, Step
from planner.pooling.trim import Trimmed, trim

CHECKED = 200
"""Replications, of customers that no design has met, by which the finished shifts are checked."""
_OTHER_CUSTOMERS = 1_000_003
"""What is added to the account's seed for them."""
_LOOK_BACK = 12
"""Plans met that are checked at most, the last first."""
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
    shifts, missed = _checked(search, (*trimmed.met, *finished.met))
    planned = found.design.planned()
    meant = found.requirement
    if planned is not None:
        meant = replace(meant, planned=np.where(meant.open, planned, np.nan))
    meant = replace(meant, methods=tuple(_method(m, bool(s)) for m, s in zip(meant.methods, search.shared, strict=True)))
    ended = Status.ROUNDS_DONE
    if not (search.in_time and trimmed.in_time and finished.in_time):
        ended = Status.CANCELLED if stop.is_set() else Status.TIME_LIMIT
    before = found.design.solves[0]
    info = replace(
        before,
        status=ended if before.status.repeatable else before.status,
        objective=cost_of(shifts, account),
        bound=None,
        seconds=time.perf_counter() - began,
        note=_note(search.steps, trimmed, finished, shifts, missed),
    )
    return SharedPlan(
        requirement=meant,
        shifts=shifts,
        evaluation=evaluate(shifts, demand, meant, account),
        solves=(info, *found.design.solves[1:]),
        steps=tuple(search.steps),
    )


def _checked(search: Search, met: tuple[ShiftPlan, ...]) -> tuple[ShiftPlan, int]:
    # the last plan met that keeps its promises with customers whom none of them has met, else the one that misses fewest
    seed = search.account.settings.seed + _OTHER_CUSTOMERS
    best: tuple[int, ShiftPlan] | None = None
    for shifts in reversed(met[-_LOOK_BACK:]):
        missed = sum(row.met is False for row in search.rows_of(shifts, replications=CHECKED, seed=seed))
        if best is None or missed < best[0]:
            best = missed, shifts
        if missed == 0 or search.stop.is_set():
            break
    assert best is not None
    return best[1], best[0]


def _method(said: str, shared: bool) -> str:
    return f"{said}; beyond its load as much as the simulated floor of shared people takes" if shared else said


def _note(steps: list[Step], trimmed: Trimmed, finished: Exchanged, shifts: ShiftPlan, missed: int) -> str:
    tried = ", ".join(f"{step.objective:,.0f} ({step.missed} missed)" for step in steps)
    kept = f"{missed} missed" if missed else "all kept"
    said = [f"shared people, judged by simulation: designs of {tried}"]
    if shifts in finished.met:
        changed = ", ".join(f"{step.source} for {step.to}" for step in finished.steps)
        said.append(f"people exchanged until others were spare ({changed})")
    off = trimmed.met[0].heads() - shifts.heads()
    if off > 0:
        said.append(f"{off} people taken off who were spare")
    said.append(f"promises in {CHECKED} further simulated horizons: {kept}")
    said.append("no bound: what shared people can do is known from simulation alone")
    return "; ".join(said)
