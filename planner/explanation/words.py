"""Explanations as sentences, for the console and for pages."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from datetime import datetime
from textwrap import wrap

from planner.domain.grid import zone_info
from planner.domain.plan import Plan
from planner.domain.queues import Queue
from planner.domain.targets import Window
from planner.explanation.result import (
    AgentNeed,
    Conflict,
    Explanation,
    Figure,
    GroupThere,
    HourPrice,
    IntervalStory,
    LevelChange,
    LimitPrice,
    Margin,
    MarginalPrice,
    OneLess,
    Overview,
    Relaxation,
    Shortage,
    ShortInterval,
    Source,
    Wanted,
)

WIDTH = 110
_MOST = 8
"""Rows of a list shown; the rest is counted."""

_SOURCES = {
    Source.BOUND: "bound difference",
    Source.DUAL: "dual price",
    Source.ROSTERS: "difference of two rosters",
    Source.PLAN: "counted in the plan",
}


def told(found: Explanation, plan: Plan) -> str:
    """Return an explanation of `plan` as plain text of at most 110 columns."""
    lines: list[str] = []
    if found.overview is not None:
        lines += _overview(found.overview, found.shortage, plan)
    if found.interval_utc is not None and not found.intervals:
        lines.append(f"{found.interval_utc:%a %d %b %Y %H:%MZ}: every queue is closed, nobody is needed")
    if found.queue and found.interval_utc is None:
        lines += _queue(found, plan)
    if len(found.intervals) == 1:
        lines += _story(found.intervals[0], plan)
    elif found.intervals:
        lines += _everybody(found.intervals, plan)
    if found.agent is not None:
        lines += _agent(found.agent, plan)
    if found.left_out:
        why = "stopped by you" if found.stopped else "no time left (--time-limit)"
        lines += ["", *_item(f"Left out, {why}: {'; '.join(found.left_out)}.", indent="")]
    return "\n".join(lines).strip("\n")


def _item(text: str, indent: str = "  ") -> list[str]:
    return wrap(
        text, WIDTH, initial_indent=indent, subsequent_indent=indent + "  ", break_long_words=False, break_on_hyphens=False
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
        _shortage(shortage, plan)
        if shortage is not None
        else ["Short: nowhere; no interval is below its least, no promise missed."]
    )


def _composition(found: Overview, plan: Plan) -> Iterator[str]:
    currency = plan.account.currency
    yield f"Cost {found.cost:,.2f} {currency} (counted in the plan)"
    yield from _item("for " + ", ".join(f"{p.name} {p.amount:,.2f} ({p.share:.1%})" for p in found.parts))
    yield from _item("by " + ", ".join(f"{p.name} {p.amount:,.2f} ({p.share:.1%})" for p in found.groups))
    if found.cheapest is None:
        yield from _item("What the cheapest plan costs was not computed, so there are no prices.")
        return
    said = f"No plan can cost less than {found.cheapest.amount:,.2f} {currency}, lead-in and priced shortfall included"
    if found.objective is not None:
        said += f"; this one comes to {found.objective:,.2f} in the same terms"
    yield from _item(
        f"{said}. Prices below are about that least cost, not about this plan's: a bound difference compares two linear programs, each "
        "solved; a dual price is the slope of one, good for small steps."
    )


def _hours(hours: Sequence[HourPrice], plan: Plan, title: str) -> Iterator[str]:
    if not hours:
        return
    yield ""
    yield f"{title} (dual price)"
    for h in hours[:_MOST]:
        days = f"{h.open_days} day" + ("s" if h.open_days != 1 else "")
        yield from _item(
            f"{h.per_agent_h:7.2f} {plan.account.currency}/h  {h.hour:02d}:00-{(h.hour + 1) % 24:02d}:00 {h.zone} on {days}: "
            f"{names_text(h.queues)}, {h.agents:.1f} agents needed, {h.cost:,.0f} in all"
        )
    if len(hours) > _MOST:
        yield f"  and {len(hours) - _MOST} hours that cost less an agent"


def names_text(queues: Sequence[str], most: int = 4) -> str:
    """Return up to `most` names, and how many more there are."""
    return ", ".join(queues[:most]) + (f" and {len(queues) - most} more" if len(queues) > most else "")


def _limits(limits: Sequence[LimitPrice], plan: Plan) -> Iterator[str]:
    yield ""
    yield "Dearest rules and limits: how much less the cheapest plan would cost"
    if not limits:
        yield "  not computed"
    for price in limits:
        yield from _item(f"{_amount(price.figure, price.share)}  {price.sentence} -> {price.change}")
    costless = "Seats and headcounts not listed cost nothing: the duals prove the same least cost without them."
    if limits:
        yield from _item(costless)


def amount_text(figure: Figure) -> str:
    """Return a figure with its unit: "nothing" where it is below its own error, "at most" where a dual price is of savings."""
    if not figure.sure:
        return "nothing"
    at_most = "at most " if figure.source is Source.DUAL and figure.amount < 0 else ""
    return f"{at_most}{figure.amount:,.2f} {figure.unit}"


def _amount(figure: Figure, share: float) -> str:
    source = _SOURCES[figure.source]
    return f"{amount_text(figure)} ({share:+.2%}; {source})" if figure.sure else f"nothing ({source})"


def _prices(prices: Sequence[MarginalPrice], plan: Plan) -> Iterator[str]:
    yield ""
    yield "A little more of a promise, or less: what it adds to the cheapest plan's cost"
    if not prices:
        yield "  not computed"
    for price in prices:
        yield from _item(f"{_amount(price.figure, price.share)}  {price.subject}: {price.change}")


def _margins(margins: Sequence[Margin], plan: Plan) -> Iterator[str]:
    if not margins:
        return
    missed = [m for m in margins if not m.met]
    kept = [m for m in margins if m.met]
    yield ""
    yield f"Promises missed: {len(missed)} of {len(margins)} windows (counted in the plan)"
    for m in missed[:_MOST]:
        yield from _item(_margin(m, plan))
    if kept:
        yield "Promises just kept"
        for m in kept[:_MOST]:
            yield from _item(_margin(m, plan))


def _margin(m: Margin, plan: Plan) -> str:
    points = 100 * (m.level - m.target)
    chance = "" if m.probability is None else f", chance {math.floor(100 * m.probability + 1e-6)}%"
    side = f"{m.spare:,.1f} contacts to spare" if m.met else f"{-m.spare:,.1f} contacts too few in time"
    return (
        f"{m.clause} {window_text(m, plan)}: {level_text(m.level, m.target)} against "
        f"{100 * m.target:.4g}%, {points:+.2f} points, {side} of {m.offered:,.0f}{chance}"
    )


def level_text(level: float, target: float, least: int = 1) -> str:
    """As many digits as it takes not to read as its target when it falls short, `least` at least."""
    for digits in range(least, 8):
        said = f"{100 * level:.{digits}f}"
        if not level < target or float(said) < 100 * target:
            break
    return f"{said}%"


def window_text(item: Margin | LevelChange, plan: Plan) -> str:
    """Return the window of a promise in words."""
    if item.window is Window.CONTRACT:
        return "whole horizon"
    if item.window is Window.INTERVAL:
        queue = next((q for q in plan.account.queues if q.id == item.clause), None)
        market = plan.account.market(queue.market) if queue is not None else None
        zone = market.zone if market is not None else plan.account.horizon.zone
        return f"at {item.window_start_utc.astimezone(zone_info(zone)):%a %d %b %H:%M}"
    return (
        f"{item.window.value} from {item.window_date:%a %d %b}"
        if item.window is not Window.DAY
        else f"{item.window_date:%a %d %b}"
    )


def shortage_text(found: Shortage, plan: Plan) -> list[str]:
    """Return why a plan is short, as lines."""
    return list(_shortage(found, plan))


def _shortage(found: Shortage, plan: Plan) -> Iterator[str]:
    if found.intervals:
        said = f"Short: {found.hours:,.1f} on-seat agent-hours below the least an interval must have, in {found.intervals} intervals"
        yield from _item(f"{said} (counted in the plan)", indent="")
        yield from _item("worst: " + "; ".join(_short(s, plan) for s in found.worst))
    else:
        yield "Short: no interval; promises are missed (counted in the plan)"
    currency = plan.account.currency
    if found.forced is None:
        yield "  Whether limits force any of it was not computed."
        return
    if not found.forced.sure:
        yield from _item(
            "No limit stands in the way: the linear program meets every requirement and promise. The plan is short by choice: a missing "
            f"agent-hour is priced at {found.price_per_h:,.2f} {currency}, and a whole shift for a short peak costs more."
        )
        if found.full_cover is not None:
            yield from _item(f"Meeting everything would add at least {_amount_only(found.full_cover)} to the cheapest plan.")
        return
    yield from _item(
        f"{found.forced.amount:,.2f} agent-hours are missing in every plan, whatever it costs (the least of a linear program)."
    )
    for conflict in found.conflicts:
        yield from _conflict(conflict, plan)
    yield from _relaxations(found.relaxations)


def _amount_only(figure: Figure) -> str:
    return f"{figure.amount:,.2f} {figure.unit} ({_SOURCES[figure.source]})"


def _conflict(conflict: Conflict, plan: Plan) -> Iterator[str]:
    yield from _item(
        f"These cannot all hold, {conflict.missing.amount:,.3g} {conflict.missing.unit} apart; without any one the others can:"
    )
    for wanted in conflict.demands:
        yield from _item(f"- {_wanted(wanted, plan)}", indent="    ")
    for said in conflict.sentences:
        yield from _item(f"- {said}", indent="    ")


def _wanted(wanted: Wanted, plan: Plan) -> str:
    if wanted.clause:
        return f"{wanted.clause}: {100 * wanted.level:.4g}% of {wanted.contacts:,.0f} contacts in time ({names_text(wanted.queues)})"
    assert wanted.start_utc is not None
    assert wanted.end_utc is not None
    queues = [plan.account.queue(q) for q in wanted.queues]
    zone = plan.account.market(queues[0].market).zone if queues else plan.account.horizon.zone
    start, end = (x.astimezone(zone_info(zone)) for x in (wanted.start_utc, wanted.end_utc))
    return f"{names_text(wanted.queues)} need {wanted.agents:.2f} agents on seat {start:%a %d %b %H:%M}-{end:%H:%M} {zone}"


def _relaxations(relaxations: Sequence[Relaxation]) -> Iterator[str]:
    if not relaxations:
        return
    yield "  Ways out, each solved again:"
    for r in relaxations:
        parts = []
        if r.fewer is not None:
            parts.append(f"{r.fewer.amount:,.2f} {r.fewer.unit} fewer missing" + (", none left" if r.enough else ""))
        if r.cost is not None:
            parts.append(f"least cost {r.cost.amount:+,.2f} {r.cost.unit}, shortfall priced ({_SOURCES[r.cost.source]})")
        yield from _item(f"- {r.sentence}: {'; '.join(parts)}", indent="    ")


def _short(s: ShortInterval, plan: Plan) -> str:
    return f"{s.queue} {s.agents:.1f} at {_when(s.start_utc, plan.account.queue(s.queue), plan)}"


def _when(when: datetime, queue: Queue, plan: Plan) -> str:
    return f"{when.astimezone(zone_info(plan.account.market(queue.market).zone)):%a %d %b %H:%M}"


def _queue(found: Explanation, plan: Plan) -> Iterator[str]:
    queue = plan.account.queue(found.queue)
    yield f"{queue.id}, on the clock of {plan.account.market(queue.market).zone}"
    yield from _margins(found.queue_margins, plan)
    if queue.channel.live:
        yield from _prices(found.queue_prices, plan)
    else:
        yield from [
            "",
            *_item(
                "Deferred work is staffed to be done in time whatever its level: a point more or less has no price.", indent=""
            ),
        ]
    yield from _hours(found.queue_hours, plan, "Its hours, with all queues the same people answer")


def _story(story: IntervalStory, plan: Plan) -> Iterator[str]:
    start = story.start_utc.astimezone(zone_info(story.zone))
    minutes = story.interval_s // 60
    yield ""
    yield f"{story.queue}, {start:%a %d %b %Y %H:%M} {story.zone} ({story.start_utc:%H:%MZ}), {minutes} min"
    if not story.open:
        yield "  closed: nobody is needed"
    if story.contacts is not None and story.aht_s is not None and story.load is not None:
        said = f"contacts   {story.contacts:.2f} expected x {story.aht_s:.0f} s / {story.interval_s} s = {_busy(story)}"
        yield from _item(said)
    if story.in_hand is not None:
        yield from _item(f"in hand    {story.in_hand:.2f} contacts, built up from the intervals before (modified offered load)")
    if story.required is not None:
        level = "" if story.level_at_requirement is None else f", which gives {100 * story.level_at_requirement:.1f}%"
        yield from _item(f"required   {story.required:.2f} agents on seat{level}: {story.method}")
    said = (
        ""
        if story.level is None
        else f", level {level_text(story.level, story.target)} against {100 * story.target:.4g}% promised"
    )
    busy = "" if story.occupancy is None else f", {100 * story.occupancy:.0f}% busy"
    yield from _item(f"given      {story.given:.2f} agents on seat{said}{busy}")
    for group in story.groups:
        yield from _item(_there(group, story.queue))
    for less in story.one_less:
        yield from _item(_less(less, plan))


def _busy(story: IntervalStory) -> str:
    assert story.load is not None
    if story.concurrency == 1:
        return f"{story.load:.2f} agents busy"
    agents = story.load / story.concurrency
    return f"{story.load:.2f} held at once, {story.concurrency} by each agent: {agents:.2f} agents busy"


def _there(group: GroupThere, queue: str) -> str:
    given = f", {group.given:.2f} of them for {queue}" if queue else ""
    who = f": {', '.join(group.agents)}" if group.agents else ""
    return (
        f"{group.group}: heads outside breaks {group.heads:.4g}, present after absence {group.present:.2f}, "
        f"on seat after losses in the shift {group.on_seat:.2f}{given}{who}"
    )


def _everybody(stories: Sequence[IntervalStory], plan: Plan) -> Iterator[str]:
    """Every queue open in one interval, a line each, then who is there."""
    zone = plan.account.horizon.zone
    first = stories[0]
    yield f"{first.start_utc.astimezone(zone_info(zone)):%a %d %b %Y %H:%M} {zone} ({first.start_utc:%H:%MZ})"
    groups: dict[str, GroupThere] = {}
    for story in stories:
        groups |= {group.group: group for group in story.groups}
        came = "" if story.contacts is None else f"{story.contacts:.2f} contacts, "
        busy = "" if story.load is None else f"{_busy(story)}, "
        need = "nobody required" if story.required is None else f"{story.required:.2f} required"
        level = (
            "" if story.level is None else f", level {level_text(story.level, story.target)} against {100 * story.target:.4g}%"
        )
        yield from _item(f"{story.queue}: {came}{busy}{need}, {story.given:.2f} given{level}")
    for group in groups.values():
        yield from _item(_there(group, ""))
    yield from _item("--queue ID says why, and what one head less would mean.")


def _less(less: OneLess, plan: Plan) -> str:
    text = f"one head of {less.group} less: {less.on_seat_after:.2f} on seat for {less.queue}"
    if less.level_before is not None and less.level_after is not None:
        text += f", its level in the interval {100 * less.level_before:.1f}% -> {100 * less.level_after:.1f}%"
    moved = [c for c in less.changes if c.after is not None and abs(c.after - c.before) >= 1e-4]
    if moved:
        text += "; " + "; ".join(_change(c, plan, digits=2) for c in moved[:3])
    return f"{text} (difference of two rosters)"


def _change(change: LevelChange, plan: Plan, digits: int = 1) -> str:
    window = window_text(change, plan)
    if change.after is None:
        return f"{change.clause} {window}: {100 * change.before:.{digits}f}%, then nothing to count"
    verb = "falls" if change.after < change.before else "rises"
    side = "above" if change.after >= change.target else "below"
    still = "still " if (change.before >= change.target) == (change.after >= change.target) else ""
    law = ", judged by another law" if change.other_law else ""
    return (
        f"{change.clause} {window} {verb} from {100 * change.before:.{digits}f}% to {level_text(change.after, change.target, digits)}, "
        f"{still}{side} its {100 * change.target:.4g}%{law}"
    )


def _agent(need: AgentNeed, plan: Plan) -> Iterator[str]:
    currency = plan.account.currency
    yield ""
    yield (
        f"Without {need.agent} ({need.group}, {need.pattern}, {need.shifts} shifts, {need.paid_h:g} paid hours, "
        f"{need.saved:,.2f} {currency}): difference of two rosters"
    )
    broken = [c for c in need.changes if c.after is None or c.after < c.target <= c.before]
    rest = [c for c in need.changes if c not in broken]
    if not broken:
        yield "  no promise falls below its target"
    for change in (*broken, *rest[: _MOST - min(_MOST, len(broken))]):
        yield from _item(_change(change, plan))
    if not need.changes:
        yield "  no promise moves"
    elif len(broken) + len(rest) > _MOST:
        yield f"  and {len(broken) + len(rest) - _MOST} promises that fall less"
    if need.short:
        yield from _item(
            f"{need.short} intervals of queues fall further short, {need.newly_short} of them covered before: {need.short_h:.1f} on-seat "
            f"agent-hours; worst {'; '.join(_short(s, plan) for s in need.worst[:3])}"
        )
    else:
        yield "  no interval falls below the least it must have"
    if need.below_least is not None:
        yield f"  {need.group} then has fewer than the {need.below_least} agents it must have (min_heads)"
