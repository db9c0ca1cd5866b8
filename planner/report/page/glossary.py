"""The field's words, each in a sentence."""

from __future__ import annotations

from planner.report.markup import Markup, tag

TERMS = (
    ("Offered", "Contacts that reached the queue, whether answered or not."),
    ("Answered, handled", "Contacts an agent took."),
    ("Abandoned", "Contacts given up by the customer before an agent took them."),
    (
        "Service level",
        "The share of contacts reached in time. What counts below and above the line is named by its formula, every time.",
    ),
    (
        "Threshold",
        "The seconds (or hours) that count as in time; said in rings, it is turned into seconds by the ringing heard in the country.",
    ),
    (
        "Window",
        "The stretch a level is measured over: an interval, a day, a week, a month or the whole horizon, on the customer's clock.",
    ),
    ("AHT", "Average handling time: an agent's mean time on one contact, after-work included, in seconds."),
    ("ASA", "Average speed of answer: the mean wait of the contacts that were answered."),
    ("Patience", "The mean time a customer would wait before giving up."),
    ("Occupancy", "The share of on-seat time agents spend on contacts."),
    ("Requirement", "Agents on seat needed to meet a target in an interval. Fractional; only scheduled people are whole."),
    ("On seat", "Agents ready for contacts: rostered, outside breaks, after planned absence and losses within the shift."),
    (
        "Coverage",
        "On-seat agents given to a queue. A person who serves several queues is divided among them, never counted twice.",
    ),
    ("Shrinkage", "What turns rostered into on-seat people: absence (leave, sickness, training) and losses within the shift."),
    (
        "Shift, pattern",
        "Hours worked from one start on one site date; a pattern is its length and start. Over midnight it belongs to its start date.",
    ),
    (
        "Tour",
        "One agent's shifts through the horizon: the same length and start, or starts within a band, on the contract's days a week.",
    ),
    ("Lead-in", "Shifts begun before the horizon that reach into it. Planned and paid, but costed apart."),
    ("Deferred work", "Contacts that can be done later within a clock: email, social messages, marketplace inboxes."),
    (
        "Probability",
        "The chance that a window counts the target reached with this roster: over possible demand futures and, for live queues, absent "
        "agents and the luck of the draw.",
    ),
    (
        "Contacts in hand",
        "What an unlimited staff would be busy with: it lags behind arrivals by about one handling time (the modified offered load).",
    ),
    (
        "Stationary formula",
        "Each interval by itself, as if its contacts in hand had always been so many: exact for steady traffic.",
    ),
    ("Transient law", "Queueing through the day, carrying what waits from one interval into the next."),
    (
        "First due first",
        "How deferred work is reckoned: as a flow, the contact that is due first done first, at the capacity left to it.",
    ),
    (
        "Simulation",
        "Many made-up horizons with this roster, customer by customer, to see what formulas cannot: shared people, several chats.",
    ),
    (
        "Replication",
        "One simulated horizon. Those of two rosters meet the same customers, so that differences come from the rosters.",
    ),
    (
        "Confidence interval",
        "Where a simulated level lies with 95% certainty, given the luck of its replications. It says nothing about the forecast.",
    ),
    ("Gap", "How far at most the plan is from the best possible one, as proven by the solver."),
    (
        "WAPE",
        "Weighted absolute percentage error: the sum of a forecast's errors over the sum of what came, on days it had not seen.",
    ),
)


def glossary() -> Markup:
    """Return the terms this page uses."""
    return tag("dl", *(part for term, said in TERMS for part in (tag("dt", term), tag("dd", said))))
