"""Everything that the event loop reads and writes in one replication."""

from __future__ import annotations

from typing import Any, NamedTuple


class State(NamedTuple):
    """The tables of one replication of M contacts, A agents, Q lines, G pools and T intervals; columns as named in
    `planner.simulation.layout`. Arrays, typed loosely because they are read by compiled code alone."""

    cf: Any
    """Seconds of contacts ``[M, 6]``."""
    ci: Any
    """Numbers of contacts ``[M, 7]``."""
    ai: Any
    """Numbers of agents ``[A, 9]``."""
    af: Any
    """Seconds of agents ``[A, 5]``."""
    slots: Any
    """Contacts in an agent's hands ``[A, S]``."""
    free: Any
    """Agents who may take something, by contacts in hand, and last those who may be interrupted ``[G, S + 1, 3]``."""
    waiting: Any
    """Contacts that wait ``[Q, 3]``."""
    is_open: Any
    """Lines that are worked now ``[Q]``."""
    line: Any
    """Numbers of lines ``[Q, 11]``."""
    seconds: Any
    """Seconds and chances of lines ``[Q, 2]``."""
    pace: Any
    """Seconds of the clock for each second of work by contacts in hand ``[Q, S + 1]``."""
    overflow_s: Any
    """Delays after which further pools may take a line's contacts ``[Q, K]``."""
    serves: Any
    """Lines of a pool in order of rank ``[G, Q]``, -1 no more."""
    rank: Any
    """Rank of a line for a pool ``[G, Q]``."""
    pools: Any
    """Pools of a line in order of tier ``[Q, G]``, -1 no more."""
    tiers: Any
    """Their tiers ``[Q, G]``."""
    after: Any
    """Seconds a contact waits before a pool may take it ``[G, Q]``."""
    keep: Any
    """Agents of a pool who stay idle ``[G, Q]``."""
    handling: Any
    """Factor of handling times ``[G, Q]``."""
    ways: Any
    """How contacts come of others ``[W, 8]``."""
    aht_s: Any
    """Mean handling seconds of a line's contacts that come of others, by arrival ``[Q, T]``."""
    due: Any
    """By what such contacts are ordered ``[Q, T, 2]``: those at the start of the interval, and how much more for each second later."""
    lets_in: Any
    """Share let in, of those held while a line was closed ``[Q, T]``; -1 while nobody can come."""
    more_work: Any
    """Handling times of mean one of contacts that come of others ``[Q, N]``, of which each takes one."""
    more_patience: Any
    """Their patience ``[Q, N]``."""
    seed: int
    """Of what happens to single contacts."""
    times: Any
    """When coming events happen, a heap ``[E]``."""
    what: Any
    """Which they are ``[E]``."""
    numbers: Any
    """The heap's own, the next unused contact, and 1 when room ran out."""
    busy: Any
    """Seconds at work ``[G, T]``."""
    overrun: Any
    """Of these, seconds after an agent's time ``[G, T]``."""
    interval_s: float
    """Seconds of an interval."""
