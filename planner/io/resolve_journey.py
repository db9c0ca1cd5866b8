"""What becomes of contacts, resolved: names followed, hours turned into seconds, every fault told; and the quality of those who answer."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from planner.domain.account import Account
from planner.domain.journey import (
    Bot,
    Delay,
    DelayLaw,
    Escalation,
    Journey,
    Reason,
    Repeats,
    journey_faults,
    reasons_mix,
    shares_fault,
)
from planner.domain.planned_journeys import check_loops, planned_journeys
from planner.domain.quality import Effect, GroupQuality, Quality
from planner.domain.queues import HandlingSource, VolumeSource
from planner.domain.staff import LEVELS, Person
from planner.errors import Problem
from planner.io.draft import Draft
from planner.io.names import did_you_mean, shown
from planner.io.resolved import Resolved
from planner.io.settings.demand import QueueSettings
from planner.io.settings.journey import QualitySettings, RepeatSettings
from planner.reference import quality_rows

_DEFAULT_PHASES = 4


def handling(done: Resolved, i: int, item: QueueSettings) -> tuple[float, HandlingSource] | None:
    """Return the mean handling time of queue `i` and where its level comes from; None after telling what is wrong.

    With reasons it is the mean of their mixture, and what they say counts unless `aht_from` says otherwise.
    """
    path = ("queues", i)
    own = [reason for reason in item.reasons if reason.aht_s is not None]
    if item.aht_s is None and len(own) < len(item.reasons):
        lacking = ", ".join(reason.id for reason in item.reasons if reason.aht_s is None)
        done.problem(path, f"aht_s is missing, and reasons have none of their own: {lacking}", "write for example aht_s = 300")
        return None
    if item.aht_s is None and not item.reasons:
        done.problem(path, "key aht_s is missing", "write for example aht_s = 300")
        return None
    if item.aht_s is not None and item.reasons and len(own) == len(item.reasons):
        done.problem(path, "aht_s is given, but every reason has its own, so that it would mean nothing", "leave it out")
        return None
    source = item.aht_from or (HandlingSource.GIVEN if own else HandlingSource.HISTORY)
    if not item.reasons:
        return float(item.aht_s or 0.0), source
    reasons = resolved_reasons(item)
    return (reasons_mix(reasons).mean_s if sum(r.share for r in reasons) > 0 else reasons[0].aht_s), source


def resolve_journey(done: Resolved, i: int, item: QueueSettings) -> Journey | None:
    """Return what becomes of the contacts of queue `i`, None where nothing is said of it or after telling what is wrong."""
    first_only = item.volume.counts == "first"
    said = (item.reasons, item.repeats, item.escalations, item.bot, item.fcr, item.fcr_recorded)
    if (
        not first_only
        and all(not part for part in said if part not in (0, 0.0))
        and item.fcr is None
        and item.fcr_recorded is None
    ):
        return None
    path = ("queues", i)
    before = len(done.problems)
    if first_only and item.fcr is None:
        done.problem((*path, "volume"), 'counts = "first", but nobody is said to come back', "write fcr = 0.75 in the queue")
    repeats = _repeats(done, i, item)
    escalations = _escalations(done, i, item)
    bot = _bot(done, i, item)
    reasons = () if item.aht_s is None and any(r.aht_s is None for r in item.reasons) else resolved_reasons(item)
    parts = {
        "reasons": reasons,
        "fcr": item.fcr,
        "fcr_recorded": item.fcr_recorded,
        "first_only": first_only,
        "repeats": repeats,
        "escalations": escalations,
    }
    for text in journey_faults(**parts):  # type: ignore[arg-type]
        message, _, remedy = text.partition("; ")
        done.problem(path, message, remedy)
    if len(done.problems) > before:
        return None
    return Journey(**parts, bot=bot)  # type: ignore[arg-type]


def resolved_reasons(item: QueueSettings) -> tuple[Reason, ...]:
    """Return the reasons of a queue, with its handling time where they have none; ValueError where neither has one."""
    return tuple(
        Reason(id=r.id, phase=r.phase, share=r.share, aht_s=float(r.aht_s or item.aht_s or 0.0), cv=r.cv, priority=r.priority)
        for r in item.reasons
    )


def _repeats(done: Resolved, i: int, item: QueueSettings) -> tuple[Repeats, ...]:
    wanted = item.repeats or ((RepeatSettings(),) if item.fcr is not None else ())
    found = []
    for n, back in enumerate(wanted):
        path = ("queues", i, "repeats", n)
        to = back.queue or item.id
        known = back.queue is None or done.known("queues", back.queue, path, "queue")
        if back.law is DelayLaw.EXPONENTIAL and back.phases is not None:
            done.problem(
                path, "phases belong to an Erlang delay, but the law is exponential", 'write law = "erlang", or leave it out'
            )
            continue
        if known:
            phases = 1 if back.law is DelayLaw.EXPONENTIAL else back.phases or _DEFAULT_PHASES
            delay = Delay(mean_s=back.mean_h * 3600.0, law=back.law, phases=phases)
            found.append(Repeats(queue=to, share=back.share, delay=delay, aht_factor=back.aht_factor))
    return tuple(found)


def _escalations(done: Resolved, i: int, item: QueueSettings) -> tuple[Escalation, ...]:
    found = []
    for n, up in enumerate(item.escalations):
        path = ("queues", i, "escalations", n)
        if up.queue == item.id:
            done.problem(path, "a queue cannot escalate to itself", "name the queue of the specialists who join")
        elif done.known("queues", up.queue, path, "queue"):
            with done.at(*path):
                found.append(
                    Escalation(
                        queue=up.queue, share=up.share, handover_s=up.handover_s, aht_s=up.aht_s, cv=up.cv, recorded=up.recorded
                    )
                )
    return tuple(found)


def _bot(done: Resolved, i: int, item: QueueSettings) -> Bot | None:
    bot, path = item.bot, ("queues", i, "bot")
    if bot is None or (bot.queue is not None and not done.known("queues", bot.queue, path, "queue")):
        return None
    return Bot(
        queue=bot.queue or item.id,
        contained=bot.contained,
        aht_uplift=bot.aht_uplift,
        leak=bot.leak,
        leak_delay=Delay(mean_s=bot.leak_mean_h * 3600.0),
        recorded=bot.recorded,
    )


def check_journeys(done: Resolved) -> None:
    """Record loops that never die out, linked queues whose volumes count differently, and queues to which nothing comes."""
    for i, item in enumerate(done.draft.items("queues")):
        if i not in done.draft.queues and isinstance(item, Mapping):
            _as_far_as_read(done, i, item)
    queues = {queue.id: (i, queue) for i, queue in done.queues.items()}
    if len(queues) < len(done.draft.ids["queues"]):
        return  # a queue that could not be read may be part of it
    journeys = {id: queue.journey for id, (_, queue) in queues.items()}
    for message, remedy in check_loops(journeys):
        place = next(i for id, (i, _) in queues.items() if id in message.split(" never")[0].replace(",", " ").split())
        done.problem(("queues", place), message, remedy)
    fed = set()
    for id, (i, queue) in queues.items():
        journey = queue.journey or Journey()
        fed |= {back.queue for back in journey.repeats if back.queue != id and back.share > 0 and journey.gain > 0}
        fed |= {up.queue for up in journey.escalations if up.share > 0}
        fed |= {journey.bot.queue} if journey.bot is not None and journey.bot.leak > 0 else set()
        for back in journey.repeats:
            other = queues[back.queue][1].journey or Journey()
            if (
                journey.gain > 0
                and queues[back.queue][1].volume.source is not VolumeSource.NONE
                and journey.first_only != other.first_only
            ):
                one, two = (id, back.queue) if journey.first_only else (back.queue, id)
                done.problem(
                    ("queues", i, "volume"),
                    f"{one} counts first contacts and {two} all contacts, but repeats go from {id} to {back.queue}: one of them "
                    "would be counted wrongly",
                    "let both count alike",
                )
    for id, (i, queue) in queues.items():
        if queue.volume.source is VolumeSource.NONE and id not in fed:
            remedy = f'let another queue escalate or come back to {shown(id)}, or write a volume with source = "history"'
            done.problem(("queues", i, "volume"), 'source = "none", and no other queue sends it anything', remedy)


def _as_far_as_read(done: Resolved, i: int, item: Mapping[str, Any]) -> None:
    """Tell of a queue that could not be read as a whole what can be told: shares that do not sum, names of no queue."""
    reasons = _tables(item.get("reasons"))
    shares = [reason.get("share") for reason in reasons]
    known = [float(share) for share in shares if isinstance(share, int | float) and not isinstance(share, bool)]
    if reasons and len(known) == len(shares):
        told = ", ".join(f"{reason.get('id')} {share:g}" for reason, share in zip(reasons, known, strict=True))
        if text := shares_fault(sum(known), told):
            message, _, remedy = text.partition("; ")
            done.problem(("queues", i), message, remedy)
    parts: list[tuple[tuple[str | int, ...], Mapping[str, Any]]] = [
        (("queues", i, kind, n), part) for kind in ("repeats", "escalations") for n, part in enumerate(_tables(item.get(kind)))
    ]
    bot = item.get("bot")
    parts += [(("queues", i, "bot"), bot)] if isinstance(bot, Mapping) else []
    for path, part in parts:
        if isinstance(part.get("queue"), str):
            done.known("queues", part["queue"], path, "queue")


def _tables(value: Any) -> list[Mapping[str, Any]]:
    """Return the list of tables `value`, empty where it is none."""
    found = value if isinstance(value, list | tuple) else []
    return list(found) if all(isinstance(part, Mapping) for part in found) else []


def endless_problems(account: Account, draft: Draft) -> tuple[Problem, ...]:
    """Return a problem for every loop that never dies out once language levels and soft skills of those who answer are counted."""
    if account.quality is None or not account.quality.used:
        return ()
    return tuple(
        Problem(draft.place("quality"), f"with language levels and soft skills {message}", remedy)
        for message, remedy in check_loops(planned_journeys(account))
    )


def resolve_quality(done: Resolved, item: QualitySettings | None, people: tuple[Person, ...]) -> Quality | None:
    """Return what language levels and soft skills do, shipped defaults filled in; None where nothing is said of it."""
    if item is None:
        return None
    effects = {(row.effect.on, row.effect.measure): row.effect for row in quality_rows()}
    for n, own in enumerate(item.effects):
        with done.at("quality", "effects", n):
            effects[own.on, own.measure] = Effect(
                on=own.on, measure=own.measure, value=own.value, source="written in the account", verified=True
            )
    groups = []
    for n, group in enumerate(item.groups):
        if done.known("groups", group.id, ("quality", "groups", n), "id"):
            groups.append(
                GroupQuality(
                    group=group.id, levels=tuple(sorted(group.levels.items())), scores=tuple(sorted(group.scores.items()))
                )
            )
    scored = sorted({name for person in people for name, _ in person.scores} | {name for g in groups for name, _ in g.scores})
    for n, own in enumerate(item.effects if item.soft_skills else ()):
        if own.on not in LEVELS and own.on not in scored:
            remedy = did_you_mean(own.on, [*LEVELS, *scored], what="levels and scores")
            done.problem(("quality", "effects", n), f"{shown(own.on)} is no level, and nobody has a score of it", remedy)
    return Quality(
        levels=item.language_levels,
        scores=item.soft_skills,
        base_level=item.base_level,
        base_score=item.base_score,
        effects=tuple(effects[key] for key in sorted(effects)),
        groups=tuple(groups),
    )
