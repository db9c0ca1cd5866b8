"""What a shift catalogue is chosen for: demand of a cyclic horizon, the kinds of shift allowed, and the price of a kind."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from planner.domain.arrays import Floats, Ints


class ShiftKind(NamedTuple):
    """A shift that begins at slot `start` of a day and lasts `length` slots."""

    start: int
    length: int


@dataclass(frozen=True, eq=False)
class Case:
    """Demand ``[days * slots]`` in heads, wrapping round at its end, and the kinds allowed. `kind_price` is what one kind costs, in
    head-slots of demand missed or exceeded."""

    demand: Floats
    days: int
    kinds: tuple[ShiftKind, ...]
    kind_price: float

    @property
    def slots(self) -> int:
        """Slots of a day."""
        return len(self.demand) // self.days

    @property
    def start(self) -> Ints:
        """Slot of the day at which each kind begins ``[K]``."""
        return np.array([kind.start for kind in self.kinds], dtype=np.int64)

    @property
    def length(self) -> Ints:
        """Slots each kind lasts ``[K]``."""
        return np.array([kind.length for kind in self.kinds], dtype=np.int64)

    @property
    def whole(self) -> bool:
        """True when demand is whole, so that what is missed or exceeded is whole in every plan."""
        return bool((self.demand == np.rint(self.demand)).all())

    @property
    def grain(self) -> float:
        """Every plan's cost is a whole multiple of it; 0 when nothing is known."""
        if not self.whole:
            return 0.0
        for parts in (1, 2, 3, 4, 5, 6, 10, 12):
            price = self.kind_price * parts
            if price == round(price):
                return math.gcd(parts, int(price)) / parts
        return 0.0

    def cover(self, heads: Ints) -> Ints:
        """Heads present in every slot ``[days * slots]``, from heads of each kind on each day ``[K, days]``."""
        change = np.zeros(2 * len(self.demand) + 1, dtype=np.int64)
        first = np.arange(self.days) * self.slots + self.start[:, None]
        np.add.at(change, first, heads)
        np.subtract.at(change, first + self.length[:, None], heads)
        present: Ints = np.cumsum(change)[:-1].reshape(2, -1).sum(axis=0)
        return present

    def cost(self, heads: Ints) -> float:
        """Head-slots missed and exceeded, and the price of every kind used at least once."""
        return float(np.abs(self.cover(heads) - self.demand).sum() + self.kind_price * np.count_nonzero(heads.any(axis=1)))

    def rounded_up(self, bound: float) -> float:
        """The least cost a plan can have that is no lower than `bound`."""
        grain = self.grain
        return math.ceil(bound / grain - 1e-6) * grain if grain else bound


def checked_case(demand: ArrayLike, kinds: Sequence[tuple[int, int]], *, days: int, kind_price: float) -> Case:
    """Return the case; raises ValueError, saying what was expected and what came, when it makes no sense."""
    needed = np.array(demand, dtype=np.float64)
    if needed.ndim != 1 or days < 1 or not len(needed) or len(needed) % days:
        raise ValueError(
            f"demand must be one row of the same number of slots for each of {days} days, got shape {needed.shape}"
        )
    if not np.isfinite(needed).all() or (needed < 0).any():
        raise ValueError(
            f"demand must be 0 or more heads in every slot, got {needed[~(needed >= 0) | ~np.isfinite(needed)][0]:g}"
        )
    if not (math.isfinite(kind_price) and kind_price >= 0):
        raise ValueError(f"the price of a kind must be 0 or more, got {kind_price:g}")
    found = tuple(sorted({ShiftKind(int(start), int(length)) for start, length in kinds}))
    if not found:
        raise ValueError("kinds must name at least one shift, got none")
    for kind in found:
        if not 0 <= kind.start < len(needed) // days:
            raise ValueError(f"a shift must start in slots 0 to {len(needed) // days - 1} of its day, got {kind.start}")
        if not 1 <= kind.length <= len(needed):
            raise ValueError(f"a shift must last 1 to {len(needed)} slots, got {kind.length}")
    return Case(needed, days, found, float(kind_price))
