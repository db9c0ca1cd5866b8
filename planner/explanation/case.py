"""What is asked about: an account with its requirement, and changes of them by name."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from planner.domain.account import Account
from planner.domain.people import Group, Site
from planner.domain.requirement import Requirement
from planner.domain.shifts import ShiftRule

Families = frozenset[str]


@dataclass(frozen=True, eq=False)
class Case:
    """An account and what it takes. `any_days` are groups whose days off bind no more, `any_start` groups whose agents need not hold
    one start and length."""

    account: Account
    requirement: Requirement
    any_days: Families = frozenset()
    any_start: Families = frozenset()

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

    def with_need(self, queue: str, agents: np.ndarray) -> Case:
        """Return the case with the on-seat agents ``[T]`` of one queue replaced; NaN is closed."""
        need = self.requirement
        q = need.queues.index(queue)
        table, is_open, level = need.agents.copy(), need.open.copy(), need.level_at_requirement.copy()
        table[q], is_open[q] = agents, ~np.isnan(agents)
        level[q] = np.where(is_open[q], level[q], np.nan)
        return replace(self, requirement=replace(need, agents=table, open=is_open, level_at_requirement=level))
