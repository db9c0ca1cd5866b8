"""The day that every engine simulates: one queue, and ten languages spoken by six overlapping pools."""

from __future__ import annotations

PER_H, AHT_S, AGENTS, PATIENCE_S, DAY_S = 2000.0, 180.0, 100, 120.0, 86_400.0
"""Calls an hour (of all languages together), mean handling seconds, agents, mean patience in seconds, seconds of the day."""

SPOKEN = tuple(tuple(sorted((5 * g // 3 + k) % 10 for k in range(4))) for g in range(6))
"""Languages of each pool: four in a row of ten, so that neighbours share some."""


def lines_of() -> range:
    """Return the languages."""
    return range(10)


def agents_of(pool: int) -> list[int]:
    """Return the numbers of the agents of a pool; all pools together have `AGENTS`."""
    return [a for a in range(AGENTS) if a % len(SPOKEN) == pool]
