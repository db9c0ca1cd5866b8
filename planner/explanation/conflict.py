"""The smallest set of demands and limits that cannot hold together, by leaving out one after the other.

A deletion filter (Chinneck and Dravnieks 1991) over named demands and limits instead of single rows of a model: each is left out if
what remains is still impossible. What is left at the end is impossible, and possible without any one of its members.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import TypeVar

import numpy as np

from planner.domain.arrays import Floats
from planner.explanation.asking import Missing, least_missing_cover, least_missing_heads, small
from planner.explanation.budget import Budget, OutOfTimeError
from planner.explanation.case import Case
from planner.explanation.limits import about, limits_of, sentence, without
from planner.explanation.result import Conflict, Figure, Limit, LimitKind, Source, Wanted

_M = TypeVar("_M")

_OF_HEADS = (LimitKind.LENGTHS, LimitKind.STARTS, LimitKind.DAYS, LimitKind.LEAST, LimitKind.SEATS)
"""Limits that bear on whether least headcounts can be worked at all."""

CONFLICTS_SHARE = 0.6
"""Share of the time left for conflicts; the rest is for ways out."""


def minimal(members: Sequence[_M], impossible: Callable[[Sequence[_M]], bool]) -> tuple[_M, ...]:
    """Return a smallest impossible part of `members`: none of it can be left out. The whole must be impossible.

    Members are tried in order, so the last ones stay when there is a choice. Halves are tried first: a few members among many are found
    in a number of questions that grows with the logarithm of the many.
    """
    kept = list(members)
    size = len(kept) // 2
    while size > 1:  # whole stretches first
        at = 0
        while at < len(kept):
            rest = kept[:at] + kept[at + size :]
            if len(rest) < len(kept) and impossible(rest):
                kept = rest
            else:
                at += size
        size //= 2
    for member in list(kept):
        rest = [k for k in kept if k is not member]
        if impossible(rest):
            kept = rest
    return tuple(kept)


@dataclass(frozen=True, eq=False)
class Stretch:
    """Intervals `first` to before `last` in which `queues` need what the requirement says."""

    queues: tuple[str, ...]
    first: int
    last: int


def heads_conflict(case: Case, budget: Budget) -> Conflict | None:
    """Return a minimal conflict of least headcounts and limits, None when they can all be met (or nothing could be proven)."""
    for whole in (False, True):
        if whole and not small(case):
            return None

        def missing(asked: Case, whole: bool = whole) -> Missing:
            return budget.missing(
                "least headcounts", lambda s: least_missing_heads(asked, time_limit_s=s, stop=budget.stop, whole=whole)
            )

        found = missing(case)
        if not found.impossible:
            continue
        limits = [limit for limit in limits_of(case.account) if limit.kind in _OF_HEADS]

        def impossible(kept: Sequence[Limit], limits: Sequence[Limit] = limits) -> bool:
            return missing(without(case, [x for x in limits if x not in kept])).impossible

        kept = minimal(limits, impossible)
        demands = tuple(x for x in kept if x.kind is LimitKind.LEAST)
        rest = tuple(x for x in kept if x.kind is not LimitKind.LEAST)
        return Conflict(
            demands=tuple(Wanted(agents=float(case.account.group(x.target).min_heads), group=x.target) for x in demands),
            limits=rest,
            sentences=tuple(sentence(x, case.account) for x in (*demands, *rest)),
            missing=Figure(amount=found.proven or 0.0, unit="agents", source=Source.BOUND),
            whole=whole,
        )
    return None


def cover_conflicts(case: Case, forced: Missing, budget: Budget, *, most: int = 3) -> tuple[Conflict, ...]:
    """Return minimal conflicts of requirements and limits, one for each class of queues that even the best plan leaves short.

    `forced` is that best plan's shortfall. At most `most` are sought, those most short first. Stops early when the budget ends.
    """
    found: list[Conflict] = []
    lacking = forced.short.sum(axis=1) if forced.short.size else np.zeros(0)
    budget = budget.part(CONFLICTS_SHARE)
    try:
        for c in np.argsort(-lacking, kind="stable").tolist():
            if len(found) == most or lacking[c] <= 1e-6:
                break
            conflict = _of_class(case, forced, c, budget)
            if conflict is not None:
                found.append(conflict)
    except OutOfTimeError:
        budget.leave_out("further conflicts of requirements and limits")
    return tuple(found)


def _of_class(case: Case, forced: Missing, c: int, budget: Budget) -> Conflict | None:
    """A minimal conflict about the queues of class `c`. Least headcounts are left out of it at once where they play no part: without
    them whoever touches no demand can be left out of the question, which makes it small."""
    every = limits_of(case.account)
    least = [x for x in every if x.kind is LimitKind.LEAST]

    def missing(demands: Sequence[Stretch], kept: Sequence[Limit]) -> Missing:
        table, asked = table_of(case, demands), without(case, [x for x in every if x not in kept])
        return budget.missing("requirements", lambda s: least_missing_cover(asked, table, time_limit_s=s, stop=budget.stop))

    found: tuple[list[Stretch], list[Limit]] | None = None
    for limits in ([x for x in every if x not in least], list(every)) if least else (list(every),):
        core = _few_enough(_stretches(forced.classes[c], forced.short[c]), lambda some, k=limits: missing(some, k).impossible)  # type: ignore[misc]
        if core is not None:
            found = core, limits
            break
    if found is None:  # other hours yield to these: all of them, and those of everybody they share people with
        found = _whole_need(case, forced), list(every)
        if not missing(*found).impossible:
            return None
    core, limits = found
    demands = minimal(_by_interval(core), lambda some: bool(some) and missing(some, limits).impossible)
    near = about(limits, [q for s in demands for q in s.queues], case.account)
    if missing(demands, near).impossible:
        limits = list(near)
    kept = minimal(limits, lambda some: missing(demands, some).impossible)
    if len(demands) > 1:  # fewer limits may need fewer demands
        demands = minimal(demands, lambda some: bool(some) and missing(some, kept).impossible)
    lack = missing(demands, every)
    return Conflict(
        demands=tuple(_wanted(case, s) for s in _joined(demands)),
        limits=kept,
        sentences=tuple(sentence(x, case.account) for x in kept),
        missing=Figure(amount=lack.proven or 0.0, unit="on-seat agent-hours", source=Source.BOUND),
    )


def _stretches(queues: tuple[str, ...], short: Floats) -> list[Stretch]:
    """Stretches of intervals in a row that are short, the most short first."""
    at = np.flatnonzero(short > 1e-6)
    edges = np.flatnonzero(np.diff(at) > 1) + 1
    found = [Stretch(queues, int(part[0]), int(part[-1]) + 1) for part in np.split(at, edges) if len(part)]
    return sorted(found, key=lambda s: -float(short[s.first : s.last].sum()))


def _few_enough(stretches: list[Stretch], impossible: Callable[[list[Stretch]], bool]) -> list[Stretch] | None:
    """The first of `stretches` that are impossible together, doubling their number; None when not even all are."""
    count = 1
    while True:
        some = stretches[:count]
        if impossible(some):
            return some
        if count >= len(stretches):
            return None
        count *= 2


def _whole_need(case: Case, forced: Missing) -> list[Stretch]:
    size = case.requirement.grid.size
    return [Stretch(queues, t, t + 1) for queues in forced.classes for t in range(size) if _need(case, queues)[t] > 1e-9]


def _by_interval(stretches: Sequence[Stretch]) -> list[Stretch]:
    return [Stretch(s.queues, t, t + 1) for s in stretches for t in range(s.first, s.last)]


def _joined(stretches: Sequence[Stretch]) -> list[Stretch]:
    """Neighbouring intervals of the same queues as one stretch, in order of time."""
    found: list[Stretch] = []
    for s in sorted(stretches, key=lambda s: (s.queues, s.first)):
        if found and found[-1].queues == s.queues and found[-1].last == s.first:
            found[-1] = Stretch(s.queues, found[-1].first, s.last)
        else:
            found.append(s)
    return found


def _need(case: Case, queues: Sequence[str]) -> Floats:
    rows = [case.requirement.queues.index(q) for q in queues]
    total: Floats = np.nan_to_num(case.requirement.agents[rows], nan=0.0).clip(min=0.0).sum(axis=0)
    return total


def table_of(case: Case, demands: Sequence[Stretch]) -> Floats:
    """Return the requirement ``[Q, T]`` of `demands` alone, zero elsewhere."""
    table = np.zeros(case.requirement.agents.shape)
    for s in demands:
        rows = [case.requirement.queues.index(q) for q in s.queues]
        table[rows, s.first : s.last] = np.nan_to_num(case.requirement.agents[rows, s.first : s.last], nan=0.0).clip(min=0.0)
    return table


def _wanted(case: Case, stretch: Stretch) -> Wanted:
    grid = case.requirement.grid
    need = _need(case, stretch.queues)[stretch.first : stretch.last]
    asking = tuple(q for q in stretch.queues if _need(case, [q])[stretch.first : stretch.last].any())
    return Wanted(
        agents=float(need.max()),
        queues=asking,
        start_utc=grid.start_utc + timedelta(seconds=grid.interval_s * stretch.first),
        end_utc=grid.start_utc + timedelta(seconds=grid.interval_s * stretch.last),
    )
