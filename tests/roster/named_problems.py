"""Small rosters of named people, and every schedule there is, for tests."""

from dataclasses import fields
from itertools import product

import numpy as np

from planner.domain.solve import Status
from planner.roster.check_named import broken_by_person, cost_of, verified
from planner.roster.problem import NamedProblem, NamedRoster
from planner.roster.solve import solve_named


def small(people=1, days=7, shifts=("E", "L"), minutes=(480, 600), **changes):
    """A problem without rules that bind, but for those changed."""
    p, d, s = people, days, len(shifts)
    fields = {
        "people": tuple(f"p{i}" for i in range(p)), "shifts": tuple(shifts), "minutes": np.array(minutes),
        "may_not_follow": np.zeros((s, s), bool), "max_shifts": np.full((p, s), d), "min_minutes": np.zeros(p, int),
        "max_minutes": np.full(p, 100_000), "min_run": np.ones(p, int), "max_run": np.full(p, d), "min_off": np.ones(p, int),
        "max_weekends": np.full(p, d), "fixed_off": np.zeros((p, d), bool),
        "weekend": np.where(np.arange(d) % 7 >= 5, np.arange(d) // 7, -1), "wish_on": np.zeros((p, d, s)),
        "wish_off": np.zeros((p, d, s)), "need": np.zeros((d, s), int), "under_cost": np.full((d, s), 10.0),
        "over_cost": np.full((d, s), 1.0),
    }  # fmt: skip
    return NamedProblem(**(fields | changes))


def drawn(rng, *, people, days, shifts=2):
    """A random problem with every kind of rule."""
    p, d, s = people, days, shifts
    most = rng.integers(2, d + 1, p) * 480
    return small(
        p, d, tuple("ELN"[:s]), (480, 600, 480)[:s], may_not_follow=np.triu(rng.random((s, s)) < 0.5, 0).T,
        max_shifts=rng.integers(0, d + 1, (p, s)), max_minutes=most, min_minutes=np.minimum(most, rng.integers(0, 3, p) * 480),
        min_run=rng.integers(1, 3, p), max_run=rng.integers(2, 5, p), min_off=rng.integers(1, 4, p),
        max_weekends=rng.integers(0, 2, p), fixed_off=rng.random((p, d)) < 0.15,
        weekend=np.where(np.arange(d) % 5 >= 3, np.arange(d) // 5, -1),
        wish_on=rng.integers(0, 3, (p, d, s)), wish_off=rng.integers(0, 3, (p, d, s)), need=rng.integers(0, 3, (d, s)),
    )  # fmt: skip


def personal(rng, *, people, days, shifts=2):
    """A random problem whose people have homes, days they must work, history that does not count, and costs of their own; half of
    them have every day as a weekend of its own, so that days are counted."""
    p, d, s = people, days, shifts
    by_day = rng.random() < 0.5
    changes = {
        "allowed": rng.random((p, d, s)) < 0.8, "must": rng.random((p, d)) < 0.1, "counted": rng.random((d, s)) < 0.8,
        "lone_off_cost": rng.integers(0, 3, p), "home_cost": rng.integers(0, 3, (p, 3)), "away_cost": rng.integers(0, 3, (3, s)),
        "weekend": np.arange(d) if by_day else np.where(np.arange(d) % 5 >= 3, np.arange(d) // 5, -1),
    }  # fmt: skip
    blocks = len(np.unique(changes["weekend"][changes["weekend"] >= 0]))
    changes |= {"weekend_cost": rng.integers(0, 4, (p, blocks + 1)), "max_weekends": rng.integers(1, blocks + 2, p)}
    if by_day and rng.random() < 0.6:  # nothing but days is limited, as in a week of a contract
        changes |= {"min_minutes": np.zeros(p, int), "max_minutes": np.full(p, 99_999), "min_run": np.ones(p, int)}
        changes |= {"max_shifts": np.full((p, s), d), "max_run": np.full(p, d), "min_off": np.ones(p, int)}
    base = drawn(rng, people=p, days=d, shifts=s)
    return NamedProblem(**({f.name: getattr(base, f.name) for f in fields(base)} | changes))


def all_schedules(problem):
    """Every row of shifts and days off, legal or not."""
    return [np.array(days) for days in product(range(-1, len(problem.shifts)), repeat=problem.n_days)]


def encloses_the_optimum(problem, seed, pairs=3000):
    """Solve a problem of two people and hold objective and bound to the best of all pairs of legal schedules, or of `pairs` of them."""
    legal = [[d for d in all_schedules(problem) if not broken_by_person(problem, p, d)] for p in range(2)]
    roster, info = solve_named(problem, rounds=3, seed=seed)
    if not all(legal):
        assert (roster, info.status, info.objective) == (None, Status.INFEASIBLE, None)
        assert "p" in info.note
        return
    every = list(product(*legal))
    if len(every) > pairs:
        every = [every[i] for i in np.random.default_rng(0).choice(len(every), pairs, replace=False)]
    optimum = min(cost_of(problem, NamedRoster(work=np.array(pair))) for pair in every)
    assert info.bound <= optimum + 1e-6
    assert info.objective == verified(problem, roster)
    assert info.bound <= info.objective
    if info.status is Status.OPTIMAL:
        assert info.objective <= optimum


def after_work(rng, *, people, days, before, shifts=2):
    """A random week after `before` days on which everybody's work, or day off, is that of before, with days alone limited and a short
    limit on days in a row."""
    p, d, s = people, before + days, shifts
    worked = rng.random((p, before)) < 0.75
    of = rng.integers(0, s, (p, before))
    allowed = rng.random((p, d, s)) < 0.9
    allowed[:, :before] = worked[:, :, None] & (of[:, :, None] == np.arange(s))
    counted = np.ones((d, s), bool)
    counted[:before] = False
    longest = rng.integers(before, before + 3, p)
    return small(
        p, d, tuple("ELN"[:s]), (480,) * s, may_not_follow=np.triu(rng.random((s, s)) < 0.3, 1).T, max_run=longest, allowed=allowed,
        counted=counted, must=np.hstack([worked, np.zeros((p, days), bool)]), weekend=np.where(counted[:, 0], np.arange(d), -1),
        max_weekends=np.minimum(longest, rng.integers(2, days + 1, p)), wish_off=rng.integers(0, 3, (p, d, s)).astype(float),
        need=np.vstack([np.zeros((before, s), int), rng.integers(0, 3, (days, s))]), lone_off_cost=rng.integers(0, 3, p),
    )  # fmt: skip
