"""The volume of planned work, resolved: batches as given, or a share of another queue's contacts some time later."""

from __future__ import annotations

from collections.abc import Callable

from planner.domain.planned_work import Batch
from planner.domain.queues import Queue, Volume, VolumeSource
from planner.io.names import shown
from planner.io.resolved import Resolved
from planner.io.settings import QueueSettings, VolumeSettings
from planner.io.settings.clock_times import clock_text, weekdays

Path = tuple[str | int, ...]
Tell = Callable[..., None]

_PLANNED = (VolumeSource.GIVEN, VolumeSource.QUEUE)
_OF_BATCHES, _OF_QUEUE, _OF_DRIVER = ("batches",), ("queue", "share", "delay_h"), ("driver", "rate", "delay_days")


def is_planned(volume: VolumeSettings) -> bool:
    """True where a volume is planned work."""
    return volume.source in _PLANNED


def planned_keys(volume: VolumeSettings) -> list[str]:
    """Return the keys written that are for planned work alone."""
    return [key for key in (*_OF_BATCHES, *_OF_QUEUE) if getattr(volume, key)]


def resolve_planned(tell: Tell, path: Path, queue: QueueSettings) -> Volume | None:
    """Return the planned volume of `queue`, or None after telling everything that is wrong with it."""
    volume = queue.volume
    found: list[tuple[str, str]] = []
    if queue.channel.live:
        found.append(
            (f"planned work is done when there is time, not on {queue.channel}", 'write channel = "outbound" or "back_office"')
        )
    batches = volume.source is VolumeSource.GIVEN
    wrong = [key for key in (*_OF_DRIVER, *(_OF_QUEUE if batches else _OF_BATCHES)) if getattr(volume, key)]
    if wrong:
        found.append((f"{' and '.join(wrong)} given, but the source is {volume.source}", "leave it out"))
    if volume.counts == "first":
        found.append((f'counts = "first", but the source is {volume.source}', "leave it out"))
    if batches and not volume.batches:
        found.append(("batches is missing", 'write batches = [{ contacts = 30, days = "Mon-Fri", at = "09:00" }]'))
    if not batches and (missing := [key for key in ("queue", "share") if not getattr(volume, key)]):
        found.append((f"{' and '.join(missing)} missing", 'write queue = "uk_voice", share = 0.1 and delay_h = 24'))
    for n, batch in enumerate(volume.batches, 1):
        if (batch.date is None) == (batch.days is None):
            both = batch.date is not None
            found.append((f"batch {n}: date and days are {'both' if both else 'both not'} given", "write one of them"))
        if batch.until is not None and batch.until <= batch.at:
            said = f"batch {n}: until {clock_text(batch.until)} is not after at {clock_text(batch.at)}"
            found.append((said, "write a later until, or leave it out"))
    for message, remedy in found:
        tell(path, message, remedy)
    if found:
        return None
    return Volume(
        source=volume.source,
        scale=volume.scale,
        batches=tuple(
            Batch(
                contacts=float(batch.contacts),
                day=batch.date,
                weekdays=() if batch.days is None else tuple(sorted(set(weekdays(batch.days)))),
                from_min=batch.at,
                to_min=batch.until,
            )
            for batch in volume.batches
        ),
        queue=volume.queue or "",
        share=float(volume.share or 0.0),
        delay_s=3600.0 * (volume.delay_h or 0.0),
    )


def check_followed(done: Resolved, i: int, queue: Queue) -> None:
    """Add to `done.problems` what is wrong with the queue that planned work follows: it must exist and have contacts of its own."""
    path = ("queues", i, "volume")
    other = next((one for one in done.queues.values() if one.id == queue.volume.queue), None)
    if not done.known("queues", queue.volume.queue, path, "queue"):
        return
    if other is not None and other.volume.source is VolumeSource.QUEUE:
        whose = "itself" if other.id == queue.id else f"{shown(other.id)}, which follows another queue"
        done.problem(path, f"follows {whose}", "follow a queue whose contacts come from customers")
    if queue.journey is not None:
        done.problem(
            path, "work that follows another queue has no journey of its own", "leave reasons, fcr, repeats and bot out"
        )
