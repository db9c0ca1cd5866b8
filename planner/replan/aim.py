"""What a re-planned roster should cover: the requirement after the changes, and what the published plan meant by it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from planner.domain.account import Account
from planner.domain.arrays import Bools, Floats
from planner.domain.demand import Demand
from planner.domain.requirement import Requirement
from planner.sizing import size

_NEGLIGIBLE = 1e-9


def with_promises(requirement: Requirement, demand: Demand, account: Account) -> Requirement:
    """Return `requirement` with its promises over windows, which a plan read from its folder comes without; they are sized again."""
    if account.settings.cover != "window" or requirement.promised is not None:
        return requirement
    return replace(requirement, promised=size(demand, account).promised)


def changed_cells(before: Requirement, after: Requirement) -> Bools:
    """Return where a queue asks for something else than before ``[Q, T]``: other least agents, or another curve of service over them.

    Without promises over windows these are the intervals whose requirement differs.
    """
    if before.promised is None or after.promised is None:
        return np.asarray(np.abs(np.nan_to_num(after.agents) - np.nan_to_num(before.agents)) > _NEGLIGIBLE)
    found: Bools = np.abs(np.nan_to_num(least_of(after)) - np.nan_to_num(least_of(before))) > _NEGLIGIBLE
    now, was = (
        {(t.queue, n): t.ahead for n, t in enumerate(r.promised.terms)} for r in (after, before) if r.promised is not None
    )
    for (q, n), curve in now.items():
        old = was.get((q, n))
        if old is None or len(old) != len(curve):
            found[q] = True
            continue
        both = min(old.shape[1], curve.shape[1])  # where each ends depends on the queue's busiest interval
        a, b = old[:, :both], curve[:, :both]
        found[q] |= np.abs(a - b).max(axis=1) > _NEGLIGIBLE * (1 + np.abs(a).max(axis=1))
    return found


def carried_on(before: Requirement, after: Requirement) -> Requirement:
    """Return `after` with the agents that the published shifts meant for each queue, scaled where its requirement has changed.

    Where nothing was required before, what is required now is meant. Without published ones `after` comes back as it is.
    """
    if before.planned is None:
        return after
    was, now = np.nan_to_num(before.agents), np.nan_to_num(after.agents)
    factor = np.divide(now, was, out=np.ones_like(now), where=(was > 0) & changed_cells(before, after))
    return replace(after, planned=np.where(was > 0, before.planned * factor, np.fmax(after.agents, before.planned)))


def least_of(requirement: Requirement) -> Floats:
    """Return the on-seat agents that no interval may go below ``[Q, T]``; NaN where closed."""
    return requirement.agents if requirement.least is None else requirement.least


def need_of(requirement: Requirement) -> Floats:
    """Return the on-seat agents ``[Q, T]`` below which time counts as short in a re-plan, zero where closed.

    It is the requirement of each interval; where promises are kept over longer windows, the least of it: what goes beyond is held
    window by window (:mod:`planner.replan.held`).
    """
    wanted = requirement.agents if requirement.promised is None else least_of(requirement)
    found: Floats = np.where(requirement.open, np.nan_to_num(wanted), 0.0)
    return found
