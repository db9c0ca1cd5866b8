"""What promises ask for in work: contacts that must be answered in time, window by window, however people are shared.

Everything is told of the floor on which plans are judged (:func:`planner.simulation.floor_of`), in expectation over its customers.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from planner.domain.account import Account
from planner.domain.arrays import Bools, Floats, Ints
from planner.domain.demand import Demand
from planner.domain.queues import Queue
from planner.domain.shifts import ShiftPlan
from planner.domain.targets import DeferredTarget, Formula, LiveTarget, Window
from planner.domain.windows import labels
from planner.evaluation.deferred import measured_arrivals
from planner.pooling.work.law import Work
from planner.queueing.patience import Patience
from planner.simulation import Floor, floor_of
from planner.simulation.floor import Line


@dataclass(frozen=True, kw_only=True)
class Asked:
    """One window of one promise, as a sum over queues and intervals: ``sum of worth n >= contacts``, for n contacts done in time.

    `queue` and `interval` ``[N]`` say whose contacts, by when they arrive, `worth` ``[N]`` how far each one helps.
    """

    name: str
    queue: Ints
    interval: Ints
    worth: Floats
    contacts: float


@dataclass(frozen=True, kw_only=True)
class Desk:
    """Everything the bound needs of an account: the empty `floor`, the queues' `works`, which groups take which queue, `serves`
    ``[G, Q]``, the contacts expected ``[Q, T]`` (zero where closed), for deferred queues the interval by whose end arrivals are due at the
    latest, `due` ``[Q, T]`` (the number of intervals where that may be after the last one), and what is `asked`, every promised level
    `points` lower."""

    floor: Floor
    works: tuple[Work, ...]
    serves: Bools
    contacts: Floats
    due: Ints
    asked: tuple[Asked, ...]
    points: float = 0.0


def desk_of(account: Account, demand: Demand, *, points: float = 0.0) -> Desk:
    """Return what `account` promises for `demand` as work; every promised level is taken `points` (0.01 is one point) lower.

    Promises over rolling windows are left out, of which days before tell a part, virtual waits, and shares of the contacts answered
    alone: a desk that answers nobody misses none of these.
    """
    nobody = ShiftPlan(grid=demand.grid, shifts=(), tours=())
    floor = floor_of(account, demand, nobody)
    serves, slow, fast = _links(floor)
    works = tuple(_work(line, float(slow[q]), float(fast[q]), _longest_wait(account, q)) for q, line in enumerate(floor.lines))
    contacts = np.array([line.contacts for line in floor.lines])
    due = np.array([_due(line, floor) for line in floor.lines])
    asked = [one for promise in _promises(account) for one in _windows(promise, account, demand, floor, due, points)]
    return Desk(floor=floor, works=works, serves=serves, contacts=contacts, due=due, asked=tuple(asked), points=points)


@dataclass(frozen=True, kw_only=True)
class _Promise:
    name: str
    queues: tuple[int, ...]
    level: float
    window: Window
    formula: Formula | None
    within_s: float | None


def _promises(account: Account) -> Iterator[_Promise]:
    # what must be kept: the contract's clauses, and each queue's own target where none covers it
    row = {queue.id: q for q, queue in enumerate(account.queues)}
    for clause in account.contract.clauses:
        yield _Promise(
            name=clause.id,
            queues=tuple(row[id] for id in clause.queues),
            level=clause.level,
            window=clause.window,
            formula=clause.formula,
            within_s=clause.within_s,
        )
    covered = {id for clause in account.contract.clauses for id in clause.queues}
    for q, queue in enumerate(account.queues):
        target = queue.target
        if queue.id not in covered:
            formula = target.formula if isinstance(target, LiveTarget) else None
            yield _Promise(name=queue.id, queues=(q,), level=target.level, window=target.window, formula=formula, within_s=None)


def _judged(promise: _Promise) -> bool:
    return promise.window is not Window.ROLLING and promise.formula not in (Formula.VIRTUAL, Formula.ANSWERED)


def _lowered(promise: _Promise, points: float) -> float:
    return max(promise.level - points, 0.0)


def _longest_wait(account: Account, q: int) -> float:
    # the longest wait that any promise counts as in time
    own = account.queues[q].target.within_s
    waits = [own if p.within_s is None else p.within_s for p in _promises(account) if q in p.queues and _judged(p)]
    return float(max(waits, default=own)) if account.queues[q].channel.live else 0.0


def _links(floor: Floor) -> tuple[Bools, Floats, Floats]:
    # who takes what ``[G, Q]``; per queue the least and the most seconds of work that one agent does on one contact in a second ``[Q]``
    pools = {pool.id: g for g, pool in enumerate(floor.pools)}
    lines = {line.id: q for q, line in enumerate(floor.lines)}
    factors = np.full((len(pools), len(lines)), np.nan)
    for link in floor.links:
        factors[pools[link.pool], lines[link.line]] = link.handling
    serves = ~np.isnan(factors)
    longest = np.where(serves, factors, -np.inf).max(axis=0, initial=-np.inf)
    shortest = np.where(serves, factors, np.inf).min(axis=0, initial=np.inf)
    any_ = serves.any(axis=0)
    return serves, 1.0 / np.where(any_, longest, 1.0), 1.0 / np.where(any_, shortest, 1.0)


def _work(line: Line, slow: float, fast: float, within_s: float) -> Work:
    speeds = np.array(line.speeds)
    return Work(
        law=line.law,
        cv=line.cv,
        mean_s=line.aht_s,
        slow=slow * float(speeds.min()),
        fast=fast * float(speeds.max()),
        rate=fast * float((speeds * np.arange(1, len(speeds) + 1)).max()),
        most=line.together,
        within_s=within_s,
    )


def _due(line: Line, floor: Floor) -> Ints:
    # by the end of which interval the last arrival of each is due, never before that of an earlier one
    if line.live:
        return np.arange(floor.size, dtype=np.int64)
    ends = np.arange(1, floor.size + 1, dtype=np.float64) * floor.interval_s
    due = _due_of(line, ends)
    found = np.where(due > floor.horizon_s, floor.size, np.ceil(due / floor.interval_s).astype(np.int64) - 1)
    return np.maximum.accumulate(np.clip(found, 0, floor.size))


def _due_of(line: Line, at_s: Floats) -> Floats:
    return line.due_s(at_s) if callable(line.due_s) else at_s + line.due_s


def _windows(promise: _Promise, account: Account, demand: Demand, floor: Floor, due: Ints, points: float) -> Iterator[Asked]:
    if not _judged(promise):
        return
    level = _lowered(promise, points)
    parts: dict[int, list[tuple[int, Ints, Floats]]] = {}
    total: dict[int, float] = {}
    for q in promise.queues:
        queue, line = account.queues[q], floor.lines[q]
        worth, counted = _terms(queue, line, floor, promise, level)
        numbers = labels(promise.window, account.market(queue.market).zone, demand.grid)
        came = (line.contacts > 0) & measured_arrivals(queue, account.market(queue.market), demand.grid)
        for number in np.unique(numbers[came]).tolist():
            at = np.flatnonzero(came & (numbers == number))
            parts.setdefault(number, []).append((q, at, worth[at]))
            total[number] = total.get(number, 0.0) + float(counted[at] @ line.contacts[at])
    for number, own in parts.items():
        if total[number] > 0:
            yield Asked(
                name=promise.name,
                queue=np.concatenate([np.full(len(at), q, dtype=np.int64) for q, at, _ in own]),
                interval=np.concatenate([at for _, at, _ in own]),
                worth=np.concatenate([worth for _, _, worth in own]),
                contacts=total[number],
            )


def _terms(queue: Queue, line: Line, floor: Floor, promise: _Promise, level: float) -> tuple[Floats, Floats]:
    """What a contact done in time is worth and what each expected one asks for, by interval of arrival ``[T]`` each.

    With n contacts in time of N counted a promise asks for ``n - level N >= 0``. Contacts that are counted only when they are done ask for
    nothing, and bring ``1 - level``: deferred work due after the horizon, and callers who never give up and come when the line does not
    open again. Callers who hang up in time, whom a formula credits or leaves out, are as many as are so impatient. Whoever calls again is
    one more to be counted: in time it brings ``1 - level`` (`again_of`). The share of deferred work that an automatic reply answers is in
    time by itself.
    """
    size = floor.size
    target = queue.target
    if isinstance(target, DeferredTarget):
        at_once = target.answered_at_once
        edges = np.arange(size + 1, dtype=np.float64) * floor.interval_s
        first, last = (_due_of(line, at) > floor.horizon_s for at in (edges[:-1], edges[1:]))
        worth = (1.0 - at_once) * np.where(first, 1.0 - level, 1.0)
        return worth, np.where(last, -at_once * (1.0 - level), level - at_once)
    within_s = target.within_s if promise.within_s is None else promise.within_s
    hangs_up = 0.0 if line.patience is None else 1.0 - float(np.asarray(line.patience.survival(within_s)))
    asked = level
    if promise.formula is Formula.CREDITING_SHORT_ABANDONS:
        asked = level - hangs_up
    elif promise.formula is Formula.EXCLUDING_SHORT_ABANDONS:
        asked = level * (1.0 - hangs_up)
    counted, worth = np.full(size, asked), np.ones(size)
    if _waits_for_ever(line.patience):
        opens = np.flatnonzero(line.open & ~np.r_[bool(line.open[0]), line.open[:-1]])
        last = np.arange(size) >= (opens[-1] if opens.size else 0)
        counted, worth = np.where(last, np.minimum(counted, 0.0), counted), np.where(last, 1.0 - level, worth)
    return worth, counted


def _waits_for_ever(patience: Patience | None) -> bool:
    if patience is None:
        return True
    curve = patience.curve()
    return curve.scale_s == np.inf and float(curve.steps[1, -1]) > 0


def again_of(desk: Desk, account: Account) -> dict[str, tuple[tuple[int, float, float], ...]]:
    """Return by promise, for each of its queues whose callers call again, its number, what one who does so brings in time, and how many
    do so at most. The level is the promised one less the desk's `points`.

    Of all contacts, first ones N and others R, those who give up are at most what the promise lets be late, ``(1 - level)(N + R)``, where
    it counts all that are offered of one queue, else at most all; the share r of them calls again, each time anew, so that
    ``R <= r give-ups``.
    """
    found = {}
    for promise in _promises(account):
        late, rows = 1.0 - _lowered(promise, desk.points), []
        for q in promise.queues:
            redials = desk.floor.lines[q].redials
            if not _judged(promise) or redials is None or redials.share <= 0:
                continue
            alone = promise.formula is Formula.OFFERED and len(promise.queues) == 1
            part = redials.share * (late if alone else 1.0)
            rows.append((q, late, float(desk.contacts[q].sum()) * part / (1.0 - part)))
        if rows:
            found[promise.name] = tuple(rows)
    return found
