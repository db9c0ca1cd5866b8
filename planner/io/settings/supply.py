"""Who answers: sites, groups of agents, and the shifts they may work."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator, Field, WithJsonSchema

from planner.domain.people import BlockKind, PremiumKind
from planner.domain.queues import Channel
from planner.io.names import shown
from planner.io.settings.base import (
    Amount,
    Country,
    Currency,
    Flag,
    Id,
    Language,
    Number,
    Section,
    ShareBelowOne,
    TimeOfDay,
    Whole,
    Zone,
    number,
)

MoneyAboveZero = Annotated[Amount, AfterValidator(number(above=0))]
Surcharge = Annotated[Amount, AfterValidator(number(at_least=0, at_most=5, share=True))]
OFF = "off"
"""What is written for a labour rule that does not hold."""


def _labour(value: Any) -> Any:
    if value == OFF or (isinstance(value, int | float) and not isinstance(value, bool)):
        return value
    raise ValueError(f'must be a number or "{OFF}", got {shown(value)}')


LabourValue = Annotated[
    Any, BeforeValidator(_labour), WithJsonSchema({"anyOf": [{"type": "number"}, {"const": OFF, "type": "string"}]})
]
Premium = Annotated[Amount, AfterValidator(number(above=0, at_most=5, share=True))]


class PremiumSettings(Section):
    """A share of the wage paid on top for hours of one kind."""

    kind: PremiumKind = Field(examples=["night"])
    """"night" (the hours `from` to `to`), "sunday" or "holiday", all on the site's clock, or "overtime" (a shift's paid hours beyond
    `after_h`, or a week's beyond `after_h_week`). Premiums add up."""

    share: Premium = Field(examples=[0.10])
    """Share of the base wage paid on top: 0.10 for 10%."""

    from_: TimeOfDay | None = Field(default=None, alias="from", examples=["22:00"])
    """First minute of the night, by default "22:00"."""

    to: TimeOfDay | None = Field(default=None, examples=["06:00"])
    """End of the night, by default "06:00"; before `from` means the next morning."""

    after_h: Annotated[Number, AfterValidator(number(at_least=1, at_most=24, unit="hours"))] | None = Field(
        default=None, examples=[8]
    )
    """Paid hours of a shift after which overtime of the day begins. An "overtime" premium needs this or `after_h_week`."""

    after_h_week: Annotated[Number, AfterValidator(number(at_least=1, at_most=168, unit="hours"))] | None = Field(
        default=None, examples=[40]
    )
    """Paid hours of a contract's week after which overtime of the week begins, spread evenly over the contract's days."""


class SiteSettings(Section):
    """A place of work."""

    id: Id = Field(examples=["manila"])
    """Short name, unique among sites."""

    country: Country = Field(examples=["PH"])
    """Country (ISO 3166, two letters): whose public holidays are paid as such."""

    region: str | None = None
    """Region of the country, where public holidays differ between regions."""

    zone: Zone = Field(examples=["Asia/Manila"])
    """IANA time zone of the site: the clock of shifts and premiums."""

    seats: Annotated[Whole, AfterValidator(number(at_least=1, at_most=100_000, unit="seats"))] = Field(examples=[80])
    """How many people can sit at the same time."""

    wage_per_h: MoneyAboveZero = Field(examples=[3.20])
    """Base wage of a paid hour."""

    currency: Currency | None = None
    """Currency of the wage, by default the account's. Another one needs a rate in `fx`."""

    oncost_share: Surcharge = Decimal(0)
    """What the employer pays on top of all wages (social charges, facilities): 0.45 for 45%."""

    premiums: tuple[PremiumSettings, ...] = ()
    """Premiums paid for night, Sunday and holiday hours."""

    certificates: tuple[Id, ...] = Field(default=(), examples=[["iso27001"]])
    """What the site is certified for. Queues may ask for it under `requires`."""

    labour: dict[str, LabourValue] = Field(default={}, examples=[{"daily_rest_h": 12}])
    """Labour rules in place of the country's, by the ids of docs/labour-rules.md: a number, or "off" for a rule that does not hold."""


class BlockSettings(Section):
    """Planned minutes off the phones, once a week for everybody of the group, placed where they hurt service least. Not part of
    `in_shift_loss`."""

    kind: BlockKind = Field(examples=["training"])
    """"training", "coaching", "assessment" or "meeting"."""

    minutes: Annotated[Whole, AfterValidator(number(at_least=5, at_most=480, unit="minutes"))] = Field(examples=[60])
    """Length in one piece, paid: a multiple of the horizon's interval."""

    from_: TimeOfDay | None = Field(default=None, alias="from", examples=["09:00"])
    """Earliest start on the site's clock; by default any time of a shift will do."""

    to: TimeOfDay | None = Field(default=None, examples=["17:00"])
    """Latest end on the site's clock, after `from` on the same day."""


class GroupSettings(Section):
    """Agents of one site who speak the same languages, work the same channels and hold the same contract."""

    id: Id = Field(examples=["manila_en"])
    """Short name, unique among groups."""

    site: Id = Field(examples=["manila"])
    """Id of the site they work at."""

    languages: tuple[Language, ...] = Field(examples=[["en"]])
    """Languages they answer in."""

    channels: tuple[Channel, ...] = Field(examples=[["voice", "email"]])
    """Channels they work."""

    shifts: tuple[Id, ...] | None = Field(default=None, examples=[["full8"]])
    """Ids of the shifts they may work; by default all."""

    absence: ShareBelowOne = 0.0
    """Planned share of scheduled people who are away (leave, sickness, training): 0.08 for 8%."""

    planned_leave: ShareBelowOne | None = None
    """The part of `absence` that is leave known beforehand. Where the account lists leave by name (a table time_off), this part is left out
    of `absence`, or it would count twice. Write 0 where `absence` holds none; without it a plan with listed leave says so."""

    in_shift_loss: ShareBelowOne = 0.0
    """Share of present time not spent on contacts (adherence, coaching that is no planned block). Breaks are scheduled and belong to
    neither."""

    away_min: Annotated[Number, AfterValidator(number(above=0, at_most=480, unit="minutes"))] = 5.0
    """Mean minutes of one such loss, in simulation (exponential). Formulas take the loss as spread evenly."""

    wage_factor: MoneyAboveZero = Decimal(1)
    """Multiplies the site's wage, for instance for a language premium."""

    days_per_week: Annotated[Whole, AfterValidator(number(at_least=1, at_most=7, unit="days"))] = 5
    """Shifts each of them works in seven days."""

    min_heads: Annotated[Whole, AfterValidator(number(at_least=0, at_most=100_000))] = 0
    """Fewest people on the payroll."""

    max_heads: Annotated[Whole, AfterValidator(number(at_least=0, at_most=100_000))] | None = None
    """Most people on the payroll; by default as many as the work needs."""

    part_of: Id | None = Field(default=None, examples=["manila_en"])
    """Id of a group of which this is a contract class: the same work at the same site under another contract, such as part time."""

    min_share: Annotated[Number, AfterValidator(number(at_least=0, below=1, share=True))] = 0.0
    """Of the people of that group and all its contract classes, the least share who must hold this contract: 0.2 for 20%."""

    max_share: Annotated[Number, AfterValidator(number(above=0, at_most=1, share=True))] = 1.0
    """Of the people of that group and all its contract classes, the largest share who may hold this contract: 0.3 for 30%."""

    blocks: tuple[BlockSettings, ...] = ()
    """What is planned off the phones for each of them, every week."""

    handover_min: Annotated[Whole, AfterValidator(number(at_least=0, at_most=240, unit="minutes"))] = 0
    """Minutes by which people of the group who leave and those who come must overlap while a queue of theirs stays open: a multiple of the
    horizon's interval, and at most the group's shortest shift less one interval. 0: they need not."""

    start_band_min: Annotated[Whole, AfterValidator(number(at_least=0, at_most=720, unit="minutes"))] = 0
    """How many minutes apart the earliest and the latest start of one person in a week may be, on the site's clock. 0: one start. Not less
    than the shortest step between two starts of the group's shifts."""


class BreakSettings(Section):
    """A break of a shift."""

    minutes: Annotated[Whole, AfterValidator(number(at_least=1, at_most=240, unit="minutes"))] = Field(examples=[30])
    """Length in minutes."""

    paid: Flag = Field(examples=[False])
    """Whether the break is paid: true or false."""

    earliest_min: Annotated[Whole, AfterValidator(number(at_least=1, at_most=960, unit="minutes"))] = Field(examples=[180])
    """Earliest start, in minutes after the shift begins."""

    latest_min: Annotated[Whole, AfterValidator(number(at_least=1, at_most=960, unit="minutes"))] = Field(examples=[270])
    """Latest start, in minutes after the shift begins."""


_PART = Annotated[Number, AfterValidator(number(at_least=1, at_most=15, unit="hours"))]


class SplitSettings(Section):
    """A split shift: two parts with an unpaid gap between them, for which people leave. One kind of shift for every pair of lengths."""

    first_h: tuple[_PART, ...] = Field(examples=[[3, 4]])
    """Hours of the first part, breaks included: any of these."""

    gap_h: tuple[_PART, ...] = Field(examples=[[2, 3]])
    """Hours of the gap: any of these. It is not paid and takes no seat."""


class ShiftSettings(Section):
    """A family of shifts: one length, starting every so many minutes, on the site's clock."""

    id: Id = Field(examples=["full8"])
    """Short name, unique among shifts."""

    length_h: Annotated[Number, AfterValidator(number(at_least=1, at_most=16, unit="hours"))] = Field(examples=[8])
    """Length in hours, breaks included: 1 to 16. Of a split shift both parts together, without the gap."""

    first_start: TimeOfDay = 0
    """Earliest start, by default "00:00"."""

    last_start: TimeOfDay = 1439
    """Latest start, by default "23:59": around the clock."""

    step_min: Annotated[Whole, AfterValidator(number(at_least=5, at_most=1440, unit="minutes"))] = 60
    """Starts are this many minutes apart."""

    breaks: tuple[BreakSettings, ...] = ()
    """Breaks, in the order of the day; without `min_gap_min` their windows must not overlap."""

    min_gap_min: Annotated[Whole, AfterValidator(number(at_least=0, at_most=480, unit="minutes"))] | None = None
    """Least minutes from the end of one break to the start of the next. With it windows may be wide and overlap."""

    split: SplitSettings | None = None
    """Two parts with an unpaid gap between them; windows of breaks then count time at work, as if there were no gap."""
