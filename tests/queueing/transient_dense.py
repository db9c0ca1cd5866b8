"""An oracle for small time-varying queues that shares nothing with the product's method: every state of (busy, waiting) in one dense
generator, scipy's matrix exponential, and callers marked one by one."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from scipy.linalg import expm

_X, _W = np.polynomial.legendre.leggauss(12)


@dataclass(frozen=True, kw_only=True)
class DenseQueue:
    """Arrivals per second and mean handling seconds by interval; at most `longest` wait, which must be far more than ever do."""

    rate_per_s: list[float]
    aht_s: list[float]
    agents: list[int]
    patience_s: float
    interval_s: float
    finish: bool
    longest: int = 11

    @cached_property
    def index(self):
        most = max(self.agents)
        return {(b, q): b * (self.longest + 1) + q for b in range(most + 1) for q in range(self.longest + 1)}

    def restaffed(self, busy: int, waiting: int, agents: int) -> tuple[int, int]:
        if busy > agents:
            return (busy, waiting) if self.finish else (agents, waiting + busy - agents)
        taken = min(waiting, agents - busy)
        return busy + taken, waiting - taken

    def generator(self, i: int) -> np.ndarray:
        index, s, mu = self.index, self.agents[i], 1 / self.aht_s[i]
        a = np.zeros((len(index), len(index)))
        for (b, q), k in index.items():
            moves = [(self.rate_per_s[i], (b + 1, q) if b < s else (b, q + 1)), (q / self.patience_s, (b, q - 1))]
            moves.append((b * mu, (b - 1, q) if b > s or q == 0 else (b, q - 1)))
            for rate, to in moves:
                if rate > 0 and to in index:
                    a[k, index[to]] += rate
                    a[k, k] -= rate
        return a

    def marked(self, i: int, *, patient: bool) -> np.ndarray:
        """The marked caller waits with `q` others ahead in line; state N is answered, N + 1 gone."""
        index, s, mu = self.index, self.agents[i], 1 / self.aht_s[i]
        n = len(index)
        a = np.zeros((n + 2, n + 2))
        for (b, q), k in index.items():
            to = index[b - 1, q] if b > s else n if q == 0 else index[b, q - 1]
            moves = [
                (b * mu, to),
                (q / self.patience_s, index.get((b, q - 1), k)),
                (0 if patient else 1 / self.patience_s, n + 1),
            ]
            for rate, j in moves:
                a[k, j] += rate
                a[k, k] -= rate
        return a

    def marked_restaffed(self, agents: int) -> np.ndarray:
        index = self.index
        n = len(index)
        m = np.zeros((n + 2, n + 2))
        m[n, n] = m[n + 1, n + 1] = 1
        for (b, q), k in index.items():
            if b > agents and not self.finish:
                m[k, index.get((agents, q + b - agents), n + 1)] = 1
            elif b > agents:
                m[k, k] = 1
            elif q < agents - b:
                m[k, n] = 1
            else:
                m[k, index[agents, q - (agents - b)]] = 1
        return m

    @cached_property
    def marked_all(self) -> dict[bool, list[np.ndarray]]:
        return {patient: [self.marked(i, patient=patient) for i in range(len(self.agents))] for patient in (False, True)}

    @cached_property
    def changes(self) -> list[np.ndarray]:
        return [self.marked_restaffed(s) for s in self.agents]

    def answered(self, p: np.ndarray, i: int, u: float, within: float, *, patient: bool) -> float:
        """Share of arrivals meeting `p` at `u` after the start of interval `i` who are answered within that time."""
        n = len(self.index)
        free = [k for (b, _), k in self.index.items() if b < self.agents[i]]
        y = np.append(p, [0.0, 0.0])
        at_once = y[free].sum()
        y[free] = 0
        left, j, now = within, i, u
        while True:
            last = j == len(self.agents) - 1
            step = left if last else min(left, (j - i + 1) * self.interval_s - now)
            gen = self.marked_all[patient][j]
            if np.isinf(step):
                return at_once + y[n] + float(y[:n] @ np.linalg.solve(-gen[:n, :n], gen[:n, n]))
            y = y @ expm(gen * step)
            left, now = left - step, now + step
            if left <= 1e-9:
                return at_once + float(y[n])
            j += 1
            y = y @ self.changes[j]

    def run(self, start: dict[tuple[int, int], float], within: float) -> dict[str, np.ndarray]:
        """Averages over each interval, and the law at the end."""
        index, delta = self.index, self.interval_s
        p = np.zeros(len(index))
        for state, share in start.items():
            p[index[state]] = share
        names = ("in_time", "virtual", "answered", "wait", "queue", "busy", "over")
        out = {name: np.zeros(len(self.agents)) for name in names}
        for i, s in enumerate(self.agents):
            moved = np.zeros_like(p)
            for (b, q), k in index.items():
                state = self.restaffed(b, q, s)
                if state in index:
                    moved[index[state]] += p[k]
            p, a, n = moved, self.generator(i), len(p)
            both = expm(np.block([[a, np.eye(n)], [np.zeros((n, n)), np.zeros((n, n))]]) * delta)
            mean = p @ both[:n, n:] / delta
            for (b, q), k in index.items():
                out["wait"][i] += mean[k] * (b >= s)
                out["queue"][i] += mean[k] * q
                out["busy"][i] += mean[k] * b
                out["over"][i] += mean[k] * max(b - s, 0)
            cut = delta - within % delta
            for low, high in ((0, cut), (cut, delta)):
                for x, w in zip(low + (high - low) * (_X + 1) / 2, _W * (high - low) / 2 / delta, strict=True):
                    there = p @ expm(a * x)
                    out["in_time"][i] += w * self.answered(there, i, x, within, patient=False)
                    out["virtual"][i] += w * self.answered(there, i, x, within, patient=True)
                    out["answered"][i] += w * self.answered(there, i, x, np.inf, patient=False)
            p = p @ both[:n, :n]
        out["final"] = p
        return out
