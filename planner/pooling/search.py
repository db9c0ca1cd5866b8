"""Design, simulate, ask for less or more, design again: until shared people just keep every promise on the simulated floor."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace

import numpy as np

from planner.domain.account import Account
from planner.domain.arrays import Bools, Floats
from planner.domain.demand import Demand
from planner.domain.evaluation import SlaResult
from planner.domain.requirement import Requirement
from planner.domain.shifts import ShiftPlan
from planner.domain.simulation import SimulatedSla, WindowKey, key_of
from planner.domain.solve import NeverStop, Progress, Report, StopFlag, no_report
from planner.evaluation import evaluate
from planner.evaluation.by_simulation import simulated_rows
from planner.evaluation.promised_rows import binds, enough
from planner.pooling.late import done_rows, places
from planner.pooling.margins import decided, needs_of
from planner.pooling.pooled import loads_of, pooled
from planner.pooling.reach import within_reach
from planner.shifts import Design, design_from
from planner.shifts.again import design_again
from planner.shifts.problem import Problem
from planner.simulation import Customers, Floor, Simulated, floor_of, simulate_floor

TRIES = 5
"""Designs at most, the first one included."""
REPLICATIONS, LEAST_REPLICATIONS, CONTACTS = 100, 15, 20_000
"""Of each design tried, which all meet the same customers: fewer where so many contacts of the smallest promise tell its level."""
CHECKS = (2, 8)
"""Times as many replications that check a finished plan, first and where these leave it open."""
_OTHER_CUSTOMERS = 1_000_003
"""What is added to the account's seed for customers whom no design has met."""
DESIGN_CUSTOMERS = 500_009
"""What is added to the account's seed for the customers that designs meet: the finished plan is told by others."""
_LONGER = 0.1
"""Of the account's time limit, what all steps may take beyond it."""
_FIRST_SHARE, _SHARE = 0.3, 0.45
"""Of the account's time limit, what the first design may take, and all of them."""
FIRST_LIVE, FIRST_DEFERRED = 0.85, 0.2
"""Shares of their reserve that queues begin with: live ones, and deferred ones, whose work fills idle time."""
_SLOPE, _LEAST_SLOPE, _MOST_SLOPE = 1.0, 0.3, 5.0
"""Points of service that a whole reserve is worth: a first guess, and what two tries may make of it."""
_MOST = 2.5
"""Largest share of a reserve asked for."""
_CLOSE = 0.004
"""A promise kept by less than this is close enough."""


@dataclass(frozen=True, kw_only=True)
class Step:
    """One design tried: its objective, the promises that it misses on the simulated floor, and the points by which the worst one does."""

    objective: float
    missed: int
    worst: float


@dataclass(frozen=True, kw_only=True)
class Try:
    """A design with what the simulated floor makes of it. `reserve` ``[Q, T]`` was asked for; `rows` are the promises that must be kept,
    `ahead` ``[N]`` points each is ahead of its level (NaN without contacts)."""

    design: Design
    requirement: Requirement
    shifts: ShiftPlan
    reserve: Floats
    rows: tuple[SimulatedSla, ...]
    ahead: Floats

    @property
    def missed(self) -> int:
        """Promises that are not kept."""
        return int((self.ahead < 0).sum())

    @property
    def key(self) -> tuple[float, float]:
        """Points missed, weighted alike, then the objective."""
        return float(-np.minimum(np.nan_to_num(self.ahead), 0.0).sum()), float(self.design.solves[0].objective or 0.0)


class Search:
    """The search for the least requirement that holds on the simulated floor."""

    def __init__(
        self,
        requirement: Requirement,
        demand: Demand,
        account: Account,
        *,
        report: Report = no_report,
        stop: StopFlag | None = None,
    ) -> None:
        self.requirement, self.demand, self.account = requirement, demand, account
        self.report, self.stop = report, stop or NeverStop()
        self.load = loads_of(requirement, demand, account)
        self.live = np.array([queue.channel.live for queue in account.queues], dtype=np.bool_)
        self.shared = shared_queues(account)
        self.computed: tuple[SlaResult, ...] = ()
        self.began = time.perf_counter()
        self.tried: list[Try] = []
        self.cost: float | None = None
        self.steps: list[Step] = []
        self.customers = Customers()
        self.replications = REPLICATIONS
        self.in_time = True
        self.reach: dict[WindowKey, float] = {}

    def run(self) -> Try:
        """Return the best design met: of those that keep every promise the cheapest, else the one that misses least."""
        shape = self.requirement.agents.shape
        first = np.where(self.live, FIRST_LIVE, FIRST_DEFERRED)[:, None]
        reserve = np.where(self.shared[:, None], first, 1.0) * np.ones(shape)
        limits = _Limits(self)
        best = known = self._first(reserve)
        deadline = self.began + _SHARE * self.account.settings.time_limit_s
        for _ in range(1, TRIES):
            left = deadline - time.perf_counter()
            if left <= 0 or self.stop.is_set():
                self.in_time = False
                break
            reserve, moved = limits.next(known)
            if not moved:
                break
            asked = pooled(self.requirement, self.load, reserve)
            known = self._tried(design_again(known.design, asked, self.account, seconds=left, stop=self.stop), asked, reserve)
            best = min(best, known, key=lambda tried: tried.key)
        return best

    def _first(self, reserve: Floats) -> Try:
        asked = pooled(self.requirement, self.load, reserve)
        settings = self.account.settings
        hurried = replace(self.account, settings=replace(settings, time_limit_s=_FIRST_SHARE * settings.time_limit_s))
        design = design_from(asked, hurried, report=self.report, stop=self.stop)
        planned = design.planned()
        meant = asked if planned is None else replace(asked, planned=np.where(asked.open, planned, np.nan))
        self.computed = evaluate(design.shifts(), self.demand, meant, self.account).sla
        self.replications = enough(self.computed, self.account, contacts=CONTACTS, least=LEAST_REPLICATIONS, most=REPLICATIONS)
        self.reach = self._within_reach(design.problem)
        return self._tried(design, asked, reserve)

    def _tried(self, design: Design, asked: Requirement, reserve: Floats) -> Try:
        shifts = design.shifts()
        rows = self.rows_of(shifts, replications=self.replications)
        ahead = ahead_of(rows)
        found = Try(design=design, requirement=asked, shifts=shifts, reserve=reserve, rows=rows, ahead=ahead)
        self.tried.append(found)
        self.steps.append(Step(objective=found.key[1], missed=found.missed, worst=float(np.nanmin(ahead, initial=np.inf))))
        self.reached(min(t.key for t in self.tried)[1])
        return found

    def left(self, share: float) -> float:
        """Return the seconds that a step may take which has `share` of the account's time limit: all steps together end with the limit and
        `_LONGER` of it."""
        limit = self.account.settings.time_limit_s
        return max(0.0, min(share * limit, self.began + (1 + _LONGER) * limit - time.perf_counter()))

    def reached(self, cost: float) -> None:
        """Tell that the best plan so far costs `cost`; every simulation tells the time that has passed."""
        self.cost = cost
        self.report(Progress(stage="shared people", best=cost, seconds=time.perf_counter() - self.began))

    def rows_of(self, shifts: ShiftPlan, *, replications: int, seed: int | None = None) -> tuple[SimulatedSla, ...]:
        """Return the promises that must be kept, as simulated with `shifts`."""
        return self._told(self._ran(shifts, replications, seed))

    def checked(self, shifts: ShiftPlan, customers: int) -> tuple[SimulatedSla, ...]:
        """Return the promises that must be kept with customers that no design has met, of the draw numbered `customers`, until they are
        `decided` or there are `CHECKS` times as many replications as of designs."""
        seed = self.account.settings.seed + (customers + 2) * _OTHER_CUSTOMERS
        rows: tuple[SimulatedSla, ...] = ()
        for times in CHECKS:
            rows = self.rows_of(shifts, replications=times * self.replications, seed=seed)
            if decided(rows):
                break
        return rows

    def needs(self, shifts: ShiftPlan) -> dict[WindowKey, float]:
        """Return how far ahead promises must be with the customers of designs for others to find them kept, as `shifts` tell."""
        seed = self.account.settings.seed + _OTHER_CUSTOMERS
        others = self.rows_of(shifts, replications=CHECKS[-1] * self.replications, seed=seed)
        return needs_of(self.simulated(shifts, REPLICATIONS), others)

    def seen(self, shifts: ShiftPlan, replications: int) -> tuple[tuple[SimulatedSla, ...], Simulated]:
        """Return what `simulated` does, and all that was simulated."""
        ran = self._ran(shifts, min(replications, self.replications), None)
        return self._told(ran), ran

    def _ran(self, shifts: ShiftPlan, replications: int, seed: int | None) -> Simulated:
        if self.cost is not None:
            self.reached(self.cost)
        return self._ran_of(floor_of(self.account, self.demand, shifts), replications, seed)

    def _ran_of(self, floor: Floor, replications: int, seed: int | None = None) -> Simulated:
        return simulate_floor(
            floor,
            replications=replications,
            seed=self.account.settings.seed + DESIGN_CUSTOMERS if seed is None else seed,
            customers=self.customers if seed is None else None,
        )

    def _within_reach(self, problem: Problem) -> dict[WindowKey, float]:
        # what to aim at where a crowd misses a promise, or answers nobody
        def told(floor: Floor, replications: int) -> tuple[SimulatedSla, ...]:
            return self._told(self._ran_of(floor, min(replications, self.replications)))

        def ended() -> bool:
            return self.stop.is_set() or self.left(_SHARE) <= 0

        found = within_reach(self.account, self.demand, problem, told, ended)
        return dict.fromkeys(self.unanswered(found.rows), 0.0) | dict(found.aims)

    def _told(self, ran: Simulated) -> tuple[SimulatedSla, ...]:
        rows = (row for row in simulated_rows(self.account, self.demand, self.computed, ran) if binds(row, self.account))
        asked = (replace(row, target=self.reach.get(key_of(row), row.target)) for row in rows)
        return (*asked, *done_rows(self.account, ran))

    def unanswered(self, rows: tuple[SimulatedSla, ...]) -> dict[WindowKey, float]:
        """Return the points that promises of live queues lack whose contacts nobody answers: many are expected, none is counted."""
        expected = {key_of(row): row.offered for row in self.computed}
        live = {queue.id for queue in self.account.queues if queue.channel.live}
        silent = [row for row in rows if row.level is None and key_of(row) not in self.reach]
        lost = [row for row in silent if expected.get(key_of(row), 0.0) >= 1.0 and set(row.scope.split(" + ")) & live]
        return {key_of(row): row.target for row in lost}

    def simulated(self, shifts: ShiftPlan, replications: int) -> tuple[SimulatedSla, ...]:
        """Return the promises that must be kept, as so many replications of the customers of every design simulate them, or fewer where
        these tell enough."""
        return self.rows_of(shifts, replications=min(replications, self.replications))


def shared_queues(account: Account) -> Bools:
    """Return ``[Q]``, True where somebody who may serve the queue may serve another one too, or holds several contacts at once."""
    serves = account.serves()
    several = np.array([queue.concurrency > 1 for queue in account.queues], dtype=np.bool_)
    found: Bools = serves[serves.sum(axis=1) > 1].any(axis=0) | (several & serves.any(axis=0))
    return found


def ahead_of(rows: tuple[SimulatedSla, ...]) -> Floats:
    """Return the points that each row is ahead of its target ``[N]``, NaN where nothing was offered."""
    return np.array([np.nan if row.level is None else row.level - row.target for row in rows])


class _Limits:
    """What is known of each promise's reserve: the last point, and the slope between the last two."""

    def __init__(self, search: Search) -> None:
        self.search = search
        self.last: dict[int, tuple[float, float]] = {}
        self.slope: dict[int, float] = {}

    def next(self, known: Try) -> tuple[Floats, bool]:
        """Return the reserve ``[Q, T]`` to ask for next, and whether it differs by more than a trifle."""
        account = self.search.account
        reserve, moved = known.reserve.copy(), False
        asked: dict[tuple[int, int], float] = {}
        for n, row in enumerate(known.rows):
            ahead = known.ahead[n]
            if np.isnan(ahead):
                continue
            for q, at in places(row, account):
                if not self.search.shared[q] or not at.any():
                    continue
                here = float(known.reserve[q, at].mean())
                wanted = self._wanted(1000 * n + q, here, float(ahead), live=bool(self.search.live[q]))
                for t in np.flatnonzero(at).tolist():
                    asked[q, t] = max(asked.get((q, t), 0.0), wanted)
                moved |= abs(wanted - here) > 0.01
        for (q, t), wanted in asked.items():
            reserve[q, t] = wanted
        return reserve, moved

    def _wanted(self, key: int, here: float, ahead: float, *, live: bool) -> float:
        if 0 <= ahead <= _CLOSE:
            return here
        before = self.last.get(key)
        if before is not None and abs(here - before[0]) > 0.005:
            seen = (ahead - before[1]) / (here - before[0])
            self.slope[key] = float(np.clip(seen, _LEAST_SLOPE, _MOST_SLOPE))
        self.last[key] = here, ahead
        if live:
            return float(np.clip(here - (ahead - _CLOSE / 2) / self.slope.get(key, _SLOPE), 0.0, _MOST))
        return 0.5 * here if ahead > 0 else min(2.0 * here + 0.05, _MOST)
