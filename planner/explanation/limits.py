"""The limits of an account by name: which there are, what each says, and the case without it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace

import numpy as np

from planner.domain.account import Account
from planner.domain.people import Group
from planner.domain.queues import Channel
from planner.domain.shifts import ShiftRule
from planner.explanation.case import Case
from planner.explanation.result import Limit, LimitKind
from planner.rules.unlawful import voice

OTHER_LENGTHS_MIN = (60, 240, 720)
"""Without a limit on lengths a shift may also last this long, without breaks."""

OTHER_STEP_MIN = 60
"""Without a limit on starts a shift may also start at every full hour of the day."""


def limits_of(account: Account) -> tuple[Limit, ...]:
    """Return every limit `account` sets, those first that are the last one would think of.

    A search for a minimal conflict leaves out what it can in this order, so that it ends with plain words (seats, headcounts) wherever
    those suffice.
    """
    used = list(dict.fromkeys(r for g in account.groups for r in g.shift_rules))
    away = [g.id for g in account.groups if g.availability < 1]
    found: list[tuple[LimitKind, list[str]]] = [
        (LimitKind.AWAY, away),
        (LimitKind.LENGTHS, used),
        (LimitKind.BREAKS, [r for r in used if account.shift_rule(r).breaks]),
        (LimitKind.STARTS, used),
        (LimitKind.SKILLS, [",".join(c) for c in classes_of(account)]),
        (LimitKind.DAYS, [g.id for g in account.groups if g.days_per_week < 7]),
        (LimitKind.LEAST, [g.id for g in account.groups if g.min_heads > 0]),
        (LimitKind.SEATS, [s.id for s in account.sites if any(g.site == s.id for g in account.groups)]),
        (LimitKind.MOST, [g.id for g in account.groups if g.max_heads is not None]),
    ]
    return tuple(Limit(kind=kind, target=target) for kind, targets in found for target in targets)


def about(limits: Iterable[Limit], queues: Iterable[str], account: Account) -> tuple[Limit, ...]:
    """Return those of `limits` that bear on whoever answers one of `queues`: their groups, sites, shifts and skills."""
    asked = [account.queue(q) for q in queues]
    groups = [g for g in account.groups if any(g.serves(q.language, q.channel) for q in asked)]
    names = {g.id for g in groups} | {g.site for g in groups} | {r for g in groups for r in g.shift_rules}
    ids = {q.id for q in asked}
    return tuple(x for x in limits if x.target in names or (x.kind is LimitKind.SKILLS and ids & set(x.target.split(","))))


def classes_of(account: Account) -> tuple[tuple[str, ...], ...]:
    """Return the queues in classes: those that exactly the same groups serve, whom only languages and channels keep apart."""
    serves = account.serves()
    members: dict[bytes, list[str]] = {}
    for q, queue in enumerate(account.queues):
        members.setdefault(serves[:, q].tobytes(), []).append(queue.id)
    return tuple(tuple(queues) for queues in members.values() if not serves[:, _number(account, queues[0])].all())


def _number(account: Account, queue: str) -> int:
    return [q.id for q in account.queues].index(queue)


def without(case: Case, limits: Iterable[Limit]) -> Case:
    """Return `case` as if nobody had set `limits`: a relaxation, for whatever was possible still is."""
    gone = set(limits)

    def targets(kind: LimitKind) -> list[str]:
        return [limit.target for limit in gone if limit.kind is kind]

    for rule in targets(LimitKind.BREAKS):
        case = _each_rule(case.without_law(rule=rule), rule, lambda r: (replace(r, breaks=()),))
    for rule in targets(LimitKind.STARTS):
        case = _each_rule(case, rule, _also_any_start)
    for rule in targets(LimitKind.LENGTHS):
        case = _each_rule(case, rule, _also_any_length)
    for group in targets(LimitKind.AWAY):
        case = case.with_group(group, absence=0.0, in_shift_loss=0.0)
    for group in targets(LimitKind.LEAST):
        case = case.with_group(group, min_heads=0)
    for group in targets(LimitKind.MOST):
        case = case.with_group(group, max_heads=None)
    for queues in targets(LimitKind.SKILLS):
        case = _any_group(case, queues.split(","))
    for site in targets(LimitKind.SEATS):
        case = case.with_site(site, seats=_more_than_anyone_needs(case))
    return replace(case, any_days=case.any_days | set(targets(LimitKind.DAYS)))


def _each_rule(case: Case, id: str, change: Callable[[ShiftRule], tuple[ShiftRule, ...]]) -> Case:
    """Apply `change` to the rule called `id` and to those made from it before."""
    for rule in case.account.shift_rules:
        if rule.id.split("~")[0] == id:
            case = case.with_rule(rule.id, change(rule))
    return case


def _also_any_start(rule: ShiftRule) -> tuple[ShiftRule, ...]:
    """The rule as it is, and the same at every full hour of the day where it is not so already."""
    if not rule.first_start_min and rule.last_start_min + rule.step_min >= 1440 and OTHER_STEP_MIN % rule.step_min == 0:
        return (rule,)
    return rule, replace(rule, id=f"{rule.id}~s", first_start_min=0, last_start_min=1439, step_min=OTHER_STEP_MIN)


def _also_any_length(rule: ShiftRule) -> tuple[ShiftRule, ...]:
    """The rule as it is, and its starts for other lengths without breaks."""
    others = [m for m in OTHER_LENGTHS_MIN if m != rule.length_min]
    return (rule, *(replace(rule, id=f"{rule.id}~{m}", length_min=m, breaks=(), min_gap_min=None, split=None) for m in others))


def _any_group(case: Case, queues: list[str]) -> Case:
    for group in case.account.groups:
        case = with_skill(case, group, queues)
    return case


def with_skill(case: Case, group: Group, queues: Iterable[str]) -> Case:
    """Return the case in which agents of `group` also speak the languages and work the channels of `queues`, and routing does not leave
    them out.

    That may open other queues to them as well: languages and channels combine.
    """
    own = case.account.group(group.id)
    asked = [case.account.queue(q) for q in queues]
    case = replace(case, account=replace(case.account, routing=case.account.routing.joined([q.id for q in asked], group.id)))
    languages = tuple(dict.fromkeys([*own.languages, *(q.language for q in asked)]))
    channels = tuple(dict.fromkeys([*own.channels, *(q.channel for q in asked)]))
    if voice(group) != any(c is Channel.VOICE for c in channels):  # desks have rules of their own: what was possible still is
        case = case.without_law(group.id)
    return case.with_group(group.id, languages=languages, channels=channels)


def _more_than_anyone_needs(case: Case) -> int:
    """Seats that never bind: everybody's need at once at the least availability, every least headcount, and as many again."""
    need = np.nan_to_num(case.requirement.agents, nan=0.0).sum(axis=0).max(initial=0.0)
    worst = min((g.availability for g in case.account.groups), default=1.0)
    least = sum(g.min_heads for g in case.account.groups)
    return int(2 * (need / worst + least)) + 10 + sum(s.seats for s in case.account.sites)


def sentence(limit: Limit, account: Account) -> str:
    """Return what `limit` says, as its account does."""
    match limit.kind:
        case LimitKind.SEATS:
            return f"site {limit.target} has {account.site(limit.target).seats} seats"
        case LimitKind.SKILLS:
            return _skill_sentence(limit.target.split(","), account)
        case LimitKind.STARTS | LimitKind.LENGTHS | LimitKind.BREAKS:
            return _rule_sentence(limit.kind, account.shift_rule(limit.target))
        case _:
            return _group_sentence(limit.kind, account.group(limit.target))


def _group_sentence(kind: LimitKind, group: Group) -> str:
    match kind:
        case LimitKind.MOST:
            return f"group {group.id} has at most {group.max_heads} agents (max_heads)"
        case LimitKind.LEAST:
            return f"group {group.id} has at least {group.min_heads} agents (min_heads)"
        case LimitKind.DAYS:
            starts = (
                f"at one length, starts up to {group.start_band_min} min apart"
                if group.start_band_min
                else "at one start and length"
            )
            return f"agents of {group.id} work {group.days_per_week} days of seven, {starts}"
        case _:
            said = f"of rostered time {group.id} are absent {100 * group.absence:.3g}%"
            return f"{said} and lose {100 * group.in_shift_loss:.3g}% of the rest in the shift"


def _rule_sentence(kind: LimitKind, rule: ShiftRule) -> str:
    match kind:
        case LimitKind.STARTS:
            if rule.first_start_min + rule.step_min > rule.last_start_min:
                return f"shifts {rule.id} start at {clock(rule.first_start_min)}"
            last = rule.first_start_min + (rule.last_start_min - rule.first_start_min) // rule.step_min * rule.step_min
            return f"shifts {rule.id} start from {clock(rule.first_start_min)} to {clock(last)}, every {rule.step_min} min"
        case LimitKind.LENGTHS:
            gaps = " or ".join(f"{m / 60:g}" for m in rule.split.gap_min) if rule.split else ""
            return f"shifts {rule.id} last {rule.length_min / 60:g} h" + (f" in two parts, {gaps} h apart" if gaps else "")
        case _:
            windows = "; ".join(
                f"{b.minutes} min {'paid' if b.paid else 'unpaid'}, {span(b.earliest_min)} to {span(b.latest_min)} into the shift"
                for b in rule.breaks
            )
            apart = f", at least {rule.min_gap_min} min apart" if rule.min_gap_min is not None and len(rule.breaks) > 1 else ""
            return f"shifts {rule.id} have breaks: {windows}{apart}"


def _skill_sentence(queues: list[str], account: Account) -> str:
    serves = account.serves()
    who = [g.id for n, g in enumerate(account.groups) if serves[n, _number(account, queues[0])]]
    served = " and ".join([", ".join(queues[:-1]), queues[-1]]) if len(queues) > 1 else queues[0]
    why = "languages, channels, order of groups" if any(account.routing.order(q) for q in queues) else "languages, channels"
    return f"{served}: only {', '.join(who)} can answer ({why})" if who else f"{served}: nobody can answer"


def clock(minute: int) -> str:
    """Return minutes after midnight as a time of day: ``07:30``."""
    return f"{minute // 60 % 24:02d}:{minute % 60:02d}"


def span(minutes: int) -> str:
    """Return minutes as hours and minutes: ``3:15``."""
    return f"{minutes // 60}:{minutes % 60:02d}"
