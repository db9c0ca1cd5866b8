"""Who takes what, and how handling and patience vary where they do not as a rule, in sentences."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby

from planner.domain.account import Account
from planner.domain.handling import ServiceLaw
from planner.domain.people import Group
from planner.domain.queues import Queue
from planner.domain.routing import Route, priority_of, routes
from planner.domain.waiting import PatienceLaw

_USUAL_AWAY_MIN = 5.0


def routing_lines(account: Account) -> tuple[str, ...]:
    """Return who takes what, one sentence for all queues with the same answer, and in which order a free agent takes contacts."""
    taken = routes(account)
    told: dict[str, list[str]] = {}
    for queue in account.queues:
        told.setdefault(_asked([route for route in taken if route.queue == queue.id]), []).append(queue.id)
    lines = [f"{', '.join(queues)}: {asked}" for asked, queues in told.items()]
    return (*lines, *_free_agents(account))


def _asked(ways: list[Route]) -> str:
    """In which order the groups of one queue are asked."""
    if not ways:
        return "nobody"
    tiers = groupby(sorted(ways, key=lambda way: way.tier), key=lambda way: way.tier)
    return ", then ".join(" or ".join(_way(way) for way in tier) for _, tier in tiers)


def _way(way: Route) -> str:
    said = [f"after {way.after_s:g} s"] if way.after_s else []
    said += [f"through {way.overflow}"] if way.overflow else []
    said += [f"while {way.keep_idle} more {_are(way.keep_idle)} free"] if way.keep_idle else []
    return f"{way.group} ({', '.join(said)})" if said else way.group


def _are(count: int) -> str:
    return "is" if count == 1 else "are"


def _free_agents(account: Account) -> Iterator[str]:
    live = {queue.channel.live for queue in account.queues}
    first = {
        frozenset({True}): "a free agent takes whoever waits longest",
        frozenset({False}): "a free agent takes what is due first",
    }.get(
        frozenset(live),
        "a free agent takes live contacts before work that can wait: whoever waits longest, then what is due first",
    )
    priorities = {queue.id: priority_of(queue) for queue in account.queues}
    if len(set(priorities.values())) > 1:
        steps = sorted(set(priorities.values()), reverse=True)
        order = ", then ".join(" and ".join(id for id, p in priorities.items() if p == step) for step in steps)
        first += f", by priority: {order}"
    yield first
    for rule in account.routing.rules:
        if rule.priority is not None:
            yield f"{rule.group} takes {rule.queue} with priority {rule.priority}"


def habit_lines(account: Account) -> tuple[str, ...]:
    """Return how handling times, patience and in-shift losses vary where they do not as a rule, one sentence for each queue or group."""
    told = [(queue.id, [*_handled(queue), *_waits(queue)]) for queue in account.queues]
    told += [(group.id, list(_away(group))) for group in account.groups]
    return tuple(f"{id}: {', '.join(said)}" for id, said in told if said)


def _handled(queue: Queue) -> Iterator[str]:
    handling = queue.handling
    if handling.law is ServiceLaw.LOGNORMAL:
        yield f"handling times lognormal with a coefficient of variation of {handling.cv:.3g}"
    elif handling.law is ServiceLaw.FIXED:
        yield "handling times all alike"
    if handling.by_chats_s:
        told = ", ".join(f"{seconds:g}" for seconds in handling.by_chats_s)
        yield f"{told} s with 1 to {len(handling.by_chats_s)} chats in hand"
    if handling.interruptible:
        yield "live contacts interrupt it"
    if handling.hand_over:
        yield "open cases go back at the end of a shift"


def _waits(queue: Queue) -> Iterator[str]:
    waiting = queue.waiting
    if waiting.law is PatienceLaw.WEIBULL:
        yield f"patience Weibull of shape {waiting.shape:g}, {queue.patience_s:g} s on average"
    elif waiting.law is PatienceLaw.RECORDED:
        yield f"patience as recorded at {len(waiting.recorded)} waits (formulas: {queue.patience_s:.0f} s on average)"
    if waiting.redial_prob:
        yield f"{100 * waiting.redial_prob:.3g}% of those who give up try again after {waiting.redial_after_s:g} s on average"


def _away(group: Group) -> Iterator[str]:
    if group.in_shift_loss and group.away_min != _USUAL_AWAY_MIN:
        yield f"in-shift losses of {group.away_min:g} min on average"
