"""Demand to requirement: the on-seat agents each queue takes in each interval (C4), by the law its customers follow."""

from __future__ import annotations

from typing import cast

import numpy as np

from planner.domain.account import Account
from planner.domain.arrays import Bools, Floats
from planner.domain.demand import Demand
from planner.domain.grid import TimeGrid
from planner.domain.promised import Binding, bindings
from planner.domain.queues import Market, Queue, open_intervals
from planner.domain.requirement import Requirement
from planner.domain.targets import DeferredTarget, LiveTarget
from planner.errors import DataError, Problem
from planner.queueing import performance, required_agents_fractional
from planner.queueing.deferred import Work, level_shared, level_work, lines, queue_lots
from planner.sizing.load import DeskLoad, desk_load
from planner.sizing.share_out import share_out
from planner.sizing.windows import promised_windows
from planner.sizing.words import method


def size(demand: Demand, account: Account) -> Requirement:
    """Return the fractional on-seat agents ``[Q, T]`` that meet every queue's target in every open interval.

    Live queues: Erlang A, or Erlang C where nobody gives up, at the contacts in hand (see `desk_load`). A promise over a longer window
    than an interval (``Settings.cover`` "window") takes at least its floor in every interval; `agents` then are the fewest agent-hours
    that keep the window, each going where it wins most contacts, before anybody's shifts are looked at. With "interval" every interval
    reaches the promised level. Chats held several at once are served by slots, agents times concurrency, each at the handling time of
    full concurrency: conservative, for an agent with fewer chats is faster. Deferred queues: `level_work`, and
    `level_shared` where the same people work several as one line.
    Contacts are the demand's mean, or the quantile `Settings.plan_for` of its scenarios' rates.

    Raises ValueError when demand and account do not belong together or demand is missing where a queue is open, DataError when
    `plan_for` is set without scenarios and for every queue whose target would take more agents than any desk has.
    """
    if demand.queues != tuple(q.id for q in account.queues):
        raise ValueError(f"demand is for queues {demand.queues}, the account has {tuple(q.id for q in account.queues)}")
    if demand.grid != account.grid:
        raise ValueError("demand is on another time grid than the account's horizon")
    shape = (len(account.queues), demand.grid.size)
    is_open = np.zeros(shape, dtype=np.bool_)
    agents, level = np.full(shape, np.nan), np.full(shape, np.nan)
    contacts = _contacts(demand, account)
    methods = []
    loads: dict[int, DeskLoad] = {}
    problems: list[Problem] = []
    for q, queue in enumerate(account.queues):
        is_open[q] = open_intervals(queue, account.market(queue.market), demand.grid)
        needed = is_open[q] if queue.channel.live else np.ones(demand.grid.size, dtype=np.bool_)
        if (
            not (demand.expected[q] | ~needed).all()
            or np.isnan(contacts[q][needed]).any()
            or np.isnan(demand.aht_s[q][needed]).any()
        ):
            raise ValueError(
                f"demand of queue {queue.id} is missing in {_missing(demand, contacts, q, needed)} intervals it needs"
            )
        if queue.channel.live:
            held = bindings(queue, account.contract)
            loads[q] = desk_load(
                queue, contacts[q], demand.aht_s[q], is_open[q], demand.grid.interval_s, held, account.settings
            )
            try:
                agents[q], level[q] = _live(queue, loads[q], held, account.settings.cover)
            except DataError as error:
                problems.extend(error.problems)
        else:
            market = account.market(queue.market)
            agents[q] = _deferred(queue, market, contacts[q], demand.aht_s[q], is_open[q], demand.grid)
        methods.append(method(queue, account))
    if problems:
        raise DataError(problems)
    for mine in lines(account.queues, account.serves()):
        agents[list(mine)] = _together(mine, account, contacts, demand, is_open)
    least = agents.copy()
    asked = promised_windows(account, demand.grid, contacts, loads) if account.settings.cover == "window" else None
    if asked is not None:
        for q, slots in share_out(asked, least).items():
            load, queue = loads[q], account.queues[q]
            agents[q, load.busy] = slots[load.busy] / queue.concurrency
            level[q, load.busy] = _level(queue, load, bindings(queue, account.contract)[0], slots[load.busy])
    return Requirement(
        queues=demand.queues,
        grid=demand.grid,
        open=is_open,
        agents=agents,
        level_at_requirement=level,
        methods=tuple(methods),
        least=least,
        promised=asked,
    )


def _contacts(demand: Demand, account: Account) -> Floats:
    plan_for = account.settings.plan_for
    if plan_for is None:
        return demand.contacts
    if not len(demand.rates):
        raise DataError(
            Problem(
                "account.toml: run.plan_for", "is a quantile of the demand scenarios, but there are none", "set run.scenarios"
            )
        )
    out = np.full(demand.expected.shape, np.nan)
    out[demand.expected] = np.quantile(demand.rates[:, demand.expected], plan_for, axis=0)
    return out


def _missing(demand: Demand, contacts: Floats, q: int, needed: Bools) -> int:
    missing = ~demand.expected[q] | np.isnan(contacts[q]) | np.isnan(demand.aht_s[q])
    return int((missing & needed).sum())


def _live(queue: Queue, load: DeskLoad, held: tuple[Binding, ...], cover: str) -> tuple[Floats, Floats]:
    """Return the least agents of every open interval, and the level of the first promise they give there."""
    agents = np.where(load.open, 0.0, np.nan)
    level = np.full(agents.shape, np.nan)
    agents[load.finishing] = load.erlangs[load.finishing] / queue.concurrency
    if not load.busy.any():
        return agents, level
    target = cast(LiveTarget, queue.target)
    slots = np.zeros(int(load.busy.sum()))
    for binding in held:
        asked = binding.level if cover == "interval" else binding.floor
        try:
            needed = required_agents_fractional(
                rate_per_h=load.rate_per_h,
                aht_s=load.aht_s,
                threshold_s=binding.within_s,
                service_level=asked,
                patience_s=queue.patience_s,
                definition=binding.formula,
                max_occupancy=target.max_occupancy,
            )
        except ValueError as error:
            message, _, remedy = str(error).partition("; ")
            raise DataError(Problem(f"queue {queue.id}", message, remedy)) from error
        slots = np.maximum(slots, needed)
    agents[load.busy] = slots / queue.concurrency
    level[load.busy] = _level(queue, load, held[0], slots)
    return agents, level


def _level(queue: Queue, load: DeskLoad, binding: Binding, slots: Floats) -> Floats:
    return performance(
        rate_per_h=load.rate_per_h,
        aht_s=load.aht_s,
        agents=slots,
        threshold_s=binding.within_s,
        patience_s=queue.patience_s,
        definition=binding.formula,
    ).service_level


def _together(mine: tuple[int, ...], account: Account, contacts: Floats, demand: Demand, is_open: Bools) -> Floats:
    """Return the agents ``[M, T]`` of deferred queues worked as one line."""
    works, occupancy = [], []
    for q in mine:
        queue = account.queues[q]
        lots = queue_lots(queue, account.market(queue.market), demand.grid, is_open[q])
        works.append(Work(lots=lots, arrived=contacts[q], aht_s=demand.aht_s[q], open=is_open[q]))
        occupancy.append(cast(DeferredTarget, queue.target).max_occupancy or 1.0)
    agents: Floats = level_shared(works, interval_s=demand.grid.interval_s) / np.array(occupancy)[:, None]
    return agents


def _deferred(queue: Queue, market: Market, contacts: Floats, aht_s: Floats, is_open: Bools, grid: TimeGrid) -> Floats:
    target = cast(DeferredTarget, queue.target)
    lots = queue_lots(queue, market, grid, is_open)
    busy = level_work(contacts, aht_s, is_open, lots=lots, interval_s=grid.interval_s)
    return busy / (target.max_occupancy or 1.0)
