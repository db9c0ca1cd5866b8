"""A plan's headline figures as numbers with units, each computed from the finished roster, its evaluation and its bill (C8)."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import numpy as np

from planner.domain.arrays import Floats
from planner.domain.evaluation import Basis, SlaResult
from planner.domain.money import Money
from planner.domain.queues import Queue
from planner.domain.targets import DeferredTarget, Window

if TYPE_CHECKING:
    from planner.domain.plan import Plan


@dataclass(frozen=True, kw_only=True)
class QueueFigures:
    """One queue at a glance.

    `peak_need` is the largest requirement in on-seat agents. `level` is over the whole horizon; `kept` of `windows` windows of the
    queue's own target with contacts reach it; `probability` is that of the least certain one. `occupancy` is carried load over
    on-seat time, of a held queue (`held_queues`) that of all who may take it. None where there is nothing to say (C3).
    """

    queue: Queue
    contacts: float
    peak_need: float
    level: float | None
    kept: int
    windows: int
    probability: float | None
    occupancy: float | None


def paid_hours(plan: Plan, *, lead_in: bool = False) -> float:
    """Return the paid hours of the shifts begun in the horizon, or with `lead_in` of those begun before it."""
    return float(sum(s.paid_h_per_head * s.heads for s in plan.shifts.shifts if s.lead_in == lead_in))


def cost_and_price(plan: Plan) -> tuple[Money, Money]:
    """Return cost and price of the horizon, lead-in excluded; zero in the account's currency when nobody works."""
    nothing = Money(type(plan.account.contract.margin_share)(0), plan.account.currency)
    cost = plan.bill.total_cost() if paid_hours(plan) else nothing
    price = plan.bill.total_price() if paid_hours(plan) else nothing
    return cost, price


def expected_credits(plan: Plan) -> Money | None:
    """Return the service credits that the horizon's windows are expected to owe; None where no clause has tiers or no chance is known."""
    tiered = {(clause.id, clause.window) for clause in plan.account.contract.clauses if clause.tiers}
    found = [r.expected_credit for r in plan.evaluation.sla if (r.clause, r.window) in tiered and r.expected_credit is not None]
    return Money(sum(found, Decimal(0)), plan.account.currency) if found else None


def margin_left(plan: Plan) -> Money | None:
    """Return what price less cost leaves after expected service credits; None where there are none to expect."""
    credits = expected_credits(plan)
    cost, price = cost_and_price(plan)
    return None if credits is None else Money(price.amount - cost.amount - credits.amount, credits.currency)


def results_of(plan: Plan, clause: str, window: Window) -> tuple[SlaResult, ...]:
    """Return the results of `clause` (a queue's id for its own target) over windows of one kind, those without contacts left out."""
    return tuple(r for r in plan.evaluation.sla if r.clause == clause and r.window is window and r.level is not None)


def lowest_probability(results: tuple[SlaResult, ...]) -> float | None:
    """Return the probability of the least certain result; None unless every one was computed."""
    found = [r.probability for r in results if r.probability is not None]
    return min(found) if found and len(found) == len(results) else None


def held_queues(plan: Plan) -> frozenset[str]:
    """Return the queues, by id, that the plan is held to as simulated (`Settings.skills` "simulated"): their levels, waits and occupancy
    are those of the simulated floor."""
    simulated = {r.clause for r in plan.evaluation.sla if r.basis is Basis.SIMULATED}
    return frozenset(queue.id for queue in plan.account.queues if queue.id in simulated)


def people_for(plan: Plan) -> Floats:
    """Return the agents on seat ``[Q, T]`` whose occupancy a queue's is: those divided to it, and of held queues all who may take it."""
    held = held_queues(plan)
    given = plan.evaluation.coverage.by_queue()
    if not held:
        return given
    may: Floats = plan.account.serves().astype(np.float64).T @ plan.evaluation.capacity.on_seat
    return np.where(np.array([[id in held] for id in plan.evaluation.queues]), may, given)


def queue_figures(plan: Plan) -> tuple[QueueFigures, ...]:
    """Return every queue's figures in the account's order."""
    rows = []
    there = people_for(plan)
    for q, queue in enumerate(plan.account.queues):
        own = results_of(plan, queue.id, queue.target.window)
        horizon = results_of(plan, queue.id, Window.CONTRACT)
        need = plan.requirement.agents[q]
        rows.append(
            QueueFigures(
                queue=queue,
                contacts=float(np.nansum(plan.demand.contacts[q])),
                peak_need=float(np.nanmax(need)) if np.isfinite(need).any() else 0.0,
                level=horizon[0].level if horizon else None,
                kept=sum(r.met is True for r in own),
                windows=len(own),
                probability=lowest_probability(own),
                occupancy=_occupancy(plan.evaluation.occupancy[q], there[q]),
            )
        )
    return tuple(rows)


def _occupancy(occupancy: np.ndarray, given: np.ndarray) -> float | None:
    """Mean of `occupancy` over on-seat time; None when nobody was on seat."""
    there = np.isfinite(occupancy) & (given > 0)
    return float((occupancy[there] * given[there]).sum() / given[there].sum()) if there.any() else None


def promises_kept(plan: Plan) -> tuple[int, int]:
    """Return how many promises hold in every window with contacts, and how many there are to hold.

    The promises are the contract's clauses and the targets of queues that no clause stands for; those without contacts count neither
    way.
    """
    clauses = plan.account.contract.clauses
    spoken_for = {queue for clause in clauses for queue in clause.queues}
    asked = [(c.id, c.window) for c in clauses]
    asked += [(q.id, q.target.window) for q in plan.account.queues if q.id not in spoken_for]
    results = [found for id, window in asked if (found := results_of(plan, id, window))]
    return sum(all(r.met for r in found) for found in results), len(results)


def shortfall_hours(plan: Plan) -> float:
    """Return on-seat agent-hours missing against the requirement, over all queues and intervals."""
    return float(np.nansum(plan.evaluation.shortfall)) * plan.shifts.grid.interval_h


def open_at_start(plan: Plan) -> float:
    """Return deferred contacts open when the horizon starts, over all queues."""
    return float(sum(row.contacts for queue in plan.account.queues for row in queue.backlog))


def deferred_late(plan: Plan) -> float:
    """Return deferred contacts that miss their clock, over all queues (`Overload`; of held queues `simulated_late`)."""
    return float(sum(row.late for row in plan.evaluation.overload)) + sum(late for _, late in simulated_late(plan))


def simulated_late(plan: Plan) -> tuple[tuple[str, float], ...]:
    """Return of every held queue that can wait the contacts answered late, or overdue at the end, on average over the simulated
    horizons."""
    found, held = plan.evaluation.simulation, held_queues(plan)
    if found is None:
        return ()
    return tuple(
        (
            queue.id,
            float(np.nansum(found.answered[q] - found.within[q]) + _by_desk(queue) * np.nan_to_num(found.overdue[q, -1])),
        )
        for q, queue in enumerate(plan.account.queues)
        if queue.id in held and not queue.channel.live
    )


def _by_desk(queue: Queue) -> float:
    # the share that no automatic reply answers
    return 1.0 - queue.target.answered_at_once if isinstance(queue.target, DeferredTarget) else 1.0


def deferred_at_end(plan: Plan) -> tuple[float, float]:
    """Return deferred contacts open and overdue when the horizon ends, over all queues."""
    work = plan.evaluation.deferred
    return float(np.nansum(work.open[:, -1])), float(np.nansum(work.overdue[:, -1]))


def headline(plan: Plan) -> dict[str, dict[str, Any]]:
    """Return the headline figures by name, each as ``{"value": number, "unit": text}``; value None where nothing can be said.

    Queues are under ``queue:ID level`` and so on. Money is in the account's currency, lead-in excluded.
    """
    cost, price = cost_and_price(plan)
    contacts = float(np.nansum(plan.demand.contacts))
    hours = paid_hours(plan)
    still_open, overdue = deferred_at_end(plan)
    lead_in = plan.bill.lead_in_cost()
    figures: dict[str, tuple[float | None, str]] = {
        "contacts": (contacts, "contacts"),
        "agents_on_payroll": (float(len(plan.roster.agents)), "agents"),
        "paid_hours": (hours, "h"),
        "paid_hours_lead_in": (paid_hours(plan, lead_in=True), "h"),
        "cost": (float(cost.amount), cost.currency),
        "cost_lead_in": (float(lead_in.amount) if lead_in else 0.0, cost.currency),
        "price": (float(price.amount), price.currency),
        "cost_per_contact": (float(cost.amount) / contacts if contacts else None, f"{cost.currency}/contact"),
        "cost_per_paid_hour": (float(cost.amount) / hours if hours else None, f"{cost.currency}/h"),
        "price_per_paid_hour": (float(price.amount) / hours if hours else None, f"{price.currency}/h"),
        "promises_kept": (float(promises_kept(plan)[0]), f"of {promises_kept(plan)[1]} promises"),
        "shortfall": (shortfall_hours(plan), "on-seat agent-hours"),
        "deferred_open_at_start": (open_at_start(plan), "contacts"),
        "deferred_open_at_end": (still_open, "contacts"),
        "deferred_late": (deferred_late(plan), "contacts"),
        "deferred_overdue_at_end": (overdue, "contacts"),
        "proven_gap": (plan.solves[0].gap if plan.solves else None, "share of the objective"),
    }
    credits, left = expected_credits(plan), margin_left(plan)
    if credits is not None and left is not None:
        figures["expected_service_credits"] = (float(credits.amount), credits.currency)
        figures["margin_after_expected_credits"] = (float(left.amount), left.currency)
    for row in queue_figures(plan):
        name = f"queue:{row.queue.id}"
        figures[f"{name} contacts"] = (row.contacts, "contacts")
        figures[f"{name} level"] = (row.level, "share in time over the horizon")
        figures[f"{name} target"] = (row.queue.target.level, "share in time")
        figures[f"{name} windows_kept"] = (float(row.kept), f"of {row.windows} windows ({row.queue.target.window.value})")
        figures[f"{name} probability"] = (row.probability, "chance that the least certain window reaches its target")
        figures[f"{name} occupancy"] = (row.occupancy, "carried load per on-seat agent")
    figures |= _simulated(plan)
    return {name: {"value": value, "unit": unit} for name, (value, unit) in figures.items()}


def _simulated(plan: Plan) -> dict[str, tuple[float | None, str]]:
    from planner.domain.simulated_promises import promises_kept_simulated, simulated_promises

    rows = simulated_promises(plan)
    if not rows:
        return {}
    kept, of = promises_kept_simulated(rows)
    figures: dict[str, tuple[float | None, str]] = {"promises_kept_simulated": (float(kept), f"of {of} promises")}
    queues = {queue.id for queue in plan.account.queues}
    for row in rows:
        name = f"{'queue' if row.id in queues else 'clause'}:{row.id}"
        figures[f"{name} simulated_level"] = (row.simulated, "share in time over the horizon, as simulated")
        figures[f"{name} simulated_low"] = (row.low, "lower end of its 95% confidence interval")
        figures[f"{name} simulated_high"] = (row.high, "upper end of its 95% confidence interval")
        figures[f"{name} simulated_probability"] = (
            row.chance,
            "share of simulated futures in which the least certain window holds",
        )
    return figures
