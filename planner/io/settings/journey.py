"""What becomes of contacts: why they come, bots, escalations and repeats; and what the quality of those who answer does."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from planner.domain.journey import MOST_PHASES, DelayLaw, Phase
from planner.domain.quality import Measure
from planner.io.settings.base import Flag, Id, Language, Number, Seconds, Section, Whole, number

ShareOrZero = Annotated[Number, AfterValidator(number(at_least=0, at_most=1, share=True))]
Contained = Annotated[Number, AfterValidator(number(at_least=0, below=1, share=True))]
Variation = Annotated[Number, AfterValidator(number(at_least=0, at_most=10))]
Hours = Annotated[Number, AfterValidator(number(above=0, at_most=8_760, unit="hours"))]
Level = Literal["A1", "A2", "B1", "B2", "C1", "C2", "native"]


class ReasonSettings(Section):
    """One reason why contacts of the queue come. The queue's handling time is that of the mixture of its reasons."""

    id: Id = Field(examples=["where_is_my_order"])
    """Short name, unique among the queue's reasons."""

    phase: Phase = Field(examples=["after"])
    """Where in the purchase it belongs: "before", "during" or "after"."""

    share: ShareOrZero = Field(examples=[0.4])
    """Share of the queue's contacts. The shares of all reasons sum to 1."""

    aht_s: Seconds | None = Field(default=None, examples=[240])
    """Mean handling time in seconds, by default the queue's."""

    cv: Variation = 1.0
    """Coefficient of variation of single handling times (standard deviation over mean): 1 is exponential."""

    priority: Annotated[Whole, AfterValidator(number(at_least=-100, at_most=100))] = 0
    """The higher the sooner answered, in the simulation. Formulas answer in the order of arrival."""


class RepeatSettings(Section):
    """How customers whose contact left the matter unsolved come back. Without a table of these all of them come back to the same queue,
    after 24 hours on average."""

    share: ShareOrZero = 1.0
    """Share of the unsolved contacts that come back this way."""

    queue: Id | None = Field(default=None, examples=["uk_voice"])
    """Id of the queue they come back to, by default the same."""

    mean_h: Hours = 24.0
    """Mean hours on the clock from the contact to the next one. What is due while a live queue is closed comes over the first day after
    it opens, as its other contacts do."""

    law: DelayLaw = DelayLaw.EXPONENTIAL
    """"exponential", or "erlang": so many exponential steps in a row, which vary less (`phases`)."""

    phases: Annotated[Whole, AfterValidator(number(at_least=2, at_most=MOST_PHASES))] | None = Field(default=None, examples=[4])
    """Steps of an Erlang delay, 2 to 20, by default 4: the coefficient of variation is one over their square root."""

    aht_factor: Annotated[Number, AfterValidator(number(above=0, at_most=10))] = 1.0
    """Handling time of a repeat over that of a first contact of the queue it comes to."""


class EscalationSettings(Section):
    """Contacts for which a specialist of another queue joins: two people are busy with the hand-over, then the specialist alone."""

    queue: Id = Field(examples=["experts"])
    """Id of the queue whose people join."""

    share: ShareOrZero = Field(examples=[0.05])
    """Share of this queue's contacts for which somebody joins."""

    handover_s: Annotated[Number, AfterValidator(number(at_least=0, at_most=100_000, unit="seconds"))] = Field(examples=[60])
    """Seconds of hand-over in which both are busy, on top of `aht_s` of this queue. Time in which the first agent holds the line until a
    specialist is free is no part of it."""

    aht_s: Seconds = Field(examples=[600])
    """Mean seconds the specialist takes after the hand-over."""

    cv: Variation = 1.0
    """Coefficient of variation of these seconds."""

    recorded: ShareOrZero = 0.0
    """Share for which somebody joined when the history was recorded: volumes and handling times hold these already, and only what goes
    beyond them is added. 0: escalations are new, or the history leaves them out."""


class BotSettings(Section):
    """A bot that answers first contacts before people do. Who comes back asks for a person."""

    contained: Contained = Field(examples=[0.25])
    """Share of first contacts that end with the bot. Below 1."""

    aht_uplift: Annotated[Number, AfterValidator(number(at_least=0, at_most=10))] = 0.0
    """How much longer the contacts take that it lets through, since it keeps the easy ones: 0.15 for 15% longer."""

    leak: ShareOrZero = 0.0
    """Share of those contained whose matter is not solved after all and who come to people."""

    leak_mean_h: Hours = 1.0
    """Mean hours after which these come (exponential)."""

    queue: Id | None = None
    """Id of the queue they come to, by default the same."""

    recorded: Contained = 0.0
    """Share the bot contained when the history was recorded. 0: the bot is new, and the volume counts contacts before it."""


class EffectSettings(Section):
    """What language or soft skills do, in place of the default (docs/workload.md) or beside it."""

    on: Id = Field(examples=["C1"])
    """A level of the language, or the name of a soft skill."""

    measure: Measure = Field(examples=["fcr"])
    """"aht" (a factor), "fcr" (points added) or "escalation" (a factor of the escalated share)."""

    value: Number = Field(examples=[-0.08])
    """Of a level: what it does against a native speaker. Of a soft skill: what one tenth of the score more does."""


class GroupQualitySettings(Section):
    """What is known of the people of a group as a whole. Named people (agents table) count by their own levels and scores first."""

    id: Id = Field(examples=["manila_en"])
    """Id of the group."""

    levels: dict[Language, Level] = Field(default={}, examples=[{"en": "C1"}])
    """Level by language."""

    scores: dict[Id, ShareOrZero] = Field(default={}, examples=[{"empathy": 0.8}])
    """Soft-skill scores from 0 to 1."""


class QualitySettings(Section):
    """What language levels and soft skills of those who answer do to handling time, first-contact resolution and escalations. Nothing,
    unless switched on: evidence is weak."""

    language_levels: Flag = False
    """Whether the level of the queue's language counts."""

    soft_skills: Flag = False
    """Whether soft-skill scores count."""

    base_level: Level = "native"
    """Level of those by whom the queues' own figures were measured."""

    base_score: ShareOrZero = 0.7
    """Soft-skill score of those by whom the queues' own figures were measured."""

    effects: tuple[EffectSettings, ...] = ()
    """Own effects in place of the defaults."""

    groups: tuple[GroupQualitySettings, ...] = ()
    """Levels and scores of groups as a whole."""
