"""The customers of one replication: when they come, how long they take, how long they wait."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from planner.domain.arrays import Floats, Int32s, Ints
from planner.simulation import draws
from planner.simulation.fill import bend, fill, in_order
from planner.simulation.floor import Floor, Line, due_of
from planner.simulation.layout import CONTACT_NUMBERS, CONTACT_SECONDS
from planner.simulation.space import Space

_SPARE = 4096
"""Handling times and patiences drawn for contacts that come of others; each of these takes one at random."""
_JUST_BEFORE_S = 1e-3
"""Age of the youngest contacts there at the start: they do not come in the first interval."""


@dataclass(frozen=True, eq=False)
class Contacts:
    """The tables of the event loop for one replication: `seconds` ``[M, 6]``, `numbers` ``[M, 7]``, of which the first `arriving` are
    filled in order of arrival; `more_work` (of mean one) and `more_patience` ``[Q, S]`` serve those that come of others."""

    seconds: Floats
    numbers: Int32s
    arriving: int
    more_work: Floats
    more_patience: Floats


def contacts(floor: Floor, seed: int, replication: int, spare: int, space: Space | None = None) -> Contacts:
    """Return the customers of a replication, with room for `spare` that come of others; in `space` if there is one, until it is used
    again."""
    space = space or Space()
    lines = len(floor.lines)
    rates = [_rates(floor, q, seed, replication) for q in range(lines)]
    room = [_room(line, rate) for line, rate in zip(floor.lines, rates, strict=True)]
    first = np.zeros((lines, 2), dtype=np.int64)
    deferred = not all(line.live for line in floor.lines)
    columns = space.floats("columns", 4 if deferred else 3, sum(room))
    begins = 0
    for q, line in enumerate(floor.lines):
        while (came := _come(floor, q, seed, replication, rates[q], columns[:, begins : begins + room[q]])) < 0:
            room[q] *= 2
            columns = np.concatenate([columns[:, :begins], np.empty((len(columns), sum(room[q:])))], axis=1)
        first[q] = begins, begins + came
        arrived, work, stays = columns[:3, begins : begins + came]
        if line.given is None:
            draws.handling(draws.stream(seed, replication, draws.HANDLING, q), line, work)
        draws.patience(draws.stream(seed, replication, draws.WAITING, q), line.patience, stays)
        if not line.live:
            columns[3, begins : begins + came] = due_of(line, arrived)
        begins += came
    seconds = space.floats("seconds", begins + spare, CONTACT_SECONDS)
    numbers = space.int32s("numbers", begins + spare, CONTACT_NUMBERS)
    arrived, work, stays = columns[:3]
    means = np.array([line.aht_s if line.given is None else np.ones(floor.size) for line in floor.lines])
    credit = np.array([line.credit_s if line.live else np.nan for line in floor.lines])
    order = _order(first, arrived, space)
    fill(order, begins, arrived, work, stays, columns[-1], means, 1.0 / floor.interval_s, credit, seconds, numbers)
    later = [_later(line, seed, replication, q) for q, line in enumerate(floor.lines)] if spare else []
    more = np.array(later) if spare else np.ones((lines, 2, 1))
    return Contacts(seconds, numbers, begins, np.ascontiguousarray(more[:, 0]), np.ascontiguousarray(more[:, 1]))


def _order(first: Ints, arrived: Floats, space: Space) -> Ints:
    # the contacts of all lines in order of arrival; empty where one line has them all
    if len(first) == 1:
        return np.zeros(0, dtype=np.int64)
    sizes = first[:, 1] - first[:, 0]
    order = space.ints("order", int(sizes.sum()))
    ends = first[sizes > 0] - np.array([0, 1])
    if ends.size:
        earliest, latest = float(arrived[ends[:, 0]].min()), float(arrived[ends[:, 1]].max())
        per_s = order.size / max(latest - earliest, 1.0)
        in_order(first, arrived, earliest, per_s, space.ints("counts", order.size + 1), order)
    return order


def _rates(floor: Floor, q: int, seed: int, replication: int) -> Floats:
    # contacts expected in each interval of this replication, the warm-up first
    line = floor.lines[q]
    rates = line.contacts if floor.futures is None else floor.futures[replication % len(floor.futures), q]
    if line.interval_cv > 0:
        shape = 1.0 / line.interval_cv**2
        rates = rates * draws.stream(seed, replication, draws.CHANCE, q).gamma(shape, 1.0 / shape, rates.size)
    if line.contained > 0:
        rates = rates * (1 - line.contained)
    before = rates[0] * floor.warm_up_s / floor.interval_s if line.live else 0.0
    return np.concatenate([[before], rates])


def _room(line: Line, rates: Floats) -> int:
    # for how many contacts
    if line.given is not None:
        return line.given.arrives_s.size
    return draws.enough(float(rates.sum())) + len(line.backlog_s)


def _come(floor: Floor, q: int, seed: int, replication: int, rates: Floats, columns: Floats) -> int:
    # write when the contacts of a line arrive, and what given ones take, into its columns; the number, or -1 if there is no room
    line = floor.lines[q]
    arrived, work = columns[:2]
    if line.given is not None:
        arrived[:], work[:] = line.given.arrives_s, line.given.work_s
        return int(arrived.size)
    rng = draws.stream(seed, replication, draws.ARRIVAL, q)
    waiting = len(line.backlog_s)
    upto = np.concatenate([[0.0], np.cumsum(rates)])
    edges = np.concatenate([[-floor.warm_up_s], np.arange(floor.size + 1) * floor.interval_s])
    gaps = rng.standard_exponential(out=work[waiting:])
    came = int(bend(gaps, upto, edges, arrived[waiting:]))
    if came < 0:
        return -1
    if waiting:
        arrived[:waiting] = -np.maximum(line.backlog_s, _JUST_BEFORE_S)
        arrived[: waiting + came].sort(kind="stable")
    return waiting + came


def _later(line: Line, seed: int, replication: int, q: int) -> tuple[Floats, Floats]:
    # handling times of mean one and patiences of contacts that come of others
    rng = draws.stream(seed, replication, draws.LATER, q)
    found = np.empty((2, _SPARE))
    draws.handling(rng, line, found[0])
    draws.patience(rng, line.patience, found[1])
    return found[0], found[1]
