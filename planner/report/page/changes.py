"""What a re-plan changed in the published roster: who is told what, at which price, and what it buys."""

from __future__ import annotations

from planner.domain.plan import Plan
from planner.domain.replanned import Replanned, RosterChange
from planner.report.markup import Markup, join, table, tag
from planner.report.words import DASH, level, number

KINDS = {
    "absent": "away",
    "cut_short": "goes early",
    "cancelled": "cancelled",
    "moved": "moved",
    "breaks": "other breaks",
    "takes_over": "called in, takes over",
    "added": "called in, new shift",
    "overtime": "overtime",
}


def changes(plan: Plan) -> list[tuple[str, str, str, Markup]]:
    """Return the section on changes as id, title, lead and content; none for a plan that is no re-plan."""
    done = plan.replanned
    if done is None:
        return []
    lead = "Against the roster as published. Prices of changes are what it is worth to leave people alone; they are not in the bill."
    parts = [tag("p", tag("strong", f"{_capital(done.headline())}.")), _stages(done, plan), _service(done)]
    if done.changes:
        parts.append(_table(done, plan))
    parts += [tag("p", note, class_="small") for note in done.notes]
    return [("changes", "What was changed", lead, join(parts))]


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _stages(done: Replanned, plan: Plan) -> Markup:
    rows = [
        (name, number(s.cost, 2), number(s.shortfall_h, 1), f"{s.promises_kept} of {s.promises}", price)
        for name, s, price in (
            ("As published", done.published, DASH),
            ("Today's reality, nobody reacts", done.untouched, DASH),
            ("Re-planned", done.replanned, number(done.price, 2)),
        )
    ]
    head = ("Roster", f"Cost ({plan.account.currency})", "Short (agent-hours)", "Promises kept", "Price of changes")
    return table(head, rows, kinds="tnncn", caption="Before and after")


def _service(done: Replanned) -> Markup:
    rows = [
        (
            s.queue,
            *(DASH if x is None else level(x, s.target) for x in (s.published, s.untouched, s.replanned)),
            level(s.target, 0.0),
        )
        for s in done.service
        if s.differs
    ]
    if not rows:
        return tag("p", "Service is the same for every queue.")
    head = ("Queue", "As published", "Nobody reacts", "Re-planned", "Promised")
    return table(head, rows, kinds="tnnnn", caption="Service level over the horizon, queues whose level differs")


def _table(done: Replanned, plan: Plan) -> Markup:
    rows = [_row(change) for change in done.changes]
    head = ("Agent", "Date", "Change", "Was", "Is", f"Price ({plan.account.currency})", "Reason")
    total = ("", "", "", "", "Together", number(done.price, 2), "")
    return table(head, rows, kinds="wwwttnt", caption="Every change, on the site's clock", total=total)


def _row(change: RosterChange) -> tuple[str, ...]:
    day = f"{change.date:%a} {change.date.day} {change.date:%b}"
    price = number(change.price, 2) if change.price else DASH
    return change.agent, day, KINDS[change.kind.value], change.was or "free", change.now or "free", price, change.reason
