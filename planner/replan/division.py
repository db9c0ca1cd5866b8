"""How the people at work divide their time among queues at best: what is short and missed then, and whom each queue has."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from planner.domain.arrays import Bools, Floats, Ints
from planner.replan.cover import Cover, add_needs, least_shortfall
from planner.replan.problem import Problem
from planner.shifts.service import Service
from planner.solver import Model, SolveOptions, solve

_BONUS = 1e-4
"""What a contact beyond a promise is worth, as a share of one missing from it: it decides where time is left over, and nothing else."""
_TINY = 1e-9


@dataclass(frozen=True, kw_only=True)
class Division:
    """Priced `shortfall` and priced contacts `missed` from windows, in the account's currency; `contacts` missed from each window ``[W]``;
    `agents` ``[Q, T]`` on seat for each queue, zero where the division was not looked at."""

    shortfall: float
    missed: float
    contacts: Floats
    agents: Floats


def divided(problem: Problem, heads: Floats, span: Bools) -> Division:
    """Return the best division of `heads` ``[G, T]`` outside breaks in the intervals `span` ``[T]``, as one linear program; elsewhere
    time stays divided as in ``Problem.held``.

    Without promises over windows the shortfall is all there is to it. Time that the program leaves over goes to the queues in
    proportion to what they have.
    """
    if problem.held is None:
        everywhere = np.ones(problem.grid.size, dtype=np.bool_)
        short = least_shortfall(problem, heads, everywhere)
        return Division(shortfall=short, missed=0.0, contacts=np.zeros(0), agents=np.zeros((0, len(span))))
    outside = least_shortfall(problem, heads, ~span)
    service = problem.held.inside(span)
    model = Model("division")
    cover = add_needs(model, problem, np.where(span, problem.need, 0.0), service, {}, heads)
    contacts = np.maximum(-service.base, 0.0)
    if not model.n_columns:
        missed = float(service.miss_price @ contacts)
        return Division(shortfall=outside, missed=missed, contacts=contacts, agents=np.zeros(service.least.shape))
    kept = np.zeros(len(service.queue))
    np.add.at(kept, service.of, service.reward * service.miss_price[service.window])
    model.set_cost(cover.pieces, -_BONUS * kept)
    found = solve(model, SolveOptions(lp_method="simplex"))
    assert found.values is not None
    contacts[cover.windows] = found.values[cover.missed]
    return Division(
        shortfall=outside + problem.price * float(found.values[cover.short].sum()),
        missed=float(service.miss_price @ contacts),
        contacts=contacts,
        agents=_by_queue(problem, heads, service, cover, found.values),
    )


def _by_queue(problem: Problem, heads: Floats, service: Service, cover: Cover, values: Floats) -> Floats:
    """Agents on seat of each queue ``[Q, T]``: its least, scaled where its class is short, its pieces, and its part of what is left."""
    agents = np.zeros(problem.need.shape)
    at = np.full(problem.need.shape, -1, dtype=np.int64)
    at[cover.cells[:, 0], cover.cells[:, 1]] = np.arange(len(cover.cells))
    shared = {(g, t) for g, t, _, _ in cover.given}
    for g in np.flatnonzero(problem.serves.any(axis=1)).tolist():
        mine = np.flatnonzero(problem.serves[g])
        inside = at[mine] >= 0
        for t in np.flatnonzero(inside.any(axis=0)).tolist():
            if (g, t) not in shared:
                agents[mine[inside[:, t]], t] += problem.availability[g] * heads[g, t]
    left: list[tuple[int, Ints, float]] = []
    for g, t, present, columns in cover.given:
        classes = cover.cells[list(present), 0]
        agents[classes, t] += values[columns]
        left.append((t, classes, float(problem.availability[g] * heads[g, t] - values[columns].sum())))
    wants = service.least.copy()
    np.add.at(wants, (service.queue, service.interval), values[cover.pieces])
    wanted = np.zeros(problem.need.shape)
    for q, c in enumerate(service.classes.tolist()):
        if c >= 0:
            wanted[c] += wants[q]
    for t, classes, time in left:
        if time > _TINY:
            total = wanted[classes, t].sum()
            agents[classes, t] += time * (wanted[classes, t] / total if total > 0 else 1 / len(classes))
    found = np.zeros(wants.shape)
    short = np.zeros(problem.need.shape)
    short[cover.cells[:, 0], cover.cells[:, 1]] = values[cover.short]
    for q, c in enumerate(service.classes.tolist()):
        if c >= 0:
            there = at[c] >= 0
            need = problem.need[c]
            cut = np.divide(need - short[c], need, out=np.ones(len(need)), where=need > _TINY)
            own = wants[q] - service.least[q] * (1 - cut)
            every = wanted[c] - short[c]
            share = np.divide(own, every, out=np.zeros(len(need)), where=every > _TINY)
            found[q] = np.where(there, agents[c] * share, 0.0)
    return found
