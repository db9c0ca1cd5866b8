"""The search for a shift catalogue: annealing runs, two of each length, each with its own random numbers."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from planner.domain.arrays import Ints
from planner.shifts.catalogue_case import Case
from planner.shifts.catalogue_kernel import Board, Kinds, anneal_kinds

FIRST_RUN = 500_000
"""Moves of the first run; every second run is twice as long as the one before."""
STRETCH = 20_000
"""Moves between two looks at the clock: some hundredths of a second."""
HOT, COLD = 2.0, 0.1
"""First and last temperature, in prices: the dearer and the cheaper of a kind and a head-slot of deviation."""


def annealing(case: Case, seed: int, runs: int) -> Iterator[tuple[int, float, Ints, Ints]]:
    """Yield, stretch by stretch, the run under way and the cost and heads ``[K, days]`` of the best plan so far,
    and the heads of the run's own best.

    The same seed gives the same sequence, so a longer look at it never ends with a dearer plan.
    """
    kinds = _kinds(case)
    dear, cheap = max(1.0, case.kind_price), min(1.0, case.kind_price) or 1.0
    hot, cold = HOT * dear, COLD * cheap
    best = np.zeros((len(case.kinds), case.days), dtype=np.int64)
    cost = case.cost(best)
    yield 0, cost, best, best
    for run in range(runs):
        board = _empty(case, np.random.default_rng([seed, run]))
        stretches = (FIRST_RUN << run // 2) // STRETCH
        for n in range(stretches):
            a, b = (hot * (cold / hot) ** (x / stretches) for x in (n, n + 1))
            anneal_kinds(kinds, board, STRETCH, a, b)
            board.cost[0] = case.cost(board.heads)  # sheds what rounding has added up
            if board.best_cost[0] < cost - 1e-9:
                best = board.best_heads.copy()
                cost = case.cost(best)
            yield run, cost, best, board.best_heads


def _kinds(case: Case) -> Kinds:
    number = np.full((case.slots, int(case.length.max()) + 1), -1, dtype=np.int64)
    number[case.start, case.length] = np.arange(len(case.kinds))
    return Kinds(case.start, case.length, number, case.kind_price)


def _empty(case: Case, rng: np.random.Generator) -> Board:
    count = len(case.kinds)
    heads = np.zeros((count, case.days), dtype=np.int64)
    cost = np.array([case.cost(heads)])
    return Board(
        gap=-case.demand,
        heads=heads,
        total=np.zeros(count, dtype=np.int64),
        used=np.zeros(count, dtype=np.int64),
        place=np.full(count, -1, dtype=np.int64),
        open=np.zeros(1, dtype=np.int64),
        cost=cost,
        rng=rng.integers(1, 2**63 - 1, size=1, dtype=np.uint64),
        old_heads=heads.copy(),
        old_gap=-case.demand,
        best_heads=heads.copy(),
        best_cost=cost.copy(),
    )
