"""Skills that people could be taught: one more language, one more channel; and the account in which they have been."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from decimal import Decimal
from enum import StrEnum

import numpy as np

from planner.domain.account import Account
from planner.domain.people import Group
from planner.domain.queues import Channel, Queue
from planner.domain.routing import GroupOrder, Routing


class SkillKind(StrEnum):
    """What is taught."""

    LANGUAGE = "language"
    CHANNEL = "channel"


@dataclass(frozen=True, kw_only=True, order=True)
class Lesson:
    """`skill`, a language or a channel, taught to people of `group`."""

    group: str
    kind: SkillKind
    skill: str


@dataclass(frozen=True, kw_only=True)
class Variant:
    """People of `group` as they would be with other skills, at their wage times `factor`; `id` names them as a group of their own."""

    id: str
    group: str
    languages: tuple[str, ...]
    channels: tuple[Channel, ...]
    factor: Decimal = Decimal(1)


def teachable(account: Account) -> tuple[Lesson, ...]:
    """Return every language and channel that people of some group lack and that would let them take contacts of a queue they cannot take
    now, in the order of groups, then queues; a queue whose certificates their site does not hold is no reason to learn."""
    found: dict[Lesson, None] = {}
    serves = account.serves()
    for g, group in enumerate(account.groups):
        for q, queue in enumerate(account.queues):
            if serves[g, q] or not _certified(account, group, queue):
                continue
            if queue.language not in group.languages and queue.channel in group.channels:
                found[Lesson(group=group.id, kind=SkillKind.LANGUAGE, skill=queue.language)] = None
            if queue.channel not in group.channels and queue.language in group.languages:
                found[Lesson(group=group.id, kind=SkillKind.CHANNEL, skill=queue.channel.value)] = None
    order = {group.id: g for g, group in enumerate(account.groups)}
    return tuple(sorted(found, key=lambda lesson: order[lesson.group]))


def taught(lesson: Lesson, account: Account, premium: Decimal) -> Variant:
    """Return the people of a lesson's group who have had it, paid the share `premium` more."""
    group = account.group(lesson.group)
    languages, channels = group.languages, group.channels
    if lesson.kind is SkillKind.LANGUAGE:
        languages = (*languages, lesson.skill)
    else:
        channels = (*channels, Channel(lesson.skill))
    id = f"{group.id} + {lesson.skill}"
    return Variant(id=id, group=group.id, languages=languages, channels=channels, factor=1 + premium)


def all_rounders(account: Account, premium: Decimal) -> dict[str, Variant]:
    """Return by group its people as they would be if they could take all contacts that their site is certified for; those who can already
    are left out."""
    found: dict[str, Variant] = {}
    serves = account.serves()
    for g, group in enumerate(account.groups):
        wanted = [q for q in account.queues if _certified(account, group, q)]
        if all(serves[g, account.queues.index(q)] for q in wanted):
            continue
        languages = dict.fromkeys((*group.languages, *(q.language for q in wanted)))
        channels = dict.fromkeys((*group.channels, *(q.channel for q in wanted)))
        found[group.id] = Variant(
            id=f"{group.id} + all", group=group.id, languages=tuple(languages), channels=tuple(channels), factor=1 + premium
        )
    return found


def specialists(account: Account) -> dict[str, tuple[Variant, ...]]:
    """Return by group its people as they would be with one language each, or where nobody speaks more than one, with one channel each; a
    group that has no more is left out. They are paid as the cheapest group of their site that can do no more than they, else as before."""
    by_language = any(len(_used(account, group, "language")) > 1 for group in account.groups)
    found = {}
    for group in account.groups:
        names = _used(account, group, "language" if by_language else "channel")
        if len(names) > 1:
            found[group.id] = tuple(_specialist(account, group, name, by_language=by_language) for name in names)
    return found


def account_with(account: Account, variants: Iterable[Variant]) -> Account:
    """Return `account` with `variants` as groups of their own, without headcounts: they are people of the groups they come of.

    Where an order of groups stands, they follow their own group, and are asked last in queues that they have learned to take.
    """
    wanted = tuple(variants)
    groups = tuple(_group(account.group(v.group), v) for v in wanted)
    quality = account.quality
    if quality is not None:
        known = {g.group: g for g in quality.groups}
        same = tuple(replace(known[v.group], group=v.id) for v in wanted if v.group in known)
        quality = replace(quality, groups=(*quality.groups, *same))
    return replace(
        account, groups=(*account.groups, *groups), routing=_routing(account, wanted), quality=quality, people=account.people
    )


def _certified(account: Account, group: Group, queue: Queue) -> bool:
    return set(account.site(group.site).certificates).issuperset(queue.gate.certificates)


def _used(account: Account, group: Group, what: str) -> tuple[str, ...]:
    # languages or channels of the queues that the group takes contacts of, in the order of queues
    row = account.serves()[account.groups.index(group)]
    mine = [account.queues[q] for q in np.flatnonzero(row).tolist()]
    return tuple(dict.fromkeys(str(getattr(queue, what)) for queue in mine))


def _specialist(account: Account, group: Group, name: str, *, by_language: bool) -> Variant:
    languages = (name,) if by_language else group.languages
    channels = group.channels if by_language else (Channel(name),)
    alike = [
        g.wage_factor
        for g in account.groups
        if g.site == group.site and set(g.languages) <= set(languages) and set(g.channels) <= set(group.channels)
    ]
    factor = min(alike, default=group.wage_factor) / group.wage_factor
    return Variant(
        id=f"{group.id} only {name}", group=group.id, languages=languages, channels=channels, factor=min(factor, Decimal(1))
    )


def _group(group: Group, variant: Variant) -> Group:
    return replace(
        group,
        id=variant.id,
        languages=variant.languages,
        channels=variant.channels,
        wage_factor=group.wage_factor * variant.factor,
        min_heads=0,
        max_heads=None,
        part_of=None,
        min_share=0.0,
        max_share=1.0,
    )


def _routing(account: Account, variants: tuple[Variant, ...]) -> Routing:
    routing = account.routing
    orders = []
    for order in routing.orders:
        queue, names = account.queue(order.queue), list(order.groups)
        for variant in variants:
            group = account.group(variant.group)
            if variant.group in names:
                names.insert(names.index(variant.group) + 1, variant.id)
            elif not group.serves(queue.language, queue.channel) and _speaks(variant, queue):
                names.append(variant.id)
        orders.append(GroupOrder(queue=order.queue, groups=tuple(names)))
    rules = [replace(rule, group=v.id) for rule in routing.rules for v in variants if v.group == rule.group]
    return replace(routing, orders=tuple(orders), rules=(*routing.rules, *rules))


def _speaks(variant: Variant, queue: Queue) -> bool:
    return queue.language in variant.languages and queue.channel in variant.channels
