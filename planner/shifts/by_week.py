"""A long horizon week by week: problems of seven days each, whose least costs add up to a bound on the whole.

Weeks hang together by who holds which kind, by rest across their borders and by shifts that run over them. Left to itself every week
chooses its own people, works the last shifts of the week before for nothing, and looks away from rest across the border: that can only be
cheaper, so the sum of the weeks' bounds is a bound. A promise over a window that reaches into other weeks belongs to the week with most of
it and is granted the best the others could do. The time it takes grows as the number of weeks does, where one linear program of all grows
faster.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import numpy as np

from planner.domain.account import Account
from planner.domain.arrays import Floats, Ints
from planner.domain.grid import TimeGrid
from planner.domain.promised import Promised
from planner.domain.requirement import Requirement
from planner.domain.solve import SolveInfo, Status
from planner.shifts.assemble import assemble
from planner.shifts.problem import Problem
from planner.shifts.tours import WEEK

TOGETHER = 14
"""Days up to which one linear program is worth its time: that people keep their shifts makes its bound tighter (1.5% over two weeks)."""
_OUTSIDE = 0.1
"""Share of a window's contacts outside its main week beyond which weeks alone would say too little."""


def divisible(requirement: Requirement, account: Account) -> bool:
    """True when the horizon is longer than `TOGETHER` days and every promised window lies in one week but for a small part."""
    if account.horizon.days <= TOGETHER:
        return False
    promised = requirement.promised
    if promised is None or not promised.windows:
        return True
    inside = _contacts(promised, _week_of(requirement.grid, account))
    return bool((inside.max(axis=1) >= (1 - _OUTSIDE) * inside.sum(axis=1)).all())


def weekly(requirement: Requirement, account: Account, whole: Problem) -> Iterator[Problem]:
    """Yield the problem of each week of `whole`, the one that `assemble` made of `requirement` and `account`; see the head of this file."""
    week_of = _week_of(requirement.grid, account)
    for week in range(int(week_of.max()) + 1):
        inside = np.flatnonzero(week_of == week)
        days = min(WEEK, account.horizon.days - WEEK * week)
        horizon = replace(account.horizon, start=account.horizon.start + timedelta(days=WEEK * week), days=days)
        own = replace(account, horizon=horizon, carry_in=account.carry_in if week == 0 else ())
        grid = replace(
            requirement.grid,
            start_utc=requirement.grid.start_utc + timedelta(seconds=int(inside[0]) * requirement.grid.interval_s),
            size=len(inside),
        )
        promised, numbers, granted = _promised(requirement.promised, week_of, week, grid)
        part = Requirement(
            queues=requirement.queues,
            grid=grid,
            open=requirement.open[:, inside],
            agents=requirement.agents[:, inside],
            level_at_requirement=requirement.level_at_requirement[:, inside],
            methods=requirement.methods,
            least=None if requirement.least is None else requirement.least[:, inside],
            promised=promised,
        )
        problem = assemble(part, own)
        if problem.service is not None and whole.service is not None:
            service = replace(problem.service.with_margin(-granted), miss_price=whole.service.miss_price[numbers])
            problem = replace(problem, service=service)
        yield problem if week == 0 else _running_free(problem)


def total(infos: list[SolveInfo]) -> SolveInfo:
    """Return the weeks' solves as one: what they prove together, the worst of their ends."""
    bounds = [info.bound for info in infos]
    costs = [info.objective for info in infos]
    return replace(
        infos[0],
        status=next((i.status for i in infos if i.status is not Status.OPTIMAL), Status.OPTIMAL),
        objective=None if None in costs else sum(c for c in costs if c is not None),
        bound=None if None in bounds else sum(b for b in bounds if b is not None),
        seconds=sum(info.seconds for info in infos),
        variables=sum(info.variables for info in infos),
        rows=sum(info.rows for info in infos),
        note=f"{len(infos)} weeks, each by itself",
    )


def _week_of(grid: TimeGrid, account: Account) -> Ints:
    """The week of each interval ``[T]``, seven local days of the horizon each."""
    start, zone = account.horizon.start, account.horizon.zone
    found = np.zeros(grid.size, dtype=np.int64)
    for days in range(WEEK, account.horizon.days, WEEK):
        begins = TimeGrid.for_days(zone=zone, start=start, days=days, interval_s=grid.interval_s).size
        found[begins:] += 1
    return found


def _contacts(promised: Promised, week_of: Ints) -> Floats:
    """What stands on each window in each week ``[W, weeks]``: contacts between none and all in time."""
    found = np.zeros((len(promised.windows), int(week_of.max()) + 1))
    for term in promised.terms:
        at = np.flatnonzero(term.window >= 0)
        np.add.at(found, (term.window[at], week_of[at]), term.ahead[at].max(axis=1) - term.ahead[at].min(axis=1))
    return found


def _promised(promised: Promised | None, week_of: Ints, week: int, grid: TimeGrid) -> tuple[Promised | None, Ints, Floats]:
    """The promises that belong to `week`, their numbers in the whole, and the contacts that other weeks could win for them at most."""
    if promised is None:
        return None, np.zeros(0, dtype=np.int64), np.zeros(0)
    mine = np.flatnonzero(_contacts(promised, week_of).argmax(axis=1) == week)
    place = np.full(len(promised.windows) + 1, -1, dtype=np.int64)  # the last one is for "no window"
    place[mine] = np.arange(len(mine))
    granted = np.zeros(len(mine))
    terms = []
    inside = week_of == week
    for term in promised.terms:
        window = place[term.window]
        best = np.where((window >= 0) & ~inside, term.ahead.max(axis=1), 0.0)
        granted += np.bincount(window[window >= 0], weights=best[window >= 0], minlength=len(mine))
        if (window[inside] >= 0).any():
            terms.append(replace(term, window=window[inside], ahead=term.ahead[inside]))
    windows = tuple(promised.windows[w] for w in mine.tolist())
    return replace(promised, grid=grid, windows=windows, terms=tuple(terms)), mine, granted


def _running_free(problem: Problem) -> Problem:
    """`problem` with shifts of the day before at no cost: they belong to the week before."""
    lead_in = np.array([duty.lead_in for duty in problem.duties], dtype=np.bool_)
    cost = problem.choice_cost.copy()
    for pool in problem.pools:
        if lead_in[pool.duties].all():
            cost[pool.choices] = 0.0
        elif lead_in[pool.duties].any():
            cost[pool.choices] = np.minimum(cost[pool.choices], 0.0)
    return replace(problem, duty_cost=np.where(lead_in, 0.0, problem.duty_cost), choice_cost=cost)
