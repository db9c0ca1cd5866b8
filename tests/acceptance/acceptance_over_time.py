"""The law of a queue over the day, written anew: Kolmogorov's equations by Taylor steps, a caller's prospects by the backward ones.

Forward, the number in the system: contacts come at their rate, the agents serve as many as they can, the rest may give up. Backward, the
value of waiting with `a` others ahead in the system: those ahead leave one by one, whoever comes later does not matter. A part of an
agent takes that part of those who come to it. A shift of the staff moves nobody; a larger staff takes those who come within its reach.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

_FINE = np.array([0.0, 0.004, 0.02, 0.06, 0.15, 0.3, 0.5, 0.7, 0.85, 0.94, 0.98, 0.996, 1.0])
_COARSE = np.array([0.0, 0.03, 0.2, 0.6, 0.95, 1.0])
_NEVER_SEEN = 1e-11


@dataclass(frozen=True, kw_only=True)
class Stretches:
    """Stretches of as many open intervals each: `rate_per_s` ``[R, K, T]`` in K futures, `agents` and `aht_s` ``[R, T]``.

    They start empty, or where `balanced` in balance with their first interval; who is left at the end meets the last staff for good.
    Figures are exact to 1e-8 or so, if `coarse` to 1e-4.
    """

    rate_per_s: Array
    agents: Array
    aht_s: Array
    interval_s: float
    within_s: float
    patience_s: float | None
    balanced: bool = False
    coarse: bool = False

    @property
    def theta(self) -> float:
        """Rate at which who waits gives up."""
        return 0.0 if self.patience_s is None else 1 / self.patience_s

    @cached_property
    def nodes(self) -> tuple[Array, Array]:
        """Seconds into an interval, from its start to its end, and their weights; closer together at its ends, and with an edge where the
        deadline of an arrival is the end of an interval."""
        kink = 1 - (self.within_s % self.interval_s) / self.interval_s
        edges = np.unique(np.append(_COARSE if self.coarse else _FINE, kink)) * self.interval_s
        nodes, weights = np.polynomial.legendre.leggauss(3 if self.coarse else 5)
        half = np.diff(edges) / 2
        at = (edges[:-1] + half)[:, None] + half[:, None] * nodes
        return np.r_[0.0, at.ravel(), self.interval_s], np.r_[0.0, (half[:, None] * weights).ravel(), 0.0]

    @cached_property
    def laws(self) -> list[Array]:
        """By interval the law of the number in the system at its nodes ``[J, R, K, N]``, N as large as it must be."""
        found: list[Array] = []
        law = np.ones((*self.rate_per_s.shape[:2], 1))
        size = int(self.agents.max()) + 24
        if self.balanced:
            birth = self.rate_per_s[..., 0, None]
            if self.theta == 0:  # fuller than this it is not taken to have been
                birth = np.minimum(birth, 0.95 * (self.agents[:, 0] / self.aht_s[:, 0])[:, None, None])
            law = _in_balance(birth, self._leaving(0, np.arange(20 * size))[:, None])
            size = max(size, int((law > _NEVER_SEEN / size).nonzero()[-1].max()) + 2)
            law = law[..., :size]
        for t in range(self.rate_per_s.shape[-1]):
            while (now := self._interval(law, t, size))[..., -1].max() > _NEVER_SEEN:
                size = int(1.3 * size)
            found.append(now)
            law = now[-1]
        return found

    @property
    def states(self) -> int:
        """Numbers in the system followed at most."""
        return max(law.shape[-1] for law in self.laws)

    def seats(self, t: Array | int) -> Array:
        """The share of an agent left for somebody with 0, 1, 2, ... others ahead, ``[R, ..., N]`` in the intervals `t`."""
        return np.clip(self.agents[:, t][..., None] - np.arange(self.states), 0.0, 1.0)

    @cached_property
    def in_time(self) -> Array:
        """Contacts answered within the threshold by interval of arrival ``[R, K, T]``."""
        return self._hopes(self._within(self.theta))

    @cached_property
    def reachable(self) -> Array:
        """The same if they never gave up themselves."""
        return self._hopes(self._within(0.0))

    def never(self) -> Array:
        """Contacts that give up before they are answered, by interval of arrival ``[R, K, T]``: all but those answered within as long as
        nobody waits."""
        if self.theta == 0:
            return np.zeros(self.rate_per_s.shape)
        ever = replace(self, within_s=24 / self.theta).in_time
        return np.clip(self.rate_per_s * self.interval_s - ever, 0.0, None)

    def first(self) -> Stretches:
        """The first of these stretches alone."""
        return replace(self, rate_per_s=self.rate_per_s[:1], agents=self.agents[:1], aht_s=self.aht_s[:1])

    def waiting(self) -> Array:
        """Mean number waiting ``[R, K, T]``."""
        return self._means(lambda n, s: np.maximum(n - s, 0.0))

    def busy(self) -> Array:
        """Mean number of agents busy ``[R, K, T]``."""
        return self._means(np.minimum)

    def level(self, formula: str) -> tuple[Array, Array]:
        """Contacts within and contacts counted by one of the five formulas, each ``[R, K, T]``."""
        offered = self.rate_per_s * self.interval_s
        if formula == "offered":
            return self.in_time, offered
        if formula == "answered":
            return self.in_time, offered - self.never()
        late = np.exp(-self.theta * self.within_s) * (offered - self.reachable)  # still there when the threshold has passed
        if formula == "excluding_short_abandons":
            return self.in_time, self.in_time + late
        return {"crediting_short_abandons": offered - late, "virtual": self.reachable}[formula], offered

    def _interval(self, law: Array, t: int, size: int) -> Array:
        law = np.concatenate([law, np.zeros((*law.shape[:-1], size - law.shape[-1]))], axis=-1)
        birth, leave = self.rate_per_s[..., t, None], self._leaving(t, np.arange(size))[:, None, 1:]
        fastest = float((birth + leave[..., -1:]).max())
        out = np.empty((len(self.nodes[0]), *law.shape))
        out[0] = law
        for j, seconds in enumerate(np.diff(self.nodes[0])):
            out[j + 1] = self._carried(out[j], birth, leave, seconds, fastest)
        return out

    def _carried(self, law: Array, birth: Array, leave: Array, seconds: float, fastest: float) -> Array:
        steps = max(1, int(np.ceil(seconds * fastest)))
        h = seconds / steps
        for _ in range(steps):
            term, law = law, law.copy()
            for k in range(1, 5 if self.coarse else 7):
                up = (birth * term[..., :-1] - leave * term[..., 1:]) * (h / k)  # over the cut above each state
                term = np.zeros_like(law)
                term[..., :-1] -= up
                term[..., 1:] += up
                law += term
        return law

    def _leaving(self, t: Array | int, n: Array) -> Array:
        s, mu = self.agents[:, t][..., None], 1 / self.aht_s[:, t][..., None]
        return np.minimum(n, s) * mu + np.maximum(n - s, 0.0) * self.theta

    def _means(self, of) -> Array:  # type: ignore[no-untyped-def]
        weights = self.nodes[1] / self.interval_s
        found = []
        for t, law in enumerate(self.laws):
            spent = np.tensordot(weights, law, axes=1)
            found.append(np.einsum("rkn,rn->rk", spent, of(np.arange(law.shape[-1]), self.agents[:, t, None])))
        return np.stack(found, axis=-1)

    def _hopes(self, value: Array) -> Array:
        # `value` [R, T, J, N] of those who wait; who comes to a free agent is answered
        out = np.empty(self.rate_per_s.shape)
        for t, law in enumerate(self.laws):
            seat = self.seats(t)[:, None]
            hope = (seat + (1 - seat) * value[:, t])[..., : law.shape[-1]] * self.nodes[1][:, None]
            out[..., t] = np.einsum("jrkn,rjn->rk", law, hope)
        return out * self.rate_per_s

    def _within(self, giving_up: float) -> Array:
        """The chance ``[R, T, J, N]`` to be answered in time of who begins to wait at a node with 0, 1, 2, ... others ahead."""
        at, last = self.nodes[0], self.agents.shape[1] - 1
        alike = (at + self.within_s < self.interval_s) & (self.within_s < self.interval_s)
        which = np.where(alike, 0, np.arange(len(at)) - max(alike.sum() - 1, 0))
        at = at[max(alike.sum() - 1, 0) :]
        t = np.arange(last + 1)
        lengths, left = [], np.full(at.shape, self.within_s)
        while not lengths or left.max() > 0:
            lengths.append(np.minimum(left, self.interval_s - at if not lengths else self.interval_s))
            left = left - lengths[-1]
        value = np.zeros((len(self.agents), last + 1, len(at), self.states))
        for ahead in range(len(lengths) - 1, -1, -1):
            now = np.minimum(t + ahead, last)
            value = self._earlier(value, now, lengths[ahead], giving_up)
            if ahead > 0:
                changed = self._before(value, np.minimum(t + ahead - 1, last), now)
                value = np.where(lengths[ahead][:, None] > 0, changed, value)
        return value[:, :, which]

    def _advance(self, t: Array) -> Array:
        # the rate at which the next of those ahead leaves
        s, mu, ahead = self.agents[:, t][..., None], 1 / self.aht_s[:, t][..., None], np.arange(self.states)
        return s * mu + np.maximum(ahead - s, 0.0) * self.theta

    def _earlier(self, value: Array, t: Array, seconds: Array, giving_up: float) -> Array:
        """The value ``[R, T, J, N]`` as many `seconds` ``[J]`` earlier, under the staff of the intervals `t` ``[T]``."""
        rate, seat = self._advance(t)[:, :, None], self.seats(t)[:, :, None]
        rest = 1 - seat
        steps = max(1, int(np.ceil(seconds.max() * (rate.max() + giving_up))))
        h = (seconds / steps)[:, None]
        for _ in range(steps):
            term, value = value, value.copy()
            for k in range(1, 5 if self.coarse else 7):
                nearer = np.empty_like(term)
                nearer[..., 1:] = rest[..., :-1] * term[..., :-1]
                nearer[..., 0] = 0.0
                if k == 1:  # who is answered is answered: a source, constant in time
                    nearer[..., 1:] += seat[..., :-1]
                    nearer[..., 0] = 1.0
                term = (rate * (nearer - term) - giving_up * term) * (h / k)
                value += term
        return value

    def _before(self, value: Array, before: Array, after: Array) -> Array:
        """The value just before the staff of `before` is followed by that of `after`."""
        had, has = self.seats(before)[:, :, None], self.seats(after)[:, :, None]
        with np.errstate(invalid="ignore", divide="ignore"):
            at_once = np.nan_to_num(np.maximum(has - had, 0.0) / (1 - had))
        return at_once + (1 - at_once) * value


def _in_balance(birth: Array, leave: Array) -> Array:
    with np.errstate(divide="ignore"):
        logs = np.cumsum(np.log(birth) - np.log(leave[..., 1:]), axis=-1)
    logs = np.concatenate([np.zeros((*logs.shape[:-1], 1)), logs], axis=-1)
    law = np.exp(logs - logs.max(axis=-1, keepdims=True))
    return law / law.sum(axis=-1, keepdims=True)
