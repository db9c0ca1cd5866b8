"""Replications until there are enough: a fixed number, or until the levels are sure enough."""

from __future__ import annotations

import math
import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace

import numpy as np

from planner.domain.arrays import Int32s, Ints
from planner.domain.solve import NeverStop, Progress, Report, StopFlag, no_report
from planner.domain.targets import Formula
from planner.errors import DataError, Problem
from planner.simulation.backlog import there_before
from planner.simulation.customers import Customers
from planner.simulation.floor import Floor
from planner.simulation.replicate import Counted, Simulator
from planner.simulation.simulated import Simulated
from planner.simulation.tally import ANSWERED, BINS, add_at

STAGE = "simulation"
"""The stage that progress is told of."""

_BATCH = 20
_NONE: Int32s = np.zeros(0, dtype=np.int32)


@dataclass(frozen=True, kw_only=True)
class Precision:
    """Stop when every line's level over the whole horizon is known to within `half_width`, with 95% confidence, but not before `least`
    replications."""

    half_width: float
    least: int = 20


def simulate_floor(
    floor: Floor,
    *,
    replications: int = 200,
    seed: int = 1,
    precision: Precision | None = None,
    workers: int | None = None,
    report: Report = no_report,
    stop: StopFlag | None = None,
    customers: Customers | None = None,
) -> Simulated:
    """Run `replications` of `floor`, fewer once `precision` is reached, on `workers` threads (None: as many as there are cores).

    Replication r of two floors with the same lines and seed meets the same customers, so that differences between rosters are seen with
    little noise. The same floor, seed and number give the same result whatever `workers`. `report` is told the share done. `customers`
    keeps those drawn for the next floor that differs only in its people. A `stop`
    ends with the replications done so far, one at least. Raises DataError for replications below 1 and the like.
    """
    _check(replications, seed, precision)
    stop = stop or NeverStop()
    simulator = Simulator(floor, seed, customers)
    gathered = _Gathered(simulator)
    with ThreadPoolExecutor(max_workers=workers or os.cpu_count() or 1) as pool:
        for first in range(0, replications, _BATCH):
            numbers = range(first, min(first + _BATCH, replications))
            for counted in _in_turn(pool, simulator, numbers, stop):
                gathered.add(counted)
            report(Progress(stage=STAGE, share=len(gathered.each) / replications))
            if stop.is_set() or (precision is not None and _sure(gathered.done(), precision)):
                break
    return gathered.done()


def _check(replications: int, seed: int, precision: Precision | None) -> None:
    problems = []
    if replications < 1:
        problems.append(
            Problem("replications", f"must be 1 or more, got {replications}", "200 tell most levels to half a point")
        )
    if seed < 0:
        problems.append(Problem("seed", f"must be 0 or more, got {seed}", "write any whole number from 0"))
    if precision is not None and not 0 < precision.half_width < math.inf:
        problems.append(Problem("precision", f"must be above 0, got {precision.half_width:g}", "write 0.005 for half a point"))
    if problems:
        raise DataError(problems)


def _in_turn(pool: ThreadPoolExecutor, simulator: Simulator, numbers: range, stop: StopFlag) -> Iterator[Counted]:
    # in order of their numbers, so that sums of seconds do not depend on who was first; all of a batch once it began, unless stopped
    waiting = [pool.submit(simulator.count, n) for n in numbers]
    for n, job in enumerate(waiting):
        if stop.is_set() and n > 0 and job.cancel():
            for other in waiting[n:]:
                other.cancel()
            return
        yield job.result()


def _sure(done: Simulated, precision: Precision) -> bool:
    if done.replications < precision.least:
        return False
    levels = [done.level(line, Formula.OFFERED if live else None) for line, live in zip(done.lines, done.live, strict=True)]
    return all(not level.half_width > precision.half_width for level in levels)


class _Gathered:
    """Replications counted so far."""

    def __init__(self, simulator: Simulator) -> None:
        floor = simulator.floor
        self.simulator = simulator
        self.each: list[Counted] = []
        self.bins: Ints = np.zeros((len(floor.lines), floor.size, BINS), dtype=np.int64)

    def add(self, counted: Counted) -> None:
        """Take one more; where its waits belong, long as that is, is only counted."""
        add_at(self.bins.reshape(-1), counted.places)
        self.each.append(replace(counted, places=_NONE))

    def done(self) -> Simulated:
        """Return all of them together."""
        floor, each = self.simulator.floor, self.each
        oldest = np.stack([c.oldest_s for c in each])
        counts = np.stack([c.counts for c in each])
        bins = self.bins.copy()
        bins[:, :, 0] = counts[:, :, :, ANSWERED].sum(axis=0) - bins.sum(axis=2)
        return Simulated(
            lines=tuple(line.id for line in floor.lines),
            pools=tuple(pool.id for pool in floor.pools),
            live=tuple(line.live for line in floor.lines),
            within_s=tuple(line.within_s if line.live else () for line in floor.lines),
            interval_s=floor.interval_s,
            counts=counts,
            waits=np.stack([c.waits for c in each]),
            bins=bins,
            busy=np.stack([c.busy for c in each]),
            overrun=np.stack([c.overrun for c in each]),
            seats=np.stack([c.seats for c in each]),
            open=np.stack([c.open for c in each]).mean(axis=0),
            oldest_s=oldest.mean(axis=0),
            overdue=np.stack([c.overdue for c in each]).mean(axis=0),
            before=np.stack([c.before for c in each]),
            before_of=tuple(there_before(line) for line in floor.lines),
            oldest_most_s=oldest.max(axis=(0, 2)),
        )
