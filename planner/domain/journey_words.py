"""What becomes of contacts, and what who answers does, in sentences."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from planner.domain.account import Account
from planner.domain.journey import Delay, DelayLaw, Journey, reasons_mix
from planner.domain.planned_journeys import planned_journeys
from planner.domain.quality import Effect, Measure, planned_effects
from planner.domain.workload import QueueWorkload

_LIKE_EXPONENTIAL = 0.05
"""Difference of a squared coefficient of variation from 1 that is worth a word."""


def workload_lines(account: Account) -> tuple[str, ...]:
    """Return what drives the work of each queue as the account says it, one sentence for each queue and thing said."""
    lines = []
    planned = planned_journeys(account)
    for queue in account.queues:
        journey = planned[queue.id]
        lines += [f"{queue.id}: {said}" for said in _of(queue.id, journey, queue.journey)] if journey is not None else []
    return (*lines, *quality_lines(account))


def _of(id: str, journey: Journey, written: Journey | None) -> Iterator[str]:
    if journey.reasons:
        mix = reasons_mix(journey.reasons)
        told = ", ".join(f"{r.id} ({r.phase.value} purchase) {_percent(r.share)} at {r.aht_s:.0f} s" for r in journey.reasons)
        yield f"reasons {told}: {mix.mean_s:.0f} s on average, coefficient of variation {mix.cv2**0.5:.2f}"
    if journey.bot is not None:
        bot = journey.bot
        said = f"a bot ends {_percent(bot.contained)} of first contacts"
        if bot.leak:
            there = "" if bot.queue == id else f" to {bot.queue}"
            said += f", of which {_percent(bot.leak)} come to people{there} after {_delay(bot.leak_delay)}"
        said += f"; the rest takes {_percent(bot.aht_uplift)} longer" if bot.aht_uplift else ""
        yield said + (f"; the history holds {_percent(bot.recorded)} ended" if bot.recorded else "; the history is before it")
    if journey.fcr is not None:
        yield _repeats(id, journey, written)
    for up in journey.escalations:
        said = (
            f"{_percent(up.share)} of contacts take in a specialist of {up.queue}: {up.handover_s:.0f} s two people, then "
            f"{up.aht_s:.0f} s the specialist"
        )
        yield said + (f"; the history holds {_percent(up.recorded)}" if up.recorded else "; on top of the history")


def _repeats(id: str, journey: Journey, written: Journey | None) -> str:
    assert journey.fcr is not None
    ways = ", ".join(
        f"{_percent(back.share)} of the others come back{'' if back.queue == id else f' to {back.queue}'} after "
        f"{_delay(back.delay)}" + (f" and take {back.aht_factor:.4g} times as long" if back.aht_factor != 1 else "")
        for back in journey.repeats
    )
    said = f"{_percent(journey.fcr)} are solved at first contact, {ways}"
    recorded = written.recorded_fcr if written is not None else None
    if journey.first_only:
        own = sum(back.share for back in journey.repeats if back.queue == id) * (1 - journey.fcr)
        return f"{said}; the volume counts first contacts, {1 / (1 - own):.3f} contacts each with those who come back here"
    if recorded is None or abs(recorded - journey.fcr) < 1e-12:
        return f"{said}; the volume counts these already"
    return f"{said}; the volume counts them as of {_percent(recorded)} solved and changes with the difference"


def workload_notes(workload: Sequence[QueueWorkload], account: Account) -> tuple[str, ...]:
    """Return what to keep in mind about figures of service where journeys or the quality of those who answer count."""
    notes = []
    varied = [f"{work.queue} {max(work.cv2, 0.0) ** 0.5:.2f}" for work in workload if abs(work.cv2 - 1) > _LIKE_EXPONENTIAL]
    if varied:
        notes.append(
            f"Single handling times vary by {', '.join(varied)} of their mean (mixtures of reasons, repeats and escalations); formulas "
            "take 1."
        )
    if any(queue.journey is not None and any(up.share > 0 for up in queue.journey.escalations) for queue in account.queues):
        notes.append(
            "Escalations: the hand-over keeps two people busy; how long the first agent holds the line until a specialist is free is "
            "not counted."
        )
    if account.quality is not None and account.quality.used:
        notes.append(
            "Language levels and soft skills: service is judged at the mean handling time of those given to each queue, as if they "
            "were equally busy; first-contact resolution and escalations at the mean over all who may serve it."
        )
    return tuple(notes)


def quality_lines(account: Account) -> tuple[str, ...]:
    """Return what language levels and soft skills do to each queue on average, and every effect in use with its source."""
    quality = account.quality
    if quality is None or not quality.used:
        return ()
    effects = planned_effects(account)
    alike: dict[str, list[str]] = {}
    for q, queue in enumerate(account.queues):
        aht, points, times = (float(effects[m][q]) for m in (Measure.AHT, Measure.FCR, Measure.ESCALATION))
        said = [f"AHT {aht:.3f} times"] if aht != 1 else []
        if queue.journey is not None and queue.journey.fcr is not None and points:
            said.append(f"first-contact resolution {100 * points:+.1f} points")
        if queue.journey is not None and queue.journey.escalations and times != 1:
            said.append(f"escalations {times:.3f} times")
        if said:
            alike.setdefault(", ".join(said), []).append(queue.id)
    lines = [
        f"{', '.join(ids)}: {said}, by equal hours of all who may serve {'it' if len(ids) == 1 else 'each'} against {quality.base_level}"
        for said, ids in alike.items()
    ]
    known = {value for group in quality.groups for _, value in group.levels} | {
        name for g in quality.groups for name, _ in g.scores
    }
    for person in account.people:
        known |= {level for _, level in person.languages} | {name for name, _ in person.scores}
    used = [effect for effect in quality.effects if quality.counts(effect) and effect.on in {*known, quality.base_level}]
    return (*lines, *(f"effect of {_effect(effect)}" for effect in used))


def _effect(effect: Effect) -> str:
    value = f"{100 * effect.value:+.1f} points" if effect.measure is Measure.FCR else f"{effect.value:.4g} times"
    doubt = "" if effect.verified else ", not verified"
    return f"{effect.on} on {effect.measure.value}: {value} ({effect.source}{doubt})"


def _delay(delay: Delay) -> str:
    hours = delay.mean_s / 3600
    law = "" if delay.law is DelayLaw.EXPONENTIAL else f", Erlang of {delay.phases} steps"
    return f"{hours:.4g} h on average{law}"


def _percent(share: float) -> str:
    return f"{100 * share:.4g}%"
