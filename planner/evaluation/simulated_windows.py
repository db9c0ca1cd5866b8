"""How simulated contacts fall into the windows of a promise: which are counted, and which of these are in time."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass

import numpy as np

from planner.domain.account import Account
from planner.domain.arrays import Bools, Floats, Int32s
from planner.domain.evaluation import SlaResult
from planner.domain.grid import TimeGrid
from planner.domain.queues import Queue
from planner.domain.targets import DeferredTarget, LiveTarget, Window
from planner.domain.windows import first_date, labels, share_inside
from planner.evaluation.deferred import measured_arrivals
from planner.evaluation.rolling import rolling_windows
from planner.evaluation.sla import Promise
from planner.simulation import Simulated
from planner.simulation.tally import OFFERED

_Counted = Floats | Int32s | Bools


@dataclass(frozen=True, eq=False)
class Sums:
    """Contacts in time and counted by window, ``[R, W]`` each."""

    within: Floats
    counted: Floats


def counted(promise: Promise, queue: Queue, account: Account, ran: Simulated) -> tuple[Floats, Floats]:
    """Return contacts of `queue` in time and counted as `promise` counts them, by interval of arrival ``[R, T]`` each.

    Of deferred work those answered by an automatic reply count at once, and arrivals in a holiday mode that leaves them out of the measure
    not at all.
    """
    target = queue.target
    if isinstance(target, LiveTarget):
        within_s = target.within_s if promise.within_s is None else promise.within_s
        yes, all_ = ran.counted(queue.id, promise.formula or target.formula, within_s)
        return yes.astype(np.float64), all_.astype(np.float64)
    assert isinstance(target, DeferredTarget)
    yes, known = ran.counted(queue.id, None)
    came = ran.counts[:, ran.lines.index(queue.id), :, OFFERED]
    measured = measured_arrivals(queue, account.market(queue.market), account.grid)
    return _with_replies(yes * measured, came * measured, target), _with_replies(known * measured, came * measured, target)


def _with_replies(by_desk: _Counted, came: _Counted | float, target: DeferredTarget) -> Floats:
    # the share that an automatic reply answers counts as it comes, the others by the desk
    at_once = target.answered_at_once
    return np.asarray(at_once * came + (1 - at_once) * by_desk, dtype=np.float64)


class Windows(ABC):
    """The windows of a promise."""

    @abstractmethod
    def column(self, row: SlaResult) -> int:
        """Return the number of the window that `row` is about."""

    @abstractmethod
    def sums(self, ran: Simulated) -> Sums:
        """Return the contacts of `ran` by window."""

    @abstractmethod
    def inside(self, row: SlaResult) -> float:
        """Return the share of the window's hours that the grid covers."""


def windows_of(promise: Promise, account: Account, grid: TimeGrid) -> Windows:
    """Return the windows of `promise` on its queues' markets' clocks."""
    return _Rolling(promise, account, grid) if promise.window is Window.ROLLING else _Apart(promise, account, grid)


class _Apart(Windows):
    """Windows that do not overlap: each interval of a queue belongs to one."""

    def __init__(self, promise: Promise, account: Account, grid: TimeGrid) -> None:
        self.promise, self.account, self.grid = promise, account, grid
        self.numbers = {q.id: labels(promise.window, account.market(q.market).zone, grid) for q in promise.queues}
        self.known = sorted({int(n) for values in self.numbers.values() for n in np.unique(values)})
        self.place = {label: n for n, label in enumerate(self.known)}
        dated = promise.window in (Window.DAY, Window.WEEK, Window.MONTH)
        self.of_date = {first_date(promise.window, label): label for label in self.known} if dated else {}

    def _label(self, row: SlaResult) -> int:
        return self.of_date[row.window_date] if self.of_date else round(self.grid.position(row.window_start_utc))

    def column(self, row: SlaResult) -> int:
        return self.place[0 if self.promise.window is Window.CONTRACT else self._label(row)]

    def inside(self, row: SlaResult) -> float:
        zones = {self.account.market(queue.market).zone for queue in self.promise.queues}
        return share_inside(self.promise.window, self._label(row), zones, self.grid)

    def sums(self, ran: Simulated) -> Sums:
        within, all_ = np.zeros((2, ran.replications, len(self.known)))
        for queue in self.promise.queues:
            found, first = np.unique(self.numbers[queue.id], return_index=True)
            at = [self.place[int(label)] for label in found]
            for total, each in zip((within, all_), counted(self.promise, queue, self.account, ran), strict=True):
                total[:, at] += np.add.reduceat(each, first, axis=1)
        return Sums(within, all_)


class _Rolling(Windows):
    """Windows that overlap, of one queue: with contacts open at the start, and with what was measured before."""

    def __init__(self, promise: Promise, account: Account, grid: TimeGrid) -> None:
        self.promise, self.account = promise, account
        (self.queue,) = promise.queues
        self.windows = tuple(rolling_windows(self.queue, account, grid))
        self.place = {window.first_date: n for n, window in enumerate(self.windows)}
        self.of_a_row = [round(row.contacts) for row in sorted(self.queue.backlog, reverse=True)]

    def column(self, row: SlaResult) -> int:
        return self.place[row.window_date]

    def inside(self, row: SlaResult) -> float:
        return 1.0

    def sums(self, ran: Simulated) -> Sums:
        target = self.queue.target
        assert isinstance(target, DeferredTarget)
        came = counted(self.promise, self.queue, self.account, ran)
        before = [_with_replies(each, 1.0, target) for each in ran.counted_before(self.queue.id)]
        return Sums(*(self._summed(came[i], before[i], i) for i in (0, 1)))

    def _summed(self, came: Floats, before: Floats, which: int) -> Floats:
        # by window ``[R, W]``; what was told is contacts counted, then in time
        found = []
        for w in self.windows:
            waiting = np.repeat(w.waiting, self.of_a_row)
            found.append(came[:, w.inside].sum(axis=1) + before[:, waiting].sum(axis=1) + w.told[1 - which])
        return np.stack(found, axis=1) if found else np.zeros((len(came), 0))
