"""The search over aims: plans asked for at margins above or below their promises, judged whole, the cheapest kept."""

from __future__ import annotations

from collections.abc import Callable
from typing import Generic, Protocol, TypeVar

import numpy as np

from planner.domain.arrays import Bools, Floats

TRIES = 12
"""Plans asked for at most, besides the first."""
_STEERED, _STEPS, _ALONE = 3, (0.6, 0.25), 0.4
"""Aims in a row that prices lead to; then steps around the best plan, of all windows together and of each alone, as shares of the spread of
their counts."""
_SAME, _SLACK = 0.03, 0.5
"""Margins nearer than this share of the spread ask for the same plan; a window further ahead of its margin than this share is not bound
by it: least headcounts or other promises hold it there."""


class Judged(Protocol):
    """A plan with the margin ``[W]`` it was asked for and what makes it better than another, less being better."""

    @property
    def margin(self) -> Floats:
        """Contacts to be ahead of each window's level by; below zero where it may fall short."""
        ...

    @property
    def reached(self) -> Floats:
        """Contacts each window of the plan is ahead of its level by ``[W]``, as the shift model counts them."""
        ...

    @property
    def key(self) -> tuple[int, float]:
        """Promises without tiers that are missed, then money."""
        ...


_P = TypeVar("_P", bound=Judged)


def least_total(
    first: _P,
    *,
    attempt: Callable[[_P, Floats], _P | None],
    aim: Callable[[_P], Floats],
    given_up: Floats,
    spread: Floats,
    tries: int = TRIES,
) -> _P:
    """Return the best plan found by at most `tries` attempts, starting from `first`.

    `attempt` makes a plan at a margin ``[W]`` from a known one, None when time is up; `aim` tells the margin that a plan's own prices and
    chances call for; `given_up` is the margin at which windows with tiers are left at their floors, `spread` ``[W]`` the standard deviation
    of their counts, zero for windows that are not weighed. First aims are followed while they bring better plans; then all windows are
    given up at once, and what follows from there; last come steps each way around the best margin, for all windows and for each alone.
    Prices and chances of one plan only point the way: shifts come in whole people, so every plan is judged by what it costs and owes.
    """
    search = _Search(first, attempt, spread, tries)
    search.follow(first, aim)
    if search.to(given_up) is search.best:
        search.follow(search.best, aim)
    for share in _STEPS:
        for sign in (-1.0, 1.0):
            while search.step(sign * share * spread):
                pass
    for w in np.flatnonzero(spread > 0).tolist():
        for sign in (-1.0, 1.0):
            search.step(np.where(np.arange(len(spread)) == w, sign * _ALONE * spread, 0.0))
    return search.best


def binding(reached: Floats, margin: Floats, spread: Floats) -> Bools:
    """Return ``[W]`` True where a plan that has `reached` so many contacts ahead is held there by the `margin` asked for."""
    held: Bools = reached - margin <= _SLACK * spread
    return held


class _Search(Generic[_P]):
    """Plans known so far and how many more may be asked for."""

    def __init__(self, first: _P, attempt: Callable[[_P, Floats], _P | None], spread: Floats, tries: int) -> None:
        self.best = first
        self.attempt, self.spread, self.left = attempt, spread, tries
        self.known: list[tuple[Floats, Floats]] = [(first.margin, first.reached)]

    def to(self, margin: Floats) -> _P | None:
        """Ask for a plan at `margin` unless one like it is known; returns it, None when there is none."""
        if self.left <= 0 or any(self._alike(margin, *one) for one in self.known):
            return None
        self.left -= 1
        found = self.attempt(self.best, margin)
        if found is None:
            self.left = 0
            return None
        self.known.append((margin, found.reached))
        if found.key < self.best.key:
            self.best = found
        return found

    def follow(self, known: _P, aim: Callable[[_P], Floats]) -> None:
        """Ask for what `known` aims at, and on from there while plans get better."""
        for _ in range(_STEERED):
            found = self.to(aim(known))
            if found is None or found is not self.best:
                return
            known = self.best

    def step(self, by: Floats) -> bool:
        """Ask for a plan so many contacts from where the best one is held; True when it is better."""
        best = self.best
        held = binding(best.reached, best.margin, self.spread)
        self.to(np.where(held, best.margin, best.reached) + by)
        return self.best is not best

    def _alike(self, margin: Floats, asked: Floats, reached: Floats) -> bool:
        """True when `margin` would give the plan that was asked for at `asked`: near it in every window, or as far from binding."""
        near = np.abs(margin - asked) <= _SAME * self.spread
        loose = ~binding(reached, np.maximum(margin, asked), self.spread)
        return bool((near | loose)[self.spread > 0].all())
