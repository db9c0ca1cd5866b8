"""Explanations as sentences, for the console and for pages."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

from planner.domain.headline import held_queues
from planner.domain.plan import Plan
from planner.explanation.phrases import MOST, SOURCES, amount_text, item, level_text, names_text, window_text
from planner.explanation.result import Explanation, Figure, HourPrice, LimitPrice, Margin, MarginalPrice, Overview, Shortage
from planner.explanation.shortage_words import shortage_text
from planner.explanation.story_words import agent_text, everybody_text, story_text


def told(found: Explanation, plan: Plan) -> str:
    """Return an explanation of `plan` as plain text of at most 110 columns."""
    lines: list[str] = []
    if held := held_note(plan):
        lines += [*item(held, indent=""), ""]
    if found.overview is not None:
        lines += _overview(found.overview, found.shortage, plan)
    if found.interval_utc is not None and not found.intervals:
        lines.append(f"{found.interval_utc:%a %d %b %Y %H:%MZ}: every queue is closed, nobody is needed")
    if found.queue and found.interval_utc is None:
        lines += _queue(found, plan)
    if len(found.intervals) == 1:
        lines += story_text(found.intervals[0], plan)
    elif found.intervals:
        lines += everybody_text(found.intervals, plan)
    if found.agent is not None:
        lines += agent_text(found.agent, plan)
    if found.left_out:
        why = "stopped by you" if found.stopped else "no time left (--time-limit)"
        lines += ["", *item(f"Left out, {why}: {'; '.join(found.left_out)}.", indent="")]
    return "\n".join(lines).strip("\n")


def held_note(plan: Plan) -> str:
    """Return what a reader must know of an explanation of a plan held to simulated levels; empty of any other."""
    if not held_queues(plan):
        return ""
    return (
        "Promises of shared people are held to simulated levels, and so is what one person less would do. Prices, dearest hours and what "
        "is short of the least are those of the program the shifts were designed by, which divides people between queues beforehand."
    )


def _overview(found: Overview, shortage: Shortage | None, plan: Plan) -> Iterator[str]:
    yield from _composition(found, plan)
    yield from _hours(
        found.hours, plan, "Dearest hours: what one more agent on seat costs there, and the hour's part of the cheapest plan"
    )
    yield from _limits(found.limits, plan)
    yield from _prices(found.prices, plan)
    yield from _margins(found.margins, plan)
    yield ""
    yield from (
        shortage_text(shortage, plan)
        if shortage is not None
        else ["Short: nowhere; no interval is below its least, no promise missed."]
    )


def _composition(found: Overview, plan: Plan) -> Iterator[str]:
    currency = plan.account.currency
    yield f"Cost {found.cost:,.2f} {currency} (counted in the plan)"
    yield from item("for " + ", ".join(f"{p.name} {p.amount:,.2f} ({p.share:.1%})" for p in found.parts))
    yield from item("by " + ", ".join(f"{p.name} {p.amount:,.2f} ({p.share:.1%})" for p in found.groups))
    if found.cheapest is None:
        yield from item("What the cheapest plan costs was not computed, so there are no prices.")
        return
    said = f"No plan can cost less than {found.cheapest.amount:,.2f} {currency}, lead-in and priced shortfall included"
    if found.objective is not None:
        said += f"; this one comes to {found.objective:,.2f} in the same terms"
    yield from item(
        f"{said}. Prices below are about that least cost, not about this plan's: a bound difference compares two linear programs, each "
        "solved; a dual price is the slope of one, good for small steps."
    )


def _hours(hours: Sequence[HourPrice], plan: Plan, title: str) -> Iterator[str]:
    if not hours:
        return
    yield ""
    yield f"{title} (dual price)"
    for h in hours[:MOST]:
        days = f"{h.open_days} day" + ("s" if h.open_days != 1 else "")
        yield from item(
            f"{h.per_agent_h:7.2f} {plan.account.currency}/h  {h.hour:02d}:00-{(h.hour + 1) % 24:02d}:00 {h.zone} on {days}: "
            f"{names_text(h.queues)}, {h.agents:.1f} agents needed, {h.cost:,.0f} in all"
        )
    if len(hours) > MOST:
        yield f"  and {len(hours) - MOST} hours that cost less an agent"


def _limits(limits: Sequence[LimitPrice], plan: Plan) -> Iterator[str]:
    yield ""
    yield "Dearest rules and limits: how much less the cheapest plan would cost"
    if not limits:
        yield "  not computed"
    for price in limits:
        yield from item(f"{_amount(price.figure, price.share)}  {price.sentence} -> {price.change}")
    costless = "Seats and headcounts not listed cost nothing: the duals prove the same least cost without them."
    if limits:
        yield from item(costless)


def _amount(figure: Figure, share: float) -> str:
    source = SOURCES[figure.source]
    return f"{amount_text(figure)} ({share:+.2%}; {source})" if figure.sure else f"nothing ({source})"


def _prices(prices: Sequence[MarginalPrice], plan: Plan) -> Iterator[str]:
    yield ""
    yield "A little more of a promise, or less: what it adds to the cheapest plan's cost"
    if not prices:
        yield "  not computed"
    for price in prices:
        yield from item(f"{_amount(price.figure, price.share)}  {price.subject}: {price.change}")


def _margins(margins: Sequence[Margin], plan: Plan) -> Iterator[str]:
    if not margins:
        return
    missed = [m for m in margins if not m.met]
    kept = [m for m in margins if m.met]
    yield ""
    yield f"Promises missed: {len(missed)} of {len(margins)} windows (counted in the plan)"
    for m in missed[:MOST]:
        yield from item(_margin(m, plan))
    if kept:
        yield "Promises just kept"
        for m in kept[:MOST]:
            yield from item(_margin(m, plan))


def _margin(m: Margin, plan: Plan) -> str:
    points = 100 * (m.level - m.target)
    chance = "" if m.probability is None else f", chance {math.floor(100 * m.probability + 1e-6)}%"
    side = f"{m.spare:,.1f} contacts to spare" if m.met else f"{-m.spare:,.1f} contacts too few in time"
    return (
        f"{m.clause} {window_text(m, plan)}: {level_text(m.level, m.target)} against "
        f"{100 * m.target:.4g}%, {points:+.2f} points, {side} of {m.offered:,.0f}{chance}"
    )


def _queue(found: Explanation, plan: Plan) -> Iterator[str]:
    queue = plan.account.queue(found.queue)
    yield f"{queue.id}, on the clock of {plan.account.market(queue.market).zone}"
    yield from _margins(found.queue_margins, plan)
    if queue.channel.live:
        yield from _prices(found.queue_prices, plan)
    else:
        yield from [
            "",
            *item(
                "Deferred work is staffed to be done in time whatever its level: a point more or less has no price.", indent=""
            ),
        ]
    yield from _hours(found.queue_hours, plan, "Its hours, with all queues the same people answer")
