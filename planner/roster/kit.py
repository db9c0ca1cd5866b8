"""What the compiled kernels need of a problem, worked out once: rules as small integers, shift types that behave alike as one kind."""

from __future__ import annotations

from math import gcd
from typing import NamedTuple

import numpy as np

from planner.domain.arrays import Bools, Floats, Ints
from planner.roster.problem import NamedProblem


class Limits(NamedTuple):
    """One person's rules as numbers; minutes in the common unit of all shift lengths."""

    min_off: int
    min_run: int
    max_run: int
    weekends: int
    least: int
    most: int


class Kit(NamedTuple):
    """Arrays for the kernels. Shift types of one `follower` class allow the same shifts on the next day; those of one `kind` also follow
    the same shifts and are as long, so that of a kind only the cheapest matters to a person without a tight limit on its types."""

    length: Ints  # [S] in units
    follower: Ints  # [S] class
    may: Bools  # [C, S] shift s may be worked on the day after one of class c
    kind: Ints  # [S]
    cap: Ints  # [P, S] most shifts of a type, no more than could ever be worked
    limits: Ints  # [P, 6] see Limits
    in_weekend: Bools  # [D]
    same_weekend: Bools  # [D] the day before belongs to the same weekend
    wish: Floats  # [P, D, S] cost of a shift given, inf where it must not be


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
    _, kind = np.unique(np.column_stack([follower, allowed.T, length]), axis=0, return_inverse=True)
    most = np.minimum(problem.max_minutes // unit, days * int(length.max()))
    cap = np.minimum(np.minimum(problem.max_shifts, most[:, None] // length), days)
    weekends = np.minimum(problem.max_weekends, len(np.unique(problem.weekend[problem.weekend >= 0])))
    longest = np.minimum(problem.max_run, days)
    limits = np.column_stack(
        [np.minimum(problem.min_off, days + 1), problem.min_run, longest, weekends, -(-problem.min_minutes // unit), most]
    )
    same = np.zeros(days, dtype=np.bool_)
    same[1:] = (problem.weekend[1:] == problem.weekend[:-1]) & (problem.weekend[1:] >= 0)
    forbidden = problem.fixed_off[:, :, None] | (cap == 0)[:, None, :]
    return Kit(
        length=length.astype(np.int64),
        follower=follower,
        may=may,
        kind=kind.reshape(-1).astype(np.int64),
        cap=cap.astype(np.int64),
        limits=limits.astype(np.int64),
        in_weekend=problem.weekend >= 0,
        same_weekend=same,
        wish=np.where(forbidden, np.inf, problem.wish_cost),
    )
