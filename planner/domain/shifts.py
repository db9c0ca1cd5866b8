"""Legal shifts: what may be worked, and the heads who work it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import pairwise, product

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
class Split:
    """How a shift falls into two parts: the first is `first_min` minutes long, any of these; then people leave for `gap_min` minutes, any
    of these, unpaid and away from their seats."""

    first_min: tuple[int, ...]
    gap_min: tuple[int, ...]

    def __post_init__(self) -> None:
        for name, values in (("first part", self.first_min), ("gap", self.gap_min)):
            if not values or min(values) < 60 or len(set(values)) < len(values):
                raise ValueError(
                    f"the {name} of a split shift needs lengths of an hour or more, each once, got {list(values)} minutes"
                )


@dataclass(frozen=True, kw_only=True)
class ShiftRule:
    """A family of shifts on the site's clock: one length, starts every `step_min` from `first_start_min` to `last_start_min`.

    Lengths include all breaks. `first_start_min` 0 and `last_start_min` 1439 mean around the clock. Shifts may run over midnight;
    they belong to their start date (C1). Without `min_gap_min` the windows of breaks must lie apart; with it they may be wide and
    overlap: breaks are taken in their order, each starting at least so many minutes after the end of the one before.

    A `split` shift has two parts. Its length and the windows of its breaks are times at work, as if there were no gap; a break lies in one
    part whole.
    """

    id: str
    length_min: int
    first_start_min: int = 0
    last_start_min: int = 1439
    step_min: int = 60
    breaks: tuple[BreakRule, ...] = ()
    min_gap_min: int | None = None
    split: Split | None = None

    def __post_init__(self) -> None:
        if not 60 <= self.length_min <= 16 * 60:
            raise ValueError(f"a shift's length must be 1 to 16 hours, got {self.length_min / 60:g}")
        if not 0 <= self.first_start_min <= self.last_start_min < 1440:
            raise ValueError("shift starts must satisfy 00:00 <= first <= last < 24:00")
        if self.step_min < 5:
            raise ValueError(f"the start step must be at least 5 minutes, got {self.step_min}")
        if self.min_gap_min is None:
            self._windows_apart()
        else:
            self._breaks_apart(self.min_gap_min)
        if self.split is not None:
            self._splits(self.split)

    def _windows_apart(self) -> None:
        end = 0
        for rule in self.breaks:
            if rule.earliest_min < end:
                raise ValueError(
                    f"break windows of shift {self.id} overlap: one may start at {rule.earliest_min} min, before {end}; "
                    "move them apart, or set min_gap_min, the least minutes between two breaks"
                )
            end = rule.latest_min + rule.minutes
        if end > self.length_min:
            raise ValueError(f"the last break of shift {self.id} may end at {end} min, after its end at {self.length_min} min")

    def _breaks_apart(self, gap_min: int) -> None:
        """Every window inside the shift; all breaks one after the other inside their windows, and with an hour to spare for the shift
        that a clock change makes shorter."""
        if gap_min < 0:
            raise ValueError(f"min_gap_min must be 0 or more, got {gap_min}")
        at = 0
        for number, rule in enumerate(self.breaks, 1):
            if rule.latest_min + rule.minutes > self.length_min:
                raise ValueError(
                    f"break {number} of shift {self.id} may end at {rule.latest_min + rule.minutes} min, "
                    f"after its end at {self.length_min} min"
                )
            at = max(at, rule.earliest_min)
            if at > rule.latest_min:
                raise ValueError(
                    f"break {number} of shift {self.id} can start at {at} min at the earliest, {gap_min} min after the one before, but "
                    f"must at {rule.latest_min} min: lower min_gap_min or widen the windows"
                )
            at += rule.minutes + gap_min
        needed = sum(rule.minutes for rule in self.breaks) + gap_min * (len(self.breaks) - 1)
        if len(self.breaks) > 1 and needed + 60 > self.length_min:
            raise ValueError(
                f"breaks and gaps of shift {self.id} take {needed} min, which must be an hour less than its length"
            )

    def _splits(self, split: Split) -> None:
        """Both parts an hour long at least, start to end 16 hours at most, and every break inside one part."""
        if max(split.first_min) > self.length_min - 60:
            raise ValueError(
                f"the second part of split shift {self.id} must last an hour or more: its first takes {max(split.first_min)} "
                f"of {self.length_min} min"
            )
        if self.span_min > 16 * 60:
            raise ValueError(
                f"split shift {self.id} takes {self.span_min / 60:g} hours from start to end; at most 16 are allowed"
            )
        for first in split.first_min:
            at = 0
            for number, rule in enumerate(self.breaks, 1):
                at = max(at, rule.earliest_min)
                if at < first < at + rule.minutes:
                    at = first
                if at > rule.latest_min:
                    raise ValueError(
                        f"break {number} of split shift {self.id} fits into neither part when the first one lasts {first} min: "
                        "widen its window or choose other parts"
                    )
                at += rule.minutes + (self.min_gap_min or 0)

    @property
    def span_min(self) -> int:
        """Minutes from start to end on the clock, gap included; of the longest where the gap has several lengths."""
        return self.length_min + (max(self.split.gap_min) if self.split else 0)

    @property
    def parts_min(self) -> tuple[tuple[int, int], ...]:
        """Every way the shift may be worked, as minutes of its first part and of the gap; ``(0, 0)`` in one piece."""
        return tuple(product(self.split.first_min, self.split.gap_min)) if self.split else ((0, 0),)

    @property
    def waits_min(self) -> tuple[int, ...]:
        """For each break but the first, the minutes from the start of the one before to its earliest start."""
        return tuple(before.minutes + (self.min_gap_min or 0) for before in self.breaks[:-1])

    def keeps_apart(self, starts_min: Sequence[int]) -> bool:
        """True when breaks that start at these minutes keep their order and the least gap."""
        return all(b - a >= wait for (a, b), wait in zip(pairwise(starts_min), self.waits_min, strict=True))

    @property
    def paid_min(self) -> int:
        """Paid minutes of one shift: its length without unpaid breaks."""
        return self.length_min - sum(b.minutes for b in self.breaks if not b.paid)


@dataclass(frozen=True, kw_only=True, order=True)
class PlacedBreak:
    """A break with its instant, in UTC; every head of its shift takes it together. `off_site` marks the gap of a split shift, for which
    people leave their seats. `block` names what is done off the phones instead of a break: training, coaching, an assessment."""

    start_utc: datetime
    end_utc: datetime
    paid: bool
    off_site: bool = False
    block: str = ""


@dataclass(frozen=True, kw_only=True)
class Shift:
    """`heads` agents of `group` who work the same hours on one site date: a line of the shift plan.

    `pattern` names length and local start; `tour` the tour whose agents work it where their starts vary (empty: the pattern's own).
    `lead_in` marks a shift begun before the horizon (C13). `duty` numbers the breaks'
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
    tour: str = ""

    def __post_init__(self) -> None:
        if self.heads < 1:
            raise ValueError(f"shift {self.id} needs at least one head, got {self.heads}")
        if not self.start_utc < self.end_utc:
            raise ValueError(f"shift {self.id} ends before it starts")
        for b in self.breaks:
            if not self.start_utc <= b.start_utc < b.end_utc <= self.end_utc:
                raise ValueError(f"shift {self.id} has a break outside its hours")

    @property
    def held(self) -> str:
        """Name of the tour whose agents work it: the pattern, or where starts vary the pattern of the earliest and the band."""
        return self.tour or self.pattern

    @property
    def rests(self) -> tuple[PlacedBreak, ...]:
        """Its breaks in order, gaps of split shifts among them, planned blocks off the phones left out: those are work."""
        return tuple(sorted(b for b in self.breaks if not b.block))

    @property
    def blocks(self) -> tuple[PlacedBreak, ...]:
        """Its planned blocks off the phones, in order."""
        return tuple(sorted(b for b in self.breaks if b.block))

    @property
    def seat_spans(self) -> tuple[tuple[datetime, datetime], ...]:
        """When its heads hold a seat: from start to end, breaks included, the gap of a split shift left out."""
        spans, at = [], self.start_utc
        for b in sorted(b for b in self.breaks if b.off_site):
            spans.append((at, b.start_utc))
            at = b.end_utc
        return (*spans, (at, self.end_utc))

    @property
    def paid_h_per_head(self) -> float:
        """Paid hours of one head: elapsed time less unpaid breaks (a clock change makes it longer or shorter than the pattern)."""
        unpaid = sum((b.end_utc - b.start_utc).total_seconds() for b in self.breaks if not b.paid)
        return ((self.end_utc - self.start_utc).total_seconds() - unpaid) / 3600


@dataclass(frozen=True, kw_only=True)
class Tour:
    """How many agents of a group hold a pattern through the horizon; each works its contract's days per week of it.

    Where their starts vary, `pattern` is that of the earliest start and the minutes to the latest: ``full8-0900+60``.
    """

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
