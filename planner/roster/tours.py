"""Anonymous tours: every head of every shift becomes one agent who holds one pattern and keeps the days off."""

from __future__ import annotations

from collections import defaultdict
from datetime import date

from planner.domain.account import Account
from planner.domain.roster import Agent, Assignment, Roster
from planner.domain.shifts import Shift, ShiftPlan
from planner.errors import InfeasibleError


def assign_tours(shift_plan: ShiftPlan, account: Account) -> Roster:
    """Return who works what: agents of each tour take its heads date by date in turn, going round.

    Taking turns (McNaughton's wrap-around rule, 1959) gives any stretch of dates with S heads among N agents to each agent floor(S/N)
    or ceil(S/N) times: nobody twice on a date as no date has more than N heads, `days_per_week` in every block of seven dates with
    ``S = days_per_week N``, and no more in any seven in a row. Agents are numbered within their group: ``manila_en-001`` (C15).

    Raises InfeasibleError when a date has more heads than the tour has agents, ValueError when shifts have no tour.
    """
    agents: list[Agent] = []
    assignments: list[Assignment] = []
    by_tour: dict[tuple[str, str], list[Shift]] = defaultdict(list)
    for shift in shift_plan.shifts:
        by_tour[shift.group, shift.pattern].append(shift)
    unknown = set(by_tour) - {(tour.group, tour.pattern) for tour in shift_plan.tours}
    if unknown:
        group, pattern = min(unknown)
        raise ValueError(f"shifts of {group} on {pattern} belong to no tour of the plan")
    numbered: dict[str, int] = defaultdict(int)
    reasons: list[str] = []
    for tour in shift_plan.tours:
        ids = []
        for _ in range(tour.agents):
            numbered[tour.group] += 1
            ids.append(f"{tour.group}-{numbered[tour.group]:03d}")
        site = account.group(tour.group).site
        agents += [Agent(id=id, group=tour.group, site=site, pattern=tour.pattern) for id in ids]
        turn = 0
        for day, shifts in _by_date(by_tour[tour.group, tour.pattern]):
            places = [shift.id for shift in shifts for _ in range(shift.heads)]
            if len(places) > len(ids):
                reasons.append(f"{tour.group} on {tour.pattern} has {len(places)} heads on {day} but {len(ids)} agents")
                continue
            for place in places:
                assignments.append(Assignment(agent=ids[turn % len(ids)], shift=place))
                turn += 1
    if reasons:
        raise InfeasibleError(reasons)
    return Roster(agents=tuple(agents), assignments=tuple(assignments))


def _by_date(shifts: list[Shift]) -> list[tuple[date, list[Shift]]]:
    days: dict[date, list[Shift]] = defaultdict(list)
    for shift in shifts:
        days[shift.date].append(shift)
    return sorted(days.items())
