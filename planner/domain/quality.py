"""What language level and soft skills of those who answer do to handling time, first-contact resolution and escalations."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

import numpy as np

from planner.domain.arrays import Bools, Floats
from planner.domain.staff import LEVELS

if TYPE_CHECKING:
    from planner.domain.account import Account


class Measure(StrEnum):
    """What an effect acts on, and how its value is meant."""

    AHT = "aht"  # factor of the handling time
    FCR = "fcr"  # points added to the share solved at first contact: -0.08 for 8 points less
    ESCALATION = "escalation"  # factor of the escalated share

    @property
    def nothing(self) -> float:
        """The value that changes nothing."""
        return 0.0 if self is Measure.FCR else 1.0


@dataclass(frozen=True, kw_only=True)
class Effect:
    """What a language level (`on` one of the levels) does, or one more tenth of the score of soft skill `on`: `value` of `measure`."""

    on: str
    measure: Measure
    value: float
    source: str
    verified: bool = False

    def __post_init__(self) -> None:
        low, high = (-1.0, 1.0) if self.measure is Measure.FCR else (0.1, 10.0)
        if not low <= self.value <= high:
            hint = "; write -0.08 for 8 points less" if self.measure is Measure.FCR else "; write 1.1 for 10% more"
            raise ValueError(
                f"the effect of {self.on} on {self.measure} must lie in [{low:g}, {high:g}], got {self.value:g}{hint}"
            )


@dataclass(frozen=True, kw_only=True)
class GroupQuality:
    """What is known of the people of group `group` as a whole: level by language, and soft-skill scores from 0 to 1."""

    group: str
    levels: tuple[tuple[str, str], ...] = ()
    scores: tuple[tuple[str, float], ...] = ()


@dataclass(frozen=True, kw_only=True)
class Quality:
    """Which effects count: those of language levels, those of soft-skill scores; neither unless asked for.

    A queue's own figures (AHT, first-contact resolution, escalations) are taken as those of people of `base_level` and `base_score`;
    whoever has the same changes nothing.
    """

    levels: bool = False
    scores: bool = False
    base_level: str = "native"
    base_score: float = 0.7
    effects: tuple[Effect, ...] = ()
    groups: tuple[GroupQuality, ...] = ()

    def __post_init__(self) -> None:
        if self.base_level not in LEVELS:
            raise ValueError(f"base_level must be one of {', '.join(LEVELS)}, got {self.base_level}")
        if not 0 <= self.base_score <= 1:
            raise ValueError(f"base_score must lie in [0, 1], got {self.base_score:g}; write 0.7 for 70%")

    @property
    def used(self) -> bool:
        """True when any effect counts."""
        return self.levels or self.scores

    def counts(self, effect: Effect) -> bool:
        """True when `effect` is switched on and does anything."""
        switched = self.levels if effect.on in LEVELS else self.scores
        return switched and effect.value != effect.measure.nothing

    def of_group(self, group: str) -> GroupQuality:
        """Return what is known of the people of `group` as a whole."""
        return next((g for g in self.groups if g.group == group), GroupQuality(group=group))

    def of_level(self, level: str, measure: Measure) -> float:
        """Return what `level` does to `measure`; an unknown or unlisted level does nothing."""
        return next((e.value for e in self.effects if e.on == level and e.measure is measure), measure.nothing)

    def of_person(self, level: str, scores: Mapping[str, float], measure: Measure) -> float:
        """Return what somebody of `level` (empty: not known) with soft-skill `scores` does to `measure`, against the base.

        Points add up, factors multiply; a tenth of a score has its effect as often as it is above or below `base_score`.
        """
        found = measure.nothing
        if self.levels and level:
            own, base = self.of_level(level, measure), self.of_level(self.base_level, measure)
            found = own - base if measure is Measure.FCR else own / base
        for effect in self.effects if self.scores else ():
            if effect.measure is measure and effect.on in scores:
                tenths = (scores[effect.on] - self.base_score) * 10
                found = found + effect.value * tenths if measure is Measure.FCR else found * effect.value**tenths
        return found


def group_effects(account: Account, measure: Measure) -> Floats:
    """Return ``[G, Q]`` what each group does to `measure` in each queue it serves (`Measure.nothing` elsewhere).

    The level is that of the queue's language. Where people are named it is the mean over the group's people, who count by their own level
    and scores and by the group's where they have none; of factors on handling time the harmonic one, for who is quicker takes more.
    """
    quality = account.quality
    found = np.full((len(account.groups), len(account.queues)), measure.nothing)
    if quality is None or not quality.used:
        return found
    serves = account.serves()
    for g, group in enumerate(account.groups):
        known = quality.of_group(group.id)
        people = [person for person in account.people if person.group == group.id]
        for q in np.flatnonzero(serves[g]):
            language = account.queues[q].language
            level = dict(known.levels).get(language, "")
            each = [
                quality.of_person(dict(p.languages).get(language, "") or level, dict((*known.scores, *p.scores)), measure)
                for p in people
            ] or [quality.of_person(level, dict(known.scores), measure)]
            found[g, q] = 1 / float(np.mean([1 / e for e in each])) if measure is Measure.AHT else float(np.mean(each))
    return found


def equal_hours(account: Account) -> Floats:
    """Return ``[G, Q]`` weights of the groups that may serve a queue before anybody is planned: their named people, else one each."""
    serves: Bools = account.serves()
    named = np.array([sum(person.group == group.id for person in account.people) for group in account.groups], dtype=np.float64)
    weights: Floats = np.where(serves, named[:, None], 0.0)
    nobody = weights.sum(axis=0) == 0
    weights[:, nobody] = serves[:, nobody]
    return weights


def mean_aht_factor(factors: Floats, weights: Floats) -> Floats:
    """Return the mean factor of handling time over groups (axis 0) whose agents, `weights` of them, are equally busy; 1 with nobody.

    Agents equally busy take contacts in inverse proportion to their handling time, so that the mean over contacts is the harmonic mean
    over agents. `factors` and `weights` have the same shape or shapes that broadcast.
    """
    people = weights.sum(axis=0)
    taken = (weights / factors).sum(axis=0)
    mean: Floats = np.divide(people, taken, out=np.ones_like(people), where=taken > 0)
    return mean


def planned_effects(account: Account) -> dict[Measure, Floats]:
    """Return per measure what those who may serve each queue do to it on average ``[Q]``, before anybody is planned (`equal_hours`).

    First-contact resolution and escalations are averaged over contacts, handling time as in `mean_aht_factor`.
    """
    weights, aht = equal_hours(account), group_effects(account, Measure.AHT)
    contacts = weights / aht
    total = contacts.sum(axis=0)
    found = {Measure.AHT: mean_aht_factor(aht, weights)}
    for measure in (Measure.FCR, Measure.ESCALATION):
        mean = np.full(len(account.queues), measure.nothing)
        np.divide((contacts * group_effects(account, measure)).sum(axis=0), total, out=mean, where=total > 0)
        found[measure] = mean
    return found
