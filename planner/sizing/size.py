"""Demand to requirement: the on-seat agents each queue takes in each interval (C4), by the law its customers follow."""

from __future__ import annotations

from typing import cast

import numpy as np

from planner.domain.account import Account
from planner.domain.arrays import Bools, Floats
from planner.domain.demand import Demand
from planner.domain.queues import Queue, open_intervals
from planner.domain.requirement import Requirement
from planner.domain.targets import DeferredTarget, LiveTarget, Window
from planner.errors import DataError, Problem
from planner.queueing import offered_load, performance, required_agents_fractional
from planner.queueing.deferred import level_work
from planner.sizing.words import method

_IN_HAND = 1e-3
"""Contacts in hand below this, a second of somebody's quarter-hour, keep nobody at the desk."""


def size(demand: Demand, account: Account) -> Requirement:
    """Return the fractional on-seat agents ``[Q, T]`` that meet every queue's target in every open interval.

    Live queues: Erlang A, or Erlang C where nobody gives up, at the contacts in hand, which build up from an empty desk and lag behind
    arrivals (`offered_load`): their mean over the interval, or their most where the promise is measured by interval; with
    ``Settings.sizing`` "sipp" at the interval's own rate times handling time. An interval without contacts takes those who finish what
    is in hand, and no single agent is imposed. Chats held several at once are served by slots, agents times concurrency, each at the
    handling time of full concurrency: conservative, for an agent with fewer chats is faster. Deferred queues: `level_work`.
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
    sizing = account.settings.sizing
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
            try:
                agents[q], level[q] = _live(queue, contacts[q], demand.aht_s[q], is_open[q], demand.grid.interval_s, sizing)
            except DataError as error:
                problems.extend(error.problems)
        else:
            agents[q] = _deferred(queue, contacts[q], demand.aht_s[q], is_open[q], demand.grid.interval_s)
        methods.append(method(queue, account.settings.plan_for, sizing))
    if problems:
        raise DataError(problems)
    return Requirement(
        queues=demand.queues,
        grid=demand.grid,
        open=is_open,
        agents=agents,
        level_at_requirement=level,
        methods=tuple(methods),
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


def _live(queue: Queue, contacts: Floats, aht_s: Floats, is_open: Bools, interval_s: int, sizing: str) -> tuple[Floats, Floats]:
    target = cast(LiveTarget, queue.target)
    agents = np.where(is_open, 0.0, np.nan)
    level = np.full(contacts.shape, np.nan)
    came = np.where(is_open, np.nan_to_num(contacts, nan=0.0), 0.0)
    busy = came > 0
    if not busy.any():
        return agents, level
    # where nothing comes in, any handling time will do: what is in hand was begun before
    aht = np.where(np.isnan(aht_s), queue.aht_s, aht_s)
    load = came * aht / interval_s
    if sizing == "mol":
        moment = "max" if target.window is Window.INTERVAL else "mean"
        load = offered_load(rate_per_h=came * 3600 / interval_s, aht_s=aht, interval_s=interval_s, at=moment)
    rate, aht = load[busy] * 3600 / aht[busy], aht[busy]
    try:
        slots = required_agents_fractional(
            rate_per_h=rate,
            aht_s=aht,
            threshold_s=target.within_s,
            service_level=target.level,
            patience_s=queue.patience_s,
            definition=target.formula,
            max_occupancy=target.max_occupancy,
        )
    except ValueError as error:
        message, _, remedy = str(error).partition("; ")
        raise DataError(Problem(f"queue {queue.id}", message, remedy)) from error
    level[busy] = performance(
        rate_per_h=rate,
        aht_s=aht,
        agents=slots,
        threshold_s=target.within_s,
        patience_s=queue.patience_s,
        definition=target.formula,
    ).service_level
    finishing = is_open & ~busy & (load > _IN_HAND)
    agents[finishing] = load[finishing] / queue.concurrency
    agents[busy] = slots / queue.concurrency
    return agents, level


def _deferred(queue: Queue, contacts: Floats, aht_s: Floats, is_open: Bools, interval_s: int) -> Floats:
    target = cast(DeferredTarget, queue.target)
    busy = level_work(contacts, aht_s, is_open, within_s=target.within_s, interval_s=interval_s)
    return busy / (target.max_occupancy or 1.0)
