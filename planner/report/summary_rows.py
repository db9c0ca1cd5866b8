"""The workbook's first sheet: the plan's figures with their units and what they mean."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from planner.domain.plan import Plan
from planner.domain.simulated_promises import promises_kept_simulated, simulated_promises
from planner.domain.simulated_words import apart_lines, held_line, simulated_line
from planner.report.facts import facts
from planner.report.page.promises import promises
from planner.report.words import STATUSES, clock, level, percent, verdict


def summary_rows(plan: Plan) -> Iterator[tuple[Any, ...]]:
    """Yield rows of figure, value, unit and meaning."""
    account, grid, made, found = plan.account, plan.demand.grid, plan.provenance, facts(plan)
    yield "Account", account.name, "", "override: " + account.override if account.override else ""
    yield "Horizon starts", clock(grid.start_utc, grid.zone), grid.zone, "local midnight of the horizon's zone"
    yield "Horizon ends", clock(grid.end_utc, grid.zone), grid.zone, ""
    yield "Promises kept", found.kept, f"of {found.promised}", "recomputed from the finished roster, each over its own window"
    if plan.evaluation.simulation is not None:
        rows = simulated_promises(plan)
        kept, of = promises_kept_simulated(rows)
        yield "Promises kept in simulation", kept, f"of {of}", simulated_line(plan.evaluation.simulation, rows)
        if said := held_line(rows):
            yield "Held to the simulation", sum(p.held for p in rows), "promises", said
        for line in apart_lines(rows):
            yield "Simulated and computed apart", "", "", line
    yield "Agents on the payroll", found.agents, "agents", "every head of every shift is one of them"
    yield "Paid hours", round(found.paid_h, 6), "h", "elapsed time of shifts begun in the horizon, less unpaid breaks"
    yield "Contacts expected", found.contacts, "contacts", "mean of the forecast over the horizon"
    yield (
        "Required on-seat time",
        found.required_h,
        "agent-hours",
        "sum of the requirement over queues and intervals, before shifts",
    )
    yield (
        "Missing on-seat time",
        found.missing_h,
        "agent-hours",
        "least agents of an interval less agents on seat, where positive",
    )
    for name, money, meaning in (
        ("Cost", found.cost, "wages, premiums and on-costs of the horizon"),
        ("Cost of shifts begun before", found.lead_in, "paid, but not part of the horizon's cost"),
        ("Price", found.price, f"cost plus {(account.contract.margin_share * 100).normalize():f}%"),
        (
            "Expected service credits",
            found.credits,
            "for each window what its tiers owe, weighted by the chance of ending below them",
        ),
        ("Left after expected credits", found.left, "price less cost and expected service credits"),
    ):
        if money is not None:
            yield name, money.amount, money.currency, meaning
    for info in plan.solves:
        gap = "no bound proven" if info.gap is None else f"proven gap {percent(info.gap, 2)}"
        yield f"Solve: {info.name}", STATUSES[info.status], f"{info.seconds:.1f} s", f"{gap}, {info.solver}"
    yield "Repeatable", made.repeatable, "", made.why_not_repeatable or "the same input gives this plan again"
    yield "Seed", str(made.seed), "", ""
    yield "Input hash", made.input_sha256, "sha256", "of everything the plan depends on"
    yield "Product version", made.version, "", f"results version {made.results_version}"
    for promise in promises(plan):
        yield f"Promise: {promise.id}", level(promise.level, promise.results[0].target), verdict(promise.kept), promise.text
    for note in plan.evaluation.notes:
        yield "Note", "", "", note
