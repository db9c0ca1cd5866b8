"""What the client pays for, and what is known about days ahead: contract and events."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated

from pydantic import AfterValidator, Field

from planner.domain.targets import Formula, Window
from planner.io.settings.base import Amount, Id, Moment, Number, Section, Share, number
from planner.io.settings.frame import Level

Margin = Annotated[Amount, AfterValidator(number(at_least=0, at_most=10, share=True))]


Credit = Annotated[Amount, AfterValidator(number(above=0, at_most=1e9))]


class TierSettings(Section):
    """A service credit: what is owed to the client for each window that ends below a level. Of several tiers the lowest one undercut
    counts, with its whole credit."""

    below: Level = Field(examples=[0.80])
    """The level under which the credit is owed."""

    credit: Credit = Field(examples=[500])
    """What is owed for one window, in the account's currency; more the lower the level."""


class ClauseSettings(Section):
    """A promise over one or several live queues together, weighted by contacts."""

    id: Id = Field(examples=["english_voice"])
    """Short name, unique among clauses."""

    queues: tuple[Id, ...] = Field(examples=[["uk_voice"]])
    """Ids of the queues (voice or chat) it covers."""

    level: Level = Field(examples=[0.80])
    """Share of contacts that must be reached in time."""

    window: Window = Window.WEEK
    """Over what stretch it is measured: "interval", "day", "week", "month" or "contract"."""

    formula: Formula = Formula.OFFERED
    """How abandoned contacts count; see the target of a queue."""

    within_s: Annotated[Number, AfterValidator(number(at_least=0, at_most=10_000_000, unit="seconds"))] | None = None
    """In time means within this many seconds; by default within each queue's own threshold."""

    floor: Share | None = Field(default=None, examples=[0.5])
    """Least share in any one interval where the window is longer, at most `level`. By default the floor of each queue's own target."""

    tiers: tuple[TierSettings, ...] = ()
    """Service credits owed for each day, week, month or contract that ends below a level, e.g.
    `tiers = [{ below = 0.80, credit = 500 }, { below = 0.75, credit = 1500 }]`."""


class ContractSettings(Section):
    """What the client pays: the cost of the roster's hours plus a margin. And what it was promised beyond the queues' targets."""

    margin_share: Margin = Decimal("0.20")
    """Margin on cost: 0.20 for 20%."""

    clauses: tuple[ClauseSettings, ...] = ()
    """Promises over several queues together. Queues without a clause are held to their own target."""


class EventSettings(Section):
    """A known change of volume: a mailing, a sale, an outage. In the past it explains history, ahead it changes the forecast."""

    id: Id = Field(examples=["mailing"])
    """Short name, unique among events."""

    from_: Moment = Field(alias="from", examples=["2026-11-11T00:00:00"])
    """When it begins: local time of the horizon's zone unless an offset is written."""

    to: Moment = Field(examples=["2026-11-12T00:00:00"])
    """When it ends."""

    factor: Annotated[Number, AfterValidator(number(at_least=0, at_most=100))] = Field(examples=[1.5])
    """Multiplies the volume: 2 for a doubling, 0.5 for a halving."""

    queues: tuple[Id, ...] = ()
    """Ids of the queues it touches; by default all. Past orders of a driver are cleared of an event that touches every queue it feeds."""
