"""Where a promise loses its contacts: those that came too late, by queue and interval."""

from __future__ import annotations

import numpy as np

from planner.domain.account import Account
from planner.domain.arrays import Bools, Floats
from planner.domain.simulation import SimulatedSla
from planner.domain.targets import Window
from planner.domain.windows import first_date, labels
from planner.evaluation.rolling import rolling_windows
from planner.evaluation.simulated_windows import counted
from planner.evaluation.sla import promises
from planner.simulation import Simulated
from planner.simulation.tally import OFFERED


def late(account: Account, row: SimulatedSla, ran: Simulated) -> Floats:
    """Return the contacts ``[Q, T]`` that one agent more could have served in time for the promise of `row`, per replication: those of its
    queues and window that came too late, at most what a person handles in an interval; of deferred work, which waits for no interval, what
    is open while some of it is late."""
    promise = next(p for p in promises(account) if p.clause == row.clause and p.window is row.window)
    found = np.zeros((len(account.queues), account.grid.size))
    for q, at in places(row, account):
        queue = account.queues[q]
        handled = account.grid.interval_s * queue.concurrency / queue.aht_s
        yes, all_ = counted(promise, queue, account, ran)
        if queue.channel.live:
            found[q] = np.minimum((all_ - yes).mean(axis=0) * at, handled)
        else:
            missed = float(((all_ - yes).mean(axis=0) * at).sum())
            found[q] = np.minimum(np.nan_to_num(ran.open[ran.lines.index(queue.id)]), handled) * min(1.0, missed)
    return found


def places(row: SimulatedSla, account: Account) -> list[tuple[int, Bools]]:
    """Return the queues of a promise, by number, each with the intervals ``[T]`` of the row's window on its market's clock."""
    ids = row.scope.split(" + ")
    found = []
    for q, queue in enumerate(account.queues):
        if queue.id not in ids:
            continue
        if row.window is Window.ROLLING:
            own = (w.inside for w in rolling_windows(queue, account, account.grid) if w.first_date == row.window_date)
            found.append((q, next(own)))
            continue
        zone = account.market(queue.market).zone
        numbers = labels(row.window, zone, account.grid)
        if row.window is Window.CONTRACT:
            at = np.ones(len(numbers), dtype=np.bool_)
        elif row.window is Window.INTERVAL:
            at = numbers == round(account.grid.position(row.window_start_utc))
        else:
            those = [n for n in np.unique(numbers).tolist() if first_date(row.window, n) == row.window_date]
            at = np.isin(numbers, those)
        found.append((q, at))
    return found


def done_rows(account: Account, ran: Simulated) -> tuple[SimulatedSla, ...]:
    """Return a row for each deferred queue: the share of its contacts that is done when the horizon ends. It is no promise (its target is
    zero and its scope empty), but what is due after the horizon is nobody's promise either, and still somebody's work."""
    found = []
    for queue in account.queues:
        if queue.channel.live:
            continue
        q = ran.lines.index(queue.id)
        came = ran.counts[:, q, :, OFFERED].sum(axis=1).astype(np.float64) + sum(round(row.contacts) for row in queue.backlog)
        share = 1.0 - float(ran.open[q, -1]) / came.mean() if came.sum() > 0 else None
        found.append(
            SimulatedSla(
                clause=f"{queue.id}: done",
                scope="",
                window=Window.CONTRACT,
                window_start_utc=account.grid.start_utc,
                window_date=account.grid.start_utc.date(),
                level=share,
                low=share,
                high=share,
                target=0.0,
                met=None,
                probability=None,
                computed=None,
            )
        )
    return tuple(found)
