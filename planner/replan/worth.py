"""What a decision is worth, counted from the people at work and not from the program's variables."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from planner.domain.arrays import Floats
from planner.evaluation.capacity import heads_outside_breaks
from planner.replan.decision import KEEP, NONE, Decision
from planner.replan.division import Division, divided
from planner.replan.facts import Place
from planner.replan.intervals import one_head
from planner.replan.model import lost_places, unit_of_group
from planner.replan.money import overtime_hours, owed_hours
from planner.replan.prices import hour_of, place_cost, place_price, sick_pay, unit
from planner.replan.problem import Problem


@dataclass(frozen=True)
class Worth:
    """The parts of the objective, in the account's currency; `missed` are contacts missing from promises over windows, priced."""

    pay: float
    shortfall: float
    changes: float
    missed: float = 0.0

    @property
    def total(self) -> float:
        """Their sum."""
        return self.pay + self.shortfall + self.missed + self.changes


def worth_of(problem: Problem, decision: Decision) -> tuple[Worth, Division]:
    """Return what `decision` is worth, and the division of everybody's time that it is worth so at."""
    places = decision.places(problem)
    division = divided(problem, heads_of(problem, places), problem.span)
    changes = price_of(problem, decision, places)
    worth = Worth(pay=pay_of(problem, places), shortfall=division.shortfall, missed=division.missed, changes=changes)
    return worth, division


def heads_of(problem: Problem, places: Sequence[Place]) -> Floats:
    """Return the heads outside breaks ``[G, T]`` when `places` are worked, shifts already running included."""
    account = problem.account
    shifts = [one_head(place.shift) for place in places]
    return heads_outside_breaks([*shifts, *account.carry_in], tuple(group.id for group in account.groups), problem.grid)


def pay_of(problem: Problem, places: Sequence[Place]) -> float:
    """Return the pay of `places`, with what is paid for absence, for promised hours not worked, and overtime premiums."""
    facts = problem.facts
    owed = owed_hours(problem.weeks, places, facts.changes.pay.guaranteed_share)
    extra = overtime_hours(problem.weeks, places)
    return (
        sum(place_cost(problem.account, place) for place in places)
        + sick_pay(facts)
        + sum(hours * hour_of(problem.account, agent) for agent, hours in owed)
        + sum(hours * week.premium for week, hours in extra)
    )


def price_of(problem: Problem, decision: Decision, places: Sequence[Place]) -> float:
    """Return the price of the changes that `decision` makes."""
    facts = problem.facts
    total = 0.0
    called: Counter[tuple[int, datetime, datetime]] = Counter()
    left: Counter[tuple[int, datetime, datetime]] = Counter()
    for place in lost_places(problem):
        left[problem.group_number[place.shift.group], place.shift.start_utc, place.shift.end_utc] += 1
    for slot, chosen in zip(problem.slots, decision.choice, strict=True):
        g = problem.group_number[slot.agent.group]
        key = None
        if chosen >= 0:
            duty = problem.duties[chosen]
            key = (g, duty.start_utc, duty.end_utc)
            total += slot.prices[slot.duties.index(chosen)]
            if slot.place is None:
                called[key] += 1
        if slot.place is not None and chosen != KEEP:
            if chosen == NONE:
                total += slot.off_price
            was = (problem.group_number[slot.place.shift.group], slot.place.shift.start_utc, slot.place.shift.end_utc)
            left[was] += was != key
    for (g, start, end), count in called.items():
        hour = unit_of_group(problem, g)
        over = min(count, left[g, start, end])
        total += over * place_price(facts, hour, start, new=False)
        total += (count - over) * place_price(facts, hour, start, new=True)
    weeks = overtime_hours(problem.weeks, places)
    return total + sum(facts.changes.prices.overtime * unit(facts, week.agent) for week, _ in weeks)
