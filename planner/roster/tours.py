"""Anonymous tours: every head of every shift becomes one agent who holds one pattern, or starts within a band, and keeps the days off."""

from __future__ import annotations

from collections import defaultdict

from planner.domain.account import Account
from planner.domain.roster import Agent, Assignment, Roster
from planner.domain.shifts import Shift, ShiftPlan
from planner.errors import InfeasibleError
from planner.shifts.turns import turns


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
        by_tour[shift.group, shift.held].append(shift)
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
        taken, crowded = turns(len(ids), by_tour[tour.group, tour.pattern])
        assignments += [Assignment(agent=ids[n], shift=shift.id) for n, shift in taken]
        reasons += [
            f"{tour.group} on {tour.pattern} has {heads} heads on {day} but {len(ids)} agents" for day, heads in crowded.items()
        ]
    if reasons:
        raise InfeasibleError(reasons)
    return Roster(agents=tuple(agents), assignments=tuple(assignments))
