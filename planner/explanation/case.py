"""What is asked about: an account with its requirement, and changes of them by name."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from planner.domain.account import Account
from planner.domain.arrays import Bools, Floats, Ints
from planner.domain.people import Group, Site
from planner.domain.requirement import Requirement
from planner.domain.shifts import ShiftRule
from planner.shifts.lawful import NOBODY, Exempt

Families = frozenset[str]


@dataclass(frozen=True, eq=False)
class Case:
    """An account and what it takes. `any_days` are groups whose days off bind no more, `any_start` groups whose agents need not hold
    one start and length; `exempt` are groups and their shifts that labour rules bind no more."""

    account: Account
    requirement: Requirement
    any_days: Families = frozenset()
    any_start: Families = frozenset()
    exempt: Exempt = NOBODY

    def with_site(self, id: str, **changes: object) -> Case:
        """Return the case with fields of one site replaced."""
        sites: tuple[Site, ...] = tuple(replace(s, **changes) if s.id == id else s for s in self.account.sites)  # type: ignore[arg-type]
        return replace(self, account=replace(self.account, sites=sites))

    def with_group(self, id: str, **changes: object) -> Case:
        """Return the case with fields of one group replaced."""
        groups: tuple[Group, ...] = tuple(
            replace(g, **changes) if g.id == id else g  # type: ignore[arg-type]
            for g in self.account.groups
        )
        return replace(self, account=replace(self.account, groups=groups))

    def with_rule(self, id: str, rules: tuple[ShiftRule, ...]) -> Case:
        """Return the case with one shift rule replaced by `rules`, for every group that has it."""
        names = tuple(rule.id for rule in rules)
        groups = tuple(
            replace(g, shift_rules=tuple(n for r in g.shift_rules for n in (names if r == id else (r,))))
            for g in self.account.groups
        )
        kept = tuple(x for r in self.account.shift_rules for x in (rules if r.id == id else (r,)))
        return replace(self, account=replace(self.account, groups=groups, shift_rules=kept))

    def without_law(self, group: str | None = None, rule: str | None = None) -> Case:
        """Return the case in which labour rules do not bind shifts of `group` (of all) made by `rule` (by all)."""
        free = {(g.id, r) for g in self.account.groups for r in g.shift_rules if group in (None, g.id) and rule in (None, r)}
        return replace(self, exempt=self.exempt | free)

    def without_hours(self, queue: str, at: Bools) -> Case:
        """Return the case with `queue` closed in the intervals `at` ``[T]``: nobody is required and no promise counts them."""
        q = self.requirement.queues.index(queue)
        source = np.arange(self.requirement.grid.size)
        source[at] = -1
        return replace(self, requirement=_drawn(self.requirement, q, source))

    def with_hours_of(self, queue: str, source: Ints) -> Case:
        """Return the case in which `queue` asks in interval t what it asked in ``source[t]``; closed where that is -1."""
        return replace(self, requirement=_drawn(self.requirement, self.requirement.queues.index(queue), source))

    def with_need(self, queue: str, agents: Floats) -> Case:
        """Return the case with the on-seat agents ``[T]`` of one queue replaced, as the least of every interval; NaN is closed."""
        need = self.requirement
        q = need.queues.index(queue)
        table, least, is_open, level = (
            need.agents.copy(),
            least_of(need).copy(),
            need.open.copy(),
            need.level_at_requirement.copy(),
        )
        table[q], least[q], is_open[q] = agents, agents, ~np.isnan(agents)
        level[q] = np.where(is_open[q], level[q], np.nan)
        return replace(self, requirement=replace(need, agents=table, least=least, open=is_open, level_at_requirement=level))


def least_of(requirement: Requirement) -> Floats:
    """Return the on-seat agents ``[Q, T]`` that no interval may go below; NaN where closed."""
    return requirement.agents if requirement.least is None else requirement.least


def _drawn(requirement: Requirement, q: int, source: Ints) -> Requirement:
    """The requirement with row `q` of every table taken from the intervals `source`, nothing where that is -1."""

    def drawn(table: Floats) -> Floats:
        found = table.copy()
        found[q] = np.where(source >= 0, table[q, source], np.nan)
        return found

    is_open = requirement.open.copy()
    is_open[q] = (source >= 0) & requirement.open[q, source]
    promised = requirement.promised
    if promised is not None:
        terms = tuple(
            replace(t, window=np.where(source >= 0, t.window[source], -1), ahead=t.ahead[source]) if t.queue == q else t
            for t in promised.terms
        )
        promised = replace(promised, terms=terms)
    return replace(
        requirement,
        open=is_open,
        agents=drawn(requirement.agents),
        least=drawn(least_of(requirement)),
        planned=None,
        level_at_requirement=drawn(requirement.level_at_requirement),
        promised=promised,
    )
