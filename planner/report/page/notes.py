"""What is short, where and when; and what else needs saying about the plan."""

from __future__ import annotations

import numpy as np

from planner.domain.headline import held_queues
from planner.domain.plan import Plan
from planner.report.markup import Markup, join, table, tag
from planner.report.words import clock, number

MOST = 15
"""Intervals listed one by one; all of them are in service.csv."""

_WORTH_TELLING = 0.005

DESIGNED = (
    "Promises of shared people are held to their simulated levels. What is short here is short of what the shifts were designed for, "
    "people divided between queues; where the simulation keeps the promises without, nobody need be hired for it."
)
"""What a shortfall means where promises are held to simulated levels."""


def notes(plan: Plan) -> Markup:
    """Return the shortfall by queue and its worst intervals (C11), then the plan's notes."""
    parts = [tag("h3", "What is short"), *([tag("p", DESIGNED)] if held_queues(plan) else []), _short(plan)]
    said = list(plan.evaluation.notes)
    if not plan.provenance.repeatable:
        said.append(f"Not repeatable: {plan.provenance.why_not_repeatable}.")
    parts += [tag("h3", "Notes"), tag("ul", *(tag("li", text) for text in said)) if said else tag("p", "None.")]
    return join(parts)


def _short(plan: Plan) -> Markup:
    shortfall, hours = plan.evaluation.shortfall, plan.demand.grid.interval_h
    by_queue = np.nansum(shortfall, axis=1) * hours
    if not (by_queue >= _WORTH_TELLING).any():
        return tag("p", "Nothing: in every open interval every queue has at least the agents it must.")
    assert plan.requirement.least is not None
    need = np.nansum(plan.requirement.least, axis=1) * hours
    rows = []
    for at, queue in enumerate(plan.requirement.queues):
        if by_queue[at] < _WORTH_TELLING:
            continue
        worst = int(np.nanargmax(shortfall[at]))
        short = int((shortfall[at] > _WORTH_TELLING).sum())
        rows.append(
            [
                queue,
                number(by_queue[at], 2),
                f"{100 * by_queue[at] / need[at]:.2f}%" if need[at] else "",
                short,
                _when(plan, at, worst),
                number(shortfall[at, worst], 2),
            ]
        )
    head = (
        "Queue",
        "Missing agent-hours",
        "Of the least",
        "Intervals short",
        "Worst interval (customer's clock)",
        "Agents missing then",
    )
    return join(
        [
            table(head, rows, kinds="tnnntn", caption="Least minus given agents on seat, where positive"),
            tag("details", tag("summary", "The worst intervals one by one"), _worst(plan)),
        ]
    )


def _worst(plan: Plan) -> Markup:
    shortfall = np.nan_to_num(plan.evaluation.shortfall)
    order = np.argsort(-shortfall, axis=None, kind="stable")[:MOST]
    given = plan.evaluation.coverage.by_queue()
    rows = []
    for at, t in zip(*np.unravel_index(order, shortfall.shape), strict=True):
        if shortfall[at, t] < _WORTH_TELLING:
            break
        assert plan.requirement.least is not None
        need = plan.requirement.least[at, t]
        rows.append(
            [
                plan.requirement.queues[at],
                _when(plan, at, t),
                number(need, 2),
                number(given[at, t], 2),
                number(shortfall[at, t], 2),
            ]
        )
    head = ("Queue", "Interval starts (customer's clock)", "Least", "On seat", "Missing")
    return table(head, rows, kinds="ttnnn", caption=f"At most {MOST}; all of them are in service.csv")


def _when(plan: Plan, queue: int, t: int) -> str:
    zone = plan.account.market(plan.account.queues[queue].market).zone
    starts = list(plan.demand.grid.starts())
    return clock(starts[int(t)], zone)
