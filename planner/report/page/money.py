"""Cost and price as lines that trace to hours."""

from __future__ import annotations

from collections.abc import Sequence

from planner.domain.money import LEAD_IN, CostLine, total
from planner.domain.plan import Plan
from planner.report.markup import Markup, join, table, tag
from planner.report.words import number


def money(plan: Plan) -> Markup:
    """Return the cost lines and the price lines, each with its sum; the lead-in apart (C13)."""
    cost = [line for line in plan.bill.cost if not line.item.endswith(LEAD_IN)]
    price = [line for line in plan.bill.price if not line.item.endswith(LEAD_IN)]
    lead = [line for line in plan.bill.cost if line.item.endswith(LEAD_IN)]
    share = f"{(plan.account.contract.margin_share * 100).normalize():f}%"
    parts = [
        tag("h3", "Cost of the horizon"),
        _lines(cost, "Every line is hours × rate, rounded to the cent"),
        tag("h3", f"Price: cost plus {share}"),
        _lines(price, "What the client pays per paid hour of each group"),
    ]
    if lead:
        said = f"Shifts begun before the horizon: {total(lead)}, paid but not part of its cost"
        parts.append(tag("details", tag("summary", said), _lines(lead, "Lines of the lead-in")))
    return join(parts)


def _lines(lines: Sequence[CostLine], caption: str) -> Markup:
    if not lines:
        return tag("p", "No lines.")
    rows = [
        [line.group, line.site, line.item, number(line.hours, 2), number(line.rate, 4), number(line.amount, 2), line.currency]
        for line in lines
    ]
    summed = None
    if len({line.currency for line in lines}) == 1:
        whole = total(lines)
        summed = ["Sum", "", "", "", "", number(whole.amount, 2), whole.currency]
    head = ("Group", "Site", "What for", "Hours", "Rate per hour", "Amount", "")
    return table(head, rows, kinds="tttnnnt", caption=caption, total=summed)
