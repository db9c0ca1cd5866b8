"""A designed plan: the answer to a problem, how it was found, and what it makes of shifts."""

from __future__ import annotations

from dataclasses import dataclass, replace

from planner.domain.arrays import Floats
from planner.domain.requirement import Requirement
from planner.domain.shifts import ShiftPlan
from planner.domain.solve import SolveInfo
from planner.shifts.answer import Answer, on_duty, shift_plan
from planner.shifts.blocks import place_blocks, work_of_tours
from planner.shifts.hand_over import hand_over_note
from planner.shifts.layers import layers_of, staffed
from planner.shifts.problem import Problem


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


def with_note(found: Design) -> Design:
    """Return `found` with what its shifts lack of hand-overs in its first note."""
    whole = found.solves[0]
    told = replace(whole, note=whole.note + hand_over_note(found))
    return replace(found, solves=(told, *found.solves[1:]))
