"""A proven lower bound on what shared people cost: whoever shares them, the work itself must be done."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace

import numpy as np

from planner.domain.account import Account
from planner.domain.demand import Demand
from planner.domain.requirement import Requirement
from planner.domain.routing import routes
from planner.domain.solve import WORK_BOUND, NeverStop, Report, SolveInfo, Status, StopFlag, no_report
from planner.pooling.work.asked import Desk, desk_of
from planner.pooling.work.model import useful, work_model
from planner.shifts.assemble import assemble
from planner.shifts.problem import Problem
from planner.solver import SolveOptions, relaxed, solve

NOTE = "the bound is proven for every routing: the work of what must be done in time, and the shifts it takes"
"""What a proven bound says."""
NOTHING = "no bound: simulation counts nothing that must be done in time and takes people's time"
"""What there is to say where none is above nothing."""
LED_ON = "no bound: not proven where contacts come back or are escalated"
"""What there is to say where contacts lead to others."""
NODES = 2_000
"""Nodes of branch and bound on small problems: a count, not a clock, so that it ends the same way twice (C14)."""
_LARGEST = 700
"""Duties and break choices up to which whole people are asked for; beyond, the bound is that of parts of people."""
_HALF_CENT = 0.005
"""Every line of a bill is rounded by no more."""


@dataclass(frozen=True, kw_only=True)
class WorkBound:
    """What keeping every promise costs at least, in the account's currency; None where nothing was proven (in time, or at all),
    or nothing can be since no shifts keep them all: `possible` is False then. `note` says in words what was proven; `solve`, of the name
    "work bound", how the program ended."""

    bound: float | None
    possible: bool
    note: str
    solve: SolveInfo


def work_bound(
    requirement: Requirement,
    demand: Demand,
    account: Account,
    *,
    seconds: float,
    points: float = 0.0,
    report: Report = no_report,
    stop: StopFlag | None = None,
) -> WorkBound:
    """Return a lower bound on the cost of every shift plan of `account` that keeps its promises for `demand`, however it shares people.

    The cost is that of all shifts, those begun before the horizon included, as :func:`planner.pooling.pay.cost_of` tells it; of
    `requirement` queues and grid are used alone. Promises are those that simulation judges, at the expected contacts, each level lowered by
    `points` (0.01 is one point) in every row that names one: levels simulated over finitely many horizons are known to within luck, which a
    bound for simulated levels must allow for. The bound holds for every routing and for what the simulated floor lets agents do, by these
    arguments, each of which gives a plan's own expected figures as a solution of :func:`planner.pooling.work.model.work_model`:

    - Whoever answers decides without knowing how long a contact takes. Of contacts answered in time the mean handling time is that of
      all, and what they bring to an interval is bounded by when they may begin. Of deferred work done in time the short ones may be more;
      :meth:`Work.per_contact` is the least that one takes.
    - Contacts answered late, given up, from before the horizon or of no promise take people's time as well; leaving them out lowers it.
      Whoever calls again counts as one contact more, served for nothing.
    - Counts are random; every row is linear in expected values, or concave in numbers of agents and contacts (Jensen's inequality).
    - Agents go on with what they have in hand in breaks, off their seats and after their shifts, unpaid. This is given for nothing at its
      greatest expected amount, as if routing knew when agents leave; where agents hold long chats it is what the bound lacks most.
    - Floors of single intervals, most occupancies, planned blocks and overlaps at hand-over only make plans dearer; they are left out.
    - Every kind of shift is there that is lawful and touches an interval in which there is anything to do.

    Nothing is proven where answered contacts lead to others, who come back or are escalated: promises count contacts that the rows here
    do not, and handling is that of first contacts alone. The bound is None then, without a search.

    Small problems are solved with whole people, within `NODES`; else people may be parts. Raises as `assemble` does.
    """
    desk = desk_of(account, demand, points=points)
    settings = account.settings
    if any(line.leads_to for line in desk.floor.lines):
        none = SolveInfo(
            name=WORK_BOUND,
            status=Status.ROUNDS_DONE,
            objective=None,
            bound=None,
            seconds=0.0,
            solver=settings.solver,
            note=LED_ON,
        )
        return WorkBound(bound=None, possible=True, note=LED_ON, solve=none)
    problem = _problem(requirement, desk, account)
    model = work_model(problem, desk, account)
    whole = len(problem.duties) + len(problem.choice_start_s) <= _LARGEST
    stop, began = stop or NeverStop(), time.perf_counter()
    options = SolveOptions(time_limit_s=seconds, lp_method="ipm", crossover=False, solver=settings.solver)
    solution = solve(relaxed(model), options, report=report, stop=stop, stage="bound")
    info, bound = solution.info, solution.info.bound
    if whole and bound is not None:
        left = max(seconds - (time.perf_counter() - began), 0.0)
        options = SolveOptions(time_limit_s=left, max_nodes=NODES, gap=1e-6, solver=settings.solver)
        info = solve(model, options, report=report, stop=stop, stage="bound").info
        bound = max(bound, bound if info.bound is None else info.bound)
    nothing = replace(info, name=WORK_BOUND, bound=None)
    if info.status in (Status.INFEASIBLE, Status.INFEASIBLE_OR_UNBOUNDED):
        return WorkBound(bound=None, possible=False, note="proven: no shifts keep every promise", solve=nothing)
    if bound is None:
        return WorkBound(bound=None, possible=True, note="no bound: its program did not end in time", solve=nothing)
    bound -= _HALF_CENT * _lines(account)
    if bound <= 0:
        return WorkBound(bound=None, possible=True, note=NOTHING, solve=nothing)
    return WorkBound(bound=bound, possible=True, note=NOTE, solve=replace(nothing, bound=bound))


def _lines(account: Account) -> int:
    # most lines that a bill of the account may have: wage and premiums, each with its on-cost, of the horizon and before it
    return sum(4 * (1 + len(account.site(group.site).premiums)) for group in account.groups)


def _problem(requirement: Requirement, desk: Desk, account: Account) -> Problem:
    can = useful(desk)
    rows = {queue.id: q for q, queue in enumerate(account.queues)}
    for route in routes(account):
        if route.overflow:  # whoever takes a queue's contacts through another queue is asked for wherever that queue is
            can[rows[route.overflow]] |= can[rows[route.queue]]
    least = can.astype(np.float64)
    asked = replace(
        requirement,
        open=can,
        agents=least,
        least=least,
        planned=None,
        promised=None,
        level_at_requirement=np.full(can.shape, np.nan),
    )
    # kinds that others dominate are left out where nobody hands over: they cover no more, but may leave more in hand when they end
    groups = tuple(replace(group, handover_min=max(group.handover_min, 1)) for group in account.groups)
    return assemble(asked, replace(account, groups=groups))
