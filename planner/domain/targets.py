"""What was promised: targets as data (C7). Live channels promise seconds, deferred ones a clock of hours."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from planner.domain.clocks import Calendar, Clock, DateSpan, HourRule


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
    ROLLING = "rolling"  # the days before each day's end, as many as the target's rolling_days

    @property
    def noun(self) -> str:
        """What one of these windows is called."""
        return "rolling window" if self is Window.ROLLING else self.value


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
        if self.window is Window.ROLLING:
            raise ValueError("rolling windows are for deferred work; write a window of a day, week, month or the contract")


def check_floor(floor: float, level: float) -> None:
    """Raise ValueError unless `floor` is a share above 0, at most the promised `level`."""
    _share(floor, "floor")
    if floor > level:
        raise ValueError(f"floor {floor:g} is above the target's level {level:g}; write at most {level:g}")


@dataclass(frozen=True, kw_only=True)
class ToDate:
    """What is already measured: `within` of `counted` contacts that arrived from local date `first` to `last` were answered in time."""

    first: date
    last: date
    counted: float
    within: float

    def __post_init__(self) -> None:
        DateSpan(self.first, self.last)
        if not 0 <= self.within <= self.counted < float("inf"):
            raise ValueError(f"{self.within:g} contacts within of {self.counted:g} counted; write 0 <= within <= counted")


@dataclass(frozen=True, kw_only=True)
class DeferredTarget:
    """A share `level` of contacts answered within the promise's clock, measured over `window`.

    `clock` says when a contact is due; None is the wall clock, `within_s` seconds after the arrival. `within_s` is the clock's length as
    people say it (see ``Rule.nominal_s``). `holiday_mode` lists local dates on which the shop is in holiday mode. `auto_reply_share` of
    contacts get an automatic reply at once; where the clock stops for it they count as answered, though the work remains. With `window`
    ROLLING the level is that of the `rolling_days` local days that end with each day of the horizon, `to_date` being what was measured
    before it. `max_occupancy` caps the planned share of on-seat time spent on this work, which leaves room for busier days (None: no cap).
    """

    level: float
    within_s: float
    window: Window = Window.WEEK
    max_occupancy: float | None = None
    clock: Clock | None = None
    holiday_mode: tuple[DateSpan, ...] = ()
    auto_reply_share: float = 0.0
    rolling_days: int | None = None
    to_date: tuple[ToDate, ...] = ()

    def __post_init__(self) -> None:
        _share(self.level, "level")
        if not 0 < self.within_s < float("inf"):
            raise ValueError(f"within_s must be above zero seconds, got {self.within_s:g}")
        if self.max_occupancy is not None:
            _share(self.max_occupancy, "max_occupancy")
        if self.clock is not None and self.clock.rule.nominal_s != self.within_s:
            raise ValueError(f"within_s must be the {self.clock.rule.nominal_s:g} s of the clock, got {self.within_s:g}")
        if not 0 <= self.auto_reply_share <= 1:
            hint = f"; write {self.auto_reply_share / 100:g}" if 1 < self.auto_reply_share <= 100 else ""
            raise ValueError(f"auto_reply_share must lie in [0, 1], got {self.auto_reply_share:g}{hint}")
        if (self.window is Window.ROLLING) != (self.rolling_days is not None):
            raise ValueError("rolling_days and a rolling window go together; give both or neither")
        if self.rolling_days is not None and self.rolling_days < 1:
            raise ValueError(f"rolling_days must be 1 or more, got {self.rolling_days}")

    @property
    def rule(self) -> Clock:
        """The clock, the wall clock where none is named."""
        return Clock(rule=HourRule(hours=self.within_s / 3600)) if self.clock is None else self.clock

    def calendar(self, zone: str, holidays: frozenset[date]) -> Calendar:
        """Return the calendar that the clock is read on: `zone` and public `holidays` of the market, and the dates of holiday mode."""
        paused = frozenset(day for span in self.holiday_mode for day in span.days())
        return Calendar(zone=zone, holidays=holidays, paused=paused)

    @property
    def answered_at_once(self) -> float:
        """The share of contacts that an automatic reply answers, as far as the clock is concerned."""
        return self.auto_reply_share if self.rule.auto_reply_stops else 0.0


Target = LiveTarget | DeferredTarget
