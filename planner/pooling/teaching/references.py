"""What people are worth who can do more: the same promises with everybody apart, and with everybody for everything."""

from __future__ import annotations

from decimal import Decimal

import numpy as np

from planner.domain.arrays import Floats
from planner.domain.plan import Plan
from planner.domain.solve import StopFlag
from planner.pooling.teaching.bench import OFF, Ahead, Bench, State
from planner.pooling.teaching.skills import Variant, account_with, all_rounders, specialists
from planner.pooling.teaching.spare import Sparing

_COPIES = 8
"""People of one kind that may be added at most."""
_TRIED = 6
"""People of whom one is added: those to whom most work of the promises missed would fall."""

Made = tuple[Bench, State | None, bool]
"""A bench, the state found on it (None: no state keeps the promises), and False where time ended the search."""


def flexible(plan: Plan, before: Bench, base: State, premium: Decimal, deadline: float, stop: StopFlag) -> Made | None:
    """Return the people of `base` able to take all that their site may take, those who are thereby spare taken off; who learns anything is
    paid the share `premium` more, once. None where they are able already."""
    variants = all_rounders(plan.account, premium)
    if not variants:
        return None
    bench = Bench(plan, stop, variants.values())
    sparing = Sparing(bench, deadline)
    sparing.hold_to(bench.start)
    state = tuple(variants[id].id if id in variants else id for id in (before.group_of(id) if id else OFF for id in base))
    state = sparing.thoroughly(state)
    return bench, state, not sparing.over


def dedicated(plan: Plan, before: Bench, base: State, premium: Decimal, deadline: float, stop: StopFlag) -> Made | None:
    """Return the people of `base` with one language each (or one channel where nobody speaks more than one), people added one by one where
    they help most until the promises of the plan hold, then those who are spare taken off. None where they are so already; without a
    state where that many copies of the plan's own shifts do not keep the promises."""
    apart = specialists(plan.account)
    if not apart:
        return None
    variants = {v.id: v for own in apart.values() for v in own}
    bench = Bench(plan, stop, variants.values(), copies=_COPIES)
    sparing = Sparing(bench, deadline)
    sparing.hold_to(bench.start)
    split = _split(bench, apart, tuple(before.group_of(id) if id else OFF for id in base))
    enough = _enough(bench, sparing, apart, split)
    if enough is None:
        return bench, None, not sparing.over
    return bench, sparing.thoroughly(enough), not sparing.over


def _split(bench: Bench, apart: dict[str, tuple[Variant, ...]], base: State) -> State:
    """`base` with everybody of several languages given to the one whose work falls on fewest while they are on seat."""
    able = _Able(bench)
    state = [OFF] * len(bench.start)
    for n, group in enumerate(base):
        if group != OFF and group not in apart:
            state[n] = group
            able.add(n, group)
    for n, group in enumerate(base):
        if group in apart:
            state[n] = max(apart[group], key=lambda variant: able.asked(n, variant.id)).id
            able.add(n, state[n])
    return tuple(state)


def _enough(bench: Bench, sparing: Sparing, apart: dict[str, tuple[Variant, ...]], state: State) -> State | None:
    """`state` with people added until it keeps what must stay kept: of the likeliest each time the one by whom least is missed."""
    ids = {group.id: tuple(v.id for v in apart.get(group.id, ())) or (group.id,) for group in bench.account.groups}
    while not sparing.keeps(state):
        if sparing.over:
            return None
        here, least = bench.ahead(state, bench.sure), sparing.least[bench.sure, 0]
        missed = {key[0] for key, floor in least.items() if here.get(key, 0.0) < floor} or {k[0] for k in here}
        able = _Able(bench, missed)
        for n, id in enumerate(state):
            if id != OFF:
                able.add(n, id)
        free = {bench.workers[n].kind: n for n, id in reversed(list(enumerate(state))) if id == OFF}
        likely = sorted((-able.asked(n, id), n, id) for n in free.values() for id in ids[bench.workers[n].group])[:_TRIED]
        tries = [(*state[:n], id, *state[n + 1 :]) for asked, n, id in likely if asked < 0]
        if not tries:
            return None
        state = min(tries, key=lambda tried: _missing(bench.ahead(tried, bench.look), sparing.least[bench.look, 0]))
    return state


def _missing(ahead: Ahead, least: Ahead) -> float:
    return sum(max(0.0, floor - ahead.get(key, 0.0)) for key, floor in least.items()) - 0.01 * min(ahead.values(), default=0.0)


class _Able:
    """Seconds of work of queues, of all or those of `promises`, and seconds on seat of those who can take their contacts ``[Q, T]``."""

    def __init__(self, bench: Bench, promises: set[str] | None = None) -> None:
        account, demand = bench.account, bench.plan.demand
        whole = account_with(account, bench.variants.values())
        self.bench = bench
        self.queues = {group.id: np.flatnonzero(row) for group, row in zip(whole.groups, whole.serves(), strict=True)}
        contacts = np.where(demand.expected, np.nan_to_num(demand.contacts), 0.0)
        self.work: Floats = contacts * np.nan_to_num(demand.aht_s) / np.array([[q.concurrency] for q in account.queues])
        if promises is not None:
            covered = {id for clause in account.contract.clauses if clause.id in promises for id in clause.queues}
            self.work[[q.id not in promises and q.id not in covered for q in account.queues]] = 0.0
        self.there: Floats = np.zeros(self.work.shape)

    def add(self, n: int, id: str) -> None:
        """Take worker `n` as `id`."""
        self.there[self.queues[id]] += self.bench.seconds_on_seat(n)

    def asked(self, n: int, id: str) -> float:
        """How much work falls to worker `n` as `id`, shared with those who are there."""
        rows = self.queues[id]
        each = self.work[rows] / (self.there[rows] + self.bench.plan.demand.grid.interval_s)
        return float((each * self.bench.seconds_on_seat(n)).sum())
