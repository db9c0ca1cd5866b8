"""The re-plan in numbers: agent-dates that may change (slots), the shifts they may change to (duties), and all that stands."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property

import numpy as np

from planner.domain.account import Account
from planner.domain.arrays import Bools, Floats, Ints
from planner.domain.grid import TimeGrid
from planner.domain.requirement import Requirement
from planner.domain.roster import Agent
from planner.evaluation.capacity import heads_outside_breaks
from planner.replan.aim import need_of
from planner.replan.duties import Duties, Duty, same_hours
from planner.replan.facts import Facts, Place
from planner.replan.held import Held, held_of
from planner.replan.intervals import one_head, seated, touched
from planner.replan.law import may_work
from planner.replan.prices import change_price, place_cost, sick_pay
from planner.replan.scope import Scope
from planner.replan.weeks import AgentWeek, agent_weeks
from planner.shifts.cost import shortfall_price


@dataclass(frozen=True, kw_only=True)
class Slot:
    """An agent's date that may change. `place` is what was published (None: free); `duties` what may be worked instead, by number, each
    with its price; `off_price` the price of taking the published shift away."""

    agent: Agent
    day: date
    place: Place | None
    duties: tuple[int, ...]
    prices: tuple[float, ...]
    off_price: float


@dataclass(frozen=True, kw_only=True)
class Problem:
    """Everything the model needs.

    `standing` are places that cannot change; `need` ``[C, T]`` on-seat agents by class of queues served by the same groups, `serves`
    ``[G, C]``; `heads` ``[G, T]`` outside breaks and `seated` ``[sites, T]`` of what stands; `price` of one agent missing for one interval;
    `constant` the pay of what stands; `held` promises over windows (None: `need` is all there is to reach), `need` then the least of
    every interval. `refused` are the groups and shift rules some of whose shifts nobody is offered, as they break a
    labour rule by themselves.
    """

    facts: Facts
    grid: TimeGrid
    slots: tuple[Slot, ...]
    duties: tuple[Duty, ...]
    standing: tuple[Place, ...]
    weeks: tuple[AgentWeek, ...]
    need: Floats
    serves: Bools
    availability: Floats
    price: float
    heads: Floats
    seated: Floats
    constant: float
    held: Held | None = None
    refused: tuple[tuple[str, str], ...] = ()

    @property
    def account(self) -> Account:
        """The account planned."""
        return self.facts.account

    @cached_property
    def group_number(self) -> dict[str, int]:
        """Position of every group."""
        return {group.id: g for g, group in enumerate(self.account.groups)}

    @cached_property
    def span(self) -> Bools:
        """True in the intervals ``[T]`` that a shift which may change touches."""
        found = np.zeros(self.grid.size, dtype=np.bool_)
        for slot in self.slots:
            if slot.place is not None:
                found[touched(self.grid, slot.place.shift.start_utc, slot.place.shift.end_utc)] = True
        for j in {j for slot in self.slots for j in slot.duties}:
            found[touched(self.grid, self.duties[j].start_utc, self.duties[j].end_utc)] = True
        return found

    @property
    def options(self) -> int:
        """Number of shifts offered over all slots."""
        return sum(len(slot.duties) for slot in self.slots)


def problem_of(facts: Facts, requirement: Requirement, scope: Scope) -> Problem:
    """Return the problem of re-planning within `scope` for `requirement`."""
    account, grid = facts.account, facts.plan.shifts.grid
    _, need, serves = _classes(account, requirement)
    book = Duties(facts, need, serves)
    slots = tuple(_slots(facts, scope, book))
    played = {(slot.agent.id, slot.day) for slot in slots}
    standing = tuple(
        place for place in _standing(facts) if place.key not in played or place in facts.double or place.key in facts.fixed
    )
    shifts = [one_head(place.shift) for place in standing]
    groups = tuple(group.id for group in account.groups)
    return Problem(
        facts=facts,
        grid=grid,
        slots=slots,
        duties=tuple(book.duties),
        standing=standing,
        weeks=tuple(agent_weeks(facts, {slot.agent.id for slot in slots}, standing)),
        need=need,
        serves=serves,
        availability=np.array([group.availability for group in account.groups]),
        price=shortfall_price(account) * grid.interval_h,
        heads=heads_outside_breaks([*shifts, *account.carry_in], groups, grid),
        seated=seated([*shifts, *account.carry_in], account, grid),
        refused=tuple(sorted(book.refused)),
        constant=sum(place_cost(account, place) for place in standing) + sick_pay(facts),
    )


def holding(problem: Problem, requirement: Requirement, agents: Floats, margin: Floats) -> Problem:
    """Return `problem` with the promises over windows of `requirement`, `margin` ``[W]`` contacts ahead, as they stand while queues
    have `agents`
    ``[Q, T]`` on seat; without such promises it comes back as it is."""
    promised = requirement.promised
    if promised is None or not promised.windows:
        return problem
    numbers, _, serves = _classes(problem.account, requirement)
    served: Bools = np.asarray(serves.any(axis=0))
    classes = np.where(served[numbers], numbers, -1)
    least = need_of(requirement)
    price = problem.facts.changes.prices.promise_missed * problem.price
    return replace(problem, held=held_of(promised, classes, least, agents, margin=margin, price=price))


def narrowed(problem: Problem, free: frozenset[int], elsewhere: Sequence[Place], held: Held | None = None) -> Problem:
    """Return the problem in which only the slots `free`, by number, may change; all others work `elsewhere`, and promises over windows
    are as in `held`.

    Prices of places taken over count only what the free slots give up.
    """
    account, grid = problem.account, problem.grid
    slots = tuple(slot for s, slot in enumerate(problem.slots) if s in free)
    standing = (*problem.standing, *elsewhere)
    shifts = [one_head(place.shift) for place in standing]
    busy = {slot.agent.id for slot in slots}
    mine: dict[str, list[Place]] = {}
    for place in standing:
        mine.setdefault(place.agent.id, []).append(place)
    weeks = []
    for week in problem.weeks:
        if week.agent.id in busy:
            used = [p for p in mine.get(week.agent.id, ()) if week.holds(p.shift.start_utc)]
            hours = sum(p.shift.paid_h_per_head for p in used)
            weeks.append(replace(week, used_h=hours, used_days=len({p.shift.date for p in used})))
    groups = tuple(group.id for group in account.groups)
    return replace(
        problem,
        slots=slots,
        standing=standing,
        weeks=tuple(weeks),
        held=held,
        heads=heads_outside_breaks([*shifts, *account.carry_in], groups, grid),
        seated=seated([*shifts, *account.carry_in], account, grid),
    )


def _standing(facts: Facts) -> Iterator[Place]:
    """What is worked if nobody decides anything, with shifts agreed by hand in the place of what was published."""
    agents = {agent.id: agent for agent in facts.agents}
    for place in facts.standing():
        if place.key not in facts.fixed:
            yield place
    for (agent, _), shift in facts.fixed.items():
        yield Place(agents[agent], shift)


def _classes(account: Account, requirement: Requirement) -> tuple[Ints, Floats, Bools]:
    """Queues served by the same groups are one class: its number per queue ``[Q]``, the sums of their needs, who serves it."""
    serves = account.serves()
    agents = need_of(requirement)
    numbers = np.zeros(serves.shape[1], dtype=np.int64)
    columns: dict[bytes, int] = {}
    need: list[Floats] = []
    rows: list[Bools] = []
    for q in range(serves.shape[1]):
        key = serves[:, q].tobytes()
        if key not in columns:
            columns[key] = len(need)
            need.append(np.zeros(agents.shape[1]))
            rows.append(serves[:, q])
        numbers[q] = columns[key]
        need[columns[key]] = need[columns[key]] + agents[q]
    return numbers, np.array(need).reshape(-1, agents.shape[1]), np.array(rows, dtype=np.bool_).reshape(-1, len(serves)).T


def _slots(facts: Facts, scope: Scope, book: Duties) -> Iterator[Slot]:
    doubled = {place.key for place in facts.double}
    gone = {place.key for place in facts.lost} | {place.key for place, _ in facts.cut}
    for agent in facts.agents:
        for day in sorted(scope.dates.get(agent.group, ())):
            key = (agent.id, day)
            place = facts.published.get(key)
            if key in doubled or key in gone or key in facts.fixed:
                continue
            if place is not None and place.shift.start_utc < facts.now:
                continue
            if facts.locked(agent, day, place.shift if place else None):
                continue
            slot = _slot(facts, agent, day, place, book)
            if slot.place is not None or slot.duties:
                yield slot


def _slot(facts: Facts, agent: Agent, day: date, place: Place | None, book: Duties) -> Slot:
    offered, prices = [], []
    overtime = bool(facts.overtime_of(agent))
    for j in book.of(agent.group, day):
        duty = book.duties[j]
        if facts.is_away(agent.id, duty.start_utc, duty.end_utc) or (duty.alone is not None and not overtime):
            continue
        if not may_work(facts.plan, agent, duty.example):
            continue
        same = place is not None and same_hours(place.shift, duty)
        if same and not (facts.changes.effort.move_breaks and any(len(b.starts_s) > 1 for b in duty.breaks)):
            continue
        offered.append(j)
        prices.append(change_price(facts, agent, place.shift if place else None, duty.start_utc, duty.end_utc))
    off = 0.0 if place is None else change_price(facts, agent, place.shift, None, None)
    return Slot(agent=agent, day=day, place=place, duties=tuple(offered), prices=tuple(prices), off_price=off)
