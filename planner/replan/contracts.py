"""Contract classes after people join and leave: of a family's people at least and at most a share holds one contract."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from planner.domain.changes import Changes
from planner.domain.people import Group
from planner.domain.plan import Plan

_EPS = 1e-9


@dataclass(frozen=True, kw_only=True)
class ShareBroken:
    """`held` of a family's `people` are of `group`: too many, or too few where not. `before` says that the published roster had as bad."""

    group: Group
    held: int
    people: int
    many: bool
    before: bool

    def sentence(self) -> str:
        """Return it in words."""
        limit, name = (self.group.max_share, "max_share") if self.many else (self.group.min_share, "min_share")
        return (
            f"{self.held} of {self.people} people of {self.group.family} and its contract classes are of {self.group.id}, which "
            f"{'may have at most' if self.many else 'must have at least'} {100 * limit:g}% ({name})"
        )


def shares_broken(plan: Plan, changes: Changes) -> Iterator[ShareBroken]:
    """Yield the contract classes outside their shares of their family once everybody has left and joined."""
    was = Counter(agent.group for agent in plan.roster.agents)
    now = was.copy()
    group_of = {agent.id: agent.group for agent in plan.roster.agents}
    for agent in {leaving.agent for leaving in changes.leaving}:
        now[group_of[agent]] -= 1
    now.update(joining.group for joining in changes.joining)
    for group in plan.account.groups:
        family = [g.id for g in plan.account.groups if g.family == group.family]
        if len(family) > 1:
            for many in (True, False):
                if _broken(group, now, family, many=many):
                    held, people = now[group.id], sum(now[id] for id in family)
                    before = _broken(group, was, family, many=many)
                    yield ShareBroken(group=group, held=held, people=people, many=many, before=before)


def _broken(group: Group, counts: Counter[str], family: list[str], *, many: bool) -> bool:
    held, people = counts[group.id], sum(counts[id] for id in family)
    return held > group.max_share * people + _EPS if many else held < group.min_share * people - _EPS
