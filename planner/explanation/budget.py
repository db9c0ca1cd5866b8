"""Time for questions: a limit, a way to stop, progress, and an honest list of what was asked and what was left out."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field

from planner.domain.solve import NeverStop, Progress, Report, Status, StopFlag, no_report
from planner.errors import PlannerError
from planner.explanation.asking import Cheapest, Linear, Missing, cheapest
from planner.explanation.result import Question

LONGEST = 56
"""Characters of a question shown as progress."""


class OutOfTimeError(PlannerError):
    """The time for questions is over, or somebody said stop; what is known is kept."""


@dataclass
class Budget:
    """Keeps count of questions put to the shift model until `seconds` are over or `stop` is set."""

    seconds: float
    report: Report = no_report
    stop: StopFlag = field(default_factory=NeverStop)
    questions: list[Question] = field(default_factory=list)
    left_out: list[str] = field(default_factory=list)
    began: float = field(default_factory=time.perf_counter)

    @property
    def left_s(self) -> float:
        """Seconds left."""
        return self.seconds - (time.perf_counter() - self.began)

    @property
    def over(self) -> bool:
        """True when no more may be asked."""
        return self.left_s <= 0 or self.stop.is_set()

    def part(self, share: float) -> Budget:
        """Return a budget of a share of the time left; what is asked and left out there counts here."""
        return Budget(max(0.0, share * self.left_s), self.report, self.stop, self.questions, self.left_out)

    def leave_out(self, what: str) -> None:
        """Note what there was no time for."""
        if what not in self.left_out:
            self.left_out.append(what)

    def cheapest(
        self,
        asked: str,
        case: Callable[[], Linear],
        *,
        full_cover: bool = False,
        known: Cheapest | None = None,
        near: bool = False,
    ) -> Cheapest | None:
        """Return the optimum of a case's linear program; None, noted as left out, when time is over before it is found.

        `known` and `near` as in :func:`planner.explanation.asking.cheapest`.
        """
        if self.over:
            self.leave_out(asked)
            return None
        self._tell(asked)
        found = cheapest(case(), time_limit_s=self.left_s, stop=self.stop, full_cover=full_cover, known=known, near=near)
        info = found.solution.info
        self.questions.append(
            Question(asked=asked, status=info.status.value, objective=found.cost, bound=found.bound, seconds=found.seconds)
        )
        if full_cover and info.status is Status.INFEASIBLE:
            return None  # that is an answer
        if found.cost is None:
            self.leave_out(f"{asked} ({info.status.value.replace('_', ' ')})")
            return None
        return found

    def missing(self, asked: str, question: Callable[[float], Missing]) -> Missing:
        """Return the answer to a question about what is missing; raise OutOfTimeError when it cannot be had in time."""
        if self.over:
            raise OutOfTimeError("no time left")
        self._tell(asked)
        found = question(self.left_s)
        self.questions.append(
            Question(
                asked=f"least missing of {asked}",
                status="optimal" if found.proven is not None else "not ended",
                objective=found.amount,
                bound=found.proven,
                seconds=found.seconds,
            )
        )
        if found.proven is None:
            raise OutOfTimeError("the question did not end in time")
        return found

    def _tell(self, asked: str) -> None:
        said = asked if len(asked) <= LONGEST else f"{asked[: LONGEST - 1]}…"
        self.report(Progress(stage=f"asking: {said}", share=min(1.0, 1 - self.left_s / self.seconds)))
