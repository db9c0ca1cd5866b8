"""A plan judged by simulation: the same promises over the same windows, on a floor that knows nothing of the optimiser."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal

import numpy as np

from planner.domain.account import Account
from planner.domain.arrays import Floats
from planner.domain.demand import Demand
from planner.domain.evaluation import Evaluation, SlaResult
from planner.domain.money import cents
from planner.domain.plan import Plan
from planner.domain.queues import open_intervals
from planner.domain.shifts import ShiftPlan
from planner.domain.simulation import SHARES, SimulatedSla, SimulationReport, WindowKey, key_of
from planner.domain.solve import Progress, Report, StopFlag, no_report
from planner.domain.targets import DeferredTarget, Formula, LiveTarget
from planner.domain.tiers import credit_steps
from planner.evaluation.deferred import measured_arrivals
from planner.evaluation.simulated_windows import Sums, windows_of
from planner.evaluation.sla import Promise, promises
from planner.evaluation.window_law import ROUNDING
from planner.simulation import Estimate, Precision, Simulated, floor_of, ratio, simulate_floor
from planner.simulation.simulated import quantiles_of
from planner.simulation.tally import ANSWERED, GAVE_UP, OFFERED


def simulate(
    plan: Plan,
    *,
    replications: int = 200,
    seed: int | None = None,
    precision: float | None = None,
    workers: int | None = None,
    report: Report = no_report,
    stop: StopFlag | None = None,
) -> SimulationReport:
    """Return what `plan` delivers in `replications` simulated horizons, by the seed of its account unless another is given.

    Levels are those at the expected contacts, as the evaluation computes them; probabilities come from as many replications of the demand
    scenarios. With `precision` (0.005: half a point) it ends as soon as every queue's level over the horizon is that sure. `report` is
    told the share done; a `stop` keeps the replications done, and the futures if they have begun. Raises DataError for a number or a seed
    below its least or a precision not above 0.
    """
    return simulate_shifts(
        plan.account,
        plan.demand,
        plan.shifts,
        computed_rows(plan.evaluation),
        replications=replications,
        seed=plan.account.settings.seed if seed is None else seed,
        precision=precision,
        workers=workers,
        report=report,
        stop=stop,
    )


def computed_rows(evaluation: Evaluation) -> tuple[SlaResult, ...]:
    """Return the rows of `evaluation` with the levels that formulas computed, also where simulated ones stand in their place."""
    if evaluation.simulation is None:
        return evaluation.sla
    beside = {key_of(row): row.computed for row in evaluation.simulation.sla}
    return tuple(replace(row, level=beside.get(key_of(row), row.level)) for row in evaluation.sla)


def simulate_shifts(
    account: Account,
    demand: Demand,
    shifts: ShiftPlan,
    computed: tuple[SlaResult, ...] = (),
    *,
    replications: int,
    seed: int,
    precision: float | None = None,
    workers: int | None = None,
    report: Report = no_report,
    stop: StopFlag | None = None,
) -> SimulationReport:
    """Return the same for shifts that are no plan yet; `computed` are the evaluation's results to set beside the simulated ones."""
    asked = None if precision is None else Precision(half_width=precision)
    both = 2 if len(demand.rates) else 1
    ran = simulate_floor(
        floor_of(account, demand, shifts),
        replications=replications,
        seed=seed,
        precision=asked,
        workers=workers,
        report=_part(report, 0, both),
        stop=stop,
    )
    futures = None
    if len(demand.rates) and not (stop is not None and stop.is_set()):
        floor, tell = floor_of(account, demand, shifts, futures=True), _part(report, 1, both)
        futures = simulate_floor(floor, replications=ran.replications, seed=seed + 1, workers=workers, report=tell, stop=stop)
    sla = simulated_rows(account, demand, computed, ran, futures)
    return _report(account, demand, ran, seed, 0 if futures is None else futures.replications, sla)


def simulated_rows(
    account: Account, demand: Demand, computed: tuple[SlaResult, ...], ran: Simulated, futures: Simulated | None = None
) -> tuple[SimulatedSla, ...]:
    """Return what `ran` says of every promise and window of `computed`, in their order, and with `futures` how likely each is kept."""
    beside = {key_of(r): r for r in computed}
    held = [row for promise in promises(account) for row in _held(promise, account, demand, ran, futures, beside)]
    place = {key: n for n, key in enumerate(beside)}
    return tuple(sorted(held, key=lambda row: place[key_of(row)]))


def _part(report: Report, done: int, of: int) -> Report:
    """Progress of one of several runs as that of all together."""
    return lambda p: report(Progress(stage=p.stage, share=None if p.share is None else (done + p.share) / of))


def _held(
    promise: Promise,
    account: Account,
    demand: Demand,
    ran: Simulated,
    futures: Simulated | None,
    beside: dict[WindowKey, SlaResult],
) -> Iterator[SimulatedSla]:
    # the rows of the evaluation for this promise, each with what was simulated; virtual waits are not
    rows = [r for r in beside.values() if r.clause == promise.clause and r.window is promise.window]
    if promise.formula is Formula.VIRTUAL or not rows:
        return
    windows = windows_of(promise, account, demand.grid)
    expected = windows.sums(ran)
    drawn = None if futures is None else windows.sums(futures)
    for row in rows:
        w = windows.column(row)
        level = ratio(expected.within[:, w], expected.counted[:, w])
        told = _row(row, level, None if drawn is None else _chance(drawn, w, promise.level))
        if drawn is not None and promise.tiers:
            told = replace(told, expected_credit=_credit(drawn, w, promise, windows.inside(row)))
        yield told


def _row(row: SlaResult, level: Estimate, chance: float | None) -> SimulatedSla:
    nothing = np.isnan(level.value)
    return SimulatedSla(
        clause=row.clause,
        scope=row.scope,
        window=row.window,
        window_start_utc=row.window_start_utc,
        window_date=row.window_date,
        level=None if nothing else level.value,
        low=None if nothing else max(0.0, level.low),
        high=None if nothing else min(1.0, level.high),
        target=row.target,
        met=None if nothing else level.value >= row.target - ROUNDING,
        probability=None if nothing else chance,
        computed=row.level,
    )


def _chance(sums: Sums, w: int, target: float) -> float | None:
    came = sums.counted[:, w] > 0
    if not came.any():
        return None
    levels = sums.within[came, w] / sums.counted[came, w]
    return float(np.mean(levels >= target - ROUNDING))


def _credit(sums: Sums, w: int, promise: Promise, inside: float) -> Decimal:
    # the sum over tiers of what falling below each adds, times the share of futures below it; without contacts nothing is owed (C3)
    counted, within = sums.counted[:, w], sums.within[:, w]
    steps = credit_steps(promise.tiers)
    below = [float(np.mean((counted > 0) & (within < (level - ROUNDING) * counted))) for level, _ in steps]
    return cents(Decimal(inside * sum(float(step) * share for share, (_, step) in zip(below, steps, strict=True))))


def _levels(account: Account, ran: Simulated) -> Floats:
    # of live queues, by their own formula ``[Q, T]``; waits that nobody saw to the end are not simulated
    found = np.full((len(account.queues), ran.counts.shape[2]), np.nan)
    for q, queue in enumerate(account.queues):
        if isinstance(queue.target, LiveTarget) and queue.target.formula is not Formula.VIRTUAL:
            within, counted = (each.sum(axis=0, dtype=np.float64) for each in ran.counted(queue.id, queue.target.formula))
            np.divide(within, counted, out=found[q], where=counted > 0)
    return found


def _report(
    account: Account, demand: Demand, ran: Simulated, seed: int, futures: int, sla: tuple[SimulatedSla, ...]
) -> SimulationReport:
    counts = ran.counts.mean(axis=0)
    seen = ran.counts[..., ANSWERED].sum(axis=0) + ran.counts[..., GAVE_UP].sum(axis=0)
    waited = ran.waits.sum(axis=0)
    within = np.zeros(seen.shape)
    for q, queue in enumerate(account.queues):
        formula = Formula.OFFERED if queue.channel.live else None
        within[q] = ran.counted(queue.id, formula)[0].mean(axis=0)
        if isinstance(queue.target, DeferredTarget):  # who had an automatic reply, or is left out of the measure, is not late
            late = counts[q, :, ANSWERED] - within[q]
            measured = measured_arrivals(queue, account.market(queue.market), demand.grid)
            within[q] = counts[q, :, ANSWERED] - late * measured * (1 - queue.target.answered_at_once)
    waits_s = np.stack([quantiles_of(ran.bins[q], SHARES) for q in range(len(ran.lines))], axis=1)
    # nothing to tell where a queue is closed and nobody comes (C3)
    told = demand.expected | (counts[..., OFFERED] > 0)
    for q, queue in enumerate(account.queues):
        told[q] |= open_intervals(queue, account.market(queue.market), demand.grid)
    seats = (ran.seats + ran.overrun).mean(axis=0)
    return SimulationReport(
        queues=ran.lines,
        groups=ran.pools,
        grid=demand.grid,
        replications=ran.replications,
        seed=seed,
        futures=futures,
        offered=np.where(told, counts[..., OFFERED], np.nan),
        answered=np.where(told, counts[..., ANSWERED], np.nan),
        within=np.where(told, within, np.nan),
        abandoned=np.where(told, counts[..., GAVE_UP], np.nan),
        level=np.where(told, _levels(account, ran), np.nan),
        mean_wait_s=np.divide(waited, seen, out=np.full(seen.shape, np.nan), where=seen > 0),
        waits_s=waits_s,
        occupancy=np.divide(ran.busy.mean(axis=0), seats, out=np.full(seats.shape, np.nan), where=seats > 0),
        open=ran.open,
        oldest_s=ran.oldest_s,
        overdue=ran.overdue,
        queue_waits_s=quantiles_of(ran.bins.sum(axis=1), SHARES),
        sla=sla,
    )
