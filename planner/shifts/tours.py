"""Who works on which dates: heads on each duty, agents on each kind, days off (first family of constraints).

An agent holds one kind through the horizon, which also gives every daily rest: the same start each day leaves 24 hours less the
shift's length, starts within a band that much less (:mod:`planner.shifts.bands`). Days off need no variable of their own: with N agents
of a kind and w(d) heads on date d,

    w(d) <= N,    sum of w over each block of seven dates = days_per_week N,    sum over any seven dates in a row <= days_per_week N

is exactly what N people can work who each work `days_per_week` days of every block and no more in any seven in a row: rows over
consecutive dates form an interval matrix, which is totally unimodular, so a whole solution splits into N personal ones (Baum and
Trotter 1977). Where a labour rule allows at most r days in a row, fewer than the contract's, the sum of w over any r + 1 dates is at most
r N, a row of the same kind. :mod:`planner.roster.tours` carries the split out.

Where starts vary within a band, w(d) is the sum of the heads on the kind's starts of date d: whoever works on d may take any of them.

Blocks are counted from the first date whose shift starts inside the horizon. A block cut short by the horizon's end to n dates asks
for at least ``days_per_week - (7 - n)`` days a head (none if negative), as the rest of the days off may lie beyond it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from planner.domain.arrays import Ints
from planner.shifts.lawful import longest_runs
from planner.shifts.problem import Kind, Problem
from planner.solver import Model, Sense

WEEK = 7


@dataclass(frozen=True)
class TourColumns:
    """Variables of the kinds in a model: `agents` ``[K]`` and `heads` ``[J]``, -1 where the kind is not part of it."""

    agents: Ints
    heads: Ints


def kind_name(problem: Problem, kind: int) -> str:
    """Return the name of a kind in models: group and pattern, with a band the minutes to its latest start."""
    k = problem.kinds[kind]
    return f"{problem.account.groups[k.group].id},{k.name.replace('-', '.').replace('+', '..')}"


def duty_name(problem: Problem, duty: int) -> str:
    """Return the name of a duty in models: group, pattern and date, after an earliest start the minutes from that."""
    d = problem.duties[duty]
    return f"{date_name(problem, duty)},{d.later_min}" if problem.kinds[d.kind].band_min else date_name(problem, duty)


def date_name(problem: Problem, duty: int) -> str:
    """Return the name of a duty's date in models: group, pattern and date."""
    d = problem.duties[duty]
    return f"{kind_name(problem, d.kind)},{d.day:%Y%m%d}"


def add_tours(model: Model, problem: Problem, kinds: Ints) -> TourColumns:
    """Add agents per kind and heads per duty for `kinds`, with their costs and days off."""
    agents = np.full(len(problem.kinds), -1, dtype=np.int64)
    heads = np.full(len(problem.duties), -1, dtype=np.int64)
    upper = np.array([_most(problem, int(k)) for k in kinds], dtype=np.float64)
    agents[kinds] = model.add_columns(
        "agents", len(kinds), upper=upper, integer=True, labels=lambda i: kind_name(problem, int(kinds[i]))
    )
    duties = np.concatenate([problem.kinds[k].duties for k in kinds]) if len(kinds) else np.zeros(0, dtype=np.int64)
    limit = np.repeat(upper, [len(problem.kinds[k].duties) for k in kinds])
    heads[duties] = model.add_columns(
        "heads",
        len(duties),
        upper=limit,
        cost=problem.duty_cost[duties],
        integer=True,
        labels=lambda i: duty_name(problem, int(duties[i])),
    )
    dates = [own for k in kinds for own in problem.kinds[k].dates]
    rows = model.add_rows("daily", len(dates), sense=Sense.LE, rhs=0.0, labels=lambda i: date_name(problem, int(dates[i][0])))
    model.add_terms(np.repeat(rows, [len(own) for own in dates]), heads[duties], 1.0)
    model.add_terms(rows, agents[problem.duty_kind[[own[0] for own in dates]]], -1.0)
    _days_off(model, problem, kinds, agents, heads)
    return TourColumns(agents, heads)


Dates = slice
"""Dates in a row, by their places among the dates of a kind."""


def blocks(kind: Kind) -> list[Dates]:
    """Return the blocks of seven dates of `kind`; the last one may be shorter."""
    first, last = (1 if kind.lead_in else 0), len(kind.dates)
    return [slice(i, min(i + WEEK, last)) for i in range(first, last, WEEK)]


def windows(kind: Kind) -> list[Dates]:
    """Return every seven dates in a row of `kind`, lead-in included, that is not itself a block."""
    first, count = (1 if kind.lead_in else 0), len(kind.dates)
    found = [slice(i, min(i + WEEK, count)) for i in range(max(1, count - WEEK + 1))]
    return [dates for dates in found if (dates.start - first) % WEEK or _length(dates) < WEEK]


def _in_a_row(kind: Kind, run: int) -> list[Dates]:
    """Every `run` + 1 dates in a row of `kind`, lead-in included."""
    return [slice(i, i + run + 1) for i in range(len(kind.dates) - run)]


def _length(dates: Dates) -> int:
    return int(dates.stop - dates.start)


def fewest_agents(problem: Problem, heads: Ints, held: Ints) -> Ints:
    """Return per kind the fewest agents who can work `heads` per duty under the days off; beyond that, of the agents `held` as many as
    a group's least headcount and the shares of contract classes ask for.

    On a horizon without a whole block of seven dates nothing else keeps a model from holding agents who never work.
    """
    agents = np.zeros(len(problem.kinds), dtype=np.int64)
    most = longest_runs(problem.account)
    for k, kind in enumerate(problem.kinds):
        days = problem.account.groups[kind.group].days_per_week
        worked = kind.on(heads)
        sums = [int(worked[dates].sum()) for dates in (*windows(kind), *blocks(kind))]
        rows = [int(worked[dates].sum()) for dates in _in_a_row(kind, most[kind.group])] if most[kind.group] < days else []
        least = [*(-(-s // days) for s in sums), *(-(-s // most[kind.group]) for s in rows)]
        agents[k] = max([int(worked.max(initial=0)), *least])
    for g, group in enumerate(problem.account.groups):
        own = np.flatnonzero(problem.kind_group == g)
        lacking = group.min_heads - int(agents[own].sum())
        for k in own.tolist():
            more = max(0, min(lacking, int(held[k] - agents[k])))
            agents[k] += more
            lacking -= more
    _keep_shares(problem, agents, held)
    return agents


def _keep_shares(problem: Problem, agents: Ints, held: Ints) -> None:
    """Give families that hold too many or too few agents of a contract class back those of `held` who do not work."""
    groups = problem.account.groups
    for name in sorted({g.family for g in groups if g.max_share < 1 or g.min_share > 0}):
        family = [g for g, group in enumerate(groups) if group.family == name]
        count = {g: int(agents[problem.kind_group == g].sum()) for g in family}
        total = sum(count.values())
        most = any(count[g] > groups[g].max_share * total + 1e-9 for g in family)
        least = any(count[g] < groups[g].min_share * total - 1e-9 for g in family)
        if len(family) > 1 and (most or least):
            own = np.isin(problem.kind_group, family)
            agents[own] = np.maximum(agents[own], held[own])


def _days_off(model: Model, problem: Problem, kinds: Ints, agents: Ints, heads: Ints) -> None:
    """One row per block and one per window; see the head of this file."""
    equal: list[tuple[int, Dates, int]] = []
    least: list[tuple[int, Dates, int]] = []
    most: list[tuple[int, Dates, int]] = []
    in_a_row: list[tuple[int, Dates, int]] = []
    runs = longest_runs(problem.account)
    for k in kinds.tolist():
        kind = problem.kinds[k]
        days = problem.account.groups[kind.group].days_per_week
        for dates in blocks(kind):
            if _length(dates) == WEEK:
                equal.append((k, dates, days))
            elif days - (WEEK - _length(dates)) > 0:
                least.append((k, dates, days - (WEEK - _length(dates))))
        most += [(k, dates, days) for dates in windows(kind) if _length(dates) > days]
        if runs[kind.group] < days:
            in_a_row += [(k, dates, runs[kind.group]) for dates in _in_a_row(kind, runs[kind.group])]
    wanted = (("week", Sense.EQ, equal), ("rest", Sense.GE, least), ("window", Sense.LE, most), ("run", Sense.LE, in_a_row))
    for name, sense, rows in wanted:
        _add(model, problem, name=name, sense=sense, rows=rows, agents=agents, heads=heads)


def _add(
    model: Model, problem: Problem, *, name: str, sense: Sense, rows: list[tuple[int, Dates, int]], agents: Ints, heads: Ints
) -> None:
    if not rows:
        return
    duties = [np.concatenate(problem.kinds[k].dates[dates]) for k, dates, _ in rows]
    numbers = model.add_rows(
        name,
        len(rows),
        sense=sense,
        rhs=0.0,
        labels=lambda i: date_name(problem, int(duties[i][0])),
    )
    model.add_terms(np.repeat(numbers, [len(own) for own in duties]), heads[np.concatenate(duties)], 1.0)
    model.add_terms(numbers, agents[[r[0] for r in rows]], [-float(r[2]) for r in rows])


def _most(problem: Problem, kind: int) -> float:
    """More agents of one kind than seats, or than the group may have, never work; starts far enough apart may share a seat."""
    held = problem.kinds[kind]
    group, pattern = problem.account.groups[held.group], held.pattern
    seats = problem.account.site(group.site).seats
    if held.band_min:
        seats *= (held.band_min + pattern.rule.length_min + pattern.gap_min) // pattern.rule.length_min
    # days off: seats heads a day keep at most seats * 7 / days agents at work; the plan never gains from more
    bound = -(-seats * WEEK // group.days_per_week)
    return float(bound if group.max_heads is None else min(bound, group.max_heads))
