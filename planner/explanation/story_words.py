"""Who is needed when, as sentences: an interval, every queue open in it, an agent."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from planner.domain.grid import zone_info
from planner.domain.plan import Plan
from planner.explanation.phrases import MOST, item, level_text, short_text, window_text
from planner.explanation.result import AgentNeed, GroupThere, IntervalStory, LevelChange, OneLess


def story_text(story: IntervalStory, plan: Plan) -> Iterator[str]:
    """Yield why an interval of a queue has the people it has, and what one head less would mean."""
    start = story.start_utc.astimezone(zone_info(story.zone))
    minutes = story.interval_s // 60
    yield ""
    yield f"{story.queue}, {start:%a %d %b %Y %H:%M} {story.zone} ({story.start_utc:%H:%MZ}), {minutes} min"
    if not story.open:
        yield "  closed: nobody is needed"
    if story.contacts is not None and story.aht_s is not None and story.load is not None:
        said = f"contacts   {story.contacts:.2f} expected x {story.aht_s:.0f} s / {story.interval_s} s = {_busy(story)}"
        yield from item(said)
    if story.in_hand is not None:
        yield from item(f"in hand    {story.in_hand:.2f} contacts, built up from the intervals before (modified offered load)")
    if story.required is not None:
        level = "" if story.level_at_requirement is None else f", which gives {100 * story.level_at_requirement:.1f}%"
        yield from item(f"required   {story.required:.2f} agents on seat{level}: {story.method}")
    said = (
        ""
        if story.level is None
        else f", level {level_text(story.level, story.target)} against {100 * story.target:.4g}% promised"
    )
    busy = "" if story.occupancy is None else f", {100 * story.occupancy:.0f}% busy"
    yield from item(f"given      {story.given:.2f} agents on seat{said}{busy}")
    for group in story.groups:
        yield from item(_there(group, story.queue))
    for less in story.one_less:
        yield from item(_less(less, plan))


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


def everybody_text(stories: Sequence[IntervalStory], plan: Plan) -> Iterator[str]:
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
        yield from item(f"{story.queue}: {came}{busy}{need}, {story.given:.2f} given{level}")
    for group in groups.values():
        yield from item(_there(group, ""))
    yield from item("--queue ID says why, and what one head less would mean.")


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


def agent_text(need: AgentNeed, plan: Plan) -> Iterator[str]:
    """Yield what would be missing without one agent."""
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
    for change in (*broken, *rest[: MOST - min(MOST, len(broken))]):
        yield from item(_change(change, plan))
    if not need.changes:
        yield "  no promise moves"
    elif len(broken) + len(rest) > MOST:
        yield f"  and {len(broken) + len(rest) - MOST} promises that fall less"
    if need.short:
        yield from item(
            f"{need.short} intervals of queues fall further short, {need.newly_short} of them covered before: {need.short_h:.1f} on-seat "
            f"agent-hours; worst {'; '.join(short_text(s, plan) for s in need.worst[:3])}"
        )
    else:
        yield "  no interval falls below the least it must have"
    if need.below_least is not None:
        yield f"  {need.group} then has fewer than the {need.below_least} agents it must have (min_heads)"
