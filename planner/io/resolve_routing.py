"""Who takes what, resolved: names followed, rows that contradict each other or what people can do told, nobody left without answer."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise

from planner.domain.people import Group
from planner.domain.queues import Queue
from planner.domain.routing import GroupOrder, Overflow, Routing, RoutingRule, delays, overflow_cycle
from planner.io.names import id_fault, shown
from planner.io.resolved import Resolved
from planner.io.settings import OverflowSettings, RoutingSettings

_DIFFERENCES = ("tier", "after_s", "keep_idle", "priority")


def resolve_routing(done: Resolved) -> Routing:
    """Return what the account says of routing; every fault is recorded in `done`."""
    _as_far_as_read(done)
    overflows = _overflows(done)
    orders = _orders(done)
    rules = _rules(done, Routing(orders=tuple(orders.values()), overflows=overflows))
    routing = Routing(orders=tuple(orders.values()), rules=rules, overflows=overflows)
    _overflows_do_something(done, routing)
    _everybody_has_work(done, routing)
    return routing


def _as_far_as_read(done: Resolved) -> None:
    """Tell of rows that could not be read as a whole which names in them are of nothing."""
    for kind, keys in (("routing", {"queue": "queues", "group": "groups"}), ("overflows", {"from": "queues", "to": "queues"})):
        for n, item in enumerate(done.draft.items(kind)):
            if n not in getattr(done.draft, kind) and isinstance(item, Mapping):
                for key, names in keys.items():
                    if isinstance(item.get(key), str) and not id_fault(item[key]):
                        done.known(names, item[key], (kind, n), key)


def _overflows(done: Resolved) -> tuple[Overflow, ...]:
    """The overflows that can be followed; two alike and every cycle are told."""
    found: dict[int, Overflow] = {}
    for n, item in done.draft.overflows.items():
        path = ("overflows", n)
        known = [done.known("queues", id, path, key) for key, id in (("from", item.from_), ("to", item.to))]
        if not all(known):
            continue
        if item.from_ == item.to:
            done.problem(path, f"{item.from_} overflows to itself", "name another queue")
        elif any((o.source, o.to) == (item.from_, item.to) for o in found.values()):
            done.problem(path, f"{item.from_} overflows to {item.to} twice", "keep one of the two")
        elif _one_channel(done, path, item):
            found[n] = Overflow(source=item.from_, to=item.to, after_s=float(item.after_s))
    while cycle := overflow_cycle(tuple(found.values())):
        steps = list(pairwise(cycle))
        last = max(n for n, o in found.items() if (o.source, o.to) in steps)
        message = f"overflows go round in a circle: {' to '.join(cycle)}"
        remedy = "leave one of them out; of groups that take both, write after_s under [[routing]]"
        done.problem(("overflows", last), message, remedy)
        del found[last]
    return tuple(found.values())


def _one_channel(done: Resolved, path: tuple[str | int, ...], item: OverflowSettings) -> bool:
    channels = {queue.id: queue.channel for queue in done.draft.queues.values()}
    ours, theirs = channels.get(item.from_), channels.get(item.to)
    if ours is None or theirs is None or ours is theirs:
        return True
    done.problem(
        path,
        f"{item.from_} is {ours} and {item.to} is {theirs}: who answers the one need not work the other",
        f"name a queue of channel {ours}",
    )
    return False


def _orders(done: Resolved) -> dict[str, GroupOrder]:
    """The groups of queues in order; who cannot serve, and queues left without anybody, are told."""
    found: dict[str, GroupOrder] = {}
    for n, item in done.draft.routing.items():
        path = ("routing", n)
        if (item.groups is None) == (item.group is None):
            which = "both groups and group" if item.group is not None else "neither group nor groups"
            remedy = 'write group = "…" and what differs for it, or groups = […] in order'
            done.problem(path, f"it names {which}", remedy)
            continue
        if item.groups is None:
            continue
        said = [key for key in _DIFFERENCES if getattr(item, key) is not None]
        if said:
            done.problem(path, f"{', '.join(said)} cannot be said of groups in order", "write a row with group for each")
        if not done.known("queues", item.queue, path, "queue"):
            continue
        if item.queue in found:
            done.problem(path, f"the groups of {item.queue} are given twice", "keep one of the two rows")
            continue
        known = [id for id in item.groups if done.known("groups", id, path, "groups:")]
        if twice := sorted({id for id in known if known.count(id) > 1}):
            done.problem(path, f"groups names {' and '.join(twice)} more than once", "name each once")
        if not item.groups:
            done.problem(path, f"{item.queue} is left without anybody: groups is empty", "name at least one group")
        why = {id: reason for id in known if (reason := _cannot(done, id, item.queue))}
        for id, reason in why.items():
            done.problem(path, f"{id} cannot take contacts of {item.queue}: {reason}", f"leave {id} out")
        if known and len(why) == len(set(known)) and len(known) == len(item.groups):
            done.problem(
                path, f"{item.queue} is left without anybody: none of its groups can take its contacts", _who(done, item)
            )
        found[item.queue] = GroupOrder(queue=item.queue, groups=tuple(dict.fromkeys(item.groups)))
    return found


def _rules(done: Resolved, said: Routing) -> tuple[RoutingRule, ...]:
    """What differs for single groups; who takes nothing of the queue in any way is told."""
    found: dict[tuple[str, str], RoutingRule] = {}
    for n, item in done.draft.routing.items():
        path = ("routing", n)
        if item.group is None or item.groups is not None:
            continue
        known = [done.known(kind, id, path, kind[:-1]) for kind, id in (("queues", item.queue), ("groups", item.group))]
        if all(getattr(item, key) is None for key in _DIFFERENCES):
            done.problem(path, "it says nothing of the group", f"write one of {', '.join(_DIFFERENCES)}")
            continue
        if not all(known):
            continue
        if (item.queue, item.group) in found:
            done.problem(path, f"what {item.group} does for {item.queue} is said twice", "put both into one row")
            continue
        order = said.order(item.queue)
        overflows = item.group in _reached(done, said, item.queue)
        if order is not None and item.group not in order and not overflows:
            done.problem(
                path,
                f"{item.group} is not among the groups that {item.queue} is left to ({', '.join(order)})",
                "add it there, or leave this row out",
            )
        elif (reason := _cannot(done, item.group, item.queue)) and not overflows:
            done.problem(path, f"{item.group} cannot take contacts of {item.queue}: {reason}", _who(done, item))
        group = next((g for g in done.draft.groups.values() if g.id == item.group), None)
        if group is not None and group.max_heads is not None and (item.keep_idle or 0) >= group.max_heads:
            message = (
                f"keep_idle is {item.keep_idle}, but {item.group} has {group.max_heads} heads at most: it could never take one"
            )
            done.problem(path, message, f"write less than {group.max_heads}")
        found[item.queue, item.group] = RoutingRule(
            queue=item.queue,
            group=item.group,
            tier=item.tier,
            after_s=None if item.after_s is None else float(item.after_s),
            keep_idle=item.keep_idle,
            priority=item.priority,
        )
    return tuple(found.values())


def _cannot(done: Resolved, group: str, queue: str) -> str:
    """Why `group` cannot serve `queue` itself, empty where it can or where one of them could not be read."""
    who = next((g for g in done.groups.values() if g.id == group), None)
    what = next((q for q in done.queues.values() if q.id == queue), None)
    if who is None or what is None:
        return ""
    if what.language not in who.languages:
        return f"it does not speak {what.language}"
    if what.channel not in who.channels:
        return f"it does not work {what.channel}"
    lacking = [name for name in what.gate.certificates if name not in _held(done, who)]
    return f"its site {who.site} lacks {', '.join(lacking)}" if lacking else ""


def _held(done: Resolved, group: Group) -> tuple[str, ...]:
    return next((site.certificates for site in done.sites.values() if site.id == group.site), ())


def _able(done: Resolved, queue: str) -> list[str]:
    return [g.id for g in done.groups.values() if not _cannot(done, g.id, queue)]


def _who(done: Resolved, item: RoutingSettings) -> str:
    able = _able(done, item.queue)
    return f"who can: {', '.join(able[:12])}" if able else "add a group that can"


def _reached(done: Resolved, said: Routing, queue: str) -> set[str]:
    """The groups that contacts of `queue` come to by overflow, not by themselves."""
    own = {id for id in _able(done, queue) if said.allows(queue, id)}
    what = next((q for q in done.queues.values() if q.id == queue), None)
    gate = set() if what is None else set(what.gate.certificates)
    certified = {g.id for g in done.groups.values() if gate.issubset(_held(done, g))}
    theirs = {id for other in delays(said.overflows, queue) for id in _able(done, other) if said.allows(other, id)}
    return (theirs & certified) - own


def _overflows_do_something(done: Resolved, routing: Routing) -> None:
    """An overflow to people who take the contacts at once anyhow, or who must not, would change nothing."""
    if len(done.queues) < len(done.draft.ids["queues"]) or len(done.groups) < len(done.draft.ids["groups"]):
        return  # one that could not be read may be meant
    queues: dict[str, Queue] = {queue.id: queue for queue in done.queues.values()}
    for n, item in done.draft.overflows.items():
        step = next((o for o in routing.overflows if (o.source, o.to) == (item.from_, item.to)), None)
        if step is None or _reached(done, Routing(orders=routing.orders, overflows=(step,)), step.source):
            continue
        if any(o.source == step.to for o in routing.overflows):
            continue  # a step on the way to others
        takers = [id for id in _able(done, step.to) if routing.allows(step.to, id)]
        held = {g.id for g in done.groups.values() if set(queues[step.source].gate.certificates).issubset(_held(done, g))}
        if takers and not held.intersection(takers):
            message = f"nobody who takes {step.to} holds the certificates that {step.source} asks for"
            done.problem(("overflows", n), message, "name another queue")
        else:
            message = f"it changes nothing: whoever takes {step.to} takes {step.source} at once anyhow"
            remedy = f"write under [[routing]] queue = {shown(step.source)}, their group and after_s = {step.after_s:g}"
            done.problem(("overflows", n), message, remedy)


def _everybody_has_work(done: Resolved, routing: Routing) -> None:
    """A group that orders of groups leave out of every queue it could serve would have nothing to do."""
    if len(done.queues) < len(done.draft.ids["queues"]):
        return
    for i, group in done.groups.items():
        able = [queue.id for queue in done.queues.values() if not _cannot(done, group.id, queue.id)]
        if able and not any(routing.allows(queue, group.id) for queue in able):
            message = f"routing leaves it without work: groups of {', '.join(able[:5])} do not name it"
            done.problem(("groups", i), message, "name it there, or delete the group")
