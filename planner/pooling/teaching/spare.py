"""Who could be spared: people taken off a bench, likeliest first, while every promise kept so far stays kept."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field

from planner.pooling.teaching.bench import OFF, Ahead, Bench, State
from planner.pooling.trim import spared

CONFIRM = 500_009
"""Added to the seed of customers by whom a decision is confirmed."""
_SLACK = 0.01
"""A first look may be this many points short: few replications are noisy."""
_HOPE = 0.03
"""Somebody by whose absence a promise is expected to be missed by more than this is not tried."""
FAILURES = 6
"""Tries in a row that may fail before nobody is thought to be spare."""


@dataclass
class Sparing:
    """Takes people off states of `bench`: `least` are the points by which promises must stay ahead, by replications and seed of
    customers; `losses` what the absence of each kind of people was seen to cost; `tick` is called now and then."""

    bench: Bench
    deadline: float
    least: dict[tuple[int, int], Ahead] = field(default_factory=dict)
    losses: dict[int, Ahead] = field(default_factory=dict)
    tick: Callable[[], None] = lambda: None

    def hold_to(self, state: State) -> None:
        """Hold every later state to the promises that `state` keeps, and the others to what it makes of them."""
        for look in self._looks:
            self.least[look] = {key: min(0.0, x) for key, x in self.bench.ahead(state, *look).items()}

    @property
    def _looks(self) -> tuple[tuple[int, int], ...]:
        # replications and seed: a first look, what decides, what confirms it
        return (self.bench.look, 0), (self.bench.sure, 0), (self.bench.sure, CONFIRM)

    @property
    def over(self) -> bool:
        """True when time is up or a person stopped it."""
        self.tick()
        return self.bench.stop.is_set() or time.perf_counter() > self.deadline

    def may_keep(self, state: State) -> bool:
        """True when `state` keeps what must stay kept at a first look, or nearly."""
        first = self._looks[0]
        return _kept(self.bench.ahead(state, *first), self.least[first], -_SLACK)

    def keeps(self, state: State) -> bool:
        """True when `state` keeps what must stay kept: at a first look, then with as many replications as decide, then before other
        customers."""
        return self.may_keep(state) and all(
            _kept(self.bench.ahead(state, *look), self.least[look], 0.0) for look in self._looks[1:]
        )

    def learn(self, state: State) -> None:
        """See what the absence of each kind of people costs in `state`; of those who were far from spare before it is not looked at
        again."""
        here, least = self.bench.ahead(state, self.bench.look), self.least[self.bench.look, 0]
        for kind, n in self._firsts(state).items():
            if self.over:
                return
            if kind[0] in self.losses and _margin(here, self.losses[kind[0]], least) < -_HOPE:
                continue
            without = self.bench.ahead(_off(state, n), self.bench.look)
            self.losses[kind[0]] = {key: here[key] - x for key, x in without.items() if key in here}

    def thoroughly(self, state: State) -> State:
        """Return `state` without whoever is spare, looked for until nobody is."""
        while not self.over:
            self.learn(state)
            fewer = self.fewer(state)
            if fewer == state:
                break
            state = fewer
        return state

    def fewer(self, state: State, *, failures: int = FAILURES) -> State:
        """Return `state` without whoever is spare as far as `losses` tell: those whose absence is likely to be borne, the dearest first;
        as long as it goes well, twice as many at a time. It ends when so many tries in a row have failed."""
        at_once, failed, refused = 1, 0, set[tuple[int, str]]()
        while not self.over and failed < failures:
            wanted = self._likely(state, refused)[:at_once]
            if not wanted:
                break
            less = state
            for n in wanted:
                if spared(self.bench.held(less), self.bench.workers[n].group, self.bench.account):
                    less = _off(less, n)
            if less != state and self.keeps(less):
                state, at_once, failed = less, 2 * at_once, 0
            elif len(wanted) > 1:
                at_once = max(1, len(wanted) // 2)
            else:
                failed += 1
                refused.add((self.bench.workers[wanted[0]].kind, state[wanted[0]]))
        return state

    def _likely(self, state: State, refused: set[tuple[int, str]]) -> list[int]:
        bench, held = self.bench, self.bench.held(state)
        here, least = bench.ahead(state, bench.look), self.least[bench.look, 0]
        ranked = []
        for (kind, id), n in self._firsts(state).items():
            if kind not in self.losses or (kind, id) in refused or not spared(held, bench.workers[n].group, bench.account):
                continue
            margin = _margin(here, self.losses[kind], least)
            if margin >= -_HOPE:
                cost = bench.workers[n].cost
                ranked.append(((margin < 0, -cost if margin >= 0 else -margin, id in bench.variants, n), n))
        return [n for _, n in sorted(ranked)]

    def _firsts(self, state: State) -> dict[tuple[int, str], int]:
        # one person of each kind and state, the last of them
        return {(self.bench.workers[n].kind, id): n for n, id in enumerate(state) if id != OFF}


def _off(state: State, n: int) -> State:
    return (*state[:n], OFF, *state[n + 1 :])


def _kept(ahead: Ahead, least: Ahead, slack: float) -> bool:
    return all(ahead.get(key, 0.0) >= floor + slack for key, floor in least.items())


def _margin(ahead: Ahead, loss: Ahead, least: Ahead) -> float:
    return min((ahead.get(key, 0.0) - loss.get(key, 0.0) - floor for key, floor in least.items()), default=0.0)
