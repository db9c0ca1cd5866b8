"""The wait once every place is taken: whatever happens below, a full desk finishes contacts at one constant rate.

Above the full state every such system is the queue of Erlang A (of Erlang C where nobody gives up) with one server of that rate, so
the offered wait of those who wait has the law of `erlang_a`; only the probability of being full is the system's own.
"""

from __future__ import annotations

import math

import numpy as np

from planner.compiled import compiled
from planner.domain.arrays import Floats
from planner.queueing.erlang_c import Law
from planner.queueing.levels import law


@compiled(entry=False, arrays=False)
def law_when_full(rate: float, full_rate: float, theta: float, t: float, below: float, full: float) -> Law:
    """The law of a system that is full without a queue `full` times for every `below` times it is not, in the caller's unit of time.

    `rate` contacts arrive, `full_rate` are finished while all places are taken, each waiting contact gives up at rate `theta`; `below`
    and `full` are any multiple of the stationary probabilities of the two. `t` is the threshold.
    """
    servers = 1 if full_rate > 0.0 else 0
    unit = full_rate if full_rate > 0.0 else 1.0
    load, hurry = rate / unit, theta / unit
    queue = law(load, servers, hurry, t * unit)
    if servers == 0:
        return queue
    if queue[0] == 0.0:
        return 0.0, 1.0, 1.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0
    # of the visits to the full state and above the share that finds no queue, 1 / sum over j of prod (rate / (full_rate + i theta))
    empty = max(0.0, 1.0 - load) if theta == 0.0 else law(load, servers, hurry, 0.0)[2]
    alone = empty * load / queue[0]
    free = below * alone / (full + below * alone) if alone > 0.0 else 0.0
    wait = 1.0 - free if free < 0.5 else full / (full + below * alone)
    share = wait / queue[0]
    lost = min(wait, share * queue[3])
    late = min(wait, share * queue[5])
    lost_in = min(lost, share * queue[4])
    in_time = max(0.0, 1.0 - lost_in - math.exp(-theta * t) * late)
    # in overload the answered among those who wait are counted by the contacts finished: rate * kept = full_rate * P(queue)
    kept = wait * (1.0 - alone) / load if load > 1.0 and theta > 0.0 else wait - lost
    answered = max(in_time, min(1.0, free + kept))
    return (
        wait,
        answered,
        in_time,
        lost,
        lost_in,
        late,
        share * queue[6] / unit,
        share * queue[7] / unit,
        share * queue[8] / unit,
    )


def between(low: Floats, high: Floats, part: Floats, zero: int) -> Floats:
    """Return measures ``[M, n]`` of agents between two whole numbers, time shared between the two (C12).

    A measure the lower number leaves undefined counts as zero in row `zero`; in the others the higher number's stands.
    """
    stand_in = high.copy()
    stand_in[zero] = 0.0
    known = np.where(np.isnan(low), stand_in, low)
    endless = np.isinf(known)
    mixed = (1.0 - part) * np.where(endless, 0.0, known) + part * np.where(endless, 0.0, high)
    return np.where(part > 0.0, np.where(endless, known, mixed), low)
