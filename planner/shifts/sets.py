"""Sets of classes that can be short together."""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from planner.domain.arrays import Bools


def class_sets(serves: Bools) -> list[tuple[int, ...]]:
    """Return the sets of classes that can be the bottleneck, for `serves` ``[G, C]``: those that already hold every class all of
    whose groups they use. Any other set is less short than the one it could be enlarged to at no more capacity."""
    return list(_class_sets(tuple(tuple(bool(x) for x in row) for row in serves.T)))


@lru_cache(maxsize=256)
def _class_sets(by_class: tuple[tuple[bool, ...], ...]) -> tuple[tuple[int, ...], ...]:
    count = len(by_class)
    groups = [frozenset(np.flatnonzero(row).tolist()) for row in by_class]

    def closed(classes: frozenset[int]) -> frozenset[int]:
        used = frozenset[int]().union(*(groups[c] for c in classes))
        return frozenset(c for c in range(count) if groups[c] <= used)

    single = [closed(frozenset([c])) for c in range(count)]
    found, fresh = set(single), set(single)
    while fresh:
        fresh = {closed(a | b) for a in fresh for b in single} - found
        found |= fresh
    return tuple(sorted((tuple(sorted(s)) for s in found), key=lambda s: (len(s), s)))
