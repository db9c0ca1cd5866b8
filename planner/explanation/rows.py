"""An overview as rows of text: for tables of the report and of pages. Nothing is said that was not computed."""

from __future__ import annotations

from planner.domain.plan import Plan
from planner.explanation.phrases import amount_text, level_text, names_text, window_text
from planner.explanation.result import Explanation, Figure, Overview, Source
from planner.explanation.shortage_words import shortage_text

Rows = list[tuple[str, ...]]

LIMITS = ("Rule or limit", "What was tried", "The cheapest plan would cost less by", "Share", "How found")
PRICES = ("Promise or hours", "Change", "Adds to the cheapest plan", "Share", "How found")
HOURS = ("Hour", "Queues", "Days", "Agents needed", "One more agent-hour costs", "The hour's part of the cost")
MARGINS = ("Promise", "Window", "Delivered", "Promised", "Contacts to spare", "Chance")


def limit_rows(found: Overview) -> Rows:
    """Return what rules and limits cost, the dearest first."""
    return [(p.sentence, p.change, *_figure(p.figure, p.share)) for p in found.limits]


def price_rows(found: Overview) -> Rows:
    """Return what a little more or less of a promise costs, the dearest first."""
    return [(p.subject, p.change, *_figure(p.figure, p.share)) for p in found.prices]


def hour_rows(found: Overview, most: int = 12) -> Rows:
    """Return the `most` dearest hours of the clock; all are dual prices."""
    return [
        (
            f"{h.hour:02d}:00-{(h.hour + 1) % 24:02d}:00 {h.zone}",
            names_text(h.queues),
            str(h.open_days),
            f"{h.agents:.1f}",
            f"{h.per_agent_h:,.2f}",
            f"{h.cost:,.0f}",
        )
        for h in found.hours[:most]
    ]


def margin_rows(found: Overview, plan: Plan, most: int = 12) -> Rows:
    """Return the promises missed, then the `most` that are just kept."""
    missed = [m for m in found.margins if not m.met]
    kept = [m for m in found.margins if m.met][:most]
    return [
        (
            m.clause,
            window_text(m, plan),
            level_text(m.level, m.target),
            f"{100 * m.target:.4g}%",
            f"{m.spare:,.1f} of {m.offered:,.0f}",
            "–" if m.probability is None else f"{int(100 * m.probability + 1e-6)}%",
        )
        for m in (*missed, *kept)
    ]


def base_sentence(found: Overview, plan: Plan) -> str:
    """Return what all prices are about: the least any plan can cost, beside what this one comes to."""
    currency = plan.account.currency
    if found.cheapest is None:
        return "What the cheapest plan costs was not computed, so there are no prices."
    said = f"No plan can cost less than {found.cheapest.amount:,.2f} {currency}, lead-in and priced shortfall included"
    return f"{said}; this one comes to {found.objective:,.2f} in the same terms." if found.objective is not None else f"{said}."


def shortage_lines(found: Explanation, plan: Plan) -> list[str]:
    """Return why the plan is short, line by line; one line when it is not."""
    if found.shortage is None:
        return ["No interval is below its least, no promise missed."]
    return [line.strip() for line in shortage_text(found.shortage, plan)]


def _figure(figure: Figure, share: float) -> tuple[str, str, str]:
    said = amount_text(figure)
    return said, f"{share:+.2%}" if figure.sure else "", "dual price" if figure.source is Source.DUAL else figure.source.value
