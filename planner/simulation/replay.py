"""Days as they were recorded, call by call: who was there, how long they paused, and the floor on which the same calls come again."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from planner.domain.arrays import ArrayEq, Bools, Floats, Ints, frozen_bools, frozen_floats, frozen_ints
from planner.errors import DataError, Problem
from planner.queueing.patience import EmpiricalPatience
from planner.simulation.draws import patience
from planner.simulation.floor import Floor, Given, Hours, Line, Link, Pool

SILENCE_S = 600.0
"""Seconds without a call after which an agent is taken to have left."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Recorded(ArrayEq):
    """Single calls of one pool, one of each a call ``[N]``: when the caller asked for an agent, `arrives_s` seconds from the start; how
    long they waited until they were `answered` or gave up, `waits_s`; seconds with the agent, `work_s` (not read for who gave up); and
    the `agent`, any whole number, -1 where it was not recorded.

    Raises DataError with every fault: lengths that differ, waits below 0, nobody answered by a known agent, work of answered calls
    below 0.
    """

    arrives_s: Floats
    waits_s: Floats
    answered: Bools
    work_s: Floats
    agent: Ints

    def __post_init__(self) -> None:
        sizes = {name: np.size(getattr(self, name)) for name in ("arrives_s", "waits_s", "answered", "work_s", "agent")}
        if len(set(sizes.values())) > 1:
            told = ", ".join(f"{name} {size}" for name, size in sizes.items())
            raise DataError(Problem("recorded calls", f"every column must have one value a call, got {told}"))
        shape = (sizes["agent"],)
        for name in ("arrives_s", "waits_s", "work_s"):
            object.__setattr__(self, name, frozen_floats(getattr(self, name), shape, f"{name} [N]"))
        object.__setattr__(self, "answered", frozen_bools(self.answered, shape, "answered [N]"))
        object.__setattr__(self, "agent", frozen_ints(self.agent, shape, "agent [N]"))
        problems = []
        if not (np.isfinite(self.arrives_s) & (self.waits_s >= 0) & np.isfinite(self.waits_s)).all():
            problems.append(Problem("recorded calls", "arrivals must be seconds, and waits 0 or more seconds"))
        work = self.work_s[self.answered]
        if not ((work >= 0) & np.isfinite(work)).all():
            problems.append(Problem("recorded calls", "work_s must be 0 or more seconds for every call answered"))
        if not (self.answered & (self.agent >= 0)).any():
            problems.append(Problem("recorded calls", "no call was answered by a known agent", "give agents from 0 on"))
        if problems:
            raise DataError(problems)


def sessions(calls: Recorded, silence_s: float = SILENCE_S) -> Hours:
    """Return who was on seat: each agent from the first call of a session to the end of its last, a session ending where nothing was heard
    for more than `silence_s` seconds. All are of pool 0."""
    agent, begins, ends = _by_agent(calls)
    upto = ends.copy()
    for a in np.unique(agent):  # a call may end after the next one's end
        mine = agent == a
        upto[mine] = np.maximum.accumulate(ends[mine])
    new = np.concatenate([[True], (agent[1:] != agent[:-1]) | (begins[1:] - upto[:-1] > silence_s)])
    first = np.flatnonzero(new)
    last = np.append(first[1:], new.size) - 1
    kept = upto[last] > begins[first]
    starts, until = begins[first][kept], upto[last][kept]
    return Hours(pool=np.zeros(starts.size, dtype=np.int64), starts=starts[:, None], ends=until[:, None])


def pauses(calls: Recorded, silence_s: float = SILENCE_S) -> EmpiricalPatience:
    """Return the law of the seconds from the end of a call until the agent takes the next one, while callers wait for somebody.

    An agent who takes nobody though somebody waits is not ready: wrapping up, off the seat, or about to be connected. How long is seen
    where callers wait until the next call is taken; where the queue is empty before, it was at least so long (product-limit estimate, as
    for patience). Sessions that end are no pauses. Raises ValueError where no call ended while others waited.
    """
    agent, begins, ends = _by_agent(calls)
    gap = np.where(agent[1:] == agent[:-1], begins[1:] - ends[:-1], np.inf)
    ended = ends[:-1]
    waited = calls.waits_s > 0
    came, left = np.sort(calls.arrives_s[waited]), np.sort((calls.arrives_s + calls.waits_s)[waited])
    waiting = np.searchsorted(came, ended) - np.searchsorted(left, ended)
    # the queue is empty once as many have left as have come
    empty = left[np.searchsorted(came, left, side="right") <= np.arange(1, left.size + 1)]
    seen = (gap >= 0) & (gap <= silence_s) & (waiting > 0)
    until = np.append(empty, np.inf)[np.searchsorted(empty, ended[seen])] - ended[seen]
    return EmpiricalPatience.from_waits(np.minimum(gap[seen], np.maximum(until, 0.0)), gap[seen] <= until)


def replay(
    calls: Recorded,
    *,
    interval_s: float,
    size: int,
    within_s: tuple[float, ...] = (20.0,),
    silence_s: float = SILENCE_S,
    with_pauses: bool = True,
    seed: int = 1,
) -> Floor:
    """Return the floor on which recorded calls meet the agents who were there, over `size` intervals.

    Calls come when they came and take what they took, those that gave up what the answered one before them took; callers are as patient
    as the product-limit estimate of all says, drawn anew in each replication. After each call the agent pauses, one of `pauses` drawn by
    `seed`, as part of its handling. Other rosters are tried by replacing the floor's `hours`. Raises DataError for calls that cannot be
    replayed.
    """
    order = np.argsort(calls.arrives_s, kind="stable")
    arrives, waits, answered = calls.arrives_s[order], calls.waits_s[order], calls.answered[order]
    before = np.maximum.accumulate(np.where(answered, np.arange(answered.size), -1))
    before[before < 0] = int(np.argmax(answered))
    work = np.maximum(calls.work_s[order][before], 1.0)
    if with_pauses:
        pause = np.empty(work.size)
        patience(np.random.default_rng(seed), pauses(calls, silence_s), pause)
        work = work + np.minimum(pause, silence_s)
    stays = None if answered.all() else EmpiricalPatience.from_waits(waits, ~answered)
    at = np.floor(arrives / interval_s).astype(np.int64)
    inside = (at >= 0) & (at < size)
    line = Line(
        id="calls",
        contacts=np.bincount(at[inside], minlength=size).astype(np.float64),
        aht_s=np.full(size, float(work.mean())),
        open=np.ones(size, dtype=np.bool_),
        within_s=within_s,
        patience=stays,
        given=Given(arrives_s=arrives, work_s=work),
    )
    return Floor(
        interval_s=interval_s,
        lines=(line,),
        pools=(Pool(id="agents"),),
        links=(Link(line="calls", pool="agents"),),
        hours=sessions(calls, silence_s),
    )


def _by_agent(calls: Recorded) -> tuple[Ints, Floats, Floats]:
    # agent, begin and end of each answered call with a known agent, one agent after the other, in order of time
    known = calls.answered & (calls.agent >= 0)
    agent, begins = calls.agent[known], (calls.arrives_s + calls.waits_s)[known]
    order = np.lexsort((begins, agent))
    return agent[order], begins[order], (begins + calls.work_s[known])[order]
