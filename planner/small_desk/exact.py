"""How contacts fare while everybody scheduled sits there: M/M/n+M in balance, interval by interval."""

from __future__ import annotations

import numpy as np

from planner.domain.arrays import Floats
from planner.domain.evaluation import Basis
from planner.domain.handling import ServiceLaw
from planner.domain.small_desk import FEW, Fare, Figure
from planner.queueing import performance
from planner.queueing.patience import ExponentialPatience
from planner.simulation.floor import Floor
from planner.small_desk.observed import serving
from planner.small_desk.presence import Steps, scheduled


def law_holds(floor: Floor, line: str) -> bool:
    """True when M/M/n+M describes `line`: one contact at a time by people who do nothing else, exponential handling at the plan's mean,
    exponential patience or none, nobody coming again."""
    one = next(found for found in floor.lines if found.id == line)
    links = [link for link in floor.links if link.line == line]
    pools = {link.pool for link in links}
    alone = all(link.line == line for link in floor.links if link.pool in pools)
    plain = all(link.handling == 1.0 and link.after_s == 0.0 and link.keep_idle == 0 for link in links)
    habits = one.law is ServiceLaw.EXPONENTIAL and (one.patience is None or isinstance(one.patience, ExponentialPatience))
    again = one.redials or one.repeats or one.escalations or any(line in other.leads_to for other in floor.lines)
    return one.live and one.together == 1 and alone and plain and habits and not again and one.interval_cv == 0


def fare_on_seat(floor: Floor, line: str, thresholds_s: tuple[float, ...]) -> Fare | None:
    """Return how contacts of `line` fare that come while somebody is scheduled, had everybody scheduled been there since long; None where
    `law_holds` does not, or nobody ever is.

    Each interval is taken in balance with its own contacts and people (Erlang A), those with n people for as long as n are there.
    `share` is that of contacts that come while somebody is scheduled.
    """
    if not law_holds(floor, line):
        return None
    one = next(found for found in floor.lines if found.id == line)
    part = time_with(scheduled(floor.hours, serving(floor, line)), floor)
    weights = part * one.contacts
    total = float(one.contacts.sum())
    if not weights[1:].sum() > 0:
        return None
    patience_s = one.patience.mean_s if isinstance(one.patience, ExponentialPatience) else None
    found = np.zeros(2 + len(thresholds_s))
    for n in range(1, len(part)):
        at = weights[n] > 0
        if not at.any():
            continue
        rate = one.contacts[at] * 3600 / floor.interval_s
        for h, limit_s in enumerate(thresholds_s):
            law = performance(
                rate_per_h=rate, aht_s=one.aht_s[at], agents=n, threshold_s=limit_s, patience_s=patience_s, definition="offered"
            )
            found[2 + h] += float(weights[n, at] @ law.service_level)
        found[0] += float(weights[n, at] @ law.abandonment)
        found[1] += float(weights[n, at] @ law.mean_wait_s)
    met = float(weights[1:].sum())
    exact = [Figure(value=float(value), basis=Basis.STATIONARY) for value in found / met]
    return Fare(
        share=Figure(value=met / total, basis=Basis.STATIONARY), within=tuple(exact[2:]), gave_up=exact[0], mean_wait_s=exact[1]
    )


def time_with(people: Steps, floor: Floor) -> Floats:
    """Return the part of each interval in which n are there ``[N, T]``, n from 0 on, to `FEW` at least."""
    most = max(FEW, int(people.people.max(initial=0)))
    edges = np.arange(floor.size + 1) * floor.interval_s
    cuts = np.unique(np.concatenate([edges, people.times[(people.times > 0) & (people.times < floor.horizon_s)]]))
    part = np.zeros((most + 1, floor.size))
    place = np.minimum((cuts[:-1] / floor.interval_s + 1e-9).astype(np.int64), floor.size - 1)
    np.add.at(part, (people.at(cuts[:-1]), place), np.diff(cuts) / floor.interval_s)
    return part
