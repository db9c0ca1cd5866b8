"""What the roster costs, by where, for whom and what for."""

from __future__ import annotations

from collections import defaultdict
from decimal import Decimal
from typing import TYPE_CHECKING

from planner.charts.theme import PALETTE, finish, graph_objects, label
from planner.domain.money import LEAD_IN, CostLine
from planner.domain.plan import Plan

if TYPE_CHECKING:
    from plotly.graph_objects import Figure

BY = ("site", "language", "group")


def cost_breakdown(plan: Plan, *, by: str = "site") -> Figure:
    """Return the cost of the horizon as stacked bars: one bar per site, language or group, parts by what is paid (wage, premiums …).

    Agents who speak several languages are one bar of their own: their time is not split here. The lead-in is left out (C13). Raises
    ValueError for another `by`.
    """
    go = graph_objects()
    if by not in BY:
        raise ValueError(f"by must be one of {', '.join(BY)}, got {by!r}")
    lines = [line for line in plan.bill.cost if not line.item.endswith(LEAD_IN)]
    currency = plan.account.currency
    amounts: dict[tuple[str, str], Decimal] = defaultdict(Decimal)
    for line in lines:
        amounts[_key(plan, line, by), line.item] += line.amount
    items = sorted({item for _, item in amounts}, key=lambda item: -sum(v for (_, i), v in amounts.items() if i == item))
    keys = sorted({key for key, _ in amounts}, key=lambda key: -sum(v for (k, _), v in amounts.items() if k == key))
    figure = go.Figure()
    for n, item in enumerate(items):
        figure.add_bar(
            orientation="h",
            y=[label(key) for key in keys],
            x=[float(amounts.get((key, item), Decimal(0))) for key in keys],
            name=label(item),
            marker={"color": PALETTE[n % len(PALETTE)], "pattern": {"shape": ("", "/", ".", "x", "-")[n % 5], "size": 5}},
            hovertemplate=f"%{{y}}<br>{label(item).replace('%', '&#37;')}: %{{x:,.2f}} {label(currency)}<extra></extra>",
        )
    totals = {key: sum((v for (k, _), v in amounts.items() if k == key), Decimal(0)) for key in keys}
    figure.add_scatter(
        x=[float(totals[key]) for key in keys],
        y=[label(key) for key in keys],
        mode="text",
        text=[f" {totals[key]:,.0f}" for key in keys],
        textposition="middle right",
        cliponaxis=False,
        hoverinfo="skip",
        showlegend=False,
    )
    words = ", ".join(f"{key} {totals[key]:,.2f} {currency}" for key in keys)
    return finish(
        figure,
        title=f"Cost of the horizon by {by}",
        alt_text=f"Stacked bars of cost by {by}: {words or 'no cost'}.",
        height=150 + 40 * max(2, len(keys)),
        barmode="stack",
        xaxis={"title": {"text": f"{label(currency)}, whole horizon"}, "rangemode": "tozero"},
        yaxis={"autorange": "reversed", "type": "category"},
        margin={"l": 60, "r": 80, "t": 84, "b": 56},
        bargap=0.35,
    )


def _key(plan: Plan, line: CostLine, by: str) -> str:
    if by == "language":
        try:
            return " + ".join(plan.account.group(line.group).languages)
        except KeyError:
            return "all"
    return (line.site if by == "site" else line.group) or "all"
