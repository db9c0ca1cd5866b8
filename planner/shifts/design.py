"""From requirement to shifts: a bound and a search side by side, until the gap is small enough or the rounds are worked (C14)."""

from __future__ import annotations

import dataclasses
import logging
import time
from concurrent.futures import ThreadPoolExecutor

from planner.domain.account import Account
from planner.domain.requirement import Requirement
from planner.domain.shifts import ShiftPlan
from planner.domain.solve import NeverStop, Progress, Report, SolveInfo, Status, StopFlag, no_report
from planner.errors import CancelledError
from planner.shifts.anneal import Clock, anneal, answer_of, copied, first_plan
from planner.shifts.answer import Answer, Price, price, shift_plan
from planner.shifts.assemble import assemble
from planner.shifts.exact import small_enough, solve_exactly
from planner.shifts.kernel import State
from planner.shifts.possible import check_possible
from planner.shifts.problem import Problem
from planner.shifts.search import Frame, frame, start
from planner.shifts.tour_model import tour_model
from planner.solver import Solution, SolveOptions, relaxed, solve

_LOG = logging.getLogger(__name__)

ROUNDS_PER_AGENT = 100
EPOCHS = 6
HEAT = ((0.6, 0.05), (0.35, 0.03))  # of the first epoch, of all later ones


def design_shifts(
    requirement: Requirement, account: Account, *, report: Report = no_report, stop: StopFlag | None = None
) -> tuple[ShiftPlan, tuple[SolveInfo, ...]]:
    """Return the cheapest shifts found for `requirement`, and how the solves ended; the first one is the whole.

    Its objective is the cost of the shifts returned, in the account's currency: wages, premiums and on-costs of every shift that
    touches the horizon (lead-in included), plus the price of shortfall at the best division of everybody's time. Its bound is proven
    for the same objective. It ends when the account's `gap` is reached, when a fixed number of rounds is worked, at the account's
    time limit, or when `stop` is set, with the best plan so far.

    Raises InfeasibleError when the least headcounts cannot be seated, DataError when a currency has no rate, CancelledError when
    `stop` was set before there was a plan.
    """
    stop = stop or NeverStop()
    began = time.perf_counter()
    if stop.is_set():
        raise CancelledError("stopped before there was a plan")
    problem = assemble(requirement, account)
    check_possible(problem)
    return _Design(problem, report, Clock(stop, began + account.settings.time_limit_s), began).run()


class _Design:
    """The state of one design: best answer, best bound, and what came of each solve."""

    def __init__(self, problem: Problem, report: Report, clock: Clock, began: float) -> None:
        self.problem, self.report, self.clock, self.began = problem, report, clock, began
        self.settings = problem.account.settings
        self.view: Frame = frame(problem)
        self.bound: float | None = None
        self.answer: Answer | None = None
        self.price = Price(float("inf"), 0.0)
        self.infos: list[SolveInfo] = []
        self.variables = self.rows = 0
        self.solver = ""
        self._last_told = 0.0

    def run(self) -> tuple[ShiftPlan, tuple[SolveInfo, ...]]:
        status = self._search()
        if status is Status.ROUNDS_DONE and small_enough(self.problem):
            status = self._exactly()
        assert self.answer is not None
        return shift_plan(self.problem, self.answer), (self._info(status), *self.infos)

    def _search(self) -> Status:
        state = start(self.view, self.settings.seed)
        with ThreadPoolExecutor(max_workers=2) as workers:
            bounding = workers.submit(self._lower_bound)
            first_plan(self.view, state)
            self._keep(state)
            done = anneal(self.view, state, rounds_per_agent=ROUNDS_PER_AGENT, heat=HEAT[0], clock=self.clock, tell=self._tell)
            self._keep(state)
            self._take_bound(bounding.result())
            for epoch in range(1, EPOCHS):
                if not done or self._close_enough() or small_enough(self.problem):
                    break
                done = self._epoch(workers, epoch)
        if self._close_enough():
            return self._closeness()
        if not done or self.clock.ended:
            return Status.CANCELLED if self.clock.stop.is_set() else Status.TIME_LIMIT
        return Status.ROUNDS_DONE

    def _epoch(self, workers: ThreadPoolExecutor, epoch: int) -> bool:
        """Two searches from the best plan, each its own way; the better one stays."""
        states = [copied(self.best, self.settings.seed + 1000 * epoch + n) for n in range(2)]
        jobs = [
            workers.submit(
                anneal,
                self.view,
                state,
                rounds_per_agent=ROUNDS_PER_AGENT,
                heat=HEAT[1],
                clock=self.clock,
                tell=self._tell if n == 0 else _to_nobody,
            )
            for n, state in enumerate(states)
        ]
        ended = [job.result() for job in jobs]
        for state in states:
            self._keep(state)
        return all(ended)

    def _keep(self, state: State) -> None:
        answer = answer_of(self.problem, self.view, state)
        cost = price(self.problem, answer)
        if cost.total < self.price.total:
            self.answer, self.price, self.best = answer, cost, copied(state, 0)

    def _lower_bound(self) -> Solution:
        """The model's linear relaxation by interior point: its dual solution bounds every plan."""
        built = tour_model(self.problem)
        left = max(1.0, self.clock.deadline - time.perf_counter())
        options = SolveOptions(time_limit_s=left, lp_method="ipm", crossover=False, solver=self.settings.solver)
        return solve(relaxed(built.model), options, stop=self.clock.stop)

    def _take_bound(self, solution: Solution) -> None:
        self.infos.append(dataclasses.replace(solution.info, name="bound"))
        self.variables, self.rows, self.solver = solution.info.variables, solution.info.rows, solution.info.solver
        self._raise_bound(solution.info.bound)

    def _raise_bound(self, bound: float | None) -> None:
        if bound is not None and (self.bound is None or bound > self.bound):
            self.bound = bound

    def _exactly(self) -> Status:
        assert self.answer is not None
        left = max(1.0, self.clock.deadline - time.perf_counter())
        solution, answer = solve_exactly(
            self.problem,
            self.answer,
            gap=self.settings.gap,
            time_limit_s=left,
            solver=self.settings.solver,
            report=self.report,
            stop=self.clock.stop,
        )
        self.infos.append(dataclasses.replace(solution.info, name="branch and bound"))
        if answer is not None:
            cost = price(self.problem, answer)
            if cost.total < self.price.total:
                self.answer, self.price = answer, cost
        self._raise_bound(solution.info.bound)
        if self._close_enough():
            return self._closeness()
        return solution.info.status if not solution.info.status.repeatable else Status.ROUNDS_DONE

    def _gap(self) -> float | None:
        return self._info(Status.ROUNDS_DONE).gap

    def _close_enough(self) -> bool:
        gap = self._gap()
        return gap is not None and gap <= max(self.settings.gap, 1e-9)

    def _closeness(self) -> Status:
        gap = self._gap()
        return Status.OPTIMAL if gap is not None and gap <= 1e-6 else Status.GAP_REACHED

    def _info(self, status: Status) -> SolveInfo:
        return SolveInfo(
            name="shifts",
            status=status,
            objective=self.price.total,
            bound=None if self.bound is None else min(self.bound, self.price.total),
            seconds=time.perf_counter() - self.began,
            solver=self.solver,
            variables=self.variables,
            rows=self.rows,
            note=f"of the cost, {self.price.shortfall:,.2f} is the price of shortfall",
        )

    def _tell(self, cost: float) -> None:
        now = time.perf_counter()
        if now - self._last_told >= 0.5:
            self._last_told = now
            best = min(cost + self.problem.unserved, self.price.total)
            self.report(Progress(stage="shifts", best=best, bound=self.bound, seconds=now - self.began))


def _to_nobody(cost: float) -> None:
    """The second search does not report."""
