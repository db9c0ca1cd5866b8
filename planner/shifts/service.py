"""Promises over windows inside the shift problem: pieces of service per queue and interval, and what missing contacts cost."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from planner.domain.arrays import Floats, Ints
from planner.domain.promised import Promised, Term
from planner.queueing import step_worths
from planner.shifts.pieces import pieces_of

SLACK = 5e-4
"""Contacts, as a share of those expected in the interval, that pieces may lie above the curve."""


@dataclass(frozen=True)
class Service:
    """Promises over windows, numbered as the shift problem numbers its classes.

    `classes` ``[Q]`` is each queue's class, -1 where nobody serves it or it needs nobody; `least` ``[Q, T]`` the agents it takes in every
    layer (deferred work included). Piece i of M adds up to `width[i]` agents to queue ``queue[i]`` in ``interval[i]``; reward r of R says
    that each agent of piece ``of[r]`` puts ``reward[r]`` contacts in time, net of the level, into window ``window[r]``. `base` ``[W]``
    is what windows have at the least agents, and `miss_price` ``[W]`` what each contact missing from the promise costs. `margin` ``[W]``
    are contacts to be ahead by (None: none), where a promise is aimed at more than its level.
    """

    promised: Promised
    classes: Ints
    least: Floats
    queue: Ints
    interval: Ints
    width: Floats
    of: Ints
    window: Ints
    reward: Floats
    base: Floats
    miss_price: Floats
    margin: Floats | None = None

    def with_margin(self, margin: Floats) -> Service:
        """Return the same promises with `margin` ``[W]`` contacts to be ahead by."""
        before = 0.0 if self.margin is None else self.margin
        return replace(self, margin=margin, base=self.base - (margin - before))

    @property
    def piece_class(self) -> Ints:
        """Class of every piece ``[M]``."""
        return self.classes[self.queue]

    def ahead(self, agents: Floats) -> Floats:
        """Return by how many contacts each window is ahead of its promise and margin ``[W]`` with `agents` ``[Q, T]`` on seat, by the true
        curves."""
        total = np.zeros(len(self.promised.windows)) if self.margin is None else -self.margin
        for term in self.promised.terms:
            at = np.flatnonzero(term.window >= 0)
            servers = np.clip(agents[term.queue, at] * self.promised.servers[term.queue], 0.0, term.ahead.shape[1] - 1)
            low = np.minimum(servers.astype(np.int64), term.ahead.shape[1] - 2)
            part = servers - low
            value = term.ahead[at, low] * (1 - part) + term.ahead[at, low + 1] * part
            total += np.bincount(term.window[at], weights=value, minlength=len(total))
        return total

    def missed(self, agents: Floats) -> Floats:
        """Return the contacts missing from each window's promise ``[W]``."""
        missing: Floats = np.maximum(-self.ahead(agents), 0.0)
        return missing


def service_of(promised: Promised, classes: Ints, least: Floats, whole: Floats, price: float) -> Service:
    """Return the service part of a problem.

    `classes` ``[Q]``, `least` ``[Q, T]`` as in :class:`Service`; `whole` ``[Q]`` is the share of an agent in whose multiples the queue's
    on-seat agents come where it has people of its own of one kind, else 0; `price` of an agent missing for one interval.
    """
    parts = _Parts(np.zeros(len(promised.windows)))
    for q in sorted({term.queue for term in promised.terms}):
        own = [term for term in promised.terms if term.queue == q]
        floor = least[q] * promised.servers[q]
        if classes[q] < 0:
            for term in own:
                at = np.flatnonzero(term.window >= 0)
                parts.base += np.bincount(term.window[at], weights=term.ahead[at, 0], minlength=len(parts.base))
        elif len(own) == 1:
            parts.add_one(own[0], floor, float(promised.servers[q]), whole[q])
        else:
            parts.add_several(own, floor, float(promised.servers[q]))
    service = Service(promised, classes, least, *parts.joined(), parts.base, np.zeros(len(parts.base)))
    return replace(service, miss_price=price / np.maximum(margins(service), 1e-9))


class _Parts:
    """Pieces as they are collected, queue by queue."""

    def __init__(self, base: Floats) -> None:
        self.base = base
        self.count = 0
        self.pieces: list[tuple[Ints, Ints, Floats]] = []
        self.rewards: list[tuple[Ints, Ints, Floats]] = []

    def add_one(self, term: Term, floor: Floats, servers: float, whole: float) -> None:
        """The pieces of a queue held to one promise."""
        at = np.flatnonzero(term.window >= 0)
        curves = term.ahead[at]
        slack = SLACK * np.abs(curves).max(axis=1)
        found = pieces_of(curves, floor[at], np.full(len(at), whole * servers), slack)
        self.base += np.bincount(term.window[at], weights=found.start, minlength=len(self.base))
        self._add(term.queue, at[found.curve], found.width / servers, [(term.window[at][found.curve], found.worth * servers)])

    def add_several(self, terms: list[Term], floor: Floats, servers: float) -> None:
        """The pieces of a queue held to several promises: the same steps, from server to server, serve them all."""
        at = np.flatnonzero(terms[0].window >= 0)
        most = max(term.ahead.shape[1] for term in terms)
        rewards = []
        for term in terms:
            curves = np.pad(term.ahead[at], ((0, 0), (0, most - term.ahead.shape[1])), mode="edge")
            width, worth, start = step_worths(curves, floor[at])
            self.base += np.bincount(term.window[at], weights=start, minlength=len(self.base))
            row, _ = np.nonzero(width)
            rewards.append((term.window[at][row], worth[width > 0] * servers))
        self._add(terms[0].queue, at[row], width[width > 0] / servers, rewards)

    def _add(self, queue: int, interval: Ints, width: Floats, rewards: list[tuple[Ints, Floats]]) -> None:
        self.pieces.append((np.full(len(interval), queue, dtype=np.int64), interval, width))
        numbers = self.count + np.arange(len(interval))
        self.rewards += [(numbers, window, reward) for window, reward in rewards]
        self.count += len(interval)

    def joined(self) -> tuple[Ints, Ints, Floats, Ints, Ints, Floats]:
        """Every piece and reward in one row of arrays each, as :class:`Service` names them."""
        none = (np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64), np.zeros(0))
        pieces = [np.concatenate(column) for column in zip(*(self.pieces or [none]), strict=True)]
        rewards = [np.concatenate(column) for column in zip(*(self.rewards or [none]), strict=True)]
        return pieces[0], pieces[1], pieces[2], rewards[0], rewards[1], rewards[2]


def margins(service: Service) -> Floats:
    """Return per window ``[W]`` the contacts that the last agent wins where the worthiest pieces are taken until the promise is kept."""
    found = np.zeros(len(service.base))
    for w in range(len(found)):
        mine = service.window == w
        worth, width = service.reward[mine], service.width[service.of[mine]]
        order = np.argsort(-worth, kind="stable")
        won = service.base[w] + np.cumsum(worth[order] * width[order])
        if len(order):
            found[w] = worth[order][min(int(np.searchsorted(won, 0.0)), len(order) - 1)]
            found[w] = max(found[w], 1e-3 * worth.max())
    return found
