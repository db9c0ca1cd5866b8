"""Memory that one replication leaves to the next, so that the machine need not clear new pages for each."""

from __future__ import annotations

import math

import numpy as np

from planner.domain.arrays import Floats, Int32s, Ints


class Space:
    """Arrays by name, kept and grown; what is in them is whatever was left there. For one replication at a time."""

    def __init__(self) -> None:
        self._floats: dict[str, Floats] = {}
        self._ints: dict[str, Ints] = {}
        self._int32s: dict[str, Int32s] = {}

    def floats(self, name: str, *shape: int) -> Floats:
        """Return an array of `shape` for float64."""
        size = math.prod(shape)
        kept = self._floats.get(name)
        if kept is None or kept.size < size:
            kept = self._floats[name] = np.empty(size + size // 8)
        return kept[:size].reshape(shape)

    def ints(self, name: str, *shape: int) -> Ints:
        """Return an array of `shape` for int64."""
        size = math.prod(shape)
        kept = self._ints.get(name)
        if kept is None or kept.size < size:
            kept = self._ints[name] = np.empty(size + size // 8, dtype=np.int64)
        return kept[:size].reshape(shape)

    def int32s(self, name: str, *shape: int) -> Int32s:
        """Return an array of `shape` for int32."""
        size = math.prod(shape)
        kept = self._int32s.get(name)
        if kept is None or kept.size < size:
            kept = self._int32s[name] = np.empty(size + size // 8, dtype=np.int32)
        return kept[:size].reshape(shape)
