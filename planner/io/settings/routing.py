"""Who may take which contacts, when, and before whom."""

from __future__ import annotations

from typing import Annotated

from pydantic import AfterValidator, Field

from planner.io.settings.base import Id, Number, Section, Whole, number

Delay = Annotated[Number, AfterValidator(number(at_least=0, at_most=10_000_000, unit="seconds"))]
Priority = Annotated[Whole, AfterValidator(number(at_least=-100, at_most=100))]


class RoutingSettings(Section):
    """Routing where it differs from the default, in which every group that speaks the language, works the channel and holds the
    certificates takes a queue's contacts at once, those that serve the fewest queues first. A row names either the `groups` of a queue
    in order, or one `group` and what differs for it. Delays, idle agents and priorities count in simulation alone; whoever an order of
    groups leaves out is not planned for the queue either."""

    queue: Id = Field(examples=["uk_voice"])
    """Id of the queue whose contacts are meant."""

    groups: tuple[Id, ...] | None = Field(default=None, examples=[["manila_en", "lisbon_en"]])
    """Ids of the groups that may take them, first asked first. Nobody else may."""

    group: Id | None = Field(default=None, examples=["lisbon_en"])
    """Id of the one group that the other keys are about."""

    tier: Annotated[Whole, AfterValidator(number(at_least=1, at_most=1000))] | None = Field(default=None, examples=[2])
    """When the group is asked: 1 first, the same number together. By default by the order of `groups`, or by how few queues it serves."""

    after_s: Delay | None = Field(default=None, examples=[30])
    """Seconds a contact must have waited before the group may take it. Default: 0, or what overflows come to."""

    keep_idle: Annotated[Whole, AfterValidator(number(at_least=0, at_most=100_000, unit="agents"))] | None = Field(
        default=None, examples=[2]
    )
    """How many more agents of the group must stay free for its other contacts. Default: 0."""

    priority: Priority | None = Field(default=None, examples=[5])
    """Priority of the queue for this group, in place of the queue's own."""


class OverflowSettings(Section):
    """Contacts that have waited too long may be taken by whoever takes those of another queue of the same channel, as if they had come
    there then. A language these do not speak is no hindrance, a certificate they lack is. Counts in simulation alone: nobody is planned
    for it."""

    from_: Id = Field(alias="from", examples=["ca_voice"])
    """Id of the queue whose contacts overflow."""

    to: Id = Field(examples=["es_voice"])
    """Id of the queue whose people may take them."""

    after_s: Delay = Field(examples=[60])
    """Seconds of waiting after which they overflow. What overflows further adds up."""
