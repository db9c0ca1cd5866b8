"""How far promises are ahead of their levels on a simulated floor, and how far they have to be."""

from __future__ import annotations

from collections.abc import Mapping

from planner.domain.simulation import SimulatedSla, WindowKey, key_of
from planner.evaluation.window_law import ROUNDING

SAFE = 0.002
"""Points that a promise must be ahead by at least where plans are chosen by what is simulated: of many tried the luckiest looks best."""
_SURE = 1.88
"""Standard errors from a level to where it is 95% sure to lie above, by either of two looks at it."""


def levels(rows: tuple[SimulatedSla, ...]) -> dict[WindowKey, float]:
    """Return by promise and window how many points each row is ahead of its target; those without contacts are left out."""
    return {key_of(r): r.level - r.target for r in rows if r.level is not None}


def margins(rows: tuple[SimulatedSla, ...]) -> dict[WindowKey, float]:
    """Return by promise and window the points by which it is to be ahead with these customers, so that it likely is with others too:
    a standard error of its level, and `SAFE`."""
    return {key_of(r): SAFE + (r.level - r.low) / 1.96 for r in rows if r.level is not None and r.low is not None}


def floors(rows: tuple[SimulatedSla, ...], needs: Mapping[WindowKey, float] | None = None) -> dict[WindowKey, float]:
    """Return the points by which each promise of `rows` must stay ahead: its need, else its margin, and no more than it is ahead."""
    ahead = levels(rows)
    return {key: min((needs or {}).get(key, margin), ahead[key]) for key, margin in margins(rows).items()}


def needs_of(rows: tuple[SimulatedSla, ...], others: tuple[SimulatedSla, ...]) -> dict[WindowKey, float]:
    """Return by promise and window the points to be ahead by with the customers of `rows`, where the same plan fared as in `others` with
    many more customers.

    Plans that meet the same customers share their luck, so what one plan's level is off is off for plans near it: it is added. Beyond
    that `others` must say with 95% confidence that the promise is kept, and 1.5 of their standard errors more let customers as many as
    they are, but not the same ones, say so too, five times in six or more.
    """
    here, there = levels(rows), levels(others)
    errors = {key_of(r): (r.level - r.low) / 1.96 for r in others if r.level is not None and r.low is not None}
    return {key: here[key] - there[key] + (_SURE + 1.5) * errors.get(key, 0.0) for key in here if key in there}


def lacking(rows: tuple[SimulatedSla, ...]) -> dict[WindowKey, float]:
    """Return by promise and window the points that each row lacks of being kept with 95% confidence, by itself, where it lacks any."""
    found = {key_of(r): r.target - _surely(r) for r in rows if r.level is not None}
    return {key: points for key, points in found.items() if points > ROUNDING}


def decided(rows: tuple[SimulatedSla, ...]) -> bool:
    """True when every row is kept with 95% confidence, or some row is missed with as much."""
    missed = any(r.high is not None and r.high < r.target - ROUNDING for r in rows)
    return missed or not lacking(rows)


def _surely(row: SimulatedSla) -> float:
    assert row.level is not None
    return row.level if row.low is None else row.level - _SURE * (row.level - row.low) / 1.96
