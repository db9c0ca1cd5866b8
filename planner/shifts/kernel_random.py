"""Random numbers of the compiled searches."""

from __future__ import annotations

import numpy as np

from planner.compiled import compiled


@compiled(entry=False, arrays=False)
def _random(rng: np.ndarray) -> float:
    """xorshift64* (Vigna 2016), uniform in [0, 1)."""
    x = rng[0]
    x ^= x >> np.uint64(12)
    x ^= x << np.uint64(25)
    x ^= x >> np.uint64(27)
    rng[0] = x
    return float((x * np.uint64(2685821657736338717)) >> np.uint64(11)) / 9007199254740992.0
