"""Demand to requirement: the on-seat agents each queue takes in each interval (C4), by the law its customers follow."""

from __future__ import annotations

from typing import cast

import numpy as np

from planner.domain.account import Account
from planner.domain.arrays import Bools, Floats
from planner.domain.demand import Demand
from planner.domain.queues import Channel, Queue, open_intervals
from planner.domain.requirement import Requirement
from planner.domain.targets import DeferredTarget, Formula, LiveTarget, RingMoment, RingRule
from planner.errors import DataError, Problem
from planner.queueing import performance, required_agents_fractional
from planner.queueing.deferred import level_work
from planner.reference import ring_country_name


def size(demand: Demand, account: Account) -> Requirement:
    """Return the fractional on-seat agents ``[Q, T]`` that meet every queue's target in every open interval.

    Live queues: Erlang A, or Erlang C where nobody gives up, with the interval's own rate and handling time; no contacts take no
    agents, and no single agent is imposed. Chats held several at once are served by slots, agents times concurrency, each at the
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
                agents[q], level[q] = _live(queue, contacts[q], demand.aht_s[q], is_open[q], demand.grid.interval_h)
            except DataError as error:
                problems.extend(error.problems)
        else:
            agents[q] = _deferred(queue, contacts[q], demand.aht_s[q], is_open[q], demand.grid.interval_s)
        methods.append(_method(queue, account.settings.plan_for))
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


def _live(queue: Queue, contacts: Floats, aht_s: Floats, is_open: Bools, interval_h: float) -> tuple[Floats, Floats]:
    target = cast(LiveTarget, queue.target)
    agents = np.where(is_open, 0.0, np.nan)
    level = np.full(contacts.shape, np.nan)
    busy = is_open & (contacts > 0)
    if not busy.any():
        return agents, level
    rate, aht = contacts[busy] / interval_h, aht_s[busy]
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
    agents[busy] = slots / queue.concurrency
    return agents, level


def _deferred(queue: Queue, contacts: Floats, aht_s: Floats, is_open: Bools, interval_s: int) -> Floats:
    target = cast(DeferredTarget, queue.target)
    busy = level_work(contacts, aht_s, is_open, within_s=target.within_s, interval_s=interval_s)
    return busy / (target.max_occupancy or 1.0)


_NOUNS = {
    Channel.VOICE: "calls",
    Channel.CHAT: "chats",
    Channel.EMAIL: "emails",
    Channel.SOCIAL: "messages",
    Channel.MARKETPLACE: "messages",
}
_WITH_ARTICLE = (
    "United",
    "Netherlands",
    "Philippines",
    "Russian",
    "Dominican",
    "Central",
    "Bahamas",
    "Maldives",
    "Cayman",
    "Faroe",
)
_ORDINALS = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth")


def _method(queue: Queue, plan_for: float | None) -> str:
    said = _deferred_method(queue) if isinstance(queue.target, DeferredTarget) else _live_method(queue, queue.target)
    return said if plan_for is None else f"{said}, for the {_percent(plan_for)} quantile of the demand scenarios"


def _deferred_method(queue: Queue) -> str:
    hours = f"{queue.target.within_s / 3600:g} h"
    cap = queue.target.max_occupancy
    room = "" if cap is None else f", occupancy at most {_percent(cap)}"
    return (
        f"all {_NOUNS[queue.channel]} that open hours let be done within {hours} of arrival, first due first, spread over open hours as "
        f"evenly as that clock allows (promised: {_percent(queue.target.level)} within {hours}){room}"
    )


def _live_method(queue: Queue, target: LiveTarget) -> str:
    share, noun, seconds = _percent(target.level), _NOUNS[queue.channel], f"{target.within_s:g} s"
    if target.rings is not None:
        seconds += f" ({_rings(target.rings)})"
    promise = {
        Formula.OFFERED: f"{share} of offered {noun} within {seconds}",
        Formula.ANSWERED: f"{share} of answered {noun} within {seconds}",
        Formula.EXCLUDING_SHORT_ABANDONS: f"{share} of {noun} within {seconds}, not counting those abandoned sooner",
        Formula.CREDITING_SHORT_ABANDONS: f"{share} of {noun} answered or abandoned within {seconds}",
        Formula.VIRTUAL: f"{share} of {noun} reachable within {seconds} by somebody who never gives up",
    }[target.formula]
    parts = ["Erlang C" if queue.patience_s is None else "Erlang A", promise]
    parts.append("nobody gives up" if queue.patience_s is None else f"patience {queue.patience_s:g} s")
    if target.max_occupancy is not None:
        parts.append(f"occupancy at most {_percent(target.max_occupancy)}")
    if queue.concurrency > 1:
        parts.append(
            f"{queue.concurrency} {noun} at once per agent, each slot at the handling time of full concurrency (conservative)"
        )
    return ", ".join(parts)


def _rings(rule: RingRule) -> str:
    try:
        country = ring_country_name(rule.country)
    except ValueError:
        country = rule.country
    said = {
        RingMoment.START: f"start of the {_ordinal(rule.rings)} ring",
        RingMoment.END: f"end of the {_ordinal(rule.rings)} ring",
        RingMoment.BEFORE_NEXT: f"before the {_ordinal(rule.rings + 1)} ring",
    }[rule.moment]
    article = "the " if country.startswith(_WITH_ARTICLE) else ""
    return f"{said} in {article}{country}: {rule.ring_s:g} s on, {rule.period_s:g} s period; source {rule.source}"


def _ordinal(number: int) -> str:
    return _ORDINALS[number - 1] if number <= len(_ORDINALS) else f"{number}th"


def _percent(share: float) -> str:
    return f"{100 * share:g}%"
