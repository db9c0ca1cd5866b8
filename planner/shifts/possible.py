"""Can the limits be met at all? If not, say which of them are in conflict, in planners' words (C11)."""

from __future__ import annotations

import numpy as np

from planner.errors import InfeasibleError
from planner.shifts.headcount import add_headcount, least_shares_of, shares_of
from planner.shifts.problem import Problem
from planner.shifts.seats import add_seats
from planner.shifts.tours import add_tours
from planner.solver import Model, SolveOptions, relaxed, solve


def check_possible(problem: Problem) -> None:
    """Raise InfeasibleError with every reason why a group has no lawful shift or the least headcounts cannot be worked; shortfall of cover
    is never a reason."""
    reasons = [why for _, why in problem.barred]
    barred = {id for id, _ in problem.barred}
    present = set(problem.kind_group.tolist())
    for g, group in enumerate(problem.account.groups):
        if group.min_heads > 0 and g not in present and group.id not in barred:
            reasons.append(
                f"group {group.id} must have at least {group.min_heads} agents (min_heads), but none of its shifts touches an interval "
                "in which its queues need anybody: lower min_heads or give it other queues or shifts"
            )
    for g, share, family in shares_of(problem):
        group, others = problem.account.groups[g], [problem.account.groups[h] for h in family if h != g]
        if any(o.max_heads is None for o in others):
            continue
        most = sum(o.max_heads or 0 for o in others)
        if group.min_heads > share * (group.min_heads + most) + 1e-9:
            reasons.append(
                f"group {group.id} must have at least {group.min_heads} agents (min_heads) and hold at most {share:g} of its family "
                f"(max_share), but {', '.join(o.id for o in others)} may have {most} together (max_heads): lower min_heads, or raise "
                "max_share or max_heads"
            )
    reasons += _least_shares(problem, present)
    for site in problem.account.sites:
        wanted = [
            g
            for g, group in enumerate(problem.account.groups)
            if group.site == site.id and group.min_heads > 0 and g in present
        ]
        if wanted:
            reasons += _seat_reasons(problem, site.id, site.seats, wanted)
    if reasons:
        raise InfeasibleError(reasons)


def _least_shares(problem: Problem, present: set[int]) -> list[str]:
    """Why contract classes cannot have their least share of a family."""
    reasons = []
    for g, share, family in least_shares_of(problem):
        group, others = problem.account.groups[g], [problem.account.groups[h] for h in family if h != g]
        names = ", ".join(o.id for o in others)
        if g not in present:
            if present & set(family):
                reasons.append(
                    f"group {group.id} must hold at least {share:g} of its family (min_share), but none of its shifts touches an interval "
                    "in which its queues need anybody: lower min_share or give it other shifts"
                )
            continue
        least = sum(o.min_heads for o in others)
        if group.max_heads is not None and group.max_heads < share * (group.max_heads + least) - 1e-9:
            reasons.append(
                f"group {group.id} may have at most {group.max_heads} agents (max_heads) and must hold at least {share:g} of its family "
                f"(min_share), but {names} must have {least} together (min_heads): raise max_heads, or lower min_share or min_heads"
            )
    return reasons


def _seat_reasons(problem: Problem, site: str, seats: int, groups: list[int]) -> list[str]:
    """Most agents the site's seats can hold against the least it must have; a quick look first, a linear program where it is close."""
    least = sum(problem.account.groups[g].min_heads for g in groups)
    if least * max(problem.account.groups[g].days_per_week for g in groups) <= seats * 7 // 3:
        return []  # even if all held one kind there would be room for three shifts side by side
    model = Model("seats")
    kinds = np.flatnonzero(np.isin(problem.kind_group, groups))
    tours = add_tours(model, problem, kinds)
    add_seats(model, problem, tours, taken=problem.seated)
    add_headcount(model, problem, tours, least=False)
    model.set_cost(np.arange(model.n_columns), 0.0)
    missing = model.add_columns(
        "missing", len(groups), upper=[float(problem.account.groups[g].min_heads) for g in groups], cost=1.0
    )
    from planner.solver import Sense

    rows = model.add_rows(
        "least", len(groups), sense=Sense.GE, rhs=[float(problem.account.groups[g].min_heads) for g in groups]
    )
    model.add_terms(rows, missing, 1.0)
    for row, g in zip(rows.tolist(), groups, strict=True):
        model.add_terms(row, tours.agents[kinds[problem.kind_group[kinds] == g]], 1.0)
    found = solve(relaxed(model), SolveOptions())
    lacking = found.info.objective
    if lacking is None or lacking <= 1e-6:
        return []
    names = ", ".join(f"{problem.account.groups[g].id} {problem.account.groups[g].min_heads}" for g in groups)
    fit = int(np.floor(least - lacking + 1e-6))
    return [
        f"site {site} must hold at least {least} agents (min_heads: {names}), but its {seats} seats and their shifts leave room for "
        f"at most {fit}: add {int(np.ceil(lacking))} agents' worth of seats or lower min_heads"
    ]
