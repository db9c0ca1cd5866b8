"""The best plan of a design so far, what is proven of it, and how solves ended."""

from __future__ import annotations

import time
from dataclasses import replace

from planner.domain.solve import Progress, Report, SolveInfo, Status
from planner.errors import PlannerError
from planner.shifts.answer import Answer, Price, missing_agents, price
from planner.shifts.layers import Layers
from planner.shifts.notes import note_of
from planner.shifts.problem import Problem

_TELL_S = 0.5
"""Seconds between two reports of progress."""


class BestPlan:
    """The best `answer` to `problem` met so far, its `price`, the agents `missing` from the least headcounts, and the best `bound`;
    `infos` are the solves it took. `began` is an instant of :func:`time.perf_counter`."""

    def __init__(self, problem: Problem, report: Report, began: float) -> None:
        self.problem, self.report, self.began = problem, report, began
        self.answer: Answer | None = None
        self.price = Price(float("inf"), 0.0)
        self.missing = 0
        self.bound: float | None = None
        self.infos: list[SolveInfo] = []
        self._variables = self._rows = 0
        self._solver = ""
        self._last_told = 0.0

    def take(self, answer: Answer, layers: Layers | None) -> bool:
        """Keep `answer` if it is better: fewer agents missing from the least headcounts, fewer windows missed, then cheaper. True if so."""
        cost, missing = price(self.problem, answer, layers), missing_agents(self.problem, answer)
        if self.answer is not None and (missing, cost.windows, cost.total) >= (
            self.missing,
            self.price.windows,
            self.price.total,
        ):
            return False
        self.answer, self.price, self.missing = answer, cost, missing
        return True

    def take_bound(self, info: SolveInfo) -> None:
        """Take the bound of the linear relaxation, which was solved as `info` says."""
        self.infos.append(replace(info, name="bound"))
        self._variables, self._rows, self._solver = info.variables, info.rows, info.solver
        self.raise_bound(info.bound)
        if not self.problem.duties:  # nobody can be put anywhere: there is but one plan
            self.raise_bound(self.price.total)

    def raise_bound(self, bound: float | None) -> None:
        """Take `bound` if it is higher."""
        if bound is not None and (self.bound is None or bound > self.bound):
            self.bound = bound

    def close_enough(self) -> bool:
        """True when the gap is what the account asks for."""
        gap = self._gap()
        return self.missing == 0 and gap is not None and gap <= max(self.problem.account.settings.gap, 1e-9)

    def closeness(self) -> Status:
        """Return how a search ends that is close enough."""
        gap = self._gap()
        return Status.OPTIMAL if gap is not None and gap <= 1e-6 else Status.GAP_REACHED

    def info(self, status: Status) -> SolveInfo:
        """Return the whole solve, ended by `status`. Raises PlannerError when plan and bound contradict each other."""
        return SolveInfo(
            name="shifts",
            status=status,
            objective=self.price.total,
            bound=self._proven(),
            seconds=time.perf_counter() - self.began,
            solver=self._solver,
            variables=self._variables,
            rows=self._rows,
            note=note_of(self.problem, self.price, self.answer),
        )

    def tell(self, cost: float) -> None:
        """Report the best plan, or a better one at `cost` that is being worked on; not more than twice a second."""
        now = time.perf_counter()
        if now - self._last_told >= _TELL_S:
            self._last_told = now
            best = min(cost + self.problem.unserved, self.price.total)
            self.report(Progress(stage="shifts", best=best, bound=self.bound, seconds=now - self.began))

    def _gap(self) -> float | None:
        return self.info(Status.ROUNDS_DONE).gap

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
