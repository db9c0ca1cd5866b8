"""Promises of a state of the bench as customers meet them whom no search has met."""

from __future__ import annotations

import math

from planner.domain.simulation import key_of
from planner.domain.targets import Window
from planner.pooling.teaching.advised import PromiseLevel
from planner.pooling.teaching.bench import Bench, State

CHECKED = 120
"""Replications."""
_OTHERS = 1_000_003
"""Added to the seed of customers."""


def levels(bench: Bench, state: State) -> tuple[PromiseLevel, ...]:
    """Return every promise that must be kept, windows together by the contacts computed for them; these are as far as luck goes independent
    of each other, but for rolling ones, which share their days."""
    offered = {key_of(row): row.offered for row in bench.computed}
    by_promise: dict[str, list[int]] = {}
    rows = bench.rows(state, CHECKED, _OTHERS)
    for n, row in enumerate(rows):
        by_promise.setdefault(row.clause, []).append(n)
    found = []
    for promise, numbers in by_promise.items():
        own = [r for n in numbers for r in [rows[n]] if r.level is not None and offered[key_of(r)] > 0]
        total = sum(offered[key_of(r)] for r in own)
        level = low = high = None
        if total > 0:
            level = sum(offered[key_of(r)] * (r.level or 0.0) for r in own) / total
            alike = own[0].window is Window.ROLLING
            below, above = (
                _sum([offered[key_of(r)] / total * abs(side - (r.level or 0.0)) for r, side in sides], alike=alike)
                for sides in ([(r, r.low or 0.0) for r in own], [(r, r.high if r.high is not None else 1.0) for r in own])
            )
            low, high = level - below, level + above
        found.append(
            PromiseLevel(
                promise=promise,
                target=rows[numbers[0]].target,
                level=level,
                low=low,
                high=high,
                windows=len(own),
                kept=sum(r.met is True for r in own),
            )
        )
    return tuple(found)


def _sum(parts: list[float], *, alike: bool) -> float:
    # errors of windows added up: those that go the same way, or each its own
    return sum(parts) if alike else math.hypot(*parts)
