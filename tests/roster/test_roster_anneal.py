"""An annealed roster is legal, no dearer than the one it began with, repeatable, and near the proven optimum."""

import numpy as np
import pytest
from named_problems import drawn, personal

from planner.roster.anneal import annealed
from planner.roster.check_named import cost_of, verified
from planner.roster.columns import Pool
from planner.roster.kit import kit_of
from planner.roster.neighbourhood import first_roster
from planner.roster.problem import NamedRoster
from planner.roster.solve import solve_named


def started(problem):
    """A first roster and the kit, None where somebody has no schedule."""
    kit = kit_of(problem)
    state, without = first_roster(problem, kit, Pool(kit), rng=np.random.default_rng(0), halt=lambda: False)
    return kit, None if without else state.work.copy()


def anneal(problem, kit, start, seed=0, moves=20_000, halt=lambda: False):
    return NamedRoster(work=annealed(problem, kit, start, moves=moves, seed=seed, halt=halt))


@pytest.mark.parametrize("make", [drawn, personal])
def test_an_annealed_roster_is_legal_and_no_dearer_than_its_start(make):
    tried = 0
    for seed in range(25):
        problem = make(np.random.default_rng(seed), people=4, days=9, shifts=3)
        kit, start = started(problem)
        if start is None:
            continue
        tried += 1
        assert verified(problem, anneal(problem, kit, start)) <= cost_of(problem, NamedRoster(work=start)) + 1e-9
    assert tried >= 5


def test_the_same_seed_gives_the_same_roster():
    problem = drawn(np.random.default_rng(3), people=5, days=10)
    kit, start = started(problem)
    assert anneal(problem, kit, start, seed=7) == anneal(problem, kit, start, seed=7)


def test_annealing_comes_near_the_proven_optimum():
    near = tried = 0
    for seed in range(12):
        problem = personal(np.random.default_rng(100 + seed), people=4, days=7)
        kit, start = started(problem)
        if start is None:
            continue
        info = solve_named(problem)[1]
        found = cost_of(problem, anneal(problem, kit, start, moves=50_000))
        assert found >= info.bound - 1e-6
        near, tried = near + (found <= 1.05 * info.objective + 1), tried + 1
    assert tried >= 4
    assert near == tried


def test_somebody_alone_is_annealed_too():
    problem = drawn(np.random.default_rng(2), people=1, days=6)
    kit, start = started(problem)
    assert start is not None
    verified(problem, anneal(problem, kit, start))


def test_halting_at_once_leaves_a_legal_roster():
    problem = drawn(np.random.default_rng(3), people=5, days=10)
    kit, start = started(problem)
    halted = anneal(problem, kit, start, halt=lambda: True)
    assert verified(problem, halted) <= cost_of(problem, NamedRoster(work=start)) + 1e-9
