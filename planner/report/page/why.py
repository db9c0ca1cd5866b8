"""Why this plan: what limits and promises cost, what is just kept, why it is short. Only what was computed."""

from __future__ import annotations

from planner.domain.plan import Plan
from planner.explanation import Explanation
from planner.explanation.rows import (
    HOURS,
    LIMITS,
    MARGINS,
    PRICES,
    base_sentence,
    hour_rows,
    limit_rows,
    margin_rows,
    price_rows,
    shortage_lines,
)
from planner.explanation.words import held_note
from planner.report.markup import Markup, join, table, tag


def why(plan: Plan, found: Explanation | None) -> list[tuple[str, str, str, Markup]]:
    """Return the section as id, title, lead and content; none where nothing was asked."""
    if found is None or found.overview is None:
        return []
    overview = found.overview
    parts: list[Markup] = [tag("p", base_sentence(overview, plan))]
    if held := held_note(plan):
        parts.append(tag("p", held))
    for head, rows, kinds, caption in (
        (LIMITS, limit_rows(overview), "ttnnt", "What rules and limits cost"),
        (PRICES, price_rows(overview), "ttnnt", "A little more of a promise, or less"),
        (HOURS, hour_rows(overview), "wtnnnn", "The dearest hours of the clock (dual prices)"),
        (MARGINS, margin_rows(overview, plan), "twnnnn", "Promises missed, and just kept (counted in the plan)"),
    ):
        if rows:
            parts.append(table(head, rows, kinds=kinds, caption=caption))
    parts.append(tag("h3", "Why it is short" if found.shortage is not None else "Short"))
    parts += [tag("p", line) for line in shortage_lines(found, plan)]
    if found.left_out:
        parts.append(tag("p", f"Left out, as the time was over: {'; '.join(found.left_out)}.", class_="small"))
    lead = (
        f"Prices in {plan.account.currency} about the least cost any plan could have. A bound difference compares two linear programs, "
        "each solved; a dual price is the slope of one, good for small steps."
    )
    return [("why", "Why this plan", lead, join(parts))]
