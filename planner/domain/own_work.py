"""A queue's contacts without those escalated to it, and what they take before hand-overs: for whoever plays escalations out one by one."""

from __future__ import annotations

import numpy as np

from planner.domain.account import Account
from planner.domain.arrays import Floats
from planner.domain.demand import Demand
from planner.domain.planned_journeys import planned_journeys
from planner.domain.quality import Measure, planned_effects


def own_work(demand: Demand, account: Account) -> tuple[Floats, Floats]:
    """Return contacts that come to each queue other than by escalation and their handling seconds without hand-overs, each ``[Q, T]``.

    `Demand.contacts` counts both legs of an escalation and `Demand.aht_s` holds the hand-overs; here the legs that join are taken out of
    the specialists' queues, as are hand-overs and what specialists do from the handling times, so that a simulation may let them happen.
    Escalations are taken to join in the interval they happen in, as planned wherever specialists are open; those held until they open stay
    in. Without escalations the demand's own arrays are returned. Repeats, leaks and contacts that a bot ends are in the arrivals already.
    """
    planned = planned_journeys(account)
    if not any(journey is not None and journey.escalations for journey in planned.values()):
        return demand.contacts, demand.aht_s
    factor = planned_effects(account)[Measure.AHT]
    at = {queue.id: q for q, queue in enumerate(account.queues)}
    contacts = np.nan_to_num(demand.contacts)
    joined, taken = np.zeros((2, *contacts.shape))
    for q, queue in enumerate(account.queues):
        journey = planned[queue.id]
        for up in journey.escalations if journey is not None else ():
            legs = up.share * contacts[q] * demand.expected[at[up.queue]]
            joined[at[up.queue]] += legs
            taken[at[up.queue]] += legs * up.joined_s * factor[at[up.queue]]
            taken[q] += up.share * contacts[q] * up.handover_s * factor[q]
    own = np.maximum(contacts - joined, 0.0)
    own[own < 1e-9 * contacts] = 0.0
    work = np.maximum(contacts * np.nan_to_num(demand.aht_s) - taken, 0.0)
    aht: Floats = demand.aht_s.copy()
    np.divide(work, own, out=aht, where=own > 0)
    return np.where(demand.expected, own, np.nan), np.where(demand.expected, aht, np.nan)
