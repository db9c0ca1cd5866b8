"""Who may take which contacts, when, and before whom: routing as data, defaults filled in."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from planner.domain.arrays import Floats
from planner.domain.quality import Measure, group_effects, planned_effects
from planner.domain.queues import Queue

if TYPE_CHECKING:
    from planner.domain.account import Account


@dataclass(frozen=True, kw_only=True)
class GroupOrder:
    """The `groups` that may take contacts of `queue`, first asked first; nobody else may."""

    queue: str
    groups: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class RoutingRule:
    """What differs from the default for contacts of `queue` taken by `group` (None: as by default); see `Route` for the meaning.

    `priority` is that of the queue for these people: the higher the sooner taken.
    """

    queue: str
    group: str
    tier: int | None = None
    after_s: float | None = None
    keep_idle: int | None = None
    priority: int | None = None

    def __post_init__(self) -> None:
        if self.tier is not None and self.tier < 1:
            raise ValueError(f"tier must be 1 or more, got {self.tier}; 1 is asked first")
        if self.after_s is not None and not 0 <= self.after_s < math.inf:
            raise ValueError(f"after_s must be 0 or more seconds, got {self.after_s:g}")
        if self.keep_idle is not None and self.keep_idle < 0:
            raise ValueError(f"keep_idle must be 0 or more agents, got {self.keep_idle}")


@dataclass(frozen=True, kw_only=True)
class Overflow:
    """Contacts of queue `source` that have waited `after_s` seconds may be taken by whoever takes those of `to`, as if they had come there
    then; a language that these do not speak is no hindrance, a certificate that they lack is."""

    source: str
    to: str
    after_s: float

    def __post_init__(self) -> None:
        if not 0 <= self.after_s < math.inf:
            raise ValueError(f"after_s must be 0 or more seconds, got {self.after_s:g}")


@dataclass(frozen=True, kw_only=True)
class Routing:
    """What an account says of routing, beside who speaks what on which channel."""

    orders: tuple[GroupOrder, ...] = ()
    rules: tuple[RoutingRule, ...] = ()
    overflows: tuple[Overflow, ...] = ()

    @property
    def written(self) -> bool:
        """True when anything is said."""
        return bool(self.orders or self.rules or self.overflows)

    def order(self, queue: str) -> tuple[str, ...] | None:
        """Return the groups that alone may take contacts of `queue`, first asked first; None where nothing is said."""
        return next((order.groups for order in self.orders if order.queue == queue), None)

    def allows(self, queue: str, group: str) -> bool:
        """True unless an order of groups leaves `group` out of `queue`."""
        order = self.order(queue)
        return order is None or group in order

    def joined(self, queues: Iterable[str], group: str) -> Routing:
        """Return the routing in which `group` may also take contacts of `queues`, last of all where an order leaves it out."""
        wanted = set(queues)
        orders = tuple(
            order if order.queue not in wanted or group in order.groups else replace(order, groups=(*order.groups, group))
            for order in self.orders
        )
        return replace(self, orders=orders)

    def rule(self, queue: str, group: str) -> RoutingRule | None:
        """Return what is said of `group` taking contacts of `queue`, None where nothing is."""
        return next((rule for rule in self.rules if (rule.queue, rule.group) == (queue, group)), None)


BY_DEFAULT = Routing()
"""Nothing said: every group takes what it can."""


@dataclass(frozen=True, kw_only=True)
class Route:
    """Agents of `group` take contacts of `queue`.

    A contact asks groups of the lowest `tier` first. A free agent takes from the lowest `rank` first, in it whoever waits longest, and of
    deferred work what is due first. Contacts are taken from `after_s` seconds of waiting on, and only while `keep_idle` more agents of the
    group stay free. `handling` is the group's handling time over the plan's mean for the queue. `overflow` names the queue through which
    the contact comes, empty where the group serves the queue itself.
    """

    queue: str
    group: str
    tier: int = 1
    rank: int = 1
    after_s: float = 0.0
    keep_idle: int = 0
    handling: float = 1.0
    overflow: str = ""


@dataclass(frozen=True)
class _Way:
    after_s: float
    keep_idle: int
    tier: int
    overflow: str = ""


def routes(account: Account) -> tuple[Route, ...]:
    """Return who may take what in `account`, in the order of its queues, then its groups; what nothing is said of by default.

    By default every group that speaks the language, works the channel and holds the certificates takes a queue's contacts at once; those
    that serve the fewest queues are asked first; free agents take live contacts before deferred work, and among them those of the highest
    priority. Overflows become delays along the shortest path.
    """
    own = _own_ways(account)
    found = {queue.id: {**_overflow_ways(account, queue, own), **own[queue.id]} for queue in account.queues}
    ranks = _ranks(account, {(queue, group) for queue, ways in found.items() for group in ways})
    handling = _handling(account)
    result = []
    for q, queue in enumerate(account.queues):
        for g, group in enumerate(account.groups):
            way = found[queue.id].get(group.id)
            if way is None:
                continue
            rule = account.routing.rule(queue.id, group.id) or RoutingRule(queue=queue.id, group=group.id)
            result.append(
                Route(
                    queue=queue.id,
                    group=group.id,
                    tier=way.tier if rule.tier is None else rule.tier,
                    rank=ranks[queue.id, group.id],
                    after_s=way.after_s if rule.after_s is None else rule.after_s,
                    keep_idle=way.keep_idle if rule.keep_idle is None else rule.keep_idle,
                    handling=float(handling[g, q]),
                    overflow=way.overflow,
                )
            )
    return tuple(result)


def priority_of(queue: Queue) -> float:
    """Return the priority of `queue`: its own, else the mean of its reasons' by their shares, else 0."""
    if queue.priority is not None:
        return float(queue.priority)
    reasons = queue.journey.reasons if queue.journey is not None else ()
    return round(sum(reason.share * reason.priority for reason in reasons), 9)


def _own_ways(account: Account) -> dict[str, dict[str, _Way]]:
    """By queue and group, how groups take contacts of the queues they serve themselves."""
    serves = account.serves()
    breadth = serves.sum(axis=1)
    ways: dict[str, dict[str, _Way]] = {}
    for q, queue in enumerate(account.queues):
        able = [g for g in range(len(account.groups)) if serves[g, q]]
        order = account.routing.order(queue.id)
        steps = sorted({int(breadth[g]) for g in able})
        ways[queue.id] = {}
        for g in able:
            id = account.groups[g].id
            tier = 1 + (order.index(id) if order is not None else steps.index(int(breadth[g])))
            rule = account.routing.rule(queue.id, id)
            ways[queue.id][id] = _Way(
                after_s=rule.after_s or 0.0 if rule else 0.0,
                keep_idle=rule.keep_idle or 0 if rule else 0,
                tier=rule.tier or tier if rule else tier,
            )
    return ways


def _overflow_ways(account: Account, queue: Queue, own: dict[str, dict[str, _Way]]) -> dict[str, _Way]:
    """By group, how those who do not serve `queue` themselves take its contacts through overflows: the soonest way for each."""
    held = {site.id: frozenset(site.certificates) for site in account.sites}
    certified = {g.id for g in account.groups if held.get(g.site, frozenset()).issuperset(queue.gate.certificates)}
    best: dict[str, _Way] = {}
    for other, after_s in delays(account.routing.overflows, queue.id).items():
        for group, way in own.get(other, {}).items():
            total = after_s + way.after_s
            if group in certified and group not in own[queue.id] and (group not in best or total < best[group].after_s):
                best[group] = _Way(after_s=total, keep_idle=way.keep_idle, tier=0, overflow=other)
    last = max((way.tier for way in own[queue.id].values()), default=0)
    waits = sorted({way.after_s for way in best.values()})
    return {
        group: _Way(
            after_s=way.after_s, keep_idle=way.keep_idle, tier=last + 1 + waits.index(way.after_s), overflow=way.overflow
        )
        for group, way in best.items()
    }


def delays(overflows: tuple[Overflow, ...], source: str) -> dict[str, float]:
    """Return by queue that contacts of `source` overflow to, directly or through others, after how many seconds: the shortest path.

    Relaxation of every overflow as often as there are overflows (R. Bellman, Quarterly of Applied Mathematics 16, 1958); `source` itself
    is left out.
    """
    found = {source: 0.0}
    for _ in overflows:
        for step in overflows:
            if step.source in found and found[step.source] + step.after_s < found.get(step.to, math.inf):
                found[step.to] = found[step.source] + step.after_s
    del found[source]
    return found


def overflow_cycle(overflows: tuple[Overflow, ...]) -> tuple[str, ...]:
    """Return the queues of a cycle of overflows in order, the first once more at the end; empty where contacts cannot come back."""
    onward: dict[str, list[str]] = {}
    for step in overflows:
        onward.setdefault(step.source, []).append(step.to)
    sound: set[str] = set()

    def walk(queue: str, path: tuple[str, ...]) -> tuple[str, ...]:
        if queue in path:
            return (*path[path.index(queue) :], queue)
        for other in onward.get(queue, ()) if queue not in sound else ():
            if cycle := walk(other, (*path, queue)):
                return cycle
        sound.add(queue)
        return ()

    return next((cycle for queue in onward if (cycle := walk(queue, ()))), ())


def _ranks(account: Account, pairs: set[tuple[str, str]]) -> dict[tuple[str, str], int]:
    """By queue and group the place in which a free agent takes contacts: live before deferred, then by priority; 1 is first."""
    queues = {queue.id: queue for queue in account.queues}
    keys = {}
    for queue, group in pairs:
        rule = account.routing.rule(queue, group)
        own = priority_of(queues[queue]) if rule is None or rule.priority is None else float(rule.priority)
        keys[queue, group] = (not queues[queue].channel.live, -own)
    order = sorted(set(keys.values()))
    return {pair: 1 + order.index(key) for pair, key in keys.items()}


def _handling(account: Account) -> Floats:
    """``[G, Q]`` handling time of each group over the plan's mean for the queue; 1 where a group does not speak its language."""
    anybody = replace(account, routing=BY_DEFAULT)  # whom an order of groups leaves out may still take by overflow
    factors: Floats = group_effects(anybody, Measure.AHT) / planned_effects(account)[Measure.AHT]
    factors[~anybody.serves()] = 1.0
    return factors
