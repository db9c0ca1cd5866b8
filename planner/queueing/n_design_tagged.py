"""What one waiting contact of an N-design goes through: how many are ahead of it, and the other class as far as it matters."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from planner.domain.arrays import Floats
from planner.queueing.erlang_c import Law
from planner.queueing.n_design_chain import Balance, System

_LEFT = 1e-17  # chance of still waiting below which no further step is followed


def _chain(system: System, tagged: int, found: Balance) -> tuple[Floats, Any, Floats]:
    # The start [j ahead, other], the generator among these states, and the rate at which each is answered. The class that pool 2 takes
    # first does not look at the other one.
    from scipy.sparse import coo_matrix

    (s1, s2), (mu1, mu2) = system.agents, system.completions
    pool1, pool2 = s1 * mu1, s2 * mu2
    start = found.full[s1:] if tagged == 1 else found.full.T
    alone = system.priority == tagged
    if alone:
        start = start.sum(axis=1, keepdims=True)
    ahead, other = (a.reshape(-1) for a in np.indices(start.shape))
    theta = system.giving_up[tagged - 1]
    if tagged == 1:
        answered = np.where(alone | (other == 0), pool1 + pool2, pool1)
        up = 0.0 if alone else system.arrivals[1]
        down = np.zeros(other.size) if alone else other * system.giving_up[1] + np.where(other > 0, pool2, 0.0)
    else:
        waiting = np.maximum(other - s1, 0)
        answered = np.where(alone | (waiting == 0), pool2, 0.0)
        up = 0.0 if alone else system.arrivals[0]
        down = np.minimum(other, s1) * mu1 + waiting * system.giving_up[0] + np.where(waiting > 0, pool2, 0.0)
        down = np.zeros(other.size) if alone else down
    here, width = np.arange(other.size), start.shape[1]
    moves = (
        (here - width, answered + ahead * theta, ahead > 0),
        (here + 1, np.full(other.size, up), other < width - 1),
        (here - 1, down, other > 0),
    )
    of, to, rate = (np.concatenate(a) for a in zip(*((here[w], t[w], r[w]) for t, r, w in moves), strict=True))
    answers = np.where(ahead == 0, answered, 0.0)
    leaving = np.bincount(of, rate, other.size) + answers
    size = (other.size, other.size)
    entries = (np.concatenate([rate, -leaving]), (np.concatenate([of, here]), np.concatenate([to, here])))
    return start.reshape(-1), coo_matrix(entries, size).tocsc(), answers


def _in_time(start: Floats, moves: Any, answers: Floats, theta: float, t: float) -> tuple[float, float]:
    # P(offered wait <= t) and P(answered within t) of those who wait, by uniformisation: after n jumps at rate `pace` the time is
    # Erlang distributed, and a patience of rate theta has not run out with probability (pace / (pace + theta))^n
    from scipy.special import gammainc

    pace = float(-moves.diagonal().min())
    if pace == 0.0 or t == 0.0:
        return 0.0, 0.0
    step = moves.T.tocsr() / pace
    at, flows = start, []
    for _ in range(int(pace * t + 10 * math.sqrt(pace * t) + 40)):
        flows.append(float(at @ answers) / pace)
        at = at + step @ at
        if at.sum() < _LEFT:
            break
    jumps = np.arange(1, len(flows) + 1)
    flow = np.array(flows)
    kept = np.exp(-jumps * math.log1p(theta / pace)) * gammainc(jumps, (pace + theta) * t)
    return float(flow @ gammainc(jumps, pace * t)), float(flow @ kept)


def tagged_law(system: System, tagged: int, found: Balance, t: float) -> Law:
    """Return the law of class `tagged` in seconds, `t` the threshold: see :data:`planner.queueing.erlang_c.Law`.

    P(answered) and the waits are solved from the tagged contact's own chain, independently of the mean queue in balance.
    """
    from scipy.sparse import identity
    from scipy.sparse.linalg import splu

    theta = system.giving_up[tagged - 1]
    start, moves, answers = _chain(system, tagged, found)
    wait = min(1.0, float(start.sum()))
    at_once = float(found.free.sum())
    if tagged == 1:
        at_once += float(found.full[: system.agents[0]].sum())
    if not answers.any():  # there is nobody to answer
        gone = -math.expm1(-theta * t)
        return wait, at_once, at_once, wait, wait * gone, wait, wait / theta, 0.0, math.inf
    solver = splu((theta * identity(start.size) - moves).tocsc())
    reached = solver.solve(answers)
    later = solver.solve(reached)
    patient = splu((-moves).tocsc()).solve(np.ones(start.size))
    kept, delayed = float(start @ reached), float(start @ later)
    within, kept_in = _in_time(start, moves, answers, theta, t)
    late = max(0.0, wait - within)
    lost = max(0.0, wait - kept) if theta > 0.0 else 0.0
    lost_in = min(lost, max(0.0, wait - kept_in - math.exp(-theta * t) * late)) if theta > 0.0 else 0.0
    mean = lost / theta if theta > 0.0 else delayed
    answered = min(1.0, at_once + wait - lost)
    return wait, answered, min(answered, at_once + kept_in), lost, lost_in, late, mean, delayed, float(start @ patient)
