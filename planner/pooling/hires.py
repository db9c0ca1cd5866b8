"""One more person in a plan: whom to hire for contacts that come too late, and the plan with them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations

import numpy as np

from planner.domain.arrays import Floats, Ints
from planner.domain.requirement import Requirement
from planner.domain.shifts import Shift, ShiftPlan, Tour
from planner.pooling.allowed import wrongs
from planner.pooling.pay import cost_of_work
from planner.shifts.answer import Answer, shift_plan
from planner.shifts.blocks import has_blocks, place_blocks, without_blocks, work_of_tours
from planner.shifts.lawful import longest_runs
from planner.shifts.problem import Cells, Kind, Problem
from planner.shifts.tours import WEEK

_APART_MIN = 90
"""Hires of one group for one promise start at least so far apart: nearer ones do much the same."""


@dataclass(frozen=True, kw_only=True)
class Hire:
    """One person more: `work` through the horizon as a tour of `group` and `pattern`, which costs `cost` in the account's currency."""

    group: str
    pattern: str
    work: tuple[Shift, ...]
    cost: float

    @property
    def name(self) -> str:
        """Name in models: group, pattern, days of the month worked."""
        return f"{self.group},{self.pattern.replace('-', '.').replace('+', '..')},{'_'.join(f'{s.date:%d}' for s in self.work)}"


class Hires:
    """Everybody a problem knows how to employ, by what they would be worth.

    A person works the same days of every week: any such week is as legal for one as the tours are for many (`planner.shifts.tours`), so
    whoever joins a tour leaves it legal.
    """

    def __init__(self, problem: Problem, requirement: Requirement) -> None:
        self.problem, self.requirement = problem, requirement
        self.account = problem.account
        self._runs = longest_runs(self.account)
        self._names = {(self.account.groups[kind.group].id, kind.name) for kind in problem.kinds}
        self._pools: dict[int, list[int]] = defaultdict(list)
        for number, pool in enumerate(problem.pools):
            for duty in pool.duties.tolist():
                self._pools[duty].append(number)

    def best(self, shifts: ShiftPlan, worth: Floats, group: int, most: int) -> list[Hire]:
        """Return at most `most` people of `group` whom the plan `shifts` has room for, the most worth for their money first: a head of the
        group on the floor through interval t is worth ``worth[t]``."""
        if not (worth > 0).any():
            return []
        gains, choices = self._of_duties(worth, group)
        found = [one for k, kind in enumerate(self.problem.kinds) if kind.group == group for one in self._days(k, kind, gains)]
        found.sort(key=lambda one: (-one[0], one[1]))
        before = wrongs(shifts, self.account)
        hires: list[Hire] = []
        starts: list[int] = []
        for _, k, duties in found:
            pattern = self.problem.kinds[k].pattern
            if len(hires) == most:
                break
            if any(abs(pattern.start_min - start) < _APART_MIN for start in starts):
                continue
            hire = self._hire(shifts, k, duties, choices)
            if wrongs(self.hired(shifts, {hire: 1}), self.account) <= before:
                hires.append(hire)
                starts.append(pattern.start_min)
        return hires

    def hired(self, shifts: ShiftPlan, hires: Mapping[Hire, int]) -> ShiftPlan:
        """Return `shifts` with so many people of each of `hires`, planned blocks placed anew where there are any."""
        plan = without_blocks(shifts) if has_blocks(self.account) else shifts
        for hire, heads in hires.items():
            plan = with_work(plan, hire.work, hire.group, hire.pattern, heads)
        return self.settled(plan)

    def settled(self, shifts: ShiftPlan) -> ShiftPlan:
        """Return `shifts`, some of whose people have changed, with planned blocks placed anew where there are any."""
        if not has_blocks(self.account):
            return shifts
        plan = without_blocks(shifts)
        return place_blocks(plan, work_of_tours(plan), self.account, self.requirement)[0]

    def may(self, group: str, pattern: str) -> bool:
        """True when people of `group` may hold the tour `pattern`: the design knows it, and labour rules allow it."""
        return (group, pattern) in self._names

    def _of_duties(self, worth: Floats, group: int) -> tuple[Floats, dict[int, list[int]]]:
        # what a head of each duty of the group is worth, and the breaks it takes then
        problem = self.problem
        cells, breaks = problem.duty_cells, problem.choice_cells
        gains = _sums(cells, worth, len(problem.duties))
        lost = _sums(breaks, worth, len(problem.choice_start_s))
        chosen: dict[int, list[int]] = {}
        for duty in np.flatnonzero(problem.duty_group == group).tolist():
            chosen[duty] = self._breaks(duty, lost)
            gains[duty] -= lost[chosen[duty]].sum()
        return gains, chosen

    def _breaks(self, duty: int, lost: Floats) -> list[int]:
        # for each pool of the duty the choice that loses least, of the last pool of a chain first to leave the others room
        problem, taken = self.problem, dict[int, int]()
        for number in self._pools[duty]:
            pool = problem.pools[number]
            allowed = pool.choices
            if pool.after is not None and pool.after in taken:
                earliest = problem.choice_start_s[taken[pool.after]] + pool.wait_s
                allowed = allowed[problem.choice_start_s[allowed] >= earliest]
            taken[number] = int(allowed[int(np.argmin(lost[allowed]))])
        return list(taken.values())

    def _days(self, k: int, kind: Kind, gains: Floats) -> Iterator[tuple[float, int, list[int]]]:
        # the best days of the week to work the kind on, with the duties of the horizon that makes: worth by money, kind, duties
        best = [int(own[int(np.argmax(gains[own]))]) for own in kind.dates]
        day = (np.arange(len(best)) - (1 if kind.lead_in else 0)) % WEEK
        gain, pay = gains[best], self._pay(best)
        by_day, pay_by_day = (np.bincount(day, weights=values, minlength=WEEK) for values in (gain, pay))
        days = self.account.groups[kind.group].days_per_week
        found: tuple[float, tuple[int, ...]] | None = None
        for worked in combinations(range(WEEK), days):
            if days < WEEK and _longest(worked) > self._runs[kind.group]:
                continue
            cost, value = pay_by_day[list(worked)].sum(), by_day[list(worked)].sum()
            if cost > 0 and value > 0 and (found is None or value / cost > found[0]):
                found = float(value / cost), worked
        if found is not None:
            yield found[0], k, [duty for duty, d in zip(best, day.tolist(), strict=True) if d in found[1]]

    def _pay(self, duties: Sequence[int]) -> Floats:
        return self.problem.duty_cost[list(duties)]

    def _hire(self, shifts: ShiftPlan, k: int, duties: list[int], choices: dict[int, list[int]]) -> Hire:
        problem = self.problem
        agents = np.zeros(len(problem.kinds), dtype=np.int64)
        agents[k] = 1
        rows: dict[int, Ints] = {duty: np.array([choices[duty]], dtype=np.int64) for duty in duties}
        alone = shift_plan(problem, Answer(agents, rows))
        work = alone.shifts
        return Hire(
            group=self.account.groups[problem.kinds[k].group].id,
            pattern=alone.tours[0].pattern,
            work=work,
            cost=cost_of_work(work, shifts, self.account),
        )


def with_work(shifts: ShiftPlan, work: tuple[Shift, ...], group: str, pattern: str, heads: int = 1) -> ShiftPlan:
    """Return `shifts` with `heads` people more of `group` who hold the tour `pattern` and each work `work`; rows alike are put together."""
    rows = {_key(shift): n for n, shift in enumerate(shifts.shifts)}
    taken = {shift.id for shift in shifts.shifts}
    found = list(shifts.shifts)
    for shift in work:
        at = rows.get(_key(shift))
        if at is not None:
            found[at] = replace(found[at], heads=found[at].heads + heads)
        else:
            id = _free_id(shift.id, taken)
            taken.add(id)
            found.append(replace(shift, id=id, heads=heads))
    tours = list(shifts.tours)
    at = next((n for n, t in enumerate(tours) if (t.group, t.pattern) == (group, pattern)), None)
    if at is None:
        tours.append(Tour(group=group, pattern=pattern, agents=heads))
    else:
        tours[at] = replace(tours[at], agents=tours[at].agents + heads)
    return replace(shifts, shifts=tuple(found), tours=tuple(tours))


def _free_id(id: str, taken: set[str]) -> str:
    # the id with the first number at its end that is not taken
    stem, n = id.rsplit(".", 1)[0], 1
    while f"{stem}.{n}" in taken:
        n += 1
    return f"{stem}.{n}"


def _key(shift: Shift) -> tuple[object, ...]:
    return shift.group, shift.held, shift.pattern, shift.date, shift.start_utc, shift.end_utc, shift.breaks, shift.lead_in


def _sums(cells: Cells, worth: Floats, size: int) -> Floats:
    # what each item's intervals are worth together
    return np.bincount(cells.item, weights=cells.share * worth[cells.interval], minlength=size).astype(np.float64)


def _longest(worked: Sequence[int]) -> int:
    # the most days in a row of a week that repeats itself
    inside = [day in worked for day in range(WEEK)] * 2
    longest = run = 0
    for on in inside:
        run = run + 1 if on else 0
        longest = max(longest, run)
    return min(longest, WEEK)
