"""Everything wrong with a list of changes, held against the published plan: unknown names, contradictions, times outside the plan."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import date, datetime
from difflib import get_close_matches

from planner.domain.changes import Changes, Prices
from planner.domain.grid import zone_info
from planner.domain.plan import Plan
from planner.domain.shifts import Shift
from planner.errors import Problem
from planner.replan.contracts import shares_broken
from planner.replan.demand import factors, overlap, rows_of
from planner.replan.facts import facts_of, lock_fits, site_date
from planner.replan.law import groups_of
from planner.shifts.patterns import patterns_of

HOW = "changes"
"""Place named where an item does not say where it was written."""


def problems_of(changes: Changes, plan: Plan) -> tuple[Problem, ...]:
    """Return every problem of `changes` as a re-plan of `plan`; nothing when it can be tried."""
    found = [*_now(changes, plan), *_names(changes, plan), *_times(changes, plan), *_numbers(changes)]
    if not found:
        found = [*_people(changes, plan), *_volumes(changes, plan), *_contradictions(changes, plan)]
    return tuple(dict.fromkeys(found))


def _now(changes: Changes, plan: Plan) -> Iterator[Problem]:
    grid = plan.shifts.grid
    if changes.now_utc is not None and not grid.start_utc <= changes.now_utc < grid.end_utc:
        yield Problem(
            f"{HOW}: now",
            f"{_at(changes.now_utc, grid.zone)} lies outside the plan, which runs from {_at(grid.start_utc, grid.zone)} to "
            f"{_at(grid.end_utc, grid.zone)} ({grid.zone})",
            "write a moment of the plan, or leave now out to re-plan from its start",
        )


def _names(changes: Changes, plan: Plan) -> Iterator[Problem]:
    account = plan.account
    agents = [agent.id for agent in plan.roster.agents]
    everybody = [*agents, *(joining.agent for joining in changes.joining)]
    groups = [group.id for group in account.groups]
    sites = [site.id for site in account.sites]
    queues = [queue.id for queue in account.queues]
    shifts = [shift.id for shift in plan.shifts.shifts]
    wanted: list[tuple[str, str, Iterable[str], list[str]]] = []
    wanted += [(a.place, "agent", (a.agent,), everybody) for a in changes.away]
    wanted += [(a.place, "agent", (a.agent,), agents) for a in changes.leaving]
    wanted += [(j.place, "group", (j.group,), groups) for j in changes.joining]
    wanted += [(v.place, "queue", v.queues, queues) for v in changes.volume]
    wanted += [(f"{HOW}: events {e.id}", "queue", e.queues, queues) for e in changes.events]
    for lock in changes.locks:
        wanted += [
            (lock.place, "agent", lock.agents, everybody), (lock.place, "group", lock.groups, groups),
            (lock.place, "site", lock.sites, sites), (lock.place, "shift", lock.shifts, shifts),
        ]  # fmt: skip
    for fixed in changes.fixed:
        wanted += [(fixed.place, "agent", (fixed.agent,), everybody), (fixed.place, "shift", (fixed.shift,), shifts)]
    for offer in changes.overtime:
        wanted += [(offer.place, "agent", offer.agents, everybody), (offer.place, "group", offer.groups, groups)]
    for place, what, names, known in wanted:
        for name in names:
            if name not in known:
                yield Problem(place or HOW, f'there is no {what} "{name[:60]}" in the plan', _near(name, known, what))


def _times(changes: Changes, plan: Plan) -> Iterator[Problem]:
    grid = plan.shifts.grid
    spans = [(a.place, a.start_utc, a.end_utc) for a in changes.away]
    spans += [(v.place, v.start_utc, v.end_utc) for v in changes.volume]
    spans += [(f"{HOW}: events {e.id}", e.start_utc, e.end_utc) for e in changes.events]
    spans += [(o.place, o.start_utc, o.end_utc) for o in changes.overtime]
    begins = min([grid.start_utc, *(shift.start_utc for shift in plan.shifts.shifts)])
    for place, start, end in spans:
        if start >= end:
            yield Problem(place or HOW, "ends before it starts", "check from and to")
        elif end <= begins or start >= grid.end_utc:
            side = "before the plan begins" if end <= begins else "after the plan ends"
            yield Problem(
                place or HOW,
                f"{_at(start, grid.zone)} to {_at(end, grid.zone)} lies {side}: the plan runs from {_at(grid.start_utc, grid.zone)} to "
                f"{_at(grid.end_utc, grid.zone)} ({grid.zone})",
                "check the date, or re-plan another plan",
            )
    moments = [(leaving.place, leaving.start_utc, "leaves") for leaving in changes.leaving]
    moments += [(joining.place, joining.start_utc, "joins") for joining in changes.joining]
    for place, when, what in moments:
        if when >= grid.end_utc:
            yield Problem(
                place or HOW, f"{what} at {_at(when, grid.zone)}, after the plan ends", "check the date, or leave it out"
            )


def _numbers(changes: Changes) -> Iterator[Problem]:
    for volume in changes.volume:
        place = volume.place or HOW
        if (volume.factor is None) == (volume.contacts is None):
            yield Problem(place, "needs either a factor or a number of contacts", "write one of the two")
        if volume.factor is not None and not 0 <= volume.factor <= 100:
            yield Problem(
                place, f"factor must lie in [0, 100], got {volume.factor:g}", "write 1.3 for 30% more, 0.7 for 30% less"
            )
        if volume.contacts is not None and not 0 <= volume.contacts < float("inf"):
            yield Problem(place, f"contacts must be 0 or more, got {volume.contacts:g}", "write how many contacts are expected")
    for offer in changes.overtime:
        if not 0 < offer.hours_per_week <= 60:
            yield Problem(
                offer.place or HOW, f"hours_per_week must lie in (0, 60], got {offer.hours_per_week:g}", "write 8 for 8 h"
            )
        if not 0 <= offer.premium_share <= 5:
            yield Problem(
                offer.place or HOW, f"premium_share must lie in [0, 5], got {offer.premium_share:g}", "write 0.5 for 50%"
            )
    for lock in changes.locks:
        if not (lock.agents or lock.groups or lock.sites or lock.dates or lock.shifts):
            yield Problem(
                lock.place or HOW,
                "names nothing, and would lock the whole roster",
                "name agents, groups, sites, dates or shifts",
            )
    yield from _prices(changes.prices)
    pay, effort = changes.pay, changes.effort
    for name, share in (("sick_share", pay.sick_share), ("guaranteed_share", pay.guaranteed_share)):
        if not 0 <= share <= 1:
            yield Problem(f"{HOW}: pay {name}", f"must lie in [0, 1], got {share:g}", "write 1 for paid in full, 0 for unpaid")
    if not (0 <= effort.reach_days <= 14 and effort.gap >= 0 and effort.time_limit_s > 0):
        yield Problem(f"{HOW}: run", "reach_days must lie in [0, 14], gap be 0 or more, time_limit_s above 0", "correct them")


def _prices(prices: Prices) -> Iterator[Problem]:
    names = (
        "breaks_moved",
        "moved_start",
        "moved_per_h",
        "cancelled",
        "called_in",
        "swapped",
        "added",
        "overtime",
        "promise_missed",
    )
    for name in names:
        value = getattr(prices, name)
        if not 0 <= value <= 1e6:
            yield Problem(
                f"{HOW}: prices {name}", f"must lie between 0 and 1,000,000, got {value:g}", "write 0 for a change that is free"
            )
    if prices.added < prices.swapped:
        yield Problem(
            f"{HOW}: prices added",
            f"is {prices.added:g}, below the {prices.swapped:g} of a place taken over (swapped)",
            "a new shift disturbs at least as much: write as much or more",
        )
    for notice in prices.notice:
        if not (notice.within_h > 0 and 0 <= notice.factor <= 1000):
            yield Problem(f"{HOW}: prices notice", "within_h must be above 0 and factor lie in [0, 1000]", "correct the line")


def _people(changes: Changes, plan: Plan) -> Iterator[Problem]:
    account = plan.account
    agents = {agent.id for agent in plan.roster.agents}
    counts: dict[str, int] = defaultdict(int)
    for agent in plan.roster.agents:
        counts[agent.group] += 1
    for leaving in changes.leaving:
        group = next(a.group for a in plan.roster.agents if a.id == leaving.agent)
        counts[group] -= 1
    seen: set[str] = set()
    for joining in changes.joining:
        place = joining.place or HOW
        if joining.agent in agents or joining.agent in seen:
            yield Problem(place, f'there is an agent "{joining.agent}" already', "give the new agent an id of its own")
        seen.add(joining.agent)
        counts[joining.group] += 1
        group_of = account.group(joining.group)
        known = [p.id for p in patterns_of(group_of, account)]
        if joining.pattern and joining.pattern not in known:
            message = f'"{joining.pattern[:60]}" is no shift of {joining.group}'
            yield Problem(place, message, _near(joining.pattern, known, "pattern"))
        if group_of.max_heads is not None and counts[joining.group] > group_of.max_heads:
            yield Problem(
                place,
                f"makes {counts[joining.group]} agents of {joining.group}, which may have {group_of.max_heads} (max_heads)",
                "add fewer, or plan again with another max_heads",
            )
    for found in shares_broken(plan, changes):
        # too many of a contract who join, or too few beside them; what leaving alone does was no choice: a note says so
        mine = [
            j
            for j in changes.joining
            if (j.group == found.group.id) == found.many and _family(j.group, plan) == found.group.family
        ]
        if mine:
            kind = "fewer" if found.many else "more"
            yield Problem(
                mine[-1].place or HOW, found.sentence(), f"add {kind} of this contract, or others of the family to match"
            )
    gone = [leaving.agent for leaving in changes.leaving]
    for leaving in changes.leaving:
        if gone.count(leaving.agent) > 1:
            yield Problem(leaving.place or HOW, f"{leaving.agent} leaves twice", "keep one of the lines")


def _family(group: str, plan: Plan) -> str:
    return plan.account.group(group).family


def _volumes(changes: Changes, plan: Plan) -> Iterator[Problem]:
    try:
        factors(plan.demand, changes)
    except ValueError:
        pass
    else:
        return
    for volume in changes.volume:
        if volume.contacts:
            share = overlap(plan.demand.grid, volume.start_utc, volume.end_utc)
            there = plan.demand.contacts[rows_of(plan.demand, volume.queues)] * share
            if not there[there == there].sum() > 0:
                yield Problem(
                    volume.place or HOW,
                    f"expects {volume.contacts:g} contacts where the plan has none to share out",
                    "name a stretch in which the queues are open",
                )


def _contradictions(changes: Changes, plan: Plan) -> Iterator[Problem]:
    account = plan.account
    shifts = {shift.id: shift for shift in plan.shifts.shifts}
    facts = facts_of(plan, changes)
    agents = {agent.id: agent for agent in facts.agents}
    for gone in facts.lost:
        for lock in changes.locks:
            if (lock.agents or lock.shifts) and lock_fits(lock, gone.agent, gone.shift.date, gone.shift):
                yield Problem(
                    lock.place or HOW,
                    f"locks {gone.shift.id} of {gone.agent.id} on {gone.shift.date}, who is away then",
                    "take that date out of the lock, or the absence out of the changes",
                )
    taken: dict[tuple[str, date], str] = {}
    by_agent: dict[str, list[Shift]] = defaultdict(list)
    for fixed in changes.fixed:
        place, agent, shift = fixed.place or HOW, agents[fixed.agent], shifts[fixed.shift]
        zone = account.site(shift.site).zone
        if shift.group not in groups_of(account, agent):
            yield Problem(
                place,
                f"{agent.id} is of group {agent.group}, the shift of {shift.group}",
                "fix a shift of the agent's own group",
            )
            continue
        if (agent.id, shift.date) in taken:
            first = taken[agent.id, shift.date]
            yield Problem(
                place, f"{agent.id} is fixed to two shifts on {shift.date}: {first} and {shift.id}", "keep one of them"
            )
            continue
        taken[agent.id, shift.date] = shift.id
        by_agent[agent.id].append(shift)
        if shift.start_utc < facts.now:
            yield Problem(
                place, f"{shift.id} starts at {_at(shift.start_utc, zone)}, before now", "what has begun cannot be changed"
            )
        published = facts.published.get((agent.id, shift.date))
        if published is not None and published.shift.start_utc < facts.now:
            yield Problem(place, f"{agent.id}'s shift of {shift.date} has begun already", "what has begun cannot be changed")
        if facts.is_away(agent.id, shift.start_utc, shift.end_utc):
            yield Problem(place, f"{agent.id} is away during {shift.id}", "fix somebody else, or take the absence out")
        other = published is None or published.shift.id != shift.id
        if other and facts.locked(agent, shift.date, published.shift if published else None):
            yield Problem(place, f"{agent.id}'s {shift.date} is locked to what was published", "take it out of the lock")
    yield from _too_many(changes, plan, by_agent)


def _too_many(changes: Changes, plan: Plan, by_agent: dict[str, list[Shift]]) -> Iterator[Problem]:
    """More fixed shifts in seven days than the contract has days."""
    facts = facts_of(plan, changes)
    for agent in facts.agents:
        mine = sorted(shift.date for shift in by_agent.get(agent.id, ()))
        days = plan.account.group(agent.group).days_per_week
        start = site_date(plan.account, agent.site, plan.shifts.grid.start_utc)
        blocks: dict[int, int] = defaultdict(int)
        for day in mine:
            blocks[(day - start).days // 7] += 1
        worst = max(blocks.values(), default=0)
        if worst > days and not facts.overtime_of(agent):
            place = next((f.place for f in changes.fixed if f.agent == agent.id), "") or HOW
            yield Problem(
                place,
                f"{agent.id} is fixed to {worst} shifts in a week, the contract has {days} days",
                "fix fewer, or allow overtime to the agent",
            )


def _near(name: str, known: list[str], what: str) -> str:
    near = get_close_matches(name, known, n=1, cutoff=0.6)
    if near:
        return f"did you mean {near[0]}?"
    return f"{what}s are such as {', '.join(known[:4])}" if known else f"the plan has no {what}s"


def _at(when: datetime, zone: str) -> str:
    local = when.astimezone(zone_info(zone))
    return f"{local:%a} {local.day} {local:%b %Y %H:%M}"
