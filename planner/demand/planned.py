"""Planned work: batches given by the account, and contacts that follow those of another queue after a while."""

from __future__ import annotations

import numpy as np

from planner.domain.account import Account
from planner.domain.arrays import Floats
from planner.domain.queues import Queue, VolumeSource

_DAY_S = 86_400


def follows(queue: Queue) -> bool:
    """True where contacts of `queue` follow those of another."""
    return queue.volume.source is VolumeSource.QUEUE


def following(account: Account, queue: Queue, contacts: Floats, expected: Floats) -> Floats:
    """Return ``[..., T]`` the contacts of `queue` that follow `contacts` ``[..., T]`` of the queue its volume names: a share of
    them, so much later, part of an interval in part.

    Those that follow contacts from before the horizon go by the other queue's history, and where that records nothing by its
    `expected` contacts ``[T]`` at the same hour of a later day of the horizon.
    """
    volume, grid = queue.volume, account.grid
    whole, part = divmod(volume.delay_s / grid.interval_s, 1.0)
    steps = int(whole) + 1
    past = _before(account, account.queue(volume.queue), np.nan_to_num(expected, nan=0.0), steps)
    came = np.nan_to_num(contacts, nan=0.0)
    line = np.concatenate([np.broadcast_to(past, (*came.shape[:-1], steps)), came], axis=-1)
    size = grid.size
    at = steps - int(whole)
    late = line[..., at : at + size]
    later = line[..., at - 1 : at - 1 + size]
    found: Floats = volume.share * volume.scale * ((1.0 - part) * late + part * later)
    return found


def _before(account: Account, source: Queue, expected: Floats, steps: int) -> Floats:
    """Contacts of `source` in the `steps` intervals before the horizon."""
    grid = account.grid
    length = grid.interval_s
    starts = grid.epoch_s[0] + length * np.arange(-steps, 0, dtype=np.int64)
    day = max(1, _DAY_S // length)
    days = max(1, grid.size // day)
    week = 7 * day if days >= 7 else day
    ahead = np.arange(-steps, 0)
    ahead = ahead + week * -(ahead // week)  # the first whole weeks, or days, that lead into the horizon
    found = expected[np.minimum(ahead, grid.size - 1)]
    series = account.tables.history_of(source.id) if source.volume.source is VolumeSource.HISTORY else None
    if series is None or not len(series.start_s):
        return found
    told, counts = np.zeros(steps), np.zeros(steps)
    for start, number in zip(series.start_s.tolist(), series.counts.tolist(), strict=True):
        if start + series.interval_s <= starts[0] or start >= grid.epoch_s[0] or not np.isfinite(number):
            continue
        inside = np.clip(np.minimum(starts + length, start + series.interval_s) - np.maximum(starts, start), 0, None)
        told += inside / length
        counts += number * source.volume.scale * inside / series.interval_s
    return np.where(told > 0.5, counts / np.maximum(told, 1e-9), found)


def whole_counts(contacts: Floats, futures: int) -> Floats:
    """Return ``[K, T]`` whole contacts, the same in every future: `contacts` ``[T]`` rounded so that what has come never strays
    from the sum by more than half."""
    total = np.floor(np.cumsum(contacts) + 0.5)
    each = np.diff(np.concatenate(([0.0], total)))
    return np.tile(each, (futures, 1))


def words(queue: Queue) -> str:
    """Return where the volume of planned work comes from."""
    volume = queue.volume
    if volume.source is VolumeSource.QUEUE:
        return f"{100 * volume.share:g}% of the contacts of {volume.queue}, {volume.delay_s / 3600:g} h later"
    return f"planned: {len(volume.batches)} batch{'es' if len(volume.batches) != 1 else ''} as given, the same in every future"
