"""What agents may finish of what they have in hand when a break begins or their shift ends, interval by interval."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from planner.domain.account import Account
from planner.domain.arrays import Floats, Ints
from planner.domain.grid import utc_seconds
from planner.pooling.work.law import Work, left_in_hand
from planner.shifts.problem import Cells, Problem

_TINY = 1e-7
"""Shares of an interval below this are nothing."""


def left_work(problem: Problem, account: Account, works: Sequence[tuple[Work, ...]]) -> tuple[Cells, Cells, Floats]:
    """Return the shares of intervals that a head of each duty goes on with after its end, and of each break choice in the break, at most on
    average (`left_in_hand`), and the sum for shifts already running ``[G, T]``.

    `works` are by group what its agents may have in hand. After a break whoever goes on does so in time on seat; what is left at the start
    of the horizon came before it and counts for nothing.
    """
    zero = utc_seconds(problem.grid.start_utc)
    spans = [(d.end_utc - d.start_utc).total_seconds() for d in problem.duties]
    longest = max([*spans, *((s.end_utc - s.start_utc).total_seconds() for s in account.carry_in)], default=0.0)
    ends = np.array([utc_seconds(d.end_utc) - zero for d in problem.duties], dtype=np.float64)
    starts = problem.choice_start_s.astype(np.float64) - zero
    minutes = np.array([pool.minutes for pool in problem.pools], dtype=np.float64)
    lengths = 60.0 * minutes[problem.choice_pool] if len(starts) else np.zeros(0)
    owner = problem.pool_group[problem.choice_pool] if len(starts) else np.zeros(0, dtype=np.int64)
    leaving = ((ends, np.full(len(ends), np.inf), problem.duty_group), (starts, lengths, owner))
    found: list[list[tuple[Ints, Ints, Floats]]] = [[_nothing()], [_nothing()]]
    fixed = np.zeros((len(works), problem.size))
    for g, own in enumerate(works):
        if not own:
            continue
        for n, (at, lasts, group) in enumerate(leaving):
            mine = np.flatnonzero(group == g)
            item, interval, share = _after(problem, own, at[mine], lasts[mine], longest)
            found[n].append((mine[item], interval, share))
        for shift in account.carry_in:
            if shift.group == account.groups[g].id:
                when = [shift.end_utc, *(b.start_utc for b in shift.breaks)]
                pauses = [np.inf, *((b.end_utc - b.start_utc).total_seconds() for b in shift.breaks)]
                at = np.array([utc_seconds(instant) - zero for instant in when], dtype=np.float64)
                _, interval, share = _after(problem, own, at, np.array(pauses), longest)
                np.add.at(fixed[g], interval, shift.heads * share)
    of_duty, of_choice = (Cells(*(np.concatenate(column) for column in zip(*part, strict=True))) for part in found)
    return of_duty, of_choice, fixed


def _nothing() -> tuple[Ints, Ints, Floats]:
    return np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64), np.zeros(0)


def _after(problem: Problem, works: tuple[Work, ...], at: Floats, lasts: Floats, longest: float) -> tuple[Ints, Ints, Floats]:
    # items, intervals and shares that work left at instants `at` takes, for `lasts` seconds at most
    step, size = problem.grid.interval_s, problem.size
    found = [_nothing()]
    first = np.floor(at / step).astype(np.int64)
    inside = (at > 0) & (at < size * step)
    for lag in range(size):
        interval = first + lag
        start = np.maximum(interval * step - at, 0.0)
        end = np.minimum((interval + 1) * step - at, lasts)
        kept = np.flatnonzero(inside & (interval < size) & (end > start))
        if not len(kept):
            break
        spans, place = np.unique(np.stack([start[kept], end[kept]], axis=1), axis=0, return_inverse=True)
        share = left_in_hand(works, spans[:, 0], spans[:, 1], longest)[place.reshape(-1)] / step
        if float(share.max()) < _TINY:
            break
        found.append((kept, interval[kept], share))
    items, intervals, shares = (np.concatenate(column) for column in zip(*found, strict=True))
    return items, intervals, shares
