"""Accounts with history by hand, for tests of demand."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import numpy as np

from planner.domain.account import Account, Horizon, Settings
from planner.domain.grid import local_clock
from planner.domain.history import Series, Tables
from planner.domain.queues import Channel, HolidayPolicy, Market, OpeningHours, OpenSpan, Queue, Volume, VolumeSource
from planner.domain.targets import DeferredTarget, LiveTarget

ALWAYS = OpeningHours(tuple(OpenSpan(day, 0, 1440) for day in range(7)))
OFFICE = OpeningHours(tuple(OpenSpan(day, 480, 1080) for day in range(5)), HolidayPolicy.CLOSED)


def market(
    *, zone: str = "Europe/London", opening: OpeningHours = ALWAYS, holidays: tuple[date, ...] = (), id: str = "m"
) -> Market:
    return Market(
        id=id, country="GB", zone=zone, language="en", opening=opening, holidays=tuple((d, "holiday") for d in holidays)
    )


def queue(id: str = "q", *, channel: Channel = Channel.VOICE, opening: OpeningHours = ALWAYS, **more: Any) -> Queue:
    target = LiveTarget(level=0.8, within_s=20) if channel.live else DeferredTarget(level=0.9, within_s=86_400)
    given: dict[str, Any] = {"market": "m", "language": "en", "aht_s": 300.0, "target": target, **more}
    return Queue(id=id, channel=channel, opening=opening, **given)


def series(
    id: str,
    rate: Callable[[np.ndarray, np.ndarray, np.ndarray], np.ndarray],
    *,
    zone: str = "Europe/London",
    first: date,
    last: date,
    interval_s: int = 1800,
    aht_s: float = np.nan,
    keep: Callable[[np.ndarray, np.ndarray, np.ndarray], np.ndarray] | None = None,
) -> Series:
    """Counts ``rate(day, weekday, minute)`` on the wall clock of `zone`, for local days `first` to before `last`; `keep` drops records."""
    low = int(datetime(first.year, first.month, first.day, tzinfo=UTC).timestamp()) - 86_400
    high = int(datetime(last.year, last.month, last.day, tzinfo=UTC).timestamp()) + 86_400
    start = np.arange(low // interval_s * interval_s, high, interval_s, dtype=np.int64)
    clock = local_clock(zone, start)
    epoch = date(1970, 1, 1)
    inside = (clock.day >= (first - epoch).days) & (clock.day < (last - epoch).days)
    if keep is not None:
        inside &= keep(clock.day, clock.weekday, clock.minute)
    counts = rate(clock.day, clock.weekday, clock.minute).astype(float)[inside]
    return Series(id=id, interval_s=interval_s, start_s=start[inside], counts=counts, aht_s=np.full(int(inside.sum()), aht_s))


def account(
    *,
    history: tuple[Series, ...] = (),
    drivers: tuple[Series, ...] = (),
    queues: tuple[Queue, ...] | None = None,
    markets: tuple[Market, ...] | None = None,
    start: date = date(2026, 11, 9),
    days: int = 7,
    interval_s: int = 900,
    zone: str = "Europe/London",
    scenarios: int = 40,
    seed: int = 7,
    **more: Any,
) -> Account:
    return Account(
        name="Demand",
        currency="USD",
        horizon=Horizon(zone=zone, start=start, days=days, interval_s=interval_s),
        markets=(market(zone=zone),) if markets is None else markets,
        queues=(queue(),) if queues is None else queues,
        sites=(),
        groups=(),
        shift_rules=(),
        settings=Settings(seed=seed, scenarios=scenarios),
        tables=Tables(history=history, drivers=drivers),
        **more,
    )


def wave(day: np.ndarray, weekday: np.ndarray, minute: np.ndarray) -> np.ndarray:
    """A steady queue: 40 contacts a half hour at noon, few at night, half at weekends; always whole."""
    return np.round((22 - 18 * np.cos(2 * np.pi * minute / 1440)) * np.where(weekday < 5, 1.0, 0.5))


def poisson(seed: int, times: float = 1.0) -> Callable[[np.ndarray, np.ndarray, np.ndarray], np.ndarray]:
    rng = np.random.default_rng(seed)
    return lambda day, weekday, minute: rng.poisson(times * wave(day, weekday, minute))


def driven(id: str = "new", *, rate: float, delay_days: tuple[float, ...] = (1.0,), scale: float = 1.0, **more: Any) -> Queue:
    volume = Volume(source=VolumeSource.DRIVER, driver="orders", rate=rate, delay_days=delay_days, scale=scale)
    return queue(id, volume=volume, **more)


def utc(year: int, month: int, day: int, hour: int = 0) -> datetime:
    return datetime(year, month, day, tzinfo=UTC) + timedelta(hours=hour)


def noisy_queues(number: int) -> tuple[tuple[Series, ...], tuple[Queue, ...]]:
    """`number` queues with half a year of half hours each."""
    ids = [f"q{n}" for n in range(number)]
    history = tuple(series(id, poisson(n), first=date(2026, 5, 11), last=date(2026, 11, 9)) for n, id in enumerate(ids))
    return history, tuple(queue(id) for id in ids)
