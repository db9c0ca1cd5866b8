"""Random numbers of one replication: a stream of its own for each line and purpose, so that two rosters meet the same customers."""

from __future__ import annotations

import math

import numpy as np

from planner.domain.arrays import Floats
from planner.queueing.patience import ExponentialPatience, Patience
from planner.simulation.floor import Line, ServiceLaw

ARRIVAL, HANDLING, WAITING, LATER, STAFF, CHANCE = range(6)
"""Purposes of a stream."""


def stream(seed: int, replication: int, purpose: int, place: int = 0) -> np.random.Generator:
    """Return the stream of random numbers for one purpose of one replication; `place` numbers the line or pool."""
    return np.random.Generator(np.random.SFC64(np.random.SeedSequence([seed, replication, purpose, place])))


def arrivals(rng: np.random.Generator, rates: Floats, edges_s: Floats) -> Floats:
    """Return the instants of a Poisson stream with `rates` ``[T]`` expected in the intervals between `edges_s` ``[T + 1]``.

    A stream of rate one, bent by the expected number up to each moment: the same customers come a little earlier when rates rise.
    """
    upto = np.concatenate([[0.0], np.cumsum(rates)])
    total = float(upto[-1])
    if total <= 0:
        return np.empty(0)
    came = np.cumsum(rng.exponential(size=int(total + 6 * math.sqrt(total) + 12)))
    while came[-1] < total:
        came = np.concatenate([came, came[-1] + np.cumsum(rng.exponential(size=int(math.sqrt(total)) + 12))])
    came = came[: np.searchsorted(came, total)]
    bent: Floats = np.interp(came, upto, edges_s)
    return bent


def handling(rng: np.random.Generator, line: Line, size: int) -> Floats:
    """Return handling times of mean one ``[size]`` by the law of `line`."""
    if line.law is ServiceLaw.FIXED:
        return np.ones(size)
    if line.law is ServiceLaw.EXPONENTIAL:
        return rng.standard_exponential(size)
    variance = math.log1p(line.cv**2)
    times: Floats = np.exp(math.sqrt(variance) * rng.standard_normal(size) - variance / 2)
    return times


def patience(rng: np.random.Generator, law: Patience | None, size: int) -> Floats:
    """Return seconds that callers wait ``[size]``, infinite for those who never give up."""
    if law is None:
        return np.full(size, math.inf)
    if isinstance(law, ExponentialPatience):
        return law.mean_s * rng.standard_exponential(size)
    curve = law.curve()
    times, staying, _ = curve.steps
    u = 1.0 - rng.random(size)  # in (0, 1]: waits for as long as more than this share stays
    first_below = np.searchsorted(-staying, -u, side="right")
    held: Floats = times[np.minimum(first_below, times.size - 1)]
    left = first_below == times.size
    if left.any():
        with np.errstate(divide="ignore"):
            beyond = -np.log(u[left] / staying[-1])
        held = held.copy()
        held[left] = times[-1] + (curve.scale_s * beyond ** (1.0 / curve.shape) if curve.scale_s < math.inf else math.inf)
    return held
