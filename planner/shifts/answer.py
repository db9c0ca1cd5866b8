"""A whole plan in numbers, whoever found it: agents per kind, and each head's breaks on each duty. Checked and priced from scratch."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

import numpy as np

from planner.domain.arrays import Floats, Ints
from planner.domain.shifts import PlacedBreak, Shift, ShiftPlan, Tour
from planner.shifts.cover import connected
from planner.shifts.divide import divided
from planner.shifts.headcount import least_shares_of
from planner.shifts.layers import Layers, staffed
from planner.shifts.problem import Problem
from planner.shifts.sets import class_sets

KEPT = 1e-6
"""A window that misses fewer contacts than this is kept."""


@dataclass(frozen=True)
class Answer:
    """`agents` ``[K]`` per kind; `choices` per duty number the break choices of every head ``[heads, breaks]``."""

    agents: Ints
    choices: dict[int, Ints]

    def heads(self, problem: Problem) -> Ints:
        """Return heads per duty ``[J]``."""
        found = np.zeros(len(problem.duties), dtype=np.int64)
        for duty, rows in self.choices.items():
            found[duty] = len(rows)
        return found

    def breaks(self, problem: Problem) -> Ints:
        """Return heads per break choice ``[O]``."""
        taken = [rows.ravel() for rows in self.choices.values()]
        return np.bincount(np.concatenate(taken) if taken else [], minlength=len(problem.choice_start_s)).astype(np.int64)


@dataclass(frozen=True)
class Price:
    """What a plan costs in the model's terms, in the account's currency: `wages` with premiums, `shortfall` at its price, and `missed`
    contacts of windows not kept at theirs; `windows` counts these."""

    wages: float
    shortfall: float
    missed: float = 0.0
    windows: int = 0

    @property
    def total(self) -> float:
        """The objective."""
        return self.wages + self.shortfall + self.missed


def price(problem: Problem, answer: Answer, layers: Layers | None = None) -> Price:
    """Return the cost of `answer`, recomputed from its heads and breaks alone; where promises are kept over windows, at the division of
    everybody's time that `layers` make."""
    heads, breaks = answer.heads(problem), answer.breaks(problem)
    wages = float(problem.duty_cost @ heads + problem.choice_cost @ breaks)
    present = on_duty(problem, heads, breaks)
    missing = shortfall(problem, present).sum()
    short = problem.price * float(missing) + problem.unserved
    if problem.service is None or layers is None:
        return Price(wages, short)
    missed = problem.service.missed(staffed(problem, layers, present))
    return Price(wages, short, float(problem.service.miss_price @ missed), int((missed > KEPT).sum()))


def missing_agents(problem: Problem, answer: Answer) -> int:
    """Return how many agents the groups have too few of, against their least headcounts and shares of their families."""
    held = np.bincount(problem.kind_group, weights=answer.agents, minlength=len(problem.availability))
    least = np.array([g.min_heads for g in problem.account.groups], dtype=np.float64)
    for g, share, family in least_shares_of(problem):
        least[g] = max(least[g], np.ceil(share * held[list(family)].sum() - 1e-9))
    return int(np.maximum(least - held, 0.0).sum())


def on_duty(problem: Problem, heads: Ints, breaks: Ints) -> Floats:
    """Return heads outside breaks per group and interval ``[G, T]``, shifts already running included."""
    present = problem.carried.copy()
    duty_group, choice_group = problem.duty_group, problem.pool_group[problem.choice_pool]
    for g in range(len(present)):
        present[g] += problem.duty_cells.total(np.where(duty_group == g, heads, 0).astype(np.float64), problem.size)
        present[g] -= problem.choice_cells.total(np.where(choice_group == g, breaks, 0).astype(np.float64), problem.size)
    return present


def shortfall(problem: Problem, present: Floats) -> Floats:
    """Return the least total shortfall per interval ``[T]`` however time is divided: the largest deficit of any set of classes, per
    connected part (max-flow min-cut)."""
    on_seat = present * problem.availability[:, None]
    total = np.zeros(problem.size)
    for part in connected(problem.serves):
        serves = problem.serves[:, list(part)]
        sets = class_sets(serves)
        if sets is None:
            total += divided(problem, part, on_seat)
            continue
        worst = np.zeros(problem.size)
        for members in sets:
            groups = serves[:, list(members)].any(axis=1)
            worst = np.maximum(worst, problem.need[[part[c] for c in members]].sum(axis=0) - on_seat[groups].sum(axis=0))
        total += worst
    return total


def shift_plan(problem: Problem, answer: Answer) -> ShiftPlan:
    """Return `answer` as shift rows, one per duty and combination of breaks, in order of site, group, start and breaks."""
    shifts: list[Shift] = []
    numbered: Counter[tuple[int, date]] = Counter()
    for duty in sorted(answer.choices):
        of = problem.duties[duty].kind, problem.duties[duty].day
        rows = _rows(problem, duty, answer.choices[duty], numbered[of])
        numbered[of] += len(rows)
        shifts += rows
    tours = [
        Tour(group=problem.account.groups[kind.group].id, pattern=kind.name, agents=int(answer.agents[k]))
        for k, kind in enumerate(problem.kinds)
        if answer.agents[k] > 0
    ]
    return ShiftPlan(grid=problem.grid, shifts=tuple(shifts), tours=tuple(tours))


def _rows(problem: Problem, duty: int, choices: Ints, before: int) -> list[Shift]:
    """The rows of one duty, numbered on after those `before` them of its kind and date."""
    d = problem.duties[duty]
    kind, pattern = problem.kinds[d.kind], problem.pattern_of(duty)
    group = problem.account.groups[kind.group]
    combinations = Counter(tuple(sorted(row)) for row in choices.tolist())
    pools = problem.choice_pool
    rows = []
    for number, (combination, heads) in enumerate(sorted(combinations.items()), before + 1):
        breaks = []
        for choice in combination:
            pool = problem.pools[pools[choice]]
            start = datetime.fromtimestamp(int(problem.choice_start_s[choice]), UTC)
            breaks.append(
                PlacedBreak(
                    start_utc=start, end_utc=start + timedelta(minutes=pool.minutes), paid=pool.paid, off_site=pool.off_site
                )
            )
        rows.append(
            Shift(
                id=f"{group.id}.{kind.name}.{d.day:%Y%m%d}.{number}",
                site=group.site,
                group=group.id,
                pattern=pattern.id,
                date=d.day,
                start_utc=d.start_utc,
                end_utc=d.end_utc,
                breaks=tuple(sorted(breaks)),
                heads=heads,
                lead_in=d.lead_in,
                tour=kind.name if kind.band_min else "",
            )
        )
    return rows
