"""A cost-plus quote: what the client pays per paid hour of each group, traced to the finished roster."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

import numpy as np

from planner.domain.money import LEAD_IN, Money, cents
from planner.domain.plan import Plan


@dataclass(frozen=True, kw_only=True)
class QuoteLine:
    """One priced line: `hours` of `group` at `rate` per hour."""

    group: str
    item: str
    hours: Decimal
    rate: Decimal
    amount: Decimal


@dataclass(frozen=True, kw_only=True)
class Quote:
    """What the roster of the horizon is offered for. `per_contact` is None when no contacts are expected."""

    account: str
    currency: str
    days: int
    lines: tuple[QuoteLine, ...]
    total: Money
    contacts: float
    per_hour: Decimal | None
    per_contact: Decimal | None
    margin_share: Decimal


def quote(plan: Plan) -> Quote:
    """Return the cost-plus price of `plan`'s roster, line by line, with the mean price of an hour and of an expected contact.

    Shifts begun before the horizon are left out: they belong to the bill of the week before (C13).
    """
    total = plan.bill.total_price()
    lines = tuple(
        QuoteLine(group=line.group, item=line.item, hours=line.hours, rate=line.rate, amount=line.amount)
        for line in plan.bill.price
        if not line.item.endswith(LEAD_IN)
    )
    hours = sum((line.hours for line in lines), Decimal(0))
    contacts = float(np.nansum(plan.demand.contacts))
    return Quote(
        account=plan.account.name,
        currency=total.currency,
        days=plan.account.horizon.days,
        lines=lines,
        total=total,
        contacts=contacts,
        per_hour=cents(total.amount / hours) if hours else None,
        per_contact=cents(total.amount / Decimal(repr(contacts))) if contacts else None,
        margin_share=plan.account.contract.margin_share,
    )
