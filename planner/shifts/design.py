"""From requirement to shifts: a bound and a search side by side, until the gap is small enough or the rounds are worked (C14)."""

from __future__ import annotations

import dataclasses
import logging
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np

from planner.domain.account import Account
from planner.domain.arrays import Floats, Ints
from planner.domain.requirement import Requirement
from planner.domain.shifts import ShiftPlan
from planner.domain.solve import NeverStop, Progress, Report, SolveInfo, Status, StopFlag, no_report
from planner.errors import CancelledError, InfeasibleError, PlannerError
from planner.shifts.anneal import Clock, first_plan, settle_breaks
from planner.shifts.answer import Answer, Price, missing_agents, on_duty, price, shift_plan
from planner.shifts.assemble import assemble
from planner.shifts.blocks import has_blocks, place_blocks, work_of_tours
from planner.shifts.by_week import divisible, total, weekly
from planner.shifts.dive import LEAST_AGENTS, SHARES, dive
from planner.shifts.exact import small_enough, solve_exactly
from planner.shifts.hand_over import hand_over_note, has_hand_overs, price_of_lacks, with_hand_overs
from planner.shifts.layers import layers_of, staffed
from planner.shifts.neighbourhood import better_near, free_kinds
from planner.shifts.pay_blocks import pay_for_blocks
from planner.shifts.place import place_breaks
from planner.shifts.possible import check_possible
from planner.shifts.problem import Problem
from planner.shifts.run import Run, improve_run, new_run
from planner.shifts.search import MOST_AGENTS, best_parts, moved, nearest_serves, single_serves, state_of
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
LOOK_S, CROWD_LOOKS = 6.0, 1
"""Seconds for each neighbourhood of a persistent search, and looks between two epochs of a crowd; all others look to the end."""


def design_shifts(
    requirement: Requirement, account: Account, *, report: Report = no_report, stop: StopFlag | None = None
) -> tuple[ShiftPlan, tuple[SolveInfo, ...]]:
    """Return the cheapest shifts found for `requirement`, and how the solves ended; the first one is the whole.

    Its objective is the cost of the shifts returned, in the account's currency: wages, premiums and on-costs of every shift that
    touches the horizon (lead-in included), plus the price of shortfall at the best division of everybody's time, and of contacts missing
    from promises over windows. Its bound is proven for the same objective. It ends when the account's `gap` is reached, when a fixed
    number of rounds is worked, at the account's time limit, or when `stop` is set, with the best plan so far.

    Raises InfeasibleError when the least headcounts cannot be seated, DataError when a currency has no rate, CancelledError when
    `stop` was set before there was a plan.
    """
    found = design_from(requirement, account, report=report, stop=stop)
    return found.shifts(), found.solves


@dataclass(frozen=True)
class Design:
    """A designed plan: `answer` to `problem` and how the `solves` ended, the first one being the whole. `multipliers` ``[W]`` are the
    prices of contacts that the search steered by, None without promises over windows; `lent` ``[G, T]`` heads that it took for missing so
    that people hand over, None where none were."""

    problem: Problem
    answer: Answer
    solves: tuple[SolveInfo, ...]
    multipliers: Floats | None
    requirement: Requirement | None = None
    lent: Floats | None = None

    def shifts(self) -> ShiftPlan:
        """Return the shifts, with planned blocks off the phones where a `requirement` says where they hurt least."""
        plan = shift_plan(self.problem, self.answer)
        if self.requirement is None:
            return plan
        return place_blocks(plan, work_of_tours(plan), self.problem.account, self.requirement)[0]

    def planned(self) -> Floats | None:
        """Return the agents on seat that the plan means for each queue ``[Q, T]``; None without promises over windows."""
        if self.multipliers is None:
            return None
        present = on_duty(self.problem, self.answer.heads(self.problem), self.answer.breaks(self.problem))
        return staffed(self.problem, layers_of(self.problem, self.multipliers), present)


def design_from(
    requirement: Requirement, account: Account, *, report: Report = no_report, stop: StopFlag | None = None
) -> Design:
    """Return what `design_shifts` does, with all that a later `redesign` needs."""
    stop = stop or NeverStop()
    began = time.perf_counter()
    if stop.is_set():
        raise CancelledError("stopped before there was a plan")
    problem = assemble(requirement, account)
    check_possible(problem)
    clock = Clock(stop, began + account.settings.time_limit_s)

    weeks = (lambda: weekly(requirement, account, problem)) if divisible(requirement, account) else None

    def run(problem: Problem) -> Design:
        return _Design(problem, report, clock, began, persistent=False, weeks=weeks).run()

    def left() -> float:
        return clock.deadline - time.perf_counter()

    def handed(problem: Problem) -> Design:
        found = run(problem)
        if not has_hand_overs(account):
            return found
        bounding = weeks is None and not has_blocks(account)
        return with_hand_overs(found, run, seconds_left=left, bounding=bounding, stop=stop)

    found = handed(problem)
    if has_blocks(account):
        found = pay_for_blocks(dataclasses.replace(found, requirement=requirement), handed, seconds_left=left, stop=stop)
    return _with_note(found)


def _with_note(found: Design) -> Design:
    """`found` with what its shifts lack of hand-overs in its first note."""
    whole = found.solves[0]
    told = dataclasses.replace(whole, note=whole.note + hand_over_note(found))
    return dataclasses.replace(found, solves=(told, *found.solves[1:]))


def redesign(
    known: Design, margin: Floats, *, seconds: float, report: Report = no_report, stop: StopFlag | None = None
) -> Design:
    """Return `known` changed so that every window is ahead of its promise by `margin` ``[W]`` contacts, within `seconds`.

    Its cost and bound are still those of the promises as they are: the bound stays proven.
    """
    before = known.problem
    assert before.service is not None
    carried = before.carried if known.lent is None else before.carried - known.lent
    problem = dataclasses.replace(before, service=before.service.with_margin(margin), carried=carried)
    began = time.perf_counter()
    work = _Design(problem, report, Clock(stop or NeverStop(), began + seconds), began, persistent=False)
    answer, multipliers, status = work.run_from(known)
    whole = known.solves[0]
    cost = price(before, answer, layers_of(before, multipliers))
    found = dataclasses.replace(known, answer=answer, multipliers=multipliers)
    info = dataclasses.replace(
        whole,
        objective=cost.total + (price_of_lacks(found) if has_hand_overs(before.account) else 0.0),
        note=f"of the cost, {cost.shortfall:,.2f} is the price of shortfall and {cost.missed:,.2f} that of contacts missing from "
        f"{cost.windows} windows",
        status=whole.status if status.repeatable else status,
        seconds=whole.seconds + time.perf_counter() - began,
    )
    return _with_note(dataclasses.replace(found, solves=(info, *known.solves[1:])))


def design(
    problem: Problem,
    *,
    report: Report = no_report,
    stop: StopFlag | None = None,
    began: float | None = None,
    persistent: bool = False,
) -> tuple[Answer, tuple[SolveInfo, ...]]:
    """Return the cheapest plan found for a numbered problem, and how the solves ended; see `design_shifts`.

    A `persistent` search goes on until its time is up: a long first epoch, which a slowly falling temperature serves best, then looks for
    better plans near the best one, and further epochs. That is not repeatable (C14).
    """
    began = time.perf_counter() if began is None else began
    clock = Clock(stop or NeverStop(), began + problem.account.settings.time_limit_s)
    found = _Design(problem, report, clock, began, persistent).run()
    return found.answer, found.solves


class _Design:
    """The state of one design: best answer, best bound, and what came of each solve."""

    def __init__(
        self,
        problem: Problem,
        report: Report,
        clock: Clock,
        began: float,
        persistent: bool,
        weeks: Callable[[], Iterator[Problem]] | None = None,
    ) -> None:
        self.problem, self.report, self.clock, self.began, self.persistent = problem, report, clock, began, persistent
        self.weeks = weeks
        self.settings = problem.account.settings
        self.best = new_run(problem, self.settings.seed)
        self.linear: tuple[TourModel, Floats] | None = None
        self.crowd = False
        self.pace = self.placing_s = self.looked_s = 0.0
        self.looks = 0
        self.dived: list[Run] = []
        self.bound: float | None = None
        self.answer: Answer | None = None
        self.price = Price(float("inf"), 0.0)
        self.missing = 0
        self.infos: list[SolveInfo] = []
        self.variables = self.rows = 0
        self.solver = ""
        self._last_told = 0.0

    def run_from(self, known: Design) -> tuple[Answer, Floats, Status]:
        """Work two searches on from a known plan; returns the better plan, its multipliers and how it ended."""
        assert known.multipliers is not None
        run = self.best
        run.price_windows(known.multipliers)
        run.state = state_of(run.view, known.answer, self.settings.seed)
        self._keep(run)
        with ThreadPoolExecutor(max_workers=1) as workers:
            done = self._epoch(workers, 1, ROUNDS_PER_AGENT)
        assert self.answer is not None
        assert self.best.multipliers is not None
        status = Status.ROUNDS_DONE if done else Status.CANCELLED if self.clock.stop.is_set() else Status.TIME_LIMIT
        return self.answer, self.best.multipliers, status

    def run(self) -> Design:
        status = self._search()
        if (status is Status.ROUNDS_DONE and small_enough(self.problem)) or (self.missing and not self.clock.stop.is_set()):
            status = self._exactly()
        assert self.answer is not None
        if self.missing:
            raise InfeasibleError(
                [f"no plan was found that gives every group its least headcount: {self.missing} agents are missing"]
            )
        _LOG.info("shifts: %s, cost %.2f, bound %s", status, self.price.total, self.bound)
        return Design(self.problem, self.answer, (self._info(status), *self.infos), self.best.multipliers)

    def _search(self) -> Status:
        seed = self.settings.seed
        with ThreadPoolExecutor(max_workers=2) as workers:
            bounding = workers.submit(self._lower_bound)
            run = self._first(seed)
            self._keep(run if self.crowd else self._placed(run))
            done = not self.clock.ended
            if self.crowd:
                done = self._meanwhile(bounding)
            self._take_bound(bounding.result())
            if self.crowd and done and not self._close_enough():
                self._dive(workers)
            rounds, epoch = self._opening(), 0
            last = EPOCHS if self.problem.service is None else WINDOW_EPOCHS
            while done and not self._close_enough() and (self.persistent or epoch < last):
                since = time.perf_counter()
                done = self._epoch(workers, epoch, rounds)
                if small_enough(self.problem):
                    break
                epoch += 1
                if self.persistent:
                    self._look_near(workers, CROWD_LOOKS if self.crowd else None)
                    since += self.looked_s
                    room = ALMOST * (self.clock.deadline - time.perf_counter()) / (time.perf_counter() - since)
                    rounds = int(rounds * min(2.0, room)) if room > 0.2 else rounds
        if self._close_enough():
            return self._closeness()
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

    def _look_near(self, workers: ThreadPoolExecutor, rounds: int | None) -> None:
        """Look for better plans near the best one, two neighbourhoods at a time; `rounds` of them, or until time is up."""
        since, self.looked_s = time.perf_counter(), 0.0
        if self.problem.service is not None:
            return
        done = 0
        while (
            (rounds is None or done < rounds)
            and self._left() > 1.5 * LOOK_S
            and not self.clock.ended
            and not self._close_enough()
        ):
            assert self.answer is not None
            known, seed = self.answer, [self.settings.seed, self.looks]
            frees = [free_kinds(self.problem, known, np.random.default_rng([*seed, n]), near=n == 1) for n in range(2)]
            other = workers.submit(self._near, known, frees[1])
            for found in (self._near(known, frees[0]), other.result()):
                if found is not None and self._take(found, self.best):
                    self.best.state = state_of(self.best.view, found, 0)
            self._tell(self.price.total - self.problem.unserved)
            done, self.looks = done + 1, self.looks + 1
        self.looked_s = time.perf_counter() - since

    def _near(self, known: Answer, free: Ints) -> Answer | None:
        return better_near(self.problem, known, free, seconds=LOOK_S, solver=self.settings.solver, stop=self.clock.stop)

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
        self._tell(float(alone.state.cost[0]))
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
        tell = _to_nobody if quiet else self._tell
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
        if self._take(run.answer(), run):
            self.best = run.copied(0)

    def _take(self, answer: Answer, run: Run) -> bool:
        """Keep `answer` if it is better: fewer agents missing from the least headcounts, fewer windows missed, then cheaper."""
        cost, missing = price(self.problem, answer, run.view.layers), missing_agents(self.problem, answer)
        if self.answer is not None and (missing, cost.windows, cost.total) >= (
            self.missing,
            self.price.windows,
            self.price.total,
        ):
            return False
        self.answer, self.price, self.missing = answer, cost, missing
        return True

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

    def _take_bound(self, info: SolveInfo) -> None:
        self.infos.append(dataclasses.replace(info, name="bound"))
        self.variables, self.rows, self.solver = info.variables, info.rows, info.solver
        self._raise_bound(info.bound)
        if not self.problem.duties:  # nobody can be put anywhere: there is but one plan
            self._raise_bound(self.price.total)

    def _raise_bound(self, bound: float | None) -> None:
        if bound is not None and (self.bound is None or bound > self.bound):
            self.bound = bound

    def _exactly(self) -> Status:
        assert self.answer is not None
        solution, answer = solve_exactly(
            self.problem,
            self.answer,
            gap=self.settings.gap,
            time_limit_s=self._left(),
            solver=self.settings.solver,
            report=self.report,
            stop=self.clock.stop,
        )
        self.infos.append(dataclasses.replace(solution.info, name="branch and bound"))
        if answer is not None:
            self._take(answer, self.best)
        self._raise_bound(solution.info.bound)
        if self._close_enough():
            return self._closeness()
        return solution.info.status if not solution.info.status.repeatable else Status.ROUNDS_DONE

    def _gap(self) -> float | None:
        return self._info(Status.ROUNDS_DONE).gap

    def _close_enough(self) -> bool:
        gap = self._gap()
        return self.missing == 0 and gap is not None and gap <= max(self.settings.gap, 1e-9)

    def _closeness(self) -> Status:
        gap = self._gap()
        return Status.OPTIMAL if gap is not None and gap <= 1e-6 else Status.GAP_REACHED

    def _info(self, status: Status) -> SolveInfo:
        return SolveInfo(
            name="shifts",
            status=status,
            objective=self.price.total,
            bound=self._proven(),
            seconds=time.perf_counter() - self.began,
            solver=self.solver,
            variables=self.variables,
            rows=self.rows,
            note=f"of the cost, {self.price.shortfall:,.2f} is the price of shortfall{self._missed()}{self._full()}"
            f"{self._needless()}",
        )

    def _needless(self) -> str:
        """How many kinds the problem was built without."""
        counts = {"labour rules forbid": self.problem.unlawful, "others make needless": self.problem.dominated}
        return "".join(
            f"; {count:,} kind{'' if count == 1 else 's'} of shift left out that {why}"
            for why, count in counts.items()
            if count
        )

    def _missed(self) -> str:
        if self.problem.service is None:
            return ""
        return f" and {self.price.missed:,.2f} that of contacts missing from {self.price.windows} windows"

    def _full(self) -> str:
        """A warning where the search had no room for another agent."""
        full = self.answer is not None and int(self.answer.agents.sum()) >= MOST_AGENTS
        return f"; the search holds at most {MOST_AGENTS:,} agents and reached that: divide the account" if full else ""

    def _proven(self) -> float | None:
        """The bound, no higher than the plan's cost; more than rounding above it, one of the two is wrong and neither may be shown."""
        if self.bound is None or self.missing:
            return None  # a plan that lacks agents it must have may cost less than any that does not
        if self.bound > self.price.total + 1e-6 * max(1.0, abs(self.price.total)):
            raise PlannerError(
                f"the shift plan costs {self.price.total:.2f}, less than its proven bound {self.bound:.2f}: "
                "it breaks a limit of its own model; please report this account"
            )
        return min(self.bound, self.price.total)

    def _tell(self, cost: float) -> None:
        now = time.perf_counter()
        if now - self._last_told >= 0.5:
            self._last_told = now
            best = min(cost + self.problem.unserved, self.price.total)
            self.report(Progress(stage="shifts", best=best, bound=self.bound, seconds=now - self.began))


def _to_nobody(cost: float) -> None:
    """The second search does not report."""
