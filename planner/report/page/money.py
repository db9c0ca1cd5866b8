"""Cost and price as lines that trace to hours."""

from __future__ import annotations

from collections.abc import Sequence

from planner.domain.headline import cost_and_price, expected_credits, margin_left, results_of
from planner.domain.money import LEAD_IN, CostLine, total
from planner.domain.plan import Plan
from planner.report.markup import Markup, join, table, tag
from planner.report.words import number, tiers_text, window_name


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
    parts += _credits(plan)
    if lead:
        said = f"Shifts begun before the horizon: {total(lead)}, paid but not part of its cost"
        parts.append(tag("details", tag("summary", said), _lines(lead, "Lines of the lead-in")))
    return join(parts)


def _credits(plan: Plan) -> list[Markup]:
    """What is owed for windows below the contract's tiers, and what the price leaves after it."""
    credits, left = expected_credits(plan), margin_left(plan)
    if credits is None or left is None:
        return []
    cost, price = cost_and_price(plan)
    rows = []
    for clause in plan.account.contract.clauses:
        windows = [r for r in results_of(plan, clause.id, clause.window) if r.expected_credit is not None]
        if not clause.tiers or not windows:
            continue
        worst = max(windows, key=lambda r: r.expected_credit or 0)
        owed = sum(r.expected_credit or 0 for r in windows)
        zone = plan.account.market(plan.account.queue(clause.queues[0]).market).zone
        most = f"{number(worst.expected_credit, 2)}, {window_name(worst, zone, plan.demand.grid.interval_s)}"
        rows.append(
            [
                clause.id,
                tiers_text(clause.tiers, credits.currency),
                number(len(windows)),
                number(owed, 2),
                most,
            ]
        )
    head = (
        "Clause",
        "Owed for one window",
        "Windows",
        "Expected",
        "Most, and where",
    )
    caption = (
        "Expected: for each window the sum over tiers of what falling below adds, times the chance that the window ends below. "
        "Of a window cut by the horizon's edge, the share of its hours inside"
    )
    bill = [
        ["Price", number(price.amount, 2)],
        ["Cost", number(-cost.amount, 2)],
        ["Expected service credits", number(-credits.amount, 2)],
    ]
    return [
        tag("h3", "Service credits"),
        table(head, rows, kinds="ttnnt", caption=caption),
        table(
            ("What is left", f"Amount in {credits.currency}"),
            bill,
            kinds="tn",
            caption="Of the price, after cost and what is expected to be owed",
            total=["Left", number(left.amount, 2)],
        ),
    ]


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
