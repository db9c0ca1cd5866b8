"""What a plan's files say about service, put together anew: needs, shares, promises, counts and the deferred desks."""

from __future__ import annotations

from functools import cache

import numpy as np
from acceptance.acceptance_desk import Worked, work_off
from acceptance.acceptance_files import PlanFiles
from acceptance.acceptance_law import Shared, shared_agents
from acceptance.acceptance_luck import shared_variance
from acceptance.acceptance_windows import windows

NOBODY = 1e-9
CRUMBS = 100


def deferred_queues(plan: PlanFiles) -> list[str]:
    return [q for q in plan.queues if not plan.live(q)]


def sized_for(plan: PlanFiles, queue: str) -> np.ndarray:
    """Contacts the queue was sized for: the mean, or the quantile of the scenarios' rates the account asks for."""
    quantile = plan.inputs["settings"]["plan_for"]
    if quantile is None:
        return plan.matrix("demand", "contacts")[queue]
    return np.quantile(plan.rates(queue), quantile, axis=0)


def law_of(
    queue: dict, rate: np.ndarray, aht: np.ndarray, slots: np.ndarray, formula: str, within_s: float, panels: int = 12
) -> Shared:
    patience = queue["patience_s"]
    return shared_agents(
        rate_per_s=rate, aht_s=aht, agents=slots, within_s=within_s, patience_s=patience, formula=formula, panels=panels
    )


def needs_of(plan: PlanFiles) -> dict[str, np.ndarray]:
    return {q: np.nan_to_num(values) for q, values in plan.matrix("requirement", "agents").items()}


def shares_of(plan: PlanFiles) -> dict[tuple[str, str], np.ndarray]:
    rows = plan.rows("coverage", "group", "queue")
    return {(g, q): np.nan_to_num(plan.along(rows.get((g, q)), "on_seat")) for g in plan.groups for q in plan.queues}


def promises_of(plan: PlanFiles) -> list[dict]:
    """A queue's own target over its window, over days and over the horizon; then the contract's clauses."""
    found = []
    for id, queue in plan.queues.items():
        target = queue["target"]
        for window in dict.fromkeys((target["window"], "day", "contract")):
            formula = target["formula"] if plan.live(id) else None
            found.append(
                {"clause": id, "queues": [id], "level": target["level"], "window": window, "formula": formula, "within_s": None}
            )
    return found + [{**clause, "clause": clause["id"]} for clause in plan.inputs["contract"]["clauses"]]


def threshold_of(plan: PlanFiles, promise: dict, queue: str) -> float:
    return plan.queues[queue]["target"]["within_s"] if promise["within_s"] is None else promise["within_s"]


def judged_by(plan: PlanFiles, promise: dict, *, scenarios: bool = False) -> list[dict]:
    """Contacts counted and within per window, of the expected contacts or (``[K]``) of every scenario."""
    rows: dict[object, dict] = {}
    for queue in promise["queues"]:
        offered, within, slack = counts_of(
            plan, queue, promise["formula"], threshold_of(plan, promise, queue), scenarios=scenarios
        )
        for key, piece in windows(plan, promise["window"], plan.zone_of(queue)).items():
            row = rows.setdefault(
                key, {"offered": 0.0, "within": 0.0, "slack": 0.0, "start": piece.start_utc, "partial": False, "key": key}
            )
            row["offered"] = row["offered"] + offered[..., piece.intervals].sum(axis=-1)
            row["within"] = row["within"] + within[..., piece.intervals].sum(axis=-1)
            row["slack"] += slack
            row["start"] = min(row["start"], piece.start_utc)
            row["partial"] |= piece.partial
    in_order = [rows[key] for key in sorted(rows)]  # type: ignore[type-var]
    return [r for r in in_order if promise["window"] != "interval" or np.any(r["offered"] > 0)]


def luck_of(plan: PlanFiles, promise: dict, key: object) -> tuple[float, float]:
    """Variances of contacts in time less the target times those counted in one window, at the expected contacts: alone, and as they are."""
    sums = np.zeros(2)
    for queue in promise["queues"]:
        piece = windows(plan, promise["window"], plan.zone_of(queue)).get(key)
        if piece is not None:
            by_interval = variance_of(plan, queue, promise["formula"], threshold_of(plan, promise, queue), promise["level"])
            sums += by_interval[:, piece.intervals].sum(axis=1)
    return float(sums[0]), float(sums[1])


@cache
def variance_of(plan: PlanFiles, id: str, formula: str, within_s: float, target: float) -> np.ndarray:
    queue = plan.queues[id]
    contacts = np.nan_to_num(plan.matrix("demand", "contacts")[id])
    busy = contacts > 0
    aht = plan.matrix("demand", "aht_s")[id][busy]
    load = contacts[busy] * aht / plan.interval_s
    theta = np.zeros(len(aht)) if queue["patience_s"] is None else aht / queue["patience_s"]
    found = shared_variance(load, plan.given[id][busy] * queue["concurrency"], theta, within_s / aht, formula, target)
    out = np.zeros((2, len(contacts)))
    out[:, busy] = np.array(found) * plan.interval_s / aht
    return out


@cache
def counts_of(
    plan: PlanFiles, id: str, formula: str | None, within_s: float, *, scenarios: bool
) -> tuple[np.ndarray, np.ndarray, float]:
    """What the formula divides by and what it counts as within, by interval; and how exact that is."""
    queue = plan.queues[id]
    expected = plan.matrix("demand", "contacts")[id]
    contacts = np.nan_to_num(plan.rates(id) if scenarios else expected)
    if not plan.live(id):
        if not scenarios:
            _, run = desk_of(plan, id, within_s)
            return whole_crumbs(expected - run.pending), run.in_time, 3 * expected.max() / CRUMBS
        runs = [worked(plan, id, row, within_s, crumbs=10, follow=False) for row in contacts]
        counted = whole_crumbs(contacts - np.array([r.pending for r in runs]))
        return counted, np.array([r.in_time for r in runs]), 0.0
    # where nobody sits every contact stays in the denominator and none is within, so that an empty desk is no way out of a promise;
    # short abandons are credited there as anywhere
    there = (contacts > 0) & ((plan.given[id] > NOBODY) | (formula == "crediting_short_abandons"))
    aht = np.broadcast_to(plan.matrix("demand", "aht_s")[id], contacts.shape)
    slots = np.broadcast_to(plan.given[id], contacts.shape) * queue["concurrency"]
    offered, within = contacts.copy(), np.zeros(contacts.shape)
    law = law_of(
        queue, contacts[there] / plan.interval_s, aht[there], slots[there], str(formula), within_s, 5 if scenarios else 12
    )
    if formula == "answered":
        offered[there] *= law.answered
    elif formula == "excluding_short_abandons":
        offered[there] *= 1 - law.abandoned_in_time
    within[there] = offered[there] * law.level
    return offered, within, 0.0


def whole_crumbs(contacts: np.ndarray) -> np.ndarray:
    return np.where(contacts > 1e-9, contacts, 0.0)


def can_handle(plan: PlanFiles, id: str) -> np.ndarray:
    aht = plan.matrix("demand", "aht_s")[id]
    aht = np.where(np.isfinite(aht), aht, plan.queues[id]["aht_s"])
    return np.where(plan.open[id], plan.given[id] * plan.interval_s / aht, 0.0)


@cache
def desk_of(plan: PlanFiles, id: str, within_s: float) -> tuple[np.ndarray, Worked]:
    arrived = np.nan_to_num(plan.matrix("demand", "contacts")[id])
    return arrived, worked(plan, id, arrived, within_s, crumbs=CRUMBS, follow=True)


def worked(plan: PlanFiles, id: str, arrived: np.ndarray, within_s: float, *, crumbs: int, follow: bool) -> Worked:
    return work_off(
        arrived,
        can_handle(plan, id),
        plan.open[id],
        within_s=within_s,
        interval_s=plan.interval_s,
        crumbs=crumbs,
        follow=follow,
    )
