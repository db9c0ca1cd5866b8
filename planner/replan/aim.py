"""What a re-planned roster should cover: the requirement after the changes, as the published plan meant it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from planner.domain.account import Account
from planner.domain.arrays import Floats
from planner.domain.requirement import Requirement


def carried_on(before: Requirement, after: Requirement) -> Requirement:
    """Return `after` with the agents that the published shifts meant for each queue, scaled as its requirement has changed.

    Where nothing was required before, what is required now is meant. Without published ones `after` comes back as it is.
    """
    if before.planned is None:
        return after
    was, now = np.nan_to_num(before.agents), np.nan_to_num(after.agents)
    factor = np.divide(now, was, out=np.ones_like(now), where=was > 0)
    return replace(after, planned=np.where(was > 0, before.planned * factor, np.fmax(after.agents, before.planned)))


def need_of(requirement: Requirement, account: Account) -> Floats:
    """Return the on-seat agents ``[Q, T]`` below which time counts as short in a re-plan, zero where closed.

    It is the requirement of each interval. Where shifts were designed for promises over longer windows (``Settings.cover`` "window") it
    is what they meant for the queue in that interval, and never below the least of it: one interval makes up for another as published.
    """
    wanted = np.nan_to_num(requirement.agents)
    if account.settings.cover == "window" and requirement.planned is not None:
        least = wanted if requirement.least is None else np.nan_to_num(requirement.least)
        wanted = np.maximum(np.nan_to_num(requirement.planned), least)
    return np.where(requirement.open, wanted, 0.0)
