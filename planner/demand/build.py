"""Forecast every queue of an account onto the plan's grid, with equally likely futures."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from forecasts import (
    QUEUE_CORRELATION,
    SeriesForecast,
    Spread,
    counts,
    day_factors,
    forecast_series,
    negative_binomial_quantiles,
    queue_correlation,
    shared_mood,
)
from planner.demand.drivers import driven_contacts, driver_days, horizon_days, known_totals
from planner.demand.handling import hourly_aht
from planner.demand.past import Past, driver_events, event_factors, events_of, holiday_numbers, past_of
from planner.demand.planned import following, follows, whole_counts, words
from planner.demand.slots import SlotMap
from planner.demand.sources import check_sources, nothing_open, series_of
from planner.demand.workload import Journeys, Worked
from planner.domain.account import Account
from planner.domain.arrays import Bools, Floats, Ints
from planner.domain.demand import Demand, ForecastChoice
from planner.domain.grid import utc_seconds
from planner.domain.planned_journeys import has_journeys
from planner.domain.planned_work import batch_contacts
from planner.domain.queues import Queue, VolumeSource, open_intervals
from planner.domain.solve import Progress, Report, no_report
from planner.errors import DataError, Problem

LEVELS = (0.1, 0.5, 0.9)
_BEYOND = 0.01  # a share of history outside opening hours from which the desk evidently took contacts then


@dataclass(frozen=True, eq=False, kw_only=True)
class _QueueForecast:
    """One queue on the plan's grid: contacts and AHT ``[T]`` (NaN where none can arrive), spread per grid interval, error in the past.

    `usual` are the contacts without events of the horizon; `recorded_aht` tells that the level of `aht_s` is what history recorded."""

    expected: Bools
    contacts: Floats
    usual: Floats
    aht_s: Floats
    recorded_aht: bool
    spread: Spread
    choice: ForecastChoice
    mood: str  # series whose busy-day factor the queue follows
    error_day: Ints
    error: Floats
    certain: bool = False  # the same in every future


def forecast_demand(account: Account, report: Report = no_report) -> Demand:
    """Return the demand of `account`: contacts, handling times, quantiles 0.1, 0.5 and 0.9 and `settings.scenarios` futures.

    Each queue with history is forecast by the method with the least error on its own past (`Demand.choices` says which and why), on its
    market's clock and at its history's interval; a driven queue from the forecast of its driver. Only records that ended before the horizon
    count. Raises DataError naming every queue without a usable series.
    """
    check_sources(account)
    found: list[_QueueForecast] = []
    problems: list[Problem] = []
    drivers: dict[object, tuple[Past, SeriesForecast]] = {}
    for number, queue in enumerate(account.queues):
        report(Progress(stage="forecast", share=number / len(account.queues)))
        try:
            found.append(_forecast(account, queue, drivers))
        except DataError as error:
            problems.extend(error.problems)
    if problems:
        raise DataError(problems)
    report(Progress(stage="forecast", share=1.0))
    return _demand(account, found)


def _forecast(account: Account, queue: Queue, drivers: dict[object, tuple[Past, SeriesForecast]]) -> _QueueForecast:
    match queue.volume.source:
        case VolumeSource.DRIVER:
            return _driven(account, queue, drivers)
        case VolumeSource.NONE:
            return _nothing_of_its_own(account, queue, "no contacts of its own, only what other queues send")
        case VolumeSource.QUEUE:
            return _nothing_of_its_own(account, queue, words(queue))
        case VolumeSource.GIVEN:
            return _given(account, queue)
        case _:
            return _from_history(account, queue)


def _given(account: Account, queue: Queue) -> _QueueForecast:
    market, grid = account.market(queue.market), account.grid
    contacts = batch_contacts(queue.volume.batches, market.zone, grid) * queue.volume.scale
    named = tuple(event for event in account.events if queue.id in event.queues)  # what moves customers does not move a plan
    planned = contacts * event_factors(named, grid.epoch_s, grid.interval_s)
    nothing = _nothing_of_its_own(account, queue, words(queue))
    return replace(nothing, contacts=planned, usual=contacts, certain=True)


def _nothing_of_its_own(account: Account, queue: Queue, why: str) -> _QueueForecast:
    market, grid = account.market(queue.market), account.grid
    expected = np.ones(grid.size, dtype=np.bool_) if not queue.channel.live else open_intervals(queue, market, grid)
    by_hour, recorded, said = hourly_aht(
        account.tables.history_of(queue.id), queue=queue, market=market, before_s=utc_seconds(grid.start_utc)
    )
    nothing = np.where(expected, 0.0, np.nan)
    reason = f"{why}; {said}"
    return _QueueForecast(
        expected=expected,
        contacts=nothing,
        usual=nothing,
        aht_s=np.where(expected, by_hour[grid.clock(market.zone).minute // 60], np.nan),
        recorded_aht=recorded,
        spread=Spread(noise=0.0),
        choice=ForecastChoice(queue=queue.id, model="none", reason=reason),
        mood=f"queue {queue.id}",
        error_day=np.zeros(0, dtype=np.int64),
        error=np.zeros(0),
    )


def _from_history(account: Account, queue: Queue) -> _QueueForecast:
    market, grid = account.market(queue.market), account.grid
    series = series_of(account, queue)
    events = events_of(account.events, queue.id)
    closed_for = queue if queue.channel.live else None
    past = past_of(series, market=market, before_s=utc_seconds(grid.start_utc), events=events, closed_for=closed_for)
    if past.matrix is None:
        raise DataError(nothing_open(queue))
    slots = SlotMap(queue=queue, market=market, grid=grid, interval_s=past.interval_s, phase_s=past.phase_s)
    holidays = np.isin(slots.days, holiday_numbers(market))
    ahead = forecast_series(
        past.matrix,
        days=slots.days,
        holidays=holidays,
        wanted=slots.wanted,
        spread_block=_block(past.interval_s, grid.interval_s),
    )
    contacts = slots.to_grid(ahead.means, gather=past.outside_share < _BEYOND)
    notes = [ahead.reason]
    if past.outside_share > 0:
        notes.append(f"{past.outside_share:.1%} of the recorded contacts lie outside opening hours and are left out")
    later = int((series.start_s + series.interval_s > utc_seconds(grid.start_utc)).sum())
    if later:
        notes.append(f"{later:,} rows from the horizon's start on are left out")
    return _finish(account, queue, slots, contacts, past, ahead, notes, model=ahead.model, mood=f"queue {queue.id}")


def _driven(account: Account, queue: Queue, known: dict[object, tuple[Past, SeriesForecast]]) -> _QueueForecast:
    market, grid, volume = account.market(queue.market), account.grid, queue.volume
    series = series_of(account, queue)
    events = driver_events(account, volume.driver)
    past = past_of(series, market=market, before_s=utc_seconds(grid.start_utc), events=events)
    if past.matrix is None:
        raise DataError(nothing_open(queue))
    slots = SlotMap(queue=queue, market=market, grid=grid, interval_s=past.interval_s, phase_s=past.phase_s)
    days = driver_days(slots)
    key = (volume.driver, market.id, int(days[0]))
    if key not in known:
        wanted = horizon_days(slots, days)[:, None] & past.matrix.recorded.any(axis=0)
        known[key] = (
            past,
            forecast_series(
                past.matrix,
                days=days,
                holidays=np.isin(days, holiday_numbers(market)),
                wanted=wanted,
                spread_block=_block(past.interval_s, grid.interval_s),
            ),
        )
    past, ahead = known[key]
    # Orders already placed count as they are, events and all; only what is still to come is forecast.
    placed = past_of(series, market=market, before_s=utc_seconds(grid.start_utc), events=()).matrix
    assert placed is not None  # check_sources saw rows before the horizon
    totals = known_totals(placed, ahead, days)
    contacts = driven_contacts(slots, days=days, totals=totals, means=ahead.means)
    notes = [
        f"{volume.rate:g} contacts per unit of {volume.driver}, on the same and the next {len(volume.delay_days) - 1} days"
        if len(volume.delay_days) > 1
        else f"{volume.rate:g} contacts per unit of {volume.driver}, the same day"
    ]
    if not slots.expected.all():
        notes.append("in the driver's own daily shape over opening hours, what falls on closed days on the next open day")
    notes.append(f"{volume.driver}: {ahead.reason}")
    return _finish(
        account, queue, slots, contacts, past, ahead, notes, model=f"driver ({ahead.model})", mood=f"driver {volume.driver}"
    )


def _finish(
    account: Account,
    queue: Queue,
    slots: SlotMap,
    contacts: Floats,
    past: Past,
    ahead: SeriesForecast,
    notes: list[str],
    *,
    model: str,
    mood: str,
) -> _QueueForecast:
    market, grid = account.market(queue.market), account.grid
    expected = slots.expected[slots.inside]
    events = events_of(account.events, queue.id)
    factor = event_factors(events, grid.epoch_s, grid.interval_s)
    usual = contacts[slots.inside] * queue.volume.scale
    mean = contacts[slots.inside] * queue.volume.scale * factor
    if past.events:
        notes.append(f"{past.events} past event{'s' * (past.events != 1)} taken out of the history")
    if queue.volume.scale != 1:
        notes.append(f"times {queue.volume.scale:g}")
    by_hour, recorded_aht, said = hourly_aht(
        account.tables.history_of(queue.id), queue=queue, market=market, before_s=utc_seconds(grid.start_utc)
    )
    notes.append(said)
    aht = by_hour[grid.clock(market.zone).minute // 60]
    per_grid = ahead.spread.at(grid.interval_s / (past.interval_s * _block(past.interval_s, grid.interval_s)))
    return _QueueForecast(
        expected=expected,
        contacts=np.where(expected, mean, np.nan),
        usual=np.where(expected, usual, np.nan),
        aht_s=np.where(expected, aht, np.nan),
        recorded_aht=recorded_aht,
        spread=per_grid,
        choice=ForecastChoice(queue=queue.id, model=model, reason="; ".join(notes), wape=ahead.wape),
        mood=mood,
        error_day=ahead.error_day,
        error=ahead.error,
    )


def _block(history_s: int, grid_s: int) -> int:
    """Slots of history in one grid interval, 1 where they do not fill it evenly or are longer."""
    return grid_s // history_s if grid_s % history_s == 0 else 1


def _demand(account: Account, found: list[_QueueForecast]) -> Demand:
    grid, futures, seed = account.grid, account.settings.scenarios, account.settings.seed
    shape = (len(found), grid.size)
    expected = np.array([f.expected for f in found]).reshape(shape)
    contacts = np.array([f.contacts for f in found]).reshape(shape)
    aht_s = np.array([f.aht_s for f in found]).reshape(shape)
    rates = _rates(account, found, futures)
    worked: Worked | None = None
    if has_journeys(account):
        usual = np.array([f.usual for f in found]).reshape(shape)
        journeys = Journeys(account, expected, usual, np.array([f.recorded_aht for f in found]))
        worked = journeys.expect(contacts, aht_s)
        contacts, aht_s, rates = worked.contacts, worked.aht_s, journeys.futures(rates)
    for q, queue in enumerate(account.queues):
        if follows(queue):
            other = [each.id for each in account.queues].index(queue.volume.queue)
            contacts = _with_row(contacts, q, contacts[q] + following(account, queue, contacts[other], contacts[other]))
            rates = _with_row(rates, q, rates[:, q] + following(account, queue, rates[:, other], contacts[other]))
    quantiles = np.full((len(LEVELS), *shape), np.nan)
    scenarios = np.full((futures, *shape), np.nan)
    for q, (queue, f) in enumerate(zip(account.queues, found, strict=True)):
        there = np.flatnonzero(f.expected)
        if f.certain and np.array_equal(contacts[q], f.contacts):
            quantiles[:, q, there], scenarios[:, q, there] = contacts[q], whole_counts(contacts[q], futures)
            continue
        quantiles[:, q, there] = negative_binomial_quantiles(contacts[q, there], f.spread.noise_and_day, LEVELS)
        scenarios[:, q, there] = counts(rates=rates[:, q, there], noise=f.spread.noise, seed=seed, series=queue.id)
    return Demand(
        queues=tuple(q.id for q in account.queues),
        grid=grid,
        expected=expected,
        contacts=contacts,
        aht_s=aht_s,
        levels=LEVELS,
        quantiles=quantiles,
        scenarios=scenarios,
        rates=rates,
        choices=tuple(_told(f, worked) for f in found),
        workload=() if worked is None else worked.workload,
    )


def _with_row(values: Floats, q: int, row: Floats) -> Floats:
    changed = values.copy()
    changed[..., q, :] = row
    return changed


def _rates(account: Account, found: list[_QueueForecast], futures: int) -> Floats:
    """Return the volume ``[K, Q, T]`` of every future: the mean times the day's factor."""
    grid, seed = account.grid, account.settings.seed
    rates = np.full((futures, len(found), grid.size), np.nan)
    correlation = _correlation(found)
    # Local days of any zone lie within one day of the grid's days in UTC, so the draws do not depend on the other queues' zones.
    first = int(grid.epoch_s[0]) // 86_400 - 1
    mood = shared_mood(seed=seed, futures=futures, days=int(grid.epoch_s[-1]) // 86_400 + 2 - first)
    for q, (queue, f) in enumerate(zip(account.queues, found, strict=True)):
        there = np.flatnonzero(f.expected)
        factors = day_factors(mood=mood, spread=f.spread, correlation=correlation, seed=seed, series=f.mood)
        if f.certain:
            factors = np.ones(factors.shape)
        day = grid.clock(account.market(queue.market).zone).day[there] - first
        rates[:, q, there] = factors[:, day] * f.contacts[there]
    return rates


def _told(found: _QueueForecast, worked: Worked | None) -> ForecastChoice:
    reason = f"{found.choice.reason}; busy days vary by {found.spread.day_cv:.0%}"
    if worked is not None and found.choice.queue in worked.notes:
        reason += f"; {worked.notes[found.choice.queue]}"
    return replace(found.choice, reason=reason)


def _correlation(found: list[_QueueForecast]) -> float:
    tested: dict[str, _QueueForecast] = {f.mood: f for f in found if len(f.error)}
    measured = queue_correlation([f.error_day for f in tested.values()], [f.error for f in tested.values()])
    return QUEUE_CORRELATION if measured is None else measured
