"""What drives the workload: contacts by where they come from, and the hours they take."""

from __future__ import annotations

from planner.domain.journey_words import workload_lines
from planner.domain.plan import Plan
from planner.domain.workload import QueueWorkload
from planner.report.markup import Markup, join, table, tag
from planner.report.words import DASH, number, percent

_LEAD = (
    "Contacts a bot ends, contacts that come back, specialists who join: on expectation over the horizon. The days before the horizon are "
    "taken to have been as its first week."
)


def workload(plan: Plan) -> list[tuple[str, str, str, Markup]]:
    """Return the section of the report, none where no queue has a journey."""
    works = plan.demand.workload
    if not works:
        return []
    said = [tag("li", line) for line in workload_lines(plan.account)]
    parts = [
        _contacts(works),
        _hours(works),
        *([tag("h3", "As the account says it"), tag("ul", *said)] if said else []),
    ]
    return [("workload", "What drives the workload", _LEAD, join(parts))]


def _contacts(works: tuple[QueueWorkload, ...]) -> Markup:
    rows = [
        [
            work.queue,
            number(work.wanted),
            number(-work.contained or None),
            number(work.leaked or None),
            number(work.repeats or None),
            number(work.joined or None),
            number(work.contacts),
            percent(work.fcr),
            number(work.unsolved_back or None),
            number(work.escalated or None),
        ]
        for work in works
    ]
    head = (
        "Queue",
        "First contacts",
        "Ended by the bot",
        "of these back",
        "Repeats",
        "Joined",
        "Reach people",
        "Solved at first contact",
        "Come back later",
        "Take a specialist in",
    )
    caption = (
        "Contacts. First contacts less those the bot ends, and what comes back, returns and is joined, make those that reach people. An "
        "escalated contact counts in both queues whose people are busy with it"
    )
    return join([tag("h3", "Contacts"), table(head, rows, kinds="tnnnnnnnnn", caption=caption)])


def _hours(works: tuple[QueueWorkload, ...]) -> Markup:
    rows = [
        [
            work.queue,
            number(work.first_h, 1),
            number(work.leaked_h or None, 1),
            number(work.repeats_h or None, 1),
            number(work.joined_h or None, 1),
            number(work.handover_h or None, 1),
            number(work.hours, 1),
            _more(work.effect_h),
            number(-work.contained_h or None, 1),
            f"{number(work.aht_s)} s",
            number(max(work.cv2, 0.0) ** 0.5, 2),
        ]
        for work in works
    ]
    head = (
        "Queue",
        "First contacts",
        "Back from the bot",
        "Repeats",
        "Joined",
        "Hand-overs",
        "All",
        "Effect",
        "Spared by the bot",
        "AHT",
        "CV",
    )
    caption = (
        "Hours of handling, contacts times handling time. Effect: hours beyond what the forecast volume would take as it was recorded. "
        "Spared: what the bot's contacts would have taken, in no sum. CV: coefficient of variation of single times; formulas take 1"
    )
    return join([tag("h3", "Hours"), table(head, rows, kinds="tnnnnnnnnnn", caption=caption)])


def _more(hours: float) -> str:
    if abs(hours) < 0.05:
        return DASH
    return f"{'+' if hours > 0 else ''}{number(hours, 1)}"
