"""What the compiled kernels need of a problem, worked out once: rules as small integers, shift types that behave alike as one kind."""

from __future__ import annotations

from math import gcd
from typing import NamedTuple

import numpy as np

from planner.domain.arrays import Bools, Floats, Ints
from planner.roster.problem import NamedProblem


class Limits(NamedTuple):
    """One person's rules as numbers; minutes in the common unit of all shift lengths.

    `offs` is up to how many days off in a row must be told apart and `runs` up to how many shifts, 1 where no limit on them can bind;
    `timed` is 0 where no limit on minutes can.
    """

    min_off: int
    min_run: int
    max_run: int
    weekends: int
    least: int
    most: int
    offs: int
    runs: int
    timed: int


class Kit(NamedTuple):
    """Arrays for the kernels. Shift types of one `follower` class allow the same shifts on the next day; those of one `kind` also follow
    the same shifts and are as long, so that of a kind only the cheapest matters to a person without a tight limit on its types."""

    length: Ints  # [S] in units
    follower: Ints  # [S] class
    may: Bools  # [C, S] shift s may be worked on the day after one of class c
    kind: Ints  # [S]
    cap: Ints  # [P, S] most shifts of a type, no more than could ever be worked
    limits: Ints  # [P, 9] see Limits
    joined: Ints  # [P, 2] a day, and of how many days from it on one must be off; 0 where the limits see to runs
    in_weekend: Bools  # [D]
    same_weekend: Bools  # [D] the day before belongs to the same weekend
    wish: Floats  # [P, D, S] cost of a shift given, inf where it must not be
    must: Bools  # [P, D]
    counted: Bools  # [D, S]
    lone: Floats  # [P]
    ending: Floats  # [P, W + 1]
    home: Floats  # [P, H]
    away: Floats  # [H, S]


def kit_of(problem: NamedProblem) -> Kit:
    """Return `problem` as the kernels read it."""
    days, n_shifts = problem.n_days, len(problem.shifts)
    unit = gcd(*problem.minutes.tolist())
    length = problem.minutes // unit
    allowed = ~problem.may_not_follow
    _, follower = np.unique(allowed, axis=0, return_inverse=True)
    follower = follower.reshape(-1).astype(np.int64)
    may = np.zeros((int(follower.max()) + 1, n_shifts), dtype=np.bool_)
    may[follower] = allowed
    _, kind = np.unique(np.column_stack([follower, allowed.T, length, problem.counted.T]), axis=0, return_inverse=True)
    shifts_most, counted_most = _most_shifts(problem)
    least = -(-problem.min_minutes // unit)
    most = np.minimum(problem.max_minutes // unit, days * int(length.max()))
    cap = np.minimum(problem.max_shifts, days)
    if problem.counted.all():
        cap = np.minimum(cap, most[:, None] // length)
    weekends = np.minimum(problem.max_weekends, len(np.unique(problem.weekend[problem.weekend >= 0])))
    longest = np.minimum(problem.max_run, days)
    timed = (least > 0) | (most < counted_most * int(length.max()))
    joined, first_only = _joined(problem, longest, counted_most, ~timed)
    free_run = (problem.min_run == 1) & ((longest >= shifts_most) | first_only)
    min_off = np.minimum(problem.min_off, days + 1)
    offs = np.maximum(min_off, np.where(problem.lone_off_cost > 0, 2, 1))
    limits = np.column_stack(
        [
            min_off,
            problem.min_run,
            longest,
            weekends,
            least,
            np.where(timed, most, 0),
            offs,
            np.where(free_run, 1, longest),
            timed,
        ]
    )
    same = np.zeros(days, dtype=np.bool_)
    same[1:] = (problem.weekend[1:] == problem.weekend[:-1]) & (problem.weekend[1:] >= 0)
    forbidden = problem.fixed_off[:, :, None] | (cap == 0)[:, None, :] | ~problem.allowed
    return Kit(
        length=length.astype(np.int64),
        follower=follower,
        may=may,
        kind=kind.reshape(-1).astype(np.int64),
        cap=cap.astype(np.int64),
        limits=limits.astype(np.int64),
        joined=joined,
        in_weekend=problem.weekend >= 0,
        same_weekend=same,
        wish=np.where(forbidden, np.inf, problem.wish_cost),
        must=np.array(problem.must),
        counted=np.array(problem.counted),
        lone=np.array(problem.lone_off_cost),
        ending=np.array(problem.weekend_cost),
        home=np.array(problem.home_cost),
        away=np.array(problem.away_cost),
    )


def _most_shifts(problem: NamedProblem) -> tuple[Ints, Ints]:
    """Most shifts ``[P]`` that a person can work at all, and most of those that count: where every day is a weekend of its own, the limit
    on weekends counts shifts."""
    days = problem.n_days
    own = problem.weekend[problem.weekend >= 0]
    if not len(own) or len(np.unique(own)) < len(own):
        all_days: Ints = np.full(len(problem.people), days, dtype=np.int64)
        return all_days, all_days
    uncounted = (problem.weekend < 0) | (problem.allowed & ~problem.counted).any(axis=2)
    outside = int(((problem.weekend < 0) & problem.counted.any(axis=1)).sum())
    counted: Ints = np.minimum(days, problem.max_weekends + outside)
    return np.minimum(days, problem.max_weekends + uncounted.sum(axis=1)).astype(np.int64), counted


def _joined(problem: NamedProblem, longest: Ints, counted_most: Ints, untimed: Bools) -> tuple[Ints, Bools]:
    """The runs that began before the stretch planned ``[P, 2]``, and True ``[P]`` for those whom the limit on runs binds there alone.

    What somebody must work and what does not count was worked before. Where they can work no more days after it than a run may have,
    only the run that goes on from it can grow too long: of its next days one must be off.
    """
    days = problem.n_days
    open_to = problem.allowed & ~problem.fixed_off[:, :, None]
    done = problem.must & ~(open_to & problem.counted).any(axis=2)
    spare = (~done & ~(open_to & problem.counted).any(axis=2) & open_to.any(axis=2)).sum(axis=1)
    joined = np.zeros((len(problem.people), 2), dtype=np.int64)
    first_only = (counted_most + spare <= longest) & untimed & (longest > 1) & (problem.max_shifts >= days).all(axis=1)
    for p in np.flatnonzero(first_only & done.any(axis=1)):
        start = int(np.flatnonzero(done[p])[-1]) + 1
        run = 1
        while run < start and done[p, start - 1 - run]:
            run += 1
        length = int(longest[p]) - run + 1
        if length < 1:
            first_only[p] = False  # broken already: no schedule
        elif start + length <= days:
            joined[p] = start, length
    return joined, first_only
