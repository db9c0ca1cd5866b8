"""How much work contacts bring, and when at most: handling times of a queue as limited expected values.

All of it rests on ``LEV(x) = E[min(H, x)]`` of a handling time H with mean one (S. A. Klugman, H. H. Panjer and G. E. Willmot, "Loss
Models", 5th ed. 2019, appendix A). What comes out is never too little, where an exact average over instants of arrival is not worth its
integral: the worse end of each of `STEPS` steps stands for the step.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from scipy.special import ndtr

from planner.domain.arrays import Floats
from planner.domain.handling import ServiceLaw

STEPS = 100
"""Steps into which an interval is cut where an average is taken over it."""
_LEAST_STEPS = 400
"""Steps at least into which the time before an instant is cut."""
_MEANS = 4
"""Parts into which mean handling times of one queue are put for that."""
_FAR = 60.0
"""Handling times, in means, up to which the worst share of work per contact done is looked for."""


@dataclass(frozen=True, kw_only=True)
class Work:
    """Handling of one queue's contacts.

    `law` and `cv` of single handling times; `mean_s` ``[T]`` of those who arrive in an interval, in seconds of work. Each goes on at
    `slow` to `fast` seconds of work a second, and one agent does at most `rate` seconds of work a second, on all that is in hand.
    `within_s` is the longest wait that counts as in time (0 for work that can wait).
    """

    law: ServiceLaw
    cv: float
    mean_s: Floats
    slow: float
    fast: float
    rate: float
    most: int = 1
    within_s: float = 0.0

    def limited(self, x: Floats) -> Floats:
        """Return ``E[min(H, x)]`` for H with mean one, same shape as `x` (zero and above)."""
        if self.law is ServiceLaw.FIXED:
            return np.minimum(x, 1.0)
        if self.law is ServiceLaw.EXPONENTIAL:
            return -np.expm1(-x)
        variance = np.log1p(self.cv**2)
        sigma = np.sqrt(variance)
        x = np.minimum(x, 1e200)
        with np.errstate(divide="ignore"):
            log = np.log(x)
        beyond = np.where(x > 0, x * ndtr(-(log + variance / 2) / sigma), 0.0)
        found: Floats = ndtr((log - variance / 2) / sigma) + beyond
        return found

    def done(self, x: Floats) -> Floats:
        """Return ``P(H <= x)`` for H with mean one."""
        if self.law is ServiceLaw.FIXED:
            return np.where(x >= 1.0, 1.0, 0.0)
        if self.law is ServiceLaw.EXPONENTIAL:
            return -np.expm1(-x)
        variance = np.log1p(self.cv**2)
        with np.errstate(divide="ignore"):
            found: Floats = ndtr((np.log(x) + variance / 2) / np.sqrt(variance))
        return found

    def brought(self, lag: int, interval_s: float) -> Floats:
        """Return ``[T]`` the seconds of work that a contact which arrives in interval t and is answered in time brings to interval
        t + `lag` on average at most, whenever in time it is begun and however fast it goes on.

        Begun w seconds after an arrival x seconds before the later interval of b seconds, it brings ``E[min((H - slow (x - w))^+, fast
        b)]``, which grows with w until the work begins with the interval: w is the longest wait in time, or x if that is shorter.
        """
        mean = self.mean_s[:, None]
        edges = np.arange(STEPS + 1, dtype=np.float64) * (interval_s / STEPS)
        if lag == 0:  # from an arrival to the end of its interval
            worth = self.limited(self.fast * edges[1:] / mean)
        else:
            since = np.maximum(edges[:-1] + (lag - 1) * interval_s - self.within_s, 0.0) * self.slow
            worth = self.limited((since + self.fast * interval_s) / mean) - self.limited(since / mean)
        found: Floats = (worth * mean).mean(axis=1)
        return found

    def after_end(self, interval_s: float) -> Floats:
        """Return ``[T]`` the seconds of work that a contact which arrives in interval t leaves on average at most
        for after the last one."""
        mean, size = self.mean_s, len(self.mean_s)
        found = np.zeros(size)
        for step in range(STEPS):
            until = (size - np.arange(size) - (step + 1) / STEPS) * interval_s
            found += mean * (1.0 - self.limited(np.maximum(until - self.within_s, 0.0) * self.slow / mean))
        return found / STEPS

    def in_hand(self, contacts: Floats, interval_s: float) -> Floats:
        """Return ``[T, STEPS]`` the contacts, of `contacts` ``[T]`` expected, that are in hand or may still be answered in time, at most,
        in each step of each interval: those that arrived no longer ago than the time in time and their handling take.

        Where contacts come as a Poisson stream their number at an instant is Poisson, and this is its mean (the infinite-server queue;
        S. G. Eick, W. A. Massey and W. Whitt, "The physics of the M(t)/G/infinity queue", Operations Research 41, 1993).
        """
        size = len(contacts)
        edges = np.arange(STEPS + 1, dtype=np.float64) * (interval_s / STEPS)
        found = np.zeros((size, STEPS))
        for lag in range(size):
            came: Floats = contacts[: size - lag, None] / interval_s
            mean: Floats = self.mean_s[: size - lag, None] / self.slow

            def stays(span: Floats, mean: Floats = mean) -> Floats:
                found: Floats = np.minimum(span, self.within_s) + mean * self.limited(
                    np.maximum(span - self.within_s, 0.0) / mean
                )
                return found

            if lag == 0:
                more = came * stays(edges[1:])
            else:
                more = came * (stays(edges[:-1] + lag * interval_s) - stays(edges[:-1] + (lag - 1) * interval_s))
            found[lag:] += more
            if float(more.max(initial=0.0)) < 1e-12:
                break
        return found

    def away(self, loss: float, away_s: float, break_s: float) -> Floats:
        """Return ``[T]`` the share of a contact's work that goes on while its agent is off the seat for a moment, at most.

        Agents are on and off the seat in turns, both exponential, for the share `loss` of their time and `away_s` seconds at a time. They
        take contacts on seat; u seconds later they are off it with probability ``loss (1 - exp(-u / (away_s (1 - loss))))``, and after a
        break, of `break_s` seconds or more, with probability `loss`. Work y of a contact is done no later than ``y / slow`` seconds
        after its start. Where contacts in hand change each other's speed nothing is known of when: all of the work.
        """
        if loss <= 0.0:
            return np.zeros(len(self.mean_s))
        if self.fast > self.slow * (1 + 1e-9):
            return np.ones(len(self.mean_s))
        turn_s = away_s * (1 - loss)
        worst = np.zeros(len(self.mean_s))
        mean = self.mean_s / self.slow  # seconds of the clock
        for first, last, off in _steps_of(turn_s, break_s):
            worst += off * (self.limited(last / mean) - self.limited(first / mean))
        found: Floats = np.minimum(loss * worst, 1.0)
        return found

    def per_contact(self) -> Floats:
        """Return ``[T]`` the least seconds of work done, on average, per contact done, however contacts are begun and laid aside: the
        least of ``E[min(H, a)] / P(H <= a)`` over all a (the inverse of an index of J. C. Gittins, "Bandit processes and dynamic
        allocation indices", Journal of the Royal Statistical Society B 41, 1979). The mean, where handling is exponential or fixed."""
        if self.law is not ServiceLaw.LOGNORMAL:
            return self.mean_s
        at = np.geomspace(1e-4, _FAR, 4000)
        least = float((self.limited(at[:-1]) / self.done(at[1:])).min())
        return self.mean_s * min(least, float(self.limited(at[-1:])[0]))


def _steps_of(turn_s: float, break_s: float) -> list[tuple[float, float, float]]:
    # spans of seconds since the start with the most that ``1 - exp(-u / turn_s)`` is in each; 1 from the end of a break on
    edges = [*np.linspace(0.0, 8 * turn_s, 8 * STEPS).tolist(), np.inf]
    found = []
    for first, last in pairwise(edges):
        within = 1.0 if last == np.inf else float(-np.expm1(-last / turn_s))
        if first < break_s < last:
            found += [(first, break_s, within), (break_s, last, 1.0)]
        else:
            found.append((first, last, 1.0 if first >= break_s else within))
    return found


def left_in_hand(works: tuple[Work, ...], start_s: Floats, end_s: Floats, longest_s: float) -> Floats:
    """Return ``[N]`` the agent's seconds spent on average, at most, from `start_s` to `end_s` seconds after an instant on what was in hand
    then, by an agent who may have taken contacts of any of `works` whenever it suited, in the `longest_s` seconds before.

    Exponential handling: what is left is as long as a whole one; fixed: no longer than a whole one. Else the best choice of contacts and
    of waits before the instant, by dynamic programming over the seconds before it, rounded to the worse.
    """
    found = np.zeros(len(start_s))
    if any(work.law is ServiceLaw.LOGNORMAL for work in works):
        for n in range(len(start_s)):
            found[n] = _worst_left(works, float(start_s[n]), float(end_s[n]), longest_s)
        return found
    for work in works:
        mean = float(work.mean_s.max())
        since, upto = work.slow * start_s, work.slow * start_s + work.fast * (end_s - start_s)
        if work.law is ServiceLaw.EXPONENTIAL:
            left = mean * np.exp(-since / mean) * -np.expm1(-(upto - since) / mean)
        else:
            left = np.clip(np.minimum(upto, mean) - since, 0.0, None)
        found = np.maximum(found, left * work.most / work.rate)
    return found


def _worst_left(works: tuple[Work, ...], start_s: float, end_s: float, longest_s: float) -> float:
    span = longest_s * max(work.fast for work in works)
    parts = [(work, means) for work in works for means in np.array_split(np.unique(work.mean_s), _MEANS) if means.size]
    steps = int(np.ceil(max(_LEAST_STEPS, 4 * span / min(float(means[0]) for _, means in parts))))
    at = np.arange(steps + 1, dtype=np.float64) * (span / steps)  # seconds of work before the instant that there is time for
    gains, chances = [], []
    for work, means in parts:  # handling times of a part won as its longest, spent as its shortest
        low, high = float(means[0]), float(means[-1])
        since: Floats = at + work.slow * start_s
        upto: Floats = since + work.fast * (end_s - start_s)
        gains.append(high * (work.limited(upto / high) - work.limited(since / high)) * work.most / work.rate)
        chances.append(np.diff(work.done(at / low)))
    best = np.zeros(steps + 1)
    best[0] = max(float(gain[0]) for gain in gains)
    for i in range(1, steps + 1):
        best[i] = best[i - 1]
        for gain, chance in zip(gains, chances, strict=True):  # begun at the earliest of this step, what it takes rounded down
            again = float(chance[1:i] @ best[i - 1 : 0 : -1])
            best[i] = max(best[i], (float(gain[i - 1]) + again) / (1.0 - float(chance[0])))
    return float(best[-1])
