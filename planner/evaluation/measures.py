"""What is measured of a live queue."""

from __future__ import annotations

from dataclasses import dataclass

from planner.domain.arrays import Floats
from planner.domain.targets import Formula

NOBODY = 1e-9
"""On-seat agents below this are nobody: no contact is served."""

Shares = tuple[Floats, Floats]
"""Shares of contacts in a formula's denominator and numerator."""


@dataclass(frozen=True, kw_only=True)
class Service:
    """What one live queue delivers ``[T]``: level by its own formula, occupancy, abandonment, mean wait of all contacts in seconds
    (those who give up included); NaN where no contacts are expected."""

    level: Floats
    occupancy: Floats
    abandonment: Floats
    mean_wait_s: Floats


@dataclass(frozen=True, kw_only=True)
class Counts:
    """Contacts a level is made of, by interval ``[T]`` (or ``[K, T]`` over scenarios): `counted` is the formula's denominator
    (offered contacts; answered ones for ANSWERED; offered less short abandons for EXCLUDING_SHORT_ABANDONS), `within` its
    numerator. Both are zero where nothing is expected."""

    counted: Floats
    within: Floats


@dataclass(frozen=True, kw_only=True)
class Luck:
    """Variance of contacts in time less the target times those counted, by interval ``[T]``: `alone` if each contact met the queue by
    itself, `varied` as waits of contacts near each other are alike; `worth` is what one agent on seat more adds to that number."""

    alone: Floats
    varied: Floats
    worth: Floats


def credits(formula: Formula) -> bool:
    """True for the formula that counts contacts as reached although nobody answered them."""
    return formula is Formula.CREDITING_SHORT_ABANDONS
