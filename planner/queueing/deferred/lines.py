"""Which deferred queues are worked as one line: those that exactly the same people do, where first due first makes a difference."""

from __future__ import annotations

from collections.abc import Sequence

from planner.domain.arrays import Bools
from planner.domain.queues import Queue, VolumeSource
from planner.domain.targets import DeferredTarget


def lines(queues: Sequence[Queue], serves: Bools) -> list[tuple[int, ...]]:
    """Return the sets of deferred `queues`, by number, that the same groups serve (`serves` ``[G, Q]``) and that are one line.

    Queues that all have nothing but hours on the wall clock keep the division of their people by need; one with a clock, a backlog
    or planned work among them makes a line of the set.
    """
    sets: dict[tuple[bool, ...], list[int]] = {}
    for q, queue in enumerate(queues):
        if not queue.channel.live and serves[:, q].any():
            sets.setdefault(tuple(serves[:, q].tolist()), []).append(q)
    return [tuple(mine) for mine in sets.values() if len(mine) > 1 and any(_asks_for_order(queues[q]) for q in mine)]


def _asks_for_order(queue: Queue) -> bool:
    target = queue.target
    planned = queue.volume.source in (VolumeSource.GIVEN, VolumeSource.QUEUE)
    return isinstance(target, DeferredTarget) and (target.clock is not None or bool(queue.backlog) or planned)
