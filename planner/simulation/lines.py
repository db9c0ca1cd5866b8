"""Lines of waiting contacts: linked lists, of which the first ones may have given up by the time somebody looks.

Callers who give up make no event: they are found gone when they come to the head of their line, which is exact where nothing follows
from giving up. Where callers call again it is an event of its own.
"""

from __future__ import annotations

from typing import Any

from planner.simulation.inner import inlined, inner, row
from planner.simulation.layout import ABANDONED, COUNT, CUT_OFF, ENDS, HEAD, LEAVES, NEXT, STATE, TAIL, WAITING


@inlined
def first_waiting(c: int, now: float, cf: Any, ci: Any, waiting: Any) -> int:
    """Return the first contact still waiting in line `c`, or -1; those before it who gave up are taken out."""
    c = row(c)
    head = waiting[c, HEAD]
    while head >= 0:
        x = row(head)
        if ci[x, STATE] == WAITING:
            if cf[x, LEAVES] > now:
                break
            ci[x, STATE] = ABANDONED
            cf[x, ENDS] = cf[x, LEAVES]
        head = ci[x, NEXT]
        waiting[c, COUNT] -= 1
    waiting[c, HEAD] = head
    if head < 0:
        waiting[c, TAIL] = -1
    return int(head)


@inlined
def join_line(x: int, c: int, ci: Any, waiting: Any) -> None:
    """Put contact `x` at the end of line `c`."""
    x, c = row(x), row(c)
    tail = waiting[c, TAIL]
    ci[x, NEXT] = -1
    ci[x, STATE] = WAITING
    if tail >= 0:
        ci[row(tail), NEXT] = x
    else:
        waiting[c, HEAD] = x
    waiting[c, TAIL] = x
    waiting[c, COUNT] += 1


@inlined
def put_back(x: int, c: int, ci: Any, waiting: Any) -> None:
    """Put an open case back at the head of its line."""
    head = waiting[c, HEAD]
    ci[x, NEXT] = head
    ci[x, STATE] = WAITING
    if head < 0:
        waiting[c, TAIL] = x
    waiting[c, HEAD] = x
    waiting[c, COUNT] += 1


@inlined
def take_head(c: int, ci: Any, waiting: Any) -> None:
    """Take the first contact out of line `c`, which has one."""
    c = row(c)
    after = ci[row(waiting[c, HEAD]), NEXT]
    waiting[c, HEAD] = after
    if after < 0:
        waiting[c, TAIL] = -1
    waiting[c, COUNT] -= 1


@inner
def cut_off(c: int, now: float, cf: Any, ci: Any, waiting: Any) -> None:
    """Empty line `c` when it opens: whoever still waits from the last opening has hung up."""
    while True:
        x = first_waiting(c, now, cf, ci, waiting)
        if x < 0:
            return
        take_head(c, ci, waiting)
        ci[x, STATE] = CUT_OFF
        cf[x, ENDS] = now
