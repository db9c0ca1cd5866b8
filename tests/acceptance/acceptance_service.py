"""What a plan's files say about service, put together anew: needs, shares, promises, counts and the deferred desks.

A live queue whose people serve no other, one contact at a time, follows the law over the day (acceptance_over_time); every other the
law in balance at the contacts in hand (acceptance_in_hand).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np
from acceptance.acceptance_desk import Worked, work_off
from acceptance.acceptance_files import PlanFiles
from acceptance.acceptance_in_hand import in_hand
from acceptance.acceptance_law import Shared, shared_agents
from acceptance.acceptance_luck import shared_variance
from acceptance.acceptance_over_time import Stretches
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


def times_of(plan: PlanFiles, queue: str) -> np.ndarray:
    """Handling times ``[T]``: the account's where none is expected."""
    aht = plan.matrix("demand", "aht_s")[queue]
    return np.where(np.isfinite(aht), aht, plan.queues[queue]["aht_s"])


def rate_in_hand(plan: PlanFiles, queue: str, contacts: np.ndarray, at: str = "mean") -> np.ndarray:
    """Contacts a second ``[..., T]`` that in balance keep as many in hand as `contacts` ``[..., T]`` do over the day."""
    aht = times_of(plan, queue)
    return in_hand(contacts, aht, plan.interval_s, at) / aht


def basis_of(plan: PlanFiles, queue: str) -> str:
    """By which law the queue is judged."""
    if not plan.live(queue):
        return "fluid"
    if plan.queues[queue]["concurrency"] > 1:
        return "stationary"
    seats = plan.rows("capacity", "group")
    people = [g for g in plan.groups if plan.serves(g, queue) and (plan.along(seats.get(g), "on_seat") > 0).any()]
    alone = all(not plan.serves(g, other) for g in people for other in plan.queues if other != queue)
    return "transient" if alone else "stationary"


def stretches_of(plan: PlanFiles, queue: str) -> list[np.ndarray]:
    """The intervals of each stretch of opening hours."""
    at = np.flatnonzero(plan.open[queue])
    return [part for part in np.split(at, np.flatnonzero(np.diff(at) > 1) + 1) if len(part)]


def over_time(plan: PlanFiles, id: str, parts: list[np.ndarray], rates: np.ndarray, within_s: float, coarse: bool) -> Stretches:
    """The law of stretches of one length: contacts ``[K, T]`` in K futures."""
    queue, contacts = plan.queues[id], np.nan_to_num(rates)
    aht, agents = times_of(plan, id), plan.given[id]
    return Stretches(
        rate_per_s=np.stack([contacts[:, part] for part in parts]) / plan.interval_s,
        agents=np.stack([agents[part] for part in parts]),
        aht_s=np.stack([aht[part] for part in parts]),
        interval_s=plan.interval_s,
        within_s=within_s,
        patience_s=queue["patience_s"],
        balanced=bool(parts[0][0] == 0),
        coarse=coarse,
    )


def like_stretches(plan: PlanFiles, id: str) -> list[list[np.ndarray]]:
    """The queue's stretches, those of one length together; one from the horizon's start stands alone, for it may start in balance."""
    found: dict[tuple[int, bool], list[np.ndarray]] = {}
    for part in stretches_of(plan, id):
        found.setdefault((len(part), part[0] == 0), []).append(part)
    return list(found.values())


@cache
def expected_over_time(plan: PlanFiles, id: str, within_s: float) -> list[tuple[list[np.ndarray], Stretches]]:
    """The law of a queue over all its stretches at the expected contacts."""
    contacts = plan.matrix("demand", "contacts")[id][None]
    return [(parts, over_time(plan, id, parts, contacts, within_s, coarse=False)) for parts in like_stretches(plan, id)]


@dataclass(frozen=True)
class Delivered:
    """A live queue's measures by interval ``[T]``: zero and nan where there are no contacts."""

    level: np.ndarray
    occupancy: np.ndarray
    abandonment: np.ndarray
    mean_wait_s: np.ndarray


def delivered(plan: PlanFiles, id: str) -> Delivered:
    """What a live queue delivers of its own target at the expected contacts; nan where none are expected or nobody is defined by it."""
    return _delivered_over_time(plan, id) if basis_of(plan, id) == "transient" else _delivered_in_balance(plan, id)


def _delivered_over_time(plan: PlanFiles, id: str) -> Delivered:
    target = plan.queues[id]["target"]
    found = np.full((4, plan.size), np.nan)
    for parts, law in expected_over_time(plan, id, target["within_s"]):
        within, counted = law.level(target["formula"])
        offered = law.rate_per_s * plan.interval_s
        with np.errstate(invalid="ignore", divide="ignore"):
            level = np.nan_to_num(within / counted)
            occupancy = law.busy() / law.agents[:, None]
            gone = np.full(level.shape, np.nan)  # of one stretch of each length: to follow everybody to the end takes long
            gone[:1] = law.first().never() / offered[:1]
            rows = (level, occupancy, gone, law.waiting() * plan.interval_s / offered)
        for r, part in enumerate(parts):
            for n, row in enumerate(rows):
                found[n, part] = np.where(offered[r, 0] > 0, row[r, 0], np.nan)
    found[1, plan.given[id] <= NOBODY] = np.nan
    return Delivered(*found)


def _delivered_in_balance(plan: PlanFiles, id: str) -> Delivered:
    queue, contacts = plan.queues[id], np.nan_to_num(plan.matrix("demand", "contacts")[id])
    target, busy = queue["target"], contacts > 0
    there = busy & (plan.given[id] > NOBODY)
    rate, slots = rate_in_hand(plan, id, contacts), plan.given[id] * queue["concurrency"]
    law = law_of(queue, rate[there], times_of(plan, id)[there], slots[there], target["formula"], target["within_s"])
    level, occupancy, abandonment, wait = (np.full(plan.size, np.nan) for _ in range(4))
    level[busy], abandonment[busy], wait[busy] = 0.0, 1.0, queue["patience_s"] or np.inf  # where nobody sits
    if queue["patience_s"] is None:
        abandonment[busy] = 0.0
    elif target["formula"] == "crediting_short_abandons":
        level[busy] = -np.expm1(-target["within_s"] / queue["patience_s"])
    level[there], occupancy[there], abandonment[there], wait[there] = (
        law.level,
        law.occupancy,
        1 - law.answered,
        law.mean_wait_s,
    )
    return Delivered(level, occupancy, abandonment, wait)


def law_of(
    queue: dict, rate: np.ndarray, aht: np.ndarray, slots: np.ndarray, formula: str, within_s: float, panels: int = 12
) -> Shared:
    patience = queue["patience_s"]
    return shared_agents(
        rate_per_s=rate, aht_s=aht, agents=slots, within_s=within_s, patience_s=patience, formula=formula, panels=panels
    )


def held_to(plan: PlanFiles, queue: str) -> list[dict]:
    """What a live queue is held to, its clauses or else its own target; `least` is the level of no interval less."""
    target = plan.queues[queue]["target"]
    found = [{"clause": queue, **target}]
    clauses = [c for c in plan.inputs["contract"]["clauses"] if queue in c["queues"]]
    if clauses:
        found = [
            {
                **c,
                "clause": c["id"],
                "within_s": target["within_s"] if c["within_s"] is None else c["within_s"],
                "floor": target["floor"] if c["floor"] is None else c["floor"],
            }
            for c in clauses
        ]
    for one in found:
        each = one["window"] == "interval" or plan.inputs["settings"]["cover"] == "interval"
        one["least"] = one["level"] if each else min(0.5 if one["floor"] is None else one["floor"], one["level"])
    return found


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


def judged_by(plan: PlanFiles, promise: dict) -> list[dict]:
    """Contacts counted and within per window, of the expected contacts."""
    rows: dict[object, dict] = {}
    for queue in promise["queues"]:
        offered, within, slack = counts_of(plan, queue, promise["formula"], threshold_of(plan, promise, queue))
        for key, piece in windows(plan, promise["window"], plan.zone_of(queue)).items():
            row = rows.setdefault(
                key, {"offered": 0.0, "within": 0.0, "slack": 0.0, "start": piece.start_utc, "partial": False, "key": key}
            )
            row["offered"] += offered[piece.intervals].sum()
            row["within"] += within[piece.intervals].sum()
            row["slack"] += slack
            row["start"] = min(row["start"], piece.start_utc)
            row["partial"] |= piece.partial
    in_order = [rows[key] for key in sorted(rows)]  # type: ignore[type-var]
    return [r for r in in_order if promise["window"] != "interval" or r["offered"] > 0]


def futures_of(plan: PlanFiles, promise: dict, key: object) -> tuple[np.ndarray, np.ndarray]:
    """Contacts counted and within in one window ``[K]``, by scenario."""
    sums = np.zeros((2, plan.inputs["settings"]["scenarios"]))
    for queue in promise["queues"]:
        piece = windows(plan, promise["window"], plan.zone_of(queue)).get(key)
        if piece is not None:
            counts = scenarios_of(plan, queue, promise["formula"], threshold_of(plan, promise, queue), tuple(piece.intervals))
            sums += [c[:, piece.intervals].sum(axis=1) for c in counts]
    return sums[0], sums[1]


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
    aht = times_of(plan, id)[busy]
    load = rate_in_hand(plan, id, contacts)[busy] * aht
    theta = np.zeros(len(aht)) if queue["patience_s"] is None else aht / queue["patience_s"]
    found = shared_variance(load, plan.given[id][busy] * queue["concurrency"], theta, within_s / aht, formula, target)
    out = np.zeros((2, len(contacts)))
    out[:, busy] = np.array(found) * contacts[busy] / load  # per handling time; as many as there are contacts
    return out


@cache
def counts_of(plan: PlanFiles, id: str, formula: str | None, within_s: float) -> tuple[np.ndarray, np.ndarray, float]:
    """What the formula divides by and what it counts as within, by interval ``[T]``; and how exact that is."""
    expected = plan.matrix("demand", "contacts")[id]
    contacts = np.nan_to_num(expected)
    match basis_of(plan, id):
        case "fluid":
            _, run = desk_of(plan, id, within_s)
            return whole_crumbs(expected - run.pending), run.in_time, 3 * expected.max() / CRUMBS
        case "transient":
            laws = expected_over_time(plan, id, within_s)
            counted, within = _counts_over_time(plan, id, str(formula), laws, contacts[None])
            return counted[0], within[0], 0.0
    return *_counts_in_balance(plan, id, str(formula), within_s, contacts, 12), 0.0


def scenarios_of(
    plan: PlanFiles, id: str, formula: str | None, within_s: float, intervals: tuple[int, ...]
) -> tuple[np.ndarray, np.ndarray]:
    """The same by scenario ``[K, T]``; of the law over the day only the stretches that touch `intervals`, zero elsewhere."""
    contacts = np.nan_to_num(plan.rates(id))
    match basis_of(plan, id):
        case "fluid":
            return _scenarios_of_desk(plan, id, within_s)
        case "transient":
            touched = [[p for p in parts if np.isin(p, intervals).any()] for parts in like_stretches(plan, id)]
            laws = [(parts, over_time(plan, id, parts, contacts, within_s, coarse=True)) for parts in touched if parts]
            return _counts_over_time(plan, id, str(formula), laws, contacts)
    return _scenarios_in_balance(plan, id, str(formula), within_s)


@cache
def _scenarios_in_balance(plan: PlanFiles, id: str, formula: str, within_s: float) -> tuple[np.ndarray, np.ndarray]:
    return _counts_in_balance(plan, id, formula, within_s, np.nan_to_num(plan.rates(id)), 5)


@cache
def _scenarios_of_desk(plan: PlanFiles, id: str, within_s: float) -> tuple[np.ndarray, np.ndarray]:
    contacts = np.nan_to_num(plan.rates(id))
    runs = [worked(plan, id, row, within_s, crumbs=10, follow=False) for row in contacts]
    return whole_crumbs(contacts - np.array([r.pending for r in runs])), np.array([r.in_time for r in runs])


def _counts_over_time(
    plan: PlanFiles, id: str, formula: str, laws: list[tuple[list[np.ndarray], Stretches]], contacts: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    counted, within = np.zeros(contacts.shape), np.zeros(contacts.shape)
    for parts, law in laws:
        good, some = law.level(formula)
        for r, part in enumerate(parts):
            counted[:, part], within[:, part] = some[r], good[r]
    return _nobody_leaves(plan, id, formula, counted, contacts), within


def _counts_in_balance(
    plan: PlanFiles, id: str, formula: str, within_s: float, contacts: np.ndarray, panels: int
) -> tuple[np.ndarray, np.ndarray]:
    there = (contacts > 0) & ((plan.given[id] > NOBODY) | (formula == "crediting_short_abandons"))
    aht = np.broadcast_to(times_of(plan, id), contacts.shape)
    slots = np.broadcast_to(plan.given[id], contacts.shape) * plan.queues[id]["concurrency"]
    offered, within = contacts.copy(), np.zeros(contacts.shape)
    rate = rate_in_hand(plan, id, contacts)
    law = law_of(plan.queues[id], rate[there], aht[there], slots[there], formula, within_s, panels)
    if formula == "answered":
        offered[there] *= law.answered
    elif formula == "excluding_short_abandons":
        offered[there] *= 1 - law.abandoned_in_time
    within[there] = offered[there] * law.level
    return _nobody_leaves(plan, id, formula, offered, contacts), within


def _nobody_leaves(plan: PlanFiles, id: str, formula: str, counted: np.ndarray, contacts: np.ndarray) -> np.ndarray:
    # where nobody sits every contact stays in the denominator, so that an empty desk is no way out of a promise; short abandons are
    # credited there as anywhere
    there = (plan.given[id] > NOBODY) | (formula == "crediting_short_abandons")
    return np.where(there, counted, contacts)


def whole_crumbs(contacts: np.ndarray) -> np.ndarray:
    return np.where(contacts > 1e-9, contacts, 0.0)


def can_handle(plan: PlanFiles, id: str) -> np.ndarray:
    return np.where(plan.open[id], plan.given[id] * plan.interval_s / times_of(plan, id), 0.0)


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
