"""Promises as computed and as simulated, side by side, and what is known of why the two differ."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from planner.domain.account import Account
from planner.domain.evaluation import Basis
from planner.domain.grid import TimeGrid, utc_seconds
from planner.domain.handling import ServiceLaw
from planner.domain.headline import lowest_probability, results_of
from planner.domain.queues import Queue
from planner.domain.shifts import Shift
from planner.domain.simulation import APART, SimulatedSla, SimulationReport, key_of
from planner.domain.targets import Window

if TYPE_CHECKING:
    from planner.domain.plan import Plan

SHARED = "shared people"
"""A reason why the two differ: formulas divide people between queues."""


@dataclass(frozen=True, kw_only=True)
class SimulatedPromise:
    """A clause or a queue's own target as computed and as simulated.

    `computed` and `simulated` are levels over the whole horizon, the latter 95% sure to lie from `low` to `high`; `windows` are the
    promise's own, those without contacts left out; `computed_chance` and `chance` are those of the least certain one, the former None
    where the plan is held to simulated chances. `instead` names the clause that a queue is held to in place of its own target. None where
    there is nothing to tell: no contacts, or a level of virtual waits, which are not simulated. `why` says what is known of a difference.
    `held` marks a promise that the plan is held to as simulated: `computed` is then what formulas say of people divided between queues
    beforehand, no figure to compare with.
    """

    id: str
    target: float
    window: Window
    computed: float | None
    simulated: float | None
    low: float | None
    high: float | None
    windows: tuple[SimulatedSla, ...]
    computed_chance: float | None
    chance: float | None
    instead: str
    why: tuple[str, ...]
    held: bool = False

    @property
    def kept(self) -> int:
        """How many of its windows reach the target in simulation."""
        return sum(row.met is True for row in self.windows)

    @property
    def apart(self) -> bool:
        """True where the computed level differs by more than `APART` and lies outside of what the simulation thinks likely; never where the
        promise is held to the simulated one."""
        if self.held or self.computed is None or self.simulated is None or self.low is None or self.high is None:
            return False
        return abs(self.computed - self.simulated) > APART and not self.low <= self.computed <= self.high

    @property
    def windows_apart(self) -> int:
        """How many of its windows are so."""
        return 0 if self.held else sum(row.apart for row in self.windows)


def simulated_promises(plan: Plan, report: SimulationReport | None = None) -> tuple[SimulatedPromise, ...]:
    """Return the contract's clauses, then every queue, as `report` (the plan's own without one) simulated them; empty without any."""
    report = plan.evaluation.simulation if report is None else report
    if report is None:
        return ()
    account = plan.account
    reasons = _Reasons(plan)
    rows: list[SimulatedPromise] = []
    for clause in account.contract.clauses:
        level = _together(plan, report, clause.id, clause.window)
        why = reasons.of(tuple(account.queue(id) for id in clause.queues))
        rows.append(_promise(plan, report, clause.id, clause.level, clause.window, level, "", why))
    for queue in account.queues:
        instead = next((c.id for c in account.contract.clauses if queue.id in c.queues), "")
        level = _together(plan, report, queue.id, Window.CONTRACT)
        rows.append(
            _promise(plan, report, queue.id, queue.target.level, queue.target.window, level, instead, reasons.of((queue,)))
        )
    return tuple(rows)


def promises_kept_simulated(promises: tuple[SimulatedPromise, ...]) -> tuple[int, int]:
    """Return how many promises hold in every simulated window, and how many there are; those that a clause stands for do not count."""
    held = [p for p in promises if not p.instead and p.windows]
    return sum(p.kept == len(p.windows) for p in held), len(held)


_Level = tuple[float | None, float | None, float | None, float | None]


def _promise(
    plan: Plan,
    report: SimulationReport,
    id: str,
    target: float,
    window: Window,
    level: _Level,
    instead: str,
    why: tuple[str, ...],
) -> SimulatedPromise:
    windows = tuple(r for r in report.sla if r.clause == id and r.window is window and r.level is not None)
    results = results_of(plan, id, window)
    chances = [r.probability for r in windows if r.probability is not None]
    held = any(r.basis is Basis.SIMULATED for r in results)
    return SimulatedPromise(
        id=id,
        target=target,
        window=window,
        computed=level[0],
        simulated=level[1],
        low=level[2],
        high=level[3],
        windows=windows,
        computed_chance=None if held else lowest_probability(results),
        chance=min(chances) if chances and len(chances) == len(windows) else None,
        instead=instead,
        why=why,
        held=held,
    )


def _together(plan: Plan, report: SimulationReport, id: str, window: Window) -> _Level:
    """Computed and simulated level, low and high over all windows together: these are weighed by the contacts computed for them, and as
    far as luck goes independent of each other."""
    results = results_of(plan, id, window)
    offered = {key_of(r): r.offered for r in results}
    formulas = {key_of(r): r.computed for r in report.sla}
    levels = [(r.offered, formulas.get(key_of(r), r.level)) for r in results]
    total = sum(n for n, level in levels if level is not None)
    beside = sum(n * level for n, level in levels if level is not None) / total if total > 0 else None
    rows = [r for r in report.sla if r.clause == id and r.window is window and key_of(r) in offered]
    weight = sum(offered[key_of(r)] for r in rows if r.level is not None)
    if weight <= 0:
        return beside, None, None, None
    level, low, high = 0.0, 0.0, 0.0
    for r in rows:
        if r.level is not None and r.low is not None and r.high is not None:
            share = offered[key_of(r)] / weight
            level += share * r.level
            low += (share * (r.level - r.low)) ** 2
            high += (share * (r.high - r.level)) ** 2
    return beside, level, level - math.sqrt(low), level + math.sqrt(high)


class _Reasons:
    """What is known of why formulas and simulation differ, by queue."""

    def __init__(self, plan: Plan) -> None:
        account = plan.account
        self._account = account
        self._serves = account.serves()
        there = {shift.group for shift in plan.shifts.shifts}
        self._staffed = [group.id in there for group in account.groups]
        self._uneven = {shift.group for shift in plan.shifts.shifts if _inside(shift, plan.shifts.grid)}

    def of(self, queues: tuple[Queue, ...]) -> tuple[str, ...]:
        return tuple(dict.fromkeys(reason for queue in queues for reason in self._of(queue)))

    def _of(self, queue: Queue) -> Iterator[str]:
        account: Account = self._account
        mine = [g for g in range(len(account.groups)) if self._staffed[g] and self._serves[g, account.queues.index(queue)]]
        if any(self._serves[g].sum() > 1 for g in mine):
            yield SHARED
        if queue.concurrency > 1:
            yield "several chats at a time"
        if queue.channel.live and any(account.groups[g].id in self._uneven for g in mine):
            yield "breaks or shift ends within an interval"
        if queue.channel.live and queue.waiting.redial_prob > 0:
            yield "redials"
        if queue.channel.live and (queue.handling.law is not ServiceLaw.EXPONENTIAL):
            yield "handling times that vary otherwise than the formula takes them to"


def _inside(shift: Shift, grid: TimeGrid) -> bool:
    """True where `shift` or a break of it begins or ends within an interval."""
    zero = utc_seconds(grid.start_utc)
    edges = [shift.start_utc, shift.end_utc, *(at for pause in shift.breaks for at in (pause.start_utc, pause.end_utc))]
    return any((utc_seconds(at) - zero) % grid.interval_s for at in edges)
