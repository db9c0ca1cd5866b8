"""The exact law against simulated days, caller by caller."""

import heapq
from itertools import count

import numpy as np
import pytest

from planner.queueing.transient import transient

RATE, AGENTS, AHT_S, PATIENCE_S, INTERVAL_S, WITHIN_S = (150, 220, 120), (4, 6, 3), 90.0, 70.0, 300.0, 25.0
ARRIVES, ENDS, GIVES_UP, CHANGES = range(4)


def simulated_day(rng: np.random.Generator, *, finish: bool) -> np.ndarray:
    """Per interval of arrival: contacts, those who wait, those answered in time and those who give up unanswered."""
    tick, events = count(), []
    for i, rate in enumerate(RATE):
        arrivals = rng.uniform(i * INTERVAL_S, (i + 1) * INTERVAL_S, rng.poisson(rate * INTERVAL_S / 3600))
        events += [(at, next(tick), ARRIVES, None) for at in arrivals]
        events.append((i * INTERVAL_S, -1, CHANGES, AGENTS[i]))
    heapq.heapify(events)
    staff, busy, line, out = 0, {}, [], np.zeros((4, len(RATE)))
    born, answered, version = {}, set(), {}

    def post(wait_s, kind, caller):
        version[caller] = version.get(caller, 0) + 1
        heapq.heappush(events, (now + rng.exponential(wait_s), next(tick), kind, (caller, version[caller])))

    while events:
        now, order, kind, what = heapq.heappop(events)
        if kind == CHANGES:
            staff = what
            while not finish and len(busy) > staff:
                last = max(busy)
                del busy[last]
                line.insert(0, last)
                post(PATIENCE_S, GIVES_UP, last)
        elif kind == ARRIVES:
            born[order] = (now, int(now // INTERVAL_S))
            out[0, born[order][1]] += 1
            if len(busy) >= staff:
                out[1, born[order][1]] += 1
            line.append(order)
            post(PATIENCE_S, GIVES_UP, order)
        elif version[what[0]] == what[1]:
            caller = what[0]
            if kind == ENDS:
                del busy[caller]
            else:
                line.remove(caller)
                out[3, born[caller][1]] += caller not in answered
        while line and len(busy) < staff:
            caller = line.pop(0)
            busy[caller] = True
            if caller not in answered:
                answered.add(caller)
                out[2, born[caller][1]] += now - born[caller][0] <= WITHIN_S
            post(AHT_S, ENDS, caller)
    return out


@pytest.mark.slow
@pytest.mark.parametrize("staff_drop", ["return", "finish"])
def test_simulated_days_agree_within_four_standard_errors(staff_drop) -> None:
    rng = np.random.default_rng(11)
    days = np.array([simulated_day(rng, finish=staff_drop == "finish") for _ in range(20_000)])
    got = transient(
        rate_per_h=RATE, agents=AGENTS, aht_s=AHT_S, patience_s=PATIENCE_S, interval_s=INTERVAL_S, threshold_s=WITHIN_S,
        staff_drop=staff_drop,
    )  # fmt: skip
    want = np.array([got.offered, got.offered * got.prob_wait, got.answered_within, got.abandoned])
    error = days.std(axis=0) / np.sqrt(len(days))
    assert (np.abs(days.mean(axis=0) - want) < 4 * error).all()
