"""Work that can wait as it piles up and melts: open contacts by age, day by day, and all that misses its clock."""

from __future__ import annotations

from datetime import UTC, datetime

import numpy as np

from planner import charts
from planner.domain.headline import simulated_late
from planner.domain.plan import Plan
from planner.report.markup import Markup, join, table, tag
from planner.report.page.figures import Figures
from planner.report.words import number

MOST_ROWS = 40
"""Rows of late work shown; all of them are in overload.csv."""
WORTH_TELLING = 0.05
"""Contacts of a queue late on average, below which there is nothing to tell."""


def backlog(plan: Plan, figures: Figures) -> list[tuple[str, str, str, Markup]]:
    """Return the section about open work, none where no queue can wait."""
    if all(queue.channel.live for queue in plan.account.queues):
        return []
    parts = [figures.show(charts.backlog_by_age), _by_day(plan), tag("h3", "What misses its clock"), _late(plan)]
    lead = "Contacts open at any time by how long ago they arrived; work that cannot meet its clock is listed, not dropped."
    return [("backlog", "Backlog and its age", lead, join(parts))]


def _by_day(plan: Plan) -> Markup:
    grid, work = plan.demand.grid, plan.evaluation.deferred
    day = grid.clock(grid.zone).day
    ages = work.by_age is not None
    bands = charts.open_by_age(plan) if ages else np.nansum(work.open, axis=0)[None]
    rows: list[list[object]] = []
    start = sum(row.contacts for queue in plan.account.queues for row in queue.backlog)
    for number_of_day in np.unique(day).tolist():
        at = np.flatnonzero(day == number_of_day)
        rows.append(
            [
                f"{datetime.fromtimestamp(number_of_day * 86_400, UTC):%a %d %b}",
                number(float(np.nansum(work.arrived[:, at])), 1),
                number(float(np.nansum(work.done[:, at])), 1),
                *(number(float(band[at[-1]]), 1) for band in bands),
                number(float(np.nansum(work.overdue[:, at[-1]])), 1),
            ]
        )
    head = ("Day", "Arrived", "Done", *((f"Open {name}" for name in charts.age_bands()) if ages else ("Open",)), "Overdue")
    caption = (
        f"All queues that can wait, at the end of each day ({grid.zone}); {number(start, 1)} contacts were open at the start"
    )
    return table(head, rows, kinds="t" + "n" * (len(head) - 1), caption=caption)


def _late(plan: Plan) -> Markup:
    late, drawn = plan.evaluation.overload, simulated_late(plan)
    if drawn:
        return _drawn(drawn)
    if not late:
        return tag(
            "p", "Nothing: every contact that may wait is done before it is due, or is not due yet when the horizon ends."
        )
    rows = [
        [
            row.queue,
            f"{row.date:%a %d %b}" + (" (open at the start)" if row.at_start else ""),
            number(row.contacts, 1),
            number(row.late, 1),
            number(row.closed, 1),
            f"{number(row.latest_s / 3600, 1)} h",
        ]
        for row in late[:MOST_ROWS]
    ]
    head = ("Queue", "Arrived on", "Contacts", "Late", "Of these, desk closed till due", "Latest")
    more = f"; {len(late) - MOST_ROWS} more rows in overload.csv" if len(late) > MOST_ROWS else ""
    caption = f"Contacts by day of arrival on their market's clock, answered late or still open{more}"
    return table(head, rows, kinds="ttnnnn", caption=caption)


def _drawn(late: tuple[tuple[str, float], ...]) -> Markup:
    """Contacts late as simulated, which tells how many of a queue, not of which day."""
    rows: list[list[object]] = [[id, number(contacts, 1)] for id, contacts in late if contacts >= WORTH_TELLING]
    if not rows:
        return tag("p", "Nothing: on average over the simulated horizons no queue has contacts to speak of that are late.")
    caption = "Contacts answered late, or overdue at the end, on average over the simulated horizons"
    return table(("Queue", "Late"), rows, kinds="tn", caption=caption)
