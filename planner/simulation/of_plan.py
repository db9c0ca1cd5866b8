"""The floor of an account's plan: its queues as lines, its groups as pools, the heads of its shifts as agents."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace

import numpy as np

from planner.domain.account import Account
from planner.domain.arrays import Floats
from planner.domain.demand import Demand
from planner.domain.grid import TimeGrid, utc_seconds
from planner.domain.journey import Journey
from planner.domain.own_work import OwnWork, own_work
from planner.domain.planned_journeys import planned_journeys
from planner.domain.quality import Measure, planned_effects
from planner.domain.queues import Market, Queue, open_intervals
from planner.domain.routing import routes
from planner.domain.shifts import Shift, ShiftPlan
from planner.domain.targets import DeferredTarget, LiveTarget
from planner.domain.waiting import PatienceLaw
from planner.queueing.patience import EmpiricalPatience, ExponentialPatience, Patience, WeibullPatience
from planner.simulation.floor import Again, Escalation, Floor, Hours, Line, Link, Pool, Repeat

WARM_UP_S = 7200.0
"""Seconds simulated before the horizon where a live queue is open at its start."""


def floor_of(account: Account, demand: Demand, shift_plan: ShiftPlan, *, futures: bool = False) -> Floor:
    """Return the floor on which the shifts of `shift_plan` (and those carried in) meet `demand`.

    Contacts arrive as Poisson streams at the expected rates, or with `futures` at the rates of each demand scenario in turn. Each head of a
    shift is one agent, absent as a whole with the group's absence. Handling times differ from the plan's mean where language levels or soft
    skills of the group do. Contacts answered come back and take specialists in as the planned journeys say; what bots do to volume and
    handling, and who comes back of contacts before the horizon, is in the demand.
    """
    grid = demand.grid
    row = {group.id: g for g, group in enumerate(account.groups)}
    known = {shift.id for shift in shift_plan.shifts}
    shifts = (*shift_plan.shifts, *(shift for shift in account.carry_in if shift.id not in known))
    own = own_work(demand, account)
    lines = lines_of(account, demand, own)
    rates = np.where(demand.expected, own.rates, 0.0) if futures and len(demand.rates) else None
    begins_open = any(line.live and line.open[0] for line in lines)
    return Floor(
        interval_s=float(grid.interval_s),
        lines=lines,
        pools=tuple(Pool(id=g.id, absence=g.absence, in_shift_loss=g.in_shift_loss) for g in account.groups),
        links=_links(account),
        hours=hours_of(shifts, row, grid),
        futures=rates,
        warm_up_s=WARM_UP_S if begins_open else 0.0,
    )


def hours_of(shifts: Iterable[Shift], row: dict[str, int], grid: TimeGrid) -> Hours:
    """Return the hours of every head of `shifts` outside breaks, in seconds from the start of `grid`; `row` numbers the groups."""
    zero = utc_seconds(grid.start_utc)
    pool: list[int] = []
    each: list[list[tuple[float, float]]] = []
    for shift in shifts:
        at, stretches = utc_seconds(shift.start_utc) - zero, []
        for pause in sorted(shift.breaks):
            stretches.append((at, utc_seconds(pause.start_utc) - zero))
            at = utc_seconds(pause.end_utc) - zero
        stretches.append((at, utc_seconds(shift.end_utc) - zero))
        worked = [(float(max(a, 0)), float(b)) for a, b in stretches if b > max(a, 0)]
        if worked:
            pool += [row[shift.group]] * shift.heads
            each += [worked] * shift.heads
    times = np.full((len(each), max(map(len, each), default=1), 2), np.nan)
    for a, worked in enumerate(each):
        times[a, : len(worked)] = worked
    return Hours(pool=np.array(pool, dtype=np.int64), starts=times[..., 0], ends=times[..., 1])


def lines_of(account: Account, demand: Demand, own: OwnWork) -> tuple[Line, ...]:
    """Return the queues of `account` as lines to which `own` comes of itself, and repeats and escalations as they happen."""
    journeys, factor = planned_journeys(account), planned_effects(account)[Measure.AHT]
    number = {queue.id: q for q, queue in enumerate(account.queues)}
    return tuple(
        replace(
            _line(queue, account, demand, own, q),
            repeats=_repeats(journeys[queue.id]),
            escalations=_escalations(journeys[queue.id], q, number, factor),
        )
        for q, queue in enumerate(account.queues)
    )


def _repeats(journey: Journey | None) -> tuple[Repeat, ...]:
    if journey is None or not journey.gain:
        return ()
    return tuple(
        Repeat(
            share=(1 - (journey.fcr or 0.0)) * back.share,
            mean_s=back.delay.mean_s,
            to=back.queue,
            phases=back.delay.phases,
            work=back.aht_factor,
        )
        for back in journey.repeats
    )


def _escalations(journey: Journey | None, q: int, number: dict[str, int], factor: Floats) -> tuple[Escalation, ...]:
    return tuple(
        Escalation(
            share=up.share,
            to=up.queue,
            joined_s=up.handover_s * float(factor[q]),
            work_s=up.joined_s * float(factor[number[up.queue]]),
        )
        for up in (journey.escalations if journey is not None else ())
    )


def _line(queue: Queue, account: Account, demand: Demand, own: OwnWork, q: int) -> Line:
    market = account.market(queue.market)
    expected = demand.expected[q]
    aht_s = np.where(np.isfinite(own.aht_s[q]), own.aht_s[q], queue.aht_s)
    is_open = open_intervals(queue, market, demand.grid)
    target, waiting = queue.target, queue.waiting
    alone = np.array([other.channel.live and other.concurrency == 1 for other in account.queues], dtype=np.bool_)
    return Line(
        id=queue.id,
        contacts=np.where(expected, np.nan_to_num(own.contacts[q]), 0.0),
        lets_in=np.where(expected, np.nan_to_num(demand.contacts[q]), 0.0),
        aht_s=aht_s,
        open=is_open,
        live=queue.channel.live,
        within_s=_thresholds(queue, account),
        due_s=86_400.0 if isinstance(target, LiveTarget) else _due(target, market, demand.grid),
        law=queue.handling.law,
        cv=queue.handling.cv,
        patience=_patience(queue),
        redials=Again(share=waiting.redial_prob, mean_s=waiting.redial_after_s) if waiting.redial_prob > 0 else None,
        together=queue.concurrency,
        speed=queue.handling.speeds,
        fill=bool(account.serves()[:, alone][account.serves()[:, q]].any()) if queue.concurrency > 1 else False,
        pre_empted=not queue.channel.live and queue.handling.interruptible is not False,
        handed_over=queue.handling.hand_over,
        backlog_s=tuple(age for open_ in queue.backlog for age in [open_.age_s] * round(open_.contacts)),
    )


def _patience(queue: Queue) -> Patience | None:
    waiting = queue.waiting
    if queue.patience_s is None or not queue.channel.live:
        return None
    match waiting.law:
        case PatienceLaw.EXPONENTIAL:
            return ExponentialPatience(queue.patience_s)
        case PatienceLaw.WEIBULL:
            return WeibullPatience(queue.patience_s, waiting.shape)
        case PatienceLaw.RECORDED:
            waits, gone = (np.array([getattr(row, name) for row in waiting.recorded]) for name in ("wait_s", "share"))
            return EmpiricalPatience(waits, 1.0 - gone)


def _thresholds(queue: Queue, account: Account) -> tuple[float, ...]:
    # every threshold that a promise holds this queue to, its own target's first
    own = queue.target.within_s
    others = [c.within_s for c in account.contract.clauses if queue.id in c.queues and c.within_s is not None]
    return tuple(dict.fromkeys((own, *others))) if queue.channel.live else ()


def _due(target: DeferredTarget, market: Market, grid: TimeGrid) -> float | Callable[[Floats], Floats]:
    clock, calendar = target.rule, target.calendar(market.zone, market.holiday_dates)
    if clock.is_plain(calendar):
        return target.within_s
    zero = utc_seconds(grid.start_utc)

    def due(arrived_s: Floats) -> Floats:
        whole = np.floor(arrived_s).astype(np.int64)
        return (clock.due_utc_s(whole + zero, calendar) - zero).astype(np.float64) + (arrived_s - whole)

    return due


def _links(account: Account) -> tuple[Link, ...]:
    return tuple(
        Link(
            line=route.queue,
            pool=route.group,
            tier=route.tier,
            rank=route.rank,
            after_s=route.after_s,
            keep_idle=route.keep_idle,
            handling=route.handling,
        )
        for route in routes(account)
    )
