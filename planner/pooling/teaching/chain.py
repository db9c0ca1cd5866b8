"""Lessons one after the other, each where it helps most given the ones before, and whoever becomes spare taken off."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from planner.pooling.teaching.bench import State
from planner.pooling.teaching.skills import Lesson
from planner.pooling.teaching.spare import Sparing
from planner.pooling.teaching.teach import Lessons

_ENOUGH = 0.05
"""A promise ahead by this many points is worth no more than that."""
_FAILURES = 3
"""Tries in a row that may fail after each person taught."""
_IN_VAIN = 5
"""So many people taught one after the other without anybody becoming spare end the chain."""
_TRIED = 12
"""Lessons tried at each step: those that help most by themselves."""


@dataclass(frozen=True, kw_only=True)
class Link:
    """A state of the people after somebody became spare."""

    state: State


def chain(lessons: Lessons, sparing: Sparing, base: State, order: Sequence[Lesson]) -> tuple[Link, ...]:
    """Return the states in which teaching one person after the other made somebody spare, in order.

    Each step teaches the one person of whose lesson the promises gain most, then takes off whoever is spare, then takes lessons back that
    nobody misses. What a lesson gained when it was last tried says when it is tried again: one that then gained less than the best does now
    is left for later (lazy greedy search; M. Minoux, "Accelerated greedy algorithms for maximizing submodular set functions", 1978).
    What is paid for a skill plays no part in it, so that a dearer skill is chosen from among the same states and never saves
    more. It ends when nothing more is gained, when several people were taught in vain, or by the deadline.
    """
    found: list[Link] = []
    state, vain = base, 0
    hopes = dict.fromkeys(order[:_TRIED], math.inf)
    while not sparing.over and vain < _IN_VAIN:
        step = _most_helpful(lessons, sparing, state, hopes)
        if step is None:
            break
        vain += 1
        fewer = sparing.fewer(step, failures=_FAILURES) if sparing.may_keep(step) else step
        if lessons.bench.heads(fewer) < lessons.bench.heads(state):
            fewer, vain = _only_needed(lessons, sparing, fewer), 0
            hopes = dict.fromkeys(hopes, math.inf)
            found.append(Link(state=fewer))
        state = fewer
    return tuple(found)


def _most_helpful(lessons: Lessons, sparing: Sparing, state: State, hopes: dict[Lesson, float]) -> State | None:
    bench = lessons.bench
    best, most = None, 1e-12
    here = _worth(bench.by_promise(state, bench.look))
    for lesson in sorted(hopes, key=lambda x: -hopes[x]):  # those of one hope in the order given
        if sparing.over:
            return None
        if hopes[lesson] <= most:
            break
        taught = lessons.teach(state, lesson, 1)
        hopes[lesson] = -math.inf if taught is None else _worth(bench.by_promise(taught, bench.look)) - here
        if hopes[lesson] > most:
            best, most = taught, hopes[lesson]
    return best


def _only_needed(lessons: Lessons, sparing: Sparing, state: State) -> State:
    needed: set[Lesson] = set()
    while not sparing.over:
        fewer = [(lesson, less) for lesson, less in lessons.untaught(state).items() if lesson not in needed]
        if not fewer:
            break
        lesson, less = fewer[0]
        if sparing.keeps(less):
            state = less
        else:
            needed.add(lesson)
    return state


def _worth(ahead: dict[str, float]) -> float:
    # the mean of what promises are ahead, and the worst once more
    enough = [min(x, _ENOUGH) for x in ahead.values()]
    return sum(enough) / len(enough) + min(enough) if enough else 0.0
