"""Desks asked about together: their callers' patience, lines and rates, checked, broadcast and flattened."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from planner.compiled import compiled
from planner.domain.arrays import Bools, Floats, Ints
from planner.queueing.chain import MAX_LINES
from planner.queueing.checks import broadcast, not_negative, patience, positive, refuse, share
from planner.queueing.desk_law import ROWS, desk_law
from planner.queueing.patience import NEVER, ExponentialPatience, Patience
from planner.queueing.rates import Mixture
from planner.queueing.wanted import mixture


@compiled
def _fill(
    load: Any, agents: Any, t_s: Any, aht: Any, scale: Any, balking: Any, lines: Any, definition: int,
    exponential: bool, shape: float, steps: Any, factors: Any, weights: Any, first: Any, last: Any, out: Any,
) -> None:  # fmt: skip
    for i in range(load.size):
        if load[i] == 0.0:
            out[:, i] = math.nan
            continue
        at = slice(first[i], last[i])
        desk_law(
            load[i], int(agents[i]), t_s[i], aht[i], scale[i], balking[i], lines[i], definition,
            exponential, shape, steps, factors[at], weights[at], out[:, i],
        )  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Desk:
    """Desks ``[N]`` that share the form of their patience: `scale` seconds each, `tail` its Weibull shape, after `steps` of all.

    `load` in erlang at the mean of `rates`, `aht` seconds, `lines` infinite where there is no limit. Rates times numbers of `factors`
    are what a desk meets.
    """

    load: Floats
    aht: Floats
    scale: Floats
    balking: Floats
    lines: Floats
    exponential: bool
    tail: float
    steps: Floats
    rates: Mixture

    def laws(self, at: Ints, agents: Floats, t_s: Floats, definition: int = 0) -> Floats:
        """Return the measures ``[ROWS, n]`` of the desks ``at[n]`` with whole `agents` ``[n]`` at thresholds `t_s` ``[n]``."""
        out = np.empty((at.size, ROWS)).T
        r = self.rates
        _fill(
            self.load[at], agents, t_s, self.aht[at], self.scale[at], self.balking[at], self.lines[at], definition,
            self.exponential, self.tail, self.steps, r.factors, r.weights, r.first[at], r.last[at], out,
        )  # fmt: skip
        return out

    @property
    def known(self) -> Bools:
        """Where the rate is known for sure ``[N]``."""
        one: Bools = self.rates.last - self.rates.first == 1
        return one

    @property
    def peak_load(self) -> Floats:
        """Load in erlang at the highest rate ``[N]``."""
        r = self.rates
        peaks: Floats = np.array([r.factors[i:j].max() for i, j in zip(r.first, r.last, strict=True)])
        return self.load * peaks

    @property
    def must_serve(self) -> Floats:
        """Load in erlang of those who neither balk nor ever give up ``[N]``, 0 where lines are finite: below it no desk is in balance."""
        ever = (1.0 - self.balking) * self.steps[1, -1]
        return np.where((self.scale == np.inf) & (self.lines == np.inf), self.load * ever, 0.0)


def desks(
    *,
    rate_per_h: ArrayLike,
    aht_s: ArrayLike,
    patience_s: ArrayLike | Patience | None,
    lines: ArrayLike | None,
    balking: ArrayLike | None,
    rate_cv: ArrayLike | None = None,
    rate_factors: ArrayLike | None = None,
    **others: ArrayLike,
) -> tuple[Desk, dict[str, Floats], tuple[int, ...]]:
    """Return the desks, `others` broadcast and flattened alike, and the shape; ValueError naming the argument that makes no sense."""
    mean, exponential, curve = np.inf, True, NEVER
    if isinstance(patience_s, ExponentialPatience):
        patience_s = patience_s.mean_s
    if isinstance(patience_s, Patience):
        if lines is not None:
            raise ValueError(
                f"lines take an exponential patience, patience_s in seconds or None, got {type(patience_s).__name__}; "
                "leave lines out for any other law"
            )
        exponential, curve = False, patience_s.curve()
        mean = curve.scale_s
    elif patience_s is not None:
        mean = patience_s  # type: ignore[assignment]
    (rate, aht, scale, n, b, cv, *values), shape = broadcast(
        rate_per_h=rate_per_h,
        aht_s=aht_s,
        patience_s=mean,
        lines=np.inf if lines is None else lines,
        balking=0.0 if balking is None else balking,
        rate_cv=0.0 if rate_cv is None else rate_cv,
        **others,
    )
    not_negative("rate_per_h", rate, "contacts", shape)
    positive("aht_s", aht, "seconds", shape)
    if exponential:
        patience(scale, shape)
    share("balking", b, shape, zero=True, one=True)
    fits = (n == np.inf) | (n >= 0) & (n <= MAX_LINES) & (n == np.floor(n))
    refuse("lines", n, ~fits, f"a whole number from 0 to {MAX_LINES:,} (leave it out if there is no limit)", shape)
    load = rate * aht / 3600
    not_negative("rate_per_h times aht_s", load, "erlang", shape)
    load, rates = mixture(load, cv, rate_factors, shape)
    desk = Desk(
        load=load,
        aht=aht,
        scale=scale,
        balking=b,
        lines=n,
        exponential=exponential,
        tail=float(curve.shape),
        steps=np.array(curve.steps),
        rates=rates,
    )
    return desk, dict(zip(others, values, strict=True)), shape
