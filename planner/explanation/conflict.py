"""The smallest set of demands and limits that cannot hold together, by leaving out one after the other.

A deletion filter (Chinneck and Dravnieks 1991) over named demands and limits instead of single rows of a model: each is left out if
what remains is still impossible. What is left at the end is impossible, and possible without any one of its members.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import TypeVar

import numpy as np

from planner.domain.arrays import Floats
from planner.explanation.asking import Demands, Missing, every_least, least_missing_cover, least_missing_heads, small
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
    """Intervals `first` to before `last` in which `queues` need the least the requirement says."""

    queues: tuple[str, ...]
    first: int
    last: int


Part = Stretch | int
"""A part of a requirement: a stretch of least agents, or the number of a promise over a window."""


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
    """Return minimal conflicts of requirements and limits, one for each class of queues or promise that even the best plan leaves short.

    `forced` is that best plan's shortfall. At most `most` are sought, those most short first, intervals before promises. Stops early when
    the budget ends.
    """
    budget = budget.part(CONFLICTS_SHARE)
    found: list[Conflict] = []
    try:
        for candidates in _candidates(forced):
            if len(found) == most:
                break
            conflict = _conflict(case, forced, candidates, budget)
            if conflict is not None:
                found.append(conflict)
    except OutOfTimeError:
        budget.leave_out("further conflicts of requirements and limits")
    return tuple(found)


def _candidates(forced: Missing) -> Iterator[list[Part]]:
    """Parts of the requirement that may be impossible by themselves: the stretches of each class, then each promise."""
    lacking = forced.short.sum(axis=1) if forced.short.size else np.zeros(0)
    for c in np.argsort(-lacking, kind="stable").tolist():
        if lacking[c] > 1e-6:
            yield list(_stretches(forced.classes[c], forced.short[c]))
    for w in np.argsort(-forced.missed, kind="stable").tolist():
        if forced.missed[w] > 1e-6:
            yield [w]


def _conflict(case: Case, forced: Missing, candidates: list[Part], budget: Budget) -> Conflict | None:
    """A minimal conflict about `candidates`. Least headcounts are left out of it at once where they play no part: without them whoever
    touches no demand can be left out of the question, which makes it small."""
    every = limits_of(case.account)
    least = [x for x in every if x.kind is LimitKind.LEAST]

    def missing(demands: Sequence[Part], kept: Sequence[Limit]) -> Missing:
        asked, wanted = without(case, [x for x in every if x not in kept]), demands_of(case, demands)
        return budget.missing("requirements", lambda s: least_missing_cover(asked, wanted, time_limit_s=s, stop=budget.stop))

    found: tuple[list[Part], list[Limit]] | None = None
    for limits in ([x for x in every if x not in least], list(every)) if least else (list(every),):
        core = _few_enough(candidates, lambda some, k=limits: missing(some, k).impossible)  # type: ignore[misc]
        if core is not None:
            found = core, limits
            break
    if found is None:  # others yield to these: all of them together
        found = _all_parts(case, forced), list(every)
        if not missing(*found).impossible:
            return None
    core, limits = found
    demands = minimal(_by_interval(core), lambda some: bool(some) and missing(some, limits).impossible)
    near = about(limits, queues_of(case, demands), case.account)
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


def queues_of(case: Case, demands: Sequence[Part]) -> list[str]:
    """Return the queues that `demands` speak of."""
    promised = case.requirement.promised
    found: list[str] = []
    for part in demands:
        if isinstance(part, Stretch):
            found += part.queues
        elif promised is not None:
            found += [promised.queues[t.queue] for t in promised.terms if (t.window == part).any()]
    return list(dict.fromkeys(found))


def _stretches(queues: tuple[str, ...], short: Floats) -> list[Stretch]:
    """Stretches of intervals in a row that are short, the most short first."""
    at = np.flatnonzero(short > 1e-6)
    edges = np.flatnonzero(np.diff(at) > 1) + 1
    found = [Stretch(queues, int(part[0]), int(part[-1]) + 1) for part in np.split(at, edges) if len(part)]
    return sorted(found, key=lambda s: -float(short[s.first : s.last].sum()))


def _few_enough(parts: list[Part], impossible: Callable[[list[Part]], bool]) -> list[Part] | None:
    """The first of `parts` that are impossible together, doubling their number; None when not even all are."""
    count = 1
    while True:
        some = parts[:count]
        if impossible(some):
            return some
        if count >= len(parts):
            return None
        count *= 2


def _all_parts(case: Case, forced: Missing) -> list[Part]:
    size = case.requirement.grid.size
    parts: list[Part] = [
        Stretch(queues, t, t + 1) for queues in forced.classes for t in range(size) if _need(case, queues)[t] > 1e-9
    ]
    return [*parts, *range(len(forced.missed))]


def _by_interval(parts: Sequence[Part]) -> list[Part]:
    found: list[Part] = []
    for part in parts:
        found += [Stretch(part.queues, t, t + 1) for t in range(part.first, part.last)] if isinstance(part, Stretch) else [part]
    return found


def _joined(parts: Sequence[Part]) -> list[Part]:
    """Neighbouring intervals of the same queues as one stretch, in order of time; then promises."""
    found: list[Stretch] = []
    for s in sorted((p for p in parts if isinstance(p, Stretch)), key=lambda s: (s.queues, s.first)):
        if found and found[-1].queues == s.queues and found[-1].last == s.first:
            found[-1] = Stretch(s.queues, found[-1].first, s.last)
        else:
            found.append(s)
    return [*found, *(p for p in parts if not isinstance(p, Stretch))]


def _need(case: Case, queues: Sequence[str]) -> Floats:
    rows = [case.requirement.queues.index(q) for q in queues]
    total: Floats = every_least(case.requirement)[rows].sum(axis=0)
    return total


def demands_of(case: Case, parts: Sequence[Part]) -> Demands:
    """Return what `parts` demand of the requirement, and nothing else."""
    least = every_least(case.requirement)
    table = np.zeros(least.shape)
    for part in parts:
        if isinstance(part, Stretch):
            rows = [case.requirement.queues.index(q) for q in part.queues]
            table[rows, part.first : part.last] = least[rows, part.first : part.last]
    return Demands(table, frozenset(p for p in parts if not isinstance(p, Stretch)))


def _wanted(case: Case, part: Part) -> Wanted:
    grid = case.requirement.grid
    if not isinstance(part, Stretch):
        assert case.requirement.promised is not None
        window = case.requirement.promised.windows[part]
        queues = tuple(queues_of(case, [part]))
        return Wanted(agents=0.0, queues=queues, clause=window.clause, level=window.level, contacts=window.offered)
    need = _need(case, part.queues)[part.first : part.last]
    asking = tuple(q for q in part.queues if _need(case, [q])[part.first : part.last].any())
    return Wanted(
        agents=float(need.max()),
        queues=asking,
        start_utc=grid.start_utc + timedelta(seconds=grid.interval_s * part.first),
        end_utc=grid.start_utc + timedelta(seconds=grid.interval_s * part.last),
    )
