"""The same account with everybody working for one client alone: each group once for every client, and routing that keeps them apart."""

from __future__ import annotations

from dataclasses import replace

from planner.domain.account import Account
from planner.domain.people import Group
from planner.domain.routing import GroupOrder, Routing, RoutingRule
from planner.domain.shifts import ShiftPlan, Tour
from planner.errors import DataError, Problem

_AT = "@"


def clients_of(account: Account) -> tuple[str, ...]:
    """Return the clients whose queues `account` has, in its order."""
    return tuple(dict.fromkeys(queue.client for queue in account.queues))


def check_clients(account: Account) -> None:
    """Raise DataError, with every problem, unless the queues of `account` belong to two clients or more, each contact to one of them."""
    problems = [
        Problem(f"queue {queue.id}", "names no client", 'write client = "NAME" in its [[queues]]')
        for queue in account.queues
        if not queue.client
    ]
    clients = [client for client in clients_of(account) if client]
    if len(clients) < 2:
        said = f"has queues of {len(clients)} client" + ("s" if len(clients) != 1 else "")
        problems.append(Problem(account.name, f"{said}; a desk is shared by two or more", "name another client's queues too"))
    owner = {queue.id: queue.client for queue in account.queues}
    for clause in account.contract.clauses:
        named = sorted({owner[id] for id in clause.queues})
        if len(named) > 1:
            problems.append(
                Problem(f"clause {clause.id}", f"covers queues of {', '.join(named)}", "give each client a clause of its own")
            )
    problems += [
        Problem(
            f"overflow {step.source} to {step.to}",
            f"takes contacts of {owner[step.source]} to people of {owner[step.to]}",
            "leave it out: shared people take both anyway",
        )
        for step in account.routing.overflows
        if owner[step.source] != owner[step.to]
    ]
    if problems:
        raise DataError(problems)


def without_names(account: Account) -> Account:
    """Return `account` without named people and shifts already running: heads are compared, not persons."""
    return replace(account, people=(), time_off=(), preferences=(), locks=(), carry_in=())


def apart(account: Account) -> Account:
    """Return `account` with a group ``GROUP@CLIENT`` for every client whose contacts a group can take, which takes those alone.

    What routing says of a group holds for each of its copies; who is asked first is as if there were no other clients. Least headcounts are
    left out, since they are of the pool, as are shares of contracts; most heads hold for each copy.
    """
    serves = account.serves()
    clients = {
        group.id: tuple(dict.fromkeys(q.client for n, q in enumerate(account.queues) if serves[g, n]))
        for g, group in enumerate(account.groups)
    }
    copies = tuple(_copy(group, client, account) for group in account.groups for client in clients[group.id])
    return replace(account, groups=copies, routing=_routing(account, clients))


def pooled(shifts: ShiftPlan) -> ShiftPlan:
    """Return shifts of groups apart as those of the groups they were copied from: the same people on one pool."""
    rows = tuple(
        replace(shift, id=f"{_whole(shift.group)}{_tail(shift.id, shift.group)}.{n}", group=_whole(shift.group))
        for n, shift in enumerate(shifts.shifts)
    )
    held: dict[tuple[str, str], int] = {}
    for tour in shifts.tours:
        key = _whole(tour.group), tour.pattern
        held[key] = held.get(key, 0) + tour.agents
    tours = tuple(Tour(group=group, pattern=pattern, agents=agents) for (group, pattern), agents in held.items())
    return replace(shifts, shifts=rows, tours=tours)


def of_client(shifts: ShiftPlan, client: str) -> ShiftPlan:
    """Return the part of shifts apart that is worked for `client`."""
    mine = f"{_AT}{client}"
    return replace(
        shifts,
        shifts=tuple(shift for shift in shifts.shifts if shift.group.endswith(mine)),
        tours=tuple(tour for tour in shifts.tours if tour.group.endswith(mine)),
    )


def _copy(group: Group, client: str, account: Account) -> Group:
    return replace(group, id=f"{group.id}{_AT}{client}", part_of=None, min_heads=0, max_share=1.0, min_share=0.0)


def _routing(account: Account, clients: dict[str, tuple[str, ...]]) -> Routing:
    serves = account.serves()
    row = {group.id: g for g, group in enumerate(account.groups)}
    orders, rules = [], []
    for q, queue in enumerate(account.queues):
        able = [group.id for group in account.groups if serves[row[group.id], q]]
        same = [n for n, other in enumerate(account.queues) if other.client == queue.client]
        breadth = {id: int(serves[row[id], same].sum()) for id in able}
        steps = sorted(set(breadth.values()))
        asked = account.routing.order(queue.id)
        names = [id for id in asked if id in able] if asked is not None else sorted(able, key=lambda id: breadth[id])
        orders.append(GroupOrder(queue=queue.id, groups=tuple(f"{id}{_AT}{queue.client}" for id in names)))
        for place, id in enumerate(names):
            rule = account.routing.rule(queue.id, id) or RoutingRule(queue=queue.id, group=id)
            tier = rule.tier or 1 + (place if asked is not None else steps.index(breadth[id]))
            rules.append(replace(rule, group=f"{id}{_AT}{queue.client}", tier=tier))
    return replace(account.routing, orders=tuple(orders), rules=tuple(rules))


def _whole(group: str) -> str:
    return group.rpartition(_AT)[0]


def _tail(id: str, group: str) -> str:
    return id.removeprefix(group).rsplit(".", 1)[0] if id.startswith(group) else f"/{id}"
