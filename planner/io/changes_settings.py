"""The form of a file of changes: its tables and keys, each with its own documentation."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BeforeValidator, Field

from planner.io.names import shown
from planner.io.settings.base import Day, Flag, Id, Moment, Number, Section, Text, Whole, number

Names = tuple[Text, ...]


def _one_or_many(value: Any) -> Any:
    return (value,) if isinstance(value, str) else value


def _until(value: Any) -> Any:
    """A plain date as an end means its last moment: midnight of the day after."""
    if isinstance(value, str) and len(value) == 10:
        try:
            value = date.fromisoformat(value)
        except ValueError:
            raise ValueError(f"must be a date or a date and time, got {shown(value)}") from None
    if isinstance(value, date) and not isinstance(value, datetime):
        return datetime(value.year, value.month, value.day) + timedelta(days=1)
    return value


def _at_least_zero(top: float) -> Callable[[float], float]:
    return number(at_least=0, at_most=top)


Ids = Annotated[Names, BeforeValidator(_one_or_many)]
Until = Annotated[Moment, BeforeValidator(_until)]
Price = Annotated[Number, AfterValidator(_at_least_zero(1e6))]
Part = Annotated[Number, AfterValidator(number(at_least=0, at_most=1, share=True))]


class AwaySettings(Section):
    """Agents who cannot work for a while: ill, on leave at short notice."""

    agents: Ids = Field(examples=["manila_en-003"])
    """One agent or a list of them."""

    from_: Moment = Field(alias="from", examples=["2026-11-11"])
    """From when, on the clock of the agent's site; a plain date is its midnight."""

    to: Until = Field(examples=["2026-11-12"])
    """Until when; a plain date is the whole of that day."""


class LeavingSettings(Section):
    """Agents who work no shift that starts from then on."""

    agents: Ids = Field(examples=["manila_en-003"])
    """One agent or a list of them."""

    from_: Moment = Field(alias="from", examples=["2026-11-11"])
    """From when, on the clock of the agent's site."""


class JoiningSettings(Section):
    """A new agent of an existing group."""

    agent: Id = Field(examples=["manila_en-101"])
    """Id of the new agent."""

    group: Id = Field(examples=["manila_en"])
    """The group whose languages, channels and contract the agent has."""

    from_: Moment = Field(alias="from", examples=["2026-11-11"])
    """First moment a shift may start, on the clock of the group's site."""

    pattern: Text | None = Field(default=None, examples=["full8-0900"])
    """The kind of shift the contract names; it decides the contract's hours. Default: the group's first."""


class VolumeSettings(Section):
    """A change of volume; write a factor or a number of contacts."""

    queues: Ids = ()
    """One queue or a list of them; left out, all."""

    from_: Moment = Field(alias="from", examples=["2026-11-11T09:00:00"])
    """From when, on the horizon's clock."""

    to: Until = Field(examples=["2026-11-11T18:00:00"])
    """Until when; a plain date is the whole of that day."""

    factor: Annotated[Number, AfterValidator(_at_least_zero(100))] | None = Field(default=None, examples=[1.3])
    """Multiplies the contacts expected: 1.3 for 30% more."""

    contacts: Annotated[Number, AfterValidator(_at_least_zero(1e9))] | None = Field(default=None, examples=[1200])
    """Contacts now expected in the whole stretch, all its queues together."""


class EventSettings(Section):
    """An event of demand, as in an account: contacts are multiplied while it lasts."""

    id: Id = Field(examples=["flash_sale"])
    """Name of the event."""

    from_: Moment = Field(alias="from", examples=["2026-11-11T00:00:00"])
    """From when, on the horizon's clock."""

    to: Until = Field(examples=["2026-11-12"])
    """Until when; a plain date is the whole of that day."""

    factor: Annotated[Number, AfterValidator(_at_least_zero(100))] = Field(examples=[2.0])
    """Multiplies the contacts expected."""

    queues: Ids = ()
    """One queue or a list of them; left out, all."""


class LockSettings(Section):
    """What must stay as published: every agent's date that fits all the keys given."""

    agents: Ids = ()
    """One agent or a list of them."""

    groups: Ids = ()
    """One group or a list of them."""

    sites: Ids = ()
    """One site or a list of them."""

    dates: tuple[Day, ...] = ()
    """Site dates (a shift over midnight belongs to the day it starts)."""

    from_: Day | None = Field(default=None, alias="from", examples=["2026-11-11"])
    """First of a run of dates, with `to`."""

    to: Day | None = Field(default=None, examples=["2026-11-12"])
    """Last of a run of dates, with `from`."""

    shifts: Ids = ()
    """One row of shifts.csv or a list of them."""


class FixedSettings(Section):
    """A shift agreed with somebody: the agent works a place of this published row, whatever was planned."""

    agent: Text = Field(examples=["manila_en-003"])
    """The agent."""

    shift: Text = Field(examples=["manila_en.full8-0300.20261110.1"])
    """A row of shifts.csv of the agent's own group."""


class OvertimeSettings(Section):
    """Overtime that may be worked: by the agents and groups named, by all where none is."""

    agents: Ids = ()
    """One agent or a list of them."""

    groups: Ids = ()
    """One group or a list of them."""

    from_: Moment = Field(alias="from", examples=["2026-11-11"])
    """From when, on the horizon's clock."""

    to: Until = Field(examples=["2026-11-13"])
    """Until when; every week of the plan that the stretch touches may have the overtime."""

    hours_per_week: Annotated[Number, AfterValidator(number(above=0, at_most=60, unit="hours"))] = Field(examples=[8.0])
    """Hours above the contract that each agent may work in a week."""

    premium_share: Annotated[Number, AfterValidator(_at_least_zero(5))] = Field(examples=[0.5])
    """What an hour of overtime earns on top of the plain hour: 0.5 for 50%."""


class NoticeSettings(Section):
    """Short notice makes a change dearer."""

    within_h: Annotated[Number, AfterValidator(number(above=0, at_most=10_000, unit="hours"))] = Field(examples=[24.0])
    """A change told less than so many hours before it takes hold ..."""

    factor: Annotated[Number, AfterValidator(_at_least_zero(1000))] = Field(examples=[2.0])
    """... costs so many times its price."""


class PricesSettings(Section):
    """The price of one change: what it is worth to leave people alone."""

    unit: Literal["hours", "money"] = "hours"
    """What prices are written in: "hours" of the agent's pay, or "money", the account's currency."""

    breaks_moved: Price = 0.25
    """Same shift, other breaks (only with `move_breaks` under [run])."""

    moved_start: Price = 1.0
    """Another start or length on a day worked."""

    moved_per_h: Price = 0.25
    """On top of that for each hour the start moves."""

    cancelled: Price = 1.0
    """A shift taken away."""

    called_in: Price = 3.0
    """A shift on a day off."""

    swapped: Price = 0.5
    """On top of a call-in that takes over a published place which somebody else gives up."""

    added: Price = 1.0
    """On top of a call-in to a place that was not published; at least as much as `swapped`."""

    overtime: Price = 1.0
    """A week in which an agent works overtime; its pay comes on top."""

    promise_missed: Price = 4.0
    """A contact missing from a promise over a window, in shortfall prices of the agents who would win it: above 1, as a promise is kept
    or lost as a whole."""

    notice: tuple[NoticeSettings, ...] = (
        NoticeSettings(within_h=24, factor=2.0),
        NoticeSettings(within_h=48, factor=1.5),
    )
    """How short notice makes changes dearer; the first line that fits counts."""


class PaySettings(Section):
    """What is paid for shifts that are not worked."""

    sick_share: Part = 1.0
    """Share of the plain hour paid for shifts lost to absence; those who have left are not paid."""

    guaranteed_share: Part = 1.0
    """Share of the plain hour paid for an agent's published hours of a week as far as fewer are worked."""


class RunSettings(Section):
    """How far the search goes."""

    scope: Literal["touched", "all"] = "touched"
    """"touched": only groups and dates that what happened touches, and `reach_days` around them; "all": the whole roster from now on."""

    reach_days: Annotated[Whole, AfterValidator(number(at_least=0, at_most=14, unit="days"))] = 1
    """Days before and after the dates touched that may change too."""

    move_breaks: Flag = False
    """Whether breaks of shifts that stay may be moved, which is the cheapest change."""

    gap: Annotated[Number, AfterValidator(number(at_least=0, below=1, share=True))] = 0.0001
    """The search ends when the roster is proven to cost at most this share more than the cheapest one possible."""

    time_limit_s: Annotated[Number, AfterValidator(number(above=0, at_most=604_800, unit="seconds"))] = 60.0
    """The search ends after this many seconds at the latest, with the best roster found and its proven gap."""


class TablesSettings(Section):
    """Long lists as CSV files beside the file of changes."""

    away: str | None = Field(default=None, examples=["away.csv"])
    """Columns agent, from, to: as [[away]]."""

    volume: str | None = Field(default=None, examples=["volume.csv"])
    """Columns queue, from, to, and factor or contacts: as [[volume]]."""


class ChangesFile(Section):
    """A file of changes. Everything may be left out; an empty file changes nothing."""

    now: Moment | None = Field(default=None, examples=["2026-11-10T06:00:00"])
    """The moment of re-planning, on the horizon's clock: shifts that start before it are history. Default: the plan's start."""

    away: tuple[AwaySettings, ...] = ()
    leaving: tuple[LeavingSettings, ...] = ()
    joining: tuple[JoiningSettings, ...] = ()
    volume: tuple[VolumeSettings, ...] = ()
    events: tuple[EventSettings, ...] = ()
    locks: tuple[LockSettings, ...] = ()
    fixed: tuple[FixedSettings, ...] = ()
    overtime: tuple[OvertimeSettings, ...] = ()
    prices: PricesSettings = PricesSettings()
    pay: PaySettings = PaySettings()
    run: RunSettings = RunSettings()
    tables: TablesSettings = TablesSettings()
