"""The people of a roster under pseudonymous ids (C15): contracts, skills, when they can work, when they are off, what they wish."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from planner.domain.grid import to_utc, zone_info
from planner.domain.queues import MINUTES_A_DAY, Channel, OpenSpan, Queue

LEVELS = ("A1", "A2", "B1", "B2", "C1", "C2", "native")
"""Levels of a language from least to most: those of the Common European Framework, and a first language."""

MOST_WEIGHT = 5
"""Weight of the strongest preference."""


class Nights(StrEnum):
    """Whether a person works shifts that count as night work where they are."""

    ANY = "any"
    NEVER = "never"
    ONLY = "only"


class Wish(StrEnum):
    """What a preference asks for on its days."""

    OFF = "off"  # no shift
    WANT = "want"  # a shift, if there is one, that starts in the band
    AVOID = "avoid"  # no shift that starts in the band


@dataclass(frozen=True, kw_only=True)
class Person:
    """One named agent. All clocks and dates are those of the site.

    `groups` whose work they may take, all of one site, the one they belong to first. `languages` holds (language, level), level one of
    `LEVELS` or empty where unknown; none means the group's languages. `channels` none means the group's. At most `most_days` shifts in a
    week of the horizon and `most_hours` paid hours; `least_days` and `least_hours` are what the contract owes them a week: fewer are said,
    never hidden. `shift_rules` are the shifts they may work (none: the group's), `availability` the hours within which a shift must lie
    whole (none: always), `scores` soft skills from 0 to 1. Before the horizon they worked `nights_before` nights and
    `weekend_days_before` weekend days, which counts for fairness, their last shift ended at `last_end_utc` (None: not known, rested) after
    `days_in_a_row_before` days in a row, that shift's included, and `hours_before` paid hours of the contract's week in which the
    horizon begins are spent.
    """

    id: str
    groups: tuple[str, ...]
    most_days: int
    least_days: int = 0
    most_hours: float | None = None
    least_hours: float = 0.0
    languages: tuple[tuple[str, str], ...] = ()
    channels: tuple[Channel, ...] = ()
    shift_rules: tuple[str, ...] = ()
    availability: tuple[OpenSpan, ...] = ()
    earliest_start_min: int = 0
    latest_start_min: int = MINUTES_A_DAY - 1
    nights: Nights = Nights.ANY
    scores: tuple[tuple[str, float], ...] = ()
    valid_from: date | None = None
    valid_to: date | None = None
    nights_before: int = 0
    weekend_days_before: int = 0
    last_end_utc: datetime | None = None
    days_in_a_row_before: int = 0
    hours_before: float = 0.0

    def __post_init__(self) -> None:
        if not self.groups:
            raise ValueError(f"{self.id} belongs to no group")
        if not 0 <= self.least_days <= self.most_days <= 7:
            raise ValueError(
                f"days a week must satisfy 0 <= least_days <= days_per_week <= 7, got {self.least_days} and {self.most_days}"
            )
        if self.most_hours is not None and not 0 < self.most_hours <= 168:
            raise ValueError(f"hours_per_week must lie in (0, 168], got {self.most_hours:g}")
        if not 0 <= self.least_hours <= (168 if self.most_hours is None else self.most_hours):
            raise ValueError(
                f"hours a week must satisfy 0 <= least_hours <= hours_per_week, got {self.least_hours:g} and {self.most_hours or 168:g}"
            )
        if not 0 <= self.earliest_start_min <= self.latest_start_min < MINUTES_A_DAY:
            raise ValueError(
                "earliest_start is later than latest_start; for starts on both sides of midnight write availability"
            )
        for skill, score in self.scores:
            if not 0 <= score <= 1:
                raise ValueError(f"a score must lie in [0, 1], got {score:g} for {skill}; write 0.8 for 80%")
        for language, level in self.languages:
            if level and level not in LEVELS:
                raise ValueError(f"the level of {language} must be one of {', '.join(LEVELS)}, got {level}")
        if self.valid_from is not None and self.valid_to is not None and self.valid_to < self.valid_from:
            raise ValueError("valid_to is before valid_from")
        if min(self.nights_before, self.weekend_days_before, self.days_in_a_row_before, self.hours_before) < 0:
            raise ValueError("what was worked before must be 0 or more")
        if not 0 <= self.hours_before <= 168:
            raise ValueError(f"hours_before must lie in [0, 168], got {self.hours_before:g}")
        if self.days_in_a_row_before and self.last_end_utc is None:
            raise ValueError("days_in_a_row_before needs last_shift_end, when the last of these days ended")

    @property
    def group(self) -> str:
        """The group they belong to."""
        return self.groups[0]

    def employed_on(self, day: date) -> bool:
        """True when the contract holds on `day`."""
        return (self.valid_from is None or self.valid_from <= day) and (self.valid_to is None or day <= self.valid_to)

    def may_start(self, minute: int) -> bool:
        """True when a shift may start so many minutes after midnight."""
        return self.earliest_start_min <= minute <= self.latest_start_min

    def passes(self, queue: Queue) -> bool:
        """True when level and soft skills reach what `queue` asks of whoever answers it; what is not known does not reach it."""
        gate = queue.gate
        scores = dict(self.scores)
        if any(scores.get(skill, -1.0) < least for skill, least in gate.scores):
            return False
        if not gate.level:
            return True
        level = dict(self.languages).get(queue.language, "")
        return level in LEVELS and LEVELS.index(level) >= LEVELS.index(gate.level)

    def is_there(self, start_utc: datetime, end_utc: datetime, zone: str) -> bool:
        """True when the person's availability holds all of the time from `start_utc` to `end_utc` at a site in `zone`."""
        if not self.availability:
            return True
        free_from = start_utc
        day = start_utc.astimezone(zone_info(zone)).date()
        while free_from < end_utc:
            reached = free_from
            for span in self.availability:
                if span.weekday == day.weekday():
                    opens, closes = to_utc(zone, day, span.from_min), to_utc(zone, day, span.to_min)
                    if opens <= reached < closes:
                        reached = closes
            after = to_utc(zone, day + timedelta(days=1), 0)
            if reached < min(end_utc, after):
                return False
            free_from, day = after, day + timedelta(days=1)
        return True


@dataclass(frozen=True, kw_only=True, order=True)
class TimeOff:
    """Agent `agent` is away on the site's dates `first` to `last`, both included. Why is nobody's business here (C15)."""

    agent: str
    first: date
    last: date

    def __post_init__(self) -> None:
        if self.last < self.first:
            raise ValueError(f"time off of {self.agent} ends on {self.last}, before it begins on {self.first}")

    def touches(self, start_utc: datetime, end_utc: datetime, zone: str) -> bool:
        """True when work from `start_utc` to `end_utc` at a site in `zone` reaches into these dates."""
        return start_utc < to_utc(zone, self.last + timedelta(days=1), 0) and to_utc(zone, self.first, 0) < end_utc


@dataclass(frozen=True, kw_only=True, order=True)
class Lock:
    """What is settled for agent `agent` on the site's date `day`: off, or a shift.

    The shift is one of rule `rule` (empty: any) that starts `start_min` minutes after midnight (None: whenever).
    """

    agent: str
    day: date
    off: bool = False
    rule: str = ""
    start_min: int | None = None

    def __post_init__(self) -> None:
        if self.off and (self.rule or self.start_min is not None):
            raise ValueError(f"{self.agent} cannot be off and on a shift on {self.day}")
        if self.start_min is not None and not 0 <= self.start_min < MINUTES_A_DAY:
            raise ValueError(f"a start must lie in [0, {MINUTES_A_DAY}) minutes after midnight, got {self.start_min}")

    def allows(self, rule: str, start_min: int) -> bool:
        """True when a shift of `rule` that starts so many minutes after midnight keeps it."""
        return not self.off and self.rule in ("", rule) and self.start_min in (None, start_min)


@dataclass(frozen=True, kw_only=True)
class Preference:
    """What an agent wishes on one date, on one weekday (0 is Monday) or, with neither, on every day; `weight` 1 to `MOST_WEIGHT`.

    The band ``[from_min, to_min]`` holds minutes after midnight at which a shift starts.
    """

    agent: str
    wish: Wish
    day: date | None = None
    weekday: int | None = None
    from_min: int = 0
    to_min: int = MINUTES_A_DAY - 1
    weight: int = 1

    def __post_init__(self) -> None:
        if not 1 <= self.weight <= MOST_WEIGHT:
            raise ValueError(f"the weight of a preference must be 1 to {MOST_WEIGHT}, got {self.weight}")
        if self.day is not None and self.weekday is not None:
            raise ValueError("a preference names a date or a weekday, not both")
        if self.weekday is not None and not 0 <= self.weekday <= 6:
            raise ValueError(f"a weekday must be 0 (Monday) to 6, got {self.weekday}")

    def broken_by(self, day: date, start_min: int) -> bool:
        """True when a shift that starts on `day`, so many minutes after midnight, goes against it."""
        if (self.day is not None and self.day != day) or (self.weekday is not None and self.weekday != day.weekday()):
            return False
        if self.from_min <= self.to_min:
            inside = self.from_min <= start_min <= self.to_min
        else:
            inside = start_min >= self.from_min or start_min <= self.to_min
        return {Wish.OFF: True, Wish.WANT: not inside, Wish.AVOID: inside}[self.wish]


def merged(times: tuple[TimeOff, ...]) -> tuple[TimeOff, ...]:
    """Return `times` with those of one agent that overlap or touch joined into one, by agent and date."""
    joined: list[TimeOff] = []
    for one in sorted(times):
        last = joined[-1] if joined else None
        if last is not None and last.agent == one.agent and one.first <= last.last + timedelta(days=1):
            joined[-1] = TimeOff(agent=one.agent, first=last.first, last=max(last.last, one.last))
        else:
            joined.append(one)
    return tuple(joined)
