"""The customers of one replication: when they come, how long they take, how long they wait."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from planner.domain.arrays import Floats, Int32s
from planner.simulation import draws
from planner.simulation.floor import Floor, Line
from planner.simulation.layout import (
    AGENT,
    ARRIVES,
    CONTACT_NUMBERS,
    CONTACT_SECONDS,
    ENDS,
    HOLDER,
    KEY,
    LEAVES,
    LINE,
    PARENT,
    POOL,
    STARTS,
    WORK,
)

_SPARE = 4096
"""Handling times and patiences drawn for contacts that come of others; each of these takes one at random."""


@dataclass(frozen=True, eq=False)
class Contacts:
    """The tables of the event loop for one replication: `seconds` ``[M, 6]``, `numbers` ``[M, 7]``, of which the first `arriving` are
    filled in order of arrival; `more_work` and `more_patience` ``[Q, S]`` serve those that come of others."""

    seconds: Floats
    numbers: Int32s
    arriving: int
    more_work: Floats
    more_patience: Floats


def due_of(line: Line, arrived_s: Floats) -> Floats:
    """Return by when work that arrived at `arrived_s` is due; for live contacts the instant they arrived."""
    if line.live:
        return arrived_s
    return line.due_s(arrived_s) if callable(line.due_s) else arrived_s + line.due_s


def contacts(floor: Floor, seed: int, replication: int, spare: int) -> Contacts:
    """Return the customers of a replication, with room for `spare` that come of others."""
    each = [_of_line(floor, q, seed, replication) for q in range(len(floor.lines))]
    sizes = [arrived.size for arrived, _, _ in each]
    total = sum(sizes)
    seconds = np.empty((total + spare, CONTACT_SECONDS))
    numbers = np.zeros((total + spare, CONTACT_NUMBERS), dtype=np.int32)
    numbers[:, [POOL, PARENT, HOLDER, AGENT]] = -1
    first = 0
    for q, (arrived, work, stays) in enumerate(each):
        rows = slice(first, first + arrived.size)
        seconds[rows, ARRIVES] = arrived
        seconds[rows, WORK] = work
        seconds[rows, LEAVES] = arrived + stays
        seconds[rows, KEY] = due_of(floor.lines[q], arrived)
        numbers[rows, LINE] = q
        first += arrived.size
    seconds[:, [STARTS, ENDS]] = np.nan
    if len(each) > 1:
        order = np.argsort(seconds[:total, ARRIVES], kind="stable")
        seconds[:total] = seconds[order]
        numbers[:total, LINE] = numbers[order, LINE]
    later = [_later(line, seed, replication, q) for q, line in enumerate(floor.lines)] if spare else []
    more = np.array(later) if spare else np.ones((len(floor.lines), 2, 1))
    return Contacts(seconds, numbers, total, np.ascontiguousarray(more[:, 0]), np.ascontiguousarray(more[:, 1]))


def _of_line(floor: Floor, q: int, seed: int, replication: int) -> tuple[Floats, Floats, Floats]:
    # arrivals, work and patience of one line
    line = floor.lines[q]
    rng = draws.stream(seed, replication, draws.ARRIVAL, q)
    rates = line.contacts if floor.futures is None else floor.futures[replication % len(floor.futures), q]
    if line.interval_cv > 0:
        shape = 1.0 / line.interval_cv**2
        rates = rates * draws.stream(seed, replication, draws.CHANCE, q).gamma(shape, 1.0 / shape, rates.size)
    edges: Floats = np.arange(floor.size + 1, dtype=np.float64) * floor.interval_s
    if floor.warm_up_s > 0 and line.live:
        rates = np.concatenate([[rates[0] * floor.warm_up_s / floor.interval_s], rates])
        edges = np.concatenate([[-floor.warm_up_s], edges])
    arrived = draws.arrivals(rng, rates * (1 - line.contained), edges)
    if line.backlog_s:
        arrived = np.concatenate([np.sort(-np.asarray(line.backlog_s, dtype=np.float64)), arrived])
        arrived.sort(kind="stable")
    at = np.clip((arrived / floor.interval_s).astype(np.int64), 0, floor.size - 1)
    work = draws.handling(draws.stream(seed, replication, draws.HANDLING, q), line, arrived.size) * line.aht_s[at]
    stays = draws.patience(draws.stream(seed, replication, draws.WAITING, q), line.patience, arrived.size)
    return arrived, work, stays


def _later(line: Line, seed: int, replication: int, q: int) -> tuple[Floats, Floats]:
    rng = draws.stream(seed, replication, draws.LATER, q)
    weights = np.nan_to_num(line.contacts, nan=0.0)
    mean = float(np.average(line.aht_s, weights=weights)) if weights.sum() > 0 else float(line.aht_s.mean())
    return draws.handling(rng, line, _SPARE) * mean, draws.patience(rng, line.patience, _SPARE)
