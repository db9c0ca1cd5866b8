"""Sets of classes that can be short together."""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from planner.domain.arrays import Bools, Floats

MOST_SETS = 512
"""Sets of one connected part up to which shortfall is read off them; their number can double with every class."""


def class_sets(serves: Bools) -> list[tuple[int, ...]] | None:
    """Return the sets of classes that can be the bottleneck, for `serves` ``[G, C]``, or None when there are too many to list.

    They are those that already hold every class all of whose groups they use: any other set is less short than the one it could be
    enlarged to at no more capacity.
    """
    found = _class_sets(tuple(tuple(bool(x) for x in row) for row in serves.T))
    return None if found is None else list(found)


@lru_cache(maxsize=256)
def _class_sets(by_class: tuple[tuple[bool, ...], ...]) -> tuple[tuple[int, ...], ...] | None:
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
        if len(found) > MOST_SETS:
            return None
    return tuple(sorted((tuple(sorted(s)) for s in found), key=lambda s: (len(s), s)))


def narrowed(serves: Bools, weight: Floats) -> Bools:
    """Return `serves` with as few skills forgotten as it takes for every connected part to have a list of sets.

    The group with the most classes loses the one of least `weight` ``[C]`` (its need) that somebody else serves too. A plan for the
    narrowed skills is a plan for the full ones: nobody is asked for more than they can do.
    """
    from planner.shifts.cover import connected

    kept = serves.copy()
    while True:
        large = [part for part in connected(kept) if class_sets(kept[:, list(part)]) is None]
        if not large:
            return kept
        for part in large:
            columns = list(part)
            group = int(np.argmax(kept[:, columns].sum(axis=1)))
            mine = [c for c in columns if kept[group, c]]
            others = [c for c in mine if kept[:, c].sum() > 1] or mine
            kept[group, min(others, key=lambda c: (float(weight[c]), c))] = False
