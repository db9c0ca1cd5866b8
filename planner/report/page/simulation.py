"""What the simulation says: levels with their intervals beside the computed ones, waits, occupancy, backlog."""

from __future__ import annotations

import math

from planner import charts
from planner.domain.plan import Plan
from planner.domain.simulated_figures import simulated_groups, simulated_queues
from planner.domain.simulated_promises import SimulatedPromise, simulated_promises
from planner.domain.simulated_words import apart_lines, difference, held_line, simulated_line
from planner.domain.simulation import SimulationReport
from planner.report.markup import Markup, join, table, tag
from planner.report.page.figures import Figures
from planner.report.words import DASH, chance, level, number, percent

_LEAD = (
    "The finished roster on a simulated floor: customer by customer, agent by agent, with the account's routing, by a program that knows "
    "nothing of how the plan was made."
)


def simulation(plan: Plan, figures: Figures) -> list[tuple[str, str, str, Markup]]:
    """Return the section of the report, none where the plan was not simulated."""
    found = plan.evaluation.simulation
    if found is None:
        return []
    promises = simulated_promises(plan)
    told = simulated_line(found, promises)
    parts = [
        tag("p", f"{told[0].upper()}{told[1:]}."),
        *([tag("p", said)] if (said := held_line(promises)) else []),
        *(tag("div", line, class_="notice") for line in apart_lines(promises)),
        figures.show(charts.simulated_levels),
        tag("h3", "Promises, computed and simulated"),
        _promises(promises, found),
        tag("h3", "What customers meet"),
        _queues(plan, found),
        tag("h3", "How busy people are"),
        _groups(plan, found),
    ]
    return [("simulation", "What the simulation says", _LEAD, join(parts))]


def _promises(promises: tuple[SimulatedPromise, ...], found: SimulationReport) -> Markup:
    rows = []
    for p in promises:
        both = p.simulated is not None and p.computed is not None and not p.held
        apart = difference(p).replace("-", "−") if both else DASH
        kept: object = f"see {p.instead}"
        if not p.instead:
            style = "none" if not p.windows else "kept" if p.kept == len(p.windows) else "missed"
            mark = {"kept": "✓ ", "missed": "✗ "}.get(style, "")
            kept = tag("span", f"{mark}{p.kept} of {len(p.windows)}" if p.windows else f"{DASH} not simulated", class_=style)
        rows.append(
            [
                p.id,
                percent(p.target),
                DASH if p.held else level(p.computed, p.target),
                tag("strong", level(p.simulated, p.target)),
                DASH if p.low is None or p.high is None else f"{100 * p.low:.1f} to {percent(p.high)}",
                tag("strong", apart) if p.apart else apart,
                kept,
                chance(p.computed_chance),
                chance(p.chance),
            ]
        )
    head = (
        "Promise",
        "Target",
        "Computed",
        "Simulated",
        "95% interval",
        "Points apart",
        "Windows kept",
        "P computed",
        "P simulated",
    )
    futures = f"over {found.futures} simulated futures" if found.futures else "not simulated"
    caption = (
        f"Levels over the whole horizon, means of {found.replications} simulated horizons at the expected contacts. Points apart: "
        "simulated less computed, bold beyond 3 points and outside the interval. Windows kept: the promise's own, as simulated. "
        f"P: the chance that the least certain window holds, computed, and {futures}"
    )
    if any(p.held for p in promises):
        caption += f". {DASH}: held to the simulated level; what formulas say beside it is in sla.csv"
    return table(head, rows, kinds="tnnnnncnn", caption=caption)


def _queues(plan: Plan, found: SimulationReport) -> Markup:
    rows = [
        [
            q.id,
            number(q.offered),
            percent(q.abandoned),
            _time(q.mean_wait_s, live=q.live),
            *(_time(wait, live=q.live) for wait in q.waits_s),
            number(q.open_at_end, 1),
            DASH if q.oldest_s is None else _time(q.oldest_s, live=False),
        ]
        for q in simulated_queues(plan, found)
    ]
    head = (
        "Queue",
        "Contacts",
        "Give up",
        "Mean wait",
        "Half wait at most",
        "80%",
        "90%",
        "95%",
        "Open at the end",
        "Oldest ever open",
    )
    caption = (
        "Contacts with those who call again. Half, 80, 90 and 95% of the answered wait no longer than that. Open at the end and oldest: "
        "of work that can wait, on average over the horizons"
    )
    return table(head, rows, kinds="tnnnnnnnnn", caption=caption)


def _groups(plan: Plan, found: SimulationReport) -> Markup:
    rows = [[g.id, percent(g.occupancy, 0)] for g in simulated_groups(plan, found)]
    caption = "Time at work by time on seat over the horizon; by interval in capacity.csv"
    return table(("Group", "Occupancy"), rows, kinds="tn", caption=caption)


def _time(seconds: float | None, *, live: bool) -> str:
    if seconds is None:
        return DASH
    if not math.isfinite(seconds):
        return "over a month"
    return f"{number(seconds, 1)} s" if live else f"{number(seconds / 3600, 1)} h"
