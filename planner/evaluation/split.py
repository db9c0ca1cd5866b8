"""One person, once: on-seat agents divided among the queues they can serve (C6), without looking at the optimiser."""

from __future__ import annotations

import numpy as np

from planner.domain.account import Account
from planner.domain.arrays import Bools, Floats
from planner.domain.capacity import Capacity, Coverage
from planner.domain.requirement import Requirement
from planner.evaluation.levelling import NOTHING, Division

RULE = (
    "Shared agents are split in each interval: live queues to their least first, then deferred work, then by need; they count in that part "
    "alone, a no-pooling estimate below what routing can reach."
)
"""How agents who serve several queues are divided, for readers."""


def split(capacity: Capacity, requirement: Requirement, account: Account) -> Coverage:
    """Return how `capacity` is divided among queues, interval by interval.

    The need of a queue is ``requirement.planned``, where shifts were designed for it, or else ``requirement.agents``; its least is
    ``requirement.least``. A queue that is closed or needs nobody gets nobody. In turns, each exactly max-min fair over who can serve whom:
    (1) live queues are raised together, each to the same share of its least, until it is met or their groups are exhausted; (2) deferred
    queues likewise to their need, from what the live ones left; (3) live queues to their need, where that is more than their least;
    (4) what is left is shared in proportion to need by the queues whose need was met. A group keeps idle only what none of its queues
    needs.

    Raises ValueError when groups, queues or grids of the three do not agree.
    """
    groups = tuple(group.id for group in account.groups)
    queues = tuple(queue.id for queue in account.queues)
    if capacity.groups != groups or requirement.queues != queues or capacity.grid != requirement.grid:
        raise ValueError("capacity, requirement and account must have the same groups, queues and grid, in the same order")
    wanted = requirement.agents if requirement.planned is None else requirement.planned
    need = np.where(requirement.open, np.nan_to_num(wanted, nan=0.0), 0.0)
    least = need if requirement.least is None else np.where(requirement.open, np.nan_to_num(requirement.least, nan=0.0), 0.0)
    if requirement.planned is not None:
        least = np.minimum(least, need)  # where people are too few the plan has said who goes short
    live = np.array([queue.channel.live for queue in account.queues], dtype=np.bool_)
    given = divide(capacity.on_seat, need, live, account.serves(), least)
    return Coverage(groups=groups, queues=queues, grid=capacity.grid, on_seat=given)


def divide(agents: Floats, need: Floats, live: Bools, serves: Bools, least: Floats | None = None) -> Floats:
    """Return agents given ``[G, Q, T]`` of `agents` ``[G, T]`` for `need` and `least` ``[Q, T]`` (None: all of `need`); `live` ``[Q]``,
    `serves` ``[G, Q]``.

    Groups and queues that have no link between them are divided apart. What is less than a moment of anybody's time is nobody: a
    sliver left by rounding would read as an agent busy all the time.
    """
    given = np.zeros((*serves.shape, need.shape[1]))
    least = need if least is None else least
    for groups, queues in _islands(serves):
        links = serves[np.ix_(groups, queues)]
        within = [np.flatnonzero(row).tolist() for row in links]
        have, want, first = agents[groups].T, need[queues].T, least[queues].T
        given[np.ix_(groups, queues)] = np.stack(
            [
                _divide_once(h, w, f, live[queues].tolist(), within)
                for h, w, f in zip(have.tolist(), want.tolist(), first.tolist(), strict=True)
            ],
            axis=-1,
        )
    return np.where(given > NOTHING, given, 0.0)


def _divide_once(
    have: list[float], want: list[float], least: list[float], live: list[bool], serves: list[list[int]]
) -> list[list[float]]:
    division = Division(have, serves, len(want))
    wanting = [q for q, w in enumerate(want) if w > NOTHING]
    if wanting and sum(have) > NOTHING:
        first = [q for q in wanting if live[q] and least[q] > NOTHING]
        met = division.fill(first, least, up_to_need=True)
        met += division.fill([q for q in wanting if not live[q]], want, up_to_need=True)
        further = [w - f for w, f in zip(want, least, strict=True)]
        more = [q for q in wanting if live[q] and further[q] > NOTHING and (q in met or least[q] <= NOTHING)]
        met = [q for q in met if q not in more] + division.fill(more, further, up_to_need=True)
        division.fill(met, want, up_to_need=False)
    return division.given


def _islands(serves: Bools) -> list[tuple[list[int], list[int]]]:
    """Return the connected parts of the serving graph as (groups, queues); groups and queues without any link are left out."""
    islands: list[tuple[list[int], list[int]]] = []
    left = {int(g) for g in np.flatnonzero(serves.any(axis=1))}
    while left:
        groups = np.zeros(len(serves), dtype=np.int64)
        groups[min(left)] = 1
        while True:
            queues = np.minimum(groups @ serves, 1)
            wider = np.minimum(serves @ queues, 1)
            if (wider == groups).all():
                break
            groups = wider
        islands.append((np.flatnonzero(groups).tolist(), np.flatnonzero(queues).tolist()))
        left -= set(islands[-1][0])
    return islands
