"""Demand end to end: events, drivers, handling times, futures, and what is refused."""

from dataclasses import replace
from datetime import date

import numpy as np
import pytest
from demand_accounts import ALWAYS, OFFICE, account, driven, market, poisson, queue, series, utc, wave

from planner.demand import forecast_demand
from planner.domain.account import Event
from planner.domain.grid import utc_seconds
from planner.domain.history import Series
from planner.domain.queues import Channel, HandlingSource, OpeningHours, OpenSpan, Volume
from planner.domain.solve import Progress
from planner.errors import DataError

FIRST, LAST = date(2026, 5, 4), date(2026, 11, 9)


def steady(id: str = "q", **more: object) -> Series:
    return series(id, wave, first=FIRST, last=LAST, **more)


def noisy(id: str = "q", seed: int = 1, **more: object) -> Series:
    return series(id, poisson(seed), first=FIRST, last=LAST, **more)


def boosted(id: str, factor: float, low: int, high: int) -> Series:
    return series(id, lambda d, w, m: wave(d, w, m) * np.where((d >= low) & (d < high), factor, 1.0), first=FIRST, last=LAST)


def number(day: date) -> int:
    return (day - date(1970, 1, 1)).days


def event(factor: float, start: tuple[int, int, int], end: tuple[int, int, int], *queues: str) -> Event:
    return Event(id=f"e{start}", start_utc=utc(*start), end_utc=utc(*end), factor=factor, queues=queues)


# ---- events and scale


def test_past_events_are_taken_out() -> None:
    clean = forecast_demand(account(history=(steady(),)))
    raised = boosted("q", 3.0, number(date(2026, 11, 2)), number(date(2026, 11, 6)))
    known = forecast_demand(account(history=(raised,), events=(event(3.0, (2026, 11, 2), (2026, 11, 6)),)))
    unknown = forecast_demand(account(history=(raised,)))
    np.testing.assert_allclose(known.contacts, clean.contacts, rtol=1e-9)
    assert unknown.contacts.sum() > 1.1 * clean.contacts.sum()
    assert "1 past event taken out" in known.choices[0].reason


def test_future_events_multiply_the_intervals_and_queues_they_name() -> None:
    plan = account(history=(steady("a"), steady("b")), queues=(queue("a"), queue("b")))
    plain = forecast_demand(plan)
    raised = forecast_demand(replace(plan, events=(event(2.5, (2026, 11, 11), (2026, 11, 12), "a"),)))
    inside = np.arange(plain.grid.size) // 96 == 2
    np.testing.assert_allclose(raised.contacts[0, inside], 2.5 * plain.contacts[0, inside])
    np.testing.assert_allclose(raised.contacts[0, ~inside], plain.contacts[0, ~inside])
    np.testing.assert_allclose(raised.contacts[1], plain.contacts[1])


def test_an_outage_is_no_quiet_day() -> None:
    silent = boosted("q", 0.0, number(date(2026, 11, 4)), number(date(2026, 11, 8)))
    known = forecast_demand(account(history=(silent,), events=(event(0.0, (2026, 11, 4), (2026, 11, 8)),)))
    clean = forecast_demand(account(history=(steady(),)))
    assert np.nansum(known.contacts) == pytest.approx(np.nansum(clean.contacts), rel=0.01)


def test_scale_multiplies_contacts() -> None:
    plain = forecast_demand(account(history=(steady(),)))
    scaled = forecast_demand(account(history=(steady(),), queues=(queue(volume=Volume(scale=0.05)),)))
    np.testing.assert_allclose(scaled.contacts, 0.05 * plain.contacts)


def test_a_constant_queue_is_forecast_exactly() -> None:
    opening = OpeningHours(tuple(OpenSpan(day, 540, 780) for day in range(5)))
    history = series(
        "q",
        lambda d, w, m: np.full(m.shape, 50.0),
        first=date(2026, 9, 14),
        last=LAST,
        interval_s=900,
        keep=lambda d, w, m: (w < 5) & (m >= 540) & (m < 780),
    )
    demand = forecast_demand(account(history=(history,), queues=(queue(opening=opening),), days=1))
    np.testing.assert_allclose(demand.contacts[0, demand.expected[0]], 50, rtol=1e-9)


def test_a_history_that_ends_weeks_before_the_horizon_still_serves() -> None:
    plan = account(history=(steady(),), start=date(2026, 12, 21))
    demand = forecast_demand(plan)
    clock = demand.grid.clock("Europe/London")
    assert demand.contacts[0].sum() == pytest.approx(wave(clock.day, clock.weekday, clock.minute).sum() / 2, rel=0.02)
    assert "the history ends 42 days before the horizon" in demand.choices[0].reason


def test_rows_from_the_horizons_start_on_change_nothing_and_are_told() -> None:
    plan = account(history=(steady(),), start=date(2026, 11, 2))
    found = forecast_demand(plan).choices[0].reason
    before = int((plan.tables.history[0].start_s < utc_seconds(plan.grid.start_utc)).sum())
    assert f"{len(plan.tables.history[0].start_s) - before:,} rows from the horizon's start on are left out" in found


# ---- drivers


def test_driven_contacts_are_rate_times_orders_spread_over_days() -> None:
    orders = series("orders", lambda d, w, m: np.full(m.shape, 20.0), first=FIRST, last=LAST)
    demand = forecast_demand(account(drivers=(orders,), queues=(driven(rate=0.05, delay_days=(0.4, 0.4, 0.2), scale=2),)))
    assert demand.contacts[0].sum() == pytest.approx(7 * 48 * 20 * 0.05 * 2, rel=1e-6)
    assert demand.choices[0].model.startswith("driver")
    assert "0.05 contacts per unit of orders" in demand.choices[0].reason


def test_delays_reach_back_to_orders_already_placed() -> None:
    last_day = number(date(2026, 11, 8))
    orders = series("orders", lambda d, w, m: np.where(d == last_day, 200.0, 20.0), first=FIRST, last=LAST)
    plan = account(drivers=(orders,), queues=(driven(rate=0.1, delay_days=(0.0, 0.0, 1.0)),))
    daily = forecast_demand(plan).contacts[0].reshape(7, 96).sum(axis=1)
    assert daily[0] == pytest.approx(48 * 20 * 0.1, rel=1e-6)
    assert daily[1] == pytest.approx(48 * 200 * 0.1, rel=1e-6)


def test_what_is_said_of_a_driver_is_said_of_the_horizon_not_of_the_days_before_and_after_it() -> None:
    # public holidays: one recorded, one a few days before the horizon, one inside, one the day after its end
    holidays = (date(2026, 8, 31), date(2026, 11, 5), date(2026, 11, 11), date(2026, 11, 16))
    orders = series("orders", wave, first=FIRST, last=date(2026, 9, 28))
    desk = account(drivers=(orders,), queues=(driven(rate=0.1, delay_days=(0.5, 0.5)),), markets=(market(holidays=holidays),))
    reason = forecast_demand(desk).choices[0].reason
    assert "1 public holiday ahead" in reason
    assert "the history ends 42 days before the horizon" in reason


def test_contacts_due_on_closed_days_wait_for_the_next_open_one() -> None:
    orders = series("orders", lambda d, w, m: np.full(m.shape, 20.0), first=FIRST, last=LAST)
    demand = forecast_demand(account(drivers=(orders,), queues=(driven(rate=0.05, opening=OFFICE),)))
    daily = np.nansum(demand.contacts[0].reshape(7, 96), axis=1)
    np.testing.assert_allclose(daily / (48 * 20 * 0.05), [3, 1, 1, 1, 1, 0, 0], rtol=1e-6)
    assert "next open day" in demand.choices[0].reason


def test_contacts_come_though_the_shop_never_sells_on_saturdays() -> None:
    orders = series("orders", wave, first=FIRST, last=LAST, keep=lambda d, w, m: w != 5)
    demand = forecast_demand(account(drivers=(orders,), queues=(driven(rate=0.1, delay_days=(0.0, 1.0)),)))
    daily = demand.contacts[0].reshape(7, 96).sum(axis=1)
    assert daily[5] == pytest.approx(daily[4], rel=0.05)  # Friday's orders
    assert (demand.contacts[0] >= 0).all()


def test_daily_orders_are_spread_over_opening_hours() -> None:
    orders = series("orders", lambda d, w, m: np.full(m.shape, 960.0), zone="UTC", first=FIRST, last=LAST, interval_s=86_400)
    plan = account(
        drivers=(orders,),
        queues=(driven(rate=0.05, opening=OFFICE),),
        markets=(market(zone="America/New_York"),),
        zone="America/New_York",
    )
    demand = forecast_demand(plan)
    daily = np.nansum(demand.contacts[0].reshape(7, 96), axis=1)
    np.testing.assert_allclose(daily[1:5], 48, rtol=1e-6)


def test_queues_of_one_driver_are_busy_together() -> None:
    orders = series("orders", poisson(3), first=FIRST, last=LAST)
    queues = (driven("a", rate=0.2), driven("b", rate=0.1), driven("c", rate=0.1, channel=Channel.EMAIL))
    demand = forecast_demand(account(drivers=(orders,), queues=queues))
    factor = demand.rates / demand.contacts
    np.testing.assert_allclose(factor[:, 0], factor[:, 1])
    np.testing.assert_allclose(factor[:, 0], factor[:, 2])


# ---- handling times


def test_handling_times_follow_the_hour_of_the_market() -> None:
    source = noisy()
    hour = np.array([(s % 86_400) // 3600 for s in source.start_s])  # UTC, as London in winter
    aht = np.where((hour >= 9) & (hour < 17), 400.0, 200.0)
    history = replace(source, aht_s=aht)
    demand = forecast_demand(account(history=(history,), queues=(queue(aht_s=999),)))
    minute = demand.grid.clock("Europe/London").minute
    assert demand.aht_s[0, minute == 12 * 60].mean() == pytest.approx(400, rel=0.03)
    assert demand.aht_s[0, minute == 21 * 60].mean() == pytest.approx(205, rel=0.05)
    assert "AHT by hour from history" in demand.choices[0].reason


def test_a_given_handling_time_moves_the_level_and_keeps_the_shape_of_the_day() -> None:
    source = noisy()
    hour = np.array([(s % 86_400) // 3600 for s in source.start_s])
    history = replace(source, aht_s=np.where((hour >= 9) & (hour < 17), 400.0, 200.0))
    recorded = forecast_demand(account(history=(history,)))
    halved = forecast_demand(account(history=(history,), queues=(queue(aht_s=170, aht_from=HandlingSource.GIVEN),)))
    ratio = halved.aht_s / recorded.aht_s
    assert ratio == pytest.approx(np.full_like(ratio, ratio.flat[0]))
    contacts = halved.contacts
    assert float((contacts * halved.aht_s).sum() / contacts.sum()) == pytest.approx(170, rel=0.02)
    assert "AHT 170 s as given, by hour as in history" in halved.choices[0].reason


def test_few_recorded_handling_times_leave_the_given_one() -> None:
    aht = np.full(len(noisy().start_s), np.nan)
    aht[-49:] = 100.0
    demand = forecast_demand(account(history=(replace(noisy(), aht_s=aht),)))
    assert (demand.aht_s == 300).all()
    assert "AHT 300 s as given" in demand.choices[0].reason


def test_busy_intervals_weigh_more_in_handling_times() -> None:
    source = noisy()
    known = np.where(source.counts > np.median(source.counts), 500.0, 100.0)
    demand = forecast_demand(account(history=(replace(source, aht_s=known),)))
    night = demand.grid.clock("Europe/London").minute < 60
    assert demand.aht_s[0].max() > 470
    assert 100 < demand.aht_s[0, night].mean() < 250


# ---- futures


def test_futures_average_to_the_forecast_and_are_whole() -> None:
    demand = forecast_demand(account(history=(noisy("a"), noisy("b", 2)), queues=(queue("a"), queue("b")), scenarios=200))
    np.testing.assert_allclose(demand.rates.mean(axis=0), demand.contacts, rtol=1e-9)
    assert (demand.scenarios == np.floor(demand.scenarios)).all()
    np.testing.assert_allclose(demand.scenarios.mean(axis=(0, 2)), demand.contacts.mean(axis=1), rtol=0.01)
    assert demand.scenarios.shape == (200, 2, demand.grid.size)


def test_a_busy_day_is_busy_in_all_its_intervals() -> None:
    demand = forecast_demand(account(history=(noisy(),)))
    factor = (demand.rates / demand.contacts)[:, 0].reshape(40, 7, 96)
    np.testing.assert_allclose(factor, factor[:, :, :1].repeat(96, axis=2))
    assert factor[:, :, 0].std() > 0.01


def test_the_same_seed_gives_the_same_demand_and_another_another() -> None:
    plan = account(history=(noisy(),))
    assert forecast_demand(plan) == forecast_demand(plan)
    other = forecast_demand(account(history=(noisy(),), seed=8))
    assert (other.contacts == forecast_demand(plan).contacts).all()
    assert (other.scenarios != forecast_demand(plan).scenarios).any()


def test_one_queue_more_leaves_the_draws_of_the_others() -> None:
    one = forecast_demand(account(history=(noisy("a"),), queues=(queue("a"),)))
    short = series("b", wave, first=date(2026, 10, 30), last=LAST)
    two = forecast_demand(account(history=(short, noisy("a")), queues=(queue("b"), queue("a"))))
    assert (two.scenarios[:, 1] == one.scenarios[:, 0]).all()
    assert (two.rates[:, 1] == one.rates[:, 0]).all()


def test_quantiles_rise_and_enclose_the_middle_of_the_futures() -> None:
    demand = forecast_demand(account(history=(noisy(),), scenarios=400))
    low, middle, high = demand.quantiles[:, 0]
    assert ((low <= middle) & (middle <= high)).all()
    share = ((demand.scenarios[:, 0] >= low) & (demand.scenarios[:, 0] <= high)).mean()
    assert 0.8 <= share <= 0.9


# ---- what is refused, and progress


def test_queues_without_a_source_are_all_named_with_the_remedy() -> None:
    empty = Series(id="b", interval_s=1800, start_s=np.array([]), counts=np.array([]), aht_s=np.array([]))
    late = series("c", wave, first=date(2026, 11, 10), last=date(2026, 11, 20))
    plan = account(history=(empty, late), queues=(queue("a"), queue("b"), queue("c"), driven("d", rate=0.1)))
    with pytest.raises(DataError) as caught:
        forecast_demand(plan)
    text = [str(p) for p in caught.value.problems]
    assert len(text) == 4
    assert "history: queue a: no rows" in text[0]
    assert 'source = "driver"' in text[0]
    assert "history: queue b: no rows" in text[1]
    assert "no rows before the horizon starts" in text[2]
    assert "drivers: orders (queue d): no rows" in text[3]


def test_history_wholly_outside_opening_hours_is_refused() -> None:
    night = series("q", wave, first=FIRST, last=LAST, keep=lambda d, w, m: m < 300)
    with pytest.raises(DataError, match="every row lies outside the queue's opening hours"):
        forecast_demand(account(history=(night,), queues=(queue(opening=OFFICE),)))


def test_intervals_that_do_not_fill_a_day_are_refused() -> None:
    odd = Series(
        id="q", interval_s=420, start_s=420 * np.arange(2_000_000, 2_000_100), counts=np.ones(100), aht_s=np.full(100, np.nan)
    )
    with pytest.raises(DataError, match="do not fill a day"):
        forecast_demand(account(history=(odd,)))


def test_progress_is_reported_to_the_end() -> None:
    seen: list[Progress] = []
    forecast_demand(account(history=(steady("a"), steady("b")), queues=(queue("a"), queue("b"))), seen.append)
    assert [p.share for p in seen] == [0, 0.5, 1]
    assert {p.stage for p in seen} == {"forecast"}


def test_a_queue_open_on_an_unrecorded_weekday_gets_the_mean_profile() -> None:
    history = series("q", wave, first=FIRST, last=LAST, keep=lambda d, w, m: w != 5)
    demand = forecast_demand(account(history=(history,), queues=(queue(opening=ALWAYS),)))
    assert "Saturdays never recorded" in demand.choices[0].reason
    daily = demand.contacts[0].reshape(7, 96).sum(axis=1)
    assert daily[6] < daily[5] < daily[0]
