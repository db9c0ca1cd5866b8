"""What the solve of a design says of itself in words: what of the cost is missing service, and how the problem was cut down."""

from __future__ import annotations

from planner.shifts.answer import Answer, Price
from planner.shifts.problem import Problem
from planner.shifts.search import MOST_AGENTS


def note_of(problem: Problem, cost: Price, answer: Answer | None) -> str:
    """Return the note of a solve that ended with `answer` at `cost`."""
    return f"of the cost, {cost.shortfall:,.2f} is the price of shortfall{_missed(problem, cost)}{_full(answer)}{_needless(problem)}"


def _missed(problem: Problem, cost: Price) -> str:
    if problem.service is None:
        return ""
    return f" and {cost.missed:,.2f} that of contacts missing from {cost.windows} windows"


def _full(answer: Answer | None) -> str:
    """A warning where the search had no room for another agent."""
    full = answer is not None and int(answer.agents.sum()) >= MOST_AGENTS
    return f"; the search holds at most {MOST_AGENTS:,} agents and reached that: divide the account" if full else ""


def _needless(problem: Problem) -> str:
    """How many kinds the problem was built without."""
    counts = {"labour rules forbid": problem.unlawful, "others make needless": problem.dominated}
    return "".join(
        f"; {count:,} kind{'' if count == 1 else 's'} of shift left out that {why}" for why, count in counts.items() if count
    )
