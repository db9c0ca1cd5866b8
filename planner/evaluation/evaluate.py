"""Shifts in, delivered service out."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import numpy as np

from planner.backlog import DeferredRun, queue_lots
from planner.domain.account import Account
from planner.domain.arrays import Bools, Floats
from planner.domain.capacity import Capacity, Coverage
from planner.domain.demand import Demand
from planner.domain.evaluation import Basis, DeferredWork, Evaluation, Overload, SlaResult
from planner.domain.journey_words import workload_notes
from planner.domain.queues import Queue
from planner.domain.requirement import Requirement
from planner.domain.shifts import ShiftPlan
from planner.domain.targets import Formula, Window
from planner.evaluation.absence import Absence, absence
from planner.evaluation.capacity import capacity, rostered
from planner.evaluation.deferred import BANDS_S, DeferredQueue, measured_arrivals
from planner.evaluation.handling import handling_times
from planner.evaluation.measures import Counts, Luck
from planner.evaluation.notes import notes
from planner.evaluation.overload import overloaded
from planner.evaluation.rolling import Arrivals, hold_rolling
from planner.evaluation.service import LiveQueue
from planner.evaluation.shared import SharedDesk, covered, shared_queues
from planner.evaluation.sla import Promise, hold_against, promises
from planner.evaluation.split import split
from planner.evaluation.window_law import CreditLaw

_NEGLIGIBLE = 1e-9
"""Missing agents below this are rounding."""


CreditLaws = dict[tuple[str, date], CreditLaw]
"""The laws of windows that may owe credits, by clause and first local date."""


def evaluate(shift_plan: ShiftPlan, demand: Demand, requirement: Requirement, account: Account) -> Evaluation:
    """Return the service that the shifts of `shift_plan` deliver to `demand`.

    `requirement` serves only to divide shared agents among their queues and to state what is missing; levels come from contacts
    and agents alone. Live queues are judged by the transient law where it is exact (see `LiveQueue`), else by the stationary one at the
    contacts in hand, deferred ones by running their desk; all for the expected contacts and for every demand scenario. See `split` for
    the division and `hold_against` for the windows.

    Raises ValueError when the four do not speak of the same queues, groups and grid.
    """
    return evaluate_credits(shift_plan, demand, requirement, account)[0]


def evaluate_credits(
    shift_plan: ShiftPlan, demand: Demand, requirement: Requirement, account: Account
) -> tuple[Evaluation, CreditLaws]:
    """Return what `evaluate` does, and for each window of a clause with tiers what it would owe with more or fewer contacts in time."""
    queues = tuple(queue.id for queue in account.queues)
    if demand.queues != queues or requirement.queues != queues:
        raise ValueError("demand, requirement and account must have the same queues in the same order")
    if not shift_plan.grid == demand.grid == requirement.grid:
        raise ValueError("shifts, demand and requirement must be on one grid")
    people = capacity(shift_plan, account)
    division = split(people, requirement, account)
    desks = _Desks(demand, requirement, people, division, account)
    coverage = desks.coverage(division)
    away = absence(rostered(shift_plan, account), people, coverage, account)
    given = division.by_queue()
    missing = np.nan_to_num(requirement.agents if requirement.least is None else requirement.least, nan=0.0) - given
    level, occupancy, abandonment, mean_wait_s = desks.measures()
    held = desks.sla(away)
    sla = tuple(result for result, _ in held)
    deferred = desks.deferred_work()
    found = Evaluation(
        queues=queues,
        capacity=people,
        coverage=coverage,
        level=level,
        occupancy=occupancy,
        abandonment=abandonment,
        mean_wait_s=mean_wait_s,
        shortfall=np.where(requirement.open, np.where(missing > _NEGLIGIBLE, missing, 0.0), np.nan),
        deferred=deferred,
        sla=sla,
        overload=desks.overload(),
        notes=(
            *notes(account, coverage, desks.doubts(), deferred, sla, scenarios=len(demand.rates), shared=desks.lines()),
            *workload_notes(demand.workload, account),
        ),
    )
    return found, {(result.clause, result.window_date): law for result, law in held if law is not None}


def _own_people(people: Capacity, account: Account) -> Bools:
    """True ``[Q]`` where whoever is rostered and can serve the queue serves no other."""
    serves = account.serves().copy()
    serves[~people.on_seat.any(axis=1)] = False
    shared = serves.sum(axis=1) > 1
    alone: Bools = ~serves[shared].any(axis=0)
    return alone


class _Desks:
    """Every queue of the account as it is staffed, and what it delivers; laws asked for twice are computed once."""

    def __init__(
        self, demand: Demand, requirement: Requirement, people: Capacity, coverage: Coverage, account: Account
    ) -> None:
        self.demand, self.account = demand, account
        self.row = {queue.id: q for q, queue in enumerate(account.queues)}
        self.known: dict[tuple[str, Formula | None, float], tuple[Counts, Counts | None]] = {}
        self.lucks: dict[tuple[str, Formula, float, float], Luck] = {}
        given = coverage.by_queue()
        alone = _own_people(people, account)
        interval_s = demand.grid.interval_s
        aht_s = handling_times(demand, coverage, account)
        self.live: dict[str, LiveQueue] = {}
        self.deferred: dict[str, DeferredQueue] = {}
        for q, queue in enumerate(account.queues):
            contacts = np.where(demand.expected[q], demand.contacts[q], np.nan)
            if queue.channel.live:
                self.live[queue.id] = LiveQueue(
                    queue=queue,
                    contacts=contacts,
                    aht_s=aht_s[q],
                    agents=given[q],
                    interval_s=interval_s,
                    open=requirement.open[q],
                    own_people=bool(alone[q]),
                )
            else:
                market = account.market(queue.market)
                self.deferred[queue.id] = DeferredQueue(
                    queue=queue,
                    contacts=contacts,
                    aht_s=aht_s[q],
                    agents=given[q],
                    open=requirement.open[q],
                    interval_s=interval_s,
                    lots=queue_lots(queue, market, demand.grid, requirement.open[q]),
                    measured=measured_arrivals(queue, market, demand.grid),
                )
        self.shared = [SharedDesk(members=tuple(self.deferred[id] for id in ids)) for ids in shared_queues(people, account)]
        self.runs: dict[str, DeferredRun] = {}
        for desk in self.shared:
            self.runs |= {member.queue.id: run for member, run in zip(desk.members, desk.run(), strict=True)}
        self.runs |= {id: desk.run() for id, desk in self.deferred.items() if id not in self.runs}
        self.futures: dict[str, tuple[Counts, tuple[Floats, Floats]]] = {}

    def lines(self) -> tuple[tuple[str, ...], ...]:
        """Return the deferred queues, by id, that are worked as one line."""
        return tuple(tuple(member.queue.id for member in desk.members) for desk in self.shared)

    def coverage(self, division: Coverage) -> Coverage:
        """Return `division` with the people of shared desks divided as they worked."""
        told = [(desk, [self.runs[member.queue.id] for member in desk.members]) for desk in self.shared]
        return covered(division, self.row, told)

    def overload(self) -> tuple[Overload, ...]:
        """Return the deferred contacts that miss their clock, queue by queue and day by day."""
        grid = self.demand.grid
        return tuple(
            row
            for id, desk in self.deferred.items()
            for row in overloaded(desk, self.runs[id], self.account.market(desk.queue.market).zone, grid)
        )

    def measures(self) -> tuple[Floats, Floats, Floats, Floats]:
        """Level, occupancy, abandonment and mean wait, each ``[Q, T]``."""
        table = np.full((4, len(self.row), self.demand.grid.size), np.nan)
        for id, desk in self.live.items():
            service = desk.service()
            table[:, self.row[id]] = service.level, service.occupancy, service.abandonment, service.mean_wait_s
        for id, waiting in self.deferred.items():
            table[1, self.row[id]] = waiting.occupancy(self.runs[id])
        level, occupancy, abandonment, mean_wait_s = table
        return level, occupancy, abandonment, mean_wait_s

    def doubts(self) -> dict[str, str]:
        """Why a live queue's law is not exact; empty where it is."""
        return {id: desk.doubt for id, desk in self.live.items()}

    def deferred_work(self) -> DeferredWork:
        """Return deferred queues over time, rows of live queues NaN."""
        table = np.full((5, len(self.row), self.demand.grid.size), np.nan)
        by_age = np.full((len(BANDS_S) + 1, len(self.row), self.demand.grid.size), np.nan)
        for id, run in self.runs.items():
            arrived = np.nan_to_num(self.deferred[id].contacts, nan=0.0)
            table[:, self.row[id]] = arrived, run.done, run.open, run.overdue, run.oldest_s
            by_age[:, self.row[id]] = run.by_age
        arrived, done, still_open, overdue, oldest_s = table
        return DeferredWork(arrived=arrived, done=done, open=still_open, overdue=overdue, oldest_s=oldest_s, by_age=by_age)

    def sla(self, away: Absence) -> tuple[tuple[SlaResult, CreditLaw | None], ...]:
        """Return every promise over every window, with the law of its credits."""
        return tuple(r for promise in promises(self.account) for r in self._held(promise, away))

    def _held(self, promise: Promise, away: Absence) -> Iterator[tuple[SlaResult, CreditLaw | None]]:
        grid = self.demand.grid
        if promise.window is Window.ROLLING:
            (queue,) = promise.queues
            yield from ((r, None) for r in hold_rolling(queue, self.account, grid, self._arrivals(queue)))
        else:
            basis = self.basis(promise.queues)
            yield from hold_against(promise, self.account, grid, self._counts, self._luck, away, basis)

    def basis(self, queues: tuple[Queue, ...]) -> Basis:
        """By which law queues are judged together: the weakest of theirs."""
        found = [self.live[queue.id].basis for queue in queues if queue.channel.live]
        if not found:
            return Basis.FLUID
        return Basis.TRANSIENT if all(basis is Basis.TRANSIENT for basis in found) else Basis.STATIONARY

    def _luck(self, queue: Queue, formula: Formula, within_s: float, level: float) -> Luck:
        key = (queue.id, formula, within_s, level)
        if key not in self.lucks:
            self.lucks[key] = self.live[queue.id].luck(formula, within_s, level)
        return self.lucks[key]

    def _counts(self, queue: Queue, formula: Formula | None, within_s: float) -> tuple[Counts, Counts | None]:
        key = (queue.id, formula, within_s)
        if key not in self.known:
            self.known[key] = self._count(queue, formula, within_s)
        return self.known[key]

    def _count(self, queue: Queue, formula: Formula | None, within_s: float) -> tuple[Counts, Counts | None]:
        rates = self._rates(queue.id) if len(self.demand.rates) else None
        if formula is None:
            desk = self.deferred[queue.id]
            expected = desk.counts_of(self.runs[queue.id], desk.came())
            return expected, None if rates is None else self._futures(queue)[0]
        live = self.live[queue.id]
        return live.counts(formula, within_s), None if rates is None else live.scenario_counts(rates, formula, within_s)

    def _futures(self, queue: Queue) -> tuple[Counts, tuple[Floats, Floats]]:
        """Contacts of a deferred queue counted and in time over scenarios, by arrival ``[K, T]`` and of those open at the start."""
        if queue.id not in self.futures:
            shared = next((desk for desk in self.shared if any(m.queue.id == queue.id for m in desk.members)), None)
            if shared is None:
                desk, rates = self.deferred[queue.id], self._rates(queue.id)
                run = desk.run(rates)
                self.futures[queue.id] = desk.counts_of(run, desk.came(rates)), desk.before_counts(run)
            else:
                counts, before = shared.counts([self._rates(member.queue.id) for member in shared.members])
                for member, mine, there in zip(shared.members, counts, before, strict=True):
                    self.futures[member.queue.id] = mine, there
        return self.futures[queue.id]

    def _rates(self, id: str) -> Floats:
        q = self.row[id]
        rates: Floats = np.where(self.demand.expected[q], self.demand.rates[:, q], np.nan)
        return rates

    def _arrivals(self, queue: Queue) -> Arrivals:
        desk, run = self.deferred[queue.id], self.runs[queue.id]
        futures = self._futures(queue) if len(self.demand.rates) else None
        return Arrivals(
            expected=desk.counts_of(run, desk.came()),
            futures=None if futures is None else futures[0],
            before=desk.before_counts(run),
            before_futures=None if futures is None else futures[1],
        )
