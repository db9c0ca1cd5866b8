"""What was decided, read off the program's variables: each slot's shift, with breaks for every head."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

import numpy as np

from planner.domain.arrays import Floats
from planner.domain.shifts import Shift
from planner.replan.duties import Duty, placed
from planner.replan.facts import Place
from planner.replan.model import Built
from planner.replan.problem import Problem

KEEP, NONE = -1, -2
"""Choices of a slot besides the number of a duty: the published shift, or no shift."""


@dataclass(frozen=True)
class Decision:
    """The choice of every slot, and for every duty taken the starts of its breaks, head by head in the order of slots."""

    choice: tuple[int, ...]
    breaks: dict[int, tuple[tuple[int, ...], ...]]

    def places(self, problem: Problem) -> tuple[Place, ...]:
        """Return every place worked: what stands, what is kept, and what is new, as shifts of one head."""
        turn: dict[int, int] = defaultdict(int)
        found = list(problem.standing)
        for slot, chosen in zip(problem.slots, self.choice, strict=True):
            if chosen == KEEP and slot.place is not None:
                found.append(slot.place)
            elif chosen >= 0:
                starts = self.breaks[chosen][turn[chosen]]
                turn[chosen] += 1
                found.append(Place(slot.agent, shift_of(problem, problem.duties[chosen], starts)))
        return tuple(found)


def shift_of(problem: Problem, duty: Duty, starts_s: tuple[int, ...]) -> Shift:
    """Return one head of `duty` with breaks at `starts_s`."""
    group = problem.account.groups[duty.group]
    return Shift(
        id=f"{group.id}.{duty.pattern.id}.{duty.day:%Y%m%d}",
        site=group.site,
        group=group.id,
        pattern=duty.pattern.id,
        date=duty.day,
        start_utc=duty.start_utc,
        end_utc=duty.end_utc,
        breaks=placed(duty.breaks, starts_s),
        heads=1,
    )


def untouched(problem: Problem) -> Decision:
    """Return the decision to change nothing: published shifts are kept, free dates stay free."""
    return Decision(choice=tuple(KEEP if slot.place is not None else NONE for slot in problem.slots), breaks={})


def decision_of(problem: Problem, built: Built, values: Floats) -> Decision:
    """Return the decision in `values` of the model's variables.

    Breaks are numbers of heads per start; the heads of a duty take them in order, the earliest start of each break with the earliest
    of the others, which is a whole set of breaks for everybody: windows lie apart, or rows of the model keep numbers so
    (:mod:`planner.shifts.gaps`).
    """
    choice = []
    for s, slot in enumerate(problem.slots):
        chosen = NONE
        if slot.place is not None and values[built.keep[s]] > 0.5:
            chosen = KEEP
        for j, column in zip(slot.duties, built.work[s].tolist(), strict=True):
            if values[column] > 0.5:
                chosen = j
        choice.append(chosen)
    breaks: dict[int, tuple[tuple[int, ...], ...]] = {}
    for j in sorted({c for c in choice if c >= 0}):
        heads = sum(c == j for c in choice)
        columns = []
        for rule, variables in zip(problem.duties[j].breaks, built.breaks[j], strict=True):
            counts = np.rint(values[variables]).astype(np.int64)
            columns.append(np.repeat(rule.starts_s, counts).tolist())
        breaks[j] = tuple(tuple(column[h] for column in columns) for h in range(heads))
    return Decision(choice=tuple(choice), breaks=breaks)


def restricted(problem: Problem, decision: Decision, slots: list[int]) -> tuple[Place, ...]:
    """Return the places that `decision` gives to `slots`, by number."""
    wanted = set(slots)
    turn: dict[int, int] = defaultdict(int)
    found = []
    for s, (slot, chosen) in enumerate(zip(problem.slots, decision.choice, strict=True)):
        if chosen == KEEP and slot.place is not None and s in wanted:
            found.append(slot.place)
        elif chosen >= 0:
            starts = decision.breaks[chosen][turn[chosen]]
            turn[chosen] += 1
            if s in wanted:
                found.append(Place(slot.agent, shift_of(problem, problem.duties[chosen], starts)))
    return tuple(found)


def merged(problem: Problem, decision: Decision, part: frozenset[int], inside: Decision) -> Decision:
    """Return `decision` with the slots of `part`, in order of number, decided as in `inside`."""
    choice: list[int] = []
    breaks: dict[int, list[tuple[int, ...]]] = defaultdict(list)
    turns: tuple[dict[int, int], dict[int, int]] = (defaultdict(int), defaultdict(int))
    new = iter(inside.choice)
    for s, old in enumerate(decision.choice):
        mine = s in part
        source, turn = (inside, turns[1]) if mine else (decision, turns[0])
        chosen = next(new) if mine else old
        choice.append(chosen)
        if chosen >= 0:
            breaks[chosen].append(source.breaks[chosen][turn[chosen]])
            turn[chosen] += 1
        if mine and old >= 0:
            turns[0][old] += 1
    return Decision(choice=tuple(choice), breaks={j: tuple(starts) for j, starts in breaks.items()})
