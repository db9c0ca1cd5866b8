"""Promises held against what is delivered: every clause over every window of its market's clock (C7, C13)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime

import numpy as np

from planner.domain.account import Account
from planner.domain.arrays import Floats, Ints
from planner.domain.evaluation import Basis, SlaResult
from planner.domain.grid import TimeGrid, zone_info
from planner.domain.queues import Queue
from planner.domain.targets import Formula, LiveTarget, Window
from planner.domain.windows import first_date, labels, stretches
from planner.evaluation.absence import Absence
from planner.evaluation.measures import Counts, Luck
from planner.queueing import chance_of

ROUNDING = 1e-9
"""Levels are compared unrounded; this much below the target is arithmetic, not service."""

Measure = Callable[[Queue, Formula | None, float], "tuple[Counts, Counts | None]"]
"""Contacts counted and within for a queue, formula (None: deferred) and threshold: expected ``[T]`` and by scenario ``[K, T]``."""

Draw = Callable[[Queue, Formula, float, float], Luck]
"""How counts of a live queue vary when rates are known, for formula, threshold and target level ``[T]``."""


@dataclass(frozen=True, kw_only=True)
class Promise:
    """A level over a window for one or several queues together, each within its own threshold or `within_s`."""

    clause: str
    queues: tuple[Queue, ...]
    level: float
    window: Window
    formula: Formula | None
    within_s: float | None = None


def promises(account: Account) -> Iterator[Promise]:
    """Yield what is reported on, in order: per queue its own target, its days and the whole horizon; then the contract's clauses.

    Rows of a queue's own are named by its id and told apart by their window; the one its target names is the promise, the
    others are there to look at.
    """
    for queue in account.queues:
        target = queue.target
        formula = target.formula if isinstance(target, LiveTarget) else None
        for window in dict.fromkeys((target.window, Window.DAY, Window.CONTRACT)):
            yield Promise(clause=queue.id, queues=(queue,), level=target.level, window=window, formula=formula)
    for clause in account.contract.clauses:
        queues = tuple(account.queue(id) for id in clause.queues)
        live = any(queue.channel.live for queue in queues)
        yield Promise(
            clause=clause.id,
            queues=queues,
            level=clause.level,
            window=clause.window,
            formula=clause.formula if live else None,
            within_s=clause.within_s,
        )


def hold_against(
    promise: Promise, account: Account, grid: TimeGrid, measure: Measure, draw: Draw, away: Absence, basis: Basis
) -> Iterator[SlaResult]:
    """Yield the result of `promise` over each of its windows, in order of time; `basis` is the law behind `measure`.

    Queues are weighted by the contacts counted. Windows are cut on each queue's own market's clock, and the same local window of
    several markets is added up. Intervals nothing is expected in are no windows of their own; other windows without contacts have
    no level (C3). `probability` is the chance that the window's own count reaches the target, averaged over the scenarios with contacts
    in it, with those `away` drawn for each; deferred work has no luck of the draw. Where queues are held to thresholds of their own, the
    longest is shown.
    """
    found = _starts(promise, account, grid)
    columns = {label: n for n, label in enumerate(sorted(found))}
    expected, scenarios = np.zeros((2, 1, len(columns))), None
    luck = np.zeros((3, len(columns)))
    worth: list[tuple[int, Ints, Floats]] = []
    everywhere = True
    for queue in promise.queues:
        formula = promise.formula if queue.channel.live else None
        mean, futures = measure(queue, formula, _threshold(promise, queue))
        numbers = labels(promise.window, account.market(queue.market).zone, grid)
        at = [columns[label] for label in np.unique(numbers).tolist()]
        expected[:, :, at] += _sums(mean, numbers)
        if futures is None:
            everywhere = False
        else:
            sums = _sums(futures, numbers)
            scenarios = np.zeros((2, sums.shape[1], len(columns))) if scenarios is None else scenarios
            scenarios[:, :, at] += sums
            if formula is not None:
                drawn = draw(queue, formula, _threshold(promise, queue), promise.level)
                luck[:2, at] += _by_window(np.stack([drawn.alone, drawn.varied]), numbers)
                worth.append((account.queues.index(queue), numbers, drawn.worth))
    chances = np.full(len(columns), np.nan)
    if everywhere and scenarios is not None:
        for label, n in columns.items():
            luck[2, n] = away.of_window([(q, np.where(numbers == label, value, 0.0)) for q, numbers, value in worth])
        chances = _probability(scenarios, expected[0, 0], luck, promise.level)
    longest_s = max(_threshold(promise, queue) for queue in promise.queues)
    for label, n in columns.items():
        counted, within = (float(v) for v in expected[:, 0, n])
        if promise.window is Window.INTERVAL and counted == 0:
            continue
        level = min(1.0, within / counted) if counted > 0 else None
        start, partial = found[label]
        yield SlaResult(
            clause=promise.clause,
            scope=" + ".join(queue.id for queue in promise.queues),
            window=promise.window,
            window_start_utc=start,
            window_date=_date(promise, label, start, account),
            offered=counted,
            within=within,
            level=level,
            formula=promise.formula,
            threshold_s=longest_s,
            target=promise.level,
            met=None if level is None else level >= promise.level - ROUNDING,
            probability=None if np.isnan(chances[n]) or level is None else float(chances[n]),
            basis=basis,
            partial=partial,
        )


def _starts(promise: Promise, account: Account, grid: TimeGrid) -> dict[int, tuple[datetime, bool]]:
    """Start in UTC and partial mark of every window the promise's queues have on the grid, by number."""
    found: dict[int, tuple[datetime, bool]] = {}
    for zone in dict.fromkeys(account.market(queue.market).zone for queue in promise.queues):
        for stretch in stretches(promise.window, zone, grid):
            start, partial = found.get(stretch.label, (stretch.start_utc, False))
            found[stretch.label] = (min(start, stretch.start_utc), partial or stretch.partial)
    return found


def _date(promise: Promise, label: int, start: datetime, account: Account) -> date:
    match promise.window:
        case Window.INTERVAL:
            return start.astimezone(zone_info(account.market(promise.queues[0].market).zone)).date()
        case Window.CONTRACT:
            return account.horizon.start
        case _:
            return first_date(promise.window, label)


def _threshold(promise: Promise, queue: Queue) -> float:
    return queue.target.within_s if promise.within_s is None else promise.within_s


def _sums(counts: Counts, numbers: Ints) -> Floats:
    """Contacts counted and within per window, ``[2, K, W]``, K being 1 for the expected ones."""
    return _by_window(np.stack([np.atleast_2d(counts.counted), np.atleast_2d(counts.within)]), numbers)


def _by_window(values: Floats, numbers: Ints) -> Floats:
    first = np.unique(numbers, return_index=True)[1]
    sums: Floats = np.add.reduceat(values, first, axis=-1)
    return sums


def _probability(sums: Floats, expected: Floats, luck: Floats, level: float) -> Floats:
    """Chance ``[W]`` that the count of a window reaches `level`, averaged over the scenarios with contacts; NaN where none has any.

    `sums` ``[2, K, W]`` counted and within by scenario, `expected` ``[W]`` counted, `luck` ``[3, W]`` variances at the expected rate: of
    contacts alone and as they are, taken to grow with the contacts of a scenario, and of those away, with their square.
    """
    counted, within = sums
    chances = np.full(counted.shape[1], np.nan)
    for w in range(counted.shape[1]):
        some = counted[:, w] > 0
        if not some.any():
            continue
        n, reached = counted[some, w], within[some, w]
        if luck[1, w] > 0 and expected[w] > 0:
            times = n / expected[w]
            alone, varied = luck[:2, w, None] * times
            chances[w] = chance_of(n, reached / n, alone, varied + luck[2, w] * times**2, level).mean()
        else:
            chances[w] = (reached >= (level - ROUNDING) * n).mean()
    return chances
