"""Promises held against what is delivered: every clause over every window of its market's clock (C7, C13)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal

import numpy as np

from planner.domain.account import Account
from planner.domain.arrays import Floats, Ints
from planner.domain.evaluation import Basis, SlaResult
from planner.domain.grid import TimeGrid, zone_info
from planner.domain.money import cents
from planner.domain.queues import Queue
from planner.domain.targets import Formula, LiveTarget, Window
from planner.domain.tiers import Tier, credit_steps
from planner.domain.windows import first_date, labels, share_inside, stretches
from planner.evaluation.absence import Absence
from planner.evaluation.measures import Counts, Luck
from planner.evaluation.window_law import ROUNDING, CreditLaw, WindowLaw

Measure = Callable[[Queue, Formula | None, float], "tuple[Counts, Counts | None]"]
"""Contacts counted and within for a queue, formula (None: deferred) and threshold: expected ``[T]`` and by scenario ``[K, T]``."""

Draw = Callable[[Queue, Formula, float, float], Luck]
"""How counts of a live queue vary when rates are known, for formula, threshold and target level ``[T]``."""


@dataclass(frozen=True, kw_only=True)
class Promise:
    """A level over a window for one or several queues together, each within its own threshold or `within_s`; `tiers` of credits owed."""

    clause: str
    queues: tuple[Queue, ...]
    level: float
    window: Window
    formula: Formula | None
    within_s: float | None = None
    tiers: tuple[Tier, ...] = ()


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
            tiers=clause.tiers,
        )


def hold_against(
    promise: Promise, account: Account, grid: TimeGrid, measure: Measure, draw: Draw, away: Absence, basis: Basis
) -> Iterator[tuple[SlaResult, CreditLaw | None]]:
    """Yield the result of `promise` over each of its windows, in order of time, with the law of what it owes where there are tiers;
    `basis` is the law behind `measure`.

    Queues are weighted by the contacts counted. Windows are cut on each queue's own market's clock, and the same local window of
    several markets is added up. Intervals nothing is expected in are no windows of their own; other windows without contacts have
    no level (C3). `probability` is the chance that the window's own count reaches the target, averaged over the scenarios with contacts
    in it, with those `away` drawn for each; deferred work has no luck of the draw. Expected credits come of the same chances at the tiers'
    levels (`WindowLaw`). Where queues are held to thresholds of their own, the
    longest is shown.
    """
    found = _starts(promise, account, grid)
    columns = {label: n for n, label in enumerate(sorted(found))}
    expected, scenarios = np.zeros((2, 1, len(columns))), None
    steps = credit_steps(promise.tiers)
    levels = (promise.level, *(below for below, _ in steps))
    luck = np.zeros((3, len(columns), len(levels)))
    worth: list[list[tuple[int, Ints, Floats]]] = [[] for _ in levels]
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
                for n, asked in enumerate(levels):
                    drawn = draw(queue, formula, _threshold(promise, queue), asked)
                    luck[:2, at, n] += _by_window(np.stack([drawn.alone, drawn.varied]), numbers)
                    worth[n].append((account.queues.index(queue), numbers, drawn.worth))
    laws: dict[int, WindowLaw] = {}
    if everywhere and scenarios is not None:
        for label, n in columns.items():
            for i, known in enumerate(worth):
                luck[2, n, i] = away.of_window([(q, np.where(numbers == label, value, 0.0)) for q, numbers, value in known])
            laws[label] = WindowLaw(
                counted=scenarios[0, :, n],
                within=scenarios[1, :, n],
                expected=float(expected[0, 0, n]),
                levels=levels,
                luck=luck[:, n],
            )
    zones = {account.market(queue.market).zone for queue in promise.queues}
    longest_s = max(_threshold(promise, queue) for queue in promise.queues)
    for label, n in columns.items():
        counted, within = (float(v) for v in expected[:, 0, n])
        if promise.window is Window.INTERVAL and counted == 0:
            continue
        level = min(1.0, within / counted) if counted > 0 else None
        start, partial = found[label]
        law = laws.get(label)
        chance = np.nan if law is None else law.probability()
        credit = (
            _credit_law(law, steps, share_inside(promise.window, label, zones, grid)) if law is not None and steps else None
        )
        result = SlaResult(
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
            probability=None if np.isnan(chance) or level is None else chance,
            basis=basis,
            partial=partial,
            expected_credit=None if credit is None else cents(Decimal(credit.expected())),
        )
        yield result, credit


def _credit_law(law: WindowLaw, steps: tuple[tuple[float, Decimal], ...], inside: float) -> CreditLaw:
    """The law of a window's credits: that of its tiers' levels, which follow the promised one; of a window cut by the horizon's edge only
    the share `inside` is told, so that plans one after another add up to one credit."""
    return CreditLaw(
        law=replace(law, levels=law.levels[1:], luck=law.luck[:, 1:]),
        steps=tuple(step if inside == 1 else step * Decimal(inside) for _, step in steps),
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
