"""Random numbers of one replication: a stream of its own for each line and purpose, so that two rosters meet the same customers."""

from __future__ import annotations

import math

import numpy as np

from planner.domain.arrays import Floats
from planner.queueing.patience import ExponentialPatience, Patience
from planner.simulation.floor import Line, ServiceLaw

ARRIVAL, HANDLING, WAITING, LATER, CHANCE = 0, 1, 2, 3, 5
"""Purposes of a stream."""


def stream(seed: int, replication: int, purpose: int, place: int = 0) -> np.random.Generator:
    """Return the stream of random numbers for one purpose of one replication; `place` numbers the line or pool."""
    return np.random.Generator(np.random.SFC64(np.random.SeedSequence([seed, replication, purpose, place])))


def enough(expected: float) -> int:
    """Return how many contacts to make room for where `expected` come on average: more come once in a thousand million times."""
    return int(expected + 6 * math.sqrt(expected) + 12)


def handling(rng: np.random.Generator, line: Line, out: Floats) -> None:
    """Write handling times of mean one into `out` by the law of `line`."""
    if line.law is ServiceLaw.FIXED:
        out[:] = 1.0
    elif line.law is ServiceLaw.EXPONENTIAL:
        rng.standard_exponential(out=out)
    else:
        variance = math.log1p(line.cv**2)
        rng.standard_normal(out=out)
        out *= math.sqrt(variance)
        out -= variance / 2
        np.exp(out, out=out)


def patience(rng: np.random.Generator, law: Patience | None, out: Floats) -> None:
    """Write the seconds that callers wait into `out`, infinite for those who never give up."""
    if law is None:
        out[:] = math.inf
        return
    if isinstance(law, ExponentialPatience):
        rng.standard_exponential(out=out)
        out *= law.mean_s
        return
    curve = law.curve()
    times, staying, _ = curve.steps
    u = 1.0 - rng.random(out.size)  # in (0, 1]: waits for as long as more than this share stays
    first_below = np.searchsorted(-staying, -u, side="right")
    out[:] = times[np.minimum(first_below, times.size - 1)]
    left = first_below == times.size
    if left.any():
        with np.errstate(divide="ignore"):
            beyond = -np.log(u[left] / staying[-1])
        out[left] = times[-1] + (curve.scale_s * beyond ** (1.0 / curve.shape) if curve.scale_s < math.inf else math.inf)
