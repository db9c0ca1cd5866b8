"""Legal shifts: what may be worked, and the heads who work it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from planner.domain.grid import TimeGrid


@dataclass(frozen=True, kw_only=True)
class BreakRule:
    """A break of `minutes` that starts between `earliest_min` and `latest_min` minutes after the shift starts; paid or not."""

    minutes: int
    paid: bool
    earliest_min: int
    latest_min: int

    def __post_init__(self) -> None:
        if self.minutes < 1 or not 0 < self.earliest_min <= self.latest_min:
            raise ValueError(f"a break needs minutes >= 1 and 0 < earliest_min <= latest_min, got {self}")


@dataclass(frozen=True, kw_only=True)
class ShiftRule:
    """A family of shifts on the site's clock: one length, starts every `step_min` from `first_start_min` to `last_start_min`.

    Lengths include all breaks. `first_start_min` 0 and `last_start_min` 1439 mean around the clock. Shifts may run over midnight;
    they belong to their start date (C1).
    """

    id: str
    length_min: int
    first_start_min: int = 0
    last_start_min: int = 1439
    step_min: int = 60
    breaks: tuple[BreakRule, ...] = ()

    def __post_init__(self) -> None:
        if not 60 <= self.length_min <= 16 * 60:
            raise ValueError(f"a shift's length must be 1 to 16 hours, got {self.length_min / 60:g}")
        if not 0 <= self.first_start_min <= self.last_start_min < 1440:
            raise ValueError("shift starts must satisfy 00:00 <= first <= last < 24:00")
        if self.step_min < 5:
            raise ValueError(f"the start step must be at least 5 minutes, got {self.step_min}")
        end = 0
        for rule in self.breaks:
            if rule.earliest_min < end:
                raise ValueError(
                    f"break windows of shift {self.id} overlap: one may start at {rule.earliest_min} min, before {end}"
                )
            end = rule.latest_min + rule.minutes
        if end > self.length_min:
            raise ValueError(f"the last break of shift {self.id} may end at {end} min, after its end at {self.length_min} min")

    @property
    def paid_min(self) -> int:
        """Paid minutes of one shift: its length without unpaid breaks."""
        return self.length_min - sum(b.minutes for b in self.breaks if not b.paid)


@dataclass(frozen=True, kw_only=True, order=True)
class PlacedBreak:
    """A break with its instant, in UTC; every head of its shift takes it together."""

    start_utc: datetime
    end_utc: datetime
    paid: bool


@dataclass(frozen=True, kw_only=True)
class Shift:
    """`heads` agents of `group` who work the same hours on one site date: a line of the shift plan.

    `pattern` names length and local start. `lead_in` marks a shift begun before the horizon (C13). `duty` numbers the breaks'
    variants of one pattern and date.
    """

    id: str
    site: str
    group: str
    pattern: str
    date: date
    start_utc: datetime
    end_utc: datetime
    breaks: tuple[PlacedBreak, ...]
    heads: int
    lead_in: bool = False

    def __post_init__(self) -> None:
        if self.heads < 1:
            raise ValueError(f"shift {self.id} needs at least one head, got {self.heads}")
        if not self.start_utc < self.end_utc:
            raise ValueError(f"shift {self.id} ends before it starts")
        for b in self.breaks:
            if not self.start_utc <= b.start_utc < b.end_utc <= self.end_utc:
                raise ValueError(f"shift {self.id} has a break outside its hours")

    @property
    def paid_h_per_head(self) -> float:
        """Paid hours of one head: elapsed time less unpaid breaks (a clock change makes it longer or shorter than the pattern)."""
        unpaid = sum((b.end_utc - b.start_utc).total_seconds() for b in self.breaks if not b.paid)
        return ((self.end_utc - self.start_utc).total_seconds() - unpaid) / 3600


@dataclass(frozen=True, kw_only=True)
class Tour:
    """How many agents of a group hold a pattern through the horizon; each works its contract's days per week of it."""

    group: str
    pattern: str
    agents: int


@dataclass(frozen=True, kw_only=True)
class ShiftPlan:
    """The shifts worked, and the agents (tours) they need."""

    grid: TimeGrid
    shifts: tuple[Shift, ...]
    tours: tuple[Tour, ...]

    def heads(self) -> int:
        """Agents on the payroll: the sum of tours."""
        return sum(tour.agents for tour in self.tours)
