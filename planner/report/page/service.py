"""Service promised and delivered: every level with its formula, threshold, window, probability and basis."""

from __future__ import annotations

import numpy as np

from planner.domain.clock_words import extras, origin, within
from planner.domain.evaluation import Basis
from planner.domain.headline import held_queues, people_for
from planner.domain.plan import Plan
from planner.domain.queues import Queue
from planner.domain.simulated_figures import simulated_queues
from planner.domain.targets import DeferredTarget, LiveTarget
from planner.report.markup import Markup, join, table, tag
from planner.report.page.promises import Promise, promises
from planner.report.words import (
    BASES,
    DASH,
    chance,
    level,
    number,
    occupancy_cap,
    percent,
    rings,
    verdict,
    window_name,
)


def service(plan: Plan) -> Markup:
    """Return the promises' table, where thresholds come from, and what else customers meet."""
    parts = [
        _promises(plan),
        _thresholds(plan),
        tag("h3", "Live queues over the horizon"),
        _live(plan),
        tag("h3", "Work that can wait, over the horizon"),
        _deferred(plan),
    ]
    return join(parts)


def _promises(plan: Plan) -> Markup:
    rows = [_row(plan, p) for p in promises(plan)]
    head = ("Promise", "What was promised", "Delivered", "", "Probability", "Contacts", "Computed by")
    caption = (
        "Promised and delivered, each over the window the promise names. "
        f"Probability: the chance that the least certain window holds, over {_futures(plan)}"
    )
    return table(head, rows, kinds="ttncnnt", caption=caption)


def _futures(plan: Plan) -> str:
    """What chances are over: by formulas demand scenarios, absence and luck; as simulated, futures that have all three."""
    formulas = f"{len(plan.demand.scenarios)} possible demand futures, absent agents and the luck of the draw"
    found = plan.evaluation.simulation
    if found is None or not held_queues(plan):
        return formulas
    drawn = f"{found.futures} simulated futures"
    exact = any(r.basis is not Basis.SIMULATED for r in plan.evaluation.sla if r.probability is not None)
    return f"{drawn}; where the level is not simulated, over {formulas}" if exact else drawn


def _row(plan: Plan, promise: Promise) -> list[object]:
    target = promise.results[0].target
    delivered: list[object] = [level(promise.level, target)]
    worst, windows = promise.worst, len(promise.counted)
    if windows > 1 and worst is not None:
        met = sum(1 for r in promise.counted if r.met)
        where = window_name(worst, promise.zone, plan.demand.grid.interval_s)
        delivered.append(tag("small", f"{met} of {windows} windows"))
        delivered.append(tag("small", f"worst {level(worst.level, target)}, {where}"))
    elif any(r.partial for r in promise.counted):
        delivered.append(tag("small", "window cut by the horizon"))
    style = {True: "kept", False: "missed", None: "none"}[promise.kept]
    basis = "; ".join(dict.fromkeys(BASES[r.basis] for r in promise.results))
    return [
        promise.id,
        promise.text
        if promise.binding
        else join([promise.text, tag("br"), tag("small", f"held to the clause {promise.clause} instead")]),
        join(delivered, "<br>"),
        tag("span", verdict(promise.kept), class_=style)
        if promise.binding
        else tag("span", f"see {promise.clause}", class_="none"),
        chance(promise.probability),
        number(promise.offered),
        basis,
    ]


def _thresholds(plan: Plan) -> Markup:
    said: dict[str, list[str]] = {}
    for queue in plan.account.queues:
        target = queue.target
        facts = []
        if isinstance(target, LiveTarget) and target.rings is not None:
            facts.append(rings(target.rings))
        if isinstance(target, DeferredTarget):
            facts += [text for text in (origin(target.rule), extras(target)) if text]
        if occupancy_cap(queue):
            facts.append(occupancy_cap(queue))
        if facts:
            said.setdefault("; ".join(facts), []).append(queue.id)
    items = [tag("li", tag("strong", f"{', '.join(queues)}: "), text) for text, queues in said.items()]
    return join([tag("h3", "Where thresholds come from"), tag("ul", *items)]) if items else Markup("")


def _live(plan: Plan) -> Markup:
    there = people_for(plan)
    rows = [_live_row(plan, n, q, there[n]) for n, q in enumerate(plan.account.queues) if q.channel.live]
    if not rows:
        return tag("p", "None.")
    head = ("Queue", "Language", "Channel", "Contacts", "Give up", "Mean wait", "Occupancy")
    caption = "Means over expected contacts, waits of those who give up included; occupancy over agents on seat"
    if held_queues(plan):
        caption += ", of shared people over all who may take the queue, as simulated"
    return table(head, rows, kinds="tttnnnn", caption=caption)


def _live_row(plan: Plan, at: int, queue: Queue, there: np.ndarray) -> list[object]:
    evaluation, contacts = plan.evaluation, plan.demand.contacts[at]
    if queue.id in held_queues(plan) and evaluation.simulation is not None:
        found = simulated_queues(plan, evaluation.simulation)[at]
        waited = DASH if found.mean_wait_s is None else f"{number(found.mean_wait_s, 1)} s"
        told = [percent(found.abandoned), waited, percent(_mean(evaluation.occupancy[at], there))]
        return [queue.id, queue.language, queue.channel.value, number(float(np.nansum(contacts))), *told]
    wait = evaluation.mean_wait_s[at]
    counted = ~np.isnan(wait) & ~np.isnan(contacts)
    endless = counted & np.isinf(wait)
    mean_wait = _mean(np.where(endless, np.nan, wait), contacts)
    said = f"{number(mean_wait, 1)} s" if mean_wait is not None else DASH
    if endless.any():
        count = int(endless.sum())
        said += f" (no limit in {count} {'interval' if count == 1 else 'intervals'})"
    return [
        queue.id,
        queue.language,
        queue.channel.value,
        number(float(np.nansum(contacts))),
        percent(_mean(evaluation.abandonment[at], contacts)),
        said,
        percent(_mean(evaluation.occupancy[at], there)),
    ]


def _deferred(plan: Plan) -> Markup:
    work = plan.evaluation.deferred
    rows = []
    for at, queue in enumerate(plan.account.queues):
        target = queue.target
        if isinstance(target, LiveTarget):
            continue
        oldest = work.oldest_s[at]
        top = float(np.nanmax(oldest)) if (~np.isnan(oldest)).any() else None
        rows.append(
            [
                queue.id,
                queue.language,
                queue.channel.value,
                within(target),
                number(float(np.nansum(work.arrived[at])), 1),
                number(float(np.nansum(work.done[at])), 1),
                number(_last(work.open[at]), 1),
                number(_last(work.overdue[at]), 1),
                DASH if top is None else f"{number(top / 3600, 1)} h",
            ]
        )
    if not rows:
        return tag("p", "None.")
    head = (
        "Queue",
        "Language",
        "Channel",
        "Due within",
        "Arrived",
        "Done",
        "Open at the end",
        "Overdue at the end",
        "Oldest ever open",
    )
    done = "as simulated, on average" if held_queues(plan) else "done first due first at the capacity left to them"
    return table(head, rows, kinds="tttnnnnnn", caption=f"Contacts, {done}")


def _mean(values: np.ndarray, weights: np.ndarray) -> float | None:
    counted = ~np.isnan(values) & ~np.isnan(weights) & (weights > 0)
    total = float(weights[counted].sum())
    return float((values[counted] * weights[counted]).sum()) / total if total > 0 else None


def _last(values: np.ndarray) -> float | None:
    return None if not len(values) or np.isnan(values[-1]) else float(values[-1])
