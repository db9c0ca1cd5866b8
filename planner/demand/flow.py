"""Contacts that cause contacts, over time: repeats and leaks after their delays, escalations at once, waiting where a queue is closed."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Literal

import numpy as np
from scipy.special import gammainc

from planner.domain.arrays import Bools, Floats
from planner.domain.journey import Delay
from planner.domain.release import release_shares

REPEATS_RECORDED, REPEATS_RECORDED_WORK, JOINED_RECORDED, JOINED_RECORDED_S, LEAKED, REPEATS, REPEATS_WORK, JOINED, JOINED_S = (
    range(9)
)
"""What is kept of each queue and interval: contacts, repeats also times their AHT factor, joined escalations also times their seconds."""
_KINDS = 9
Keep = Literal["all", "contacts", "end"]


@dataclass(frozen=True, eq=False)
class DelayChain:
    """A delay of `phases` exponential steps in intervals of `interval_s`, exact for contacts that lie evenly over their interval.

    Per interval the number of steps taken is Poisson with mean a = phases x interval / mean. Of what enters during an interval the share
    P(N > j) / a stands before step j + 1 at its end (the time average of the Poisson probability of j); `at_once` has come out.
    """

    delay: Delay
    interval_s: int

    @cached_property
    def _a(self) -> float:
        return self.delay.phases * self.interval_s / self.delay.mean_s

    @cached_property
    def stays(self) -> Floats:
        """``[phases, phases]`` share that stands at step j after an interval, of what stood at step i before it."""
        steps = np.arange(self.delay.phases)
        ahead = steps[None, :] - steps[:, None]
        beyond = gammainc(np.maximum(ahead, 1), self._a)  # P(N >= n)
        at_least = np.where(ahead <= 0, 1.0, beyond)
        further = gammainc(np.maximum(ahead + 1, 1), self._a)
        found: Floats = np.where(ahead < 0, 0.0, at_least - further)
        return found

    @cached_property
    def leaves(self) -> Floats:
        """``[phases]`` share that comes out during an interval, of what stood at each step before it."""
        found: Floats = gammainc(self.delay.phases - np.arange(self.delay.phases), self._a)
        return found

    @cached_property
    def enters(self) -> Floats:
        """``[phases]`` where what enters during an interval stands at its end."""
        found: Floats = gammainc(np.arange(1, self.delay.phases + 1), self._a) / self._a
        return found

    @property
    def at_once(self) -> float:
        """Share of what enters during an interval that comes out within it."""
        return max(0.0, 1.0 - float(self.enters.sum()))


@dataclass(frozen=True, kw_only=True)
class Edge:
    """Of each contact of queue number `origin`, `gain` come to queue number `to` after `delay`; each takes `aht_factor` times its AHT."""

    origin: int
    to: int
    gain: float
    delay: Delay
    aht_factor: float = 1.0


class _Edges:
    """Edges of one kind as arrays, their delays padded to the longest."""

    def __init__(self, edges: tuple[Edge, ...], queues: int, interval_s: int) -> None:
        chains = [DelayChain(edge.delay, interval_s) for edge in edges]
        phases = max((edge.delay.phases for edge in edges), default=1)
        number = len(edges)
        self.size, self.phases = number, phases
        self.origin = np.array([edge.origin for edge in edges], dtype=np.int64)
        self.gain = np.array([edge.gain for edge in edges], dtype=np.float64)
        self.at_once = np.array([chain.at_once for chain in chains])
        self.stays, self.leaves, self.enters = (
            np.zeros((number, phases, phases)),
            np.zeros((number, phases)),
            np.zeros((number, phases)),
        )
        for e, (edge, chain) in enumerate(zip(edges, chains, strict=True)):
            own = edge.delay.phases
            self.stays[e, :own, :own], self.leaves[e, :own], self.enters[e, :own] = chain.stays, chain.leaves, chain.enters
        self.to = np.zeros((number, queues))
        self.to[np.arange(number), [edge.to for edge in edges]] = 1.0
        self.work_to = self.to * np.array([edge.aht_factor for edge in edges], dtype=np.float64)[:, None]
        self.now = np.zeros((queues, queues))  # what comes within the same interval, from queue to queue
        for e, edge in enumerate(edges):
            self.now[edge.origin, edge.to] += edge.gain * self.at_once[e]

    def due(self, waiting: Floats) -> Floats:
        """Return ``[K, E]`` what comes out now of those `waiting` ``[K, E, phases]``."""
        found: Floats = np.einsum("kep,ep->ke", waiting, self.leaves)
        return found

    def inflow(self, contacts: Floats) -> Floats:
        """Return ``[K, E]`` what contacts ``[K, Q]`` send on its way."""
        found: Floats = contacts[:, self.origin] * self.gain
        return found

    def after(self, waiting: Floats, inflow: Floats) -> Floats:
        """Return who waits at the end of an interval."""
        found: Floats = np.matmul(waiting.transpose(1, 0, 2), self.stays).transpose(1, 0, 2) + inflow[:, :, None] * self.enters
        return found


@dataclass(frozen=True, kw_only=True, eq=False)
class Network:
    """How contacts of Q queues cause contacts.

    `recorded` repeats lie in the history already and are taken out of it; `planned` ones come on top of what is left. Of what is left
    `through` ``[Q]`` reaches people past the bot and `leaks` come later (gains per contact left). ``escalations`` ``[Q, Q]`` are shares of
    queue i that join queue j, recorded and planned, with the specialist's mean seconds `joined_s` ``[Q, Q]``.
    """

    interval_s: int
    recorded: tuple[Edge, ...]
    planned: tuple[Edge, ...]
    leaks: tuple[Edge, ...]
    through: Floats
    escalations_recorded: Floats
    escalations: Floats
    joined_s: Floats


@dataclass(frozen=True, kw_only=True, eq=False)
class State:
    """Who is on the way back: ``[K, E, phases]`` per kind of edge, and `held` ``[K, kinds, Q]`` until a closed queue opens."""

    recorded: Floats
    planned: Floats
    leaks: Floats
    held: Floats

    def flat(self) -> Floats:
        """Return ``[K, N]``."""
        return np.concatenate([part.reshape(len(part), -1) for part in self._parts()], axis=1)

    def _parts(self) -> tuple[Floats, ...]:
        return self.recorded, self.planned, self.leaks, self.held

    def like(self, flat: Floats) -> State:
        """Return the state of this one's form that `flat` ``[K, N]`` holds."""
        ends = np.cumsum([part[0].size for part in self._parts()])[:-1]
        parts = np.split(flat, ends, axis=1)
        shapes = [part.shape[1:] for part in self._parts()]
        recorded, planned, leaks, held = (part.reshape(len(flat), *shape) for part, shape in zip(parts, shapes, strict=True))
        return State(recorded=recorded, planned=planned, leaks=leaks, held=held)


@dataclass(frozen=True, kw_only=True, eq=False)
class Run:
    """Contacts over time, each ``[K, Q, T]``: `contacts` that reach people, `left` of the volume once recorded repeats and escalations
    are taken out, `first` of it past the bot; `kinds` ``[9, K, Q, T]`` as named above. `came` ``[K, E]`` are the planned repeats by edge
    in all, `end` who is still on the way."""

    contacts: Floats
    left: Floats
    first: Floats
    kinds: Floats
    came: Floats
    end: State


class Flow:
    """The network run over intervals: `open` ``[Q, T]`` when contacts can come, `usual` ``[Q, T]`` contacts by whose shape those held
    while a queue was closed come once it opens."""

    def __init__(self, network: Network, open: Bools, usual: Floats) -> None:
        self.network, self.open = network, open
        queues = len(open)
        self._recorded, self._planned, self._leaks = (
            _Edges(edges, queues, network.interval_s) for edges in (network.recorded, network.planned, network.leaks)
        )
        self._release = release_shares(open, usual, most=max(1, 86_400 // network.interval_s))
        self._solved: dict[bytes, tuple[Floats, Floats]] = {}

    def nobody(self, futures: int) -> State:
        """Return the state with nobody on the way."""
        shapes = [(futures, e.size, e.phases) for e in (self._recorded, self._planned, self._leaks)]
        recorded, planned, leaks = (np.zeros(shape) for shape in shapes)
        return State(recorded=recorded, planned=planned, leaks=leaks, held=np.zeros((futures, _KINDS, len(self.open))))

    def steady(self, arrivals: Floats) -> State:
        """Return who is on the way when `arrivals` ``[Q, T]`` have come round and round for ever: the state (K = 1) that one turn maps to
        itself. The turn is affine, so one run from nobody and one from each unit state give it exactly."""
        empty = self.nobody(1)
        size = empty.flat().shape[1]
        starts = np.vstack([np.zeros((1, size)), np.eye(size)])
        forced = np.zeros((size + 1, *arrivals.shape))
        forced[0] = arrivals
        ends = self.run(forced, empty.like(starts), keep="end").end.flat()
        gone = np.eye(size) - ends[1:]
        never = np.zeros((_KINDS, len(self.open)), dtype=bool)
        never[:, ~self.open.any(axis=1)] = True  # what a queue that never opens would hold grows for ever: left out
        stuck = np.concatenate([np.zeros(size - never.size, dtype=bool), never.ravel()])
        gone[stuck], gone[:, stuck] = 0.0, 0.0
        gone[stuck, stuck] = 1.0
        ends[0, stuck] = 0.0
        return empty.like(np.linalg.solve(gone.T, ends[0])[None])

    def run(self, arrivals: Floats, start: State, *, keep: Keep = "all") -> Run:
        """Return what the volume `arrivals` ``[K, Q, T]`` (0 where closed) becomes from `start` on.

        `keep` "contacts" leaves `left`, `first` and `kinds` empty (of length 0), "end" `contacts` too.
        """
        net, (futures, queues, size) = self.network, arrivals.shape
        at_start = start.flat()
        if len(at_start) == 1 and futures > 1:
            start = start.like(np.repeat(at_start, futures, axis=0))
        whole, some = size if keep == "all" else 0, 0 if keep == "end" else size
        contacts_at = np.zeros((some, futures, queues))
        left_at, first_at = np.zeros((2, whole, futures, queues))
        kinds_at = np.zeros((whole, _KINDS, futures, queues))
        volumes = np.ascontiguousarray(np.moveaxis(arrivals, 2, 0))
        came = np.zeros((futures, self._planned.size))
        recorded, planned, leaks, held = start.recorded, start.planned, start.leaks, start.held.copy()
        joined_rec_s, joined_s = net.escalations_recorded * net.joined_s, net.escalations * net.joined_s
        recorded_now_work = self._now_work(self._recorded)
        planned_now_work = self._now_work(self._planned)
        for t in range(size):
            is_open = self.open[:, t]
            customers, specialists = self._inverse(is_open)
            volume = volumes[t]
            come = np.zeros((_KINDS, futures, queues))
            come[JOINED_RECORDED] = volume @ net.escalations_recorded
            come[JOINED_RECORDED_S] = volume @ joined_rec_s
            self._let_in(come, held, (JOINED_RECORDED, JOINED_RECORDED_S), is_open, t)
            theirs = volume - come[JOINED_RECORDED]
            due = self._recorded.due(recorded)
            come[REPEATS_RECORDED] = due @ self._recorded.to + theirs @ self._recorded.now
            come[REPEATS_RECORDED_WORK] = due @ self._recorded.work_to + theirs @ recorded_now_work
            self._let_in(come, held, (REPEATS_RECORDED, REPEATS_RECORDED_WORK), is_open, t)
            left = theirs - come[REPEATS_RECORDED]
            first = left * net.through
            leaking = self._leaks.inflow(left)
            come[LEAKED] = (self._leaks.due(leaks) + leaking * self._leaks.at_once) @ self._leaks.to
            self._let_in(come, held, (LEAKED,), is_open, t)
            due = self._planned.due(planned)
            come[REPEATS], come[REPEATS_WORK] = due @ self._planned.to, due @ self._planned.work_to
            old = first + come[LEAKED] + np.where(is_open, come[REPEATS] + held[:, REPEATS] * self._release[:, t], 0.0)
            own = old @ customers  # with those who come back within the interval
            come[REPEATS] += own @ self._planned.now
            come[REPEATS_WORK] += own @ planned_now_work
            self._let_in(come, held, (REPEATS, REPEATS_WORK), is_open, t)
            freed = np.where(is_open, held[:, JOINED] * self._release[:, t], 0.0)
            joined = (np.where(is_open, own @ net.escalations, 0.0) + freed) @ specialists
            contacts = own + joined
            come[JOINED], come[JOINED_S] = contacts @ net.escalations, contacts @ joined_s
            self._let_in(come, held, (JOINED, JOINED_S), is_open, t)
            back = self._planned.inflow(own)
            came += due + back * self._planned.at_once
            recorded = self._recorded.after(recorded, self._recorded.inflow(theirs))
            planned, leaks = self._planned.after(planned, back), self._leaks.after(leaks, leaking)
            if some:
                contacts_at[t] = contacts
            if whole:
                left_at[t], first_at[t], kinds_at[t] = left, first, come
        end = State(recorded=recorded, planned=planned, leaks=leaks, held=held)
        return Run(
            contacts=_time_last(contacts_at),
            left=_time_last(left_at),
            first=_time_last(first_at),
            kinds=_time_last(kinds_at),
            came=came,
            end=end,
        )

    def _let_in(self, come: Floats, held: Floats, kinds: tuple[int, ...], is_open: Bools, t: int) -> None:
        """Keep back what comes to closed queues, and let in part of what was kept back from open ones; both arrays are changed."""
        share = self._release[:, t]
        for kind in kinds:
            freed = np.where(is_open, held[:, kind] * share, 0.0)
            held[:, kind] += np.where(is_open, 0.0, come[kind]) - freed
            come[kind] = np.where(is_open, come[kind] + freed, 0.0)

    def _now_work(self, edges: _Edges) -> Floats:
        """Return ``[Q, Q]`` repeats within the interval, times their AHT factor."""
        found = np.zeros((len(self.open), len(self.open)))
        np.add.at(found, (edges.origin,), (edges.gain * edges.at_once)[:, None] * edges.work_to)
        return found

    def _inverse(self, is_open: Bools) -> tuple[Floats, Floats]:
        """Return ``(I - R)^-1`` and ``(I - E)^-1`` for what comes within an interval, closed queues taking nothing in."""
        key = is_open.tobytes()
        if key not in self._solved:
            one = np.eye(len(is_open))
            customers: Floats = np.linalg.inv(one - self._planned.now * is_open).astype(np.float64)
            specialists: Floats = np.linalg.inv(one - self.network.escalations * is_open).astype(np.float64)
            self._solved[key] = customers, specialists
        return self._solved[key]


def _time_last(values: Floats) -> Floats:
    """Return ``[T, ...]`` as ``[..., T]``."""
    found: Floats = np.ascontiguousarray(np.moveaxis(values, 0, -1))
    return found
