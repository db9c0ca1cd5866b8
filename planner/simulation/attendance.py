"""Chance of each agent's own: numbers that stay the same whoever else works, so that two rosters differ only where their people do.

A number is a hash of the agent and of what it is for (the finaliser of SplitMix64: G. L. Steele, D. Lea and C. H. Flood, "Fast splittable
pseudorandom number generators", OOPSLA 2014), taken as a uniform one. A stream drawn agent by agent would give everybody after a person
taken off other numbers.
"""

from __future__ import annotations

from dataclasses import dataclass
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from planner.domain.arrays import Floats, Ints
from planner.simulation.floor import Hours, Pool

Keys = NDArray[np.uint64]
"""A number for each agent or stretch of work."""

THERE, BEGINS, ON_SEAT, OFF_SEAT = range(4)
"""What numbers are for: being there at all, off the seat when a stretch begins, time on it and time off it."""

_STEP = np.uint64(0x9E3779B97F4A7C15)
_PARTS = np.float64(2.0**-53)


def mixed(keys: Keys) -> Keys:
    """Return a number for each of `keys`, all of whose bits depend on all of the key's."""
    z = keys + _STEP
    z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    found: Keys = z ^ (z >> np.uint64(31))
    return found


def agent_keys(pools: tuple[Pool, ...], hours: Hours) -> Keys:
    """Return a key for each agent ``[A]``: of the pool, the hours, and how many alike come before."""
    named = np.array([crc32((pool.luck or pool.id).encode()) for pool in pools], dtype=np.uint64)
    keys = mixed(named[hours.pool])
    for start, end in zip(hours.starts.T, hours.ends.T, strict=True):
        known = ~np.isnan(start)
        keys[known] = mixed(mixed(keys[known] ^ bits(start[known])) ^ bits(end[known]))
    return mixed(keys ^ _alike_before(keys))


@dataclass(frozen=True)
class Chance:
    """The numbers of one replication for each of `keys`."""

    keys: Keys
    seed: int
    replication: int

    def uniforms(self, purpose: int, count: int) -> Floats:
        """Return `count` uniform numbers in [0, 1) for each key, ``[keys, count]``, for one purpose."""
        base = np.zeros(1, dtype=np.uint64)
        for part in (self.seed, self.replication, purpose):
            base = mixed(base ^ np.uint64(part))
        places = np.arange(1, count + 1, dtype=np.uint64) * _STEP
        found: Floats = (mixed(mixed(self.keys ^ base)[:, None] + places[None, :]) >> np.uint64(11)) * _PARTS
        return found

    def exponentials(self, purpose: int, count: int) -> Floats:
        """Return exponential numbers of mean one, as `uniforms` does."""
        found: Floats = -np.log1p(-self.uniforms(purpose, count))
        return found


def bits(seconds: Floats) -> Keys:
    """Return the bits of each number."""
    return np.ascontiguousarray(seconds + 0.0).view(np.uint64)


def _alike_before(keys: Keys) -> Keys:
    order = np.argsort(keys, kind="stable")
    own = keys[order]
    first = np.flatnonzero(np.r_[True, own[1:] != own[:-1]]) if len(own) else np.zeros(0, dtype=np.int64)
    runs: Ints = np.diff(np.r_[first, len(own)])
    found = np.empty(len(keys), dtype=np.uint64)
    found[order] = (np.arange(len(own)) - np.repeat(first, runs)).astype(np.uint64)
    return found
