"""The exact chain of a chat desk, solved directly in time and memory proportional to its states.

A state is how many agents hold at least 1, 2, ..., k chats: c_1 >= c_2 >= ... >= c_k, all within the number of agents. The chat that
opens goes to an agent who has the fewest, so it raises the first c_j that is not yet at its end; one that closes lowers a c_j, at rate
(c_j - c_{j+1}) j / AHT_j. Fix c_{d+1}, ..., c_k: the states left form a block that can only be left upwards through its last state,
where c_1, ..., c_d are all at their end. So a block is a row of smaller blocks (one for each c_d), each entered from below at one state
alone, and the stationary measure follows from the last block to the first with one unknown flow a block, recursively in d.

Every step adds, multiplies and divides positive numbers (escapes are summed, never one minus a return), the way of W. K. Grassmann,
M. I. Taksar and D. P. Heyman, "Regenerative analysis and steady state distributions for Markov chains", Operations Research 33 (1985),
pp. 1107-1116, so that even the smallest probabilities keep their digits.
"""

from __future__ import annotations

from math import comb
from typing import Any

import numpy as np

from planner.compiled import compiled
from planner.domain.arrays import Floats
from planner.queueing.chat_balanced import LEAST_LOAD, MOST_LOAD

MAX_STATES = 1_000_000
"""Larger exact chains are refused."""

MAX_CHATS = 20
_LEAST_ESCAPE = (
    280.0  # digits, shared among the depths: chances below it are lost beside the rest, and their reciprocals overflow
)


@compiled(entry=False, arrays=False)
def _solve(d: int, low: int, kill: float, up: float, rate: float, r: Any, sizes: Any, at: Any, work: Any) -> None:
    # Turns the columns at depth d from flows into the block {c_d >= low} into the measure of its states until it is left: at rate `kill`
    # downwards from all of its states, at rate `up` upwards from the last. sizes[d, n]: states with d counts, n steps between low and s.
    k, s = r.size, sizes.shape[1] - 1
    if d == 0:
        for column in range(2 * k):
            work[at[0] + column] /= kill + up
        return
    columns = 2 * (k - d)
    here, width, there, inner = at[d], sizes[d, s], at[d - 1], sizes[d - 1, s]
    returns = here + columns * width  # the measure of all from m on after entering m at its last state, m = low..s
    whole = sizes[d, s - low]
    escape = 0.0  # chance that, entered at its last state, the part from m on is left otherwise than into m - 1
    for m in range(s, low - 1, -1):
        n, start = sizes[d - 1, s - m], whole - sizes[d, s - m]
        after = sizes[d - 1, s - m - 1] if m < s else 0  # states of m + 1, which fall into the last ones of m
        down = (m + 1 - low) * r[d - 1]
        for i in range(n):
            behind = i >= n - after
            work[there + i] = 0.0
            work[there + inner + i] = down * work[returns + start + after + i] if behind else 0.0
            for column in range(columns):
                flow = work[here + column * width + start + i]
                if behind:
                    flow += down * work[here + column * width + start + after + i]
                work[there + (column + 2) * inner + i] = flow
        work[there + n - 1] = 1.0
        leave = kill + (m - low) * r[d - 1]
        exit_up = 0.0 if d == k and m == s else up
        _solve(d - 1, m, leave, exit_up, rate, r, sizes, at, work)
        if d == k and m == 0:
            for i in range(n):
                work[returns + start + i] = work[there + inner + i]
            return
        again = 0.0
        for column in range(columns + 2 if m < s else 0):
            if column == 0:
                total = 0.0
                for i in range(n):
                    total += work[there + inner + i]
                out = max(escape + leave * total, 10.0 ** (-_LEAST_ESCAPE / k))
            if column != 1:
                flow = rate * work[there + column * inner + n - 1] / out
                again = flow if column == 0 else again
                for i in range(n):
                    work[there + column * inner + i] += flow * work[there + inner + i]
        total = 0.0
        for i in range(n):
            total += work[there + i]
            work[returns + start + i] = work[there + i]
            for column in range(columns):
                work[here + column * width + start + i] = work[there + (column + 2) * inner + i]
        escape = kill * total + (again * escape if m < s else exit_up * work[there + n - 1])
    for m in range(low + 1, s + 1 if d < k else 0):
        n, start = sizes[d - 1, s - m], whole - sizes[d, s - m]
        for column in range(columns):
            first = here + column * width + start
            flow = rate * work[first - 1]
            for i in range(n):
                work[first + i] += flow * work[returns + start + i]


@compiled(arrays=False)
def _stationary(rate: float, r: Any, sizes: Any, at: Any, work: Any, counts: Any, out: Any) -> None:
    # fills `out` with the weights of not full and of full, and with what the first adds up to in chats and in busy agents
    k, s = r.size, sizes.shape[1] - 1
    _solve(k, 0 * s, 0.0, rate, rate, r, sizes, at, work)  # 0 * s: a plain 0 would be compiled for itself
    whole = sizes[k, s]
    for m in range(1, s + 1):
        n, start = sizes[k - 1, s - m], whole - sizes[k, s - m]
        flow = rate * work[start - 1]
        if flow > 1e100:
            for i in range(start):
                work[i] /= flow
            flow = 1.0
        for i in range(start, start + n):
            work[i] *= flow
    for i in range(whole - 1):
        chats = 0
        for j in range(k):
            chats += counts[j]
        out[0] += work[i]
        out[2] += work[i] * chats
        out[3] += work[i] * counts[0]
        j = 0
        while counts[j] == s:
            j += 1
        counts[j] += 1
        for i_before in range(j):
            counts[i_before] = counts[j]
    out[1] = work[whole - 1]


def states_of(agents: int, chats: int) -> int:
    """Return how many states `agents` with up to `chats` chats each have."""
    return comb(agents + chats, chats)


def exact_sums(rate: float, agents: int, completions: Floats) -> Floats:
    """Return the weights of the desk not being full and of it being full without a queue, and their chats and busy agents.

    `rate` chats arrive a unit of time; an agent with j chats closes ``completions[j - 1]`` of them. The four numbers: weight while a
    place is free, weight while none is, and over the former the sums of weight times open chats and times busy agents. Raises
    ValueError beyond MAX_STATES or MAX_CHATS.
    """
    k = completions.size
    states = states_of(agents, k)
    if states > MAX_STATES or k > MAX_CHATS:
        limit = f"{MAX_STATES:,} states" if states > MAX_STATES else f"{MAX_CHATS} chats an agent"
        raise ValueError(
            f"the exact chain of {agents} agents with up to {k} chats each has {states:,} states and the limit is {limit}; "
            'use method="balanced", which is close for desks that large'
        )
    sizes = np.array([[comb(n + d, d) for n in range(agents + 1)] for d in range(k + 1)], dtype=np.int64)
    lengths = [(2 * (k - d) + (d > 0)) * int(sizes[d, agents]) for d in range(k + 1)]
    at = np.array([sum(lengths[d + 1 :]) for d in range(k + 1)], dtype=np.int64)
    out = np.zeros(4)
    unit = float(completions[0])
    work, counts = np.zeros(sum(lengths)), np.zeros(k, dtype=np.int64)
    _stationary(min(max(rate / unit, LEAST_LOAD), MOST_LOAD), completions / unit, sizes, at, work, counts, out)
    return out
