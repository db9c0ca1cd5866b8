"""The question `planner erlang` is asked: what is given, what is left to find, and over which range a table runs."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from fractions import Fraction

from planner.domain.targets import RingRule

MAX_CALLS_PER_H = 1e9
MAX_AHT_S = 1e6
MAX_AGENTS = 1e6
MAX_LOAD = 1e6
MAX_THRESHOLD_S = 1e9
"""Largest values taken, and tried when one is to be found (calls and handling time up to that load)."""


class Unknown(StrEnum):
    """The quantity found from all others."""

    AGENTS = "agents"
    CALLS = "calls"
    AHT = "aht"
    LEVEL = "service_level"
    THRESHOLD = "threshold"
    NOTHING = "nothing"  # everything is given: is the promise kept?


@dataclass(frozen=True, kw_only=True)
class Table:
    """A range of one quantity, by its field of `Ask`: "agents", "rate_per_h", "aht_s", "threshold_s" or "patience_s"."""

    name: str
    axis: str
    values: tuple[float, ...]


@dataclass(frozen=True, kw_only=True)
class Ask:
    """A checked question; None where a quantity is left out, or to be found. `per_s` is the interval calls were counted in."""

    unknown: Unknown
    rate_per_h: float | None
    per_s: float
    per_words: str
    aht_s: float | None
    agents: float | None
    target: float | None
    threshold_s: float | None
    ring: RingRule | None
    patience_s: float | None
    formula: str
    max_asa_s: float | None
    max_abandonment: float | None
    max_occupancy: float | None
    rate_cv: float | None
    shrinkage: Fraction | None
    table: Table | None = None
    notes: tuple[str, ...] = field(default=())

    @property
    def load(self) -> float:
        """Erlang offered; not to be asked for before both factors are known."""
        assert self.rate_per_h is not None
        assert self.aht_s is not None
        return self.rate_per_h * self.aht_s / 3600

    @property
    def calls(self) -> float | None:
        """Calls per interval of `per_s`."""
        return None if self.rate_per_h is None else self.rate_per_h * self.per_s / 3600

    @property
    def limited(self) -> bool:
        """True when anything is promised at all."""
        return any(x is not None for x in (self.target, self.max_asa_s, self.max_abandonment, self.max_occupancy))
