"""Where the roster may change: the groups and dates that what happened touches, and a few days around them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import numpy as np

from planner.domain.requirement import Requirement
from planner.replan.aim import changed_cells
from planner.replan.facts import Facts, Span, site_date


@dataclass(frozen=True, kw_only=True)
class Scope:
    """The site dates of each group that may change, by group id; `everything` when that is the whole roster from now on."""

    dates: dict[str, frozenset[date]]
    everything: bool

    def covers(self, group: str, day: date) -> bool:
        """True when `group` may change on `day`."""
        return day in self.dates.get(group, frozenset())

    def size(self) -> tuple[int, int]:
        """Return how many groups and how many dates may change."""
        return len(self.dates), len(frozenset().union(*self.dates.values()))


def scope_of(facts: Facts, before: Requirement, after: Requirement, *, reach_days: int) -> Scope:
    """Return what may change: the dates touched and `reach_days` before and after, for every group that serves a touched queue.

    Touched are the hours of lost shifts, the stretches in which a queue asks for something else, those in which overtime is allowed,
    those of new agents, and shifts agreed by hand. With ``Effort.everywhere`` it is every group and date.
    """
    account, grid = facts.account, facts.plan.shifts.grid
    if facts.changes.effort.everywhere:
        whole = (max(facts.now, grid.start_utc), grid.end_utc)
        return Scope(dates={g.id: _dates(facts, g.id, whole, 0) for g in account.groups}, everything=True)
    dates: dict[str, set[date]] = {}
    for groups, span in _touched(facts, before, after):
        clipped = (max(span[0], grid.start_utc), min(span[1], grid.end_utc))
        if clipped[0] < clipped[1]:
            for group in groups:
                dates.setdefault(group, set()).update(_dates(facts, group, clipped, reach_days))
    return Scope(dates={g: frozenset(days) for g, days in dates.items() if days}, everything=False)


def _touched(facts: Facts, before: Requirement, after: Requirement) -> Iterator[tuple[frozenset[str], Span]]:
    account = facts.account
    serves = account.serves()
    for place in facts.lost:
        yield _colleagues(facts, place.agent.group), (place.shift.start_utc, place.shift.end_utc)
    for place, worked in facts.cut:
        yield _colleagues(facts, place.agent.group), (worked.end_utc, place.shift.end_utc)
    for agent, day in facts.fixed:
        shift = facts.fixed[agent, day]
        yield _colleagues(facts, shift.group), (shift.start_utc, shift.end_utc)
        if (agent, day) in facts.published:
            was = facts.published[agent, day].shift
            yield _colleagues(facts, was.group), (was.start_utc, was.end_utc)
    for joining in facts.changes.joining:
        yield _colleagues(facts, joining.group), (joining.start_utc, facts.plan.shifts.grid.end_utc)
    group_of = {agent.id: agent.group for agent in facts.agents}
    for offer in facts.changes.overtime:
        named = {*offer.groups, *(group_of[a] for a in offer.agents)} or {g.id for g in account.groups}
        yield frozenset(named), (offer.start_utc, offer.end_utc)
    changed = changed_cells(before, after)
    for q in np.flatnonzero(changed.any(axis=1)).tolist():
        groups = frozenset(account.groups[g].id for g in np.flatnonzero(serves[:, q]))
        for first, last in _runs(changed[q]):
            yield groups, (_when(facts, first), _when(facts, last))


def _colleagues(facts: Facts, group: str) -> frozenset[str]:
    """Groups that serve a queue which `group` serves, itself among them."""
    account = facts.account
    serves = account.serves()
    own = serves[[g.id for g in account.groups].index(group)]
    return frozenset(g.id for g, row in zip(account.groups, serves, strict=True) if (row & own).any() or g.id == group)


def _dates(facts: Facts, group: str, span: Span, reach: int) -> frozenset[date]:
    site = facts.account.group(group).site
    first = site_date(facts.account, site, span[0]) - timedelta(days=reach)
    last = site_date(facts.account, site, span[1] - timedelta(seconds=1)) + timedelta(days=reach)
    return frozenset(first + timedelta(days=n) for n in range((last - first).days + 1))


def _runs(mask: np.ndarray) -> Iterable[tuple[int, int]]:
    edges = np.flatnonzero(np.diff(np.concatenate([[False], mask, [False]]).astype(np.int8)))
    return zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True)


def _when(facts: Facts, interval: int) -> datetime:
    grid = facts.plan.shifts.grid
    return grid.start_utc + timedelta(seconds=grid.interval_s * interval)
