"""summary.json: what made the plan, its headline figures, how each solve ended, and what needs saying."""

from __future__ import annotations

from typing import Any

from planner.domain.codec import encode
from planner.domain.plan import Plan
from planner.domain.summary import headline
from planner.io.plan_files import FORMAT, KIND, SIMULATION, SMALL_DESKS, utc_text
from planner.report.changes import replanned_summary
from planner.report.simulation_tables import simulation_summary


def summary(plan: Plan) -> dict[str, Any]:
    """Return the content of summary.json, ready for :func:`planner.report.json_text.json_text`."""
    made, grid, account = plan.provenance, plan.demand.grid, plan.account
    return {
        "kind": KIND,
        "format": FORMAT,
        "product": "third-ring",
        "version": made.version,
        "results_version": made.results_version,
        "input_sha256": made.input_sha256,
        "seed": made.seed,
        "repeatable": made.repeatable,
        "why_not_repeatable": made.why_not_repeatable,
        "account": {"name": account.name, "currency": account.currency, "override": account.override},
        "horizon": {
            "zone": account.horizon.zone,
            "start": account.horizon.start.isoformat(),
            "days": account.horizon.days,
            "interval_s": grid.interval_s,
            "intervals": grid.size,
            "start_utc": utc_text(grid.start_utc),
            "end_utc": utc_text(grid.end_utc),
        },
        "headline": headline(plan),
        "solves": [{**encode(info), "gap": info.gap} for info in plan.solves],
        "notes": list(plan.evaluation.notes),
        "requirement_methods": dict(zip(plan.requirement.queues, plan.requirement.methods, strict=True)),
        "forecast": [encode(choice) for choice in plan.demand.choices],
        SIMULATION: simulation_summary(plan.evaluation.simulation),
        **_small_desks(plan),
        **_workload(plan),
        **replanned_summary(plan),
    }


def _small_desks(plan: Plan) -> dict[str, Any]:
    """What so few people can promise; nothing where every queue has more."""
    desks = plan.evaluation.small_desks
    return {SMALL_DESKS: [encode(desk) for desk in desks]} if desks else {}


def _workload(plan: Plan) -> dict[str, Any]:
    """What drives each queue's work; nothing where no queue has a journey."""
    works = plan.demand.workload
    if not works:
        return {}
    told = [{**encode(w), "contacts": w.contacts, "hours": w.hours, "effect_h": w.effect_h} for w in works]
    return {"workload": told}
