"""A floor in parts that have nobody in common: what changes in one of them leaves the others as they were, and is simulated alone."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from hashlib import blake2b

import numpy as np

from planner.domain.arrays import Ints
from planner.simulation import Floor, Hours


@dataclass(frozen=True, eq=False)
class Part:
    """Lines of a floor, by number, and the agents who take their contacts, by row of its hours; `key` is the same for two parts of floors
    that differ only elsewhere: of the same lines, pools and hours."""

    lines: tuple[int, ...]
    agents: Ints
    key: tuple[tuple[int, ...], tuple[str, ...], bytes]


def parts_of(floor: Floor, together: Iterable[Iterable[str]] = ()) -> tuple[Part, ...]:
    """Return the smallest parts of `floor` between which no agent and no contact passes; lines named `together` stay in one part."""
    number = {line.id: n for n, line in enumerate(floor.lines)}
    place = {pool.id: n for n, pool in enumerate(floor.pools)}
    joined = _Joined(len(floor.lines))
    of_pool: dict[int, list[int]] = {}
    for link in floor.links:
        of_pool.setdefault(place[link.pool], []).append(number[link.line])
    working = np.unique(floor.hours.pool).tolist()
    for pool in working:
        joined.join(of_pool.get(pool, []))
    for line in floor.lines:
        joined.join([number[line.id], *(number[id] for id in line.leads_to)])
    for names in together:
        joined.join([number[name] for name in names])
    pools: dict[int, list[int]] = {root: [] for root in joined.roots()}
    for pool in working:
        if of_pool.get(pool):
            pools[joined.root(of_pool[pool][0])].append(pool)
    return tuple(_part(floor, joined.members(root), mine) for root, mine in pools.items())


def floor_of_part(floor: Floor, part: Part) -> Floor:
    """Return `floor` with the customers and agents of `part` alone; both draw the luck that they have on the whole floor."""
    mine = set(part.lines)
    lines = tuple(
        line if n in mine else replace(line, contacts=np.zeros(floor.size), backlog_s=(), given=None)
        for n, line in enumerate(floor.lines)
    )
    hours = floor.hours
    own = Hours(pool=hours.pool[part.agents], starts=hours.starts[part.agents], ends=hours.ends[part.agents])
    return replace(floor, lines=lines, hours=own)


def _part(floor: Floor, lines: tuple[int, ...], pools: list[int]) -> Part:
    agents: Ints = np.flatnonzero(np.isin(floor.hours.pool, pools))
    able = tuple(floor.pools[pool].id for pool in floor.hours.pool[agents].tolist())
    times = blake2b(floor.hours.starts[agents].tobytes() + floor.hours.ends[agents].tobytes(), digest_size=16)
    return Part(lines=lines, agents=agents, key=(lines, able, times.digest()))


class _Joined:
    """Numbers joined into sets."""

    def __init__(self, size: int) -> None:
        self._above = list(range(size))

    def root(self, n: int) -> int:
        """Return the number that stands for the set of `n`."""
        while self._above[n] != n:
            n = self._above[n]
        return n

    def join(self, numbers: list[int]) -> None:
        """Put `numbers` into one set."""
        for n in numbers[1:]:
            first, other = sorted((self.root(numbers[0]), self.root(n)))
            self._above[other] = first

    def roots(self) -> list[int]:
        """Return one number for each set, the least of it."""
        return [n for n in range(len(self._above)) if self.root(n) == n]

    def members(self, root: int) -> tuple[int, ...]:
        """Return the numbers of a set."""
        return tuple(n for n in range(len(self._above)) if self.root(n) == root)
