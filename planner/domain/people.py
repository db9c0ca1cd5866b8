"""Who answers: sites with their clocks, seats and pay, and groups of agents who can do the same work."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from planner.domain.grid import zone_info
from planner.domain.queues import Channel

MOST_BAND_MIN = 720
"""Furthest apart that starts of one person may be allowed."""


class PremiumKind(StrEnum):
    """When a pay premium applies, on the site's clock."""

    NIGHT = "night"  # the hours from `from_min` to `to_min`, over midnight if from > to
    SUNDAY = "sunday"
    HOLIDAY = "holiday"
    OVERTIME = "overtime"  # a shift's paid hours beyond `after_min` minutes, or a week's beyond `after_week_min`


@dataclass(frozen=True, kw_only=True)
class Premium:
    """A share of the base wage paid on top for hours of one kind; premiums of different kinds add up.

    Overtime of the week (`after_week_min`) counts for contracts, whose weeks are all alike: the limit is spread over the contract's days,
    so that a week of them earns exactly what goes beyond it, and a week cut short its part.
    """

    kind: PremiumKind
    share: Decimal
    from_min: int = 22 * 60
    to_min: int = 6 * 60
    after_min: int = 8 * 60
    after_week_min: int | None = None

    def __post_init__(self) -> None:
        if not 60 <= self.after_min <= 1440:
            raise ValueError(f"overtime must begin after 1 to 24 hours a day, got {self.after_min / 60:g}")
        if self.after_week_min is not None and not 60 <= self.after_week_min <= 168 * 60:
            raise ValueError(f"overtime must begin after 1 to 168 hours a week, got {self.after_week_min / 60:g}")
        if not 0 < self.share <= 5:
            raise ValueError(f"a premium's share must lie in (0, 5], got {self.share}; write 0.25 for 25%")
        if not (0 <= self.from_min <= 1440 and 0 <= self.to_min <= 1440):
            raise ValueError("a premium's hours must lie between 00:00 and 24:00")

    def after_min_of(self, days_per_week: int) -> float:
        """Return the paid minutes of a shift after which overtime begins for agents who work so many days of seven."""
        return self.after_min if self.after_week_min is None else self.after_week_min / days_per_week


@dataclass(frozen=True, kw_only=True)
class Site:
    """A place of work: its clock, its seats, what an hour costs there, and its public holidays (date, name).

    `wage_per_h` is in `currency`; `oncost_share` is what the employer pays on top of all wages (social charges, facilities).
    `labour` holds rule ids of the country's labour law with the number that takes their place here, None where a rule is off.
    `certificates` are what it is certified for (ISO 27001, HIPAA): queues may ask for them.
    """

    id: str
    country: str
    zone: str
    seats: int
    wage_per_h: Decimal
    currency: str
    oncost_share: Decimal = Decimal(0)
    premiums: tuple[Premium, ...] = ()
    holidays: tuple[tuple[date, str], ...] = ()
    labour: tuple[tuple[str, float | None], ...] = ()
    certificates: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        zone_info(self.zone)
        if self.seats < 1:
            raise ValueError(f"a site needs at least one seat, got {self.seats}")
        if not self.wage_per_h > 0:
            raise ValueError(f"wage_per_h must be above 0, got {self.wage_per_h}")
        if not 0 <= self.oncost_share <= 5:
            raise ValueError(f"oncost_share must lie in [0, 5], got {self.oncost_share}; write 0.3 for 30%")

    @property
    def holiday_dates(self) -> frozenset[date]:
        """The site's public holidays without their names."""
        return frozenset(day for day, _ in self.holidays)


class BlockKind(StrEnum):
    """What is planned off the phones."""

    TRAINING = "training"
    COACHING = "coaching"
    ASSESSMENT = "assessment"
    MEETING = "meeting"


@dataclass(frozen=True, kw_only=True)
class Block:
    """So many paid minutes in one piece off the phones, once a week for everybody, between two times of day on the site's clock."""

    kind: BlockKind
    minutes: int
    from_min: int = 0
    to_min: int = 1440

    def __post_init__(self) -> None:
        if not 5 <= self.minutes <= 480:
            raise ValueError(f"a block must last 5 to 480 minutes, got {self.minutes}")
        if not 0 <= self.from_min < self.to_min <= 1440:
            raise ValueError("a block's hours must satisfy 00:00 <= from < to <= 24:00")
        if self.to_min - self.from_min < self.minutes:
            raise ValueError(f"{self.minutes} minutes do not fit between from and to")


@dataclass(frozen=True, kw_only=True)
class Group:
    """Agents of one site who speak the same languages, work the same channels and hold the same contract.

    Shrinkage enters twice and only here (C5): `absence` is the planned share of scheduled heads away (leave, sickness, training) that
    nobody lists by name, `planned_leave` the share that was taken out of it since leave is listed by name (None: nobody said how much);
    `in_shift_loss` the share of present time not on contacts (adherence, coaching), some `away_min` minutes at a time. Breaks are scheduled
    and belong to neither.
    An agent works `days_per_week` shifts of one length in seven site days, whose starts on the site's clock lie at most `start_band_min`
    minutes apart (0: one start). `wage_factor` multiplies the site's wage
    (a language premium). `max_heads` None means as many as seats allow. `blocks` are planned off the phones for everybody, every week; they
    are no part of `in_shift_loss`. While a queue of theirs stays open, those who leave and those who come overlap by `handover_min`
    minutes (0: they need not).

    `part_of` another group makes this one a contract class of it: the same work under another contract, such as part time. Of the people of
    that group and all its contract classes at least `min_share` and at most `max_share` hold this contract.
    """

    id: str
    site: str
    languages: tuple[str, ...]
    channels: tuple[Channel, ...]
    shift_rules: tuple[str, ...]
    absence: float = 0.0
    planned_leave: float | None = None
    in_shift_loss: float = 0.0
    wage_factor: Decimal = Decimal(1)
    days_per_week: int = 5
    min_heads: int = 0
    max_heads: int | None = None
    part_of: str | None = None
    max_share: float = 1.0
    min_share: float = 0.0
    blocks: tuple[Block, ...] = ()
    handover_min: int = 0
    start_band_min: int = 0
    away_min: float = 5.0

    def __post_init__(self) -> None:
        if self.handover_min < 0:
            raise ValueError(f"handover_min must be 0 or more minutes, got {self.handover_min}")
        if not 0 <= self.start_band_min <= MOST_BAND_MIN:
            raise ValueError(f"start_band_min must be 0 to {MOST_BAND_MIN} minutes, got {self.start_band_min}")
        if not 0 < self.max_share <= 1:
            raise ValueError(f"max_share must be above 0 and at most 1, got {self.max_share:g}; write 0.3 for 30%")
        if not 0 <= self.min_share < 1:
            hint = f"; write {self.min_share / 100:g} for {self.min_share:g}%" if 1 <= self.min_share < 100 else ""
            raise ValueError(f"min_share must lie in [0, 1), got {self.min_share:g}{hint}")
        if self.min_share > self.max_share:
            raise ValueError(
                f"min_share {self.min_share:g} is above max_share {self.max_share:g}; lower the one or raise the other"
            )
        for name, set_ in (("max_share", self.max_share < 1), ("min_share", self.min_share > 0)):
            if self.part_of is None and set_:
                raise ValueError(f"{name} limits a contract class; name the group it belongs to under part_of")
        for name in ("absence", "in_shift_loss"):
            value = getattr(self, name)
            if not 0 <= value < 1:
                hint = f"; write {value / 100:g} for {value:g}%" if 1 <= value < 100 else ""
                raise ValueError(f"{name} must lie in [0, 1), got {value:g}{hint}")
        if not 0 < self.away_min <= 480:
            raise ValueError(f"away_min must be above 0 and at most 480 minutes, got {self.away_min:g}")
        if not 1 <= self.days_per_week <= 7:
            raise ValueError(f"days_per_week must be 1 to 7, got {self.days_per_week}")
        if not self.wage_factor > 0:
            raise ValueError(f"wage_factor must be above 0, got {self.wage_factor}")
        if self.min_heads < 0:
            raise ValueError(f"min_heads must be 0 or more, got {self.min_heads}")
        if self.max_heads is not None and self.max_heads < self.min_heads:
            raise ValueError(
                f"min_heads {self.min_heads} is above max_heads {self.max_heads}; lower the one or raise the other"
            )

    @property
    def family(self) -> str:
        """Id of the group whose contract class this is; its own where it is none."""
        return self.part_of or self.id

    @property
    def availability(self) -> float:
        """On-seat agents per scheduled head outside breaks: what absence and in-shift losses leave."""
        return (1 - self.absence) * (1 - self.in_shift_loss)

    def serves(self, language: str, channel: Channel) -> bool:
        """True when these agents can take contacts of `language` over `channel`."""
        return language in self.languages and channel in self.channels
