"""A sum divided in proportion, to the cent."""

from __future__ import annotations

from decimal import ROUND_FLOOR, Decimal

from planner.domain.arrays import Floats
from planner.domain.money import Money

_CENT = Decimal("0.01")


def split_by_time(total: Money, seconds: Floats) -> tuple[Money, ...]:
    """Return `total` divided in proportion to `seconds` ``[N]``, to the cent, so that the parts sum to it: what rounding down leaves goes,
    a cent each, to the largest remainders (Hare's method). Raises ValueError where no seconds are above 0."""
    if not float(seconds.sum()) > 0 or (seconds < 0).any():
        raise ValueError("time handled must be above 0 seconds in total and nowhere below 0")
    parts = [Decimal(repr(float(value))) for value in seconds]
    exact = [total.amount * part / sum(parts) for part in parts]
    cents = [amount.quantize(_CENT, rounding=ROUND_FLOOR) for amount in exact]
    left = int((total.amount - sum(cents)) / _CENT)
    order = sorted(range(len(exact)), key=lambda n: cents[n] - exact[n])
    for n in order[:left]:
        cents[n] += _CENT
    return tuple(Money(amount, total.currency) for amount in cents)
