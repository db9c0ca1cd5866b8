"""The proof: all schedules that a cheaper roster could contain, and the best choice among them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from planner.domain.arrays import Floats, Ints
from planner.domain.solve import Status, StopFlag
from planner.roster.choose import choose
from planner.roster.columns import Master, priced
from planner.roster.kit import Kit
from planner.roster.schedules import schedules_within


@dataclass(frozen=True, kw_only=True)
class Proof:
    """A roster if one was found, and a lower bound on every roster's cost."""

    work: dict[int, Ints] | None
    bound: float
    timed: bool = False  # the clock ended the program


def close(
    master: Master, price: Floats, *, bound: float, goal: float, step: float, most: int, seconds: float | None, nodes: int | None,
    seed: int, stop: StopFlag, halt: Callable[[], bool],
) -> Proof | None:  # fmt: skip
    """Look for a roster of cost up to `goal` among all schedules it could contain; None if there are more than `most`.

    With `bound` proven at `price`, a roster of cost c contains no schedule whose reduced cost exceeds ``c - bound`` (Baldacci, Christofides
    and Mingozzi 2008). What the integer program over the others proves therefore holds for every roster, up to the next cost after
    `goal`, which is a `step` more.
    """
    found = listed(master.kit, master.people, price, goal - bound + 1e-6, most, halt)
    if found is None:
        return None
    rest = Master(master.problem, master.kit, master.people, master.need, offset=master.offset)
    which = list(dict.fromkeys(rest.put(p, days) for p, days in found))
    if len({p for p, _ in found}) < len(master.people):
        return Proof(work=None, bound=goal + step)
    answer = choose(rest, which, seconds=seconds, nodes=nodes, seed=seed, stop=stop)
    if answer.info.status is Status.INFEASIBLE:
        return Proof(work=None, bound=goal + step)
    proven = answer.info.bound if answer.info.bound is not None else bound
    timed = answer.info.status is Status.TIME_LIMIT
    return Proof(work=answer.work, bound=max(bound, min(goal + step, proven)), timed=timed)


def listed(
    kit: Kit, people: Ints, price: Floats, limit: float, most: int, halt: Callable[[], bool]
) -> list[tuple[int, Ints]] | None:
    """Everybody's schedules within `limit` of their best at `price`, None if they are more than `most` in all."""
    _, values, bounds = priced(kit, people, price)
    if not np.array_equal(values, bounds):
        return None
    found: list[tuple[int, Ints]] = []
    for p, value in zip(people.tolist(), values, strict=True):
        room = most - len(found)
        work, cost = np.empty((room, price.shape[0]), dtype=np.int64), np.empty(room)
        count = schedules_within(kit, p, price, value + limit, work, cost) if room else -1
        if count < 0 or halt():
            return None
        found += [(p, days) for days in work[:count]]
    return found
