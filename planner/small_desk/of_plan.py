"""The small desks of a plan: its live queues with at most three people scheduled at once, each judged on the finished roster."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import numpy as np

from planner.domain.account import Account
from planner.domain.demand import Demand
from planner.domain.grid import TimeGrid
from planner.domain.queues import Channel, Market, Queue
from planner.domain.shifts import ShiftPlan
from planner.domain.small_desk import FEW, RINGS, SmallDesk, Threshold
from planner.domain.targets import RingMoment
from planner.reference.rings import ring_rule
from planner.simulation import floor_of
from planner.simulation.floor import Floor, Hours
from planner.small_desk.judge import WEEK_S, judge, most_at_once
from planner.small_desk.observed import Watch, observe


def small_desks(
    shifts: ShiftPlan,
    demand: Demand,
    account: Account,
    *,
    replications: int,
    seed: int,
    few: int = FEW,
) -> tuple[SmallDesk, ...]:
    """Return what the few can promise for each live queue that has one to `few` people scheduled at once at the most, in the account's
    order; deferred work waits for whoever comes back, and its own level says all.

    Simulated over `replications` horizons at the expected contacts with sampled absences, exact where a law holds.
    """
    floor = floor_of(account, demand, shifts)
    asked = {
        queue.id: thresholds_of(queue, account.market(queue.market))
        for q, queue in enumerate(account.queues)
        if queue.channel.live and np.nansum(demand.contacts[q]) > 0 and 1 <= most_at_once(floor, queue.id) <= few
    }
    found: dict[str, SmallDesk] = {}
    while len(found) < len(asked):
        part = joined(floor, next(id for id in asked if id not in found))
        those = [line.id for line in part.lines if line.id in asked]
        watched = tuple(Watch(id, tuple(t.seconds for t in asked[id])) for id in those)
        for id, seen in zip(those, observe(part, watched, replications=range(replications), seed=seed), strict=True):
            desk = judge(
                part,
                id,
                asked[id],
                days=demand.grid.clock(account.market(account.queue(id).market).zone).day,
                week_s=week_of(account.horizon.days, demand.grid),
                replications=replications,
                seed=seed,
                seen=seen,
            )
            found[id] = _dated(desk, demand.grid)
    return tuple(found[id] for id in asked)


def thresholds_of(queue: Queue, market: Market) -> tuple[Threshold, ...]:
    """Return three rings as heard in the queue's market, where the queue is a telephone and its tone is known, then its own threshold;
    one where they are the same. A promise said in rings names the moment and the country for both."""
    target = queue.target
    own_rule = getattr(target, "rings", None)
    own = Threshold(
        seconds=target.within_s,
        rings=own_rule.rings if own_rule else 0,
        country=own_rule.country if own_rule else "",
        promised=target.level,
    )
    if queue.channel is not Channel.VOICE or own.rings == RINGS:
        return (own,)
    country, moment = (own_rule.country, own_rule.moment) if own_rule else (market.country, RingMoment.END)
    try:
        rule = ring_rule(country, RINGS, moment)
    except ValueError:  # a country whose tone nobody has written down
        return (own,)
    if abs(rule.threshold_s - own.seconds) < 1e-9:
        return (replace(own, rings=RINGS, country=country),)
    return Threshold(seconds=rule.threshold_s, rings=RINGS, country=country), own


def week_of(days: int, grid: TimeGrid) -> float:
    """Return the seconds of the horizon that make up a week: all of one of seven days, clock change and all."""
    return float(grid.size * grid.interval_s) if days == 7 else WEEK_S


def joined(floor: Floor, line: str) -> Floor:
    """Return the part of `floor` that has to do with `line`: its people, what else these do, who else does that, what comes of
    whose contacts, and so on."""
    lines, pools = {line}, set[str]()
    size = 0
    while size != len(lines) + len(pools):
        size = len(lines) + len(pools)
        pools |= {link.pool for link in floor.links if link.line in lines}
        lines |= {link.line for link in floor.links if link.pool in pools}
        for one in floor.lines:
            if one.id in lines or lines & {*one.leads_to}:
                lines |= {one.id, *one.leads_to}
    kept = [pool for pool in floor.pools if pool.id in pools]
    number = {n: kept.index(pool) for n, pool in enumerate(floor.pools) if pool in kept}
    theirs = np.isin(floor.hours.pool, sorted(number))
    hours = Hours(
        pool=np.array([number[int(p)] for p in floor.hours.pool[theirs]], dtype=np.int64),
        starts=floor.hours.starts[theirs],
        ends=floor.hours.ends[theirs],
    )
    return replace(
        floor,
        lines=tuple(one for one in floor.lines if one.id in lines),
        pools=tuple(kept),
        links=tuple(link for link in floor.links if link.line in lines and link.pool in pools),
        hours=hours,
        futures=None,
    )


def _dated(desk: SmallDesk, grid: TimeGrid) -> SmallDesk:
    if not desk.cover.longest_s:
        return desk
    when = grid.start_utc + timedelta(seconds=desk.cover.longest_from_s)
    return replace(desk, cover=replace(desk.cover, longest_utc=when))
