"""A requirement for people who are shared: what each queue takes beyond its load shrinks, for who waits for one helps the other."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from planner.domain.account import Account
from planner.domain.arrays import Floats
from planner.domain.demand import Demand
from planner.domain.promised import Promised, Term, bindings
from planner.domain.requirement import Requirement
from planner.sizing.load import desk_load
from planner.sizing.share_out import share_out

FINENESS = 4
"""Into how many steps a server's worth is cut: shared people serve a queue for parts of their time."""


def loads_of(requirement: Requirement, demand: Demand, account: Account) -> Floats:
    """Return the agents ``[Q, T]`` that each queue keeps busy on average, zero where it is closed: contacts in hand over concurrency for
    live queues, for deferred ones none, since their work may wait."""
    found = np.zeros(requirement.agents.shape)
    for q, queue in enumerate(account.queues):
        if queue.channel.live:
            held = bindings(queue, account.contract)
            load = desk_load(
                queue,
                demand.contacts[q],
                demand.aht_s[q],
                requirement.open[q],
                demand.grid.interval_s,
                held,
                account.settings,
            )
            found[q] = load.erlangs / queue.concurrency
    return np.where(requirement.open, found, 0.0)


def pooled(requirement: Requirement, load: Floats, reserve: Floats) -> Requirement:
    """Return `requirement` with what each queue asks for beyond its `load` ``[Q, T]`` multiplied by `reserve` ``[Q, T]``.

    One leaves a queue as it was, less trusts that people shared with others are free when needed, more does not. Agents, least agents and
    the curves of promises over windows shrink alike: n agents then serve as ``load + (n - load) / reserve`` did. What was below the load
    stays. Agents between promises' steps are counted in quarters, for shared people serve for parts of their time.
    """
    floor = _shrunk(requirement.agents if requirement.least is None else requirement.least, load, reserve)
    agents = _shrunk(requirement.agents, load, reserve)
    promised = requirement.promised
    if promised is not None:
        promised = _promised(promised, load, reserve)
        for q, servers in share_out(promised, floor).items():
            agents[q] = np.where(requirement.open[q], servers / promised.servers[q], np.nan)
    return replace(requirement, agents=agents, least=floor, promised=promised)


def _shrunk(agents: Floats, load: Floats, reserve: Floats) -> Floats:
    beyond = np.maximum(agents - load, 0.0)  # NaN where closed stays
    return np.minimum(agents, load) + reserve * beyond


def _promised(promised: Promised, load: Floats, reserve: Floats) -> Promised:
    touched = (reserve != 1.0).any(axis=1)
    servers = np.where(touched, promised.servers * FINENESS, promised.servers)
    terms = tuple(_term(term, promised, load, reserve) if touched[term.queue] else term for term in promised.terms)
    return replace(promised, servers=servers, terms=terms)


def _term(term: Term, promised: Promised, load: Floats, reserve: Floats) -> Term:
    # the curve read at as many servers as the shrunken reserve stands for
    q, k = term.queue, int(promised.servers[term.queue])
    ahead, top = term.ahead, term.ahead.shape[1] - 1
    share, base = np.maximum(reserve[q], 1e-6)[:, None], (load[q] * k)[:, None]
    most = int(np.ceil(float((np.minimum(base, top) + share * np.maximum(top - base, 0.0)).max()) * FINENESS)) + 1
    n = np.arange(most + 1) / FINENESS
    at = np.where(n <= base, n, base + (n - base) / share)
    at = np.clip(at, 0.0, top)
    low = np.minimum(at.astype(np.int64), top - 1)
    part = at - low
    row = np.arange(len(ahead))[:, None]
    return Term(queue=q, window=term.window, ahead=ahead[row, low] * (1 - part) + ahead[row, low + 1] * part)
