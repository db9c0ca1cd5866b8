"""The search of a design: a bound and searches side by side, until the gap is small enough or the rounds are worked (C14)."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import replace

import numpy as np

from planner.domain.arrays import Floats
from planner.domain.solve import Report, SolveInfo, Status
from planner.errors import InfeasibleError
from planner.shifts.anneal import Clock, first_plan, settle_breaks
from planner.shifts.answer import Answer, price
from planner.shifts.best_plan import BestPlan
from planner.shifts.by_week import total
from planner.shifts.designed import Design
from planner.shifts.dive import LEAST_AGENTS, SHARES, dive
from planner.shifts.exact import small_enough, solve_exactly
from planner.shifts.looks import Looks
from planner.shifts.place import place_breaks
from planner.shifts.problem import Problem
from planner.shifts.run import Run, improve_run, new_run
from planner.shifts.search import best_parts, moved, nearest_serves, single_serves, state_of
from planner.shifts.tour_model import TourModel, tour_model
from planner.solver import Solution, SolveOptions, relaxed, solve

_LOG = logging.getLogger(__name__)

ROUNDS_PER_AGENT = 100
STARTS = 4
EPOCHS = 6
ALONE, TOGETHER, AGAIN = (1.5, 0.05), (1.0, 0.05), (0.3, 0.03)
"""Temperatures of the first epoch's two searches and of all later ones, as shares of a typical duty's cost."""
WINDOW_STARTS, WINDOW_EPOCHS, WINDOW_ROUNDS = 2, 1, 60
"""The same where promises over windows are priced: plans are harder to keep legal, and cost more to look at."""
CROWD_ROUNDS, CROWD_HEAT = 20, (0.1, 0.02)
"""Rounds per agent, and temperatures, where dives have found the plans to start from."""
ALMOST, OPENING, MOST_ROUNDS = 0.85, 0.2, 3_000
"""Shares of the time left that a persistent search plans for an epoch, and for its first one; most rounds per agent of that."""
CROWD_LOOKS = 1
"""Pairs of looks between two epochs of a crowd; all others look to the end."""


class DesignSearch:
    """The search of one design: first plans, dives, epochs of two searches, a bound beside them; `found` is what has come of it."""

    def __init__(
        self,
        problem: Problem,
        report: Report,
        clock: Clock,
        began: float,
        persistent: bool,
        weeks: Callable[[], Iterator[Problem]] | None = None,
    ) -> None:
        self.problem, self.report, self.clock, self.persistent = problem, report, clock, persistent
        self.weeks = weeks
        self.found, self.looks = BestPlan(problem, report, began), Looks(problem, clock)
        self.settings = problem.account.settings
        self.best = new_run(problem, self.settings.seed)
        self.linear: tuple[TourModel, Floats] | None = None
        self.crowd = False
        self.pace = self.placing_s = 0.0
        self.dived: list[Run] = []

    def run_from(self, known: Design) -> tuple[Answer, Floats, Status]:
        """Work two searches on from a known plan; returns the better plan, its multipliers and how it ended."""
        assert known.multipliers is not None
        run = self.best
        run.price_windows(known.multipliers)
        run.state = state_of(run.view, known.answer, self.settings.seed)
        self._keep(run)
        with ThreadPoolExecutor(max_workers=1) as workers:
            done = self._epoch(workers, 1, ROUNDS_PER_AGENT)
        assert self.found.answer is not None
        assert self.best.multipliers is not None
        status = Status.ROUNDS_DONE if done else Status.CANCELLED if self.clock.stop.is_set() else Status.TIME_LIMIT
        return self.found.answer, self.best.multipliers, status

    def run(self) -> Design:
        """Return the design found. Raises InfeasibleError where no plan has every group's least headcount."""
        status = self._search()
        if (status is Status.ROUNDS_DONE and small_enough(self.problem)) or (
            self.found.missing and not self.clock.stop.is_set()
        ):
            status = self._exactly()
        assert self.found.answer is not None
        if self.found.missing:
            raise InfeasibleError(
                [f"no plan was found that gives every group its least headcount: {self.found.missing} agents are missing"]
            )
        _LOG.info("shifts: %s, cost %.2f, bound %s", status, self.found.price.total, self.found.bound)
        return Design(self.problem, self.found.answer, (self.found.info(status), *self.found.infos), self.best.multipliers)

    def _search(self) -> Status:
        seed = self.settings.seed
        with ThreadPoolExecutor(max_workers=2) as workers:
            bounding = workers.submit(self._lower_bound)
            run = self._first(seed)
            self._keep(run if self.crowd else self._placed(run))
            done = not self.clock.ended
            if self.crowd:
                done = self._meanwhile(bounding)
            self.found.take_bound(bounding.result())
            if self.crowd and done and not self.found.close_enough():
                self._dive(workers)
            rounds, epoch = self._opening(), 0
            last = EPOCHS if self.problem.service is None else WINDOW_EPOCHS
            while done and not self.found.close_enough() and (self.persistent or epoch < last):
                since = time.perf_counter()
                done = self._epoch(workers, epoch, rounds)
                if small_enough(self.problem):
                    break
                epoch += 1
                if self.persistent:
                    since += self.looks.near(self.found, self.best, workers, CROWD_LOOKS if self.crowd else None)
                    room = ALMOST * (self.clock.deadline - time.perf_counter()) / (time.perf_counter() - since)
                    rounds = int(rounds * min(2.0, room)) if room > 0.2 else rounds
        if self.found.close_enough():
            return self.found.closeness()
        if not done or self.clock.ended:
            return Status.CANCELLED if self.clock.stop.is_set() else Status.TIME_LIMIT
        return Status.ROUNDS_DONE

    def _meanwhile(self, bounding: Future[SolveInfo]) -> bool:
        """Improve the first plan once while the bound is worked out, a persistent search again and again until it is there."""
        while True:
            run = self.best.copied(self.settings.seed + 1)
            if not self._improve(run, AGAIN, rounds=CROWD_ROUNDS):
                self._keep(run)
                return False
            self._keep(run)
            if not self.persistent or bounding.done():
                return not self.clock.ended

    def _rounds(self) -> int:
        if self.crowd:
            return CROWD_ROUNDS
        return ROUNDS_PER_AGENT if self.problem.service is None else WINDOW_ROUNDS

    def _opening(self) -> int:
        """Rounds per agent of the first epoch: a persistent search gives it its share of the time, one slow fall of the temperature."""
        if not self.persistent or self.crowd or self.problem.service is not None or not self.pace:
            return self._rounds()
        left = self.clock.deadline - time.perf_counter()
        return int(np.clip(OPENING * left / self.pace, ROUNDS_PER_AGENT, MOST_ROUNDS))

    def _first(self, seed: int) -> Run:
        """Plans in which everybody works where they are most special, each part from the plan that solves it best. Windows join parts: with
        them the better of two plans is taken whole."""
        alone = self._alone(seed)
        windows = self.problem.service is not None
        no_deadline = Clock(self.clock.stop, float("inf"))  # a plan is what is asked for, whatever the time
        first_plan(alone.view, alone.state, no_deadline)
        self.found.tell(float(alone.state.cost[0]))
        self.crowd = int(alone.state.heads.sum()) >= LEAST_AGENTS
        count = 1 if self.crowd else WINDOW_STARTS if windows else 1 if self.persistent else STARTS
        firsts = [alone.again(seed + n) for n in range(count)]
        for first in firsts:
            since = time.perf_counter()
            self._improve(first, ALONE, rounds=self._rounds(), mend=not self.crowd)
            self.pace = (time.perf_counter() - since) / self._rounds()
        if self.clock.ended:
            firsts.append(alone)
        if windows:
            return self._joined(min(firsts, key=Run.key), seed)
        run = new_run(self.problem, seed)
        run.state = moved(run.view, best_parts(alone.view, [first.state for first in firsts]), seed)
        first_plan(run.view, run.state, self.clock)
        return run

    def _alone(self, seed: int) -> Run:
        """A run from nothing in which agents of several classes leave to others what others can do, or where windows are priced keep to
        one class: many times as quick."""
        windows = self.problem.service is not None
        serves = single_serves(self.problem) if windows else nearest_serves(self.problem.serves)
        return new_run(self.problem, seed, serves)

    def _joined(self, alone: Run, seed: int) -> Run:
        """The plan of `alone` with everybody free to do all they can."""
        run = new_run(self.problem, seed)
        assert alone.multipliers is not None
        run.price_windows(np.zeros(len(alone.multipliers)))  # only what no interval and no group may lack is added
        run.state = moved(run.view, alone.state, seed)
        first_plan(run.view, run.state, self.clock)
        run.price_windows(alone.multipliers)
        return run

    def _dive(self, workers: ThreadPoolExecutor) -> None:
        """Plans of whole heads from the linear optimum, two ways side by side; they start the first epoch."""
        if self.linear is None or any(pool.after is not None for pool in self.problem.pools):
            return  # breaks at their first choices may lie too close
        built, values = self.linear
        other = workers.submit(self._dived, built, values, SHARES[1])
        found = [self._dived(built, values, SHARES[0]), other.result()]
        self.linear = None
        for run in found:
            if run is not None:
                self.dived.append(run)
                self._keep(run)

    def _dived(self, built: TourModel, values: Floats, share: float) -> Run | None:
        stop, solver = self.clock.stop, self.settings.solver
        answer = dive(self.problem, built, values, share=share, ended=lambda: self.clock.ended, stop=stop, solver=solver)
        if answer is None:
            return None
        run = self.best.copied(self.settings.seed)
        run.state = state_of(run.view, answer, self.settings.seed)
        settle_breaks(run.view, run.state)
        return self._placed(run)

    def _epoch(self, workers: ThreadPoolExecutor, epoch: int, rounds: int) -> bool:
        """Two searches side by side, each its own way: from the best plan, and in the first epoch also from nothing, or both from where
        dives came out; with promises over windows every other epoch from nothing. Both get their breaks placed exactly, and the better plan
        stays."""
        seed = self.settings.seed
        runs = [self.best.copied(seed + 1000 * epoch + n) for n in range(2)]
        heats = [AGAIN, AGAIN]
        if self.dived:
            heats = [CROWD_HEAT, CROWD_HEAT]
        if epoch == 0 and self.dived:
            runs = [run.copied(seed + n) for n, run in enumerate([*self.dived, *self.dived][:2])]
        elif self.problem.service is not None and epoch % 2 == 0:
            runs = [self._alone(seed + 10 * (epoch + 1) + n) for n in range(2)]
            heats = [ALONE, ALONE]
        elif epoch == 0:
            runs[1], heats[1] = runs[1].again(seed + 1), TOGETHER
        other = workers.submit(self._searched, runs[1], heats[1], rounds, quiet=True)
        done = self._searched(runs[0], heats[0], rounds)
        done = other.result() and done
        for run in runs:
            self._keep(self._joined(run, seed) if heats[0] == ALONE else run)
        return done

    def _searched(self, run: Run, heat: tuple[float, float], rounds: int, *, quiet: bool = False) -> bool:
        done = self._improve(run, heat, rounds=rounds, quiet=quiet)
        self._placed(run)
        return done

    def _improve(
        self, run: Run, heat: tuple[float, float], *, rounds: int = ROUNDS_PER_AGENT, mend: bool = True, quiet: bool = False
    ) -> bool:
        tell = _to_nobody if quiet else self.found.tell
        return improve_run(run, rounds_per_agent=rounds, heat=heat, clock=self.clock, tell=tell, mend=mend)

    def _placed(self, run: Run) -> Run:
        """Place the breaks of `run` exactly, where there is time for it."""
        answer = run.answer()
        if self.clock.ended or not answer.agents.any() or self.problem.service is not None:
            return run  # with promises over windows breaks are settled in turn (`settle_breaks`): all at once takes too long
        since = time.perf_counter()
        if self.clock.deadline - since < 1.5 * self.placing_s:
            return run  # the solver keeps to its time only roughly
        _, placed = place_breaks(
            self.problem, answer, time_limit_s=self._left(), solver=self.settings.solver, stop=self.clock.stop
        )
        self.placing_s = max(self.placing_s, time.perf_counter() - since)
        if price(self.problem, placed).total < price(self.problem, answer).total:
            run.state = state_of(run.view, placed, 0)
        return run

    def _left(self) -> float:
        return max(1.0, self.clock.deadline - time.perf_counter())

    def _keep(self, run: Run) -> None:
        if self.found.take(run.answer(), run.view.layers):
            self.best = run.copied(0)

    def _lower_bound(self) -> SolveInfo:
        """The model's linear relaxation by interior point: its dual solution bounds every plan. Over several weeks the sum of theirs."""
        if self.weeks is not None:
            return total([self._relaxed(week)[0].info for week in self.weeks()])
        solution, built = self._relaxed(self.problem)
        if solution.values is not None:
            self.linear = built, solution.values
        return solution.info

    def _relaxed(self, problem: Problem) -> tuple[Solution, TourModel]:
        built = tour_model(problem)
        options = SolveOptions(time_limit_s=self._left(), lp_method="ipm", crossover=False, solver=self.settings.solver)
        return solve(relaxed(built.model), options, stop=self.clock.stop), built

    def _exactly(self) -> Status:
        assert self.found.answer is not None
        solution, answer = solve_exactly(
            self.problem,
            self.found.answer,
            gap=self.settings.gap,
            time_limit_s=self._left(),
            solver=self.settings.solver,
            report=self.report,
            stop=self.clock.stop,
        )
        self.found.infos.append(replace(solution.info, name="branch and bound"))
        if answer is not None:
            self.found.take(answer, self.best.view.layers)
        self.found.raise_bound(solution.info.bound)
        if self.found.close_enough():
            return self.found.closeness()
        return solution.info.status if not solution.info.status.repeatable else Status.ROUNDS_DONE


def _to_nobody(cost: float) -> None:
    """The second search does not report."""
