"""The figures a plan is known by, read off the finished roster's evaluation and bill (C8)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from planner.domain.headline import cost_and_price, expected_credits, margin_left, paid_hours, promises_kept, shortfall_hours
from planner.domain.money import Money
from planner.domain.plan import Plan


@dataclass(frozen=True, kw_only=True)
class Facts:
    """`kept` of `promised` promises hold (those without contacts, and queues that a clause of the contract stands for, are not counted);
    `agents` on the payroll; `paid_h` hours of shifts begun in the horizon; `contacts` expected; `missing_h` on-seat agent-hours below the
    least of intervals, `required_h` the requirement; `gap` of the first solve; `lead_in` the cost of shifts begun before the horizon, None
    without any; `credits` the service credits expected and `left` what price less cost leaves after them, None where no clause has tiers.
    """

    kept: int
    promised: int
    agents: int
    paid_h: float
    contacts: float
    missing_h: float
    required_h: float
    cost: Money
    lead_in: Money | None
    price: Money
    gap: float | None
    credits: Money | None
    left: Money | None


def facts(plan: Plan) -> Facts:
    """Return the figures of `plan`."""
    kept, promised = promises_kept(plan)
    cost, price = cost_and_price(plan)
    return Facts(
        kept=kept,
        promised=promised,
        agents=len(plan.roster.agents),
        paid_h=paid_hours(plan),
        contacts=float(np.nansum(plan.demand.contacts)),
        missing_h=shortfall_hours(plan),
        required_h=float(np.nansum(plan.requirement.agents)) * plan.requirement.grid.interval_h,
        cost=cost,
        lead_in=plan.bill.lead_in_cost(),
        price=price,
        gap=plan.solves[0].gap if plan.solves else None,
        credits=expected_credits(plan),
        left=margin_left(plan),
    )
