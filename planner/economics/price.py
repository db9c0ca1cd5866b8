"""What the client is charged: cost-plus, an hourly rate per group that carries the group's whole cost and the margin."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import ROUND_HALF_EVEN, Decimal

from planner.domain.account import Account
from planner.domain.money import LEAD_IN, CostLine, cents
from planner.economics.cost import WAGE

_MICRO = Decimal("0.000001")


def price_lines(cost: Sequence[CostLine], account: Account) -> tuple[CostLine, ...]:
    """Return one line per group of `cost`: its paid hours at ``cost per paid hour x (1 + margin)``.

    The rate is written to a millionth and ``amount = hours x rate`` to the cent. Lead-in hours have lines of their own.
    """
    share = account.contract.margin_share
    item = f"agent hours, cost plus {(share * 100).normalize():f}%"
    lines: list[CostLine] = []
    for wage in cost:
        suffix = LEAD_IN if wage.item.endswith(LEAD_IN) else ""
        if wage.item != WAGE + suffix:
            continue
        whole = sum(
            (line.amount for line in cost if line.group == wage.group and line.item.endswith(LEAD_IN) == bool(suffix)),
            Decimal(0),
        )
        rate = (whole * (1 + share) / wage.hours).quantize(_MICRO, rounding=ROUND_HALF_EVEN)
        lines.append(
            CostLine(
                site=wage.site,
                group=wage.group,
                item=item + suffix,
                hours=wage.hours,
                rate=rate,
                amount=cents(wage.hours * rate),
                currency=wage.currency,
            )
        )
    return tuple(lines)
