"""Fair division of one interval's agents among the queues they can serve, exactly: progressive filling by maximum flows.

Queues of a class are filled together, each in proportion to its need, until some of them cannot be given more: a set of queues
whose groups are exhausted. Those stay where they are and the others go on. The result is the lexicographically largest vector of
ratios given / needed (N. Megiddo, "Optimal flows in networks with multiple sources and sinks", Mathematical Programming 7, 1974),
which is also the proportionally fair one (S. Fujishige, Mathematics of Operations Research 5, 1980). The level at which filling
stops is found by Dinkelbach's iteration on the cut that stops it.

Plain Python on purpose: the graphs are small, and compiling the same loops costs more than running them.
"""

from __future__ import annotations

from collections.abc import Sequence

NOTHING = 1e-11
"""Agents that count as none: far below a second of anybody's time, far above rounding."""


class Division:
    """Agents of groups given to queues in one interval: ``given[g][q]``, with what each group has left in ``slack[g]``.

    `serves` lists for each group the queues it can serve.
    """

    def __init__(self, capacity: Sequence[float], serves: Sequence[Sequence[int]], queues: int) -> None:
        self.slack = list(capacity)
        self.serves = serves
        self.servers = [[g for g, mine in enumerate(serves) if q in mine] for q in range(queues)]
        self.given = [[0.0] * queues for _ in capacity]
        self.hold = [0.0] * queues

    def fill(self, active: Sequence[int], need: Sequence[float], *, up_to_need: bool) -> list[int]:
        """Raise the `active` queues together in proportion to `need`; return those that nothing stopped.

        With `up_to_need` they rise by their need at most, else as far as anything is left. What other queues have is kept.
        """
        rising, risen = list(active), 0.0
        while rising:
            weight = sum(need[q] for q in rising)
            step = 1.0 - risen if up_to_need else sum(self.slack) / weight
            if step * weight <= NOTHING:
                break
            stopped: set[int] = set()
            for _ in range(4 * len(self.hold) + 8):
                wanted = list(self.hold)
                for q in rising:
                    wanted[q] += step * need[q]
                blocked = self._route(wanted)
                if not blocked:
                    break
                stopped = blocked
                step = min(step, self._step_at_cut(blocked, rising, need))
            for q in rising:
                self.hold[q] += step * need[q]
            risen += step
            if not stopped:
                break
            rising = [q for q in rising if q not in stopped]
        self._withdraw(self.hold)
        return rising

    def _step_at_cut(self, blocked: set[int], rising: Sequence[int], need: Sequence[float]) -> float:
        """How far the rising queues among `blocked` can rise with all that the groups able to serve `blocked` have."""
        groups = {g for q in blocked for g in self.servers[q]}
        room = sum(self.slack[g] + sum(self.given[g]) for g in groups) - sum(self.hold[q] for q in blocked)
        return max(0.0, room / sum(need[q] for q in rising if q in blocked))

    def _has(self, q: int) -> float:
        return sum([self.given[g][q] for g in self.servers[q]])

    def _withdraw(self, wanted: Sequence[float]) -> None:
        """Take back, in proportion, what queues have above `wanted`."""
        for q, most in enumerate(wanted):
            has = self._has(q)
            if has > most:
                for g in self.servers[q]:
                    back = self.given[g][q] * (1.0 - most / has)
                    self.given[g][q] -= back
                    self.slack[g] += back

    def _spread(self, wanted: Sequence[float]) -> None:
        """Offer every group's slack to its queues in proportion to what they lack: an even start for the exact routing."""
        lack = [max(most - self._has(q), 0.0) for q, most in enumerate(wanted)]
        rate = []
        for slack, mine in zip(self.slack, self.serves, strict=True):
            of_mine = sum([lack[q] for q in mine])
            rate.append(slack / of_mine if of_mine > NOTHING else 0.0)
        for q, lacking in enumerate(lack):
            offered = sum([rate[g] for g in self.servers[q]]) * lacking
            if offered > 0.0:
                taken = min(1.0, lacking / offered) * lacking
                for g in self.servers[q]:
                    part = min(self.slack[g], taken * rate[g])
                    self.given[g][q] += part
                    self.slack[g] -= part

    def _route(self, wanted: Sequence[float]) -> set[int]:
        """Give every queue what is `wanted`, by shortest augmenting paths; return the queues that stop it, if any.

        Those are all the queues reachable from one that lacks: their groups have no slack and serve nobody else.
        """
        self._withdraw(wanted)
        self._spread(wanted)
        blocked: set[int] = set()
        for q in range(len(wanted)):
            while q not in blocked and (lacking := wanted[q] - self._has(q)) > NOTHING:
                reached = self._augment(q, lacking)
                if reached:
                    blocked |= reached
        return blocked

    def _augment(self, start: int, lacking: float) -> set[int]:
        """Bring `start` up to `lacking` agents along one path of swaps; without a path return all queues reached instead."""
        taken_by: dict[int, int] = {}  # group -> the queue that would take from it
        freed_by: dict[int, int] = {}  # queue -> the group that would leave it
        line = [start]
        for q in line:
            for g in self.servers[q]:
                if g in taken_by:
                    continue
                taken_by[g] = q
                if self.slack[g] > NOTHING / 64:
                    self._swap(start, g, taken_by, freed_by, lacking)
                    return set()
                for other in self.serves[g]:
                    if other != start and other not in freed_by and self.given[g][other] > NOTHING / 64:
                        freed_by[other] = g
                        line.append(other)
        return set(line)

    def _swap(self, start: int, found: int, taken_by: dict[int, int], freed_by: dict[int, int], lacking: float) -> None:
        """Move agents along the path from `start` to the slack of group `found`."""
        path = [(found, taken_by[found])]
        while path[-1][1] != start:
            g = freed_by[path[-1][1]]
            path.append((g, taken_by[g]))
        amount = min([lacking, self.slack[found]] + [self.given[freed_by[q]][q] for _, q in path[:-1]])
        self.slack[found] -= amount
        for g, q in path:
            self.given[g][q] += amount
            if q != start:
                self.given[freed_by[q]][q] -= amount
