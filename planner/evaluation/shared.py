"""Deferred queues that the same people work: of all that is open, what is due first, whichever queue it is in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from planner.backlog import DeferredRun, Work, lines, run_shared
from planner.domain.account import Account
from planner.domain.arrays import Floats
from planner.domain.capacity import Capacity, Coverage
from planner.evaluation.deferred import BANDS_S, DeferredQueue
from planner.evaluation.measures import Counts


def shared_queues(people: Capacity, account: Account) -> list[tuple[str, ...]]:
    """Return the sets of deferred queues, by id, that exactly the same rostered groups serve and that are worked as one line
    (`lines`)."""
    serves = account.serves().copy()
    serves[~people.on_seat.any(axis=1)] = False
    return [tuple(account.queues[q].id for q in mine) for mine in lines(account.queues, serves)]


@dataclass(frozen=True, kw_only=True)
class SharedDesk:
    """Deferred queues worked in one line with all the agents that the split gives them."""

    members: tuple[DeferredQueue, ...]

    def run(self, contacts: Sequence[Floats] | None = None) -> list[DeferredRun]:
        """Return what becomes of the expected contacts of every member, or of `contacts`, one ``[T]`` for each."""
        works = [
            Work(
                lots=desk.lots,
                arrived=desk.came(None if contacts is None else contacts[n]),
                aht_s=desk.handling_s(),
                open=desk.open,
            )
            for n, desk in enumerate(self.members)
        ]
        bands = BANDS_S if contacts is None else ()
        return run_shared(works, self._seconds(), interval_s=self.members[0].interval_s, bands_s=bands)

    def counts(self, rates: Sequence[Floats]) -> tuple[list[Counts], list[tuple[Floats, Floats]]]:
        """Return for every member the contacts counted and in time over scenarios, ``[K, T]`` each of `rates`, and those open at
        the start, ``[K, M]``."""
        by_arrival: list[list[Counts]] = [[] for _ in self.members]
        before: list[list[tuple[Floats, Floats]]] = [[] for _ in self.members]
        for k in range(len(rates[0])):
            for n, run in enumerate(self.run([rate[k] for rate in rates])):
                desk = self.members[n]
                by_arrival[n].append(desk.counts_of(run, desk.came(rates[n][k])))
                before[n].append(desk.before_counts(run))
        counts = [
            Counts(counted=np.stack([one.counted for one in rows]), within=np.stack([one.within for one in rows]))
            for rows in by_arrival
        ]
        return counts, [(np.stack([c for c, _ in rows]), np.stack([w for _, w in rows])) for rows in before]

    def given(self, runs: Sequence[DeferredRun]) -> Floats:
        """Return the agents ``[M, T]`` each member had while its `runs` were worked: those at work, and of the idle ones its
        share."""
        length = self.members[0].interval_s
        agents = np.stack([np.where(desk.open, desk.agents, 0.0) for desk in self.members])
        busy = np.stack([run.done * desk.handling_s() / length for run, desk in zip(runs, self.members, strict=True)])
        total, idle = agents.sum(axis=0), agents.sum(axis=0) - busy.sum(axis=0)
        share = np.divide(agents, total, out=np.zeros(agents.shape), where=total > 0)
        had: Floats = np.maximum(busy + share * np.maximum(idle, 0.0), 0.0)
        return had

    def _seconds(self) -> Floats:
        agents = np.sum([np.where(desk.open, desk.agents, 0.0) for desk in self.members], axis=0)
        seconds: Floats = agents * self.members[0].interval_s
        return seconds


def covered(coverage: Coverage, rows: Mapping[str, int], desks: Sequence[tuple[SharedDesk, Sequence[DeferredRun]]]) -> Coverage:
    """Return `coverage` with the agents of each shared desk divided as they worked; every group's total stays what it was."""
    if not desks:
        return coverage
    on_seat = np.array(coverage.on_seat)
    for desk, runs in desks:
        at = [rows[member.queue.id] for member in desk.members]
        given = desk.given(runs)
        total = given.sum(axis=0)
        share = np.divide(given, total, out=np.zeros(given.shape), where=total > 0)
        of_group = on_seat[:, at].sum(axis=1)
        on_seat[:, at] = np.where(total > 0, of_group[:, None] * share, on_seat[:, at])
    return Coverage(groups=coverage.groups, queues=coverage.queues, grid=coverage.grid, on_seat=on_seat)
