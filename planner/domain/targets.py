"""What was promised: targets as data (C7). Live channels promise seconds, deferred ones a clock of hours."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Formula(StrEnum):
    """How a service level counts abandoned contacts (each within the target's threshold)."""

    OFFERED = "offered"  # answered within / offered
    ANSWERED = "answered"  # answered within / answered
    EXCLUDING_SHORT_ABANDONS = "excluding_short_abandons"  # answered within / (offered - abandoned within)
    CREDITING_SHORT_ABANDONS = "crediting_short_abandons"  # (answered within + abandoned within) / offered
    VIRTUAL = "virtual"  # share whose offered wait, had they been patient, is within


class Window(StrEnum):
    """Over what stretch of the market's clock a level is measured."""

    INTERVAL = "interval"
    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    CONTRACT = "contract"


class RingMoment(StrEnum):
    """Which moment of the caller's ringing tone "within N rings" means."""

    START = "start"  # the N-th ring begins
    END = "end"  # the N-th ring ends
    BEFORE_NEXT = "before_next"  # the (N+1)-th ring would begin


@dataclass(frozen=True, kw_only=True)
class RingRule:
    """Where a threshold said in rings comes from: N rings at the cadence heard in `country`, in seconds, with its source."""

    rings: int
    moment: RingMoment
    country: str
    ring_s: float
    period_s: float
    source: str

    @property
    def threshold_s(self) -> float:
        """Seconds from the first tone to the promised moment of ring N."""
        match self.moment:
            case RingMoment.START:
                return (self.rings - 1) * self.period_s
            case RingMoment.END:
                return (self.rings - 1) * self.period_s + self.ring_s
            case RingMoment.BEFORE_NEXT:
                return self.rings * self.period_s


def _share(value: float, name: str) -> None:
    if not 0 < value <= 1:
        hint = f"; write {value / 100:g} for {value:g}%" if 1 < value <= 100 else ""
        raise ValueError(f"{name} must lie in (0, 1], got {value:g}{hint}")


@dataclass(frozen=True, kw_only=True)
class LiveTarget:
    """A share `level` of contacts reached within `within_s` seconds, counted by `formula` over `window`.

    `max_occupancy` caps the share of on-seat time spent on contacts (None: no cap). `rings` says how `within_s` was found.
    `floor` is the least level of any one interval where the window is longer (None: half, or the level if that is lower).
    """

    level: float
    within_s: float
    formula: Formula = Formula.OFFERED
    window: Window = Window.WEEK
    max_occupancy: float | None = None
    rings: RingRule | None = None
    floor: float | None = None

    def __post_init__(self) -> None:
        _share(self.level, "level")
        if self.level == 1:
            raise ValueError("level must be below 1: no number of agents answers every contact in time; write 0.99")
        if not 0 <= self.within_s < float("inf"):
            raise ValueError(f"within_s must be zero or more seconds, got {self.within_s:g}")
        if self.max_occupancy is not None:
            _share(self.max_occupancy, "max_occupancy")
        if self.floor is not None:
            check_floor(self.floor, self.level)


def check_floor(floor: float, level: float) -> None:
    """Raise ValueError unless `floor` is a share above 0, at most the promised `level`."""
    _share(floor, "floor")
    if floor > level:
        raise ValueError(f"floor {floor:g} is above the target's level {level:g}; write at most {level:g}")


@dataclass(frozen=True, kw_only=True)
class DeferredTarget:
    """A share `level` of contacts answered within `within_s` seconds on the wall clock, measured over `window`.

    `max_occupancy` caps the planned share of on-seat time spent on this work, which leaves room for busier days (None: no cap).
    """

    level: float
    within_s: float
    window: Window = Window.WEEK
    max_occupancy: float | None = None

    def __post_init__(self) -> None:
        _share(self.level, "level")
        if not 0 < self.within_s < float("inf"):
            raise ValueError(f"within_s must be above zero seconds, got {self.within_s:g}")
        if self.max_occupancy is not None:
            _share(self.max_occupancy, "max_occupancy")


Target = LiveTarget | DeferredTarget
