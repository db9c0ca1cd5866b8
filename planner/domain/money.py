"""Money is an exact decimal with a currency (C9)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Decimal


@dataclass(frozen=True)
class Money:
    """An amount in one currency; adding two currencies is an error."""

    amount: Decimal
    currency: str

    def __add__(self, other: Money) -> Money:
        if self.currency != other.currency:
            raise ValueError(f"cannot add {other.currency} to {self.currency} without a rate")
        return Money(self.amount + other.amount, self.currency)

    def rounded(self) -> Money:
        """Return the amount to the cent (half to even)."""
        return Money(cents(self.amount), self.currency)

    def __str__(self) -> str:
        return f"{self.amount:,.2f} {self.currency}"


def cents(amount: Decimal) -> Decimal:
    """Return `amount` to two decimals (half to even)."""
    return amount.quantize(Decimal("0.01"), rounding=ROUND_HALF_EVEN)


@dataclass(frozen=True, kw_only=True)
class CostLine:
    """One line of a bill: `hours` at `rate` is `amount` to the cent. `item` names what is paid: wage, night, on-cost, margin …

    A line of the lead-in (shifts begun before the horizon, C13) has an item ending in ``(lead-in)``.
    """

    site: str
    group: str
    item: str
    hours: Decimal
    rate: Decimal
    amount: Decimal
    currency: str


LEAD_IN = " (lead-in)"


@dataclass(frozen=True, kw_only=True)
class Bill:
    """What a roster costs and what the client is charged for it, as lines that trace to hours."""

    cost: tuple[CostLine, ...]
    price: tuple[CostLine, ...] = ()

    def total_cost(self) -> Money:
        """Sum of the cost lines of the horizon, lead-in excluded; raises ValueError on mixed currencies or no lines."""
        return total(line for line in self.cost if not line.item.endswith(LEAD_IN))

    def total_price(self) -> Money:
        """Sum of the price lines, lead-in excluded."""
        return total(line for line in self.price if not line.item.endswith(LEAD_IN))

    def lead_in_cost(self) -> Money | None:
        """Sum of the cost lines of shifts begun before the horizon; None when there are none."""
        lines = [line for line in self.cost if line.item.endswith(LEAD_IN)]
        return total(lines) if lines else None


def total(lines: Iterable[CostLine]) -> Money:
    """Return the sum of `lines`; raise ValueError when there are none or their currencies differ."""
    amounts = [Money(line.amount, line.currency) for line in lines]
    if not amounts:
        raise ValueError("no cost lines to add up")
    result = amounts[0]
    for money in amounts[1:]:
        result = result + money
    return result
