"""Shares of contract classes in the compiled search."""

from __future__ import annotations

from planner.compiled import compiled
from planner.domain.arrays import Ints
from planner.shifts.kernel_state import Rows


@compiled(entry=False, arrays=False)
def _share_kept(groups: Rows, heads: Ints, g: int, more: int) -> bool:
    """True when group `g` with `more` agents keeps its largest share of its family."""
    if groups[g].share >= 1.0:
        return True
    total = more
    for h in range(len(groups)):
        if groups[h].family == groups[g].family:
            total += heads[h]
    kept: bool = heads[g] + more <= groups[g].share * total + 1e-9
    return kept


@compiled(entry=False, arrays=False)
def _least_kept(groups: Rows, heads: Ints, g: int) -> bool:
    """True when group `g` has its least share of its family."""
    if groups[g].least <= 0.0:
        return True
    total = 0
    for h in range(len(groups)):
        if groups[h].family == groups[g].family:
            total += heads[h]
    kept: bool = heads[g] >= groups[g].least * total - 1e-9
    return kept


@compiled(entry=False, arrays=False)
def _shares_kept(groups: Rows, heads: Ints, g: int) -> bool:
    """True when every group of the family of `g` keeps its largest and its least share."""
    for h in range(len(groups)):
        if groups[h].family == groups[g].family and not (_share_kept(groups, heads, h, 0) and _least_kept(groups, heads, h)):
            return False
    return True
