"""Customers of replications already drawn, kept for floors that differ only in who works when."""

from __future__ import annotations

import numpy as np

from planner.simulation.contacts import Contacts, contacts
from planner.simulation.floor import Floor
from planner.simulation.layout import CONTACT_NUMBERS, CONTACT_SECONDS
from planner.simulation.space import Space

MOST_BYTES = 400_000_000
"""What is kept at most; replications beyond are drawn anew each time."""


class Customers:
    """The customers of one floor's lines by replication. Floors that share them must have the same lines, futures and warm-up."""

    def __init__(self) -> None:
        self._kept: dict[tuple[int, int, int], Contacts] = {}
        self._bytes = 0

    def of(self, floor: Floor, seed: int, replication: int, spare: int, space: Space) -> Contacts:
        """Return what `contacts` does, in `space`, drawn once for each replication."""
        key = seed, replication, spare
        kept = self._kept.get(key)
        if kept is None:
            kept = contacts(floor, seed, replication, spare)
            size = kept.seconds.nbytes + kept.numbers.nbytes
            if self._bytes + size > MOST_BYTES:
                return kept
            self._bytes += size
            self._kept[key] = kept
        seconds = space.floats("seconds", len(kept.seconds), CONTACT_SECONDS)
        numbers = space.int32s("numbers", len(kept.numbers), CONTACT_NUMBERS)
        np.copyto(seconds, kept.seconds)
        np.copyto(numbers, kept.numbers)
        return Contacts(seconds, numbers, kept.arriving, kept.more_work, kept.more_patience)
