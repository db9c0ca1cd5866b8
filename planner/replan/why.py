"""Why no roster is left: agreed shifts and locks against labour rules and seats, in the rules' own sentences (C11)."""

from __future__ import annotations

from collections import defaultdict

import numpy as np

from planner.domain.grid import zone_info
from planner.domain.shifts import Shift
from planner.replan.law import found_against
from planner.replan.problem import Problem


def reasons_of(problem: Problem) -> list[str]:
    """Return what contradicts what among everything that must stand."""
    facts, account, plan = problem.facts, problem.account, problem.facts.plan
    reasons: list[str] = []
    work: dict[str, list[Shift]] = defaultdict(list)
    for place in problem.standing:
        work[place.agent.id].append(place.shift)
    published: dict[str, list[Shift]] = defaultdict(list)
    for place in facts.published.values():
        published[place.agent.id].append(place.shift)
    by_hand = {agent for agent, _ in facts.fixed}
    for agent in facts.agents:
        if agent.id in by_hand:
            known = {(f.rule, f.date) for f in found_against(plan, agent, published[agent.id])}
            found = [f for f in found_against(plan, agent, work[agent.id]) if (f.rule, f.date) not in known]
            reasons += [f"{f.sentence} (with the shifts fixed for {agent.id})" for f in found]
    for n, site in enumerate(account.sites):
        over = problem.seated[n] - site.seats
        if over.max(initial=0.0) > 0:
            t = int(np.argmax(over))
            when = list(problem.grid.starts())[t].astimezone(zone_info(site.zone))
            reasons.append(
                f"site {site.id} has {site.seats} seats, but shifts that are locked, fixed or running take "
                f"{problem.seated[n, t]:.0f} at {when:%a %d %b %H:%M}: unlock or unfix {over.max():.0f}"
            )
    if not reasons:
        reasons.append(
            "locks, shifts fixed by hand and labour rules leave no roster: take out locks around the fixed shifts, or fix fewer"
        )
    return reasons
