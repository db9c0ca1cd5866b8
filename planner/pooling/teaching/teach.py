"""Whom to teach: those who are there when the new skill is asked for and few have it."""

from __future__ import annotations

import numpy as np

from planner.domain.account import Account
from planner.domain.arrays import Floats
from planner.pooling.teaching.bench import OFF, Bench, State
from planner.pooling.teaching.skills import Lesson, Variant, account_with


class Lessons:
    """Lessons given to people of a bench; each is a variant of their group that the bench knows."""

    def __init__(self, bench: Bench, variants: dict[Lesson, Variant]) -> None:
        self.bench, self.variants = bench, variants
        demand, account = bench.plan.demand, bench.account
        contacts = np.where(demand.expected, np.nan_to_num(demand.contacts), 0.0)
        together = np.array([queue.concurrency for queue in account.queues])[:, None]
        self._work = contacts * np.nan_to_num(demand.aht_s) / together  # seconds of work [Q, T]
        self._seats = [bench.seconds_on_seat(n) for n in range(len(bench.workers))]
        self._adds = {lesson: _adds(account, variant) for lesson, variant in variants.items()}
        self._able = {id: _queues(account, id, variants) for id in {*(g.id for g in account.groups), *bench.variants}}

    def teach(self, state: State, lesson: Lesson, people: int) -> State | None:
        """Return `state` with so many more of the lesson's group taught, None where fewer are left to teach.

        One after the other: whoever is on seat while most seconds of work of the queues they would learn to take fall to each person who
        can take them.
        """
        variant = self.variants[lesson]
        open_ = [n for n, id in enumerate(state) if id == lesson.group]
        if len(open_) < people:
            return None
        rows = self._adds[lesson]
        live = [q for q in rows if self.bench.account.queues[q].channel.live]
        work = self._work[live or rows].sum(axis=0)
        there = self._there(state, rows)
        for _ in range(people):
            each = work / (there + float(self.bench.plan.demand.grid.interval_s))
            best = max(open_, key=lambda n: (float(self._seats[n] @ each), -n))
            open_.remove(best)
            state = (*state[:best], variant.id, *state[best + 1 :])
            there = there + self._seats[best]
        return state

    def untaught(self, state: State) -> dict[Lesson, State]:
        """Return by lesson `state` with one person less who has had it: whoever has least work of it."""
        found = {}
        for lesson, variant in self.variants.items():
            had = [n for n, id in enumerate(state) if id == variant.id]
            if had:
                work = self._work[self._adds[lesson]].sum(axis=0)
                n = min(had, key=lambda n: (float(self._seats[n] @ work), n))
                found[lesson] = (*state[:n], lesson.group, *state[n + 1 :])
        return found

    def given(self, state: State) -> dict[Lesson, int]:
        """Return how many people of `state` have had each lesson, those that nobody has had left out."""
        counts = {lesson: state.count(variant.id) for lesson, variant in self.variants.items()}
        return {lesson: n for lesson, n in counts.items() if n}

    def _there(self, state: State, rows: list[int]) -> Floats:
        # seconds on seat of those who can take contacts of any of the queues [T]
        found = np.zeros(self.bench.plan.demand.grid.size)
        for n, id in enumerate(state):
            if id != OFF and not self._able[id].isdisjoint(rows):
                found = found + self._seats[n]
        return found


def _adds(account: Account, variant: Variant) -> list[int]:
    before = _row(account, variant.group)
    return sorted(_row(account_with(account, [variant]), variant.id) - before)


def _queues(account: Account, id: str, variants: dict[Lesson, Variant]) -> set[int]:
    mine = [variant for variant in variants.values() if variant.id == id]
    return _row(account_with(account, mine), id) if mine else _row(account, id)


def _row(account: Account, id: str) -> set[int]:
    if id not in [group.id for group in account.groups]:
        return set()
    return set(np.flatnonzero(account.serves()[[group.id for group in account.groups].index(id)]).tolist())
