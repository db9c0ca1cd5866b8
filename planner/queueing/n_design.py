"""Two skills, exactly: pool 1 serves class 1 only, pool 2 serves both (the N-design).

Class 1 tries pool 1 first, then pool 2; class 2 has pool 2 alone. An agent of pool 1 who becomes free takes class 1; one of pool 2
takes the class with priority if it waits, else the other; nobody changes pool in mid-contact. Patience is exponential by class.
Handling times are exponential with a mean by pool, for then (busy 1, busy 2, waiting 1, waiting 2) says all there is to know; means by
class would have to be told apart in pool 2, so take their average over what pool 2 handles. For skill-based routing and its designs
see N. Gans, G. Koole and A. Mandelbaum, "Telephone call centers: tutorial, review, and research prospects", Manufacturing & Service
Operations Management 5 (2003), pp. 79-141, section 5.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from planner.domain.arrays import Floats
from planner.queueing.checks import broadcast, not_negative, patience, positive
from planner.queueing.levels import code, service_level
from planner.queueing.n_design_chain import System, balance
from planner.queueing.n_design_tagged import tagged_law


@dataclass(frozen=True, kw_only=True)
class NDesign:
    """Stationary measures: of classes 1 and 2 ``[2]`` and of pools 1 and 2 ``[2]``.

    By class: `service_level` by the `definition` asked for, `prob_wait`, `abandonment`, `asa_answered_s` the mean wait of those
    answered, `mean_wait_s` of all, `queue_length`; NaN for a class without contacts (C3). By pool: `occupancy`, NaN without agents.
    `by_pool_2` is the share of class 1 answered by pool 2, `states` the number of states followed.
    """

    definition: str
    priority: int
    service_level: Floats
    prob_wait: Floats
    abandonment: Floats
    asa_answered_s: Floats
    mean_wait_s: Floats
    queue_length: Floats
    occupancy: Floats
    by_pool_2: float
    states: int


def n_design(
    *,
    rate_per_h: ArrayLike,
    aht_s: ArrayLike,
    agents: ArrayLike,
    threshold_s: ArrayLike,
    patience_s: ArrayLike | None = None,
    priority: int = 1,
    definition: str = "offered",
) -> NDesign:
    """Return what two classes get from a pool of their own and a shared one.

    Each argument is a pair, or one number for both: `rate_per_h`, `threshold_s` and `patience_s` by class, `aht_s` and `agents` (whole)
    by pool. None or infinity for `patience_s`: nobody gives up. `priority`, 1 or 2, is the class a freed agent of pool 2 takes first.
    The chain is followed until less than 1e-13 of a queue is left out (thousands of states and tenths of a second for desks of
    dozens), then one contact of each class is followed through its wait. Raises ValueError naming the argument for values that make no
    sense, where a class in which nobody gives up has no balance, and for systems beyond MAX_STATES.
    """
    if priority not in (1, 2):
        raise ValueError(f"priority must be class 1 or class 2, got {priority!r}")
    names = ("rate_per_h", "aht_s", "agents", "threshold_s", "patience_s")
    given = (rate_per_h, aht_s, agents, threshold_s, np.inf if patience_s is None else patience_s)
    flat, shape = broadcast(**dict(zip(names, given, strict=True)), pair=[0.0, 0.0])
    rate, aht, s, t, p, _ = flat
    if shape != (2,):
        raise ValueError(f"every argument must be one number or a pair of them, got shape {shape}")
    not_negative("rate_per_h", rate, "contacts", shape)
    positive("aht_s", aht, "seconds", shape)
    not_negative("agents", s, "agents", shape)
    not_negative("threshold_s", t, "seconds", shape)
    patience(p, shape)
    if (s != np.floor(s)).any():
        raise ValueError(f"agents must be whole, got {s.tolist()}")
    kind = code(definition)
    system = System(
        arrivals=(rate[0] / 3600, rate[1] / 3600),
        completions=(1 / aht[0], 1 / aht[1]),
        giving_up=(1 / p[0], 1 / p[1]),
        agents=(int(s[0]), int(s[1])),
        priority=priority,
    )
    found = balance(system)
    s1, s2 = system.agents
    over, other = np.arange(found.full.shape[0]), np.arange(found.full.shape[1])
    queue = np.array([found.full.sum(axis=1) @ np.maximum(over - s1, 0), found.full.sum(axis=0) @ other])
    busy1 = found.free.sum(axis=1) @ np.arange(s1 + 1) + found.full.sum(axis=1) @ np.minimum(over, s1)
    busy2 = found.free.sum(axis=0) @ np.arange(s2) + found.full.sum() * s2
    absent = np.full(2, np.nan)
    level, wait, lost, asa, mean = (absent.copy() for _ in range(5))
    for i in (0, 1):
        if rate[i] > 0:
            law = tagged_law(system, i + 1, found, float(t[i]))
            level[i] = service_level(law, kind, float(t[i] / p[i]))
            wait[i], lost[i] = min(1.0, law[0]), min(1.0, queue[i] / p[i] / system.arrivals[i])
            asa[i] = law[7] / law[1] if law[1] > 0 else np.nan
            mean[i] = queue[i] / system.arrivals[i]
    with np.errstate(invalid="ignore"):
        occupancy = np.minimum(1.0, np.array([busy1, busy2]) / np.where(s > 0, s, np.nan))
    shared = max(0.0, 1 - lost[0] - busy1 / aht[0] / system.arrivals[0]) if rate[0] > 0 else np.nan
    return NDesign(
        definition=str(definition),
        priority=priority,
        service_level=level,
        prob_wait=wait,
        abandonment=lost,
        asa_answered_s=asa,
        mean_wait_s=mean,
        queue_length=queue,
        occupancy=occupancy,
        by_pool_2=float(shared),
        states=found.free.size + found.full.size,
    )
