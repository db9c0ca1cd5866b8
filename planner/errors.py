"""The three ways a plan can fail, and how each is told."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass


class PlannerError(Exception):
    """Base of every error this product raises on purpose; its text is fit for a person."""

    exit_code = 1


@dataclass(frozen=True, order=True)
class Problem:
    """One thing wrong with the input: where it is, what is wrong, what to do about it.

    `place` names file, then key or row and column: ``account.toml: queues[2].aht_s`` or ``history.csv row 17, column offered``.
    Rows are counted as a spreadsheet counts them, the header being row 1.
    """

    place: str
    message: str
    remedy: str = ""

    def __str__(self) -> str:
        text = f"{self.place}: {self.message}"
        return f"{text}; {self.remedy}" if self.remedy else text


class DataError(PlannerError):
    """Bad input. Carries every problem found, not just the first; nothing has been written."""

    exit_code = 2

    def __init__(self, problems: Iterable[Problem] | Problem) -> None:
        self.problems: tuple[Problem, ...] = (problems,) if isinstance(problems, Problem) else tuple(problems)
        if not self.problems:
            raise ValueError("a DataError needs at least one problem")
        super().__init__(self._text())

    def _text(self) -> str:
        if len(self.problems) == 1:
            return str(self.problems[0])
        lines = "\n".join(f"  {n}. {p}" for n, p in enumerate(self.problems, 1))
        return f"{len(self.problems)} problems found:\n{lines}"


class InfeasibleError(PlannerError):
    """The request has no answer. Carries the reasons in planners' words, never a status code alone."""

    def __init__(self, reasons: Sequence[str]) -> None:
        self.reasons: tuple[str, ...] = tuple(reasons)
        super().__init__("not possible: " + "; ".join(self.reasons))


class CancelledError(PlannerError):
    """The user stopped the work before there was anything to keep."""
