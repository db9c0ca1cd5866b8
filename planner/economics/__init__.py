"""Money: what a roster costs and what the client pays for it, as lines that trace to hours (C9)."""

from __future__ import annotations

from planner.domain.account import Account
from planner.domain.money import Bill
from planner.domain.shifts import ShiftPlan
from planner.economics.cost import cost_lines
from planner.economics.price import price_lines

__all__ = ["bill", "cost_lines", "price_lines"]


def bill(shift_plan: ShiftPlan, account: Account) -> Bill:
    """Return what `shift_plan` costs and what the client is charged, in the account's currency, from its shift rows alone (C8).

    Raises DataError when a site's currency has no rate to the account's, naming all of them.
    """
    cost = cost_lines(shift_plan, account)
    return Bill(cost=cost, price=price_lines(cost, account))
