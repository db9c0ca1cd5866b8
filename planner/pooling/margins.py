"""How far promises are ahead of their levels on a simulated floor, and how far they have to be."""

from __future__ import annotations

from planner.domain.simulation import SimulatedSla, WindowKey, key_of
from planner.evaluation.window_law import ROUNDING

SAFE = 0.002
"""Points that a promise must be ahead by at least where plans are chosen by what is simulated: of many tried the luckiest looks best."""
_ONE_SIDED = 1.6449 / 1.96
"""Of half a two-sided interval of 95%, the part that is as sure from one side."""


def levels(rows: tuple[SimulatedSla, ...]) -> dict[WindowKey, float]:
    """Return by promise and window how many points each row is ahead of its target; those without contacts are left out."""
    return {key_of(r): r.level - r.target for r in rows if r.level is not None}


def margins(rows: tuple[SimulatedSla, ...]) -> dict[WindowKey, float]:
    """Return by promise and window the points by which it is to be ahead with these customers, so that it likely is with others too:
    a standard error of its level, and `SAFE`."""
    return {key_of(r): SAFE + (r.level - r.low) / 1.96 for r in rows if r.level is not None and r.low is not None}


def lacking(rows: tuple[SimulatedSla, ...]) -> dict[WindowKey, float]:
    """Return by promise and window the points that each row lacks of being kept with 95% confidence, where it lacks any."""
    found = {key_of(r): r.target - _surely(r) for r in rows if r.level is not None}
    return {key: points for key, points in found.items() if points > ROUNDING}


def decided(rows: tuple[SimulatedSla, ...]) -> bool:
    """True when every row is kept with 95% confidence, or some row is missed with as much."""
    missed = any(r.high is not None and r.high < r.target - ROUNDING for r in rows)
    return missed or not lacking(rows)


def _surely(row: SimulatedSla) -> float:
    assert row.level is not None
    return row.level if row.low is None else row.level - _ONE_SIDED * (row.level - row.low)
