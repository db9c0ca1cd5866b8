"""What a plan may not become when people are hired, taken off or exchanged: more people than headcounts, contract shares or seats allow."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

import numpy as np

from planner.domain.account import Account
from planner.domain.arrays import Floats
from planner.domain.shifts import Shift, ShiftPlan
from planner.rules.hand_over import lacking
from planner.rules.shift_check import shift_findings

Limit = tuple[Floats, float]
"""People of each of several hires, by their weights, are at most so many: ``weights @ people <= right``."""


def held_by(shifts: ShiftPlan, account: Account) -> Counter[str]:
    """Return the agents of every group."""
    held = Counter({group.id: 0 for group in account.groups})
    for tour in shifts.tours:
        held[tour.group] += tour.agents
    return held


def wrongs(shifts: ShiftPlan, account: Account) -> frozenset[object]:
    """Return all that is wrong with `shifts`: what the checker of shifts and seats finds, groups with fewer or more agents than their
    headcounts or their shares of contracts allow, and hand-overs that lack."""
    found = frozenset(shift_findings(shifts, account)) | headcounts(held_by(shifts, account), account)
    return found | not_handed_over(shifts, account)


def not_handed_over(shifts: ShiftPlan, account: Account) -> frozenset[object]:
    """Return each minute in which a hand-over lacks, with the groups who owe it to each other."""
    found: set[object] = set()
    start = shifts.grid.start_utc
    for lack in lacking(shifts.shifts, account, shifts.grid):
        first, last = ((instant - start).total_seconds() / 60 for instant in (lack.start_utc, lack.end_utc))
        found |= {(lack.team.groups, minute) for minute in range(int(np.floor(first)), int(np.ceil(last)))}
    return frozenset(found)


def headcounts(held: Mapping[str, int], account: Account) -> frozenset[object]:
    """Return each group that has fewer or more agents than its headcounts or its share of contracts allow, when so many are `held`."""
    found: set[object] = set()
    for group in account.groups:
        if held[group.id] < group.min_heads or (group.max_heads is not None and held[group.id] > group.max_heads):
            found.add((group.id, "heads", held[group.id]))
        family = [g.id for g in account.groups if g.family == group.family]
        total = sum(held[id] for id in family)
        least, most = np.ceil(group.min_share * total - 1e-9), group.max_share * total + 1e-9
        if len(family) > 1 and not least <= held[group.id] <= most:
            found.add((group.id, "share", held[group.id], total))
    return frozenset(found)


def limits(shifts: ShiftPlan, account: Account, groups: Sequence[str], works: Sequence[tuple[Shift, ...]]) -> list[Limit]:
    """Return what headcounts, shares of contracts and seats leave for hiring people into `groups` who each do one of `works`."""
    held = held_by(shifts, account)
    found: list[Limit] = []
    for group in account.groups:
        own = np.array([id == group.id for id in groups], dtype=np.float64)
        family = {g.id for g in account.groups if g.family == group.family}
        whole, total = np.array([id in family for id in groups], dtype=np.float64), sum(held[id] for id in family)
        if group.max_heads is not None:
            found.append((own, float(group.max_heads - held[group.id])))
        if len(family) > 1 and group.max_share < 1:
            found.append((own - group.max_share * whole, group.max_share * total - held[group.id] + 1e-9))
        if len(family) > 1 and group.min_share > 0:
            found.append((group.min_share * whole - own, held[group.id] - group.min_share * total + 1e-9))
    return [*found, *_seats(shifts, account, works)]


def _seats(shifts: ShiftPlan, account: Account, works: Sequence[tuple[Shift, ...]]) -> list[Limit]:
    # one limit for each stretch of intervals with the same people of `works` at a site: the fewest seats free in it
    found: list[Limit] = []
    for site in account.sites:
        taken = sum((_there(s, shifts) * s.heads for s in shifts.shifts if s.site == site.id), np.zeros(shifts.grid.size))
        come = np.zeros((len(works), shifts.grid.size))
        for n, work in enumerate(works):
            for shift in work:
                if shift.site == site.id:
                    come[n] = np.maximum(come[n], _there(shift, shifts))
        stretches, number = np.unique(come, axis=1, return_inverse=True)
        for k in range(stretches.shape[1]):
            if stretches[:, k].any():
                free = float((site.seats - taken[number.ravel() == k]).min())
                found.append((stretches[:, k], max(free, 0.0)))
    return found


def _there(shift: Shift, shifts: ShiftPlan) -> Floats:
    # one in every interval that the shift touches
    first, last = np.floor(shifts.grid.position(shift.start_utc) + 1e-9), np.ceil(shifts.grid.position(shift.end_utc) - 1e-9)
    found = np.zeros(shifts.grid.size)
    found[max(int(first), 0) : max(int(last), 0)] = 1.0
    return found
