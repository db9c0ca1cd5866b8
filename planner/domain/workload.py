"""What drives the work of a queue: contacts by where they come from, their handling time, and the hours they take."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class QueueWorkload:
    """One queue over the horizon, on expectation.

    `wanted` first contacts, those a bot ends included; of them `contained` by the bot. Contacts that reach people: `first` let through,
    `leaked` (contained, but back all the same), `repeats` (left unsolved before), `joined` (escalated to this queue); they sum to
    `contacts`. `escalated` of the contacts take a specialist of another queue in; `unsolved_back` come back later, here or elsewhere.

    `aht_s` is the mean over all contacts and `cv2` the squared coefficient of variation of single handling times, hours of the day alike;
    `plain_aht_s` is that of a first contact before bot, hand-over and language. The hours ``*_h`` are contacts times handling time:
    those of first contacts, leaked ones, repeats, escalations joined here, hand-overs of escalations made here (on top of the contacts'
    own time). `contained_h` would have been worked without the bot and is in no sum; `as_recorded_h` is what the volume as forecast would
    take as it was recorded; `aht_factor` is what language levels and soft skills do to handling time, in all hours but those recorded.
    """

    queue: str
    wanted: float
    contained: float
    first: float
    leaked: float
    repeats: float
    joined: float
    escalated: float
    unsolved_back: float
    plain_aht_s: float
    aht_s: float
    cv2: float
    first_h: float
    leaked_h: float
    repeats_h: float
    joined_h: float
    handover_h: float
    contained_h: float
    as_recorded_h: float
    aht_factor: float = 1.0
    fcr: float | None = None

    @property
    def contacts(self) -> float:
        """Contacts that reach people."""
        return self.first + self.leaked + self.repeats + self.joined

    @property
    def hours(self) -> float:
        """Hours of handling that all of them take."""
        return self.first_h + self.leaked_h + self.repeats_h + self.joined_h + self.handover_h

    @property
    def effect_h(self) -> float:
        """Hours more (or less) than the forecast volume would take as recorded."""
        return self.hours - self.as_recorded_h
