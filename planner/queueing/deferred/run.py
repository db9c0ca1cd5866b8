"""A desk working off its deferred contacts, first due first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from planner.domain.arrays import Bools, Floats
from planner.queueing.deferred.clock import contacts_of
from planner.queueing.deferred.kernel import IN_TIME, LATEST, PENDING, run_lots
from planner.queueing.deferred.lots import Lots, plain_lots


@dataclass(frozen=True, kw_only=True)
class DeferredRun:
    """What became of deferred contacts, each ``[..., T]``.

    By interval: contacts `done` in it; at its end those `open`, those `overdue` among them, and the age `oldest_s` in seconds of
    the oldest one (0 when none is open). By interval of *arrival*: contacts `in_time`, answered within the clock, `pending`,
    neither answered nor late when the horizon ends, and `latest_s`, how late the last of them was done or still is. A window's
    level is its sum of `in_time` over its sum of arrived less pending. `by_age` ``[..., B, T]`` are the open ones by band of age.
    `before` holds `in_time`, `pending` and `latest_s` ``[..., 3, M]`` of the lots that were there at the start, oldest first.
    """

    done: Floats
    open: Floats
    overdue: Floats
    oldest_s: Floats
    in_time: Floats
    pending: Floats
    latest_s: Floats
    by_age: Floats
    before: Floats


def run_deferred(
    arrived: ArrayLike,
    capacity: ArrayLike,
    due: float | Lots,
    *,
    interval_s: float,
    open: ArrayLike | None = None,
    bands_s: Sequence[float] = (),
) -> DeferredRun:
    """Return how a desk works off `arrived` contacts with the `capacity` it has, both ``[..., T]`` in contacts.

    A fluid, first due first. `due` says when: so many seconds after each arrival, with `open` ``[T]`` when the desk works; or lots
    of a clock, with what is open at the start (without it the desk starts empty). Contacts whose clock runs out before the desk
    opens again are served as if due one clock after the opening, yet counted as late. Capacity with nothing to do is lost. Leading
    axes (scenarios) broadcast. `bands_s` are rising ages in seconds at which `by_age` is cut (none: no bands). Raises ValueError
    for negative, infinite or missing counts.
    """
    came, can = contacts_of("arrived", np.asarray(arrived)), contacts_of("capacity", np.asarray(capacity))
    if came.ndim < 1 or can.ndim < 1 or came.shape[-1] != can.shape[-1]:
        raise ValueError(f"arrived and capacity must end in the same axis T, got {came.shape} and {can.shape}")
    shape = np.broadcast_shapes(came.shape, can.shape)
    size = shape[-1]
    is_open: Bools = np.ones(size, dtype=np.bool_) if open is None else np.array(open, dtype=np.bool_)
    if is_open.shape != (size,):
        raise ValueError(f"open must have shape {(size,)}, got {is_open.shape}")
    lots = due if isinstance(due, Lots) else plain_lots(is_open, due, interval_s)
    if lots.upto.shape != (size,):
        raise ValueError(f"lots are of {len(lots.upto)} intervals, arrived of {size}")
    came = np.array(np.broadcast_to(came, shape), order="C").reshape(-1, size)
    can = np.array(np.broadcast_to(can, shape), order="C").reshape(-1, size)
    edges = np.array([0.0, *bands_s, np.inf]) / interval_s if len(bands_s) else np.zeros(0)
    every, one = np.ones((1, size)), np.array([0], dtype=np.int64)
    rows = []
    for mine, capable in zip(came, can, strict=True):
        by_interval, by_lot = run_lots((lots,), (lots.contacts(mine),), every, capable, every > 0, one, edges)
        rows.append(_told(lots, by_interval[0], by_lot, interval_s))
    return _joined(rows, shape)


Row = tuple[Floats, Floats, Floats]


def _told(lots: Lots, by_interval: Floats, by_lot: Floats, interval_s: float) -> Row:
    first = lots.before
    by_lot[LATEST] *= interval_s
    by_interval[3] *= interval_s
    arrivals = np.stack(
        [
            lots.by_interval(by_lot[IN_TIME]),
            lots.by_interval(by_lot[PENDING]),
            lots.most_by_interval(by_lot[LATEST]),
        ]
    )
    return by_interval, arrivals, by_lot[:, :first]


def _joined(rows: Sequence[Row], shape: tuple[int, ...]) -> DeferredRun:
    ahead = shape[:-1]
    over, arrivals, before = (np.stack([row[i] for row in rows]) for i in range(3))
    done, left, overdue, oldest = (over[:, i].reshape(shape) for i in range(4))
    in_time, pending, latest = (arrivals[:, i].reshape(shape) for i in range(3))
    return DeferredRun(
        done=done,
        open=left,
        overdue=overdue,
        oldest_s=oldest,
        in_time=in_time,
        pending=pending,
        latest_s=latest,
        by_age=over[:, 4:].reshape(*ahead, -1, shape[-1]),
        before=before.reshape(*ahead, 3, -1),
    )


@dataclass(frozen=True, kw_only=True, eq=False)
class Work:
    """One queue of a shared desk: its `lots`, `arrived` contacts ``[T]``, seconds each takes by interval done, `aht_s` ``[T]``, and
    when it is worked, `open` ``[T]``."""

    lots: Lots
    arrived: Floats
    aht_s: Floats
    open: Bools


def run_shared(
    works: Sequence[Work], capacity_s: Floats, *, interval_s: float, bands_s: Sequence[float] = ()
) -> list[DeferredRun]:
    """Return how people who work several queues work them off together: in every interval, of all that is open, what is due first.

    `capacity_s` ``[T]`` are the seconds they have. Where all queues are worked at the same hours, first due first lets every contact
    be in time whenever any order of work does (work that comes at any time and may be broken off: M. L. Dertouzos, "Control
    robotics: the procedural control of physical processes", IFIP Congress 1974, pp. 807-813). A queue not open waits; equal due
    times go in the order of `works`.
    """
    can = contacts_of("capacity_s", np.asarray(capacity_s))
    edges = np.array([0.0, *bands_s, np.inf]) / interval_s if len(bands_s) else np.zeros(0)
    sizes = np.cumsum([0, *(len(work.lots.interval) for work in works)]).astype(np.int64)
    lots = tuple(work.lots for work in works)
    contacts = tuple(work.lots.contacts(contacts_of("arrived", work.arrived)) for work in works)
    by_interval, by_lot = run_lots(
        lots,
        contacts,
        np.stack([work.aht_s for work in works]),
        can,
        np.stack([work.open for work in works]),
        sizes[:-1],
        edges,
    )
    shape = can.shape
    found = []
    for n, lot in enumerate(lots):
        mine = by_lot[:, sizes[n] : sizes[n + 1]].copy()
        found.append(_joined([_told(lot, by_interval[n], mine, interval_s)], shape))
    return found
