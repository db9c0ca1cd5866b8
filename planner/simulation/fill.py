"""The table of contacts, compiled: a stream of rate one bent to the rates of a line, and all lines merged in order of arrival."""

from __future__ import annotations

import math
from typing import Any

from planner.compiled import compiled
from planner.simulation.layout import AGENT, ARRIVES, ENDS, HOLDER, KEY, LEAVES, LINE, NEXT, PARENT, POOL, STARTS, STATE, WORK

_LINE = 40
_CONTACT = (1 << _LINE) - 1


@compiled(arrays=False)
def bend(gaps: Any, upto: Any, edges_s: Any, arrived: Any) -> int:
    """Turn `gaps` ``[N]`` of a stream of rate one into the instants of a Poisson stream; return how many there are, or -1 when the gaps
    are used up before the end.

    `upto` ``[T + 1]`` contacts are expected up to each of `edges_s`: the same customers come a little earlier when rates rise.
    """
    reached = 0.0
    total = upto[upto.size - 1]
    t, before, after, begins, ends, each = -1, 0.0, -1.0, 0.0, 0.0, 0.0
    for k in range(gaps.size):
        reached += gaps[k]
        if reached >= total:
            return k
        if reached >= after:
            while reached >= upto[t + 1]:
                t += 1
            before, after, begins, ends = upto[t], upto[t + 1], edges_s[t], edges_s[t + 1]
            each = (ends - begins) / (after - before)
        arrived[k] = min(begins + (reached - before) * each, ends)
    return -1


@compiled(arrays=False)
def in_order(first: Any, arrived: Any, earliest: float, per_s: float, counts: Any, order: Any) -> None:
    """Write into `order` ``[N]`` which contact of all lines comes first, second and so on, of those at one instant the earlier line's: the
    number of its line, shifted, and its place.

    Line q's are those from ``first[q, 0]`` to ``first[q, 1]`` of `arrived`, in order. They are put into short stretches of time, `per_s`
    of them a second from the `earliest` on (`counts` ``[S + 1]`` of them), and sorted within.
    """
    stretches = counts.size - 1
    counts[:] = 0
    for q in range(len(first)):
        for k in range(first[q, 0], first[q, 1]):
            counts[min(int((arrived[k] - earliest) * per_s), stretches - 1) + 1] += 1
    for s in range(stretches):
        counts[s + 1] += counts[s]
    for q in range(len(first)):
        for k in range(first[q, 0], first[q, 1]):
            s = min(int((arrived[k] - earliest) * per_s), stretches - 1)
            order[counts[s]] = (q << _LINE) | k
            counts[s] += 1
    for row in range(1, order.size):
        placed = order[row]
        came = arrived[placed & _CONTACT]
        at = row
        while at > 0 and arrived[order[at - 1] & _CONTACT] > came:
            order[at] = order[at - 1]
            at -= 1
        order[at] = placed


@compiled(arrays=False)
def fill(
    order: Any, size: int, arrived: Any, work: Any, stays: Any, due: Any, aht_s: Any, per_s: float, credit_s: Any,
    seconds: Any, numbers: Any,
) -> None:  # fmt: skip
    """Write contacts in `order` ``[N]`` (empty: of one line, as they are) into the first `size` rows of `seconds` and `numbers`.

    Handling times are `work` times the mean `aht_s` ``[Q, T]`` of the interval of arrival, of which there are `per_s` a second. Lines are
    ordered by arrival less the line's `credit_s` ``[Q]``, or where that is NaN by what is `due` ``[N]``.
    """
    last = aht_s.shape[1] - 1
    ordered = order.size > 0
    k, q = 0, 0
    for row in range(size):
        if ordered:
            k, q = order[row] & _CONTACT, order[row] >> _LINE
        else:
            k = row
        came = arrived[k]
        seconds[row, ARRIVES] = came
        seconds[row, WORK] = work[k] * aht_s[q, min(max(int(came * per_s), 0), last)]
        seconds[row, LEAVES] = came + stays[k]
        seconds[row, KEY] = came - credit_s[q] if credit_s[q] == credit_s[q] else due[k]
        seconds[row, STARTS] = math.nan
        seconds[row, ENDS] = math.nan
        numbers[row, LINE] = q
        numbers[row, NEXT] = -1
        numbers[row, STATE] = 0
        numbers[row, POOL] = -1
        numbers[row, PARENT] = -1
        numbers[row, HOLDER] = -1
        numbers[row, AGENT] = -1
