"""The judge of a named roster: every hard rule and the cost, from the problem's own words; knows nothing of the search."""

from __future__ import annotations

from itertools import groupby, pairwise

import numpy as np

from planner.domain.arrays import Ints
from planner.errors import PlannerError
from planner.roster.problem import DAY_OFF, NamedProblem, NamedRoster


class BrokenRosterError(PlannerError):
    """A roster that was to be returned breaks a hard rule: a fault of the planner, never of the input."""


def broken_rules(problem: NamedProblem, roster: NamedRoster) -> list[str]:
    """Return one sentence per broken hard rule, none for a legal roster."""
    shape = (len(problem.people), problem.n_days)
    if roster.work.shape != shape:
        raise ValueError(f"work must have shape {shape}, got {roster.work.shape}")
    if roster.work.size and (roster.work.min() < DAY_OFF or roster.work.max() >= len(problem.shifts)):
        raise ValueError(f"work must hold {DAY_OFF} or the number of one of {len(problem.shifts)} shifts")
    return [
        f"{who}: {what}"
        for p, who in enumerate(problem.people)
        for what in broken_by_person(problem, p, roster.work[p])
    ]  # fmt: skip


def broken_by_person(problem: NamedProblem, p: int, days: Ints) -> list[str]:
    """Return what the schedule `days` ``[D]`` breaks of person `p`'s rules."""
    found: list[str] = []
    worked = days != DAY_OFF
    found += [f"works on day {d}, a fixed day off" for d in np.flatnonzero(worked & problem.fixed_off[p])]
    found += [f"is off on day {d}, a fixed day of work" for d in np.flatnonzero(~worked & problem.must[p])]
    at = np.flatnonzero(worked)
    found += [f"may not work {problem.shifts[days[d]]} on day {d}" for d in at[~problem.allowed[p, at, days[at]]]]
    counts = np.zeros(len(days), dtype=np.bool_)
    counts[at] = problem.counted[at, days[at]]
    for d, (a, b) in enumerate(pairwise(days.tolist())):
        if a != DAY_OFF and b != DAY_OFF and problem.may_not_follow[a, b]:
            found.append(f"{problem.shifts[b]} on day {d + 1} may not follow {problem.shifts[a]}")
    for s, name in enumerate(problem.shifts):
        count, most = int((days == s).sum()), int(problem.max_shifts[p, s])
        if count > most:
            found.append(f"{count} shifts {name}, at most {most}")
    total = int(problem.minutes[days[counts]].sum())
    if total < problem.min_minutes[p]:
        found.append(f"{total} minutes, at least {problem.min_minutes[p]}")
    if total > problem.max_minutes[p]:
        found.append(f"{total} minutes, at most {problem.max_minutes[p]}")
    start = 0
    for at_work, group in groupby(worked.tolist()):
        length = len(list(group))
        inside = start > 0 and start + length < len(days)
        if at_work and length > problem.max_run[p]:
            found.append(f"{length} shifts in a row from day {start}, at most {problem.max_run[p]}")
        if at_work and inside and length < problem.min_run[p]:
            found.append(f"{length} shifts in a row from day {start}, at least {problem.min_run[p]}")
        if not at_work and inside and length < problem.min_off[p]:
            found.append(f"{length} days off in a row from day {start}, at least {problem.min_off[p]}")
        start += length
    weekends = len({int(w) for w in problem.weekend[counts] if w >= 0})
    if weekends > problem.max_weekends[p]:
        found.append(f"{weekends} weekends worked, at most {problem.max_weekends[p]}")
    return found


def cost_of(problem: NamedProblem, roster: NamedRoster) -> float:
    """Return the roster's cost: weights of wishes not kept, heads short and heads too many."""
    has = roster.work[:, :, None] == np.arange(len(problem.shifts))
    heads = has.sum(axis=0)
    wishes = problem.wish_on[~has].sum() + problem.wish_off[has].sum()
    short, spare = np.maximum(problem.need - heads, 0), np.maximum(heads - problem.need, 0)
    personal = sum(_personal_cost(problem, p, days) for p, days in enumerate(roster.work))
    return float(wishes + personal + (problem.under_cost * short).sum() + (problem.over_cost * spare).sum())


def _personal_cost(problem: NamedProblem, p: int, days: Ints) -> float:
    """Cost of days off alone, of the weekends worked, and of being away from the home that suits best."""
    worked = days != DAY_OFF
    alone = int((worked[:-2] & ~worked[1:-1] & worked[2:]).sum())
    at = np.flatnonzero(worked)
    at = at[problem.counted[at, days[at]]]
    weekends = len({int(w) for w in problem.weekend[at] if w >= 0})
    home = (problem.home_cost[p] + problem.away_cost[:, days[at]].sum(axis=1)).min()
    return float(alone * problem.lone_off_cost[p] + problem.weekend_cost[p, weekends] + home)


def verified(problem: NamedProblem, roster: NamedRoster) -> float:
    """Return the cost of a legal roster; raise BrokenRosterError naming every hard rule it breaks."""
    broken = broken_rules(problem, roster)
    if broken:
        raise BrokenRosterError("roster breaks hard rules: " + "; ".join(broken))
    return cost_of(problem, roster)
